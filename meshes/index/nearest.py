"""Kernels that find the triangle of one structure nearest to an axis or to a point.

A search starts from a bound (the interest radius, or the triangle that was nearest a moment ago)
and returns the first of equally near places on the axis, so that the answer does not depend on
where the search began.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.bounds import Links, Nodes, axis_box, point_box
from meshes.index.compiled import inlined, kernel
from meshes.index.triangle import Floats, axis_triangle, point_triangle

Stack = NDArray[np.int64]
Spheres = NDArray[np.float32]

SLACK = 1.0 + 1e-9
"""A branch is dropped only if it is further than the best by more than this: ties stay ties."""


@inlined
def is_too_far(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    cap: float, reach: float, spheres: Spheres, tri: Floats, i: int,
) -> bool:  # fmt: skip
    """Whether triangle ``i`` certainly stays farther from the axis than ``reach`` = √``cap``.

    First by the sphere around it; then by its corners, seen along the direction from the axis to
    the sphere's centre: the whole axis lies behind that plane.
    """
    x = np.float64(spheres[i, 0]) - px
    y = np.float64(spheres[i, 1]) - py
    z = np.float64(spheres[i, 2]) - pz
    t = min(max(x * ux + y * uy + z * uz, 0.0), length)
    x -= t * ux
    y -= t * uy
    z -= t * uz
    v2 = x * x + y * y + z * z
    wide = reach + spheres[i, 3]
    if v2 > wide * wide:
        return True
    ox, oy, oz = px + t * ux, py + t * uy, pz + t * uz
    a = (tri[i, 0] - ox) * x + (tri[i, 1] - oy) * y + (tri[i, 2] - oz) * z
    b = (tri[i, 3] - ox) * x + (tri[i, 4] - oy) * y + (tri[i, 5] - oz) * z
    c = (tri[i, 6] - ox) * x + (tri[i, 7] - oy) * y + (tri[i, 8] - oz) * z
    least = min(a, b, c)
    return bool(least > 0.0 and least * least > cap * v2)


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
def gap_to_plane(wx: float, wy: float, wz: float, offset: float, tri: Floats, i: int) -> float:
    """How far triangle ``i`` at least stays behind a plane of `facing`."""
    a = tri[i, 0] * wx + tri[i, 1] * wy + tri[i, 2] * wz
    b = tri[i, 3] * wx + tri[i, 4] * wy + tri[i, 5] * wz
    c = tri[i, 6] * wx + tri[i, 7] * wy + tri[i, 8] * wz
    return float(offset - max(a, b, c))


@kernel
def nearest_on_axis(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    limit: float, seed: int, root: int,
    nodes: Nodes, links: Links, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
) -> tuple[float, float, float, float, float, int]:  # fmt: skip
    """Closest approach of the axis to the structure under ``root``, if nearer than ``limit`` mm.

    Returns squared distance, depth, nearest point, triangle. Nothing nearer: infinity, 0, …, -1.
    """
    best, depth, qx, qy, qz, found = np.inf, 0.0, 0.0, 0.0, 0.0, -1
    wx, wy, wz, offset = 0.0, 0.0, 0.0, 0.0
    cap = limit * limit * SLACK
    if seed >= 0:
        e = axis_triangle(px, py, pz, ux, uy, uz, length, tri, seed)
        if e[0] <= cap:
            best, depth, qx, qy, qz = e
            found = seed
            cap = best * SLACK + 1e-18
            wx, wy, wz, offset = facing(px, py, pz, ux, uy, uz, length, best, depth, qx, qy, qz)
    reach = np.sqrt(cap)
    size = 1
    stack[0] = root
    bounds[0] = axis_box(px, py, pz, ux, uy, uz, length, nodes, root)[0]
    while size > 0:
        size -= 1
        if bounds[size] > cap:
            continue
        node = stack[size]
        first, count = int(links[node, 6]), links[node, 7]
        if count == 0:
            a, va = axis_box(px, py, pz, ux, uy, uz, length, nodes, first)
            b, vb = axis_box(px, py, pz, ux, uy, uz, length, nodes, first + 1)
            near, far = first, first + 1
            if b < a or (b == a and vb < va):
                near, far = far, near
                a, b = b, a
            if b <= cap:
                stack[size], bounds[size] = far, b
                size += 1
            if a <= cap:
                stack[size], bounds[size] = near, a
                size += 1
            continue
        for i in range(first, first + count):
            if is_too_far(px, py, pz, ux, uy, uz, length, cap, reach, spheres, tri, i):
                continue
            if gap_to_plane(wx, wy, wz, offset, tri, i) > reach:
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
    nodes: Nodes, links: Links, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
) -> tuple[float, float, float, float, int]:  # fmt: skip
    """Nearest point of the structure under ``root``, if nearer than ``limit`` mm.

    Returns squared distance, point, triangle. Nothing nearer: infinity, 0, 0, 0, -1.
    """
    best, qx, qy, qz, found = np.inf, 0.0, 0.0, 0.0, -1
    wx, wy, wz, offset = 0.0, 0.0, 0.0, 0.0
    cap = limit * limit * SLACK
    if seed >= 0:
        e = point_triangle(x, y, z, tri, seed)
        if e[0] <= cap:
            best, qx, qy, qz = e
            found = seed
            cap = best * SLACK + 1e-18
            wx, wy, wz, offset = facing(x, y, z, 0.0, 0.0, 0.0, 0.0, best, 0.0, qx, qy, qz)
    reach = np.sqrt(cap)
    size = 1
    stack[0] = root
    bounds[0] = point_box(x, y, z, nodes, root)
    while size > 0:
        size -= 1
        if bounds[size] > cap:
            continue
        node = stack[size]
        first, count = int(links[node, 6]), links[node, 7]
        if count == 0:
            a = point_box(x, y, z, nodes, first)
            b = point_box(x, y, z, nodes, first + 1)
            near, far = first, first + 1
            if b < a:
                near, far = far, near
                a, b = b, a
            if b <= cap:
                stack[size], bounds[size] = far, b
                size += 1
            if a <= cap:
                stack[size], bounds[size] = near, a
                size += 1
            continue
        for i in range(first, first + count):
            if is_too_far(x, y, z, 0.0, 0.0, 0.0, 0.0, cap, reach, spheres, tri, i):
                continue
            if gap_to_plane(wx, wy, wz, offset, tri, i) > reach:
                continue
            e = point_triangle(x, y, z, tri, i)
            if e[0] < best or (e[0] == best and i < found):
                best, qx, qy, qz = e
                found = i
                cap = best * SLACK + 1e-18
                reach = np.sqrt(cap)
                wx, wy, wz, offset = facing(x, y, z, 0.0, 0.0, 0.0, 0.0, best, 0.0, qx, qy, qz)
    return best, qx, qy, qz, found
