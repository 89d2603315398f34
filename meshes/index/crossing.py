"""Kernels that follow a straight line through a structure: crossings, winding number, first hit.

Every corner is first expressed in the frame of the line: two coordinates across, one along. Equal
corners get equal numbers, so neighbouring triangles agree about their common edge down to the last
bit, and a line through an edge or a vertex counts exactly once: nothing is hit twice and nothing
slips through. On a closed surface the signed crossings of any line therefore add up to zero.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.bounds import Links, Nodes, ray_box, reciprocal
from meshes.index.compiled import inlined, kernel
from meshes.index.nearest import Stack
from meshes.index.triangle import Floats

Signs = NDArray[np.int8]


@kernel
def across(ux: float, uy: float, uz: float) -> tuple[float, float, float, float, float, float]:
    """Return two unit vectors that make a right-handed frame with the unit direction."""
    if abs(ux) <= abs(uy) and abs(ux) <= abs(uz):
        ax, ay, az = 0.0, -uz, uy
    elif abs(uy) <= abs(uz):
        ax, ay, az = uz, 0.0, -ux
    else:
        ax, ay, az = -uy, ux, 0.0
    norm = np.sqrt(ax * ax + ay * ay + az * az)
    ax, ay, az = ax / norm, ay / norm, az / norm
    return ax, ay, az, uy * az - uz * ay, uz * ax - ux * az, ux * ay - uy * ax


@inlined
def edge_turn(ax: float, ay: float, bx: float, by: float) -> int:
    """Signed crossing of the edge a → b with the half axis x > 0; b → a gives the negative."""
    if (ay > 0.0) == (by > 0.0):
        return 0
    turn = ax * by - bx * ay
    if by > ay:
        return 1 if turn > 0.0 else 0
    return -1 if turn < 0.0 else 0


@inlined
def triangle_hit(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float,
    ax: float, ay: float, az: float, bx: float, by: float, bz: float, tri: Floats, i: int,
) -> tuple[int, float]:  # fmt: skip
    """Whether the whole line crosses triangle ``i`` (+1 outwards, -1 inwards, 0 not), and where."""
    x, y, z = tri[i, 0] - px, tri[i, 1] - py, tri[i, 2] - pz
    x0 = x * ax + y * ay + z * az
    y0 = x * bx + y * by + z * bz
    z0 = x * ux + y * uy + z * uz
    x, y, z = tri[i, 3] - px, tri[i, 4] - py, tri[i, 5] - pz
    x1 = x * ax + y * ay + z * az
    y1 = x * bx + y * by + z * bz
    z1 = x * ux + y * uy + z * uz
    x, y, z = tri[i, 6] - px, tri[i, 7] - py, tri[i, 8] - pz
    x2 = x * ax + y * ay + z * az
    y2 = x * bx + y * by + z * bz
    z2 = x * ux + y * uy + z * uz
    turn = edge_turn(x0, y0, x1, y1) + edge_turn(x1, y1, x2, y2) + edge_turn(x2, y2, x0, y0)
    if turn == 0:
        return 0, np.inf
    w0, w1, w2 = x1 * y2 - y1 * x2, x2 * y0 - y2 * x0, x0 * y1 - y0 * x1
    area = w0 + w1 + w2
    low, high = min(z0, z1, z2), max(z0, z1, z2)
    if area == 0.0:
        return turn, low
    return turn, min(max((w0 * z0 + w1 * z1 + w2 * z2) / area, low), high)


@kernel
def line_hits(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, grow: float, root: int,
    nodes: Nodes, links: Links, tri: Floats, stack: Stack,
    hit_depth: Floats, hit_sign: Signs, used: int,
) -> tuple[int, int]:  # fmt: skip
    """Append every crossing at a depth > 0, nearest first; return the new count and the winding.

    The winding number of the origin is the sum of the signs ahead of it: not 0 means inside, on a
    closed surface. More crossings than the arrays hold are counted but not stored.
    """
    ax, ay, az, bx, by, bz = across(ux, uy, uz)
    ix, iy, iz = reciprocal(ux), reciprocal(uy), reciprocal(uz)
    room = len(hit_depth)
    first_hit, winding, size = used, 0, 1
    stack[0] = root
    while size > 0:
        size -= 1
        node = stack[size]
        if ray_box(px, py, pz, ix, iy, iz, 0.0, np.inf, grow, nodes, node) == np.inf:
            continue
        first, count = int(links[node, 6]), links[node, 7]
        if count == 0:
            stack[size], stack[size + 1] = first, first + 1
            size += 2
            continue
        for i in range(first, first + count):
            sign, t = triangle_hit(px, py, pz, ux, uy, uz, ax, ay, az, bx, by, bz, tri, i)
            if sign == 0 or not t > 0.0:
                continue
            winding += sign
            if used < room:
                j = used
                while j > first_hit and (
                    hit_depth[j - 1] > t or (hit_depth[j - 1] == t and hit_sign[j - 1] > sign)
                ):
                    hit_depth[j], hit_sign[j] = hit_depth[j - 1], hit_sign[j - 1]
                    j -= 1
                hit_depth[j], hit_sign[j] = t, sign
            used += 1
    return used, winding


@kernel
def winding_at(
    px: float, py: float, pz: float, which: int, grow: float, root: int,
    nodes: Nodes, links: Links, tri: Floats, stack: Stack,
) -> int:  # fmt: skip
    """Winding number of a point by one of three fixed directions that no model is aligned with."""
    if which == 0:
        ux, uy, uz = 0.6318410519, 0.4721359550, 0.6146972307
    elif which == 1:
        ux, uy, uz = -0.4082903768, 0.8703141593, -0.2754617190
    else:
        ux, uy, uz = 0.1971423157, -0.5527814237, -0.8096812734
    norm = np.sqrt(ux * ux + uy * uy + uz * uz)
    ux, uy, uz = ux / norm, uy / norm, uz / norm
    ax, ay, az, bx, by, bz = across(ux, uy, uz)
    ix, iy, iz = reciprocal(ux), reciprocal(uy), reciprocal(uz)
    winding, size = 0, 1
    stack[0] = root
    while size > 0:
        size -= 1
        node = stack[size]
        if ray_box(px, py, pz, ix, iy, iz, 0.0, np.inf, grow, nodes, node) == np.inf:
            continue
        first, count = int(links[node, 6]), links[node, 7]
        if count == 0:
            stack[size], stack[size + 1] = first, first + 1
            size += 2
            continue
        for i in range(first, first + count):
            sign, t = triangle_hit(px, py, pz, ux, uy, uz, ax, ay, az, bx, by, bz, tri, i)
            if sign != 0 and t > 0.0:
                winding += sign
    return winding


@inlined
def in_root_box(px: float, py: float, pz: float, grow: float, nodes: Nodes, root: int) -> bool:
    """Whether a point lies in the box of a structure, grown by ``grow``."""
    return bool(
        abs(px - nodes[root, 0]) <= nodes[root, 3] + grow
        and abs(py - nodes[root, 1]) <= nodes[root, 4] + grow
        and abs(pz - nodes[root, 2]) <= nodes[root, 5] + grow
    )


@kernel
def point_inside(
    px: float, py: float, pz: float, grow: float, root: int,
    nodes: Nodes, links: Links, tri: Floats, stack: Stack,
) -> tuple[bool, bool]:  # fmt: skip
    """Whether a point is inside by the majority of three directions, and by any of them."""
    if not in_root_box(px, py, pz, grow, nodes, root):
        return False, False
    votes = 0
    for which in range(3):
        if winding_at(px, py, pz, which, grow, root, nodes, links, tri, stack) != 0:
            votes += 1
    return votes >= 2, votes > 0


@kernel
def first_hit(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, stop: float, grow: float,
    root: int, nodes: Nodes, links: Links, tri: Floats, stack: Stack, bounds: Floats,
) -> tuple[float, int]:  # fmt: skip
    """Depth in [0, stop] of the first triangle the line crosses, and which; infinity and -1."""
    ax, ay, az, bx, by, bz = across(ux, uy, uz)
    ix, iy, iz = reciprocal(ux), reciprocal(uy), reciprocal(uz)
    best, found, size = np.inf, -1, 1
    stack[0] = root
    bounds[0] = ray_box(px, py, pz, ix, iy, iz, 0.0, stop, grow, nodes, root)
    while size > 0:
        size -= 1
        if bounds[size] > stop:
            continue
        node = stack[size]
        first, count = int(links[node, 6]), links[node, 7]
        if count == 0:
            a = ray_box(px, py, pz, ix, iy, iz, 0.0, stop, grow, nodes, first)
            b = ray_box(px, py, pz, ix, iy, iz, 0.0, stop, grow, nodes, first + 1)
            near, far = first, first + 1
            if b < a:
                near, far = far, near
                a, b = b, a
            if b < np.inf:
                stack[size], bounds[size] = far, b
                size += 1
            if a < np.inf:
                stack[size], bounds[size] = near, a
                size += 1
            continue
        for i in range(first, first + count):
            sign, t = triangle_hit(px, py, pz, ux, uy, uz, ax, ay, az, bx, by, bz, tri, i)
            if sign != 0 and 0.0 <= t <= stop and t < best:
                best, found = t, i
                stop = t
    return best, found


@kernel
def meets(
    lines: Floats, stop: float, grow: float, root: int, nodes: Nodes, links: Links, tri: Floats,
    stack: Stack, bounds: Floats, found: NDArray[np.bool_],
) -> None:  # fmt: skip
    """Say of each line (k, 6) whether it crosses a triangle at a depth in [0, stop]."""
    for k in range(len(lines)):
        _, i = first_hit(
            lines[k, 0], lines[k, 1], lines[k, 2], lines[k, 3], lines[k, 4], lines[k, 5], stop,
            grow, root, nodes, links, tri, stack, bounds,
        )  # fmt: skip
        found[k] = i >= 0
