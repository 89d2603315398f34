"""Kernels: many needles against one triangle, several needles at a time.

The numbers are those of `meshes.index.triangle.axis_triangle`, to the last bit: the same
operations, in the same order, with a choice at the end where that branches. A loop without a branch
over rows of numbers is turned into vectors by the compiler.
"""

from __future__ import annotations

import numpy as np

from meshes.bundle.compiled import inlined, kernel
from meshes.bundle.order import Floats
from meshes.bundle.sheaf import SPARE_MM
from meshes.index.triangle import THIN
from meshes.index.triangle import Floats as Corners

ROOM = 136
"""Points that fit in a row of what is worked in: an odd number of cache lines, known to the
compiler, which then sees that rows do not overlap."""
ENTRIES, TIPS, ALONG, LENGTHS, CROSSING, FACING, OFFSET, REACHED, LEAST = (
    row * ROOM for row in (0, 3, 6, 9, 10, 13, 16, 17, 18)
)
ROWS = 19
"""Where rows begin, and how many there are: coordinates and directions have three each.

Entries, tips, unit directions and lengths of the needles, where they cross a plane; the planes of
`set_facing` and what lies beyond them; the least distances found, also squared."""


@inlined
def to_corner(px: float, py: float, pz: float, ax: float, ay: float, az: float) -> float:
    """Squared distance of two points."""
    dx, dy, dz = px - ax, py - ay, pz - az
    return dx * dx + dy * dy + dz * dz


@inlined
def to_edge(
    px: float, py: float, pz: float, ax: float, ay: float, az: float,
    bx: float, by: float, bz: float, ex: float, ey: float, ez: float, ee: float,
) -> float:  # fmt: skip
    """Squared distance of a point to the segment ab with e = b - a: that of `point_edge`."""
    s = ((px - ax) * ex + (py - ay) * ey + (pz - az) * ez) / ee
    s = min(max(s, 0.0), 1.0)
    s = s if ee > 0.0 else 0.0
    rest = 1.0 - s
    qx = bx - rest * ex if s > 0.5 else ax + s * ex
    qy = by - rest * ey if s > 0.5 else ay + s * ey
    qz = bz - rest * ez if s > 0.5 else az + s * ez
    return to_corner(px, py, pz, qx, qy, qz)


@inlined
def to_line_edge(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    ax: float, ay: float, az: float, bx: float, by: float, bz: float,
    ex: float, ey: float, ez: float, ee: float,
) -> float:  # fmt: skip
    """Least squared distance of the inner axis to the inner edge ab: that of `axis_edge`."""
    nx, ny, nz = uy * ez - uz * ey, uz * ex - ux * ez, ux * ey - uy * ex
    nn = nx * nx + ny * ny + nz * nz
    rx, ry, rz = ax - px, ay - py, az - pz
    t = ((ry * ez - rz * ey) * nx + (rz * ex - rx * ez) * ny + (rx * ey - ry * ex) * nz) / nn
    s = ((ry * uz - rz * uy) * nx + (rz * ux - rx * uz) * ny + (rx * uy - ry * ux) * nz) / nn
    inner = (nn > 0.0) & (t >= 0.0) & (t <= length) & (s >= 0.0) & (s <= 1.0)
    x, y, z = px + t * ux, py + t * uy, pz + t * uz
    s = ((x - ax) * ex + (y - ay) * ey + (z - az) * ez) / ee
    s = min(max(s, 0.0), 1.0)
    s = s if ee > 0.0 else 0.0
    rest = 1.0 - s
    qx = bx - rest * ex if s > 0.5 else ax + s * ex
    qy = by - rest * ey if s > 0.5 else ay + s * ey
    qz = bz - rest * ez if s > 0.5 else az + s * ez
    first = to_corner(x, y, z, qx, qy, qz)
    t = (qx - px) * ux + (qy - py) * uy + (qz - pz) * uz
    t = min(max(t, 0.0), length)
    second = to_corner(px + t * ux, py + t * uy, pz + t * uz, qx, qy, qz)
    return min(first, second) if inner else np.inf


@inlined
def to_line_corner(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    ax: float, ay: float, az: float,
) -> float:  # fmt: skip
    """Squared distance of the axis to a corner: that of `axis_vertex`."""
    t = (ax - px) * ux + (ay - py) * uy + (az - pz) * uz
    t = min(max(t, 0.0), length)
    return to_corner(px + t * ux, py + t * uy, pz + t * uz, ax, ay, az)


@kernel
def nearer_of(n: int, work: Floats, at: int, tri: Corners, i: int) -> None:
    """Lower ``LEAST`` of ``n`` points, in the rows from ``at`` on, to their squared distance.

    Of needles that are nearest there, to all of the triangle.
    """
    ax, ay, az = tri[i, 0], tri[i, 1], tri[i, 2]
    bx, by, bz = tri[i, 3], tri[i, 4], tri[i, 5]
    cx, cy, cz = tri[i, 6], tri[i, 7], tri[i, 8]
    ux, uy, uz = bx - ax, by - ay, bz - az
    vx, vy, vz = cx - ax, cy - ay, cz - az
    fx, fy, fz = cx - bx, cy - by, cz - bz
    gx, gy, gz = ax - cx, ay - cy, az - cz
    nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
    nn = nx * nx + ny * ny + nz * nz
    uu, ff = ux * ux + uy * uy + uz * uz, fx * fx + fy * fy + fz * fz
    gg, long = gx * gx + gy * gy + gz * gz, max(uu, vx * vx + vy * vy + vz * vz)
    has_face, is_fat = nn > 0.0, nn > THIN * long * long
    for j in range(n):
        px, py, pz = work[at + j], work[at + ROOM + j], work[at + 2 * ROOM + j]
        wx, wy, wz = px - ax, py - ay, pz - az
        v = ((wy * vz - wz * vy) * nx + (wz * vx - wx * vz) * ny + (wx * vy - wy * vx) * nz) / nn
        w = ((uy * wz - uz * wy) * nx + (uz * wx - ux * wz) * ny + (ux * wy - uy * wx) * nz) / nn
        dx, dy, dz = wx - v * ux - w * vx, wy - v * uy - w * vy, wz - v * uz - w * vz
        above = has_face & (v >= 0.0) & (w >= 0.0) & (v + w <= 1.0)
        face = dx * dx + dy * dy + dz * dz if above else np.inf
        edge = min(
            to_edge(px, py, pz, ax, ay, az, bx, by, bz, ux, uy, uz, uu),
            to_edge(px, py, pz, bx, by, bz, cx, cy, cz, fx, fy, fz, ff),
            to_edge(px, py, pz, cx, cy, cz, ax, ay, az, gx, gy, gz, gg),
        )
        edge = np.inf if above & is_fat else edge
        corner = min(
            to_corner(px, py, pz, ax, ay, az),
            to_corner(px, py, pz, bx, by, bz),
            to_corner(px, py, pz, cx, cy, cz),
        )
        work[LEAST + j] = min(work[LEAST + j], face, edge, corner)


@kernel
def nearer_axes(n: int, work: Floats, tri: Corners, i: int) -> None:
    """Lower ``LEAST`` of ``n`` needles to their squared distance; the ends are the caller's."""
    ax, ay, az = tri[i, 0], tri[i, 1], tri[i, 2]
    bx, by, bz = tri[i, 3], tri[i, 4], tri[i, 5]
    cx, cy, cz = tri[i, 6], tri[i, 7], tri[i, 8]
    vx, vy, vz = bx - ax, by - ay, bz - az
    fx, fy, fz = cx - bx, cy - by, cz - bz
    gx, gy, gz = ax - cx, ay - cy, az - cz
    vv, ff = vx * vx + vy * vy + vz * vz, fx * fx + fy * fy + fz * fz
    gg = gx * gx + gy * gy + gz * gz
    for j in range(n):
        px, py, pz = work[j], work[ROOM + j], work[2 * ROOM + j]
        ux, uy, uz = work[ALONG + j], work[ALONG + ROOM + j], work[ALONG + 2 * ROOM + j]
        length = work[LENGTHS + j]
        edge = min(
            to_line_edge(px, py, pz, ux, uy, uz, length, ax, ay, az, bx, by, bz, vx, vy, vz, vv),
            to_line_edge(px, py, pz, ux, uy, uz, length, bx, by, bz, cx, cy, cz, fx, fy, fz, ff),
            to_line_edge(px, py, pz, ux, uy, uz, length, cx, cy, cz, ax, ay, az, gx, gy, gz, gg),
        )
        corner = min(
            to_line_corner(px, py, pz, ux, uy, uz, length, ax, ay, az),
            to_line_corner(px, py, pz, ux, uy, uz, length, bx, by, bz),
            to_line_corner(px, py, pz, ux, uy, uz, length, cx, cy, cz),
        )
        work[LEAST + j] = min(work[LEAST + j], edge, corner)


@kernel
def cross_plane(n: int, work: Floats, tri: Corners, i: int) -> None:
    """Fill in where ``n`` axes go through the plane of a triangle, as `plane_depth` says.

    The entry, for those that do not.
    """
    ax, ay, az = tri[i, 0], tri[i, 1], tri[i, 2]
    bx, by, bz = tri[i, 3] - ax, tri[i, 4] - ay, tri[i, 5] - az
    cx, cy, cz = tri[i, 6] - ax, tri[i, 7] - ay, tri[i, 8] - az
    nx, ny, nz = by * cz - bz * cy, bz * cx - bx * cz, bx * cy - by * cx
    for j in range(n):
        px, py, pz = work[j], work[ROOM + j], work[2 * ROOM + j]
        ux, uy, uz = work[ALONG + j], work[ALONG + ROOM + j], work[ALONG + 2 * ROOM + j]
        length = work[LENGTHS + j]
        slope = nx * ux + ny * uy + nz * uz
        t = -(nx * (px - ax) + ny * (py - ay) + nz * (pz - az)) / slope
        near = (slope != 0.0) & (t >= -1e-6) & (t <= length + 1e-6)
        x, y, z = px + t * ux - ax, py + t * uy - ay, pz + t * uz - az
        t -= (nx * x + ny * y + nz * z) / slope
        t = t if near & (t >= 0.0) & (t <= length) else 0.0
        work[CROSSING + j] = px + t * ux
        work[CROSSING + ROOM + j] = py + t * uy
        work[CROSSING + 2 * ROOM + j] = pz + t * uz


@kernel
def set_facing(n: int, work: Floats, qx: float, qy: float, qz: float) -> None:
    """Fill in a plane per needle, square to the way from the surface point q to its axis.

    All of the axis lies ``OFFSET`` or more before q, seen along the unit vector ``FACING``.
    """
    for j in range(n):
        x, y, z = work[j] - qx, work[ROOM + j] - qy, work[2 * ROOM + j] - qz
        ux, uy, uz = work[ALONG + j], work[ALONG + ROOM + j], work[ALONG + 2 * ROOM + j]
        t = min(max(-(x * ux + y * uy + z * uz), 0.0), work[LENGTHS + j])
        wx, wy, wz = x + t * ux, y + t * uy, z + t * uz
        size = np.sqrt(wx * wx + wy * wy + wz * wz)
        scale = 1.0 / size if size > 1e-6 else 0.0
        wx, wy, wz = wx * scale, wy * scale, wz * scale
        work[FACING + j], work[FACING + ROOM + j], work[FACING + 2 * ROOM + j] = wx, wy, wz
        entry = x * wx + y * wy + z * wz
        x, y = work[TIPS + j] - qx, work[TIPS + ROOM + j] - qy
        z = work[TIPS + 2 * ROOM + j] - qz
        work[OFFSET + j] = min(entry, x * wx + y * wy + z * wz)


@kernel
def may_be_nearer(
    n: int, work: Floats, qx: float, qy: float, qz: float, tri: Corners, i: int
) -> bool:
    """Whether a triangle is not certainly farther from all needles than what was found.

    It is farther from an axis than all of its corners are behind the plane of `set_facing`.
    """
    ax, ay, az = tri[i, 0] - qx, tri[i, 1] - qy, tri[i, 2] - qz
    bx, by, bz = tri[i, 3] - qx, tri[i, 4] - qy, tri[i, 5] - qz
    cx, cy, cz = tri[i, 6] - qx, tri[i, 7] - qy, tri[i, 8] - qz
    most = -np.inf
    for j in range(n):
        wx, wy, wz = work[FACING + j], work[FACING + ROOM + j], work[FACING + 2 * ROOM + j]
        ahead = max(
            ax * wx + ay * wy + az * wz, bx * wx + by * wy + bz * wz, cx * wx + cy * wy + cz * wz
        )
        work[CROSSING + j] = ahead + work[REACHED + j] - work[OFFSET + j]
    for j in range(n):
        most = max(most, work[CROSSING + j])
    return bool(most > -SPARE_MM)


@kernel
def reached(n: int, work: Floats) -> None:
    """Take the root of the least squared distances."""
    for j in range(n):
        work[REACHED + j] = np.sqrt(work[LEAST + j])
