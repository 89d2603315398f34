"""Clavicle, scapula and humerus of the left side."""

from __future__ import annotations

import numpy as np

from meshes.reference.curves import Points, even, framed, profile, through
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.ribs import Bar
from meshes.reference.shapes import ellipsoid, round_cone
from meshes.reference.sweep import stamp
from meshes.reference.tables import read_table


def clavicle() -> Bar:
    """Left clavicle."""
    t = read_table("girdle")["clavicle"]
    path = framed(through(t["line"]), (0.0, 1.0, 0.0))
    depth, height = profile(t["half_depth"], path.u), profile(t["half_height"], path.u)
    return Bar(path, depth, height, 8.0)


def sheet(first: Points, last: Points, bulge: Points, count: int) -> Points:
    """Nodes of a ruled sheet between two border curves, pushed by ``bulge`` at mid-span."""
    v = np.linspace(0, 1, count)[None, :, None]
    lift = (4 * v * (1 - v)) * bulge
    return first[:, None, :] * (1 - v) + last[:, None, :] * v + lift


def scapula_grid(step: float) -> Grid:
    """Grid around the left scapula."""
    return Grid.around((62, -24, -102), (200, 100, 66), step)


def scapula_field(grid: Grid) -> Field:
    """Field of the left scapula."""
    t = read_table("girdle")["scapula"]
    medial, lateral = _matched(t["medial"]), _matched(t["lateral"])
    nodes = sheet(medial, lateral, np.array([-0.35, -0.75, 0.0]) * -t["bulge"], 220)
    v = np.linspace(0, 1, 220)[None, :]
    half = 1.35 + 0.9 * np.exp(-((v / 0.05) ** 2)) + 2.6 * np.exp(-(((1 - v) / 0.07) ** 2))
    half = np.broadcast_to(half, nodes.shape[:2])
    blade = stamp(grid, nodes.reshape(-1, 3), half.ravel(), 8.0)
    out = blend(blade, _crest(grid, t, nodes), 4.0)
    ax = grid.axes()
    out = blend(out, _rope(grid, t["acromion"], [[0, 11], [0.5, 12.5], [1, 8]], [[0, 5], [1, 3.6]], (0, 0, 1.0)), 5.0)
    out = blend(out, round_cone(ax, *t["neck"], 5.5, 10.0), 8.0)
    socket = ellipsoid(ax, (148, 30, -5), (7.0, 13.0, 19.0))
    out = blend(out, socket, 4.0)
    out = blend(out, _rope(grid, t["coracoid"], [[0, 7.5], [0.4, 6], [1, 5.5]], [[0, 6], [1, 5.5]], (0, 0, 1.0)), 5.0)
    head = np.array(read_table("girdle")["humerus"]["head"])
    ball = ellipsoid(ax, head, (25.8, 25.8, 25.8))
    return blend_cut(out, -ball, 1.5)


def _matched(points: object, count: int = 320) -> Points:
    p = through(points)  # type: ignore[arg-type]
    at = np.linspace(0, len(p) - 1, count)
    return np.stack([np.interp(at, np.arange(len(p)), p[:, i]) for i in range(3)], axis=1)


def _crest(grid: Grid, t: dict, blade: Points) -> Field:  # type: ignore[type-arg]
    """Scapular spine: a ridge standing on the blade, from the medial border to the acromion."""
    top = _matched(t["spine"], 300)
    flat = blade.reshape(-1, 3)
    foot = np.array([[t_[0], t_[1], t_[2]] for t_ in top])
    foot[:, 1] -= np.interp(np.linspace(0, 1, 300), [0, 0.12, 0.75, 1], [1, 12, 26, 16])
    foot[:, 2] -= 4
    nodes = sheet(top, foot, np.zeros(3), 60)
    u = np.linspace(0, 1, 300)[:, None]
    v = np.linspace(0, 1, 60)[None, :]
    half = 2.0 + 2.6 * np.exp(-((v / 0.16) ** 2)) + 0.0 * u
    keep = (u < 0.72) | (v < 0.35)
    del flat
    return stamp(grid, nodes[keep], half[keep], 8.0)


def _rope(grid: Grid, line: object, across: object, thick: object, normal: tuple[float, float, float]) -> Field:
    from meshes.reference.sweep import sweep

    path = framed(through(line), normal)  # type: ignore[arg-type]
    a, b = profile(thick, path.u), profile(across, path.u)  # type: ignore[arg-type]
    return sweep(grid, path, a, b, 4.0, 8.0)


def humerus_grid(step: float) -> Grid:
    """Grid around the left humerus."""
    return Grid.around((140, -16, -244), (222, 56, 34), step)


def humerus_field(grid: Grid) -> Field:
    """Field of the left humerus, cut across the lower shaft."""
    t = read_table("girdle")["humerus"]
    ax = grid.axes()
    p = even(through(t["shaft"]), 0.7)
    path = framed(p, (1.0, 0.0, 0.0))
    from meshes.reference.sweep import sweep

    r = profile(t["radius"], path.u)
    out = sweep(grid, path, r, r * 0.95, 30.0, 8.0)
    out = blend(out, ellipsoid(ax, t["head"], [t["head_radius"]] * 3), 8.0)
    for at, size in zip(t["tubercle"], (9.0, 7.0), strict=True):
        out = blend(out, ellipsoid(ax, at, (size, size, size * 1.2)), 8.0)
    return blend_cut(out, np.asarray(-(ax[2] + 222.0) + 0 * out, np.float32), 3.0)
