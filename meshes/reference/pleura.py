"""Parietal and visceral pleura and the lobes of the lungs.

The sac lies within the wall, above the diaphragm, beside the mediastinum and below the cupola; it
gives way to every bone, organ and vessel by a gap. The lung fills it down to its own lower edge.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from meshes.reference.cage import Cage, axis_y
from meshes.reference.curves import profile
from meshes.reference.grid import Field, Grid, blend_cut, distance, opened
from meshes.reference.solid import Solid, union
from meshes.reference.sweep import stamp
from meshes.reference.tables import read_table
from meshes.reference.tubes import Tube

ANGLES = np.arange(181.0)


def side_grid(side: str, step: float) -> Grid:
    """Grid of one side's sac."""
    x = (-4, 132) if side == "left" else (-132, 4)
    return Grid.around((x[0], -112, -312), (x[1], 104, 96), step)


def edge_heights(cage: Cage, rows: list[list[float]]) -> NDArray[np.float64]:
    """z of a lower edge at every whole degree, through its heights at the published lines.

    A row is an angle, a rib number (may be fractional) and an offset in mm. Between the lines the
    height is interpolated, not the rib number: ribs fall forward, the reflection does not.
    """
    anchors = []
    for angle, number, offset in rows:
        n = min(int(number), 11)
        upper, lower = (float(cage.rib_height(k, angle)) for k in (n, n + 1))
        anchors.append((angle, upper + (number - n) * (lower - upper) + offset))
    return np.asarray(profile(anchors, ANGLES), float)


def by_angle(grid: Grid, table: NDArray[np.float64]) -> Field:
    """Spread a table over whole degrees onto a grid."""
    x, y, z = grid.axes()
    ay = axis_y(z.ravel()).astype(np.float32)[None, None, :]
    phi = np.degrees(np.arctan2(np.abs(x), ay - y))
    return np.asarray(np.interp(phi, ANGLES, table), np.float32)


def sac(
    cage: Cage, spine: list[Solid], bones: list[Solid], organs: list[Solid], tubes: Iterable[Tube],
    side: str, step: float,
) -> tuple[Solid, Field]:  # fmt: skip
    """Parietal pleura of one side, and the field of the lung's own lower bound on its grid."""
    t = read_table("organs")["pleura"]
    grid = side_grid(side, step)
    x, _, z = grid.axes()
    inner = cage.field(grid) + np.float32(t["inner_face"])
    gutter = np.float32(t["spine_gap"]) - union(spine, grid)
    room = np.minimum(-inner, -gutter)
    floor = _floor(grid, room, edge_heights(cage, t["edge"]), t[f"dome_{side}"], t)
    bound = blend_cut(inner, gutter, 4.0)
    bound = blend_cut(bound, -_mediastinum(grid), 5.0)
    half = (-x if side == "left" else x) + np.float32(1.2)
    bound = np.maximum(bound, half + 0 * bound)
    bound = blend_cut(bound, _cupola(grid, t, side), 6.0)
    lines = list(tubes)
    ropes = stamp(
        grid,
        np.concatenate([np.zeros((0, 3)), *(c.points for c in lines)]),
        np.concatenate([np.zeros(0), *(c.radius for c in lines)]),
        4.0,
    )
    kept_out = np.maximum(t["bone_gap"] - union(bones, grid, far=False), t["tube_gap"] - ropes)
    kept_out = np.maximum(kept_out, t["organ_gap"] - union(organs, grid, far=False))
    bound = np.maximum(bound, kept_out)
    pleura = opened(blend_cut(bound, floor, 2.0), step, t["opening"])
    pleura = ndimage.gaussian_filter(pleura, t["blur"] / step)
    pleura = np.maximum(pleura, kept_out - t["blur_slack"]).astype(np.float32)
    edge = by_angle(grid, edge_heights(cage, t["lung_edge"])) - 2.2 * np.clip(room, 0, 60)
    low = np.maximum((edge - z) * 0.5, floor + 1.0).astype(np.float32)
    return Solid(grid, pleura, side), low


def lung(parietal: Solid, low: Field) -> dict[str, Solid]:
    """Visceral pleura and the lobes of one side, by id without side."""
    t, side = read_table("organs")["pleura"], parietal.side
    step = parietal.grid.step
    inner = distance(parietal.field, step) + np.float32(t["visceral_gap"])
    visceral = opened(blend_cut(inner, low, 3.0), step, t["opening"])
    visceral = np.maximum(ndimage.gaussian_filter(visceral, t["blur"] / step), inner)
    flesh = visceral + np.float32(t["lobe_gap"])
    grid = parietal.grid
    cuts = read_table("organs")["fissures"]
    oblique = _plane(grid, cuts[f"oblique_{side}"], side)
    half = np.float32(t["fissure_gap"] / 2)
    upper, lower = np.maximum(flesh, oblique + half), np.maximum(flesh, half - oblique)
    out = {"visceral_pleura": visceral, "lung_inferior_lobe": lower}
    if side == "left":
        out["lung_superior_lobe"] = upper
    else:
        flat = _plane(grid, cuts["horizontal_right"], side)
        out["lung_superior_lobe"] = np.maximum(upper, flat + half)
        out["lung_middle_lobe"] = np.maximum(upper, half - flat)
    return {k: Solid(grid, v.astype(np.float32), side) for k, v in out.items()}


def _plane(grid: Grid, points: Any, side: str) -> Field:
    """Signed distance to the plane of three points, negative above it."""
    p = np.array(points, float) * ((1.0, 1.0, 1.0) if side == "left" else (-1.0, 1.0, 1.0))
    n = np.cross(p[1] - p[0], p[2] - p[0])
    n = n / np.linalg.norm(n) * (1 if n[2] < 0 else -1)
    x, y, z = grid.axes()
    c = p[0]
    return np.asarray((x - c[0]) * n[0] + (y - c[1]) * n[1] + (z - c[2]) * n[2], np.float32)


def _floor(
    grid: Grid, room: Field, edge: NDArray[np.float64], dome: float, t: dict[str, Any]
) -> Field:
    """Positive below the diaphragm: from the edge at the wall up to the dome.

    The recess is a cleft; its inner wall is held ``recess_half`` off the outer one so that the
    surface closes in a rounded edge rather than in splinters.
    """
    _, _, z = grid.axes()
    low = by_angle(grid, edge)
    s = np.clip((room - np.float32(t["recess_half"])) / t["dome_span"], 0, 1)
    height = low + (dome - low) * (1 - (1 - s) ** t["dome_power"])
    raw = (height - z).astype(np.float32)
    grad = np.gradient(raw, grid.step)
    slope = np.sqrt(sum(g * g for g in grad))
    return np.asarray(raw / np.clip(slope, 1.0, 12.0), np.float32)


def _cupola(grid: Grid, t: dict[str, Any], side: str) -> Field:
    x, y, z = grid.axes()
    sign = 1.0 if side == "left" else -1.0
    cx, cy, cz = t["cupola"]
    kx, behind = t["cupola_slope"]
    slope, bend = t["cupola_front"]
    dx, dy = sign * x - cx, y - cy
    # in front the dome follows the plane of the inlet, which falls towards the manubrium
    fall = np.where(dy < 0, slope * (np.sqrt(dy**2 + bend**2) - bend), behind * dy**2)
    top = cz - kx * np.where(dx > 0, dx, 2.2 * dx) ** 2 - fall
    return np.asarray((z - top) / math.sqrt(1.4), np.float32)


def _mediastinum(grid: Grid) -> Field:
    """Field of the space between the lungs, from half widths in front, in the middle, behind."""
    x, y, z = grid.axes()
    rows = np.array(read_table("organs")["mediastinum"]["rows"])
    rows = rows[np.argsort(rows[:, 0])]
    w = profile(rows, z.ravel()).astype(np.float32)
    mid_y = axis_y(z.ravel()).astype(np.float32)
    depth = np.clip((y - mid_y[None, None, :] + 60.0) / 100.0, 0, 1)
    bump = np.sin(np.pi * depth) ** 2
    line = 1 - depth
    right = (w[:, 0] * line + w[:, 4] * (1 - line)) * (1 - bump) + w[:, 2] * bump
    left = (w[:, 1] * line + w[:, 5] * (1 - line)) * (1 - bump) + w[:, 3] * bump
    return np.asarray(np.where(x > 0, x - left, -x - right) * 0.9, np.float32)
