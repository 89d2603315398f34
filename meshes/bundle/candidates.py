"""Kernels: the few triangles of a structure that can be nearest to any needle of a sheaf.

Which ones cannot, `meshes.bundle.places` says. Far structures are left with the caps that face the
sheaf, and the search among these needs no tree. A candidate is a number: eight times its lane
(eight to a wide node), and where on the needles it is nearest.
"""

from __future__ import annotations

import numpy as np

from meshes.bundle.compiled import kernel
from meshes.bundle.order import Floats, Longs
from meshes.bundle.places import branch_place, drum_size, quarters_place, triangle_place
from meshes.bundle.sheaf import ALONG, BETWEEN, ENTRY, FAR, LENGTH, NOWHERE, REACH, near_to
from meshes.index.drums import Wide, WideWays
from meshes.index.lanes import drums_within, lowest_bit
from meshes.index.nearest import Stack
from meshes.index.triangle import Floats as Corners

LARGE_MM = 1.5
"""A larger triangle is looked at by its quarters."""


@kernel
def gather(
    sheaf: Floats, root: int, wide: Wide, ways: WideWays, tri: Corners, stack: Stack,
    bounds: Floats, found: Longs, first: int, last: int,
) -> int:  # fmt: skip
    """List the candidates under ``root`` from place ``first`` on; return where they end.

    -1 if there are more than find room up to ``last``.
    """
    keys = len(bounds) - 8
    reach = sheaf[FAR] + sheaf[REACH]
    size, used = 1, first
    stack[0] = root
    while size > 0:
        size -= 1
        node = stack[size]
        leaf = -1 - ways[node, 7, 0]
        mask = drums_within(
            sheaf[ENTRY], sheaf[ENTRY + 1], sheaf[ENTRY + 2], sheaf[ALONG], sheaf[ALONG + 1],
            sheaf[ALONG + 2], sheaf[LENGTH], reach, wide, node, bounds, keys,
        )  # fmt: skip
        while mask != 0:
            lane = lowest_bit(mask)
            mask &= mask - 1
            if leaf < 0:
                if branch_place(sheaf, wide, node, lane) != NOWHERE:
                    stack[size] = ways[node, 7, lane]
                    size += 1
                continue
            place = triangle_place(
                sheaf, np.float64(wide[node, 0, lane]), np.float64(wide[node, 1, lane]),
                np.float64(wide[node, 2, lane]), drum_size(wide, node, lane), tri, leaf + lane,
            )  # fmt: skip
            if place != NOWHERE:
                if used == last:
                    return -1
                found[used] = 8 * (8 * node + lane) + place
                used += 1
    return used


@kernel
def listed(
    sheaf: Floats, root: int, spot: Floats, wide: Wide, ways: WideWays, tri: Corners,
    limit: float, stack: Stack, bounds: Floats, pool: Longs, first: int, last: int,
) -> int:  # fmt: skip
    """Do `gather` for a sheaf near a ``spot``, of what may lie within ``limit`` of a needle."""
    near_to(sheaf, spot, limit)
    return gather(sheaf, root, wide, ways, tri, stack, bounds, pool, first, last)


@kernel
def narrow(
    sheaf: Floats, given: Longs, begin: int, end: int, wide: Wide, ways: WideWays, tri: Corners,
    pieces: Corners, found: Longs,
) -> int:  # fmt: skip
    """List those of ``given`` that are candidates of a narrower sheaf; return how many, or -1."""
    used = 0
    for j in range(begin, end):
        node, lane = given[j] >> 6, (given[j] >> 3) & 7
        i = -1 - ways[node, 7, lane]
        size = drum_size(wide, node, lane)
        place = triangle_place(
            sheaf, np.float64(wide[node, 0, lane]), np.float64(wide[node, 1, lane]),
            np.float64(wide[node, 2, lane]), size, tri, i,
        )  # fmt: skip
        if place != NOWHERE and place & BETWEEN == 0 and size > LARGE_MM:
            place &= quarters_place(sheaf, tri, i, pieces)
        if place != NOWHERE:
            if used == len(found):
                return -1
            found[used] = 8 * (8 * node + lane) + place
            used += 1
    return used
