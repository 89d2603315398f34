"""Fields to surfaces: marching cubes, Taubin smoothing, decimation held to the field.

Needs the build extras (scikit-image, fast-simplification); nothing at run time imports this.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import sparse

from meshes.reference.grid import Field, Grid

Mesh = tuple[NDArray[np.float64], NDArray[np.int64]]

QUANTUM = 1.0 / 256.0
"""Points are rounded to this many mm: exact in float32, and smaller when compressed."""


def mesh_of(
    field: Field,
    grid: Grid,
    triangles: int,
    smooth: int = 10,
    largest: bool = True,
) -> Mesh:
    """Closed outward surface of ``field`` < 0, at most about ``triangles`` triangles.

    The field must be positive on the whole border of its grid. ``largest`` keeps the biggest
    component only.
    """
    from skimage.measure import marching_cubes

    closed = np.array(field, np.float32)
    for axis in range(3):
        edge = np.moveaxis(closed, axis, 0)
        edge[0] = np.maximum(edge[0], 0.5 * grid.step)
        edge[-1] = np.maximum(edge[-1], 0.5 * grid.step)
    # a crossing at a node gives slivers that rounding would collapse
    least = np.float32(0.03 * grid.step)
    closed[np.abs(closed) < least] = least
    march: Any = marching_cubes  # untyped, where it is installed at all
    points, faces, _, _ = march(closed, 0.0, gradient_direction="ascent")
    points = points.astype(np.float64) * grid.step + grid.origin
    mesh = (points, faces.astype(np.int64))
    if largest:
        mesh = largest_component(*mesh)
    mesh = taubin(*mesh, rounds=smooth)
    return finish(mesh, triangles)


def finish(mesh: Mesh, triangles: int) -> Mesh:
    """Decimate to about ``triangles``, round the points, turn outward."""
    for target in (triangles, int(triangles * 1.3), int(triangles * 1.8), len(mesh[1])):
        small = decimate(mesh, target)
        points = np.round(small[0] / QUANTUM) * QUANTUM
        if is_sound(points, small[1]):
            break
    faces = small[1]
    if volume(points, faces) < 0:
        faces = faces[:, ::-1]
    return points, np.ascontiguousarray(faces)


def decimate(mesh: Mesh, target: int) -> Mesh:
    """Quadric decimation to about ``target`` triangles."""
    if len(mesh[1]) <= target:
        return mesh
    import fast_simplification

    points, faces = fast_simplification.simplify(
        np.ascontiguousarray(mesh[0], np.float64),
        np.ascontiguousarray(mesh[1], np.int32),
        target_count=int(target),
        agg=4,
    )
    return np.asarray(points, np.float64), np.asarray(faces, np.int64)


def taubin(points: NDArray[np.float64], faces: NDArray[np.int64], rounds: int = 10) -> Mesh:
    """Smooth without shrinking: alternate steps along and against the umbrella vector."""
    if rounds <= 0:
        return points, faces
    average = neighbour_average(len(points), faces)
    for _ in range(rounds):
        points = points + 0.5 * (average @ points - points)
        points = points - 0.53 * (average @ points - points)
    return points, faces


def neighbour_average(count: int, faces: NDArray[np.int64]) -> sparse.csr_matrix:
    """Row-stochastic adjacency of the vertices."""
    a = faces[:, [0, 1, 2, 1, 2, 0]].ravel()
    b = faces[:, [1, 2, 0, 0, 1, 2]].ravel()
    links = sparse.csr_matrix((np.ones(len(a)), (a, b)), shape=(count, count))
    links.data[:] = 1.0
    degree = np.maximum(np.asarray(links.sum(axis=1)).ravel(), 1.0)
    return sparse.diags(1.0 / degree) @ links


def largest_component(points: NDArray[np.float64], faces: NDArray[np.int64]) -> Mesh:
    """Keep the component with the most triangles."""
    links = sparse.csr_matrix(
        (np.ones(len(faces) * 2), (faces[:, [0, 1]].ravel(), faces[:, [1, 2]].ravel())),
        shape=(len(points), len(points)),
    )
    _, label = sparse.csgraph.connected_components(links, directed=False)
    kept = np.bincount(label[faces[:, 0]]).argmax()
    faces = faces[label[faces[:, 0]] == kept]
    used, back = np.unique(faces, return_inverse=True)
    return points[used], back.reshape(faces.shape)


def is_sound(points: NDArray[np.float64], faces: NDArray[np.int64]) -> bool:
    """True where every edge has exactly two opposite uses and no triangle is degenerate."""
    edges = faces[:, [0, 1, 1, 2, 2, 0]].reshape(-1, 2)
    key = edges[:, 0] * len(points) + edges[:, 1]
    back = edges[:, 1] * len(points) + edges[:, 0]
    if len(np.unique(key)) != len(key) or not np.array_equal(np.sort(key), np.sort(back)):
        return False
    a, b, c = (points[faces[:, i]] for i in range(3))
    return bool((np.linalg.norm(np.cross(b - a, c - a), axis=1) > 1e-9).all())


def volume(points: NDArray[np.float64], faces: NDArray[np.int64]) -> float:
    """Signed volume, mm3; positive where the triangles are wound outward."""
    a, b, c = (points[faces[:, i]] for i in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6.0)


def mirrored(mesh: Mesh) -> Mesh:
    """The mesh on the other side of the midplane, outward again."""
    points, faces = mesh
    return points * (-1.0, 1.0, 1.0), np.ascontiguousarray(faces[:, ::-1])
