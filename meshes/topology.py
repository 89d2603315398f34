"""How the triangles of one surface hang together: edges, components, enclosed volume.

Counts only; what a count means for a structure is said in `meshes.checks`, what is done about it in
`meshes.repair`. One sort of all directed edges answers everything, so that an atlas of 2.7 million
triangles is looked at in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

FLAT_HEIGHT_MM = 1e-9
"""A triangle lower than this over its longest edge has no area: its plane is rounding noise."""

FLAT_VOLUME = 1e-9
"""A component whose volume is below this share of its area to the power 1.5 encloses nothing."""


@dataclass(frozen=True, eq=False)
class Topology:
    """What the edges of a surface say.

    Attributes
    ----------
    n_boundary, n_shared, n_opposed
        Edges with one triangle; with more than two; with two that run the same way (one of the two
        triangles faces the wrong side).
    labels
        (m,) component of each triangle; components share no vertex.
    volumes_mm3, is_sound
        Per component: signed volume (positive: facing outwards), meaningful only where `is_sound`:
        every edge of the component has exactly two triangles, running opposite ways.
    is_flat
        Per component: it encloses no volume to speak of.
    n_collapsed
        Triangles that name a point twice; they have no edges of their own and are left out above.
    """

    n_boundary: int
    n_shared: int
    n_opposed: int
    labels: NDArray[np.int32]
    volumes_mm3: NDArray[np.float64]
    is_sound: NDArray[np.bool_]
    is_flat: NDArray[np.bool_]
    n_collapsed: int

    @property
    def is_watertight(self) -> bool:
        """Every edge has exactly two triangles, whichever way they run."""
        return not self.n_boundary and not self.n_shared

    @property
    def n_inverted(self) -> int:
        """Sound components that face inwards."""
        return int(np.count_nonzero(self.is_sound & ~self.is_flat & (self.volumes_mm3 < 0)))


def directed_edges(triangles: NDArray[np.integer]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return from- and to-corner of every directed edge, (3m,) each, triangle by triangle."""
    faces = np.asarray(triangles, dtype=np.int64)
    return faces.reshape(-1), faces[:, (1, 2, 0)].reshape(-1)


def topology(points: NDArray[np.float64], triangles: NDArray[np.integer]) -> Topology:
    """Count edges, components and volumes of (n, 3) points and (m, 3) triangles in mm."""
    faces = np.asarray(triangles, dtype=np.int64)
    collapsed = (
        (faces[:, 0] == faces[:, 1]) | (faces[:, 1] == faces[:, 2]) | (faces[:, 2] == faces[:, 0])
    )
    n_collapsed = int(np.count_nonzero(collapsed))
    sound_faces = faces[~collapsed] if n_collapsed else faces
    start, end = directed_edges(sound_faces)
    n_points = len(points)
    low, high = np.minimum(start, end), np.maximum(start, end)
    keys = np.sort(((low * n_points + high) << 1) | (start > end))
    edges, counts, forwards = _groups(keys)
    point_label, n_labels = _components(edges, n_points)
    labels, is_used = _compact(point_label[faces[:, 0]], n_labels)
    bad = (counts != 2) | (forwards != 1)
    unsound = np.zeros(n_labels, dtype=bool)
    unsound[point_label[edges[bad] // n_points]] = True
    volumes, areas = _volumes(points, faces, labels, int(is_used.sum()))
    return Topology(
        n_boundary=int(np.count_nonzero(counts == 1)),
        n_shared=int(np.count_nonzero(counts > 2)),
        n_opposed=int(np.count_nonzero((counts == 2) & (forwards != 1))),
        labels=labels,
        volumes_mm3=volumes,
        is_sound=~unsound[is_used],
        is_flat=np.abs(volumes) <= FLAT_VOLUME * areas**1.5,
        n_collapsed=n_collapsed,
    )


def _groups(
    keys: NDArray[np.int64],
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Undirected edges, triangles on each, and how many of them run from the lower index."""
    if not len(keys):
        nothing = np.zeros(0, np.int64)
        return nothing, nothing, nothing
    undirected = keys >> 1
    first = np.flatnonzero(np.concatenate([[True], undirected[1:] != undirected[:-1]]))
    counts = np.diff(np.append(first, len(keys)))
    forwards = np.add.reduceat((keys & 1) == 0, first, dtype=np.int64)
    return undirected[first], counts, forwards


def _components(edges: NDArray[np.int64], n_points: int) -> tuple[NDArray[np.int64], int]:
    graph = coo_matrix(
        (np.ones(len(edges), np.int8), (edges // n_points, edges % n_points)),
        shape=(n_points, n_points),
    )
    n_labels, point_label = connected_components(graph, directed=False)
    return point_label.astype(np.int64), int(n_labels)


def _compact(
    face_label: NDArray[np.int64], n_labels: int
) -> tuple[NDArray[np.int32], NDArray[np.bool_]]:
    """Number the components that have a triangle from 0, in the order of their first point."""
    is_used = np.zeros(n_labels, dtype=bool)
    is_used[face_label] = True
    number = np.cumsum(is_used) - 1
    return number[face_label].astype(np.int32), is_used


def _volumes(
    points: NDArray[np.float64],
    faces: NDArray[np.int64],
    labels: NDArray[np.int32],
    n_labels: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Signed volume and area per component; about the component's own box, to keep digits."""
    first = np.zeros(n_labels, dtype=np.int64)
    first[labels[::-1]] = faces[::-1, 0]
    origin = points[first][labels]
    a, b, c = (points[faces[:, i]] - origin for i in range(3))
    normal = np.cross(b - a, c - a)
    volume = np.bincount(labels, np.einsum("ij,ij->i", a, normal), n_labels) / 6.0
    area = np.bincount(labels, np.linalg.norm(normal, axis=1), n_labels) / 2.0
    return volume, area


def flat_triangles(
    points: NDArray[np.float64], triangles: NDArray[np.integer]
) -> NDArray[np.bool_]:
    """Tell which triangles have no area: lower than `FLAT_HEIGHT_MM` over their longest edge."""
    a, b, c = (points[triangles[:, i]] for i in range(3))
    twice_area = np.linalg.norm(np.cross(b - a, c - a), axis=1)
    squared = np.stack([((p - q) ** 2).sum(axis=1) for p, q in ((a, b), (b, c), (c, a))])
    flat: NDArray[np.bool_] = twice_area <= FLAT_HEIGHT_MM * np.sqrt(squared.max(axis=0))
    return flat


def duplicate_triangles(triangles: NDArray[np.integer]) -> NDArray[np.bool_]:
    """Tell which triangles repeat an earlier one's three points, in any order."""
    rows = np.sort(np.asarray(triangles, dtype=np.int64), axis=1)
    order = np.lexsort(rows.T[::-1])
    ordered = rows[order]
    repeated = np.zeros(len(rows), dtype=bool)
    repeated[order[1:]] = (ordered[1:] == ordered[:-1]).all(axis=1)
    return repeated
