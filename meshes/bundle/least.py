"""Kernels: for every needle of a bundle, the least signed distance to a set of structures.

Exact, and the same to the last bit as `meshes.index` gives for each needle alone: a bundle only
saves searches whose outcome is certain. Two needles whose entries and whose tips lie no more than h
apart have axes no more than h apart, so that their distances to anything differ by no more than h.
"""

from __future__ import annotations

import numpy as np

from meshes.bundle.candidates import gather, nearest_candidate
from meshes.bundle.compiled import inlined, kernel
from meshes.bundle.order import Floats, Longs
from meshes.index.bounds import Links, Nodes
from meshes.index.crossing import Signs, in_root_box
from meshes.index.drums import Wide, WideWays
from meshes.index.measure import Counts, Kinds, measure
from meshes.index.nearest import Spheres, Stack, nearest_on_axis
from meshes.index.states import CLOSED
from meshes.index.triangle import Floats as Corners

SPARE_MM = 1e-6
"""Taken from every bound between two needles: more than rounding could have added."""


@inlined
def gap(ends: Floats, i: int, j: int) -> float:
    """How far the axes of two needles can be apart: entries or tips, whichever is more."""
    x, y, z = ends[i, 0] - ends[j, 0], ends[i, 1] - ends[j, 1], ends[i, 2] - ends[j, 2]
    a = x * x + y * y + z * z
    x, y, z = ends[i, 3] - ends[j, 3], ends[i, 4] - ends[j, 4], ends[i, 5] - ends[j, 5]
    return float(np.sqrt(max(a, x * x + y * y + z * z)))


@kernel
def signed_distance(
    line: Floats, s: int, limit: float, touch: float, known_outside: bool, seeds: Counts,
    roots: Counts, kinds: Kinds,
    nodes: Nodes, links: Links, tri: Corners, spheres: Spheres,
    wide_roots: Counts, wide: Wide, ways: WideWays,
    stack: Stack, bounds: Floats, samples: Floats, asked: Stack,
    hit_depth: Floats, hit_sign: Signs,
    one: Counts, want: Kinds, hit_stop: Counts, out: Floats, found: Counts, state: Counts,
) -> float:  # fmt: skip
    """Signed distance of one axis to structure ``s``; infinite if it is ``limit`` or more.

    ``known_outside`` says that the entry is certainly not inside. NaN if the axis crosses more
    often than there is room to note: ask `meshes.index` then.
    """
    d2, _, _, _, _, near = nearest_on_axis(
        line[0], line[1], line[2], line[3], line[4], line[5], line[6], limit, seeds[s],
        wide_roots[s], wide, ways, tri, spheres, stack, bounds,
    )  # fmt: skip
    d = np.sqrt(d2)
    if near >= 0:
        seeds[s] = near
    within = kinds[s] == CLOSED and not known_outside
    if within:
        within = in_root_box(line[0], line[1], line[2], touch, nodes, roots[s])
    if not within and (near < 0 or d > touch):
        return d if near >= 0 else np.inf
    one[0], want[0] = s, 1
    used = measure(
        line, line[6], np.inf, touch, one, want, seeds, roots, kinds,
        nodes, links, tri, spheres, wide_roots, wide, ways,
        stack, bounds, samples, asked, hit_depth, hit_sign, hit_stop, out, found, state,
    )  # fmt: skip
    return np.nan if used > len(hit_depth) else out[0, 0]


@kernel
def room(ends: Floats, order: Longs, first: int, stop: int, middle: int) -> tuple[float, float]:
    """How far the entries, and the tips, of a slice are from those of its middle, at most."""
    entry, tip = 0.0, 0.0
    for i in range(first, stop):
        j = order[i]
        x, y, z = ends[j, 0] - ends[middle, 0], ends[j, 1] - ends[middle, 1], 0.0
        z = ends[j, 2] - ends[middle, 2]
        entry = max(entry, x * x + y * y + z * z)
        x, y = ends[j, 3] - ends[middle, 3], ends[j, 4] - ends[middle, 4]
        z = ends[j, 5] - ends[middle, 5]
        tip = max(tip, x * x + y * y + z * z)
    return np.sqrt(entry) + SPARE_MM, np.sqrt(tip) + SPARE_MM


@kernel
def listed(
    line: Floats, distance: float, entry_room: float, tip_room: float, seed: int, root: int,
    wide: Wide, ways: WideWays, tri: Corners, spheres: Spheres, stack: Stack, bounds: Floats,
    drums: Wide, names: Longs, first: int,
) -> int:  # fmt: skip
    """List the candidates of a structure for a slice; see `candidates.gather`."""
    d2, _, qx, qy, qz, near = nearest_on_axis(
        line[0], line[1], line[2], line[3], line[4], line[5], line[6],
        distance * (1.0 + 1e-9) + SPARE_MM, seed, root, wide, ways, tri, spheres, stack, bounds,
    )  # fmt: skip
    if near < 0:
        return -1
    return gather(
        line, np.sqrt(d2), qx, qy, qz, entry_room, tip_room, root, wide, ways, tri, stack, bounds,
        drums, names, first,
    )  # fmt: skip


@kernel
def ranked(
    line: Floats, reach: float, rows: Counts, offsets: Floats, floor: Floats,
    keys: Floats, chosen: Longs,
    touch: float, seeds: Counts, roots: Counts, kinds: Kinds,
    nodes: Nodes, links: Links, tri: Corners, spheres: Spheres,
    wide_roots: Counts, wide: Wide, ways: WideWays,
    stack: Stack, bounds: Floats, samples: Floats, asked: Stack,
    hit_depth: Floats, hit_sign: Signs,
    one: Counts, want: Kinds, hit_stop: Counts, out: Floats, found: Counts, state: Counts,
) -> int:  # fmt: skip
    """Measure the needle in the middle of a slice against all that may matter to the slice.

    Fills in ``chosen`` rows by rising ``keys``, distance - offset, and returns how many; -infinity
    for what crosses too often to be counted. ``reach`` is how far any needle of the slice is apart.
    """
    rank = np.argsort(floor - offsets)
    top, size = np.inf, 0
    for r in range(len(rows)):
        k = rank[r]
        if floor[k] - offsets[k] > top + reach:
            break
        limit = max(top + offsets[k] + 2.0 * reach, 1.0)
        d = signed_distance(
            line, rows[k], limit, touch, floor[k] > 0.0, seeds, roots, kinds,
            nodes, links, tri, spheres, wide_roots, wide, ways, stack, bounds, samples, asked,
            hit_depth, hit_sign, one, want, hit_stop, out, found, state,
        )  # fmt: skip
        if d == np.inf:
            continue
        key = -np.inf if np.isnan(d) else d - offsets[k]
        top = min(top, key)
        j = size
        while j > 0 and keys[j - 1] > key:
            keys[j], chosen[j] = keys[j - 1], chosen[j - 1]
            j -= 1
        keys[j], chosen[j] = key, k
        size += 1
    return size


@kernel
def least_of_slice(
    lines: Floats, ends: Floats, order: Longs, first: int, stop: int,
    rows: Counts, offsets: Floats, floor: Floats, least: Floats, which: Longs,
    touch: float, seeds: Counts, roots: Counts, kinds: Kinds,
    nodes: Nodes, links: Links, tri: Corners, spheres: Spheres,
    wide_roots: Counts, wide: Wide, ways: WideWays,
    stack: Stack, bounds: Floats, samples: Floats, asked: Stack,
    hit_depth: Floats, hit_sign: Signs,
    one: Counts, want: Kinds, hit_stop: Counts, out: Floats, found: Counts, state: Counts,
    drums: Wide, names: Longs,
) -> None:  # fmt: skip
    """Fill in ``least`` and ``which`` for a slice of the order.

    ``least[i]``: the least of signed distance - offset over ``rows``; ``which[i]`` the row of
    ``rows`` that has it (-1: no row). ``floor[k]`` is a lower bound of the distance of every needle
    of the slice to ``rows[k]``, for those it cannot lie in; -infinity where nothing is known.
    """
    middle = order[(first + stop) // 2]
    entry_room, tip_room = room(ends, order, first, stop, middle)
    keys, chosen = np.zeros(len(rows)), np.zeros(len(rows), np.int64)
    size = ranked(
        lines[middle], max(entry_room, tip_room), rows, offsets, floor, keys, chosen, touch, seeds,
        roots, kinds, nodes, links, tri, spheres, wide_roots, wide, ways, stack, bounds, samples,
        asked, hit_depth, hit_sign, one, want, hit_stop, out, found, state,
    )  # fmt: skip
    begins, blocks = np.zeros(size, np.int64), np.full(size, -2, np.int64)
    taken = 0
    for i in range(first, stop):
        needle = order[i]
        line = lines[needle]
        away = gap(ends, needle, middle) + SPARE_MM
        best, best_row = np.inf, -1
        for r in range(size):
            if keys[r] - away > best:
                break
            k = chosen[r]
            s = rows[k]
            clear_of = keys[r] + offsets[k] > away  # neither inside nor touching
            limit = max(best + offsets[k], 0.0) + SPARE_MM
            if clear_of and blocks[r] == -2:
                begins[r] = taken
                blocks[r] = listed(
                    lines[middle], keys[r] + offsets[k], entry_room, tip_room, seeds[s],
                    wide_roots[s], wide, ways, tri, spheres, stack, bounds, drums, names, taken,
                )  # fmt: skip
                taken += max(blocks[r], 0)
            if clear_of and blocks[r] >= 0:
                d2, near = nearest_candidate(
                    line[0], line[1], line[2], line[3], line[4], line[5], line[6], limit, seeds[s],
                    begins[r], blocks[r], drums, names, tri, spheres, stack,
                    bounds,
                )  # fmt: skip
                d = np.sqrt(d2)
                if near >= 0:
                    seeds[s] = near
            else:
                d = signed_distance(
                    line, s, limit, touch, clear_of, seeds, roots, kinds,
                    nodes, links, tri, spheres, wide_roots, wide, ways, stack, bounds, samples,
                    asked, hit_depth, hit_sign, one, want, hit_stop, out, found, state,
                )  # fmt: skip
            if np.isnan(d):
                best, best_row = d, k
                break
            if d - offsets[k] < best or (d - offsets[k] == best and k < best_row):
                best, best_row = d - offsets[k], k
        least[needle], which[needle] = best, best_row


@kernel
def least_of_bundle(
    lines: Floats, ends: Floats, order: Longs, starts: Longs, from_slice: int, to_slice: int,
    nominal: int, known: Floats,
    group_stop: Counts, members: Counts, offsets: Floats, least: Floats, which: Longs,
    touch: float, seeds: Counts, roots: Counts, kinds: Kinds,
    nodes: Nodes, links: Links, tri: Corners, spheres: Spheres,
    wide_roots: Counts, wide: Wide, ways: WideWays,
    stack: Stack, bounds: Floats, samples: Floats, asked: Stack,
    hit_depth: Floats, hit_sign: Signs,
    one: Counts, want: Kinds, hit_stop: Counts, out: Floats, found: Counts, state: Counts,
    drums: Wide, names: Longs,
) -> None:  # fmt: skip
    """Do `least_of_slice` for the slices from one to another and for every group of rows.

    ``known`` are the signed distances of needle ``nominal`` to ``members``. ``least`` and ``which``
    are (groups, needles); ``which`` counts in ``members``.
    """
    for part in range(from_slice, to_slice):
        first, stop = starts[part], starts[part + 1]
        away = 0.0
        for i in range(first, stop):
            away = max(away, gap(ends, order[i], nominal))
        floor = known - (away + SPARE_MM)
        begin = 0
        for g in range(len(group_stop)):
            end = group_stop[g]
            least_of_slice(
                lines, ends, order, first, stop,
                members[begin:end], offsets[begin:end], floor[begin:end], least[g], which[g],
                touch, seeds, roots, kinds,
                nodes, links, tri, spheres, wide_roots, wide, ways, stack, bounds, samples, asked,
                hit_depth, hit_sign, one, want, hit_stop, out, found, state, drums, names,
            )  # fmt: skip
            for i in range(first, stop):
                if which[g, order[i]] >= 0:
                    which[g, order[i]] += begin
            begin = end
