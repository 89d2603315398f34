"""Parietal pleura and lungs: within the wall, above the diaphragm, beside the mediastinum."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meshes.reference.cage import Cage, axis_y
from meshes.reference.curves import profile
from meshes.reference.grid import Field, Grid, blend_cut
from meshes.reference.tables import read_table

ANGLES = np.arange(181.0)


def edge_heights(cage: Cage, rows: list[list[float]]) -> NDArray[np.float64]:
    """z of a lower edge at every whole degree: a rib number (may be fractional) and an offset."""
    number, offset = profile(rows, ANGLES).T
    low = np.clip(np.floor(number).astype(int), 1, 11)
    out = np.empty(len(ANGLES))
    for i, angle in enumerate(ANGLES):
        upper = float(cage.rib_height(int(low[i]), angle))
        lower = float(cage.rib_height(int(low[i]) + 1, angle))
        out[i] = upper + (number[i] - low[i]) * (lower - upper) + offset[i]
    return np.convolve(np.pad(out, 8, mode="edge"), np.ones(17) / 17, mode="valid")


def by_angle(grid: Grid, table: NDArray[np.float64]) -> Field:
    """Spread a table over whole degrees onto a grid."""
    x, y, z = grid.axes()
    ay = axis_y(z.ravel()).astype(np.float32)[None, None, :]
    phi = np.degrees(np.arctan2(np.abs(x), ay - y))
    return np.interp(phi, ANGLES, table).astype(np.float32)


def cavities(
    grid: Grid, cage: Cage, wall: Field, spine: Field, middle: Field, side: str
) -> tuple[Field, Field]:
    """Parietal pleura and lung of one side on ``grid``.

    ``wall`` is the cage field, ``spine`` the distance to the vertebral bodies, ``middle`` the
    field of the mediastinum (negative inside).
    """
    t = read_table("organs")["pleura"]
    x, y, z = grid.axes()
    inner = wall + np.float32(t["inner_face"])
    gutter = -(spine - np.float32(t["spine_gap"]))
    room = np.minimum(-inner, -gutter)
    dome = t[f"dome_{side}"]
    floor = _floor(grid, room, edge_heights(cage, t["edge"]), dome)
    top = _cupola(grid, t, side)
    bound = blend_cut(inner, gutter, 4.0)
    bound = blend_cut(bound, -middle, 4.0)
    half = (-x if side == "left" else x) + np.float32(0.8)
    bound = np.maximum(bound, half + 0 * bound)
    bound = blend_cut(bound, top, 6.0)
    pleura = np.maximum(bound, floor)
    edge = by_angle(grid, edge_heights(cage, t["lung_edge"])) - 2.2 * np.clip(room, 0, 60)
    gap = np.float32(t["lung_gap"])
    lung = np.maximum(bound + gap, np.maximum(floor + 1.0 + gap, (edge - z) * 0.5))
    return pleura.astype(np.float32), lung.astype(np.float32)


def _floor(grid: Grid, room: Field, edge: NDArray[np.float64], dome: float) -> Field:
    """Positive below the diaphragm: from the edge at the wall up to the dome."""
    _, _, z = grid.axes()
    low = by_angle(grid, edge)
    s = np.clip(room / 70.0, 0, 1)
    height = low + (dome - low) * (1 - (1 - s) ** 4.5)
    raw = (height - z).astype(np.float32)
    grad = np.gradient(raw, grid.step)
    slope = np.sqrt(sum(g * g for g in grad))
    return (raw / np.clip(slope, 1.0, 8.0)).astype(np.float32)


def _cupola(grid: Grid, t: dict[str, Any], side: str) -> Field:
    x, y, z = grid.axes()
    sign = 1.0 if side == "left" else -1.0
    cx, cy, cz = t["cupola"]
    kx, ky = t["cupola_slope"]
    dx = sign * x - cx
    top = cz - kx * np.where(dx > 0, dx, 2.2 * dx) ** 2 - ky * (y - cy) ** 2
    return np.asarray((z - top) / math.sqrt(1.4), np.float32)


def mediastinum(grid: Grid) -> Field:
    """Field of the space between the lungs, from half widths in front, in the middle, behind."""
    x, y, z = grid.axes()
    rows = np.array(read_table("organs")["mediastinum"]["rows"])
    rows = rows[np.argsort(rows[:, 0])]
    w = profile(rows, z.ravel()).astype(np.float32)
    mid_y = axis_y(z.ravel()).astype(np.float32)
    depth = np.clip((y - mid_y[None, None, :] + 60.0) / 100.0, 0, 1)
    bump = np.sin(np.pi * depth) ** 2
    line = (1 - depth)
    right = w[:, 0] * line + w[:, 4] * (1 - line)
    left = w[:, 1] * line + w[:, 5] * (1 - line)
    right = right * (1 - bump) + w[:, 2] * bump
    left = left * (1 - bump) + w[:, 3] * bump
    return np.asarray(np.where(x > 0, x - left, -x - right) * 0.9, np.float32)
