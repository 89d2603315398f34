"""Many needles at once: the least signed distance of each to groups of structures, exactly.

World frame (LPS), mm, float64. The numbers are those that `meshes.index` gives one by one, to the
last bit, whatever the order of the needles and the number of workers.
"""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import pairwise
from os import cpu_count

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.bundle import least as kernels
from meshes.bundle.order import FINEST, Floats, Longs, ends_of, halve, put_back, refine
from meshes.bundle.sheaf import AT_ENTRY, AT_TIP, BETWEEN
from meshes.errors import MeshError
from meshes.index.body_index import BodyIndex, CancelledError

SLICE = 128
"""Needles that share one look at all structures."""
PLACES = 4
"""Into so many parts a needle is divided: what is nearest to it at a place is asked in the order of
the nearest division."""
NEIGHBOURS = 32
"""Needles of such an order that may stand in any order among themselves."""
CROSSINGS = 1024
"""Crossings of one structure that are noted; more are counted by the engine itself."""


@dataclass(frozen=True, eq=False)
class Bundle:
    """Needles in an order in which neighbours are alike.

    ``lines`` (n, 7): entry, unit direction, length, mm; ``ends`` (n, 6) entry and tip; ``order`` a
    permutation; ``starts`` where its slices begin, and n.
    """

    lines: Floats
    ends: Floats
    order: Longs
    starts: Longs

    def __len__(self) -> int:
        return len(self.lines)


def bundle(
    entries: ArrayLike, directions: ArrayLike, lengths: ArrayLike, workers: int | None = None
) -> Bundle:
    """Gather needles; directions (n, 3) are unit vectors, one row or number serves for all.

    Raises
    ------
    MeshError
        No needle, a number that is not finite, a negative length, a direction that is no unit.
    """
    parts = [np.atleast_2d(np.asarray(a, np.float64)) for a in (entries, directions)]
    length = np.atleast_1d(np.asarray(lengths, np.float64))
    n = max(len(parts[0]), len(parts[1]), len(length))
    lines = np.empty((n, 7))
    lines[:, :3], lines[:, 3:6], lines[:, 6] = parts[0], parts[1], length
    if not n or not np.isfinite(lines).all() or (length < 0.0).any():
        raise MeshError(f"{n} needles; expected at least one, of finite numbers and lengths >= 0")
    size = np.einsum("ij,ij->i", lines[:, 3:6], lines[:, 3:6])
    if (np.abs(size - 1.0) > 1e-12).any():
        raise MeshError("a direction is no unit vector; divide it by its length")
    ends = np.empty((n, 6))
    ends_of(lines, ends)
    return Bundle(lines, ends, ordered(ends, FINEST, workers), slices(n))


def ordered(ends: Floats, finest: int, workers: int | None = None) -> Longs:
    """Return points in an order in which neighbours are alike."""
    order = np.arange(len(ends), dtype=np.int64)
    cuts = [0, len(ends)]
    while len(cuts) - 1 < _workers(workers) and max(np.diff(cuts)) > finest:
        cuts = sorted({*cuts, *(halve(ends, order, a, b) for a, b in pairwise(cuts))})
    with ThreadPoolExecutor(_workers(workers)) as pool:
        list(pool.map(lambda a, b: refine(ends, order, a, b, finest), cuts[:-1], cuts[1:]))
    return order


def slices(n: int) -> Longs:
    """Return where slices of at most `SLICE` begin, and n: cut where the order was halved."""
    starts = [0, n]
    while max(np.diff(starts)) > SLICE:
        starts = sorted({*starts, *((a + b) // 2 for a, b in pairwise(starts))})
    return np.array(starts, np.int64)


def least_distances(
    index: BodyIndex,
    needles: Bundle,
    group_stop: Longs,
    members: Longs,
    offsets: ArrayLike = 0.0,
    workers: int | None = None,
    cancelled: Callable[[], bool] = lambda: False,
    progress: Callable[[float], None] = lambda _share: None,
) -> tuple[Floats, Longs]:
    """Return per group and needle the least of signed distance - offset, and whose it is.

    Parameters
    ----------
    group_stop, members
        Rows of the index, one group after the other, and where each group ends.
    offsets
        Per member (or one for all), mm: what its distance is measured from.
    workers
        Threads; the numbers do not depend on it. Default: all cores.

    Returns
    -------
    tuple
        (g, n) mm: positive outside, 0 where an axis meets a surface that has no inside, negative by
        how deep its deepest point lies inside; infinite for a group without members. (g, n) which
        of ``members``, -1 for none.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    """
    groups, n = len(group_stop), len(needles)
    least, which = np.full((groups, n), np.inf), np.full((groups, n), -1, np.int64)
    if not len(members):
        return least, which
    shift = np.broadcast_to(np.asarray(offsets, np.float64), (len(members),)).copy()
    nominal = int(needles.order[n // 2])
    table = _alone(index, needles.lines[nominal], members)
    known, depths = table[:, 0].copy(), table[:, 1]
    places = np.where(depths <= 0.0, AT_ENTRY, BETWEEN)
    places[depths >= needles.lines[nominal, 6]] = AT_TIP
    touch, _ = index.touch(needles.ends.max(axis=0), needles.ends.min(axis=0))
    orders = _orders(needles, nominal, table, group_stop, workers)
    n_slices = len(needles.starts) - 1
    done, total = [0.0], sum(len(groups) for _, groups, _ in orders)

    def work(part: tuple[Longs, Longs, float, int, int]) -> None:
        if cancelled():
            return
        p, w = index.packed, index.workspace()
        order, groups, waist, first, stop = part
        kernels.least_of_bundle(
            needles.lines, needles.ends, order, needles.starts, first, stop, nominal, known, places,
            groups, waist,
            group_stop, members, shift, least, which, touch, w.seeds, p.roots, p.kinds,
            p.nodes, p.links, p.tri, p.spheres, p.wide_roots, p.wide, p.ways,
            w.stack, w.bounds, w.samples, w.asked,
            np.zeros(CROSSINGS), np.zeros(CROSSINGS, np.int8),
            np.zeros(1, np.int64), np.ones(1, np.int8), np.zeros(1, np.int64), np.zeros((1, 5)),
            np.zeros(1, np.int64), np.zeros(1, np.int64),
        )  # fmt: skip
        done[0] += (stop - first) / n_slices * len(groups) / total
        progress(min(1.0, done[0]))

    def brought_back(part: tuple[Longs, int]) -> None:
        order, g = part
        put_back(order, least[g], which[g], np.empty(n), np.empty(n, np.int64))

    chunk = max(1, min(2 * kernels.SHARED, n_slices // (4 * _workers(workers)) or 1))
    parts = [
        (order, groups, waist, a, min(a + chunk, n_slices))
        for order, groups, waist in orders
        for a in range(0, n_slices, chunk)
    ]
    with ThreadPoolExecutor(_workers(workers)) as pool:
        list(pool.map(work, parts))
        if not cancelled():
            asked = [(order, int(g)) for order, groups, _ in orders for g in groups]
            list(pool.map(brought_back, asked))
    if cancelled():
        raise CancelledError("the distances were cancelled; ask again for a result")
    _recount(index, needles, group_stop, members, shift, least, which)
    return least, which


def _orders(
    needles: Bundle, nominal: int, known: Floats, group_stop: Longs, workers: int | None
) -> list[tuple[Longs, Longs, float]]:  # fmt: skip
    """Orders of the needles, which groups are asked in each, and where neighbours are closest.

    What is nearest to one place of the needles is asked in the order of that place.
    """
    every = np.arange(len(group_stop), dtype=np.int64)
    length = float(needles.lines[nominal, 6])
    if len(needles) <= SLICE or not length > 0.0:
        return [(needles.order, every, 0.0)]
    begins = np.concatenate([[0], group_stop[:-1]])
    asked: dict[float, list[int]] = {}
    for g, (a, b) in enumerate(zip(begins.tolist(), group_stop.tolist(), strict=True)):
        depth = known[a + int(np.argmin(known[a:b, 0])), 1] if b > a else 0.0
        place = float(np.rint(depth / length * PLACES)) / PLACES
        asked.setdefault(place, []).append(g)
    found = []
    for place, groups in asked.items():
        depth = place * length
        points = needles.lines[:, :3] + depth * needles.lines[:, 3:6]
        if place == 1.0:
            points = needles.ends[:, 3:].copy()
        order = ordered(points, NEIGHBOURS, workers)
        found.append((order, np.array(groups, np.int64), depth))
    return found


def _workers(wanted: int | None) -> int:
    return max(1, int(wanted or cpu_count() or 1))


def _alone(index: BodyIndex, line: Floats, rows: Longs) -> Floats:
    """Signed distances and their depths of one axis to rows, by the engine of the single needle."""
    wanted = np.ones(len(rows), np.int8)
    found = index.measured(line[:6].copy(), float(line[6]), rows, wanted, np.inf)
    return found.table.copy()


def _recount(
    index: BodyIndex, needles: Bundle, group_stop: Longs, members: Longs, shift: Floats,
    least: Floats, which: Longs,
) -> None:  # fmt: skip
    """Measure again, one by one, what crossed a surface too often."""
    begins = np.concatenate([[0], group_stop[:-1]])
    for g, i in np.argwhere(np.isnan(least)):
        span = slice(int(begins[g]), int(group_stop[g]))
        values = _alone(index, needles.lines[i], members[span])[:, 0] - shift[span]
        best = int(np.argmin(values))
        least[g, i], which[g, i] = values[best], best + span.start


def as_rows(index: BodyIndex, groups: list[tuple[str, ...]]) -> tuple[Longs, Longs]:
    """Return ``group_stop`` and ``members`` of groups of structure ids."""
    rows: list[NDArray[np.int64]] = [index.rows(ids) for ids in groups]
    stop = np.cumsum([len(r) for r in rows]).astype(np.int64)
    return stop, np.concatenate([*rows, np.zeros(0, np.int64)]).astype(np.int64)
