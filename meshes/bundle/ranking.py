"""Kernels: the structures that may be nearest to any needle of a sheaf, by its middle one.

Two needles whose entries and whose tips lie no more than h apart have axes no more than h apart, so
that their distances to anything differ by no more than h; to what lies behind all of their entries,
by no more than these are apart.
"""

from __future__ import annotations

import numpy as np

from meshes.bundle.compiled import inlined, kernel
from meshes.bundle.order import Floats, Longs
from meshes.bundle.sheaf import AT_ENTRY, AT_TIP
from meshes.index.bounds import Links, Nodes
from meshes.index.crossing import Signs, in_root_box
from meshes.index.drums import Wide, WideWays
from meshes.index.measure import Counts, Kinds, measure
from meshes.index.nearest import Spheres, Stack, nearest_on_axis
from meshes.index.states import CLOSED
from meshes.index.triangle import Floats as Corners


@inlined
def gap(ends: Floats, i: int, j: int, place: int) -> float:
    """How far two needles are apart: by their ends at a place, `BETWEEN` by whichever is more."""
    x, y, z = ends[i, 0] - ends[j, 0], ends[i, 1] - ends[j, 1], ends[i, 2] - ends[j, 2]
    a = x * x + y * y + z * z if place != AT_TIP else 0.0
    x, y, z = ends[i, 3] - ends[j, 3], ends[i, 4] - ends[j, 4], ends[i, 5] - ends[j, 5]
    b = x * x + y * y + z * z if place != AT_ENTRY else 0.0
    return float(np.sqrt(max(a, b)))


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
def ranked(
    line: Floats, reaches: Floats, rows: Counts, offsets: Floats, floor: Floats,
    keys: Floats, chosen: Longs, spots: Floats, nearest: Longs, signed: Floats,
    touch: float, seeds: Counts, roots: Counts, kinds: Kinds,
    nodes: Nodes, links: Links, tri: Corners, spheres: Spheres,
    wide_roots: Counts, wide: Wide, ways: WideWays,
    stack: Stack, bounds: Floats, samples: Floats, asked: Stack,
    hit_depth: Floats, hit_sign: Signs,
    one: Counts, want: Kinds, hit_stop: Counts, out: Floats, found: Counts, state: Counts,
) -> int:  # fmt: skip
    """Measure the needle in the middle of a sheaf against all that may matter to the sheaf.

    Fills in ``chosen`` rows by rising ``keys``, distance - offset, and returns how many; -infinity
    for what crosses too often to be counted. ``reaches`` says by how much the distance of any
    needle to a row differs, ``floor`` is a lower bound of it. ``spots`` gets, per row, distance,
    depth and nearest point of what lies outside; ``signed`` the signed distance, -infinity if not
    known.
    """
    rank = np.argsort(floor - offsets)
    top, size = np.inf, 0
    for r in range(len(rows)):
        k = rank[r]
        if floor[k] - offsets[k] > top:
            break
        s = rows[k]
        limit = max(top + offsets[k] + reaches[k], 1.0)
        d2, t, qx, qy, qz, near = nearest_on_axis(
            line[0], line[1], line[2], line[3], line[4], line[5], line[6], limit, seeds[s],
            wide_roots[s], wide, ways, tri, spheres, stack, bounds,
        )  # fmt: skip
        d = np.sqrt(d2)
        if near >= 0:
            seeds[s] = near
            nearest[k], spots[k, 0], spots[k, 1] = near, d, t
            spots[k, 2], spots[k, 3], spots[k, 4] = qx, qy, qz
        if not floor[k] > 0.0:
            d = signed_distance(
                line, s, limit, touch, False, seeds, roots, kinds,
                nodes, links, tri, spheres, wide_roots, wide, ways, stack, bounds, samples, asked,
                hit_depth, hit_sign, one, want, hit_stop, out, found, state,
            )  # fmt: skip
        if d == np.inf:
            continue
        signed[k] = -np.inf if np.isnan(d) else d
        key = signed[k] - offsets[k]
        top = min(top, key + reaches[k])
        j = size
        while j > 0 and keys[j - 1] > key:
            keys[j], chosen[j] = keys[j - 1], chosen[j - 1]
            j -= 1
        keys[j], chosen[j] = key, k
        size += 1
    return size


@inlined
def better(best: float, best_row: int, value: float, row: int) -> tuple[float, int]:
    """The less of two, of equal ones the first row; NaN, which nothing can be said of, wins."""
    if np.isnan(best):
        return best, best_row
    if not value >= best or (value == best and row < best_row):
        return value, row
    return best, best_row
