"""Kernels that follow many lines at once until each comes within reach of a structure.

Lines from one entry point, close in direction, are a bundle: they share the way down the trees, so
that a branch is looked at once for all of them, and each triangle's sphere is tested against all in
one sweep. What remains is decided line by line exactly as `meshes.index.reach` does, on float64
triangles; the answer is the same. A branch is dropped if no line of the bundle comes near it before
the latest depth found so far.

A line may widen: its reach grows by ``widen`` mm per mm of depth. With the sine of the angle
between neighbouring lines, a few lines then answer for all directions between them, early, never
late. Depths are from the entry point, mm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.bounds import Links, Nodes
from meshes.index.compiled import inlined, kernel
from meshes.index.nearest import Spheres
from meshes.index.triangle import Floats, point_triangle

Counts = NDArray[np.int64]

MOST_LINES = 64
"""Lines in one bundle."""

WIDE_OPEN = 0.1
"""Cosine of a bundle's half angle below which no branch is told by its angle."""

STEEP = 0.05
"""Sine of approach above which rounding moves a depth by less than 1e-10 mm."""


@inlined
def cone_meets(
    x: float, y: float, z: float, wide: float, latest: float,
    ax: float, ay: float, az: float, cosine: float, sine: float, widen: float,
) -> float:  # fmt: skip
    """Depth before which no line of a cone comes within ``wide`` of a centre; infinite if none.

    The centre is given from the apex; ``cosine`` and ``sine`` are of the cone's half angle, below a
    right angle, ``widen`` included.
    """
    square = x * x + y * y + z * z
    room = square - wide * wide
    if room <= 1e-12 * square:
        return 0.0
    near = (np.sqrt(square) * (1.0 - 1e-12) - wide) / (1.0 + widen)
    if near > latest:
        return np.inf
    # The sphere is seen under the angle whose sine is wide / distance; within cone + that angle?
    along = x * ax + y * ay + z * az
    if along < cosine * np.sqrt(room) - sine * wide - 1e-9 * (wide + near):
        return np.inf
    return float(max(near, 0.0))


@kernel
def widened_depth(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float,
    start: float, stop: float, radius: float, widen: float, noise: float, tri: Floats, i: int,
) -> float:  # fmt: skip
    """First depth t in [start, stop] within ``radius`` + ``widen`` t of a triangle; or infinity.

    `meshes.index.triangle.reach_depth` with a reach that grows: the distance less the reach is
    convex as well.
    """
    t = start
    for _ in range(300):
        x, y, z = px + t * ux, py + t * uy, pz + t * uz
        d2, qx, qy, qz = point_triangle(x, y, z, tri, i)
        d = np.sqrt(d2)
        reach = radius + widen * t
        if d <= reach:
            return t
        slope = ((x - qx) * ux + (y - qy) * uy + (z - qz) * uz) / d - widen - noise / d
        if slope >= 0.0:
            return np.inf
        after = t + (d - reach) / -slope
        if after > stop:
            return np.inf
        if after <= t:
            return t
        t = after
    return t


@inlined
def lies_behind(plane: Floats, k: int, reach: float, noise: float, tri: Floats, i: int) -> bool:
    """Whether triangle ``i`` is not reached before the best depth of line ``k``.

    By the plane across the gap of that best: the line comes from its far side, so that whatever
    keeps the reach from the plane at the best depth kept it before.
    """
    nx, ny, nz, here = plane[k, 0], plane[k, 1], plane[k, 2], plane[k, 3]
    a = tri[i, 0] * nx + tri[i, 1] * ny + tri[i, 2] * nz
    b = tri[i, 3] * nx + tri[i, 4] * ny + tri[i, 5] * nz
    c = tri[i, 6] * nx + tri[i, 7] * ny + tri[i, 8] * nz
    spare = -8.0 * noise if plane[k, 4] > STEEP else 8.0 * noise
    return bool(min(a, b, c) - here >= reach + spare)


@inlined
def set_plane(
    px: float, py: float, pz: float, ux: float, uy: float, uz: float, t: float,
    tri: Floats, i: int, plane: Floats, k: int,
) -> None:  # fmt: skip
    """Remember the plane across the gap between line ``k`` at depth ``t`` and triangle ``i``."""
    x, y, z = px + t * ux, py + t * uy, pz + t * uz
    d2, qx, qy, qz = point_triangle(x, y, z, tri, i)
    plane[k, 3] = np.inf
    if d2 > 1e-12:
        scale = 1.0 / np.sqrt(d2)
        nx, ny, nz = (qx - x) * scale, (qy - y) * scale, (qz - z) * scale
        rise = nx * ux + ny * uy + nz * uz
        if rise > 0.0:
            plane[k, 0], plane[k, 1], plane[k, 2] = nx, ny, nz
            plane[k, 3] = x * nx + y * ny + z * nz
            plane[k, 4] = rise


@kernel
def axis_of(lines: Floats, first: int, stop: int) -> tuple[float, float, float, float]:
    """Middle direction of a bundle and the cosine of its half angle, rounded down."""
    ax, ay, az = 0.0, 0.0, 0.0
    for k in range(first, stop):
        ax += lines[k, 0]
        ay += lines[k, 1]
        az += lines[k, 2]
    size = np.sqrt(ax * ax + ay * ay + az * az)
    if not size > 1e-6:
        return 1.0, 0.0, 0.0, -1.0
    ax, ay, az = ax / size, ay / size, az / size
    least = 1.0
    for k in range(first, stop):
        least = min(least, lines[k, 0] * ax + lines[k, 1] * ay + lines[k, 2] * az)
    return ax, ay, az, least - 1e-12


@kernel
def reach_bundles(
    origins: Floats, stops: Counts, lines: Floats, depth: float, widen: float, shared: bool,
    touch: float, noise: float, top: Nodes, top_links: Links, reach: Floats, group: Counts,
    roots: Counts, nodes: Nodes, links: Links, tri: Floats, spheres: Spheres,
    stack: Counts, bounds: Floats, work: Floats, limit: Floats, owner: Counts,
) -> None:  # fmt: skip
    """Fill the first depth in [0, ``depth``] at which each line is within reach of a structure.

    Bundle b has the lines up to ``stops[b]`` from ``origins[b]``. ``reach`` and ``group`` are per
    structure of the index; ``top`` is a tree over their boxes grown by their reach
    (`top_tree`). ``limit`` is infinite and ``owner`` -1 where nothing is reached, else the group of
    the structure. ``shared`` gives every line of a bundle the least depth of all.
    """
    first = 0
    for b in range(len(stops)):
        one_bundle(
            origins[b, 0], origins[b, 1], origins[b, 2], first, stops[b], lines, depth, widen,
            shared, touch, noise, top, top_links, reach, group, roots, nodes, links, tri, spheres,
            stack, bounds, work, limit, owner,
        )  # fmt: skip
        first = stops[b]


@inlined
def push_child(
    boxes: Nodes, i: int, row: int, px: float, py: float, pz: float, grow: float, latest: float,
    ax: float, ay: float, az: float, cosine: float, sine: float, widen: float,
    stack: Counts, bounds: Floats, size: int,
) -> int:  # fmt: skip
    """Put a branch on the stack unless no line of the bundle comes near it; return the new size."""
    x, y, z = np.float64(boxes[i, 0]) - px, np.float64(boxes[i, 1]) - py, boxes[i, 2] - pz
    hx, hy, hz = np.float64(boxes[i, 3]), np.float64(boxes[i, 4]), np.float64(boxes[i, 5])
    # Distance to the box itself first: a long box is far from filling its sphere.
    gx, gy, gz = max(abs(x) - hx, 0.0), max(abs(y) - hy, 0.0), max(abs(z) - hz, 0.0)
    gap = np.sqrt(gx * gx + gy * gy + gz * gz) * (1.0 - 1e-12) - grow
    key = max(gap, 0.0) / (1.0 + widen)
    if key > latest:
        return size
    if cosine > WIDE_OPEN:
        wide = np.sqrt(hx * hx + hy * hy + hz * hz) + grow
        seen = cone_meets(x, y, z, wide, latest, ax, ay, az, cosine, sine, widen)
        if seen == np.inf:
            return size
        key = max(key, seen)
    stack[2 * size], stack[2 * size + 1], bounds[size] = i, row, key
    return size + 1


@inlined
def put_nearer_on_top(stack: Counts, bounds: Floats, size: int) -> None:
    """Exchange the two on top of the stack if the lower one is nearer."""
    if bounds[size - 2] < bounds[size - 1]:
        a, b = 2 * size - 4, 2 * size - 2
        stack[a], stack[b] = stack[b], stack[a]
        bounds[size - 2], bounds[size - 1] = bounds[size - 1], bounds[size - 2]


@kernel
def one_bundle(
    px: float, py: float, pz: float, first: int, stop: int, lines: Floats, depth: float,
    widen: float, shared: bool, touch: float, noise: float,
    top: Nodes, top_links: Links, reach: Floats, group: Counts,
    roots: Counts, nodes: Nodes, links: Links, tri: Floats, spheres: Spheres,
    stack: Counts, bounds: Floats, work: Floats, limit: Floats, owner: Counts,
) -> None:  # fmt: skip
    """Follow one bundle of at most `MOST_LINES` lines; see `reach_bundles`.

    ``work`` (10, `MOST_LINES`) is working memory: per line its best depth, where it enters the
    sphere at hand, its direction, and the plane across the gap (normal, offset, sine of approach).
    """
    n = stop - first
    best = work[0]
    plane = work[5:10].reshape(MOST_LINES, 5)
    for k in range(n):
        best[k], owner[first + k], plane[k, 3] = np.inf, -1, np.inf
        work[2, k], work[3, k] = lines[first + k, 0], lines[first + k, 1]
        work[4, k] = lines[first + k, 2]
    ax, ay, az, cosine = axis_of(lines, first, stop)
    sine = np.sqrt(max(0.0, 1.0 - cosine * cosine))
    if widen > 0.0:  # turn the cone's edge by the angle of the widening
        turn = np.sqrt(1.0 - widen * widen)
        cosine, sine = cosine * turn - sine * widen, sine * turn + cosine * widen
    latest, size = depth, 1
    stack[0], stack[1], bounds[0] = 0, -1, 0.0
    while size > 0:
        size -= 1
        if bounds[size] > latest:
            continue
        node, row = stack[2 * size], stack[2 * size + 1]
        if row < 0:
            child, count = int(top_links[node, 6]), int(top_links[node, 7])
            if count > 0:  # one structure: its own tree follows
                stack[2 * size], stack[2 * size + 1] = roots[child], child
                size += 1
                continue
            before = size
            for i in range(child, child + 2):
                size = push_child(
                    top, i, -1, px, py, pz, touch, latest, ax, ay, az, cosine, sine, widen,
                    stack, bounds, size,
                )  # fmt: skip
        else:
            child, count = int(links[node, 6]), int(links[node, 7])
            if count > 0:
                if test_leaf(
                    px, py, pz, ax, ay, az, cosine, sine, child, count, n, depth, latest, widen,
                    shared, reach[row] + touch, touch, noise, tri, spheres, work, plane,
                    owner[first:stop], group[row],
                ):  # fmt: skip
                    latest = min(depth, best[:n].max())
                continue
            before = size
            for i in range(child, child + 2):
                size = push_child(
                    nodes, i, row, px, py, pz, reach[row] + 2.0 * touch, latest,
                    ax, ay, az, cosine, sine, widen, stack, bounds, size,
                )  # fmt: skip
        if size == before + 2:
            put_nearer_on_top(stack, bounds, size)
    for k in range(n):
        limit[first + k] = best[k]


@kernel
def test_leaf(
    px: float, py: float, pz: float, ax: float, ay: float, az: float, cosine: float, sine: float,
    child: int, count: int, n: int, depth: float, latest: float, widen: float, shared: bool,
    wide: float, touch: float, noise: float, tri: Floats, spheres: Spheres,
    work: Floats, plane: Floats, owner: Counts, group: int,
) -> bool:  # fmt: skip
    """Try the triangles of a leaf on all lines of a bundle; whether any depth became less."""
    best, begin, ux, uy, uz = work[0], work[1], work[2], work[3], work[4]
    improved, shrink = False, 1.0 - widen * widen
    for i in range(child, child + count):
        x = np.float64(spheres[i, 0]) - px
        y = np.float64(spheres[i, 1]) - py
        z = np.float64(spheres[i, 2]) - pz
        s = np.float64(spheres[i, 3]) + wide + touch
        if (
            cosine > WIDE_OPEN
            and cone_meets(x, y, z, s, latest, ax, ay, az, cosine, sine, widen) == np.inf
        ):
            continue
        square = x * x + y * y + z * z
        outside = square - s * s * (1.0 + 1e-9) - 1e-14 * square
        for k in range(n):
            m = x * ux[k] + y * uy[k] + z * uz[k] + s * widen
            room = m * m - shrink * outside
            ahead = outside <= 0.0 or (m > 0.0 and room >= 0.0)
            t = max((m - np.sqrt(max(room, 0.0))) / shrink, 0.0)
            begin[k] = t if ahead else np.inf
        for k in range(n):
            now = min(best[k], depth)
            if begin[k] == np.inf or begin[k] > now:
                continue
            if plane[k, 3] < np.inf and lies_behind(
                plane, k, wide + widen * best[k], noise, tri, i
            ):
                continue
            t = widened_depth(
                px, py, pz, ux[k], uy[k], uz[k], begin[k], now, wide, widen, noise, tri, i
            )
            if t < best[k]:
                improved = True
                if shared:
                    for j in range(n):
                        best[j], owner[j], plane[j, 3] = t, group, np.inf
                best[k], owner[k] = t, group
                set_plane(px, py, pz, ux[k], uy[k], uz[k], t, tri, i, plane, k)
    return improved
