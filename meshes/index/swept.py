"""A straight axis against triangles that move: how near they come on the way, and how early.

Each triangle goes from one place to another, its corners evenly along straight lines, and so does
the origin of the axis, whose direction stays. A distance to a triangle changes by no more
than its fastest corner moves, so the distance half-way less half the way of that corner bounds the
whole way; where that does not decide, the way is halved. A corner may stray from its straight line
by ``stray``, which is taken off. What comes out is never larger than the truth, and less than it by
no more than ``tolerance`` and the stray.
"""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import NDArray

from meshes.index.compiled import kernel
from meshes.index.triangle import axis_triangle, reach_depth

Floats = NDArray[np.float64]
_STACK = 64
_ROUNDING = 1e-11
"""Of the largest coordinate: what rounding may do to a distance, with room to spare."""


@kernel
def _place(
    start: Floats, stop: Floats, corners: NDArray[np.int32], i: int, origins: Floats, share: float,
    tri: Floats,
) -> None:  # fmt: skip
    """Write triangle ``i``, seen from the origin, at ``share`` of the way into row 0 of ``tri``."""
    for k in range(3):
        p = corners[i, k]
        for axis in range(3):
            a, b = start[p, axis] - origins[0, axis], stop[p, axis] - origins[1, axis]
            tri[0, 3 * k + axis] = a + share * (b - a)


@kernel
def _way(start: Floats, stop: Floats, corners: NDArray[np.int32], i: int, origins: Floats) -> float:
    """The way of the fastest corner of triangle ``i``, seen from the origin."""
    longest = 0.0
    for k in range(3):
        p, far = corners[i, k], 0.0
        for axis in range(3):
            a, b = start[p, axis] - origins[0, axis], stop[p, axis] - origins[1, axis]
            far += (b - a) * (b - a)
        longest = max(longest, far)
    return math.sqrt(longest)


@kernel
def _away(tri: Floats, ux: float, uy: float, uz: float, length: float) -> float:
    """A lower bound of the distance from the axis: to the first corner, less the longest edge."""
    x, y, z = tri[0, 0], tri[0, 1], tri[0, 2]
    longest = 0.0
    for k in range(1, 3):
        dx, dy, dz = tri[0, 3 * k] - x, tri[0, 3 * k + 1] - y, tri[0, 3 * k + 2] - z
        longest = max(longest, dx * dx + dy * dy + dz * dz)
    t = min(max(x * ux + y * uy + z * uz, 0.0), length)
    dx, dy, dz = x - t * ux, y - t * uy, z - t * uz
    return math.sqrt(dx * dx + dy * dy + dz * dz) - math.sqrt(longest)


@kernel
def swept_distance(
    start: Floats, stop: Floats, corners: NDArray[np.int32], stray: Floats,
    origins: Floats, direction: Floats, length: float, least: float, tolerance: float,
) -> float:  # fmt: skip
    """The least distance between an axis and triangles on their way, mm.

    Parameters
    ----------
    start, stop
        (n, 3) points before and after.
    corners
        (m, 3) corners of the triangles.
    stray
        (n,) how far a point may be from its straight line, seen from the origin.
    origins
        (2, 3) the axis's origin before and after.
    direction, length
        Unit direction (3,) of the axis, and its length.
    least
        What is known to be come as near as: nothing farther is looked for.
    tolerance
        How much too near the answer may be, besides the stray; above 0.

    Returns
    -------
    float
        Never more than the truth or ``least``; negative where the triangles may touch the axis.
    """
    ux, uy, uz = direction[0], direction[1], direction[2]
    tri = np.empty((1, 9))
    begins, ends = np.empty(_STACK), np.empty(_STACK)
    best = least
    for i in range(len(corners)):
        way = _way(start, stop, corners, i, origins)
        off = max(stray[corners[i, 0]], stray[corners[i, 1]], stray[corners[i, 2]])
        _place(start, stop, corners, i, origins, 0.5, tri)
        if _away(tri, ux, uy, uz, length) - 0.5 * way - off >= best:
            continue
        begins[0], ends[0] = 0.0, 1.0
        n = 1
        while n:
            n -= 1
            low, high = begins[n], ends[n]
            middle, half = 0.5 * (low + high), 0.5 * (high - low) * way
            _place(start, stop, corners, i, origins, middle, tri)
            d2 = axis_triangle(0.0, 0.0, 0.0, ux, uy, uz, length, tri, 0)[0]
            bound = np.sqrt(d2) - half - off
            if bound >= best:
                continue
            if half <= tolerance or n + 2 > _STACK:
                best = bound
                continue
            begins[n], ends[n] = low, middle
            begins[n + 1], ends[n + 1] = middle, high
            n += 2
    return best - _ROUNDING * (length + abs(best))


@kernel
def swept_reach(
    start: Floats, stop: Floats, corners: NDArray[np.int32], stray: Floats,
    origins: Floats, direction: Floats, length: float, radius: float, least: float,
    tolerance: float,
) -> float:  # fmt: skip
    """First depth at which the axis comes within ``radius`` of triangles on their way, mm.

    Parameters as in `swept_distance`; ``least`` is a depth beyond which nothing is looked for. The
    answer is never more than the truth or ``least``, and infinite if both are; it is the depth for
    a radius that is wider by no more than twice ``tolerance`` and the stray.
    """
    ux, uy, uz = direction[0], direction[1], direction[2]
    tri = np.empty((1, 9))
    begins, ends = np.empty(_STACK), np.empty(_STACK)
    best = least
    for i in range(len(corners)):
        way = _way(start, stop, corners, i, origins)
        off = max(stray[corners[i, 0]], stray[corners[i, 1]], stray[corners[i, 2]])
        _place(start, stop, corners, i, origins, 0.5, tri)
        if _away(tri, ux, uy, uz, min(best, length)) - 0.5 * way - off > radius:
            continue
        begins[0], ends[0] = 0.0, 1.0
        n = 1
        while n:
            n -= 1
            low, high = begins[n], ends[n]
            middle, half = 0.5 * (low + high), 0.5 * (high - low) * way
            _place(start, stop, corners, i, origins, middle, tri)
            noise = _ROUNDING * (length + radius)
            wide = radius + half + off + 2.0 * noise
            stop_at = min(best, length)
            depth = reach_depth(0.0, 0.0, 0.0, ux, uy, uz, 0.0, stop_at, wide, noise, tri, 0)
            if depth >= best:
                continue
            if half <= tolerance or n + 2 > _STACK:
                best = depth
                continue
            begins[n], ends[n] = low, middle
            begins[n + 1], ends[n + 1] = middle, high
            n += 2
    return best
