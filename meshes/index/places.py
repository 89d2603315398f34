"""The nearest place of some structures to each of many points. Exact, float64, world frame, mm."""

from __future__ import annotations

from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from os import cpu_count

import numpy as np
from numpy.typing import NDArray

from meshes.index.body_index import BodyIndex
from meshes.index.bounds import Nodes
from meshes.index.compiled import kernel
from meshes.index.drums import Wide, WideWays
from meshes.index.nearest import Spheres, nearest_to_point
from meshes.index.triangle import Floats

Counts = NDArray[np.int64]
_CHUNK = 2000


def closest_places(index: BodyIndex, points: Floats, ids: Iterable[str]) -> tuple[Floats, Floats]:
    """Unsigned distance (n,) of (n, 3) points to the nearest of the structures, and where, (n, 3).

    Infinite, and the point itself, without structures.
    """
    p, rows = index.packed, index.rows(ids)
    at = np.ascontiguousarray(points, np.float64)
    apart, places = np.full(len(at), np.inf), at.copy()

    def part(first: int) -> None:
        span = slice(first, first + _CHUNK)
        nearest_places(
            at[span], rows, p.nodes, p.roots, p.wide_roots, p.wide, p.ways, p.tri, p.spheres,
            np.zeros(1024, np.int64), np.zeros(1024), apart[span], places[span],
        )  # fmt: skip

    with ThreadPoolExecutor(min(8, cpu_count() or 1)) as pool:
        list(pool.map(part, range(0, len(at), _CHUNK)))
    return apart, places


@kernel
def nearest_places(
    points: Floats, rows: Counts, nodes: Nodes, roots: Counts, wide_roots: Counts, wide: Wide,
    ways: WideWays, tri: Floats, spheres: Spheres, stack: Counts, bounds: Floats, apart: Floats,
    places: Floats,
) -> None:  # fmt: skip
    """Fill distances and places, structure by structure; a box farther away is left out."""
    for i in range(len(points)):
        x, y, z = points[i, 0], points[i, 1], points[i, 2]
        best = np.inf
        for k in range(len(rows)):
            root = roots[rows[k]]
            gx = max(abs(x - nodes[root, 0]) - nodes[root, 3], 0.0)
            gy = max(abs(y - nodes[root, 1]) - nodes[root, 4], 0.0)
            gz = max(abs(z - nodes[root, 2]) - nodes[root, 5], 0.0)
            if (gx * gx + gy * gy + gz * gz) * (1.0 - 1e-12) > best:
                continue
            d2, qx, qy, qz, found = nearest_to_point(
                x, y, z, np.sqrt(best), -1, wide_roots[rows[k]], wide, ways, tri, spheres, stack,
                bounds,
            )  # fmt: skip
            if found >= 0 and d2 < best:
                best = d2
                places[i, 0], places[i, 1], places[i, 2] = qx, qy, qz
        apart[i] = np.sqrt(best)
