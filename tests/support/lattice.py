"""Volumes of closed surfaces and of what two of them share, from lines through a square lattice.

Every surface is cut by lines along z; between entry and exit a line runs inside. Exact along z,
sampled across: fine enough to find a tenth of a per cent of anything broader than a few steps.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numba import njit
from numpy.typing import NDArray

from meshes.surface import Surface

OFFSET = (0.3127, 0.4391)
"""Keeps lattice lines off the rounded coordinates of vertices, in steps."""


@dataclass(frozen=True)
class Shared:
    """Volumes (n,) and shared volumes (n, n) in mm3, by position in ``ids``."""

    ids: tuple[str, ...]
    volume: NDArray[np.float64]
    shared: NDArray[np.float64]

    def pairs(self, least: float) -> list[tuple[float, str, str]]:
        """Pairs that share more than ``least`` of the smaller, worst first."""
        smaller = np.minimum(self.volume[:, None], self.volume[None, :])
        share = self.shared / np.maximum(smaller, 1e-9)
        rows, cols = np.nonzero(np.triu(share > least, 1))
        found = [
            (float(share[i, j]), self.ids[i], self.ids[j]) for i, j in zip(rows, cols, strict=True)
        ]
        return sorted(found, reverse=True)


def shared_volumes(surfaces: Mapping[str, Surface], step: float) -> Shared:
    """Measure every surface and every pair on a lattice of ``step`` mm."""
    ids = tuple(surfaces)
    low = np.min([s.points.min(axis=0) for s in surfaces.values()], axis=0)[:2]
    high = np.max([s.points.max(axis=0) for s in surfaces.values()], axis=0)[:2]
    origin = low - step * np.array(OFFSET)
    shape = np.ceil((high - origin) / step).astype(np.int64) + 1
    parts = []
    for number, key in enumerate(ids):
        column, low_z, high_z = runs(surfaces[key], origin, step, shape)
        parts.append((column, low_z, high_z, np.full(len(column), number)))
    column, low_z, high_z, which = (np.concatenate([p[i] for p in parts]) for i in range(4))
    order = np.lexsort((low_z, column))
    volume, shared = np.zeros(len(ids)), np.zeros((len(ids), len(ids)))
    _sweep(column[order], low_z[order], high_z[order], which[order], volume, shared)
    return Shared(ids, volume * step**2, (shared + shared.T) * step**2)


def runs(
    surface: Surface, origin: NDArray[np.float64], step: float, shape: NDArray[np.int64]
) -> tuple[NDArray[np.int64], NDArray[np.float64], NDArray[np.float64]]:
    """Stretches inside a closed surface: column number, entry z and exit z."""
    corners = surface.points[surface.triangles]
    flat = (corners[..., :2] - origin) / step
    many = _count(flat)
    column, z = np.zeros(many, np.int64), np.zeros(many)
    _fill(flat, corners[..., 2], shape[1], column, z)
    order = np.lexsort((z, column))
    column, z = column[order], z[order]
    # a line through an edge is met twice or not at all: such a column is left out
    start = np.flatnonzero(np.diff(np.concatenate([[-1], column])))
    length = np.diff(np.concatenate([start, [len(column)]]))
    even = np.repeat(length % 2 == 0, length)
    column, z = column[even], z[even]
    return column[::2], z[::2], z[1::2]


@njit(cache=True)
def _span(t):  # type: ignore[no-untyped-def]
    x0 = int(np.ceil(min(t[0, 0], t[1, 0], t[2, 0])))
    x1 = int(np.floor(max(t[0, 0], t[1, 0], t[2, 0])))
    y0 = int(np.ceil(min(t[0, 1], t[1, 1], t[2, 1])))
    y1 = int(np.floor(max(t[0, 1], t[1, 1], t[2, 1])))
    return x0, x1, y0, y1


@njit(cache=True)
def _weights(t, x, y):  # type: ignore[no-untyped-def]
    det = (t[1, 0] - t[0, 0]) * (t[2, 1] - t[0, 1]) - (t[2, 0] - t[0, 0]) * (t[1, 1] - t[0, 1])
    if det == 0.0:
        return -1.0, -1.0
    b = ((x - t[0, 0]) * (t[2, 1] - t[0, 1]) - (t[2, 0] - t[0, 0]) * (y - t[0, 1])) / det
    c = ((t[1, 0] - t[0, 0]) * (y - t[0, 1]) - (x - t[0, 0]) * (t[1, 1] - t[0, 1])) / det
    return b, c


@njit(cache=True)
def _count(flat):  # type: ignore[no-untyped-def]
    many = 0
    for i in range(len(flat)):
        x0, x1, y0, y1 = _span(flat[i])
        for x in range(x0, x1 + 1):
            for y in range(y0, y1 + 1):
                b, c = _weights(flat[i], x, y)
                if b >= 0.0 and c >= 0.0 and b + c <= 1.0:
                    many += 1
    return many


@njit(cache=True)
def _fill(flat, height, width, column, z):  # type: ignore[no-untyped-def]
    at = 0
    for i in range(len(flat)):
        x0, x1, y0, y1 = _span(flat[i])
        for x in range(x0, x1 + 1):
            for y in range(y0, y1 + 1):
                b, c = _weights(flat[i], x, y)
                if b >= 0.0 and c >= 0.0 and b + c <= 1.0:
                    column[at] = x * width + y
                    z[at] = (1.0 - b - c) * height[i, 0] + b * height[i, 1] + c * height[i, 2]
                    at += 1


@njit(cache=True)
def _sweep(column, low, high, which, volume, shared):  # type: ignore[no-untyped-def]
    open_ = np.zeros(512, np.int64)
    many = 0
    for i in range(len(column)):
        kept = 0
        for k in range(many):
            j = open_[k]
            if column[j] == column[i] and high[j] > low[i]:
                open_[kept] = j
                kept += 1
                shared[which[j], which[i]] += min(high[j], high[i]) - low[i]
        many = kept
        volume[which[i]] += high[i] - low[i]
        open_[many] = i
        many += 1
