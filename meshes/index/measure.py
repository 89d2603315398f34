"""The kernels of the drag path: everything about one needle in two calls, no allocation inside.

`measure` answers per structure, `zone_limits` per danger zone. Both work on the packed index
(`meshes.index.packed`) and fill arrays that the caller provides.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.bounds import Links, Nodes
from meshes.index.compiled import kernel
from meshes.index.crossing import Signs, in_root_box, line_hits, point_inside
from meshes.index.deepest import deepest_point
from meshes.index.drums import Wide, WideWays
from meshes.index.nearest import Spheres, Stack, nearest_on_axis
from meshes.index.reach import first_reach
from meshes.index.states import BEYOND, CLOSED, INSIDE, MAYBE_INSIDE, MEETS, NO_SIGN, UNSIGNED
from meshes.index.triangle import Floats

Counts = NDArray[np.int64]
Kinds = NDArray[np.int8]


@kernel
def deepest_inside(
    line: Floats, depth: float, winding: int, seed: int, root: int,
    wide: Wide, ways: WideWays, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
    samples: Floats, asked: Stack, hit_depth: Floats, hit_sign: Signs, first: int, stop: int,
) -> tuple[float, float, float, float, float, int]:  # fmt: skip
    """Deepest point of the axis over all its stretches inside; a bound of -1 if there is none."""
    px, py, pz, ux, uy, uz = line[0], line[1], line[2], line[3], line[4], line[5]
    best = (-1.0, 0.0, 0.0, 0.0, 0.0, -1)
    now, start = winding, 0.0
    for h in range(first, stop + 1):
        end = min(hit_depth[h], depth) if h < stop else depth
        if now != 0 and (end > start or start == 0.0):
            found = deepest_point(
                px, py, pz, ux, uy, uz, start, end, seed, root,
                wide, ways, tri, spheres, stack, bounds, samples, asked,
            )  # fmt: skip
            if found[0] > best[0]:
                best = found
        if h == stop or hit_depth[h] >= depth:
            break
        now -= hit_sign[h]
        start = hit_depth[h]
    return best


@kernel
def measure(
    line: Floats, depth: float, within: float, touch: float,
    chosen: Counts, wanted: Kinds, seeds: Counts, roots: Counts, kinds: Kinds,
    nodes: Nodes, links: Links, tri: Floats, spheres: Spheres,
    wide_roots: Counts, wide: Wide, ways: WideWays,
    stack: Stack, bounds: Floats, samples: Floats, asked: Stack,
    hit_depth: Floats, hit_sign: Signs, hit_stop: Counts,
    out: Floats, found: Counts, state: Counts,
) -> int:  # fmt: skip
    """Measure the axis against the structures ``chosen``; return how many crossings there are.

    ``line`` is entry and unit direction, (6,). ``wanted[k]`` asks for the distance of the k-th
    structure; crossings ahead of the entry are listed for all, those of the k-th in
    ``hit_stop[k - 1]`` to ``hit_stop[k]``. ``out[k]``: signed distance of the axis (negative: how
    deep its deepest point lies inside), depth of closest approach, nearest point. ``seeds`` holds
    a triangle per structure of the index or -1, and is renewed. If the crossings returned exceed
    the room for them the answer is incomplete: call again with more.
    """
    px, py, pz, ux, uy, uz = line[0], line[1], line[2], line[3], line[4], line[5]
    used = 0
    for k in range(len(chosen)):
        s = chosen[k]
        root = roots[s]
        first = used
        used, winding = line_hits(
            px, py, pz, ux, uy, uz, touch, root, nodes, links, tri, stack,
            hit_depth, hit_sign, used,
        )  # fmt: skip
        hit_stop[k] = used
        state[k] = 0
        found[k] = -1
        if used > len(hit_depth):
            continue
        if kinds[s] == CLOSED:
            if winding != 0:
                state[k] |= INSIDE
        elif kinds[s] == UNSIGNED:
            state[k] |= NO_SIGN
            suspect = winding != 0
            if not suspect:
                suspect = point_inside(px, py, pz, touch, root, nodes, links, tri, stack)[1]
            if suspect and in_root_box(px, py, pz, touch, nodes, root):
                state[k] |= MAYBE_INSIDE
        if wanted[k] == 0:
            continue
        d2, at, qx, qy, qz, near = nearest_on_axis(
            px, py, pz, ux, uy, uz, depth, within, seeds[s], wide_roots[s],
            wide, ways, tri, spheres, stack, bounds,
        )  # fmt: skip
        d = np.sqrt(d2)
        if near >= 0:
            seeds[s] = near
        touched = near >= 0 and d <= touch
        if touched or (used > first and hit_depth[first] <= depth):
            state[k] |= MEETS
            d = 0.0
        if kinds[s] == CLOSED and used > first and (winding != 0 or state[k] & MEETS != 0):
            deep, t, x, y, z, i = deepest_inside(
                line, depth, winding, near, wide_roots[s], wide, ways, tri, spheres,
                stack, bounds, samples, asked, hit_depth, hit_sign, first, used,
            )  # fmt: skip
            if deep >= 0.0 and i >= 0:
                d, at, qx, qy, qz, near = -deep, t, x, y, z, i
        if near < 0:
            state[k] |= BEYOND
            d = np.inf
        out[k, 0], out[k, 1] = d, at
        out[k, 2], out[k, 3], out[k, 4] = qx, qy, qz
        found[k] = near
    return used


@kernel
def zone_limits(
    line: Floats, depth: float, searched: float, radius: float, within: float,
    touch: float, noise: float,
    zone_stop: Counts, members: Counts, margins: Floats,
    chosen: Counts, roots: Counts, nodes: Nodes, links: Links, tri: Floats, spheres: Spheres,
    stack: Stack, bounds: Floats, hit_depth: Floats, hit_stop: Counts,
    out: Floats, state: Counts, first_met: Counts, first_near: Counts,
    nearest: Counts, flags: Counts, contact: Floats, limit: Floats,
) -> None:  # fmt: skip
    """Gather the structures of each zone after `measure`, and find its contact and limit depth.

    ``members`` names rows of ``chosen``, zone after zone, up to ``zone_stop[z]``. ``nearest[z]`` is
    the row with the least distance (-1: all beyond), ``flags[z]`` the union of their states. The
    contact is sought along the endless line, the limit up to ``searched``; infinity where there is
    none. An entry inside gives 0 to both, an entry that may be inside 0 to the limit. ``first_met``
    and ``first_near`` hold, per row, the triangle that decided it a moment ago, and are renewed.
    """
    begin = 0
    for z in range(len(zone_stop)):
        stop = zone_stop[z]
        nearest[z], flags[z] = -1, 0
        contact[z], limit[z] = np.inf, np.inf
        for m in range(begin, stop):
            k = members[m]
            flags[z] |= state[k]
            beyond = state[k] & BEYOND != 0
            if not beyond and (nearest[z] < 0 or out[k, 0] < out[nearest[z], 0]):
                nearest[z] = k
            if hit_stop[k] > (hit_stop[k - 1] if k > 0 else 0):
                contact[z] = min(contact[z], hit_depth[hit_stop[k - 1] if k > 0 else 0])
        if flags[z] & MAYBE_INSIDE != 0:
            limit[z] = 0.0
        if flags[z] & INSIDE != 0:
            contact[z] = limit[z] = 0.0
        for m in range(begin, stop):
            k = members[m]
            root = roots[chosen[k]]
            known = within if state[k] & BEYOND != 0 else out[k, 0]
            t, i = reach_beyond(
                line, depth, known, contact[z], 0.0, touch, noise, first_met[k], root,
                nodes, links, tri, spheres, stack, bounds,
            )  # fmt: skip
            if i >= 0:
                first_met[k] = i
            contact[z] = min(contact[z], t)
            t, i = reach_beyond(
                line, depth, known, min(searched, limit[z]), margins[z] + radius, touch, noise,
                first_near[k], root, nodes, links, tri, spheres, stack, bounds,
            )  # fmt: skip
            if i >= 0:
                first_near[k] = i
            limit[z] = min(limit[z], t)
        begin = stop


@kernel
def reach_beyond(
    line: Floats, depth: float, known: float, stop: float, radius: float,
    touch: float, noise: float, seed: int, root: int,
    nodes: Nodes, links: Links, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
) -> tuple[float, int]:  # fmt: skip
    """First depth up to ``stop`` within ``radius``, given the distance to ``depth``; triangle."""
    start = depth if known > radius + 4.0 * touch else 0.0
    if start > stop or stop <= 0.0:
        return np.inf, -1
    return first_reach(
        line[0], line[1], line[2], line[3], line[4], line[5], start, stop, radius, touch, noise,
        seed, root, nodes, links, tri, spheres, stack, bounds,
    )  # fmt: skip
