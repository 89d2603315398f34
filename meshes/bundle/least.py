"""Kernels: for every needle of a bundle, the least signed distance to a set of structures.

Exact, and the same to the last bit as `meshes.index` gives for each needle alone: a bundle only
saves searches whose outcome is certain.
"""

from __future__ import annotations

import numpy as np

from meshes.bundle.candidates import listed, narrow
from meshes.bundle.compiled import kernel
from meshes.bundle.order import Floats, Longs
from meshes.bundle.places import structure_place
from meshes.bundle.ranking import better, gap, ranked, signed_distance
from meshes.bundle.sheaf import (
    AT_ENTRY,
    AT_TIP,
    BETWEEN,
    ENTRY_ROOM,
    NUMBERS,
    REACH,
    SHORTEST,
    SPARE_MM,
    Q,
    gathered,
    near_to,
    room_of,
)
from meshes.bundle.spots import (
    ALONG,
    CROSSING,
    ENTRIES,
    LEAST,
    LENGTHS,
    REACHED,
    ROOM,
    ROWS,
    TIPS,
    cross_plane,
    may_be_nearer,
    nearer_axes,
    nearer_of,
    reached,
    set_facing,
)
from meshes.index.bounds import Links, Nodes
from meshes.index.crossing import Signs
from meshes.index.drums import Wide, WideWays
from meshes.index.measure import Counts, Kinds
from meshes.index.nearest import Spheres, Stack
from meshes.index.states import CLOSED
from meshes.index.triangle import Floats as Corners

LONG_MM = 1.0
"""Shorter needles are left to the tree: which of their ends is nearer, rounding might decide."""
SHARED = 8
"""Slices that share one look at all structures: what may be nearest to any of their needles."""
LISTED = 16_384
"""Candidates of all structures that are kept for the slices that share them."""
WORTHWHILE = 128
"""More of one structure are not kept: each slice asks its tree."""
MOST = 512
"""A slice with more candidates of a structure searches its tree, needle by needle."""


@kernel
def least_of_listed(
    n: int, work: Floats, sheaf: Floats, near: int, picked: Longs, used: int, ways: WideWays,
    tri: Corners,
) -> None:  # fmt: skip
    """Fill in the least distance, ``REACHED``, of every needle of a slice to candidates.

    ``near`` is the triangle that is nearest to the needle in the middle: where one may be nearest
    between the ends, most others are then seen to be farther.
    """
    for j in range(n):
        work[LEAST + j] = np.inf
    qx, qy, qz = sheaf[Q], sheaf[Q + 1], sheaf[Q + 2]
    between = 0
    for c in range(used):
        between += picked[c] & BETWEEN != 0
    if between > 1:
        set_facing(n, work, qx, qy, qz)
    for turn in range(2):
        for c in range(used):
            node, lane, place = picked[c] >> 6, (picked[c] >> 3) & 7, picked[c] & 7
            i = -1 - ways[node, 7, lane]
            first = place & BETWEEN == 0 or i == near
            if first != (turn == 0):
                continue
            if turn == 1 and not may_be_nearer(n, work, qx, qy, qz, tri, i):
                continue
            if place & BETWEEN != 0:
                nearer_axes(n, work, tri, i)
                cross_plane(n, work, tri, i)
                nearer_of(n, work, CROSSING, tri, i)
            if place & AT_ENTRY != 0:
                nearer_of(n, work, ENTRIES, tri, i)
            if place & AT_TIP != 0:
                nearer_of(n, work, TIPS, tri, i)
            if turn == 1:
                reached(n, work)
        reached(n, work)
        if between == 0:
            return


@kernel
def least_of_slice(
    lines: Floats, ends: Floats, order: Longs, first: int, stop: int, sheaf: Floats,
    rows: Counts, offsets: Floats, floor: Floats, reaches: Floats,
    begins: Longs, stops: Longs, pool: Longs,
    best: Floats, owner: Longs,
    touch: float, seeds: Counts, roots: Counts, kinds: Kinds,
    nodes: Nodes, links: Links, tri: Corners, spheres: Spheres,
    wide_roots: Counts, wide: Wide, ways: WideWays,
    stack: Stack, bounds: Floats, samples: Floats, asked: Stack,
    hit_depth: Floats, hit_sign: Signs,
    one: Counts, want: Kinds, hit_stop: Counts, out: Floats, found: Counts, state: Counts,
    picked: Longs, pieces: Corners, work: Floats,
) -> None:  # fmt: skip
    """Fill in ``best`` and ``owner`` for a slice of the order.

    ``best[j]``: the least of signed distance - offset over ``rows``; ``owner[j]`` the row of
    ``rows`` that has it (-1: no row). ``floor[k]`` is a lower bound of the distance of every needle
    of the slice to ``rows[k]``, for those it cannot lie in; -infinity where nothing is known.
    ``pool[begins[k] : stops[k]]`` are the candidates of row k, if ``stops[k]`` is not negative.
    """
    middle = order[(first + stop) // 2]
    keys, signed = np.zeros(len(rows)), np.zeros(len(rows))
    chosen, nearest = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    spots = np.zeros((len(rows), 5))
    n = stop - first
    size = ranked(
        lines[middle], reaches, rows, offsets, floor, keys, chosen, spots, nearest, signed, touch,
        seeds, roots, kinds, nodes, links, tri, spheres, wide_roots, wide, ways, stack, bounds,
        samples, asked, hit_depth, hit_sign, one, want, hit_stop, out, found, state,
    )  # fmt: skip
    best[:n], owner[:n] = np.inf, -1
    for r in range(size):
        k = chosen[r]
        s = rows[k]
        worst = -np.inf
        for j in range(n):
            if best[j] > worst:
                worst = best[j]
        if keys[r] - reaches[k] > worst:
            continue
        used = -1
        outside = kinds[s] != CLOSED or keys[r] + offsets[k] > sheaf[ENTRY_ROOM]
        if sheaf[SHORTEST] >= LONG_MM and outside and keys[r] > -np.inf:
            begin, end = begins[k], stops[k]
            if end >= 0:
                near_to(sheaf, spots[k], worst + offsets[k])
            else:
                begin = len(pool) - MOST
                end = listed(
                    sheaf, wide_roots[s], spots[k], wide, ways, tri, worst + offsets[k], stack,
                    bounds, pool, begin, len(pool),
                )  # fmt: skip
            if end >= 0:
                used = narrow(sheaf, pool, begin, end, wide, ways, tri, pieces, picked)
        if used == 0:
            continue
        if used > 0:
            least_of_listed(n, work, sheaf, nearest[k], picked, used, ways, tri)
        for j in range(n):
            if used > 0 and work[REACHED + j] > touch:
                value = work[REACHED + j] - offsets[k]
                best[j], owner[j] = better(best[j], owner[j], value, k)
                continue
            needle = order[first + j]
            away = gap(ends, needle, middle, BETWEEN) + SPARE_MM
            if not keys[r] - away <= best[j]:
                continue
            d = signed_distance(
                lines[needle], s, max(best[j] + offsets[k], 0.0) + SPARE_MM, touch,
                keys[r] + offsets[k] > away, seeds, roots, kinds,
                nodes, links, tri, spheres, wide_roots, wide, ways, stack, bounds, samples,
                asked, hit_depth, hit_sign, one, want, hit_stop, out, found, state,
            )  # fmt: skip
            best[j], owner[j] = better(best[j], owner[j], d - offsets[k], k)


@kernel
def least_of_bundle(
    lines: Floats, ends: Floats, order: Longs, starts: Longs, from_slice: int, to_slice: int,
    nominal: int, known: Floats, places: Longs, groups: Longs, waist: float,
    group_stop: Counts, members: Counts, offsets: Floats, least: Floats, which: Longs,
    touch: float, seeds: Counts, roots: Counts, kinds: Kinds,
    nodes: Nodes, links: Links, tri: Corners, spheres: Spheres,
    wide_roots: Counts, wide: Wide, ways: WideWays,
    stack: Stack, bounds: Floats, samples: Floats, asked: Stack,
    hit_depth: Floats, hit_sign: Signs,
    one: Counts, want: Kinds, hit_stop: Counts, out: Floats, found: Counts, state: Counts,
) -> None:  # fmt: skip
    """Do `least_of_slice` for the slices from one to another and for some ``groups`` of rows.

    Group g is ``members[group_stop[g - 1] : group_stop[g]]``; ``known`` are the signed distances of
    needle ``nominal`` to ``members``, ``places`` where on it; ``waist`` is the depth at which
    neighbours in the order are closest. ``least`` and ``which`` are (all groups, needles), the
    needles in their order here; ``which`` counts in ``members``.
    """
    sheaves, works = np.zeros((SHARED + 1, NUMBERS)), np.zeros((SHARED, ROWS * ROOM))
    common = sheaves[SHARED]
    pool, picked = np.zeros(LISTED, np.int64), np.zeros(MOST, np.int64)
    best, owner = np.zeros(ROOM), np.zeros(ROOM, np.int64)
    m = len(members)
    keys, spots, floor, signed = np.zeros(m), np.zeros((m, 5)), np.zeros(m), np.zeros(m)
    sides, reaches, within, ground = np.zeros(m, np.int64), np.zeros(m), np.zeros(m), np.zeros(m)
    chosen, rows, begins, stops = (
        np.zeros(m, np.int64), np.zeros(m, np.int64), np.zeros(m, np.int64), np.zeros(m, np.int64)
    )  # fmt: skip
    apart, pieces, nearest = np.zeros(m), np.zeros((4, 9)), np.zeros(m, np.int64)
    for part in range(from_slice, to_slice, SHARED):
        after = min(part + SHARED, to_slice)
        middle = order[(starts[part] + starts[after]) // 2]
        gathered(lines, ends, order, starts[part], starts[after], waist, common)
        for p in range(part, after):
            gathered(lines, ends, order, starts[p], starts[p + 1], waist, sheaves[p - part])
            for j in range(starts[p + 1] - starts[p]):
                needle = order[starts[p] + j]
                for c in range(6):
                    works[p - part, c * ROOM + j] = ends[needle, c]
                for c in range(3):
                    works[p - part, ALONG + c * ROOM + j] = lines[needle, 3 + c]
                works[p - part, LENGTHS + j] = lines[needle, 6]
        for g in groups:
            begin, end = group_stop[g - 1] if g > 0 else 0, group_stop[g]
            for k in range(begin, end):
                sides[k] = structure_place(common, nodes, roots[members[k]])
                reaches[k] = room_of(common, sides[k])
                away = reaches[k] + SPARE_MM
                if sides[k] == BETWEEN or sides[k] != places[k]:
                    away = common[REACH] + gap(ends, middle, nominal, BETWEEN) + SPARE_MM
                else:
                    away += gap(ends, middle, nominal, sides[k])
                floor[k] = known[k] - away
            size = ranked(
                lines[middle], reaches[begin:end], members[begin:end], offsets[begin:end],
                floor[begin:end], keys, chosen, spots, nearest, signed, touch, seeds,
                roots, kinds, nodes, links, tri, spheres, wide_roots, wide, ways, stack, bounds,
                samples, asked, hit_depth, hit_sign, one, want, hit_stop, out, found, state,
            )  # fmt: skip
            chosen[:size].sort()
            used = 0
            for r in range(size):
                k = chosen[r]
                rows[r], apart[r] = members[begin + k], offsets[begin + k]
                begins[r], stops[r] = used, -1
                if common[SHORTEST] >= LONG_MM and signed[k] >= 0.0 and after - part > 1:
                    stops[r] = listed(
                        common, wide_roots[rows[r]], spots[k], wide, ways, tri, np.inf, stack,
                        bounds, pool, used, min(used + WORTHWHILE, len(pool) - MOST),
                    )  # fmt: skip
                    used = max(stops[r], used)
            for p in range(part, after):
                sheaf, first, n = sheaves[p - part], starts[p], starts[p + 1] - starts[p]
                own = order[(first + starts[p + 1]) // 2]
                for r in range(size):
                    side = sides[begin + chosen[r]]
                    within[r] = room_of(sheaf, side)
                    ground[r] = signed[chosen[r]] - (
                        gap(ends, own, middle, side) + within[r] + SPARE_MM
                    )
                least_of_slice(
                    lines, ends, order, first, starts[p + 1], sheaf, rows[:size], apart[:size],
                    ground[:size], within[:size], begins, stops, pool, best, owner, touch, seeds,
                    roots, kinds, nodes, links, tri, spheres, wide_roots, wide, ways, stack, bounds,
                    samples, asked, hit_depth, hit_sign, one, want, hit_stop, out, found, state,
                    picked, pieces, works[p - part],
                )  # fmt: skip
                for j in range(n):
                    least[g, first + j] = best[j]
                    which[g, first + j] = begin + chosen[owner[j]] if owner[j] >= 0 else -1
