"""Close the open ends of tubes: one fan of triangles per boundary loop, declared, never silent.

A needle that enters a vessel through its cut end must not look clear; so nerves and vessels get
planar fans, from the loop's centroid to its edges. A cap adds surface: distances can only shrink.
Every export that wants to be checked against our distances writes the capped surface.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meshes.index.build import Floats, Integers
from meshes.index.compiled import kernel
from meshes.surface import Surface, SurfaceKind

Edges = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Capped:
    """A surface with its caps.

    ``surface`` is the given one if there was nothing to close; otherwise new points follow the old
    and new triangles follow the old. ``is_sound`` tells whether every edge now has its two
    triangles, running opposite ways: only then does an inside exist. ``n_left`` counts borders that
    are no simple ring and stay open: a fan would only leave another border.
    """

    surface: Surface
    n_caps: int
    is_sound: bool
    n_left: int = 0


def capped(surface: Surface) -> Capped:
    """Cap the open ends of a tube; any other kind is returned as it is.

    Points that coincide exactly count as one along the boundary. A seam where triangles turn over,
    or an edge with a third triangle, is left alone and makes the result unsound.
    """
    if surface.kind is not SurfaceKind.TUBE:
        return Capped(surface, 0, False)
    edges = np.zeros((3 * len(surface.triangles), 2), np.int64)
    triangles = np.array(surface.triangles, np.int32)
    n_open, n_bad = open_edges(triangles, len(surface.points), edges)
    edges = _welded(surface.points, edges[:n_open])
    if not len(edges):
        return Capped(surface, 0, n_bad == 0)
    edges, n_left = _rings(edges)
    if not len(edges):
        return Capped(surface, 0, False, n_left)
    points, fans, n_caps = _fans(surface.points, edges)
    made = Surface.of(
        np.concatenate([surface.points, points]),
        np.concatenate([surface.triangles, fans]),
        surface.kind,
    )
    return Capped(made, n_caps, n_bad == 0 and not n_left, n_left)


@kernel
def open_edges(triangles: Integers, n_points: int, edges: Edges) -> tuple[int, int]:
    """List the directed edges that have one triangle; count those with three, or turned over."""
    start = np.zeros(n_points + 1, np.int64)
    for i in range(len(triangles)):
        for j in range(3):
            a, b = int(triangles[i, j]), int(triangles[i, (j + 1) % 3])
            if a != b:
                start[min(a, b) + 1] += 1
    for i in range(n_points):
        start[i + 1] += start[i]
    fill = start[:-1].copy()
    other = np.zeros(start[n_points], np.int64)
    for i in range(len(triangles)):
        for j in range(3):
            a, b = int(triangles[i, j]), int(triangles[i, (j + 1) % 3])
            if a != b:
                low = min(a, b)
                other[fill[low]] = b + 1 if a < b else -(a + 1)
                fill[low] += 1
    n_open = n_bad = 0
    for low in range(n_points):
        for i in range(start[low], start[low + 1]):
            high = abs(other[i])
            if high == 0:
                continue
            count, net = 0, 0
            for j in range(i, start[low + 1]):
                if abs(other[j]) == high:
                    count += 1
                    net += 1 if other[j] > 0 else -1
                    other[j] = 0
            if count == 1:
                edges[n_open, 0] = low if net > 0 else high - 1
                edges[n_open, 1] = high - 1 if net > 0 else low
                n_open += 1
            elif count > 2 or net != 0:
                n_bad += 1
    return n_open, n_bad


def _welded(points: Floats, edges: Edges) -> Edges:
    """Drop pairs of open edges that coincide and run opposite ways; name coincident points once."""
    if not len(edges):
        return edges
    used = np.unique(edges)
    _, first, same = np.unique(points[used] + 0.0, axis=0, return_index=True, return_inverse=True)
    name = np.zeros(int(used.max()) + 1, np.int64)
    name[used] = used[first[np.ravel(same)]]
    edges = name[edges]
    edges = edges[edges[:, 0] != edges[:, 1]]
    low, high = edges.min(axis=1), edges.max(axis=1)
    pairs, group = np.unique(np.stack([low, high], 1), axis=0, return_inverse=True)
    net = np.bincount(np.ravel(group), np.where(edges[:, 0] == low, 1, -1), len(pairs))
    forward = np.repeat(pairs, np.maximum(net, 0).astype(int), axis=0)
    backward = np.repeat(pairs[:, ::-1], np.maximum(-net, 0).astype(int), axis=0)
    welded: Edges = np.concatenate([forward, backward])
    return welded


def _rings(edges: Edges) -> tuple[Edges, int]:
    """Edges of the borders that are simple rings, and how many borders are not.

    A ring enters and leaves each of its points once; closing anything else by a fan would leave
    edges with one triangle, or with four.
    """
    _, local = np.unique(edges, return_inverse=True)
    local = local.reshape(-1, 2)
    n = int(local.max()) + 1
    once = (np.bincount(local[:, 0], minlength=n) == 1) & (
        np.bincount(local[:, 1], minlength=n) == 1
    )
    n_borders, label = _connected(local, n)
    is_ring = np.bincount(label, ~once, n_borders) == 0
    return edges[is_ring[label[local[:, 0]]]], int((~is_ring).sum())


def _connected(edges: Edges, n: int) -> tuple[int, NDArray[np.int32]]:
    """How many connected parts ``n`` points have, and the part of each."""
    from scipy.sparse import coo_matrix  # slow to import: not before it is used
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(edges), np.int8), (edges[:, 0], edges[:, 1])), shape=(n, n))
    count, label = connected_components(graph, directed=False)
    return int(count), label


def _fans(points: Floats, edges: Edges) -> tuple[Floats, NDArray[np.int32], int]:
    """Centroids and triangles that close each connected set of open edges."""
    names, local = np.unique(edges, return_inverse=True)
    local = local.reshape(-1, 2)
    n_caps, label = _connected(local, len(names))
    cap = label[local[:, 0]]
    a, b = points[edges[:, 0]], points[edges[:, 1]]
    weight = np.linalg.norm(b - a, axis=1)
    weight = np.where(np.bincount(cap, weight, n_caps)[cap] > 0.0, weight, 1.0)
    total = np.bincount(cap, weight, n_caps)
    centres = np.stack(
        [np.bincount(cap, weight * 0.5 * (a + b)[:, k], n_caps) / total for k in range(3)], 1
    )
    fans = np.stack([edges[:, 1], edges[:, 0], len(points) + cap], 1).astype(np.int32)
    return centres, fans, n_caps
