"""Kernels that find the triangle of one structure nearest to an axis or to a point.

A search starts from a bound (the interest radius, or the triangle that was nearest a moment ago)
and returns the first of equally near places on the axis, so that the answer does not depend on
where the search began.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.compiled import inlined, kernel
from meshes.index.drums import Wide, WideWays
from meshes.index.lanes import drums_within, lowest_bit, soon
from meshes.index.triangle import Floats, axis_triangle, point_triangle

Stack = NDArray[np.int64]
Spheres = NDArray[np.float32]

SLACK = 1.0 + 1e-9
"""A branch is dropped only if it is further than the best by more than this: ties stay ties."""


MOST_SQUARED = 1e30
"""Less than the squared distance of an empty lane (`meshes.index.drums`): none is ever opened."""


@inlined
def wanted_soon(wide: Wide, node: int) -> None:
    """Fetch a wide node, four cache lines, while something else is computed."""
    at = np.int64(node) * 64
    soon(wide, at)
    soon(wide, at + 16)
    soon(wide, at + 32)
    soon(wide, at + 48)


@inlined
def push_within(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    reach: float, wide: Wide, ways: WideWays, node: int, stack: Stack, bounds: Floats, size: int,
) -> int:  # fmt: skip
    """Put the branches of a wide node on the stack, nearest on top; return the new size.

    The keys of the eight stand in the last places of ``bounds``.
    """
    base, keys = size, len(bounds) - 8
    mask = drums_within(px, py, pz, ux, uy, uz, length, reach, wide, node, bounds, keys)
    while mask != 0:
        lane = lowest_bit(mask)
        mask &= mask - 1
        key, way = bounds[keys + lane], ways[node, 7, lane]
        wanted_soon(wide, way)
        j = size
        while j > base and bounds[j - 1] < key:
            stack[j], bounds[j] = stack[j - 1], bounds[j - 1]
            j -= 1
        stack[j], bounds[j] = way, key
        size += 1
    return size


@inlined
def is_too_far(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    cap: float, spheres: Spheres, tri: Floats, i: int,
) -> bool:  # fmt: skip
    """Whether triangle ``i`` certainly stays farther from the axis than √``cap``.

    By its corners, seen along the direction from the axis to the centre of its sphere: the whole
    axis lies behind that plane.
    """
    x = np.float64(spheres[i, 0]) - px
    y = np.float64(spheres[i, 1]) - py
    z = np.float64(spheres[i, 2]) - pz
    t = min(max(x * ux + y * uy + z * uz, 0.0), length)
    x -= t * ux
    y -= t * uy
    z -= t * uz
    ox, oy, oz = px + t * ux, py + t * uy, pz + t * uz
    a = (tri[i, 0] - ox) * x + (tri[i, 1] - oy) * y + (tri[i, 2] - oz) * z
    b = (tri[i, 3] - ox) * x + (tri[i, 4] - oy) * y + (tri[i, 5] - oz) * z
    c = (tri[i, 6] - ox) * x + (tri[i, 7] - oy) * y + (tri[i, 8] - oz) * z
    least = min(a, b, c)
    return bool(least > 0.0 and least * least > cap * (x * x + y * y + z * z))


@inlined
def facing(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    d2: float, depth: float, qx: float, qy: float, qz: float,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Return the plane across the gap of the best approach: its unit normal and its offset.

    The whole axis lies at or beyond the offset, so that a triangle whose corners all project to
    less is at least the difference away. Nearest neighbours of the best triangle fail this by a
    hair, all others clearly: it saves four exact tests of five. A contact has no gap: normal 0.
    """
    x, y, z = px + depth * ux, py + depth * uy, pz + depth * uz
    if not d2 > 1e-12:
        return 0.0, 0.0, 0.0, 0.0
    scale = 1.0 / np.sqrt(d2)
    wx, wy, wz = (x - qx) * scale, (y - qy) * scale, (z - qz) * scale
    here = px * wx + py * wy + pz * wz
    return wx, wy, wz, here + min(0.0, length * (ux * wx + uy * wy + uz * wz))


@inlined
def corners_before(
    wx: float, wy: float, wz: float, offset: float, reach: float,
    qx: float, qy: float, qz: float, tri: Floats, i: int,
) -> int:  # fmt: skip
    """How many corners of triangle ``i`` are not ``reach`` behind a plane of `facing`.

    0: the triangle is farther away. -1: only the corner that is the nearest point itself: the
    triangle is as near as that, there, and nowhere nearer.
    """
    limit = offset - reach
    n, same = 0, 0
    for k in range(3):
        x, y, z = tri[i, 3 * k], tri[i, 3 * k + 1], tri[i, 3 * k + 2]
        if x * wx + y * wy + z * wz >= limit:
            n += 1
            if x == qx and y == qy and z == qz:
                same += 1
    return -1 if n == 1 and same == 1 else n


@kernel
def nearest_on_axis(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    limit: float, seed: int, root: int,
    wide: Wide, ways: WideWays, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
) -> tuple[float, float, float, float, float, int]:  # fmt: skip
    """Closest approach of the axis to the structure under ``root``, if nearer than ``limit`` mm.

    Returns squared distance, depth, nearest point, triangle. Nothing nearer: infinity, 0, …, -1.
    """
    best, depth, qx, qy, qz, found = np.inf, 0.0, 0.0, 0.0, 0.0, -1
    wx, wy, wz, offset = 0.0, 0.0, 0.0, 0.0
    cap = min(limit * limit * SLACK + 1e-18, MOST_SQUARED)
    if seed >= 0:
        e = axis_triangle(px, py, pz, ux, uy, uz, length, tri, seed)
        if e[0] <= cap:
            best, depth, qx, qy, qz = e
            found = seed
            cap = best * SLACK + 1e-18
            wx, wy, wz, offset = facing(px, py, pz, ux, uy, uz, length, best, depth, qx, qy, qz)
    reach = np.sqrt(cap)
    size = 1
    stack[0], bounds[0] = root, 0.0
    while size > 0:
        size -= 1
        if bounds[size] > reach:
            continue
        way = stack[size]
        first = -1 - ways[way, 7, 0]
        if first < 0:
            size = push_within(
                px, py, pz, ux, uy, uz, length, reach, wide, ways, way, stack, bounds, size
            )
            continue
        keys = len(bounds) - 8
        mask = drums_within(px, py, pz, ux, uy, uz, length, reach, wide, way, bounds, keys)
        while mask != 0:
            lane = lowest_bit(mask)
            mask &= mask - 1
            i = first + lane
            if i == seed or bounds[keys + lane] > reach:
                continue
            n = corners_before(wx, wy, wz, offset, reach, qx, qy, qz, tri, i)
            if n <= 0:
                if n < 0:
                    found = min(found, i)
                continue
            if is_too_far(px, py, pz, ux, uy, uz, length, cap, spheres, tri, i):
                continue
            e = axis_triangle(px, py, pz, ux, uy, uz, length, tri, i)
            if e[0] > cap:
                continue
            tied = e[0] == best and (e[1] < depth or (e[1] == depth and i < found))
            if e[0] < best or tied:
                best, depth, qx, qy, qz = e
                found = i
                cap = best * SLACK + 1e-18
                reach = np.sqrt(cap)
                wx, wy, wz, offset = facing(px, py, pz, ux, uy, uz, length, best, depth, qx, qy, qz)
    return best, depth, qx, qy, qz, found


@kernel
def nearest_to_point(
    x: float, y: float, z: float, limit: float, seed: int, root: int,
    wide: Wide, ways: WideWays, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
) -> tuple[float, float, float, float, int]:  # fmt: skip
    """Nearest point of the structure under ``root``, if nearer than ``limit`` mm.

    Returns squared distance, point, triangle. Nothing nearer: infinity, 0, 0, 0, -1.
    """
    best, qx, qy, qz, found = np.inf, 0.0, 0.0, 0.0, -1
    wx, wy, wz, offset = 0.0, 0.0, 0.0, 0.0
    cap = min(limit * limit * SLACK + 1e-18, MOST_SQUARED)
    if seed >= 0:
        e = point_triangle(x, y, z, tri, seed)
        if e[0] <= cap:
            best, qx, qy, qz = e
            found = seed
            cap = best * SLACK + 1e-18
            wx, wy, wz, offset = facing(x, y, z, 0.0, 0.0, 0.0, 0.0, best, 0.0, qx, qy, qz)
    reach = np.sqrt(cap)
    size = 1
    stack[0], bounds[0] = root, 0.0
    while size > 0:
        size -= 1
        if bounds[size] > reach:
            continue
        way = stack[size]
        first = -1 - ways[way, 7, 0]
        if first < 0:
            size = push_within(
                x, y, z, 0.0, 0.0, 0.0, 0.0, reach, wide, ways, way, stack, bounds, size
            )
            continue
        keys = len(bounds) - 8
        mask = drums_within(x, y, z, 0.0, 0.0, 0.0, 0.0, reach, wide, way, bounds, keys)
        while mask != 0:
            lane = lowest_bit(mask)
            mask &= mask - 1
            i = first + lane
            if i == seed or bounds[keys + lane] > reach:
                continue
            n = corners_before(wx, wy, wz, offset, reach, qx, qy, qz, tri, i)
            if n <= 0:
                if n < 0:
                    found = min(found, i)
                continue
            if is_too_far(x, y, z, 0.0, 0.0, 0.0, 0.0, cap, spheres, tri, i):
                continue
            e = point_triangle(x, y, z, tri, i)
            if e[0] < best or (e[0] == best and i < found):
                best, qx, qy, qz = e
                found = i
                cap = best * SLACK + 1e-18
                reach = np.sqrt(cap)
                wx, wy, wz, offset = facing(x, y, z, 0.0, 0.0, 0.0, 0.0, best, 0.0, qx, qy, qz)
    return best, qx, qy, qz, found
