"""How the triangles of one surface hang together: edges, components, enclosed volume.

Counts only; what a count means for a structure is said in `meshes.checks`, what is done about it in
`meshes.repair`. One sort of all directed edges answers everything, so that an atlas of 2.7 million
triangles is looked at in seconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from meshes.surface import Surface

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
        (m,) component of each triangle. Triangles hang together through edges they share with one
        other triangle, not through points or crowded edges: two halves that only touch there may
        face opposite sides.
    volumes_mm3, is_sound
        Per component: signed volume (positive: facing outwards), meaningful only where `is_sound`:
        every edge of the component has exactly two triangles, running opposite ways.
    is_flat
        Per component: it encloses no volume to speak of.
    n_collapsed
        Triangles that name a point twice: each is a component of its own, flat, and counts no edge.
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


_of_surfaces: WeakKeyDictionary[Surface, Topology] = WeakKeyDictionary()


def surface_topology(surface: Surface) -> Topology:
    """Return `topology` of a surface; looked at once, for a surface never changes."""
    known = _of_surfaces.get(surface)
    if known is None:
        known = _of_surfaces[surface] = topology(surface.points, surface.triangles)
    return known


def topology(points: NDArray[np.float64], triangles: NDArray[np.integer]) -> Topology:
    """Count edges, components and volumes of (n, 3) points and (m, 3) triangles in mm."""
    faces = np.asarray(triangles, dtype=np.int64)
    collapsed = (
        (faces[:, 0] == faces[:, 1]) | (faces[:, 1] == faces[:, 2]) | (faces[:, 2] == faces[:, 0])
    )
    real = np.flatnonzero(~collapsed)
    start, end = directed_edges(faces[real])
    n_points = max(len(points), 1)
    low, high = np.minimum(start, end), np.maximum(start, end)
    edges = edge_groups(low, high, start > end, n_points)
    counts, forwards = edges.counts, edges.forwards
    owner = real[edges.order // 3]
    labels, n_labels = face_labels(edges, owner, len(faces))
    is_bad = (counts != 2) | (forwards != 1)
    is_sound = np.ones(n_labels, dtype=bool)
    is_sound[labels[owner[np.repeat(is_bad, counts)]]] = False
    volumes, areas = _volumes(points, faces, labels, n_labels)
    return Topology(
        n_boundary=int(np.count_nonzero(counts == 1)),
        n_shared=int(np.count_nonzero(counts > 2)),
        n_opposed=int(np.count_nonzero((counts == 2) & (forwards != 1))),
        labels=labels,
        volumes_mm3=volumes,
        is_sound=is_sound,
        is_flat=np.abs(volumes) <= FLAT_VOLUME * areas**1.5,
        n_collapsed=int(len(faces) - len(real)),
    )


@dataclass(frozen=True, eq=False)
class EdgeGroups:
    """Directed edges sorted so that those of one undirected edge stand together.

    ``order`` (k,) directed edges in that order; ``first`` where each group begins in it; ``counts``
    triangles on the edge; ``forwards`` how many of them run from the lower point number.
    """

    order: NDArray[np.int64]
    first: NDArray[np.int64]
    counts: NDArray[np.int64]
    forwards: NDArray[np.int64]


def edge_groups(
    low: NDArray[np.int64], high: NDArray[np.int64], is_back: NDArray[np.bool_], n_points: int
) -> EdgeGroups:
    """Group directed edges by their two points; ``is_back`` where one runs from the higher."""
    from meshes.edges import sorted_edges  # compiles: not at import

    order = sorted_edges(low, high, is_back, n_points)
    low, high = low[order], high[order]
    is_new = np.ones(len(order), dtype=bool)
    is_new[1:] = (low[1:] != low[:-1]) | (high[1:] != high[:-1])
    first = np.flatnonzero(is_new)
    counts = np.diff(np.append(first, len(order)))
    forwards = counts
    if len(order):
        forwards = np.add.reduceat(~is_back[order], first, dtype=np.int64)
    return EdgeGroups(order, first, counts, forwards)


def face_labels(
    edges: EdgeGroups, owner: NDArray[np.int64], n_faces: int
) -> tuple[NDArray[np.int32], int]:
    """Label triangles that hang together through edges of exactly two triangles.

    ``owner`` is the triangle of each directed edge in ``edges.order``. Labels rise in the order of
    each component's first triangle.
    """
    pairs = edges.first[edges.counts == 2]
    from meshes.edges import joined  # compiles: not at import

    return joined(owner[pairs], owner[pairs + 1], n_faces)


def parts(triangles: NDArray[np.integer], n_points: int) -> tuple[NDArray[np.int32], int]:
    """Label the components of (m, 3) triangles, as `Topology.labels`; and their number."""
    start, end = directed_edges(triangles)
    low, high = np.minimum(start, end), np.maximum(start, end)
    edges = edge_groups(low, high, start > end, max(n_points, 1))
    return face_labels(edges, edges.order // 3, len(triangles))


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


def winding(surface: Surface, points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the winding number of a surface about each of (k, 3) points.

    1 inside a closed outward surface, 0 outside; in between where it is open. Meant for a few
    sample points: it looks at every triangle.
    """
    corners = surface.points[surface.triangles]
    result = np.empty(len(points))
    for i, point in enumerate(points):
        a, b, c = (corners[:, k] - point for k in range(3))
        la, lb, lc = (np.sqrt(np.einsum("ij,ij->i", v, v)) for v in (a, b, c))
        triple = np.einsum("ij,ij->i", a, np.cross(b, c))
        below = (
            la * lb * lc
            + np.einsum("ij,ij->i", a, b) * lc
            + np.einsum("ij,ij->i", b, c) * la
            + np.einsum("ij,ij->i", c, a) * lb
        )
        result[i] = np.arctan2(triple, below).sum() / (2.0 * np.pi)
    return result
