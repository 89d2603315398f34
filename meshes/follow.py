"""Drawing copies that follow moved points: another person or breath without simplifying anew.

Each point of a copy hangs on the few nearest points of the original and moves as they do. For
drawing only, as the copies themselves.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from meshes.morph_kernel import standalone
from meshes.simplify import DisplaySurface, Drawing
from meshes.surface import Surface

_HANGERS = 3


@dataclass(frozen=True, eq=False)
class Follower:
    """What one copy hangs on: (n, 3) points of the original and their weights."""

    copy: DisplaySurface
    nearest: NDArray[np.int32]
    weights: NDArray[np.float32]


Followers = Mapping[str, tuple[Surface, Follower, Follower]]


def followers(copies: Mapping[str, Drawing], surfaces: Mapping[str, Surface]) -> Followers:
    """Hang drawing copies on the surfaces they were made of; some seconds, once per body.

    Raises
    ------
    KeyError
        A copy of a structure that is not among the surfaces.
    """
    made = {}
    for key, drawing in copies.items():
        tree = cKDTree(surfaces[key].points)
        made[key] = (surfaces[key], _hung(drawing.fine, tree), _hung(drawing.coarse, tree))
    return made


def _hung(copy: DisplaySurface, tree: cKDTree) -> Follower:
    distance, nearest = tree.query(copy.points, k=min(_HANGERS, tree.n))
    distance = distance.reshape(len(copy.points), -1)
    weights = 1.0 / (distance + 1e-3) ** 2
    weights /= weights.sum(axis=1, keepdims=True)
    return Follower(
        copy,
        np.ascontiguousarray(nearest.reshape(len(copy.points), -1), np.int32),
        weights.astype(np.float32),
    )


def followed(hung: Followers, after: Mapping[str, Surface]) -> dict[str, Drawing]:
    """Drawing copies of moved surfaces.

    Parameters
    ----------
    hung
        The copies of the body as it was, by `followers`.
    after
        The surfaces with their points moved: as many points, in the same order.

    Returns
    -------
    dict
        Copies with the same triangles; ``error`` grows by how unlike the points move that a point
        of the copy hangs on.

    Raises
    ------
    ValueError
        Another number of points: not the same surface.
    """
    made = {}
    for key, (before, fine, coarse) in hung.items():
        if after[key].points.shape != before.points.shape:
            raise ValueError(
                f"{key} has {len(after[key].points)} points, the copies were hung on "
                f"{len(before.points)}; hang them on this body"
            )
        shift = (after[key].points - before.points).astype(np.float32)
        made[key] = Drawing(_follow(fine, shift), _follow(coarse, shift))
    return made


def _follow(one: Follower, shift: NDArray[np.float32]) -> DisplaySurface:
    if not shift.any():
        return one.copy
    points = np.empty_like(one.copy.points)
    spread = _shift(one.copy.points, points, shift, one.nearest, one.weights)
    normals = np.zeros_like(points)
    _normals(points, one.copy.triangles, normals)
    return DisplaySurface(points, one.copy.triangles, normals, one.copy.error + float(spread))


@standalone
def _shift(
    p: NDArray[np.float32], out: NDArray[np.float32], shift: NDArray[np.float32],
    nearest: NDArray[np.int32], weights: NDArray[np.float32],
) -> float:  # fmt: skip
    """Move points by the weighted shift of their hangers; return the widest spread of those."""
    widest = 0.0
    for i in range(len(p)):
        for k in range(3):
            moved, low, high = 0.0, np.inf, -np.inf
            for j in range(nearest.shape[1]):
                value = shift[nearest[i, j], k]
                moved += weights[i, j] * value
                low, high = min(low, value), max(high, value)
            out[i, k] = p[i, k] + moved
            widest = max(widest, high - low)
    return widest


@standalone
def _normals(
    p: NDArray[np.float32], triangles: NDArray[np.int32], out: NDArray[np.float32]
) -> None:
    """Area-weighted unit normals at the points."""
    for i in range(len(triangles)):
        a, b, c = triangles[i, 0], triangles[i, 1], triangles[i, 2]
        ux, uy, uz = p[b, 0] - p[a, 0], p[b, 1] - p[a, 1], p[b, 2] - p[a, 2]
        vx, vy, vz = p[c, 0] - p[a, 0], p[c, 1] - p[a, 1], p[c, 2] - p[a, 2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        for j in range(3):
            at = triangles[i, j]
            out[at, 0] += nx
            out[at, 1] += ny
            out[at, 2] += nz
    for i in range(len(out)):
        size = np.sqrt(out[i, 0] ** 2 + out[i, 1] ** 2 + out[i, 2] ** 2)
        if size > 0.0:
            for k in range(3):
                out[i, k] /= size
