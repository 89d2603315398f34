"""Kernels on one triangle: distance of a point, of a segment, and the depth where it is reached.

Every candidate is the distance between a point of the axis and a point of the triangle, so nothing
here can come out below the truth by more than rounding; and the candidates cover every way a
minimum can arise, so nothing comes out above it. Vectors are passed as scalars: numba keeps them in
registers. A triangle is a row ``(a, b, c)`` of nine float64, mm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.compiled import inlined, kernel

Floats = NDArray[np.float64]

THIN = 1e-8
"""Squared height over length below which a triangle counts as needle-thin."""


@inlined
def point_edge(
    px: float, py: float, pz: float,
    ax: float, ay: float, az: float, bx: float, by: float, bz: float,
) -> tuple[float, float, float, float]:  # fmt: skip
    """Squared distance of a point to the segment ab, and the nearest point of it."""
    ex, ey, ez = bx - ax, by - ay, bz - az
    ee = ex * ex + ey * ey + ez * ez
    s = 0.0
    if ee > 0.0:
        s = ((px - ax) * ex + (py - ay) * ey + (pz - az) * ez) / ee
        s = min(max(s, 0.0), 1.0)
    if s > 0.5:  # from the nearer end: an end is met exactly, whatever was rounded
        s = 1.0 - s
        qx, qy, qz = bx - s * ex, by - s * ey, bz - s * ez
    else:
        qx, qy, qz = ax + s * ex, ay + s * ey, az + s * ez
    dx, dy, dz = px - qx, py - qy, pz - qz
    return dx * dx + dy * dy + dz * dz, qx, qy, qz


@kernel
def point_triangle(
    px: float, py: float, pz: float, tri: Floats, i: int
) -> tuple[float, float, float, float]:
    """Squared distance of a point to triangle ``i``, and the nearest point of it.

    A triangle without area has no face: its edges are all of it. On a needle-thin one the face's
    own coordinates are rounding noise, so its edges are measured as well: they are never further
    from the truth than the triangle is thin.
    """
    ax, ay, az = tri[i, 0], tri[i, 1], tri[i, 2]
    bx, by, bz = tri[i, 3], tri[i, 4], tri[i, 5]
    cx, cy, cz = tri[i, 6], tri[i, 7], tri[i, 8]
    ux, uy, uz = bx - ax, by - ay, bz - az
    vx, vy, vz = cx - ax, cy - ay, cz - az
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    nn = nx * nx + ny * ny + nz * nz
    wx, wy, wz = px - ax, py - ay, pz - az
    v = w = -1.0
    if nn > 0.0:
        v = ((wy * vz - wz * vy) * nx + (wz * vx - wx * vz) * ny + (wx * vy - wy * vx) * nz) / nn
        w = ((uy * wz - uz * wy) * nx + (uz * wx - ux * wz) * ny + (ux * wy - uy * wx) * nz) / nn
    best = (np.inf, 0.0, 0.0, 0.0)
    if v >= 0.0 and w >= 0.0 and v + w <= 1.0:
        dx, dy, dz = wx - v * ux - w * vx, wy - v * uy - w * vy, wz - v * uz - w * vz
        best = (dx * dx + dy * dy + dz * dz, px - dx, py - dy, pz - dz)
        long = max(ux * ux + uy * uy + uz * uz, vx * vx + vy * vy + vz * vz)
        if nn > THIN * long * long:
            return best
    # Outside the face the nearest point is on an edge whose barycentric coordinate is negative;
    # all three are measured, because rounding must not choose the edge.
    other = point_edge(px, py, pz, ax, ay, az, bx, by, bz)
    if other[0] < best[0]:
        best = other
    other = point_edge(px, py, pz, bx, by, bz, cx, cy, cz)
    if other[0] < best[0]:
        best = other
    other = point_edge(px, py, pz, cx, cy, cz, ax, ay, az)
    if other[0] < best[0]:
        best = other
    return best


@inlined
def axis_edge(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    ax: float, ay: float, az: float, bx: float, by: float, bz: float,
) -> tuple[float, float, float, float, float]:  # fmt: skip
    """Closest approach of the inner axis to the inner edge ab: squared distance, depth, point.

    Infinite where the closest approach of the two lines is not inner to both; the ends are the
    caller's. The parameters come from the cross product: its relative error stays small where
    ``aa·ee − ae²`` has cancelled to nothing (nearly parallel lines that cross).
    """
    ex, ey, ez = bx - ax, by - ay, bz - az
    nx, ny, nz = uy * ez - uz * ey, uz * ex - ux * ez, ux * ey - uy * ex
    nn = nx * nx + ny * ny + nz * nz
    if nn <= 0.0:
        return np.inf, 0.0, 0.0, 0.0, 0.0
    rx, ry, rz = ax - px, ay - py, az - pz
    t = ((ry * ez - rz * ey) * nx + (rz * ex - rx * ez) * ny + (rx * ey - ry * ex) * nz) / nn
    if not 0.0 <= t <= length:
        return np.inf, 0.0, 0.0, 0.0, 0.0
    s = ((ry * uz - rz * uy) * nx + (rz * ux - rx * uz) * ny + (rx * uy - ry * ux) * nz) / nn
    if not 0.0 <= s <= 1.0:
        return np.inf, 0.0, 0.0, 0.0, 0.0
    # One round of projections takes the rounding of t and s out of the distance.
    d2, qx, qy, qz = point_edge(px + t * ux, py + t * uy, pz + t * uz, ax, ay, az, bx, by, bz)
    t2 = (qx - px) * ux + (qy - py) * uy + (qz - pz) * uz
    t2 = min(max(t2, 0.0), length)
    dx, dy, dz = px + t2 * ux - qx, py + t2 * uy - qy, pz + t2 * uz - qz
    e2 = dx * dx + dy * dy + dz * dz
    if e2 < d2:
        return e2, t2, qx, qy, qz
    return d2, t, qx, qy, qz


@inlined
def axis_vertex(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    ax: float, ay: float, az: float,
) -> tuple[float, float]:  # fmt: skip
    """Squared distance of the axis to a vertex, and the depth facing it."""
    t = (ax - px) * ux + (ay - py) * uy + (az - pz) * uz
    t = min(max(t, 0.0), length)
    dx, dy, dz = px + t * ux - ax, py + t * uy - ay, pz + t * uz - az
    return dx * dx + dy * dy + dz * dz, t


@inlined
def plane_depth(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    tri: Floats, i: int,
) -> float:  # fmt: skip
    """Depth where the axis crosses the plane of triangle ``i``; negative if it does not."""
    ax, ay, az = tri[i, 0], tri[i, 1], tri[i, 2]
    bx, by, bz = tri[i, 3] - ax, tri[i, 4] - ay, tri[i, 5] - az
    cx, cy, cz = tri[i, 6] - ax, tri[i, 7] - ay, tri[i, 8] - az
    nx, ny, nz = by * cz - bz * cy, bz * cx - bx * cz, bx * cy - by * cx
    slope = nx * ux + ny * uy + nz * uz
    if slope == 0.0:
        return -1.0
    t = -(nx * (px - ax) + ny * (py - ay) + nz * (pz - az)) / slope
    if not -1e-6 <= t <= length + 1e-6:
        return -1.0
    # Newton once more from there: the lever arm is now the triangle's size, not the needle's.
    x, y, z = px + t * ux - ax, py + t * uy - ay, pz + t * uz - az
    t -= (nx * x + ny * y + nz * z) / slope
    return t if t <= length else -1.0


@kernel
def axis_triangle(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    tri: Floats, i: int,
) -> tuple[float, float, float, float, float]:  # fmt: skip
    """Closest approach of the axis (origin, unit direction, length) to triangle ``i``.

    Returns squared distance, depth on the axis, nearest point (x, y, z) of the triangle; 0 where
    they meet. Minimum over: both ends to the triangle, three vertices and three edges to the inner
    axis, and the point where the axis goes through the plane.
    """
    ax, ay, az = tri[i, 0], tri[i, 1], tri[i, 2]
    bx, by, bz = tri[i, 3], tri[i, 4], tri[i, 5]
    cx, cy, cz = tri[i, 6], tri[i, 7], tri[i, 8]
    best, qx, qy, qz = point_triangle(px, py, pz, tri, i)
    depth = 0.0
    if length <= 0.0:
        return best, depth, qx, qy, qz
    e = point_triangle(px + length * ux, py + length * uy, pz + length * uz, tri, i)
    if e[0] < best:
        best, qx, qy, qz = e
        depth = length
    t = plane_depth(px, py, pz, ux, uy, uz, length, tri, i)
    if t >= 0.0:
        e = point_triangle(px + t * ux, py + t * uy, pz + t * uz, tri, i)
        if e[0] < best:
            best, qx, qy, qz = e
            depth = t
    d2, t = axis_vertex(px, py, pz, ux, uy, uz, length, ax, ay, az)
    if d2 < best:
        best, depth, qx, qy, qz = d2, t, ax, ay, az
    d2, t = axis_vertex(px, py, pz, ux, uy, uz, length, bx, by, bz)
    if d2 < best:
        best, depth, qx, qy, qz = d2, t, bx, by, bz
    d2, t = axis_vertex(px, py, pz, ux, uy, uz, length, cx, cy, cz)
    if d2 < best:
        best, depth, qx, qy, qz = d2, t, cx, cy, cz
    g = axis_edge(px, py, pz, ux, uy, uz, length, ax, ay, az, bx, by, bz)
    if g[0] < best:
        best, depth, qx, qy, qz = g
    g = axis_edge(px, py, pz, ux, uy, uz, length, bx, by, bz, cx, cy, cz)
    if g[0] < best:
        best, depth, qx, qy, qz = g
    g = axis_edge(px, py, pz, ux, uy, uz, length, cx, cy, cz, ax, ay, az)
    if g[0] < best:
        best, depth, qx, qy, qz = g
    return best, depth, qx, qy, qz


@kernel
def reach_depth(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float,
    start: float, stop: float, radius: float, noise: float, tri: Floats, i: int,
) -> float:  # fmt: skip
    """First depth in [start, stop] where the axis point is within ``radius`` of triangle ``i``.

    Infinite if there is none. The distance to a convex set is convex along a line, and its tangent
    lies below it: Newton from the left never steps over the first root, grazing and coplanar
    triangles included. ``noise`` bounds the rounding of a distance, mm; the slope is taken steeper
    by what that can do to it, so the answer may be early by rounding and is never late. Pass a
    ``radius`` that exceeds the wanted one by some ``noise``, else a touch is lost to rounding.
    """
    t = start
    for _ in range(300):
        x, y, z = px + t * ux, py + t * uy, pz + t * uz
        d2, qx, qy, qz = point_triangle(x, y, z, tri, i)
        d = np.sqrt(d2)
        if d <= radius:
            return t
        slope = ((x - qx) * ux + (y - qy) * uy + (z - qz) * uz) / d - noise / d
        if slope >= 0.0:
            return np.inf
        after = t + (d - radius) / -slope
        if after > stop:
            return np.inf
        if after <= t:
            return t
        t = after
    return t
