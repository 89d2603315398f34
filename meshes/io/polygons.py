"""From what files call faces to triangles: fans, unused points dropped, equal points joined."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def fan_ragged(corners: NDArray[np.int64], sizes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Cut polygons into triangles from their first corner.

    Parameters
    ----------
    corners
        Point numbers of all polygons in a row.
    sizes
        Corners per polygon; their sum is ``len(corners)``. Fewer than three give no triangle.

    Returns
    -------
    (m, 3) point numbers, in the polygons' order.
    """
    starts = np.cumsum(sizes) - sizes
    n_each = np.maximum(sizes - 2, 0)
    first = np.repeat(starts, n_each)
    step = np.arange(int(n_each.sum())) - np.repeat(np.cumsum(n_each) - n_each, n_each)
    return np.stack([corners[first], corners[first + step + 1], corners[first + step + 2]], axis=1)


def compact(
    points: NDArray[np.float64], triangles: NDArray[np.int32]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Drop the points no triangle names; the rest keep their order and their bits."""
    is_used = np.zeros(len(points), dtype=bool)
    is_used[triangles.reshape(-1)] = True
    if is_used.all():
        return points, triangles
    number = (np.cumsum(is_used) - 1).astype(np.int32)
    return np.ascontiguousarray(points[is_used]), number[triangles]


def join_equal(corners: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Number (m, 3, 3) loose corners: bitwise equal ones become one point, in order of appearance.

    For formats that cannot share points (STL): this reads the file, it repairs nothing.
    """
    flat = np.ascontiguousarray(corners.reshape(-1, 3)) + 0.0  # −0 becomes 0
    keys = flat.view([("x", flat.dtype), ("y", flat.dtype), ("z", flat.dtype)]).reshape(-1)
    _, first, inverse = np.unique(keys, return_index=True, return_inverse=True)
    order = np.argsort(first)
    rank = np.empty_like(order)
    rank[order] = np.arange(len(order))
    return flat[first[order]], rank[inverse].astype(np.int32).reshape(-1, 3)
