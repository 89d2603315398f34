"""Left scapula: a thin blade between thick borders, its spine, acromion and coracoid."""

from __future__ import annotations

from typing import Any

import numpy as np
from scipy.spatial import cKDTree

from meshes.reference.bones.local import Block
from meshes.reference.curves import Points, framed, profile, through, unit
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.sweep import stamp, sweep
from meshes.reference.tables import read_table


def scapula_grid(step: float) -> Grid:
    """Grid around the left scapula."""
    t = read_table("scapula")
    return Grid.around(t["low"], t["high"], step)


def even_nodes(points: Any, count: int) -> Points:
    """Smooth curve through the points as ``count`` nodes along its length."""
    p = through(points)
    at = np.linspace(0, len(p) - 1, count)
    return np.stack([np.interp(at, np.arange(len(p)), p[:, i]) for i in range(3)], axis=1)


def blade(t: dict[str, Any], rows: int = 300, columns: int = 210) -> tuple[Points, Points]:
    """Nodes (rows, columns, 3) of the blade's middle surface and their half thickness."""
    medial, lateral = even_nodes(t["medial"], rows), even_nodes(t["lateral"], rows)
    u = np.linspace(0, 1, rows)
    v = np.linspace(0, 1, columns)
    bow = profile(t["bow"], u)[:, None, :]
    nodes = medial[:, None] * (1 - v)[None, :, None] + lateral[:, None] * v[None, :, None]
    nodes = nodes + (4 * v * (1 - v))[None, :, None] * bow
    thin, edge = t["half_middle"], t["half_medial"]
    side = profile(t["half_lateral"], u)[:, None]
    half = thin + (edge - thin) * np.exp(-((v / 0.06) ** 2))[None, :]
    # the thick lateral bar begins below the neck and fades into the angle
    half = half + (side - thin) * np.exp(-((((1 - v) * 60) / t["bar_width"]) ** 2))[None, :]
    tail = np.exp(-(((1 - u) / 0.07) ** 2))[:, None]
    return nodes, half + t["half_angle"] * tail


def scapula_field(grid: Grid, head: tuple[list[float], float]) -> Field:
    """Field of the left scapula; ``head`` is the humeral head's centre and radius."""
    t = read_table("scapula")
    p = Block(*np.broadcast_arrays(*grid.axes()))
    nodes, half = blade(t)
    out = stamp(grid, nodes.reshape(-1, 3), half.ravel(), 5.5)
    out = blend(out, _spine_wall(grid, t, nodes), 5.0)
    out = blend(out, bar(grid, t["crest"]), 3.5)
    out = blend(out, bar(grid, t["acromion"]), 6.0)
    neck = p.chain(t["neck"]["points"], t["neck"]["radii"], t["neck"]["stretch"], (0, 0.1, 1))
    out = blend(out, neck, 9.0)
    s = t["socket"]
    out = blend(out, p.blob(s["centre"], s["normal"], (0, 0, 1), s["half"]), 5.0)
    out = blend(out, bar(grid, t["coracoid"]), 6.0)
    for row in t["knobs"]:
        out = blend(out, p.ball(row[:3], row[3:6]), 4.0)
    notch = t["notch"]
    out = blend_cut(out, -p.limb(notch[0], notch[1], notch[2][0]), 2.5)
    ball = p.ball(head[0], [head[1] + t["joint_gap"]] * 3)
    return blend_cut(out, -ball, 1.5)


def bar(grid: Grid, row: dict[str, Any]) -> Field:
    """Flat bar: ``thick`` along its normal, ``wide`` across, by share of the length."""
    path = framed(through(row["line"]), row["normal"])
    a, b = profile(row["thick"], path.u), profile(row["wide"], path.u)
    return sweep(grid, path, a, b, row.get("corner", 5.0), 8.0)


def _spine_wall(grid: Grid, t: dict[str, Any], nodes: Points) -> Field:
    """The spine as a wall: from its crest down to the nearest line of the blade."""
    top = even_nodes(t["crest"]["line"], 280)
    foot = even_nodes(t["spine_foot"], 280)
    flat = nodes.reshape(-1, 3)
    _, near = cKDTree(flat).query(foot)
    foot = flat[near]
    keep = np.linspace(0, 1, 280) <= t["wall_end"]
    top, foot = top[keep], foot[keep]
    v = np.linspace(0, 1, 50)
    # a hollow free edge towards the neck: the spinoglenoid notch
    sheet = top[:, None] * (1 - v)[None, :, None] + foot[:, None] * v[None, :, None]
    sag = unit(np.cross(np.gradient(top, axis=0), foot - top))
    sheet = sheet + (t["wall_sag"] * 4 * v * (1 - v))[None, :, None] * sag[:, None]
    half = t["wall_half"] + t["wall_root"] * np.exp(-(((1 - v) / 0.16) ** 2))
    end = np.linspace(0, 1, len(top))[:, None]
    half = half[None, :] + 1.4 * np.exp(-(((1 - end) / 0.08) ** 2))
    return stamp(grid, sheet.reshape(-1, 3), half.ravel(), 5.5)
