"""Drums: cylinders around the branches of a tree, turned the way the surface runs.

A box that stands square to the world is thick where a surface runs aslant, and a search for the
nearest triangle opens every box within its own thickness of the answer. A short cylinder along the
surface's normal, or a long one along a tube, is not: it leaves a quarter of the branches. Lines
that cross are still sought through the boxes.

A drum is seven float32, rounded outwards: centre, half axis (direction times half height), radius.
The tree is searched eight drums at a time: a wide node is (8, 8), a column per branch, and in its
last row an integer: the branch's own wide node, or ``-1 - triangle`` for a triangle by itself.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.bounds import Links, Nodes
from meshes.index.compiled import inlined, kernel
from meshes.index.triangle import Floats

Drums = NDArray[np.float32]
Ways = NDArray[np.int32]
Wide = NDArray[np.float32]
WideWays = NDArray[np.int32]

WRAPPED = 128
"""Branches with more triangles keep the shape of their box: they are few, and opened anyway."""


@kernel
def wrap(nodes: Nodes, links: Links, root: int, tri: Floats, drums: Drums, leaves: Ways) -> None:
    """Fill in a drum for every node of one structure, and how many leaves it has.

    ``nodes`` begin with row ``root`` of all, which is what their children count from.
    """
    n_nodes = len(nodes)
    starts, counts = np.zeros(n_nodes, np.int32), np.zeros(n_nodes, np.int32)
    facing = np.zeros((n_nodes, 3))
    for node in range(n_nodes - 1, -1, -1):
        if node == 1:
            continue
        first, count = int(links[node, 6]), int(links[node, 7])
        dx = dy = dz = 0.0
        if count > 0:
            starts[node], counts[node], leaves[node] = first, count, 1
            for i in range(first, first + count):
                ux, uy, uz = tri[i, 3] - tri[i, 0], tri[i, 4] - tri[i, 1], tri[i, 5] - tri[i, 2]
                vx, vy, vz = tri[i, 6] - tri[i, 0], tri[i, 7] - tri[i, 1], tri[i, 8] - tri[i, 2]
                facing[node, 0] += uy * vz - uz * vy
                facing[node, 1] += uz * vx - ux * vz
                facing[node, 2] += ux * vy - uy * vx
        else:
            first -= root
            starts[node], counts[node] = starts[first], counts[first] + counts[first + 1]
            leaves[node] = leaves[first] + leaves[first + 1]
            for k in range(3):
                facing[node, k] = facing[first, k] + facing[first + 1, k]
            dx = np.float64(nodes[first, 0]) - nodes[first + 1, 0]
            dy = np.float64(nodes[first, 1]) - nodes[first + 1, 1]
            dz = np.float64(nodes[first, 2]) - nodes[first + 1, 2]
        box_drum(nodes, node, drums)
        start, stop = int(starts[node]), int(starts[node] + counts[node])
        if stop - start <= WRAPPED:
            fx, fy, fz = facing[node, 0], facing[node, 1], facing[node, 2]
            tight_drum(tri, start, stop, fx, fy, fz, drums, node)
            tight_drum(tri, start, stop, dx, dy, dz, drums, node)


@inlined
def opened(links: Links, root: int, leaves: Ways, node: int, lane: Ways) -> int:
    """Choose the up to eight branches that a wide node holds; return how many.

    The branch with the most leaves is opened until there are eight; one whose leaves fit in a wide
    node of its own only if they all find room here: otherwise half the lanes would stay empty.
    """
    lane[0], n = node, 1
    while n < 8:
        most, at = 1, -1
        for j in range(n):
            count = leaves[lane[j]]
            if count > most and (count > 8 or count <= 9 - n):
                most, at = count, j
        if at < 0:
            break
        child = links[lane[at], 6] - root
        lane[at], lane[n] = child, child + 1
        n += 1
    return n


@kernel
def gather(links: Links, root: int, leaves: Ways, source: Ways) -> int:
    """List in ``source`` the branch that each wide node stands for; return how many there are.

    A leaf becomes a wide node of its own.
    """
    lane = np.zeros(8, np.int32)
    used, here = 1, 0
    while here < used:
        if links[source[here], 7] == 0:
            n = opened(links, root, leaves, source[here], lane)
            for j in range(n):
                source[used] = lane[j]
                used += 1
        here += 1
    return used


@kernel
def widen(
    links: Links, root: int, tri: Floats, drums: Drums, leaves: Ways, source: Ways, first_wide: int,
    wide: Wide, ways: WideWays,
) -> None:  # fmt: skip
    """Write the wide nodes of one tree, `gather`'s ``source``, from row ``first_wide`` on.

    A leaf is a flat drum around each of its triangles; of any other branch, the drums of those that
    it is opened into, which follow one another in ``source``.
    """
    lane = np.zeros(8, np.int32)
    disc = np.zeros((1, 7), np.float32)
    used = 1
    for i in range(len(source)):
        here = first_wide + i
        first, count = links[source[i], 6], links[source[i], 7]
        n = count if count > 0 else opened(links, root, leaves, source[i], lane)
        for j in range(n):
            if count > 0:
                flat_drum(tri, first + j, disc)
                ways[here, 7, j] = -1 - (first + j)
            else:
                ways[here, 7, j] = first_wide + used
                used += 1
            for k in range(7):
                wide[here, k, j] = disc[0, k] if count > 0 else drums[lane[j], k]
        for j in range(n, 8):  # an empty lane is a triangle out of reach
            for k in range(7):
                wide[here, k, j] = 0.0
            wide[here, 0, j], wide[here, 3, j], ways[here, 7, j] = 1e18, 1.0, -1


@kernel
def flat_drum(tri: Floats, i: int, drums: Drums) -> None:
    """Enclose one triangle in row 0 of ``drums``, as flat as float32 lets it be."""
    ax, ay, az = tri[i, 3] - tri[i, 0], tri[i, 4] - tri[i, 1], tri[i, 5] - tri[i, 2]
    bx, by, bz = tri[i, 6] - tri[i, 0], tri[i, 7] - tri[i, 1], tri[i, 8] - tri[i, 2]
    nx, ny, nz = ay * bz - az * by, az * bx - ax * bz, ax * by - ay * bx
    best, x, y, z = np.inf, tri[i, 0], tri[i, 1], tri[i, 2]
    for k in range(3):  # the middle of an edge serves unless the triangle is acute
        m, o = 3 * k, 3 * ((k + 1) % 3)
        mx = 0.5 * (tri[i, m] + tri[i, o])
        my = 0.5 * (tri[i, m + 1] + tri[i, o + 1])
        mz = 0.5 * (tri[i, m + 2] + tri[i, o + 2])
        d = farthest(tri, i, mx, my, mz)
        if d < best:
            best, x, y, z = d, mx, my, mz
    aa, bb, n2 = (
        ax * ax + ay * ay + az * az,
        bx * bx + by * by + bz * bz,
        nx * nx + ny * ny + nz * nz,
    )
    if n2 > 1e-6 * aa * bb:
        vx, vy, vz = aa * bx - bb * ax, aa * by - bb * ay, aa * bz - bb * az
        mx = tri[i, 0] + 0.5 * (ny * vz - nz * vy) / n2
        my = tri[i, 1] + 0.5 * (nz * vx - nx * vz) / n2
        mz = tri[i, 2] + 0.5 * (nx * vy - ny * vx) / n2
        d = farthest(tri, i, mx, my, mz)
        if d < best:
            best, x, y, z = d, mx, my, mz
    set_drum(drums, 0, x, y, z, 1.0, 0.0, 0.0, best, best)
    tight_drum(tri, i, i + 1, nx, ny, nz, drums, 0)


@inlined
def farthest(tri: Floats, i: int, x: float, y: float, z: float) -> float:
    """Distance from a point to the farthest corner of a triangle."""
    far = 0.0
    for k in range(3):
        a, b, c = tri[i, 3 * k] - x, tri[i, 3 * k + 1] - y, tri[i, 3 * k + 2] - z
        far = max(far, a * a + b * b + c * c)
    return float(np.sqrt(far))


@kernel
def mean_reach(half: float, radius: float) -> float:
    """How far a drum reaches from its centre, over all directions."""
    return 0.5 * half + 0.25 * np.pi * radius


@kernel
def set_drum(
    drums: Drums, i: int, x: float, y: float, z: float, nx: float, ny: float, nz: float,
    half: float, radius: float,
) -> None:  # fmt: skip
    """Store a drum, larger by more than float32 can take away."""
    spare = 1e-6 * (half + radius) + 1.3e-7 * (abs(x) + abs(y) + abs(z)) + 1e-20
    half, radius = half + spare, radius + spare
    drums[i, 0], drums[i, 1], drums[i, 2] = x, y, z
    drums[i, 3], drums[i, 4], drums[i, 5] = nx * half, ny * half, nz * half
    drums[i, 6] = radius


@kernel
def box_drum(nodes: Nodes, i: int, drums: Drums) -> None:
    """Enclose the box of a node, along the axis of the world that makes the smallest drum."""
    best, axis, radius = np.inf, 0, 0.0
    for k in range(3):
        a, b = np.float64(nodes[i, 3 + (k + 1) % 3]), np.float64(nodes[i, 3 + (k + 2) % 3])
        across = np.sqrt(a * a + b * b)
        size = mean_reach(np.float64(nodes[i, 3 + k]), across)
        if size < best:
            best, axis, radius = size, k, across
    set_drum(
        drums, i, np.float64(nodes[i, 0]), np.float64(nodes[i, 1]), np.float64(nodes[i, 2]),
        1.0 if axis == 0 else 0.0, 1.0 if axis == 1 else 0.0, 1.0 if axis == 2 else 0.0,
        np.float64(nodes[i, 3 + axis]), radius,
    )  # fmt: skip


@kernel
def tight_drum(
    tri: Floats, start: int, stop: int, nx: float, ny: float, nz: float, drums: Drums, i: int
) -> None:
    """Replace a drum by the one around its triangles in this direction, if that is smaller."""
    size = np.sqrt(nx * nx + ny * ny + nz * nz)
    if not 1e-150 < size < 1e150:
        return
    nx, ny, nz = nx / size, ny / size, nz / size
    cx, cy, cz = np.float64(drums[i, 0]), np.float64(drums[i, 1]), np.float64(drums[i, 2])
    low, high, wide = np.inf, -np.inf, 0.0
    for j in range(start, stop):
        for k in range(3):
            x, y, z = tri[j, 3 * k] - cx, tri[j, 3 * k + 1] - cy, tri[j, 3 * k + 2] - cz
            along = x * nx + y * ny + z * nz
            low, high = min(low, along), max(high, along)
            x -= along * nx
            y -= along * ny
            z -= along * nz
            wide = max(wide, x * x + y * y + z * z)
    half, radius, middle = 0.5 * (high - low), np.sqrt(wide), 0.5 * (high + low)
    x, y, z = np.float64(drums[i, 3]), np.float64(drums[i, 4]), np.float64(drums[i, 5])
    if mean_reach(half, radius) < mean_reach(np.sqrt(x * x + y * y + z * z), drums[i, 6]):
        set_drum(
            drums, i, cx + middle * nx, cy + middle * ny, cz + middle * nz, nx, ny, nz,
            half, radius,
        )  # fmt: skip
