"""Brute force: distances from a needle's axis to all triangles, not by the engine's route.

The benchmarks count reassuring errors against it, and the campaigns under ``tests`` build on it.
It shares nothing with `meshes.index`: no tree, no kernel, no formula. Segment against triangle is
the quadratic programme in (s, u, v) over the prism [0, 1] × triangle; its minimum lies on one of 21
faces, each solved on its own and clipped to the prism. Clipped points are feasible, so no value is
ever below the truth by more than rounding. Bounding spheres, the only shortcut, leave out triangles
that provably cannot be nearest. Plain loops, compiled, so that a campaign is minutes, not hours.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numba
import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.surface import Surface

Floats = NDArray[np.float64]


def _plain(function: Any) -> Any:
    return numba.njit(cache=True, nogil=True, error_model="numpy")(function)


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
        far = np.empty(self.centroids.shape[1])
        _axis_distances(self.centroids, entry, direction, float(depth), far)
        return far


def point_triangles(points: Floats, corners: Floats) -> tuple[Floats, Floats]:
    """Exact distance from points (m, 3) to triangles (m, 3, 3), pairwise.

    Returns distances (m,) and nearest points (m, 3). Degenerate triangles are segments or points.
    """
    distance, near = np.empty(len(corners)), np.empty((len(corners), 3))
    points = np.broadcast_to(np.asarray(points, np.float64), (len(corners), 3))
    _point_triangles(np.ascontiguousarray(points), corners, distance, near)
    return distance, near


def segment_triangles(
    entry: ArrayLike, direction: ArrayLike, depth: float, corners: Floats
) -> tuple[Floats, Floats, Floats]:
    """Distance from one axis to each triangle (m, 3, 3).

    Returns distances (m,), the axis depths of the nearest points (m,), and the nearest points of
    the triangles (m, 3). Touching or crossing gives 0 up to rounding.
    """
    p, d = np.asarray(entry, np.float64), np.asarray(direction, np.float64)
    m = len(corners)
    distance, t, near = np.empty(m), np.empty(m), np.empty((m, 3))
    _segment_triangles(p, d, float(depth), corners, distance, t, near)
    return distance, t, near


def nearest(
    soup: Soup, entry: ArrayLike, direction: ArrayLike, depth: float
) -> tuple[Floats, Floats, Floats]:
    """Distance from an axis to each surface of a soup: distances (k,), depths (k,), points (k, 3).

    Unsigned: what lies inside a closed surface without touching it has a positive distance.
    """
    p, d = np.asarray(entry, np.float64), np.asarray(direction, np.float64)
    far = soup.centroid_distances(p, d, depth)
    k = len(soup.starts) - 1
    distance, t, near = np.empty(k), np.empty(k), np.empty((k, 3))
    _nearest(p, d, float(depth), soup.corners, soup.starts, soup.radii, far, distance, t, near)
    return distance, t, near


@_plain
def _axis_distances(centroids, entry, direction, depth, far):
    for k in range(len(far)):
        x, y, z = (
            centroids[0, k] - entry[0], centroids[1, k] - entry[1], centroids[2, k] - entry[2]
        )  # fmt: skip
        t = x * direction[0] + y * direction[1] + z * direction[2]
        t = min(max(t, 0.0), depth)
        x -= t * direction[0]
        y -= t * direction[1]
        z -= t * direction[2]
        far[k] = np.sqrt(x * x + y * y + z * z)


@_plain
def _dot(a, b):
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@_plain
def _minus(a, b):
    return (a[0] - b[0], a[1] - b[1], a[2] - b[2])


@_plain
def _along(a, s, b):
    return (a[0] + s * b[0], a[1] + s * b[1], a[2] + s * b[2])


@_plain
def _ratio(a, b):
    """a / b; 0 where b is 0: some feasible point, and another face of the prism has the minimum."""
    return a / b if b != 0.0 else 0.0


@_plain
def _clipped(s):
    return min(max(s, 0.0), 1.0)


@_plain
def _corner(triangle, i):
    return (triangle[i, 0], triangle[i, 1], triangle[i, 2])


@_plain
def point_triangle(x, triangle):
    """Squared distance of a point and a triangle (3, 3), and the nearest point; for kernels."""
    a = _corner(triangle, 0)
    e1, e2 = _minus(_corner(triangle, 1), a), _minus(_corner(triangle, 2), a)
    w = _minus(x, a)
    g11, g12, g22 = _dot(e1, e1), _dot(e1, e2), _dot(e2, e2)
    b1, b2 = _dot(w, e1), _dot(w, e2)
    det = g11 * g22 - g12 * g12
    u, v = _ratio(b1 * g22 - b2 * g12, det), _ratio(b2 * g11 - b1 * g12, det)
    best_point = a
    if u >= 0.0 and v >= 0.0 and u + v <= 1.0:
        best_point = _along(_along(a, u, e1), v, e2)
    gap = _minus(x, best_point)
    best = _dot(gap, gap)
    for i in range(3):
        start = _corner(triangle, i)
        edge = _minus(_corner(triangle, (i + 1) % 3), start)
        t = _clipped(_ratio(_dot(_minus(x, start), edge), _dot(edge, edge)))
        near = _along(start, t, edge)
        gap = _minus(x, near)
        square = _dot(gap, gap)
        if square < best:
            best, best_point = square, near
    return best, best_point


@_plain
def _offer(p, d, depth, t, triangle, best, best_t, best_point):
    """The better of what is known and the nearest pair at axis depth t, clipped to the needle."""
    t = min(max(t, 0.0), depth) if t == t else 0.0
    square, near = point_triangle(_along(p, t, d), triangle)
    if square < best:
        return square, t, near
    return best, best_t, best_point


@_plain
def segment_triangle(p, d, depth, triangle):
    """Squared distance of axis and triangle, its axis depth, the nearest point; for kernels."""
    a = _corner(triangle, 0)
    best, best_t, best_point = np.inf, 0.0, a
    # s = 0 and s = 1, the triangle's seven faces at once
    best, best_t, best_point = _offer(p, d, depth, 0.0, triangle, best, best_t, best_point)
    best, best_t, best_point = _offer(p, d, depth, depth, triangle, best, best_t, best_point)
    # s free, inside of the triangle: the axis meets the plane
    e1, e2 = _minus(_corner(triangle, 1), a), _minus(_corner(triangle, 2), a)
    n = (
        e1[1] * e2[2] - e1[2] * e2[1], e1[2] * e2[0] - e1[0] * e2[2], e1[0] * e2[1] - e1[1] * e2[0]
    )  # fmt: skip
    t = _ratio(_dot(n, _minus(a, p)), _dot(n, d))
    best, best_t, best_point = _offer(p, d, depth, t, triangle, best, best_t, best_point)
    for i in range(3):
        start = _corner(triangle, i)
        edge = _minus(_corner(triangle, (i + 1) % 3), start)
        # s free, a corner
        t = _dot(_minus(start, p), d)
        best, best_t, best_point = _offer(p, d, depth, t, triangle, best, best_t, best_point)
        # s free, an edge: two lines, each nearest to the other
        b, c, w = _dot(edge, d), _dot(edge, edge), _minus(p, start)
        t = _ratio(b * _dot(w, edge) - c * _dot(w, d), c - b * b)
        best, best_t, best_point = _offer(p, d, depth, t, triangle, best, best_t, best_point)
        # the edge's own nearest point when the axis end is what clips it
        on_edge = _along(start, _clipped(_ratio(_dot(w, edge) + b * t, c)), edge)
        t = _dot(_minus(on_edge, p), d)
        best, best_t, best_point = _offer(p, d, depth, t, triangle, best, best_t, best_point)
    return best, best_t, best_point


@_plain
def _point_triangles(points, corners, distance, near):
    for k in range(len(corners)):
        x = (points[k, 0], points[k, 1], points[k, 2])
        square, point = point_triangle(x, corners[k])
        distance[k] = np.sqrt(square)
        near[k, 0], near[k, 1], near[k, 2] = point


@_plain
def _segment_triangles(entry, direction, depth, corners, distance, t, near):
    p = (entry[0], entry[1], entry[2])
    d = (direction[0], direction[1], direction[2])
    for k in range(len(corners)):
        square, t[k], point = segment_triangle(p, d, depth, corners[k])
        distance[k] = np.sqrt(square)
        near[k, 0], near[k, 1], near[k, 2] = point


@_plain
def _nearest(entry, direction, depth, corners, starts, radii, far, distance, t, near):
    p = (entry[0], entry[1], entry[2])
    d = (direction[0], direction[1], direction[2])
    for k in range(len(starts) - 1):
        reach = far[starts[k] : starts[k + 1]].min() + 1e-9  # a centroid is a point of its triangle
        best = np.inf
        for i in range(starts[k], starts[k + 1]):
            if far[i] - radii[i] <= reach:
                square, axis_t, point = segment_triangle(p, d, depth, corners[i])
                if square < best:
                    best = square
                    t[k] = axis_t
                    near[k, 0], near[k, 1], near[k, 2] = point
        distance[k] = np.sqrt(best)
