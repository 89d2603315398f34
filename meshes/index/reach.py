"""Kernels that find the first depth at which a growing needle comes within a radius of a structure.

Early by rounding, never late: see `meshes.index.triangle.reach_depth`.
"""

from __future__ import annotations

import numpy as np

from meshes.index.bounds import Links, Nodes, ray_box, reciprocal
from meshes.index.compiled import inlined, kernel
from meshes.index.drums import Wide, WideWays
from meshes.index.lanes import drums_within, lowest_bit
from meshes.index.nearest import Spheres, Stack, wanted_soon
from meshes.index.triangle import Floats, reach_depth


@inlined
def sphere_entry(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float,
    start: float, stop: float, radius: float, spheres: Spheres, i: int,
) -> float:  # fmt: skip
    """Depth in [start, stop] not after the line enters the sphere of triangle ``i``, grown."""
    x, y, z = spheres[i, 0] - px, spheres[i, 1] - py, spheres[i, 2] - pz
    wide = spheres[i, 3] + radius
    middle = x * ux + y * uy + z * uz
    x -= middle * ux
    y -= middle * uy
    z -= middle * uz
    room = wide * wide * (1.0 + 1e-9) - (x * x + y * y + z * z)
    if room < 0.0:
        return np.inf
    half = np.sqrt(room)
    if middle + half < start:
        return np.inf
    entry = max(middle - half, start)
    return entry if entry <= stop else np.inf


@kernel
def first_reach(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float,
    start: float, stop: float, radius: float, touch: float, noise: float, seed: int, root: int,
    nodes: Nodes, links: Links, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
) -> tuple[float, int]:  # fmt: skip
    """First depth in [start, stop] where the axis is within ``radius`` + ``touch``, and of what.

    Infinity and -1 if there is none. ``touch`` makes a contact out of what rounding alone would
    hold apart, ``noise`` is the rounding of one distance; both mm. ``seed`` is a triangle that is
    tried first, or -1: the answer does not depend on it.
    """
    wide = radius + touch
    grow = wide + touch
    ix, iy, iz = reciprocal(ux), reciprocal(uy), reciprocal(uz)
    best, found, size = np.inf, -1, 1
    stack[0] = root
    bounds[0] = ray_box(px, py, pz, ix, iy, iz, start, stop, grow, nodes, root)
    if seed >= 0 and bounds[0] <= stop and bounds[0] < np.inf:
        begin = sphere_entry(px, py, pz, ux, uy, uz, start, stop, grow, spheres, seed)
        if begin < np.inf:
            best = reach_depth(px, py, pz, ux, uy, uz, begin, stop, wide, noise, tri, seed)
        if best < np.inf:
            stop, found = min(stop, best), seed
    while size > 0:
        size -= 1
        if bounds[size] > stop or bounds[size] == np.inf:
            continue
        node = stack[size]
        first, count = int(links[node, 6]), links[node, 7]
        if count == 0:
            a = ray_box(px, py, pz, ix, iy, iz, start, stop, grow, nodes, first)
            b = ray_box(px, py, pz, ix, iy, iz, start, stop, grow, nodes, first + 1)
            near, far = first, first + 1
            if b < a:
                near, far = far, near
                a, b = b, a
            if b < np.inf:
                stack[size], bounds[size] = far, b
                size += 1
            if a < np.inf:
                stack[size], bounds[size] = near, a
                size += 1
            continue
        for i in range(first, first + count):
            begin = sphere_entry(px, py, pz, ux, uy, uz, start, stop, grow, spheres, i)
            if begin == np.inf or i == seed:
                continue
            t = reach_depth(px, py, pz, ux, uy, uz, begin, stop, wide, noise, tri, i)
            if t < best:
                best, found = t, i
                stop = min(stop, t)
    return best, found


@kernel
def first_reach_by_drums(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float,
    start: float, stop: float, radius: float, touch: float, noise: float, seed: int, root: int,
    wide: Wide, ways: WideWays, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
) -> tuple[float, int]:  # fmt: skip
    """Do what `first_reach` does, through the drums, with a finite ``stop``.

    Where most lines pass by outside the radius drums say so sooner than boxes, and a stretch that
    ends where the seed was reached is short. They know no order along the line: a search without
    a seed opens more.
    """
    reach = radius + touch
    grow = reach + touch
    best, found, size = np.inf, -1, 1
    if seed >= 0:
        begin = sphere_entry(px, py, pz, ux, uy, uz, start, stop, grow, spheres, seed)
        if begin < np.inf:
            best = reach_depth(px, py, pz, ux, uy, uz, begin, stop, reach, noise, tri, seed)
        if best < np.inf:
            stop, found = min(stop, best), seed
    sx, sy, sz = px + start * ux, py + start * uy, pz + start * uz
    keys = len(bounds) - 8
    stack[0] = root
    while size > 0:
        size -= 1
        node = stack[size]
        first = -1 - ways[node, 7, 0]
        mask = drums_within(
            sx, sy, sz, ux, uy, uz, stop - start, grow, wide, node, bounds, keys
        )  # fmt: skip
        while mask != 0:
            lane = lowest_bit(mask)
            mask &= mask - 1
            if first < 0:
                stack[size] = ways[node, 7, lane]
                wanted_soon(wide, stack[size])
                size += 1
                continue
            i = first + lane
            if i == seed:
                continue
            begin = sphere_entry(px, py, pz, ux, uy, uz, start, stop, grow, spheres, i)
            if begin == np.inf:
                continue
            t = reach_depth(px, py, pz, ux, uy, uz, begin, stop, reach, noise, tri, i)
            if t < best:
                best, found = t, i
                stop = min(stop, t)
    return best, found
