"""Where parallel lines meet a surface nearest to where they start: points put on the skin."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from meshes.bundle.compiled import kernel
from meshes.bundle.order import Floats
from meshes.index.body_index import BodyIndex, as_vector
from meshes.index.bounds import Links, Nodes
from meshes.index.crossing import Signs, line_hits
from meshes.index.nearest import Stack
from meshes.index.triangle import Floats as Corners

ROOM = 256


@kernel
def nearest_crossings(
    points: Floats, direction: Floats, window: float, touch: float, root: int,
    nodes: Nodes, links: Links, tri: Corners, stack: Stack,
    hit_depth: Floats, hit_sign: Signs, offsets: Floats,
) -> None:  # fmt: skip
    """Fill in how far along the direction, forwards or back, each point is from the surface."""
    ux, uy, uz = direction[0], direction[1], direction[2]
    for i in range(len(points)):
        used, _ = line_hits(
            points[i, 0] - window * ux, points[i, 1] - window * uy, points[i, 2] - window * uz,
            ux, uy, uz, touch, root, nodes, links, tri, stack, hit_depth, hit_sign, 0,
        )  # fmt: skip
        best = np.inf
        for h in range(min(used, len(hit_depth))):
            t = hit_depth[h] - window
            if abs(t) < abs(best):
                best = t
        offsets[i] = best if abs(best) <= window else np.nan


def offsets_to(
    index: BodyIndex, structure_id: str, points: ArrayLike, direction: ArrayLike, window: float
) -> Floats:
    """Return per point (n, 3) the signed way, mm, along a unit direction to the nearest crossing.

    NaN where the surface is not met within ``window`` forwards or back. World frame (LPS), mm.
    """
    p, w = index.packed, index.workspace()
    at = np.ascontiguousarray(points, np.float64)
    offsets = np.zeros(len(at))
    touch, _ = index.touch(at.max(axis=0), at.min(axis=0))
    nearest_crossings(
        at, as_vector(direction, "direction"), float(window), touch,
        int(p.roots[index.row[structure_id]]), p.nodes, p.links, p.tri, w.stack,
        np.zeros(ROOM), np.zeros(ROOM, np.int8), offsets,
    )  # fmt: skip
    return offsets
