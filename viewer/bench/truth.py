"""Brute force: distances from a needle's axis to all triangles, not by the engine's route.

The benchmarks count reassuring errors against it, and the campaigns under ``tests`` build on it.
It shares nothing with `meshes.index`: no tree, no compiled kernel, no formula. Segment against
triangle is the quadratic programme in (s, u, v) over the prism [0, 1] × triangle; its minimum lies
on one of 21 faces, each solved on its own and clipped to the prism. Clipped points are feasible,
so no value is ever below the truth by more than rounding. Bounding spheres, the only shortcut,
leave out triangles that provably cannot be nearest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.surface import Surface

Floats = NDArray[np.float64]
_CORNERS = ((0, 1), (1, 2), (2, 0))
_BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class Soup:
    """The triangles of several surfaces in one row: ``corners`` (n, 3, 3), world mm.

    ``starts`` (k + 1,) says where each surface begins and ends.
    """

    corners: Floats
    starts: NDArray[np.int64]

    @classmethod
    def of(cls, surfaces: Sequence[Surface]) -> Soup:
        """Gather surfaces, in their order."""
        parts = [surface.points[surface.triangles] for surface in surfaces]
        starts = np.concatenate([[0], np.cumsum([len(part) for part in parts])])
        return cls(np.concatenate(parts), starts.astype(np.int64))

    @cached_property
    def centroids(self) -> Floats:
        """(3, n) contiguous rows, for speed."""
        return np.ascontiguousarray(self.corners.mean(axis=1).T)

    @cached_property
    def radii(self) -> Floats:
        """(n,) radius about the centroid that holds the whole triangle, rounded up."""
        reach = np.linalg.norm(self.corners - self.corners.mean(axis=1, keepdims=True), axis=2)
        return reach.max(axis=1) * (1 + 1e-12) + 1e-9

    def part(self, k: int) -> slice:
        """The triangles of surface ``k``."""
        return slice(int(self.starts[k]), int(self.starts[k + 1]))

    def centroid_distances(self, entry: Floats, direction: Floats, depth: float) -> Floats:
        """(n,) distance of every centroid from the axis."""
        found = np.empty(self.centroids.shape[1])
        for start in range(0, len(found), _BLOCK):  # in pieces that stay in the cache
            block = slice(start, start + _BLOCK)
            x, y, z = (self.centroids[k, block] - entry[k] for k in range(3))
            t = np.clip(x * direction[0] + y * direction[1] + z * direction[2], 0.0, depth)
            x -= t * direction[0]
            y -= t * direction[1]
            z -= t * direction[2]
            found[block] = np.sqrt(x * x + y * y + z * z)
        return found

    def candidates(self, entry: Floats, direction: Floats, depth: float) -> NDArray[np.int64]:
        """Indices of all triangles that may be the nearest of their surface."""
        far = self.centroid_distances(entry, direction, depth)
        nearest = np.minimum.reduceat(far, self.starts[:-1])
        limit = np.repeat(nearest + 1e-9, np.diff(self.starts))
        return np.flatnonzero(far - self.radii <= limit)


def point_triangles(points: Floats, corners: Floats) -> tuple[Floats, Floats]:
    """Exact distance from points (m, 3) to triangles (m, 3, 3), pairwise.

    Returns distances (m,) and nearest points (m, 3). Degenerate triangles are segments or points.
    """
    a = corners[:, 0]
    e1, e2 = corners[:, 1] - a, corners[:, 2] - a
    w = points - a
    g11, g12, g22 = _dot(e1, e1), _dot(e1, e2), _dot(e2, e2)
    b1, b2 = _dot(w, e1), _dot(w, e2)
    det = g11 * g22 - g12 * g12
    u, v = _ratio(b1 * g22 - b2 * g12, det), _ratio(b2 * g11 - b1 * g12, det)
    inside = (u >= 0) & (v >= 0) & (u + v <= 1)
    u, v = np.where(inside, u, 0.0), np.where(inside, v, 0.0)
    best_point = a + u[:, None] * e1 + v[:, None] * e2
    best = _length(points - best_point)
    for i, j in _CORNERS:
        start, along = corners[:, i], corners[:, j] - corners[:, i]
        t = _ratio(_dot(points - start, along), _dot(along, along))
        near = start + np.clip(t, 0.0, 1.0)[:, None] * along
        best, best_point = _closer(best, best_point, _length(points - near), near)
    return best, best_point


def segment_triangles(
    entry: ArrayLike, direction: ArrayLike, depth: float, corners: Floats
) -> tuple[Floats, Floats, Floats]:
    """Distance from one axis to each triangle (m, 3, 3).

    Returns distances (m,), the axis depths of the nearest points (m,), and the nearest points of
    the triangles (m, 3). Touching or crossing gives 0 up to rounding.
    """
    p, d = np.asarray(entry, np.float64), np.asarray(direction, np.float64)
    m = len(corners)

    def at(t: Floats) -> Floats:
        return p + t[:, None] * d

    best, best_t = np.full(m, np.inf), np.zeros(m)
    best_point = corners[:, 0].copy()

    def offer(t: Floats, near: Floats, distance: Floats) -> None:
        won = distance < best
        best[won], best_t[won], best_point[won] = distance[won], t[won], near[won]

    def offer_depth(t: Floats) -> None:
        t = np.clip(np.nan_to_num(t, nan=0.0), 0.0, depth)
        distance, near = point_triangles(at(t), corners)
        offer(t, near, distance)

    offer_depth(np.zeros(m))  # s = 0, the triangle's seven faces at once
    offer_depth(np.full(m, depth))  # s = 1
    # s free, inside of the triangle: the axis meets the plane
    a = corners[:, 0]
    normal = np.cross(corners[:, 1] - a, corners[:, 2] - a)
    offer_depth(_ratio(_dot(normal, a - p), normal @ d))
    for i, j in _CORNERS:
        start, along = corners[:, i], corners[:, j] - corners[:, i]
        offer_depth((start - p) @ d)  # s free, a corner
        # s free, an edge: two lines, each nearest to the other
        b, c, w = along @ d, _dot(along, along), p - start
        det = c - b * b
        t = _ratio(b * _dot(w, along) - c * (w @ d), det)
        offer_depth(t)
        # the edge's own nearest point when the axis end is what clips it
        on_edge = start + np.clip(_ratio(_dot(w, along) + b * t, c), 0.0, 1.0)[:, None] * along
        offer_depth((on_edge - p) @ d)
    return best, best_t, best_point


def nearest(
    soup: Soup, entry: ArrayLike, direction: ArrayLike, depth: float
) -> tuple[Floats, Floats, Floats]:
    """Distance from an axis to each surface of a soup: distances (k,), depths (k,), points (k, 3).

    Unsigned: what lies inside a closed surface without touching it has a positive distance.
    """
    p, d = np.asarray(entry, np.float64), np.asarray(direction, np.float64)
    chosen = soup.candidates(p, d, depth)
    distance, t, point = segment_triangles(p, d, depth, soup.corners[chosen])
    owner = np.searchsorted(soup.starts, chosen, side="right") - 1
    order = np.lexsort((distance, owner))
    first = order[np.unique(owner[order], return_index=True)[1]]
    return distance[first], t[first], point[first]


def _dot(a: Floats, b: Floats) -> Floats:
    products: Floats = np.einsum("ij,ij->i", a, b)
    return products


def _length(a: Floats) -> Floats:
    return np.sqrt(_dot(a, a))


def _ratio(a: Floats, b: Floats) -> Floats:
    """a / b; 0 where b is 0: some feasible point, and another face of the prism has the minimum."""
    return np.divide(a, b, out=np.zeros_like(a), where=b != 0)


def _closer(best: Floats, point: Floats, other: Floats, near: Floats) -> tuple[Floats, Floats]:
    won = other < best
    return np.where(won, other, best), np.where(won[:, None], near, point)
