"""Kernels: the directed edges of triangles grouped by their two points, and parts joined by them.

A counting sort by the lower point, then a short insertion sort among its few edges: an atlas of
2.7 million triangles is sorted several times while it is read, and threads may sort at once.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba
import numpy as np
from numpy.typing import NDArray

Longs = NDArray[np.int64]
_MANY = 64
Function = TypeVar("Function", bound=Callable[..., object])


def kernel(function: Function) -> Function:
    """Compile without the GIL, kept on disk where a folder can be written.

    Not the decorator of `meshes.index.compiled`: its stamp is that of the index, which needs this.
    """
    compiled: Any
    try:
        compiled = numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba found no folder it may write to
        compiled = numba.njit(nogil=True)(function)
    return compiled  # type: ignore[no-any-return]


@kernel
def sorted_edges(low: Longs, high: Longs, is_back: NDArray[np.bool_], n_points: int) -> Longs:
    """Return the order (k,) of directed edges by lower point, higher point, then direction.

    Those that run from the lower point come first; equal ones keep their order.
    """
    n = len(low)
    first = np.zeros(n_points + 1, np.int64)
    for e in range(n):
        first[low[e] + 1] += 1
    for p in range(n_points):
        first[p + 1] += first[p]
    free = first[:-1].copy()
    order = np.empty(n, np.int64)
    keys = np.empty(n, np.int64)
    for e in range(n):
        at = free[low[e]]
        free[low[e]] = at + 1
        key = 2 * high[e] + (1 if is_back[e] else 0)
        begin = first[low[e]]
        if at - begin > _MANY:  # a fan around one point: left for the sort below
            order[at], keys[at] = e, key
            continue
        while at > begin and keys[at - 1] > key:
            order[at], keys[at] = order[at - 1], keys[at - 1]
            at -= 1
        order[at], keys[at] = e, key
    for p in range(n_points):
        begin, end = first[p], first[p + 1]
        if end - begin > _MANY + 1:
            again = np.argsort(keys[begin:end], kind="mergesort")
            order[begin:end] = order[begin:end][again]
    return order


@kernel
def joined(one: Longs, two: Longs, n: int) -> tuple[NDArray[np.int32], int]:
    """Label ``n`` things joined by pairs; labels rise in the order of each group's first member."""
    up = np.arange(n)
    for k in range(len(one)):
        a, b = one[k], two[k]
        while up[a] != a:
            up[a] = up[up[a]]
            a = up[a]
        while up[b] != b:
            up[b] = up[up[b]]
            b = up[b]
        if a < b:
            up[b] = a
        else:
            up[a] = b
    labels = np.empty(n, np.int32)
    count = 0
    for i in range(n):  # a root is the first member of its group
        root = i
        while up[root] != root:
            root = up[root]
        up[i] = root
        if root == i:
            labels[i] = count
            count += 1
        else:
            labels[i] = labels[root]
    return labels, count
