"""The compiled parts of `meshes.section`: which edges a plane cuts, and the chains they make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numba
import numpy as np


def kernel(function: Callable[..., Any]) -> Any:
    """Compile with numba, without the GIL; kept on disk where a folder can be written."""
    try:
        return numba.njit(nogil=True, cache=True)(function)
    except RuntimeError:  # numba found no folder it may write to
        return numba.njit(nogil=True)(function)


@kernel
def heights_over(points, origin, normal):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Signed heights of (n, 3) points over a plane."""
    out = np.empty(len(points))
    for i in range(len(points)):
        out[i] = (
            (points[i, 0] - origin[0]) * normal[0]
            + (points[i, 1] - origin[1]) * normal[1]
            + (points[i, 2] - origin[2]) * normal[2]
        )
    return out


@kernel
def crossings(points, triangles, heights):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Per cut triangle: keys of the edges where the cut begins and ends, and its begin in space."""
    count = 0
    for t in range(len(triangles)):
        a = heights[triangles[t, 0]] >= 0.0
        b = heights[triangles[t, 1]] >= 0.0
        c = heights[triangles[t, 2]] >= 0.0
        if a != b or b != c:
            count += 1
    keys = np.empty((count, 2), np.int64)
    ends = np.empty((count, 2, 3))
    size = np.int64(len(points))
    at = 0
    for t in range(len(triangles)):
        up0 = heights[triangles[t, 0]] >= 0.0
        up1 = heights[triangles[t, 1]] >= 0.0
        up2 = heights[triangles[t, 2]] >= 0.0
        if up0 == up1 and up1 == up2:
            continue
        for k in range(3):
            i, j = triangles[t, k], triangles[t, (k + 1) % 3]
            if (heights[i] >= 0.0) == (heights[j] >= 0.0):
                continue
            side = 0 if heights[i] >= 0.0 else 1  # begins where the edge goes down
            lo, hi = min(i, j), max(i, j)
            keys[at, side] = np.int64(lo) * size + hi
            share = heights[lo] / (heights[lo] - heights[hi])
            for axis in range(3):
                ends[at, side, axis] = points[lo, axis] + share * (
                    points[hi, axis] - points[lo, axis]
                )
        at += 1
    return keys, ends


@kernel
def walk(after):  # type: ignore[no-untyped-def]  # pragma: no cover
    """Order of segments along their chains, where each begins, and whether every one closes."""
    n = len(after)
    led = np.zeros(n, np.bool_)
    for i in range(n):
        if after[i] >= 0:
            led[after[i]] = True
    seen = np.zeros(n, np.bool_)
    order = np.empty(n, np.int64)
    starts = np.empty(n + 1, np.int64)
    chains, at, closed = 0, 0, True
    for only_free in (True, False):  # chains with a free begin first, then rings
        for i in range(n):
            if seen[i] or (only_free and led[i]):
                continue
            starts[chains] = at
            chains += 1
            j = i
            while j >= 0 and not seen[j]:
                seen[j] = True
                order[at] = j
                at += 1
                j = after[j]
            closed = closed and j == i
    starts[chains] = at
    return order, starts[: chains + 1], closed
