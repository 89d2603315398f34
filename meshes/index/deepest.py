"""Kernel that finds how deep an axis lies inside a closed surface, rounded towards danger.

The squared distance to any set, less the squared depth, is concave along a line: it is the least of
linear functions. Each closest-point query therefore gives a parabola that nowhere lies below the
squared distance, and between two queries the lower of their parabolas peaks where they cross. The
distance to a single triangle is convex, so that over a stretch the triangles nearest to its ends
bound it as well: each by its chord, both by where the lower chord is highest. The search asks where
the lowest of these bounds is highest, until it exceeds the best answer by next to nothing.
"""

from __future__ import annotations

import numpy as np

from meshes.index.compiled import kernel
from meshes.index.drums import Wide, WideWays
from meshes.index.nearest import Spheres, Stack, nearest_to_point
from meshes.index.triangle import Floats, point_triangle

MOST_QUERIES = 512
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
        return 0.5 * (ta + tb), max(fa, fb, min(fa + 2.0 * sa * gap + gap * gap, fb))
    at = min(max(offset / slope, 0.0), gap)
    left = fa + 2.0 * sa * at + at * at
    back = at - gap
    right = fb + 2.0 * sb * back + back * back
    return ta + at, max(min(left, right), max(fa, fb))


@kernel
def peak_of_chords(a0: float, a1: float, b0: float, b1: float) -> tuple[float, float]:
    """Where, as a share of the stretch, the lower of two chords is highest, and its value.

    A convex distance lies below its chord. The first chord runs from a0 to a1, the second from b0
    to b1; the value is rounded up.
    """
    rise, fall = b0 - a0, a1 - b1
    share, value = 0.5, max(a0, b1)
    if rise > 0.0 and fall > 0.0:
        share = rise / (rise + fall)
        value = max(value, a0 + share * (a1 - a0))
    elif rise <= 0.0 and fall <= 0.0:
        value = max(value, min(max(a0, a1), max(b0, b1)))
    return share, value * (1.0 + 4e-16)


@kernel
def bound_stretch(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float,
    samples: Floats, nearest: Stack, j: int, tri: Floats,
) -> None:  # fmt: skip
    """Bound the squared distance between samples j and j + 1, and say where to ask next.

    The bound goes to column 3 of row j, the depth to column 4: where the parabolas cross, but not
    so near to an end that nothing would be learnt.
    """
    ta, fa, tb, fb = samples[j, 0], samples[j, 1], samples[j + 1, 0], samples[j + 1, 1]
    at, value = peak_between(ta, fa, samples[j, 2], tb, fb, samples[j + 1, 2])
    x, y, z = px + tb * ux, py + tb * uy, pz + tb * uz
    first_far = np.sqrt(point_triangle(x, y, z, tri, nearest[j])[0])
    x, y, z = px + ta * ux, py + ta * uy, pz + ta * uz
    last_far = np.sqrt(point_triangle(x, y, z, tri, nearest[j + 1])[0])
    share, chords = peak_of_chords(np.sqrt(fa), first_far, last_far, np.sqrt(fb))
    if chords * chords < value:
        value, at = chords * chords, ta + share * (tb - ta)
    room = 0.02 * (tb - ta)
    samples[j, 3] = max(value, fa, fb)
    samples[j, 4] = min(max(at, ta + room), tb - room)


@kernel
def deepest_point(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, start: float, stop: float,
    seed: int, root: int,
    wide: Wide, ways: WideWays, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
    samples: Floats, nearest: Stack,
) -> tuple[float, float, float, float, float, int]:  # fmt: skip
    """Largest distance to the surface over depths [start, stop], from above.

    Returns that bound in mm, the depth of the best point, its nearest surface point, triangle.
    ``samples`` (`MOST_QUERIES`, 5) and ``nearest`` are working memory: depth, squared distance,
    half its slope, bound of the stretch that follows, where to ask in it; nearest triangle.
    """
    best, at, qx, qy, qz, found = -1.0, start, 0.0, 0.0, 0.0, seed
    used, where = 0, start
    while True:
        x, y, z = px + where * ux, py + where * uy, pz + where * uz
        d2, cx, cy, cz, seed = nearest_to_point(
            x, y, z, np.inf, seed, root, wide, ways, tri, spheres, stack, bounds
        )
        if d2 > best:
            best, at, qx, qy, qz, found = d2, where, cx, cy, cz, seed
        j = used
        while j > 0 and samples[j - 1, 0] > where:
            for k in range(5):
                samples[j, k] = samples[j - 1, k]
            nearest[j] = nearest[j - 1]
            j -= 1
        samples[j, 0], samples[j, 1] = where, d2
        samples[j, 2] = (x - cx) * ux + (y - cy) * uy + (z - cz) * uz
        nearest[j] = seed
        used += 1
        if used == 1:
            if not stop > start:
                return np.sqrt(best), at, qx, qy, qz, found
            where = stop
            continue
        if j > 0:
            bound_stretch(px, py, pz, ux, uy, uz, samples, nearest, j - 1, tri)
        if j < used - 1:
            bound_stretch(px, py, pz, ux, uy, uz, samples, nearest, j, tri)
        bound = best
        for j in range(used - 1):
            if samples[j, 3] > bound:
                bound, where = samples[j, 3], samples[j, 4]
        depth = np.sqrt(bound)
        if depth - np.sqrt(best) <= DEEPEST_TOLERANCE_MM or used == MOST_QUERIES:
            return depth, at, qx, qy, qz, found
