"""Kernel that finds how deep an axis lies inside a closed surface, rounded towards danger.

The squared distance to any set, less the squared depth, is concave along a line: it is the least of
linear functions. Each closest-point query therefore gives a parabola that nowhere lies below the
squared distance, and between two queries the lower of their parabolas peaks where they cross. The
search asks there next, until the peak exceeds the best answer by less than a hundred-millionth.
"""

from __future__ import annotations

import numpy as np

from meshes.index.bounds import Links, Nodes
from meshes.index.compiled import kernel
from meshes.index.nearest import Spheres, Stack, nearest_to_point
from meshes.index.triangle import Floats

MOST_QUERIES = 96
DEEPEST_TOLERANCE_MM = 1e-8


@kernel
def peak_between(
    ta: float, fa: float, sa: float, tb: float, fb: float, sb: float
) -> tuple[float, float]:
    """Depth where two parabolas f + 2 s (t - t0) + (t - t0)² cross inside [ta, tb], and its value.

    The value bounds the squared distance in between; the higher end if they do not cross inside.
    """
    # Expanded about ta both have the same t², so they differ by a linear function.
    gap = tb - ta
    slope = 2.0 * sa - 2.0 * (sb - gap)
    offset = (fb - 2.0 * sb * gap + gap * gap) - fa
    if not abs(slope) > 0.0:
        return 0.5 * (ta + tb), max(fa, fb)
    at = min(max(offset / slope, 0.0), gap)
    left = fa + 2.0 * sa * at + at * at
    back = at - gap
    right = fb + 2.0 * sb * back + back * back
    return ta + at, max(min(left, right), max(fa, fb))


@kernel
def deepest_point(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, start: float, stop: float,
    seed: int, root: int,
    nodes: Nodes, links: Links, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
    samples: Floats,
) -> tuple[float, float, float, float, float, int]:  # fmt: skip
    """Largest distance to the surface over depths [start, stop], from above.

    Returns that bound in mm, the depth of the best point, its nearest surface point, triangle.
    ``samples`` is working memory, (`MOST_QUERIES`, 3): depth, squared distance, half slope.
    """
    best, at, qx, qy, qz, found = -1.0, start, 0.0, 0.0, 0.0, seed
    used, where = 0, start
    while True:
        x, y, z = px + where * ux, py + where * uy, pz + where * uz
        d2, cx, cy, cz, seed = nearest_to_point(
            x, y, z, np.inf, seed, root, nodes, links, tri, spheres, stack, bounds
        )
        if d2 > best:
            best, at, qx, qy, qz, found = d2, where, cx, cy, cz, seed
        j = used
        while j > 0 and samples[j - 1, 0] > where:
            samples[j] = samples[j - 1]
            j -= 1
        samples[j, 0], samples[j, 1] = where, d2
        samples[j, 2] = (x - cx) * ux + (y - cy) * uy + (z - cz) * uz
        used += 1
        if used == 1:
            if not stop > start:
                return np.sqrt(best), at, qx, qy, qz, found
            where = stop
            continue
        bound = best
        for j in range(used - 1):
            t, value = peak_between(
                samples[j, 0], samples[j, 1], samples[j, 2],
                samples[j + 1, 0], samples[j + 1, 1], samples[j + 1, 2],
            )  # fmt: skip
            if value > bound:
                bound, where = value, t
        depth = np.sqrt(bound)
        if depth - np.sqrt(best) <= DEEPEST_TOLERANCE_MM or used == MOST_QUERIES:
            return depth, at, qx, qy, qz, found
