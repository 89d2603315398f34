"""Structures with the distance at which each stops a line, and many lines against all of them.

`reaches` prepares them, `first_reaches` follows lines. World frame (LPS), mm, float64; exact like
`meshes.index.reach`.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meshes.index.body_index import NOISE, TOUCH_MM, BodyIndex, CancelledError
from meshes.index.build import Boxes, Integers, above, below
from meshes.index.compiled import kernel
from meshes.index.crossing import meets
from meshes.index.entered import entered, entered_along, exits
from meshes.index.fan import MOST_LINES, reach_bundles
from meshes.index.states import UNSIGNED

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

CHUNK = 64
"""Bundles between two looks at the token."""


@dataclass(frozen=True, eq=False)
class Reaches:
    """Structures of an index, each with its reach and the group it speaks for.

    ``rows`` of the index, ascending; ``reach`` mm and ``group`` are per structure of the index
    (only those of ``rows`` mean something). ``top`` (n, 8) float32 with ``top_links``, the same
    memory as int32: a tree over the boxes of the structures grown by their reach; its leaves name a
    row and the count 1.
    """

    index: BodyIndex
    rows: Longs
    reach: Floats
    group: Longs
    top: NDArray[np.float32]
    top_links: NDArray[np.int32]


def reaches(index: BodyIndex, rows: Longs, reach: Floats, group: Longs) -> Reaches:
    """Prepare ``rows`` with their reach (k,) mm and group (k,).

    A structure named twice counts with its largest reach; of equal ones the lowest group speaks.
    """
    of_all, groups = np.full(len(index.ids), -1.0), np.full(len(index.ids), -1, np.int64)
    for r, d, g in zip(rows.tolist(), reach.tolist(), group.tolist(), strict=True):
        if d > of_all[r] or (d == of_all[r] and g < groups[r]):
            of_all[r], groups[r] = d, g
    chosen = np.flatnonzero(of_all >= 0.0).astype(np.int64)
    p = index.packed
    boxes = np.zeros((len(chosen), 6), np.float32)
    grown_boxes(p.nodes, p.roots[chosen], of_all[chosen], boxes)
    top = np.zeros((2 * len(chosen) + 2, 8), np.float32)
    if len(chosen):
        top_tree(boxes, chosen, top, top.view(np.int32))
    return Reaches(index, chosen, of_all, groups, top, top.view(np.int32))


def never() -> bool:
    """Let the work run to its end."""
    return False


def first_reaches(
    found: Reaches,
    origins: Floats,
    stops: Longs,
    lines: Floats,
    depth: float,
    *,
    widen: float = 0.0,
    shared: bool = False,
    cancelled: Callable[[], bool] = never,
    progress: Callable[[float], None] | None = None,
    workers: int | None = None,
) -> tuple[Floats, Longs]:
    """First depth in [0, ``depth``] where each line comes within reach, and the group it reaches.

    Parameters
    ----------
    origins, stops
        Bundle b starts at ``origins[b]`` and has the lines up to ``stops[b]``, at most
        `meshes.index.fan.MOST_LINES`; the closer in direction, the faster.
    lines
        (n, 3) unit directions.
    widen, shared
        See `meshes.index.fan`: a reach that grows with depth; one depth for a whole bundle.

    Returns
    -------
    tuple
        (n,) depths, infinite where nothing is reached; (n,) groups, -1 there. An origin inside a
        structure is not noticed: see `inside_of`.
    """
    limit, owner = np.full(len(lines), np.inf), np.full(len(lines), -1, np.int64)
    if not len(found.rows) or not len(lines):
        return limit, owner
    if int(np.diff(stops, prepend=0).max()) > MOST_LINES:
        raise ValueError(f"a bundle of more than {MOST_LINES} lines")
    p, _index = found.index.packed, found.index
    largest = max(p.largest, float(np.abs(origins).max()), 1e3)
    noise = NOISE * largest
    touch = max(TOUCH_MM, 16.0 * noise)
    starts = np.concatenate([[0], stops[:-1]]).astype(np.int64)
    cuts = range(0, len(stops), CHUNK)

    def part(c: int) -> None:
        if cancelled():
            raise CancelledError("the lines were cancelled before all were followed; ask again")
        b = slice(c, min(c + CHUNK, len(stops)))
        low, high = int(starts[b][0]), int(stops[b][-1])
        stack, bounds = np.zeros(2048, np.int64), np.zeros(1024)
        work = np.zeros((10, MOST_LINES))
        reach_bundles(
            origins[b], stops[b] - low, lines[low:high], depth, widen, shared, touch, noise,
            found.top, found.top_links, found.reach, found.group, p.roots, p.nodes, p.links, p.tri,
            p.spheres, stack, bounds, work, limit[low:high], owner[low:high],
        )  # fmt: skip

    n = min(workers or os.cpu_count() or 1, len(cuts), 8)
    if n < 2:
        for done, c in enumerate(cuts):
            part(c)
            if progress:
                progress((done + 1) / len(cuts))
        return limit, owner
    with ThreadPoolExecutor(n) as pool:
        for done, _ in enumerate(pool.map(part, cuts)):
            if progress:
                progress((done + 1) / len(cuts))
    return limit, owner


def inside_of(found: Reaches, origins: Floats) -> Longs:
    """Row of the index of a structure that each (n, 3) point lies or may lie inside; -1: none."""
    p = found.index.packed
    inner = np.full(len(origins), -1, np.int64)
    touch, _ = found.index.touch(*origins) if len(origins) else (0.0, 0.0)
    entered(
        origins, found.rows, p.kinds, touch, p.roots, p.nodes, p.links, p.tri,
        np.zeros(1024, np.int64), inner,
    )  # fmt: skip
    return inner


def maybe_inside_along(found: Reaches, origin: Floats, lines: Floats) -> Longs:
    """Row of an open surface that each line's own direction says its origin is in; -1: none."""
    p = found.index.packed
    rows = found.rows[p.kinds[found.rows] == UNSIGNED]
    inner = np.full(len(lines), -1, np.int64)
    touch, _ = found.index.touch(origin)
    x, y, z = origin.tolist()
    entered_along(
        x, y, z, lines, rows, p.kinds, touch, p.roots, p.nodes, p.links, p.tri,
        np.zeros(1024, np.int64), np.zeros(0), np.zeros(0, np.int8), inner,
    )  # fmt: skip
    return inner


@kernel
def grown_boxes(nodes: Boxes, roots: Longs, reach: Floats, boxes: Boxes) -> None:
    """Fill (k, 6) float32 boxes (low, high) of trees grown by their reach, rounded outwards."""
    for i in range(len(roots)):
        for k in range(3):
            centre, half = np.float64(nodes[roots[i], k]), np.float64(nodes[roots[i], 3 + k])
            boxes[i, k] = below(centre - half - reach[i] - 1e-6)
            boxes[i, 3 + k] = above(centre + half + reach[i] + 1e-6)


@kernel
def top_tree(boxes: Boxes, rows: Longs, top: Boxes, links: Integers) -> int:
    """Halve boxes by the median of their widest axis until each stands alone; return the rows used.

    Siblings are adjacent; a leaf's links are its structure's row and 1, a branch's its first child
    and 0.
    """
    count = len(boxes)
    order = np.arange(count)
    stack = np.zeros((128, 3), np.int64)
    stack[0, 1] = count
    size, used = 1, 2  # row 1 stays empty, as in `meshes.index.build`
    while size > 0:
        size -= 1
        first, stop, node = stack[size, 0], stack[size, 1], stack[size, 2]
        axis, width = 0, -1.0
        for k in range(3):
            low, high = np.inf, -np.inf
            a, b = np.inf, -np.inf
            for j in range(first, stop):
                x, y = np.float64(boxes[order[j], k]), np.float64(boxes[order[j], 3 + k])
                low, high = min(low, x), max(high, y)
                a, b = min(a, x + y), max(b, x + y)
            top[node, k] = np.float32(0.5 * (low + high))
            centre = np.float64(top[node, k])
            top[node, 3 + k] = above(max(high - centre, centre - low))
            if b - a > width:
                axis, width = k, b - a
        if stop - first == 1:
            links[node, 6], links[node, 7] = rows[order[first]], 1
            continue
        keys = np.zeros(stop - first)
        for j in range(first, stop):
            keys[j - first] = np.float64(boxes[order[j], axis]) + boxes[order[j], 3 + axis]
        order[first:stop] = order[first:stop][np.argsort(keys)]
        middle = (first + stop) // 2
        links[node, 6], links[node, 7] = used, 0
        stack[size, 0], stack[size, 1], stack[size, 2] = first, middle, used
        stack[size + 1, 0], stack[size + 1, 1], stack[size + 1, 2] = middle, stop, used + 1
        size += 2
        used += 2
    return used


def first_exits(index: BodyIndex, row: int, origins: Floats, stops: Longs, lines: Floats) -> Floats:
    """Depth where each line first leaves the closed structure of ``row``; infinite for never.

    0 where its origin lies on the surface and the line points out.
    """
    p = index.packed
    depths = np.full(len(lines), np.inf)
    starts = np.concatenate([[0], stops[:-1]]).astype(np.int64)
    touch, _ = index.touch(*origins) if len(origins) else (0.0, 0.0)
    exits(
        origins, starts, stops, lines, touch, p.roots[row], p.nodes, p.links, p.tri,
        np.zeros(1024, np.int64), np.zeros(1024), depths,
    )  # fmt: skip
    return depths


def met_within(index: BodyIndex, row: int, lines: Floats, depth: float) -> NDArray[np.bool_]:
    """Whether each line (k, 6) of origin and unit direction crosses the surface of ``row``.

    At a depth in [0, ``depth``] mm; the same as `BodyIndex.pick`, line by line.
    """
    p, w = index.packed, index.workspace()
    found = np.zeros(len(lines), bool)
    touch, _ = index.touch(*lines[:, :3]) if len(lines) else (0.0, 0.0)
    meets(
        lines, depth, touch, p.roots[row], p.nodes, p.links, p.tri, w.stack, w.bounds, found
    )  # fmt: skip
    return found
