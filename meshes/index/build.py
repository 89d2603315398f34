"""Build the bounding-volume tree of one surface: binned surface-area splits, leaves of eight.

The tree holds boxes in float32, rounded outwards: they only ever prune. The triangles stay float64,
copied in the order of the leaves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meshes.errors import BadFileError
from meshes.index.compiled import kernel
from meshes.surface import Surface

LEAF_SIZE = 8
N_BINS = 16
LARGEST_COORDINATE_MM = 1e7
"""Beyond ten kilometres float64 no longer resolves a nanometre: no body is there."""

Floats = NDArray[np.float64]
Boxes = NDArray[np.float32]
Integers = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Tree:
    """Tree of one surface.

    ``nodes`` is (n, 8) float32, links in its last two columns (`meshes.index.bounds`), the root in
    row 0, siblings adjacent and at an even row. ``order`` is (m,): the triangles, leaf by leaf.
    """

    nodes: NDArray[np.float32]
    order: NDArray[np.int32]


def corners(surface: Surface) -> Floats:
    """(m, 9) float64 corner coordinates of the triangles, in the surface's order.

    Raises
    ------
    BadFileError
        A coordinate so large that the promised accuracy cannot be kept.
    """
    rows = np.empty((len(surface.triangles), 9))
    largest = gather_corners(surface.points, surface.triangles, rows)
    if not largest <= LARGEST_COORDINATE_MM:
        raise BadFileError(
            f"a coordinate is {largest:g} mm; expected less than {LARGEST_COORDINATE_MM:g} mm: "
            "check the unit of the file"
        )
    return rows


def build_tree(rows: Floats) -> Tree:
    """Build the tree over (m, 9) corner coordinates, mm."""
    count = len(rows)
    boxes = np.zeros((count, 6), np.float32)
    triangle_boxes(rows, boxes)
    order = np.arange(count, dtype=np.int32)
    nodes = np.zeros((2 * count + 2, 8), np.float32)
    used = split_all(boxes, order, nodes, nodes.view(np.int32))
    return Tree(nodes[:used].copy(), order)


@kernel
def gather_corners(points: Floats, triangles: Integers, rows: Floats) -> float:
    """Fill (m, 9) corners of triangles; return the largest coordinate, whatever its sign."""
    largest = 0.0
    for i in range(len(triangles)):
        for j in range(3):
            at = triangles[i, j]
            for k in range(3):
                x = points[at, k]
                rows[i, 3 * j + k] = x
                largest = max(largest, abs(x))
    return largest


@kernel
def below(x: float) -> float:
    """Return a float32 not above x."""
    return float(np.float32(x - abs(x) * 1.2e-7 - 1e-37))


@kernel
def above(x: float) -> float:
    """Return a float32 not below x."""
    return float(np.float32(x + abs(x) * 1.2e-7 + 1e-37))


@kernel
def triangle_boxes(rows: Floats, boxes: Boxes) -> None:
    """Fill (m, 6) float32 boxes (low, high), rounded outwards."""
    for i in range(len(rows)):
        for k in range(3):
            x, y, z = rows[i, k], rows[i, 3 + k], rows[i, 6 + k]
            boxes[i, k] = below(min(x, y, z))
            boxes[i, 3 + k] = above(max(x, y, z))


@kernel
def swap_rows(boxes: Boxes, order: Integers, i: int, j: int) -> None:
    """Exchange two triangles."""
    for k in range(6):
        boxes[i, k], boxes[j, k] = boxes[j, k], boxes[i, k]
    order[i], order[j] = order[j], order[i]


@kernel
def write_box(boxes: Boxes, first: int, stop: int, nodes: Boxes, node: int) -> None:
    """Store centre and half extent of a range of boxes, outwards again."""
    for k in range(3):
        low, high = np.float64(boxes[first, k]), np.float64(boxes[first, 3 + k])
        for i in range(first + 1, stop):
            low = min(low, np.float64(boxes[i, k]))
            high = max(high, np.float64(boxes[i, 3 + k]))
        centre = np.float32(0.5 * (low + high))
        nodes[node, k] = centre
        nodes[node, 3 + k] = above(max(high - centre, centre - low))


@kernel
def half_area(box: Floats) -> float:
    """Half the surface of a box given as (low, high); 0 if it is empty."""
    x, y, z = box[3] - box[0], box[4] - box[1], box[5] - box[2]
    if x < 0.0:
        return 0.0
    return float(x * y + y * z + z * x)


@kernel
def clear_box(box: Floats) -> None:
    """Make a box empty."""
    for k in range(3):
        box[k] = np.inf
        box[3 + k] = -np.inf


@kernel
def join_box(box: Floats, other: Floats) -> None:
    """Grow a box by another."""
    for k in range(3):
        box[k] = min(box[k], other[k])
        box[3 + k] = max(box[3 + k], other[3 + k])


@kernel
def split_range(
    boxes: Boxes, order: Integers, first: int, stop: int, bins: Floats, counts: Integers,
    costs: Floats, total: Floats,
) -> int:  # fmt: skip
    """Partition [first, stop) in place; return the first index of the right half.

    Sixteen bins along the widest axis of the centroids, the cheapest plane by surface area; halves
    by count where all centroids fall together.
    """
    axis, low, width = 0, 0.0, -1.0
    for k in range(3):
        a = b = np.float64(boxes[first, k]) + np.float64(boxes[first, 3 + k])
        for i in range(first + 1, stop):
            x = np.float64(boxes[i, k]) + np.float64(boxes[i, 3 + k])
            a, b = min(a, x), max(b, x)
        if b - a > width:
            axis, low, width = k, a, b - a
    middle = (first + stop) // 2
    if not width > 1e-30:
        return middle
    scale = N_BINS * (1.0 - 1e-9) / width
    for j in range(N_BINS):
        counts[j] = 0
        clear_box(bins[j])
    for i in range(first, stop):
        x = np.float64(boxes[i, axis]) + np.float64(boxes[i, 3 + axis])
        j = min(max(int((x - low) * scale), 0), N_BINS - 1)
        counts[j] += 1
        for k in range(3):
            bins[j, k] = min(bins[j, k], boxes[i, k])
            bins[j, 3 + k] = max(bins[j, 3 + k], boxes[i, 3 + k])
    clear_box(total)
    n = 0
    for j in range(N_BINS - 1):
        join_box(total, bins[j])
        n += counts[j]
        costs[j] = n * half_area(total)
    clear_box(total)
    n, best, plane = 0, np.inf, 0
    for j in range(N_BINS - 1, 0, -1):
        join_box(total, bins[j])
        n += counts[j]
        cost = costs[j - 1] + n * half_area(total)
        if cost < best and 0 < n < stop - first:
            best, plane = cost, j
    if plane == 0:
        return middle
    i, j = first, stop - 1
    while i <= j:
        x = np.float64(boxes[i, axis]) + np.float64(boxes[i, 3 + axis])
        if int((x - low) * scale) < plane:
            i += 1
        else:
            swap_rows(boxes, order, i, j)
            j -= 1
    return i if first < i < stop else middle


@kernel
def split_all(boxes: Boxes, order: Integers, nodes: Boxes, links: Integers) -> int:
    """Build all nodes; return how many rows are used. ``boxes`` is permuted with ``order``.

    Row 1 stays empty, so that siblings share a cache line. Below depth 40 ranges are halved by
    count: the depth stays under 80 whatever the surface looks like.
    """
    bins = np.zeros((N_BINS, 6))
    total = np.zeros(6)
    counts = np.zeros(N_BINS, np.int32)
    costs = np.zeros(N_BINS)
    stack = np.zeros((256, 4), np.int64)
    stack[0, 2] = len(order)
    size, used = 1, 2
    while size > 0:
        size -= 1
        node, first, stop, depth = stack[size]
        write_box(boxes, first, stop, nodes, node)
        if stop - first <= LEAF_SIZE:
            links[node, 6], links[node, 7] = first, stop - first
            continue
        if depth < 40:
            middle = split_range(boxes, order, first, stop, bins, counts, costs, total)
        else:
            middle = (first + stop) // 2
        links[node, 6], links[node, 7] = used, 0
        for child, a, b in ((used + 1, middle, stop), (used, first, middle)):
            stack[size, 0], stack[size, 1] = child, a
            stack[size, 2], stack[size, 3] = b, depth + 1
            size += 1
        used += 2
    return used
