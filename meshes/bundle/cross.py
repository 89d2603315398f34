"""How often each of many lines crosses one surface between two depths."""

from __future__ import annotations

import numpy as np

from meshes.bundle.bundle import Bundle
from meshes.bundle.compiled import kernel
from meshes.bundle.order import Floats, Longs
from meshes.index.body_index import BodyIndex
from meshes.index.bounds import Links, Nodes
from meshes.index.crossing import Signs, line_hits
from meshes.index.nearest import Stack
from meshes.index.triangle import Floats as Corners

ROOM = 256


@kernel
def count_crossings(
    lines: Floats, start: float, touch: float, root: int,
    nodes: Nodes, links: Links, tri: Corners, stack: Stack,
    hit_depth: Floats, hit_sign: Signs, counts: Longs,
) -> None:  # fmt: skip
    """Fill in how many crossings lie deeper than ``start`` and no deeper than the line is long."""
    for i in range(len(lines)):
        used, _ = line_hits(
            lines[i, 0], lines[i, 1], lines[i, 2], lines[i, 3], lines[i, 4], lines[i, 5],
            touch, root, nodes, links, tri, stack, hit_depth, hit_sign, 0,
        )  # fmt: skip
        counts[i] = max(used - len(hit_depth), 0)  # what found no room counts wherever it lies
        for h in range(min(used, len(hit_depth))):
            if hit_depth[h] > start and hit_depth[h] <= lines[i, 6]:
                counts[i] += 1


def crossings_between(
    index: BodyIndex, structure_id: str, needles: Bundle, start_mm: float = 0.0
) -> Longs:
    """Return (n,) how often each axis crosses a structure deeper than ``start_mm``; mm."""
    p, w = index.packed, index.workspace()
    counts = np.zeros(len(needles), np.int64)
    touch, _ = index.touch(needles.ends.max(axis=0), needles.ends.min(axis=0))
    count_crossings(
        needles.lines, float(start_mm), touch, int(p.roots[index.row[structure_id]]),
        p.nodes, p.links, p.tri, w.stack, np.zeros(ROOM), np.zeros(ROOM, np.int8), counts,
    )  # fmt: skip
    return counts
