"""Kernels that put a bundle of needles in an order in which neighbours are alike.

A needle is a point of six numbers, entry and tip. Halving the widest of them at its median, again
and again, puts near what lies near: a search that starts from the triangle its predecessor found
has little left to do, and a slice of the order is a small bundle of its own.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.bundle.compiled import kernel

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

FINEST = 8
"""Slices of this many needles are not halved again."""


@kernel
def ends_of(lines: Floats, ends: Floats) -> None:
    """Fill in entry and tip, (n, 6), of lines (n, 7): entry, unit direction, length."""
    for i in range(len(lines)):
        for k in range(3):
            ends[i, k] = lines[i, k]
            ends[i, 3 + k] = lines[i, k] + lines[i, 6] * lines[i, 3 + k]


@kernel
def halve(ends: Floats, order: Longs, first: int, stop: int) -> int:
    """Part a slice of the order about the median of its widest number; return where."""
    widest, axis = -1.0, 0
    for k in range(ends.shape[1]):
        low, high = np.inf, -np.inf
        for i in range(first, stop):
            x = ends[order[i], k]
            low, high = min(low, x), max(high, x)
        if high - low > widest:
            widest, axis = high - low, k
    middle = (first + stop) // 2
    low, high = first, stop - 1
    while low < high:  # Hoare's selection, the median of three as pivot: a sorted bundle is common
        a, b, c = ends[order[low], axis], ends[order[(low + high) // 2], axis], 0.0
        c = ends[order[high], axis]
        pivot = max(min(a, b), min(max(a, b), c))
        i, j = low, high
        while i <= j:
            while ends[order[i], axis] < pivot:
                i += 1
            while ends[order[j], axis] > pivot:
                j -= 1
            if i <= j:
                order[i], order[j] = order[j], order[i]
                i += 1
                j -= 1
        if middle <= j:
            high = j
        elif middle >= i:
            low = i
        else:
            break
    return middle


@kernel
def refine(ends: Floats, order: Longs, first: int, stop: int, finest: int) -> None:
    """Halve a slice of the order until its parts hold at most ``finest``."""
    stack = np.zeros((64, 2), np.int64)
    stack[0, 0], stack[0, 1], size = first, stop, 1
    while size > 0:
        size -= 1
        a, b = stack[size, 0], stack[size, 1]
        if b - a <= finest:
            continue
        middle = halve(ends, order, a, b)
        stack[size, 0], stack[size, 1] = a, middle
        stack[size + 1, 0], stack[size + 1, 1] = middle, b
        size += 2


@kernel
def put_back(order: Longs, row: Floats, owners: Longs, values: Floats, names: Longs) -> None:
    """Bring a row of answers from the order of the needles to that in which they were given."""
    values[:], names[:] = row, owners
    for i in range(len(order)):
        row[order[i]], owners[order[i]] = values[i], names[i]
