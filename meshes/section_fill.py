"""Filling of sections: triangles for a cap, and a grid that says which section lies on top where.

Inside is where the loops wind round at all, so that holes stay open and overlapping shells unite.
Trapezoids between the heights of the corners need no clean polygon: whatever a foreign surface
does, the fill ends and stays inside the loops' box.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.section import Section
from meshes.section_kernels import kernel

Vector = NDArray[np.float64]


def filled(section: Section) -> tuple[Vector, NDArray[np.int32]]:
    """Triangles that cover the inside of a closed section.

    Returns
    -------
    points, triangles
        (n, 2) plane coordinates, mm, and (m, 3) int32; both empty for an open section. Of an
        outward surface every triangle turns like the section's outer loops.
    """
    if not section.closed or len(section.points) < 3:
        return np.empty((0, 2)), np.empty((0, 3), np.int32)
    edges = _edges(section.points, section.starts)
    corners = _trapezoids(edges, np.unique(section.points[:, 1]))
    first = np.arange(len(corners), dtype=np.int32)[:, None] * 4
    pair = np.array([[0, 1, 2], [0, 2, 3]], np.int32)
    return corners.reshape(-1, 2), (first[:, :, None] + pair[None]).reshape(-1, 3)


def painted(sections: Sequence[Section], window: ArrayLike, cell: float) -> NDArray[np.int32]:
    """Which section lies on top in each cell of a grid; later ones cover earlier ones.

    Parameters
    ----------
    window
        (2, 2) lowest and highest plane coordinates.
    cell
        Side of a cell, mm.

    Returns
    -------
    (rows, columns) int32
        Index into ``sections`` at the cell's middle, row 0 at the lowest second coordinate;
        −1 where none is. Open sections cover nothing.
    """
    low, high = np.asarray(window, dtype=np.float64)
    columns, rows = (max(1, int(np.ceil((h - a) / cell))) for a, h in zip(low, high, strict=True))
    grid = np.full((rows, columns), -1, np.int32)
    for number, section in enumerate(sections):
        if section.closed and len(section.points) >= 3:
            _paint(grid, _edges(section.points, section.starts), low, cell, number)
    return grid


def _edges(points: Vector, starts: NDArray[np.int64]) -> Vector:
    """Rising edges (x0, y0, x1, y1, turn), sorted by their lower end; level ones left out."""
    edges: Vector = _rising(points, starts)
    return edges[np.argsort(edges[:, 1], kind="stable")]


@kernel
def _rising(points, starts):  # type: ignore[no-untyped-def]  # pragma: no cover
    out = np.empty((len(points), 5))
    count = 0
    for k in range(len(starts) - 1):
        a, b = starts[k], starts[k + 1]
        for i in range(a, b):
            j = i + 1 if i + 1 < b else a
            if points[i, 1] == points[j, 1]:
                continue
            up = points[i, 1] < points[j, 1]
            lo, hi = (i, j) if up else (j, i)
            out[count, 0], out[count, 1] = points[lo, 0], points[lo, 1]
            out[count, 2], out[count, 3] = points[hi, 0], points[hi, 1]
            out[count, 4] = 1.0 if up else -1.0
            count += 1
    return out[:count].copy()


@kernel
def _x_at(edges, e, y):  # type: ignore[no-untyped-def]  # pragma: no cover
    x0, y0, x1, y1 = edges[e, 0], edges[e, 1], edges[e, 2], edges[e, 3]
    if y >= y1:
        return x1
    if y <= y0:
        return x0
    return x0 + (x1 - x0) * ((y - y0) / (y1 - y0))


@kernel
def _trapezoids(edges, heights):  # type: ignore[no-untyped-def]  # noqa: PLR0915  # pragma: no cover
    """Corners (n, 4, 2) of trapezoids; one lasts while the same two edges bound it."""
    n = len(edges)
    partner = np.full(n, -1, np.int64)  # right edge of the trapezoid open at a left edge
    since = np.empty(n)
    out = np.empty((2 * n + 8, 4, 2))
    made = 0
    active = np.empty(n, np.int64)
    xs = np.empty(n)
    count, new = 0, 0
    for k in range(len(heights) - 1):
        low, high = heights[k], heights[k + 1]
        middle = 0.5 * (low + high)
        kept = 0
        for i in range(count):
            e = active[i]
            if edges[e, 3] > low:
                active[kept] = e
                kept += 1
            elif partner[e] >= 0:
                made, out = _emit(out, made, edges, e, partner[e], since[e], low)
                partner[e] = -1
        count = kept
        while new < n and edges[new, 1] <= low:
            active[count] = new
            count += 1
            new += 1
        for i in range(count):
            xs[i] = _x_at(edges, active[i], middle)
        for i in range(1, count):
            x, e, j = xs[i], active[i], i - 1
            while j >= 0 and xs[j] > x:
                xs[j + 1], active[j + 1] = xs[j], active[j]
                j -= 1
            xs[j + 1], active[j + 1] = x, e
        turn, left = 0, -1
        for i in range(count):
            e = active[i]
            before = turn
            turn += int(edges[e, 4])
            right = -1
            if before == 0 and turn != 0:
                left = e
            elif before != 0 and turn == 0:
                right = e
            if right < 0:
                if partner[e] >= 0 and left != e:
                    made, out = _emit(out, made, edges, e, partner[e], since[e], low)
                    partner[e] = -1
                continue
            if partner[e] >= 0:
                made, out = _emit(out, made, edges, e, partner[e], since[e], low)
                partner[e] = -1
            if partner[left] != right:
                if partner[left] >= 0:
                    made, out = _emit(out, made, edges, left, partner[left], since[left], low)
                partner[left] = right
                since[left] = low
    top = heights[-1]
    for i in range(count):
        e = active[i]
        if partner[e] >= 0:
            made, out = _emit(out, made, edges, e, partner[e], since[e], top)
    return out[:made].copy()


@kernel
def _emit(out, made, edges, left, right, low, high):  # type: ignore[no-untyped-def]  # pragma: no cover
    if high <= low:
        return made, out
    if made == len(out):
        more = np.empty((2 * len(out), 4, 2))
        more[:made] = out
        out = more
    for corner in range(4):
        y = low if corner < 2 else high
        e = left if corner in (0, 3) else right
        out[made, corner, 0] = _x_at(edges, e, y)
        out[made, corner, 1] = y
    return made + 1, out


@kernel
def _paint(grid, edges, low, cell, number):  # type: ignore[no-untyped-def]  # pragma: no cover
    rows, columns = grid.shape
    turn = np.zeros((rows, columns), np.int32)
    first, last = rows, -1
    for e in range(len(edges)):
        r0 = max(0, int(np.ceil((edges[e, 1] - low[1]) / cell - 0.5)))
        r1 = min(rows - 1, int(np.ceil((edges[e, 3] - low[1]) / cell - 0.5)) - 1)
        for r in range(r0, r1 + 1):
            x = _x_at(edges, e, low[1] + (r + 0.5) * cell)
            c = max(0, int(np.ceil((x - low[0]) / cell - 0.5)))
            if c < columns:
                turn[r, c] += int(edges[e, 4])
                first, last = min(first, r), max(last, r)
    for r in range(first, last + 1):
        at = 0
        for c in range(columns):
            at += turn[r, c]
            if at != 0:
                grid[r, c] = number
