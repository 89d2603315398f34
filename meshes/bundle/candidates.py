"""Kernels: the few triangles of a structure that can be nearest to any needle of a slice.

Two rules leave a triangle out, both exact. *Ring*: it is farther from the needle in the middle
than that needle's distance plus twice what any needle of the slice lies apart from it. *Bisector*:
let q be the point nearest to the needle in the middle. A point y is no nearer than q to a point x
if (x - q).(y - q) <= |y - q|^2 / 2; that is linear in x, so that it holds on every axis of the
slice if it holds on the two balls that hold all entries and all tips. Far structures are left with
the caps that face the slice, and the search among these needs no tree.
"""

from __future__ import annotations

import numpy as np

from meshes.bundle.compiled import inlined, kernel
from meshes.bundle.order import Floats, Longs
from meshes.index.drums import Wide, WideWays
from meshes.index.lanes import drums_within, lowest_bit
from meshes.index.nearest import SLACK, Spheres, Stack, corners_before, facing, is_too_far
from meshes.index.triangle import Floats as Corners
from meshes.index.triangle import axis_triangle

BLOCKS = 32
"""A structure with more than eight times this many candidates is searched through its tree."""
CERTAIN = 1e-6
"""By how many mm^2 the bisector rule must hold: rounding cannot decide, and ties stay in."""


@inlined
def drum_behind(
    ax: float, ay: float, az: float, room: float, qx: float, qy: float, qz: float,
    wide: Wide, node: int, lane: int,
) -> bool:  # fmt: skip
    """Whether a drum lies behind the bisector for every x within ``room`` of q + a."""
    x, y, z = (
        np.float64(wide[node, 0, lane]) - qx,
        np.float64(wide[node, 1, lane]) - qy,
        np.float64(wide[node, 2, lane]) - qz,
    )
    hx, hy, hz = (
        np.float64(wide[node, 3, lane]),
        np.float64(wide[node, 4, lane]),
        np.float64(wide[node, 5, lane]),
    )
    radius = np.float64(wide[node, 6, lane])
    hh = hx * hx + hy * hy + hz * hz
    along = ax * hx + ay * hy + az * hz
    beside = np.sqrt(max(ax * ax + ay * ay + az * az - along * along / max(hh, 1e-300), 0.0))
    far = np.sqrt(hh + radius * radius) * (1.0 + 1e-9)
    away = np.sqrt(x * x + y * y + z * z)
    near = max(away - far, 0.0)
    most = ax * x + ay * y + az * z + abs(along) + radius * beside
    return bool(most + room * (away + far) - 0.5 * near * near < -CERTAIN)


@inlined
def triangle_behind(
    ax: float, ay: float, az: float, room: float, qx: float, qy: float, qz: float,
    wide: Wide, node: int, lane: int, tri: Corners, i: int,
) -> bool:  # fmt: skip
    """Whether a triangle lies behind the bisector for every x within ``room`` of q + a."""
    most, far = -np.inf, 0.0
    for k in range(3):
        x, y, z = tri[i, 3 * k] - qx, tri[i, 3 * k + 1] - qy, tri[i, 3 * k + 2] - qz
        most = max(most, ax * x + ay * y + az * z)
        far = max(far, x * x + y * y + z * z)
    x, y, z = (
        np.float64(wide[node, 0, lane]) - qx,
        np.float64(wide[node, 1, lane]) - qy,
        np.float64(wide[node, 2, lane]) - qz,
    )
    hx, hy, hz = (
        np.float64(wide[node, 3, lane]),
        np.float64(wide[node, 4, lane]),
        np.float64(wide[node, 5, lane]),
    )
    radius = np.float64(wide[node, 6, lane])
    size = np.sqrt(hx * hx + hy * hy + hz * hz + radius * radius) * (1.0 + 1e-9)
    near = max(np.sqrt(x * x + y * y + z * z) - size, 0.0)
    return bool(most + room * np.sqrt(far) - 0.5 * near * near < -CERTAIN)


@kernel
def gather(
    line: Floats, distance: float, qx: float, qy: float, qz: float,
    entry_room: float, tip_room: float, root: int, wide: Wide, ways: WideWays, tri: Corners,
    stack: Stack, bounds: Floats, drums: Wide, names: Longs, first: int,
) -> int:  # fmt: skip
    """Copy the drums of the candidates to blocks ``first`` on, their triangles to ``names``.

    ``line`` is the needle in the middle, ``distance`` its distance to q; the rooms say how far the
    entries and tips of the slice are from its own. Returns how many blocks were filled; -1 if there
    are more candidates than `BLOCKS` hold, or no blocks left.
    """
    px, py, pz, ux, uy, uz, length = line[0], line[1], line[2], line[3], line[4], line[5], line[6]
    ax, ay, az = px - qx, py - qy, pz - qz
    bx, by, bz = ax + length * ux, ay + length * uy, az + length * uz
    ring = distance + 2.0 * max(entry_room, tip_room)
    reach = np.sqrt(ring * ring * SLACK + 1e-18)
    keys = len(bounds) - 8
    most = min(BLOCKS, len(drums) - first) * 8
    size, used = 1, 0
    stack[0] = root
    while size > 0:
        size -= 1
        node = stack[size]
        leaf = -1 - ways[node, 7, 0]
        mask = drums_within(px, py, pz, ux, uy, uz, length, reach, wide, node, bounds, keys)
        while mask != 0:
            lane = lowest_bit(mask)
            mask &= mask - 1
            if bounds[keys + lane] > reach:
                continue
            if leaf < 0:
                if not (
                    drum_behind(ax, ay, az, entry_room, qx, qy, qz, wide, node, lane)
                    and drum_behind(bx, by, bz, tip_room, qx, qy, qz, wide, node, lane)
                ):
                    stack[size] = ways[node, 7, lane]
                    size += 1
                continue
            i = leaf + lane
            if triangle_behind(
                ax, ay, az, entry_room, qx, qy, qz, wide, node, lane, tri, i
            ) and triangle_behind(bx, by, bz, tip_room, qx, qy, qz, wide, node, lane, tri, i):
                continue
            if used == most:
                return -1
            block, place = first + used // 8, used % 8
            for k in range(7):
                drums[block, k, place] = wide[node, k, lane]
            names[8 * block + place] = i
            used += 1
    blocks = (used + 7) // 8
    for k in range(used, 8 * blocks):
        block, place = first + k // 8, k % 8
        drums[block, 0, place] = 1e18
        drums[block, 3, place] = 1.0
        for field in (1, 2, 4, 5, 6):
            drums[block, field, place] = 0.0
    return blocks


@kernel
def nearest_candidate(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    limit: float, seed: int, first: int, blocks: int, drums: Wide, names: Longs,
    tri: Corners, spheres: Spheres, stack: Stack, bounds: Floats,
) -> tuple[float, int]:  # fmt: skip
    """Squared distance of the axis to the nearest of the candidates, and which triangle it is.

    The number that `meshes.index.nearest.nearest_on_axis` gives, if nearer than ``limit`` mm;
    else infinity and -1. The candidate with the least bound is measured first: hardly another is
    then left.
    """
    best, found = np.inf, -1
    qx, qy, qz, wx, wy, wz, offset = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    cap = min(limit * limit * SLACK + 1e-18, 1e30)
    if seed >= 0:
        e = axis_triangle(px, py, pz, ux, uy, uz, length, tri, seed)
        if e[0] <= cap:
            best, depth, qx, qy, qz = e
            found = seed
            cap = best * SLACK + 1e-18
            wx, wy, wz, offset = facing(px, py, pz, ux, uy, uz, length, best, depth, qx, qy, qz)
    reach = np.sqrt(cap)
    least, start = np.inf, -1
    for k in range(blocks):
        mask = drums_within(
            px, py, pz, ux, uy, uz, length, reach, drums, first + k, bounds, 8 * k
        )  # fmt: skip
        stack[k] = mask
        while mask != 0:
            lane = lowest_bit(mask)
            mask &= mask - 1
            if bounds[8 * k + lane] < least:
                least, start = bounds[8 * k + lane], 8 * k + lane
    for k in range(-1, blocks):
        mask = stack[k] if k >= 0 else np.int64(start >= 0)
        while mask != 0:
            lane = lowest_bit(mask)
            mask &= mask - 1
            at = 8 * k + lane if k >= 0 else start
            i = names[8 * first + at]
            if i == seed or bounds[at] > reach or (k >= 0 and at == start):
                continue
            if corners_before(wx, wy, wz, offset, reach, qx, qy, qz, tri, i) <= 0:
                continue
            if is_too_far(px, py, pz, ux, uy, uz, length, cap, spheres, tri, i):
                continue
            e = axis_triangle(px, py, pz, ux, uy, uz, length, tri, i)
            if e[0] < best and e[0] <= cap:
                best, depth, qx, qy, qz = e
                found = i
                cap = best * SLACK + 1e-18
                reach = np.sqrt(cap)
                wx, wy, wz, offset = facing(px, py, pz, ux, uy, uz, length, best, depth, qx, qy, qz)
    return best, found
