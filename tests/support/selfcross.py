"""Faces of one surface that pass through each other, counted on a sample of its faces."""

from __future__ import annotations

import numpy as np
from numba import njit


def crossing_faces(points, triangles, sample=None, seed=0):
    """How many of the sampled faces cross another face of the surface, and how many were sampled.

    Two faces that share a point do not count: they meet there. Faces that touch in a point or lie
    in one plane do not count either: only an edge that goes through.
    """
    order = np.arange(len(triangles))
    if sample is not None and sample < len(order):
        order = np.sort(np.random.default_rng(seed).choice(order, sample, replace=False))
    return int(_count(np.asarray(points), np.asarray(triangles), order)), len(order)


@njit(cache=True)
def _count(p, t, order):
    low, high = np.empty((len(t), 3)), np.empty((len(t), 3))
    for i in range(len(t)):
        for k in range(3):
            a, b, c = p[t[i, 0], k], p[t[i, 1], k], p[t[i, 2], k]
            low[i, k], high[i, k] = min(a, b, c), max(a, b, c)
    found = 0
    for i in order:
        hit = False
        for j in range(len(t)):
            if (
                low[i, 0] > high[j, 0] or low[j, 0] > high[i, 0]
                or low[i, 1] > high[j, 1] or low[j, 1] > high[i, 1]
                or low[i, 2] > high[j, 2] or low[j, 2] > high[i, 2]
            ):  # fmt: skip
                continue
            shared = False
            for a in range(3):
                for b in range(3):
                    shared = shared or t[i, a] == t[j, b]
            if shared:
                continue
            if _edges_through(p, t[i], t[j]) or _edges_through(p, t[j], t[i]):
                hit = True
                break
        if hit:
            found += 1
    return found


@njit(cache=True)
def _edges_through(p, one, other):
    for k in range(3):
        if _through(p[one[k]], p[one[(k + 1) % 3]], p[other[0]], p[other[1]], p[other[2]]):
            return True
    return False


@njit(cache=True)
def _volume(a, b, c, d):
    x, y, z = b - a, c - a, d - a
    return (
        x[0] * (y[1] * z[2] - y[2] * z[1])
        - x[1] * (y[0] * z[2] - y[2] * z[0])
        + x[2] * (y[0] * z[1] - y[1] * z[0])
    )


@njit(cache=True)
def _through(a, b, u, v, w):
    """Whether the segment a-b goes through the inside of the triangle u-v-w."""
    s, e = _volume(u, v, w, a), _volume(u, v, w, b)
    if not s * e < 0.0:
        return False
    x, y, z = _volume(a, b, u, v), _volume(a, b, v, w), _volume(a, b, w, u)
    return (x > 0.0 and y > 0.0 and z > 0.0) or (x < 0.0 and y < 0.0 and z < 0.0)
