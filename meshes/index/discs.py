"""Kernel that averages the normals of a surface around many points, as `zones.skin` does for one.

Area-weighted over the triangles within a disc, near ones counting most, those that face away from
the nearest left out.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.bounds import Links, Nodes
from meshes.index.compiled import inlined, kernel
from meshes.index.drums import Wide, WideWays
from meshes.index.nearest import Spheres, Stack, nearest_to_point
from meshes.index.triangle import Floats, point_triangle

Counts = NDArray[np.int64]


@inlined
def twice_area(tri: Floats, i: int) -> tuple[float, float, float]:
    """Normal of a triangle, outwards by its winding, as long as twice its area."""
    ux, uy, uz = tri[i, 3] - tri[i, 0], tri[i, 4] - tri[i, 1], tri[i, 5] - tri[i, 2]
    vx, vy, vz = tri[i, 6] - tri[i, 0], tri[i, 7] - tri[i, 1], tri[i, 8] - tri[i, 2]
    return uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx


@kernel
def near_triangles(
    x: float, y: float, z: float, within: float, root: int, nodes: Nodes, links: Links, tri: Floats,
    stack: Stack, found: Counts, distance: Floats,
) -> int:  # fmt: skip
    """List the triangles within a distance of a point; the count may exceed the room for them."""
    used, size = 0, 1
    stack[0] = root
    while size > 0:
        size -= 1
        node = stack[size]
        gx = max(abs(x - nodes[node, 0]) - nodes[node, 3], 0.0)
        gy = max(abs(y - nodes[node, 1]) - nodes[node, 4], 0.0)
        gz = max(abs(z - nodes[node, 2]) - nodes[node, 5], 0.0)
        if np.sqrt(gx * gx + gy * gy + gz * gz) > within * (1.0 + 1e-9) + 1e-9:
            continue
        first, count = int(links[node, 6]), links[node, 7]
        if count == 0:
            stack[size], stack[size + 1] = first, first + 1
            size += 2
            continue
        for i in range(first, first + count):
            d = np.sqrt(point_triangle(x, y, z, tri, i)[0])
            if d <= within:
                if used < len(found):
                    found[used], distance[used] = i, d
                used += 1
    return used


@kernel
def disc_normals(
    points: Floats, disc: float, root: int, wide_root: int, nodes: Nodes, links: Links,
    wide: Wide, ways: WideWays, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
    found: Counts, distance: Floats, inward: Floats,
) -> int:  # fmt: skip
    """Fill (n, 3) inward unit normals; return the room that ``found`` should have had.

    If that is more than it has, the answer is incomplete: call again with more.
    """
    needed = 0
    for p in range(len(points)):
        x, y, z = points[p, 0], points[p, 1], points[p, 2]
        d2, _, _, _, at = nearest_to_point(
            x, y, z, np.inf, -1, wide_root, wide, ways, tri, spheres, stack, bounds
        )
        nearest = np.sqrt(d2)
        reach = max(disc, nearest * 1.001 + 1e-9)
        used = near_triangles(x, y, z, reach, root, nodes, links, tri, stack, found, distance)
        needed = max(needed, used)
        used = min(used, len(found))
        fx, fy, fz = 0.0, 0.0, 0.0
        for j in range(used):
            if distance[j] <= nearest + 1e-9:
                nx, ny, nz = twice_area(tri, found[j])
                fx, fy, fz = fx + nx, fy + ny, fz + nz
        tx, ty, tz = 0.0, 0.0, 0.0
        for j in range(used):
            nx, ny, nz = twice_area(tri, found[j])
            if not nx * fx + ny * fy + nz * fz > 0.0:
                continue
            share = distance[j] / reach
            weight = max(1.0 - share * share, 0.0)
            weight *= weight
            tx, ty, tz = tx + weight * nx, ty + weight * ny, tz + weight * nz
        size = np.sqrt(tx * tx + ty * ty + tz * tz)
        if size == 0.0:  # only slivers without area around the point
            tx, ty, tz = twice_area(tri, at)
            size = np.sqrt(tx * tx + ty * ty + tz * tz)
            if size == 0.0:
                size = 1.0
        inward[p, 0], inward[p, 1], inward[p, 2] = -tx / size, -ty / size, -tz / size
    return needed
