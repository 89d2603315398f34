"""Kernels that measure one axis against structures, one by one: crossings, signed distance, states.

They work on the packed index (`meshes.index.packed`) and fill arrays that the caller provides.
`meshes.index.by_zone` asks the same of whole danger zones.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.bounds import Links, Nodes
from meshes.index.compiled import inlined, kernel
from meshes.index.crossing import Signs, in_root_box, line_hits, point_inside
from meshes.index.deepest import deepest_point
from meshes.index.drums import Wide, WideWays
from meshes.index.nearest import Spheres, Stack, nearest_on_axis
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


@inlined
def crossed(
    line: Floats, touch: float, s: int, roots: Counts, kinds: Kinds,
    nodes: Nodes, links: Links, tri: Floats, stack: Stack,
    hit_depth: Floats, hit_sign: Signs, used: int,
) -> tuple[int, int, int]:  # fmt: skip
    """Append the crossings of structure ``s`` ahead of the entry; new count, winding, state."""
    px, py, pz, ux, uy, uz = line[0], line[1], line[2], line[3], line[4], line[5]
    used, winding = line_hits(
        px, py, pz, ux, uy, uz, touch, roots[s], nodes, links, tri, stack,
        hit_depth, hit_sign, used,
    )  # fmt: skip
    state = 0
    if used > len(hit_depth):
        return used, winding, state
    if kinds[s] == CLOSED:
        if winding != 0:
            state = INSIDE
    elif kinds[s] == UNSIGNED:
        state = NO_SIGN
        suspect = winding != 0
        if not suspect:
            suspect = point_inside(px, py, pz, touch, roots[s], nodes, links, tri, stack)[1]
        if suspect and in_root_box(px, py, pz, touch, nodes, roots[s]):
            state |= MAYBE_INSIDE
    return used, winding, state


@kernel
def signed_distance(
    line: Floats, depth: float, within: float, touch: float, s: int, winding: int,
    seeds: Counts, kinds: Kinds,
    wide_roots: Counts, wide: Wide, ways: WideWays, tri: Floats, spheres: Spheres,
    stack: Stack, bounds: Floats, samples: Floats, asked: Stack,
    hit_depth: Floats, hit_sign: Signs, first: int, stop: int,
) -> tuple[float, float, float, float, float, int, int]:  # fmt: skip
    """Signed distance of the axis to structure ``s``: distance, depth, nearest point, triangle.

    Last come the bits to add to its state. Its crossings are ``first`` to ``stop``, its ``winding``
    that of the entry. Farther than ``within``: infinity, triangle -1, `BEYOND`; what the axis meets
    or lies in is never beyond. ``seeds[s]`` is renewed.
    """
    d2, at, qx, qy, qz, near = nearest_on_axis(
        line[0], line[1], line[2], line[3], line[4], line[5], depth, within, seeds[s],
        wide_roots[s], wide, ways, tri, spheres, stack, bounds,
    )  # fmt: skip
    d, more = np.sqrt(d2), 0
    if near >= 0:
        seeds[s] = near
    touched = near >= 0 and d <= touch
    if touched or (stop > first and hit_depth[first] <= depth):
        more = MEETS
        d = 0.0
    if kinds[s] == CLOSED and stop > first and (winding != 0 or more != 0):
        deep, t, x, y, z, i = deepest_inside(
            line, depth, winding, near, wide_roots[s], wide, ways, tri, spheres,
            stack, bounds, samples, asked, hit_depth, hit_sign, first, stop,
        )  # fmt: skip
        if deep >= 0.0 and i >= 0:
            d, at, qx, qy, qz, near = -deep, t, x, y, z, i
    if near < 0:
        return np.inf, at, qx, qy, qz, near, more | BEYOND
    return d, at, qx, qy, qz, near, more


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
    used = 0
    for k in range(len(chosen)):
        s = chosen[k]
        first = used
        used, winding, state[k] = crossed(
            line, touch, s, roots, kinds, nodes, links, tri, stack, hit_depth, hit_sign, used
        )
        hit_stop[k] = used
        found[k] = -1
        if used > len(hit_depth) or wanted[k] == 0:
            continue
        d, at, qx, qy, qz, near, more = signed_distance(
            line, depth, within, touch, s, winding, seeds, kinds, wide_roots, wide, ways, tri,
            spheres, stack, bounds, samples, asked, hit_depth, hit_sign, first, used,
        )  # fmt: skip
        state[k] |= more
        out[k, 0], out[k, 1] = d, at
        out[k, 2], out[k, 3], out[k, 4] = qx, qy, qz
        found[k] = near
    return used
