"""Kernels that find where bundles of lines are stopped by a grid of distances, and by what.

Each bundle is followed as one beam first, then line by line: `meshes.index.grid_march`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.compiled import kernel
from meshes.index.grid_fill import Labels, Squares
from meshes.index.grid_march import (
    BOUND,
    NONE,
    ROOM,
    STOP_MM,
    Cells,
    Singles,
    X,
    look,
    march,
    put,
)
from meshes.index.triangle import Floats

Counts = NDArray[np.int64]

BEAM_STOP_MM = 0.3
"""A beam this near its reach is left to its lines."""


@kernel
def bounds_at(
    points: Floats, square: Squares, shape: Counts, origin: Floats, step: float, box: Floats,
    places: Floats, bounds: Singles, cells: Cells, out: Floats,
) -> None:  # fmt: skip
    """Fill the lower bounds of the distance at (n, 3) points anywhere, mm."""
    places[:], bounds[:] = 0.0, NONE
    for first in range(0, len(points), ROOM):
        n = min(ROOM, len(points) - first)
        for row in range(3):
            for i in range(n):
                places[X + row * ROOM + i] = points[first + i, row]
        look(n, places, bounds, cells, square, shape, origin, step, box)
        for i in range(n):
            out[first + i] = bounds[BOUND + i]


@kernel
def cast(
    origins: Floats, stops: Counts, lines: Floats, depth: float, reach: float, widen: float,
    shared: bool, square: Squares, label: Labels, spoken: Counts, shape: Counts,
    origin: Floats, step: float, box: Floats, places: Floats, bounds: Singles, cells: Cells,
    limit: Floats, owner: Counts,
) -> None:  # fmt: skip
    """Follow lines until they may be within ``reach`` + ``widen`` times the depth.

    Bundle b has the lines up to ``stops[b]``. ``limit`` and ``owner`` hold what other grids have
    found (infinite, -1) and keep the earlier depth. ``spoken`` says what a label means to
    ``owner``. ``places``, ``bounds``, ``cells`` are what `meshes.index.grid_march` works in.

    First a beam around each bundle: a line in its middle whose reach grows by how far the others
    are from it. As far as that is clear, all are.
    """
    n_bundles, n_lines = len(stops), len(lines)
    names, bundles = np.arange(max(n_lines, n_bundles)), np.arange(max(n_lines, n_bundles))
    worst, clear = np.full(n_bundles, np.inf), np.full(n_bundles, np.inf)
    runs, nothing = np.zeros(max(n_bundles, n_lines)), np.zeros(n_bundles)
    beams, asides, ends = np.empty((n_bundles, 3)), np.empty(n_bundles), np.empty(n_bundles)
    own = np.minimum(limit, depth)
    first = 0
    for b in range(n_bundles):
        asides[b] = widen + beam(lines, first, stops[b], beams[b])
        low, ends[b] = np.inf, 0.0
        for k in range(first, stops[b]):
            ends[b], low = max(ends[b], own[k]), min(low, limit[k])
        if shared:
            worst[b], ends[b] = low, min(depth, low)
            own[first : stops[b]] = ends[b]
        first = stops[b]
    put(n_bundles, places, bounds, names, bundles, origins, beams, nothing, runs, asides, ends)
    march(n_bundles, names, bundles, places, bounds, cells, reach, BEAM_STOP_MM, False,
          np.full(n_bundles, np.inf), square, shape, origin, step, box, clear, runs)  # fmt: skip
    n, first = 0, 0
    for b in range(n_bundles):
        for k in range(first, stops[b]):
            if clear[b] <= own[k]:
                names[n], bundles[n] = k, b
                n += 1
        first = stops[b]
    asides[:] = widen
    put(n, places, bounds, names, bundles, origins, lines, clear, runs, asides, own)
    found = np.full(n_lines, np.inf)
    march(n, names, bundles, places, bounds, cells, reach, STOP_MM, shared, worst, square, shape,
          origin, step, box, found, runs)  # fmt: skip
    nodes_at(found, stops, origins, lines, shape, origin, 1.0 / step, names)
    for k in range(n_lines):
        if found[k] < limit[k] and found[k] <= depth:
            limit[k], owner[k] = found[k], spoken[label[names[k]]]
    if shared:
        spread(stops, limit, owner)


@kernel
def beam(lines: Floats, first: int, stop: int, middle: Floats) -> float:
    """Fill in the direction in the middle of some lines; return how far they are off at depth 1."""
    vx, vy, vz = 0.0, 0.0, 0.0
    for k in range(first, stop):
        vx, vy, vz = vx + lines[k, 0], vy + lines[k, 1], vz + lines[k, 2]
    size = np.sqrt(vx * vx + vy * vy + vz * vz)
    if stop - first < 2 or not size > 1e-9:
        vx, vy, vz, size = lines[first, 0], lines[first, 1], lines[first, 2], 1.0
    vx, vy, vz, most = vx / size, vy / size, vz / size, 0.0
    for k in range(first, stop):
        dx, dy, dz = lines[k, 0] - vx, lines[k, 1] - vy, lines[k, 2] - vz
        most = max(most, dx * dx + dy * dy + dz * dz)
    middle[0], middle[1], middle[2] = vx, vy, vz
    return float(np.sqrt(most) * (1.0 + 1e-9))


@kernel
def nodes_at(
    found: Floats, stops: Counts, origins: Floats, lines: Floats, shape: Counts, origin: Floats,
    inverse: float, nodes: Counts,
) -> None:  # fmt: skip
    """Fill in the nodes nearest to where lines were stopped.

    Before any of them is looked up: so that the look-ups, far apart, wait for memory together.
    """
    ox, oy, oz = origin[0], origin[1], origin[2]
    mx, my, mz = float(shape[0] - 1), float(shape[1] - 1), float(shape[2] - 1)
    first = 0
    for b in range(len(stops)):
        px, py, pz = origins[b, 0] - ox, origins[b, 1] - oy, origins[b, 2] - oz
        for k in range(first, stops[b]):
            t = found[k] if found[k] < np.inf else 0.0
            i = int(min(max((px + t * lines[k, 0]) * inverse, 0.0), mx) + 0.5)
            j = int(min(max((py + t * lines[k, 1]) * inverse, 0.0), my) + 0.5)
            m = int(min(max((pz + t * lines[k, 2]) * inverse, 0.0), mz) + 0.5)
            nodes[k] = (i * shape[1] + j) * shape[2] + m
        first = stops[b]


@kernel
def spread(stops: Counts, limit: Floats, owner: Counts) -> None:
    """Give all lines of a bundle the least depth of any."""
    first = 0
    for b in range(len(stops)):
        at = first
        for k in range(first + 1, stops[b]):
            if limit[k] < limit[at]:
                at = k
        for k in range(first, stops[b]):
            limit[k], owner[k] = limit[at], owner[at]
        first = stops[b]
