"""Kernels that follow lines through a grid of distances, from one lower bound to the next.

In a cell with edge h, at the place (u, v, w) of it, the squared distance is at least the trilinear
mean of the corners' less h² (u (1 - u) + v (1 - v) + w (1 - w)): the certificate of docs/adr. Close
to a surface the nearest corner's distance less the way to it says more. A line advances by what the
bound leaves over its reach, so that it can never step over the place where it is stopped; it may
stop early. Outside the grid the bound is the larger of the distance to the box around all
structures and what the nearest place of the grid leaves.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.compiled import inlined, kernel
from meshes.index.grid_fill import Labels, Squares
from meshes.index.triangle import Floats

Counts = NDArray[np.int64]

STOP_MM = 0.02
"""A line this near its reach is stopped there."""

MOST_STEPS = 1_000_000
"""A step is at least `STOP_MM`: no line within a body takes so many. What does is stopped there."""


@inlined
def bound_inside(
    square: Squares, ny: int, nz: int, i: int, j: int, k: int, u: float, v: float, w: float,
    step: float,
) -> float:  # fmt: skip
    """Lower bound of the distance at the place (u, v, w) of a cell, mm."""
    at = (i * ny + j) * nz + k
    up = at + ny * nz
    s000, s001 = np.float64(square[at]), np.float64(square[at + 1])
    s010, s011 = np.float64(square[at + nz]), np.float64(square[at + nz + 1])
    s100, s101 = np.float64(square[up]), np.float64(square[up + 1])
    s110, s111 = np.float64(square[up + nz]), np.float64(square[up + nz + 1])
    a0, a1 = s000 + w * (s001 - s000), s010 + w * (s011 - s010)
    b0, b1 = s100 + w * (s101 - s100), s110 + w * (s111 - s110)
    a, b = a0 + v * (a1 - a0), b0 + v * (b1 - b0)
    mean = a + u * (b - a)
    largest = max(max(max(s000, s001), max(s010, s011)), max(max(s100, s101), max(s110, s111)))
    bend = u * (1.0 - u) + v * (1.0 - v) + w * (1.0 - w)
    least = mean - largest * 1e-14 - step * step * bend
    if least > 3.0 * step * step:
        return float(np.sqrt(least))
    near = at + (ny * nz if u > 0.5 else 0) + (nz if v > 0.5 else 0) + (1 if w > 0.5 else 0)
    s = np.float64(square[near])
    du, dv, dw = min(u, 1.0 - u), min(v, 1.0 - v), min(w, 1.0 - w)
    straight = np.sqrt(s) - step * np.sqrt(du * du + dv * dv + dw * dw) * (1.0 + 1e-12)
    return float(max(np.sqrt(max(least, 0.0)), straight))


@inlined
def bound_at(
    x: float, y: float, z: float, square: Squares, shape: Counts, origin: Floats, step: float,
    inverse: float, box: Floats,
) -> float:  # fmt: skip
    """Lower bound of the distance at a point anywhere, mm. ``box``: low, high of the structures."""
    gx, gy, gz = (x - origin[0]) * inverse, (y - origin[1]) * inverse, (z - origin[2]) * inverse
    mx, my, mz = float(shape[0] - 1), float(shape[1] - 1), float(shape[2] - 1)
    if gx >= 0.0 and gy >= 0.0 and gz >= 0.0 and gx < mx and gy < my and gz < mz:
        i, j, k = int(gx), int(gy), int(gz)
        return bound_inside(square, shape[1], shape[2], i, j, k, gx - i, gy - j, gz - k, step)
    cx, cy, cz = min(max(gx, 0.0), mx), min(max(gy, 0.0), my), min(max(gz, 0.0), mz)
    i, j, k = min(int(cx), shape[0] - 2), min(int(cy), shape[1] - 2), min(int(cz), shape[2] - 2)
    inner = bound_inside(square, shape[1], shape[2], i, j, k, cx - i, cy - j, cz - k, step)
    dx, dy, dz = gx - cx, gy - cy, gz - cz
    inner -= step * np.sqrt(dx * dx + dy * dy + dz * dz) * (1.0 + 1e-12) + 1e-9
    ex = max(max(box[0] - x, x - box[3]), 0.0)
    ey = max(max(box[1] - y, y - box[4]), 0.0)
    ez = max(max(box[2] - z, z - box[5]), 0.0)
    return float(max(inner, np.sqrt(ex * ex + ey * ey + ez * ez) * (1.0 - 1e-12)))


@kernel
def bounds_at(
    points: Floats, square: Squares, shape: Counts, origin: Floats, step: float, box: Floats,
    out: Floats,
) -> None:  # fmt: skip
    """Fill the lower bounds at (n, 3) points, mm."""
    for p in range(len(points)):
        out[p] = bound_at(
            points[p, 0], points[p, 1], points[p, 2], square, shape, origin, step, 1.0 / step, box
        )


@kernel
def cast(
    origins: Floats, stops: Counts, lines: Floats, depth: float, reach: float, widen: float,
    shared: bool, square: Squares, label: Labels, rows: Counts, groups: Counts, shape: Counts,
    origin: Floats, step: float, box: Floats, active: Counts, limit: Floats, owner: Counts,
) -> None:  # fmt: skip
    """Follow lines until they may be within ``reach`` + ``widen`` times the depth.

    Bundle b has the lines up to ``stops[b]``. ``limit`` and ``owner`` hold what other grids have
    found (infinite, -1) and keep the earlier depth. ``active`` has room for the longest bundle. All
    lines of a bundle advance in turn: while one waits for memory, the next computes.
    """
    inverse, first = 1.0 / step, 0
    least = 1.0 / (1.0 + widen)
    for b in range(len(stops)):
        stop = stops[b]
        px, py, pz = origins[b, 0], origins[b, 1], origins[b, 2]
        start = bound_at(px, py, pz, square, shape, origin, step, inverse, box) - reach
        where = max(start, 0.0) * least * (1.0 - 1e-12)
        worst = np.inf
        if shared:
            for k in range(first, stop):
                worst = min(worst, limit[k])
        n = 0
        for k in range(first, stop):
            if start <= STOP_MM:
                worst = 0.0
                stop_line(px, py, pz, k, 0.0, label, rows, groups, shape, origin, inverse, limit,
                          owner)  # fmt: skip
                continue
            end = min(depth, worst if shared else limit[k])
            if where <= end:
                active[2 * n], active[2 * n + 1] = k, 0
                n += 1
        if n > 0:
            follow(
                px, py, pz, n, where, lines, depth, reach, widen, shared, worst, square, label,
                rows, groups, shape, origin, step, box, active, limit, owner,
            )  # fmt: skip
        if shared:
            spread(first, stop, limit, owner)
        first = stop


@kernel
def spread(first: int, stop: int, limit: Floats, owner: Counts) -> None:
    """Give all lines of a bundle the least depth."""
    at = first
    for k in range(first + 1, stop):
        if limit[k] < limit[at]:
            at = k
    for k in range(first, stop):
        limit[k], owner[k] = limit[at], owner[at]


@kernel
def stop_line(
    x: float, y: float, z: float, k: int, t: float, label: Labels, rows: Counts, groups: Counts,
    shape: Counts, origin: Floats, inverse: float, limit: Floats, owner: Counts,
) -> None:  # fmt: skip
    """Note that line ``k`` is stopped at depth ``t``, and what is nearest to the node there."""
    if t >= limit[k]:
        return
    i = min(max(int((x - origin[0]) * inverse + 0.5), 0), shape[0] - 1)
    j = min(max(int((y - origin[1]) * inverse + 0.5), 0), shape[1] - 1)
    m = min(max(int((z - origin[2]) * inverse + 0.5), 0), shape[2] - 1)
    limit[k] = t
    owner[k] = groups[rows[label[(i * shape[1] + j) * shape[2] + m]]]


@kernel
def follow(
    px: float, py: float, pz: float, n: int, where: float, lines: Floats, depth: float,
    reach: float, widen: float, shared: bool, worst: float, square: Squares, label: Labels,
    rows: Counts, groups: Counts, shape: Counts, origin: Floats, step: float, box: Floats,
    active: Counts, limit: Floats, owner: Counts,
) -> None:  # fmt: skip
    """Advance the ``n`` active lines of one bundle from depth ``where`` until none is left."""
    inverse, least = 1.0 / step, 1.0 / (1.0 + widen)
    depths = np.full(n, where)
    for turn in range(MOST_STEPS):
        kept = 0
        for a in range(n):
            k, t = active[2 * a], depths[a]
            x, y, z = px + t * lines[k, 0], py + t * lines[k, 1], pz + t * lines[k, 2]
            free = bound_at(x, y, z, square, shape, origin, step, inverse, box) - reach - widen * t
            if free <= STOP_MM or turn == MOST_STEPS - 1:
                stop_line(x, y, z, k, t, label, rows, groups, shape, origin, inverse, limit, owner)
                worst = min(worst, t)
                continue
            t += free * least * (1.0 - 1e-12)
            if t > min(depth, worst if shared else limit[k]):
                continue
            active[2 * kept], depths[kept] = k, t
            kept += 1
        n = kept
        if n == 0:
            return
