"""Kernels that say which entry points already lie inside a structure, many at once."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.bounds import Links, Nodes, ray_box, reciprocal
from meshes.index.compiled import kernel
from meshes.index.crossing import (
    Signs,
    across,
    in_root_box,
    line_hits,
    triangle_hit,
    winding_at,
)
from meshes.index.nearest import Stack
from meshes.index.states import CLOSED, UNSIGNED
from meshes.index.triangle import Floats

Counts = NDArray[np.int64]
Kinds = NDArray[np.int8]


@kernel
def entered(
    origins: Floats, rows: Counts, kinds: Kinds, touch: float, roots: Counts,
    nodes: Nodes, links: Links, tri: Floats, stack: Stack, found: Counts,
) -> None:  # fmt: skip
    """Fill in the first of ``rows`` that each (n, 3) point lies inside, or may; -1 for none.

    Any of three directions decides: for a closed surface they agree, for one that is not closed
    each is a reason to be wary. A sheet has no inside.
    """
    for p in range(len(origins)):
        x, y, z = origins[p, 0], origins[p, 1], origins[p, 2]
        found[p] = -1
        for r in rows:
            if kinds[r] != CLOSED and kinds[r] != UNSIGNED:
                continue
            if not in_root_box(x, y, z, touch, nodes, roots[r]):
                continue
            for which in range(3):
                if winding_at(x, y, z, which, touch, roots[r], nodes, links, tri, stack) != 0:
                    found[p] = r
            if found[p] >= 0:
                break


@kernel
def entered_along(
    x: float, y: float, z: float, lines: Floats, rows: Counts, kinds: Kinds, touch: float,
    roots: Counts, nodes: Nodes, links: Links, tri: Floats, stack: Stack,
    hit_depth: Floats, hit_sign: Signs, found: Counts,
) -> None:  # fmt: skip
    """Fill in the first open surface of ``rows`` that each line's own direction calls entered.

    Only a surface that is not closed can be inside by one direction and outside by another.
    ``hit_depth`` and ``hit_sign`` may be empty: nothing is listed.
    """
    found[:] = -1
    for r in rows:
        if kinds[r] != UNSIGNED or not in_root_box(x, y, z, touch, nodes, roots[r]):
            continue
        for k in range(len(lines)):
            if found[k] < 0 and line_hits(
                x, y, z, lines[k, 0], lines[k, 1], lines[k, 2], touch, roots[r],
                nodes, links, tri, stack, hit_depth, hit_sign, 0,
            )[1] != 0:  # fmt: skip
                found[k] = r


ON_SURFACE_MM = 1e-6
"""An entry point this near the skin lies on it: rounding put it on either side."""


@kernel
def exits(
    origins: Floats, starts: Counts, stops: Counts, lines: Floats, touch: float, root: int,
    nodes: Nodes, links: Links, tri: Floats, stack: Stack, bounds: Floats, depths: Floats,
) -> None:  # fmt: skip
    """Fill in where each line first leaves a surface; ``depths`` come in infinite."""
    for b in range(len(stops)):
        # From a hair before the entry point: else a line that points out is missed by rounding.
        for k in range(starts[b], stops[b]):
            ux, uy, uz = lines[k, 0], lines[k, 1], lines[k, 2]
            depths[k] = first_exit(
                origins[b, 0] - ON_SURFACE_MM * ux, origins[b, 1] - ON_SURFACE_MM * uy,
                origins[b, 2] - ON_SURFACE_MM * uz, ux, uy, uz, touch, root,
                nodes, links, tri, stack, bounds,
            )  # fmt: skip
            depths[k] = max(depths[k] - ON_SURFACE_MM, 0.0)


@kernel
def first_exit(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, grow: float, root: int,
    nodes: Nodes, links: Links, tri: Floats, stack: Stack, bounds: Floats,
) -> float:  # fmt: skip
    """Depth of the first triangle that the line crosses outwards; infinity for none."""
    ax, ay, az, bx, by, bz = across(ux, uy, uz)
    ix, iy, iz = reciprocal(ux), reciprocal(uy), reciprocal(uz)
    best, size = np.inf, 1
    stack[0], bounds[0] = root, 0.0
    while size > 0:
        size -= 1
        if bounds[size] > best:
            continue
        first, count = int(links[stack[size], 6]), links[stack[size], 7]
        if count == 0:
            a = ray_box(px, py, pz, ix, iy, iz, 0.0, best, grow, nodes, first)
            b = ray_box(px, py, pz, ix, iy, iz, 0.0, best, grow, nodes, first + 1)
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
            sign, t = triangle_hit(px, py, pz, ux, uy, uz, ax, ay, az, bx, by, bz, tri, i)
            if sign > 0 and 0.0 <= t < best:
                best = t
    return best
