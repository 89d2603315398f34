"""A grid of distances to some structures: never more than the truth, and certified in between.

World frame (LPS), mm. The grid covers the structures and their surroundings; what it says of places
outside is a bound as well.
"""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meshes.index.body_index import BodyIndex, CancelledError
from meshes.index.grid_cast import bounds_at, cast, spread
from meshes.index.grid_fill import fill_coarse, fill_fine, mark_cells
from meshes.index.grid_march import BOUNDS, PLACES, ROOM, STOP_MM
from meshes.index.in_turn import in_turn

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

COARSE_MM = 8.0
"""Spacing of the lattice that is measured everywhere."""

MOST_NODES = 48_000_000
"""A grid that would need more is made coarser."""

CHUNK_LINES, LEAST_LINES = 2560, 640
"""Lines between two looks at the token: few enough that every core has some, at most `ROOM`; and
how many are worth a thread's while."""

Memory = tuple[Floats, NDArray[np.float32], NDArray[np.uint32]]

_SPARE: deque[Memory] = deque(maxlen=8)
"""Working memory that no thread is using: to ask the system for it costs as much as the work."""


@dataclass(frozen=True, eq=False)
class DistanceGrid:
    """Squared distances to the nearest of ``rows``, rounded down; see `meshes.index.grid_cast`.

    ``square`` (n,) float32, mm², over ``shape`` nodes ``step`` mm apart from ``origin``, z fastest;
    ``label`` (n,) place in ``rows`` of a structure that is nearest there, or near it; ``box`` (6,)
    low and high of the structures. ``low`` to ``high`` are the distances it is fine for, mm.
    """

    rows: Longs
    square: NDArray[np.float32]
    label: NDArray[np.int16]
    shape: Longs
    origin: Floats
    step: float
    box: Floats
    low: float
    high: float
    parts: int

    @property
    def early_mm(self) -> float:
        """A line is stopped at most this much farther than its reach (between low and high)."""
        return float(np.sqrt(3.0)) * self.step + STOP_MM + 1e-3

    @property
    def loose_mm(self) -> float:
        """The same for a reach beyond ``high``: there the coarse lattice may have spoken."""
        return float(np.sqrt(3.0)) * self.step * (1 + self.parts) + STOP_MM + 1e-3

    def bounds(self, points: Floats) -> Floats:
        """Lower bounds of the distance at (n, 3) points, mm."""
        out = np.zeros(len(points))
        bounds_at(
            points, self.square, self.shape, self.origin, self.step, self.box, *_memory(), out
        )
        return out


def distance_grid(
    index: BodyIndex,
    rows: Longs,
    step: float,
    low: float,
    high: float,
    *,
    box: Floats | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] | None = None,
) -> DistanceGrid:
    """Fill a grid around structures, fine where their distance is between ``low`` and ``high``.

    Parameters
    ----------
    rows
        Of the index, at least one.
    step
        mm between nodes; made larger if the grid would have too many.
    box
        (6,) low and high of the region wanted; default: all of the structures.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    """
    p = index.packed
    centres, halves = p.nodes[p.roots[rows], :3], p.nodes[p.roots[rows], 3:6]
    around = np.concatenate([
        (centres.astype(np.float64) - halves).min(axis=0) - 1e-6,
        (centres.astype(np.float64) + halves).max(axis=0) + 1e-6,
    ])  # fmt: skip
    pad = high + 2.0 * step
    start, stop = around[:3] - pad, around[3:] + pad
    if box is not None:
        start, stop = np.maximum(start, box[:3]), np.minimum(stop, box[3:])
        stop = np.maximum(stop, start + 1.0)
    parts = max(1, round(COARSE_MM / step))
    while True:
        coarse_shape = np.ceil((stop - start) / (step * parts)).astype(np.int64) + 1
        coarse_shape = np.maximum(coarse_shape, 2)
        shape = (coarse_shape - 1) * parts + 1
        if float(np.prod(shape.astype(float))) <= MOST_NODES:
            break
        step *= 1.1
    n_workers = min(os.cpu_count() or 1, 8)
    coarse = np.zeros(int(np.prod(coarse_shape)))
    coarse_label = np.zeros(len(coarse), np.int16)
    square, label = (
        np.zeros(int(np.prod(shape)), np.float32),
        np.zeros(int(np.prod(shape)), np.int16),
    )
    marks = np.zeros(tuple(coarse_shape - 1), np.bool_)
    ox, oy, oz = (float(v) for v in start)

    def layers(n: int, size: int) -> list[tuple[int, int]]:
        return [(i, min(i + size, n)) for i in range(0, n, size)]

    def look() -> None:
        if cancelled():
            raise CancelledError("the grid was cancelled before it was complete; ask again")

    def one_coarse(span: tuple[int, int]) -> None:
        look()
        fill_coarse(
            *span, ox, oy, oz, step * parts, coarse_shape, rows, p.nodes, p.roots,
            p.wide_roots, p.wide, p.ways, p.tri, p.spheres,
            np.zeros(1024, np.int64), np.zeros(1024), coarse, coarse_label,
        )  # fmt: skip

    def one_fine(layer: int) -> None:
        look()
        fill_fine(
            layer, ox, oy, oz, step, shape, parts, coarse, coarse_label, coarse_shape, marks, rows,
            p.nodes, p.roots, p.wide_roots, p.wide, p.ways, p.tri, p.spheres,
            np.zeros(1024, np.int64), np.zeros(1024), square, label,
        )  # fmt: skip

    with ThreadPoolExecutor(n_workers) as pool:
        spans = layers(int(coarse_shape[0]), 2)
        for done, _ in enumerate(pool.map(one_coarse, spans)):
            if progress:
                progress(0.3 * (done + 1) / len(spans))
        # Where a line may be stopped, and a little beyond: there no bound may be loose.
        mark_cells(step * parts, coarse_shape, coarse, low - 2.0 * step, high + 2.0 * step, marks)
        n_layers = int(coarse_shape[0])
        for done, _ in enumerate(pool.map(one_fine, range(n_layers))):
            if progress:
                progress(0.3 + 0.7 * (done + 1) / n_layers)
    return DistanceGrid(rows, square, label, shape, start, float(step), around, low, high, parts)


def cast_lines(
    grids: Sequence[DistanceGrid],
    groups: Longs,
    reaches: Sequence[float],
    origins: Floats,
    stops: Longs,
    lines: Floats,
    depth: float,
    limit: Floats,
    owner: Longs,
    *,
    widen: float = 0.0,
    shared: bool = False,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] | None = None,
    workers: int | None = None,
) -> None:
    """Lower ``limit`` (n,) to where each line may come within its reach of a grid's structures.

    ``reaches`` holds one per grid; ``groups`` (per row of the index) is what ``owner`` is set to;
    the rest as for `meshes.index.reaches.first_reaches`.
    """
    longest = int(np.diff(stops, prepend=0).max(initial=1))
    if longest > CHUNK_LINES:  # in pieces, as bundles of their own
        cut, of = _pieces(stops)
        cast_lines(
            grids, groups, reaches, origins[of], cut, lines, depth, limit, owner, widen=widen,
            shared=shared, cancelled=cancelled, progress=progress, workers=workers,
        )  # fmt: skip
        if shared:
            spread(stops, limit, owner)
        return
    starts = np.concatenate([[0], stops[:-1]]).astype(np.int64)
    threads = min(workers or os.cpu_count() or 1, 8)
    size = max(1, min(CHUNK_LINES, max(len(lines) // (4 * threads), LEAST_LINES)) // longest)
    cuts = range(0, len(stops), size)

    def part(c: int) -> None:
        if cancelled():
            raise CancelledError("the lines were cancelled before all were followed; ask again")
        b = slice(c, min(c + size, len(stops)))
        first, last = int(starts[b][0]), int(stops[b][-1])
        work = _memory()
        for grid, reach in zip(grids, reaches, strict=True):
            cast(
                origins[b], stops[b] - first, lines[first:last], depth, reach, widen, shared,
                grid.square, grid.label, groups[grid.rows], grid.shape, grid.origin, grid.step,
                grid.box, *work, limit[first:last], owner[first:last],
            )  # fmt: skip
        _SPARE.append(work)

    in_turn(part, cuts, threads, progress)


def _memory() -> Memory:
    """Working memory for `meshes.index.grid_march`, that no other thread is using."""
    try:
        return _SPARE.pop()
    except IndexError:
        singles, cells = np.zeros(BOUNDS * ROOM, np.float32), np.zeros(ROOM, np.uint32)
        return np.zeros(PLACES * ROOM), singles, cells


def _pieces(stops: Longs) -> tuple[Longs, Longs]:
    """Where bundles end if none has more than `CHUNK_LINES`, and which bundle each is of."""
    ends, of, first = list[int](), list[int](), 0
    for b, stop in enumerate(stops.tolist()):
        own = [*range(first + CHUNK_LINES, stop, CHUNK_LINES), stop]
        ends, of, first = ends + own, of + [b] * len(own), stop
    return np.array(ends, np.int64), np.array(of, np.int64)
