"""The kernel of the drag path: everything about one needle, by danger zone, in a single call.

Only the nearest structure of a zone decides its distance. The others are ruled out by their boxes,
which stand in one small array, or are searched no farther than the nearest found so far; the first
to be asked is the one that was nearest a moment ago. Which structure is asked first does not show:
equally near ones are all measured, and the first in the zone's own order wins.
"""

from __future__ import annotations

import numpy as np

from meshes.index.bounds import Links, Nodes, ray_box, reciprocal
from meshes.index.compiled import inlined, kernel
from meshes.index.crossing import Signs
from meshes.index.drums import Wide, WideWays
from meshes.index.lanes import soon
from meshes.index.measure import Counts, Kinds, crossed, signed_distance
from meshes.index.nearest import Spheres, Stack, wanted_soon
from meshes.index.reach import first_reach, first_reach_by_drums
from meshes.index.states import BEYOND, INSIDE, MAYBE_INSIDE, NO_SIGN, UNSIGNED
from meshes.index.triangle import Floats

CLEARANCE_TOUCH_MM = 1e-9
"""A positive clearance up to this is a touch."""

SPARE_MM = 1e-6
"""Whatever is nearer than this is measured, however bad the zone already is: it may touch."""


@inlined
def box_floor(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, length: float,
    boxes: Nodes, k: int,
) -> float:  # fmt: skip
    """Lower bound of the distance from the axis to a box, mm: see `meshes.index.lanes`."""
    x = np.float64(boxes[k, 0]) - px
    y = np.float64(boxes[k, 1]) - py
    z = np.float64(boxes[k, 2]) - pz
    t = min(max(x * ux + y * uy + z * uz, 0.0), length)
    x, y, z = x - t * ux, y - t * uy, z - t * uz
    v2 = x * x + y * y + z * z
    gap = v2 * (1.0 - 1e-13)
    gap -= abs(x) * boxes[k, 3] + abs(y) * boxes[k, 4] + abs(z) * boxes[k, 5]
    if not gap > 0.0:
        return 0.0
    return float(gap / np.sqrt(v2)) * (1.0 - 1e-12)


@kernel
def cross_all(
    line: Floats, depth: float, touch: float, boxes: Nodes, roots: Counts, kinds: Kinds,
    nodes: Nodes, links: Links, tri: Floats, stack: Stack,
    hit_depth: Floats, hit_sign: Signs, hit_stop: Counts,
    state: Counts, winding: Counts, floor: Floats, tried: Floats,
) -> int:  # fmt: skip
    """List the crossings of every structure, and what its box says of its distance.

    A line that misses the box of a structure neither crosses it nor starts in it.
    """
    px, py, pz, ux, uy, uz = line[0], line[1], line[2], line[3], line[4], line[5]
    ix, iy, iz = reciprocal(ux), reciprocal(uy), reciprocal(uz)
    used = 0
    for s in range(len(roots)):
        floor[s] = box_floor(px, py, pz, ux, uy, uz, depth, boxes, s)
        tried[s] = -1.0
        winding[s] = 0
        if ray_box(px, py, pz, ix, iy, iz, 0.0, np.inf, touch, boxes, s) == np.inf:
            state[s] = NO_SIGN if kinds[s] == UNSIGNED else 0
        else:
            used, winding[s], state[s] = crossed(
                line, touch, s, roots, kinds, nodes, links, tri, stack, hit_depth, hit_sign, used
            )
        hit_stop[s] = used
    return used


@kernel
def least_of_zone(
    line: Floats, depth: float, within: float, touch: float, members: Counts, begin: int, stop: int,
    floor: Floats, tried: Floats, winding: Counts, table: Floats, near: Counts, state: Counts,
    last: Floats, seeds: Counts, kinds: Kinds,
    wide_roots: Counts, wide: Wide, ways: WideWays, tri: Floats, spheres: Spheres,
    stack: Stack, bounds: Floats, samples: Floats, asked: Stack,
    hit_depth: Floats, hit_sign: Signs, hit_stop: Counts,
) -> float:  # fmt: skip
    """Measure what may be nearest of a zone's members; return the least signed distance.

    Into ``table``, ``near`` (-1: not measured), ``tried``: how far it was searched.
    """
    start = begin
    for m in range(begin + 1, stop):
        a, b = members[m], members[start]
        if max(floor[a], last[a]) < max(floor[b], last[b]):
            start = m
    best = np.inf
    for turn in range(begin - 1, stop):
        if turn == start:
            continue
        s = members[start if turn < begin else turn]
        first = hit_stop[s - 1] if s > 0 else 0
        limit = min(within, max(best, SPARE_MM))
        if tried[s] < 0.0:
            near[s] = -1
            tried[s] = 0.0
        if near[s] < 0 and tried[s] < limit and (floor[s] <= limit or hit_stop[s] > first):
            d, at, qx, qy, qz, near[s], more = signed_distance(
                line, depth, limit, touch, s, winding[s], seeds, kinds, wide_roots, wide, ways, tri,
                spheres, stack, bounds, samples, asked, hit_depth, hit_sign, first, hit_stop[s],
            )  # fmt: skip
            tried[s] = limit
            state[s] |= more & ~BEYOND
            table[s, 0], table[s, 1] = d, at
            table[s, 2], table[s, 3], table[s, 4] = qx, qy, qz
            if near[s] >= 0:
                last[s] = d
        if near[s] >= 0:
            best = min(best, table[s, 0])
    return best


@inlined
def may_reach(
    line: Floats, start: float, stop: float, grow: float, ix: float, iy: float, iz: float,
    boxes: Nodes, s: int,
) -> bool:  # fmt: skip
    """Whether the line enters the box of structure ``s``, grown, between two depths."""
    if start > stop or stop <= 0.0:
        return False
    return ray_box(line[0], line[1], line[2], ix, iy, iz, start, stop, grow, boxes, s) < np.inf


@kernel
def reaches_of_zone(
    line: Floats, depth: float, searched: float, reach: float, known: float,
    touch: float, noise: float, contact: float, limit: float,
    members: Counts, begin: int, stop: int, first_met: Counts, first_near: Counts,
    boxes: Nodes, roots: Counts, nodes: Nodes, links: Links, tri: Floats, spheres: Spheres,
    wide_roots: Counts, wide: Wide, ways: WideWays, stack: Stack, bounds: Floats,
) -> tuple[float, float]:  # fmt: skip
    """First contact and limit depth of a zone whose nearest member is ``known`` mm away, signed.

    ``contact`` and ``limit`` come in as what is known already. What is ``known`` away from the
    needle is not reached before the tip has gone on by the rest.
    """
    px, py, pz, ux, uy, uz = line[0], line[1], line[2], line[3], line[4], line[5]
    ix, iy, iz = reciprocal(ux), reciprocal(uy), reciprocal(uz)
    spare = 4.0 * touch
    met_from = depth if known > spare else 0.0
    near_from = depth + (known - reach - spare) if known > reach + spare else 0.0
    for m in range(begin, stop):
        s = members[m]
        if may_reach(line, met_from, contact, 2.0 * touch, ix, iy, iz, boxes, s):
            t, i = first_reach(
                px, py, pz, ux, uy, uz, met_from, contact, 0.0, touch, noise, first_met[s],
                roots[s], nodes, links, tri, spheres, stack, bounds,
            )  # fmt: skip
            if i >= 0:
                first_met[s] = i
            contact = min(contact, t)
        last = min(searched, limit)
        if may_reach(line, near_from, last, reach + 2.0 * touch, ix, iy, iz, boxes, s):
            t, i = first_reach_by_drums(
                px, py, pz, ux, uy, uz, near_from, last, reach, touch, noise, first_near[s],
                wide_roots[s], wide, ways, tri, spheres, stack, bounds,
            )  # fmt: skip
            if i >= 0:
                first_near[s] = i
            limit = min(limit, t)
    return contact, limit


@kernel
def by_zone(
    line: Floats, depth: float, searched: float, radius: float, within: float,
    touch: float, noise: float,
    zone_stop: Counts, members: Counts, margins: Floats,
    boxes: Nodes, roots: Counts, kinds: Kinds, nodes: Nodes, links: Links, tri: Floats,
    spheres: Spheres, wide_roots: Counts, wide: Wide, ways: WideWays,
    stack: Stack, bounds: Floats, samples: Floats, asked: Stack,
    seeds: Counts, last: Floats, first_met: Counts, first_near: Counts,
    floor: Floats, tried: Floats, winding: Counts, table: Floats, near: Counts, state: Counts,
    hit_depth: Floats, hit_sign: Signs, hit_stop: Counts,
    nearest: Counts, flags: Counts, clearance: Floats, contact: Floats, limit: Floats,
    spots: Floats,
) -> int:  # fmt: skip
    """Answer for every zone; return how many crossings there are, as `measure` does.

    ``members`` names rows of the index, zone after zone, up to ``zone_stop[z]``. Per zone:
    ``nearest``, its structure with the least distance (-1: all farther than ``within``); ``flags``,
    the union of the states; ``clearance``, distance less ``radius``, infinite beyond ``within``;
    ``contact`` along the endless line, ``limit`` up to ``searched``, infinite where there is none;
    ``spots``: distance, depth, nearest point. An entry inside gives 0 to contact and limit, one
    that may be inside 0 to the limit.
    The memory of the moment before (``seeds``, ``last``, ``first_met``, ``first_near``) is renewed;
    ``floor`` to ``state`` are working memory, a place per structure.
    """
    used = cross_all(
        line, depth, touch, boxes, roots, kinds, nodes, links, tri, stack,
        hit_depth, hit_sign, hit_stop, state, winding, floor, tried,
    )  # fmt: skip
    if used > len(hit_depth):
        return used
    begin = 0
    for z in range(len(zone_stop)):
        stop = zone_stop[z]
        if stop < len(members):
            s = members[stop]
            if floor[s] <= within:
                wanted_soon(wide, wide_roots[s])
                soon(tri, max(seeds[s], 0) * 9)
                soon(tri, max(seeds[s], 0) * 9 + 8)
        known = least_of_zone(
            line, depth, within, touch, members, begin, stop, floor, tried, winding, table, near,
            state, last, seeds, kinds, wide_roots, wide, ways, tri, spheres, stack, bounds,
            samples, asked, hit_depth, hit_sign, hit_stop,
        )  # fmt: skip
        nearest[z], flags[z] = -1, 0
        contact[z], limit[z] = np.inf, np.inf
        for m in range(begin, stop):
            s = members[m]
            flags[z] |= state[s]
            if near[s] >= 0 and table[s, 0] == known and nearest[z] < 0:
                nearest[z] = s
            first = hit_stop[s - 1] if s > 0 else 0
            if hit_stop[s] > first:
                contact[z] = min(contact[z], hit_depth[first])
        clearance[z] = np.inf
        if nearest[z] < 0:
            flags[z] |= BEYOND
            known = within
            for j in range(5):
                spots[z, j] = np.inf if j == 0 else 0.0
        else:
            gap = known - radius
            clearance[z] = 0.0 if 0.0 < gap <= CLEARANCE_TOUCH_MM else gap
            for j in range(5):
                spots[z, j] = table[nearest[z], j]
        if flags[z] & MAYBE_INSIDE != 0:
            limit[z] = 0.0
        if flags[z] & INSIDE != 0:
            contact[z] = limit[z] = 0.0
        contact[z], limit[z] = reaches_of_zone(
            line, depth, searched, margins[z] + radius, known, touch, noise, contact[z], limit[z],
            members, begin, stop, first_met, first_near, boxes, roots, nodes, links, tri, spheres,
            wide_roots, wide, ways, stack, bounds,
        )  # fmt: skip
        begin = stop
    return used
