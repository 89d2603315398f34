"""Surfaces on a voxel grid: what lies inside, and how far the surface is. For building, not asking.

Distances to a needle come from `meshes.index` alone; these are good to a fraction of a voxel and
serve to derive structures, which are then measured exactly like any other. World frame (LPS), mm.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from meshes.index.compiled import kernel
from meshes.surface import Surface

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

_OFF_NODE = (1.37e-4, 2.11e-4)
"""Share of a step by which scan lines miss the nodes, so that none runs along an edge."""


@dataclass(frozen=True, eq=False)
class Grid:
    """Nodes at ``origin`` + index × ``step`` (mm), ``shape`` (nx, ny, nz) of them."""

    origin: Floats
    step: float
    shape: tuple[int, int, int]

    @classmethod
    def around(cls, low: ArrayLike, high: ArrayLike, step: float) -> Grid:
        """Return the grid that covers a box, mm."""
        start = np.asarray(low, float)
        count = np.ceil((np.asarray(high, float) - start) / step).astype(int) + 1
        return cls(start, step, (int(count[0]), int(count[1]), int(count[2])))

    def axes(self) -> tuple[Floats, Floats, Floats]:
        """x, y, z of the nodes, shaped to broadcast against each other."""
        line = [self.origin[k] + self.step * np.arange(self.shape[k]) for k in range(3)]
        return line[0][:, None, None], line[1][None, :, None], line[2][None, None, :]

    def points(self, where: Mask) -> Floats:
        """(n, 3) nodes of a mask."""
        found: Floats = self.origin + self.step * np.argwhere(where)
        return found


def surface_samples(surface: Surface, spacing: float) -> Floats:
    """(n, 3) points on a surface, nowhere farther apart than about ``spacing`` mm."""
    corners = surface.points[surface.triangles]
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2)
    parts = np.clip(np.ceil(sides.max(axis=1) / spacing), 1, 200).astype(int)
    found = [surface.points[np.unique(surface.triangles)]]
    for n in np.unique(parts):
        i, j = np.meshgrid(np.arange(n + 1), np.arange(n + 1), indexing="ij")
        keep = i + j <= n
        weights = np.stack([i[keep], j[keep], n - i[keep] - j[keep]], 1) / n
        if n == 1:
            weights = np.full((1, 3), 1 / 3)
        found.append(np.einsum("wk,tkc->twc", weights, corners[parts == n]).reshape(-1, 3))
    return np.concatenate(found)


def inside(grid: Grid, surface: Surface) -> Mask:
    """Nodes inside one surface: as two of the three axes see it.

    A small hole leaks along one axis only; so a surface with a few open edges still has an inside
    here, which its exact queries deny it.
    """
    found = np.zeros(grid.shape, bool)
    low = np.floor((surface.bounds[0] - grid.origin) / grid.step).astype(int) - 1
    high = np.ceil((surface.bounds[1] - grid.origin) / grid.step).astype(int) + 2
    low, high = np.maximum(low, 0), np.minimum(high, grid.shape)
    if (low >= high).any():
        return found
    size = high - low
    votes = np.zeros(size, np.int8)
    start = grid.origin + grid.step * low
    for axis in range(3):
        order = [axis, (axis + 1) % 3, (axis + 2) % 3]
        local = (surface.points[:, order] - start[order]) / grid.step
        turns = np.zeros((size[axis] + 1, *size[order[1:]]), np.int16)
        _scan(local, np.array(surface.triangles, np.int64), turns, _OFF_NODE[0], _OFF_NODE[1])
        wound = np.cumsum(turns[:0:-1], axis=0)[::-1] != 0
        votes += np.moveaxis(wound, (0, 1, 2), order).astype(np.int8)
    found[low[0] : high[0], low[1] : high[1], low[2] : high[2]] = votes >= 2
    return found


@kernel
def _scan(
    points: Floats, triangles: NDArray[np.int64], turns: NDArray[np.int16], off_v: float,
    off_w: float,
) -> None:  # fmt: skip
    """Count signed crossings of lines along the first axis, at the node below each crossing."""
    n_u, n_v, n_w = turns.shape[0] - 1, turns.shape[1], turns.shape[2]
    for t in range(len(triangles)):
        a, b, c = points[triangles[t, 0]], points[triangles[t, 1]], points[triangles[t, 2]]
        area = (b[1] - a[1]) * (c[2] - a[2]) - (b[2] - a[2]) * (c[1] - a[1])
        if area == 0.0:
            continue
        low_v = max(0, int(np.ceil(min(a[1], b[1], c[1]) - off_v)))
        top_v = min(n_v - 1, int(np.floor(max(a[1], b[1], c[1]) - off_v)))
        low_w = max(0, int(np.ceil(min(a[2], b[2], c[2]) - off_w)))
        top_w = min(n_w - 1, int(np.floor(max(a[2], b[2], c[2]) - off_w)))
        for j in range(low_v, top_v + 1):
            v = j + off_v
            for k in range(low_w, top_w + 1):
                w = k + off_w
                s = ((b[1] - v) * (c[2] - w) - (b[2] - w) * (c[1] - v)) / area
                r = ((c[1] - v) * (a[2] - w) - (c[2] - w) * (a[1] - v)) / area
                if s < 0.0 or r < 0.0 or s + r > 1.0:
                    continue
                u = s * a[0] + r * b[0] + (1.0 - s - r) * c[0]
                at = min(max(int(np.floor(u)), -1), n_u - 1)
                turns[at + 1, j, k] += 1 if area > 0.0 else -1


def signed_distance(
    grid: Grid, surfaces: Iterable[Surface], where: Mask | None = None
) -> NDArray[np.float32]:
    """Distance (mm) of every node to the union of surfaces, negative inside.

    Within two steps of a surface it is taken to samples half a step apart (only at the nodes
    ``where``, if given), elsewhere to voxels. Without any surface, a distance larger than the grid.
    """
    listed = list(surfaces)
    filled = np.zeros(grid.shape, bool)
    samples: list[Floats] = [np.zeros((0, 3))]
    for surface in listed:
        filled |= inside(grid, surface)
        samples.append(surface_samples(surface, 0.5 * grid.step))
    cloud = np.concatenate(samples)
    index = np.round((cloud - grid.origin) / grid.step).astype(int)
    on_grid = ((index >= -3) & (index < np.array(grid.shape) + 3)).all(axis=1)
    cloud, index = cloud[on_grid], np.clip(index[on_grid], 0, np.array(grid.shape) - 1)
    touched = np.zeros(grid.shape, bool)
    touched[index[:, 0], index[:, 1], index[:, 2]] = True
    far = 2.0 * grid.step * max(grid.shape)
    if not touched.any():
        empty: NDArray[np.float32] = np.where(filled, -far, far).astype(np.float32)
        return empty
    away = (ndimage.distance_transform_edt(~(filled | touched)) * grid.step).astype(np.float32)
    within = (ndimage.distance_transform_edt(filled) * grid.step).astype(np.float32)
    field: NDArray[np.float32] = np.where(filled, -within, away).astype(np.float32)
    band = ndimage.binary_dilation(touched, iterations=2)
    if where is not None:
        band &= where
        beside = ndimage.binary_dilation(band, iterations=3)
        cloud = cloud[beside[index[:, 0], index[:, 1], index[:, 2]]]
    if not band.any():
        return field
    tree = cKDTree(cloud, compact_nodes=False, balanced_tree=False)  # soon built, as exact
    near, _ = tree.query(grid.points(band), workers=-1)
    field[band] = np.where(filled[band], -near, near)
    return field
