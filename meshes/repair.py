"""The declared repairs: each takes a surface, returns a new one and says what it did.

Nothing here runs unasked: an importer names the repairs it applies and turns every `Repair.did`
into a finding; the file it came from is never touched. A repair that finds nothing to do returns
the very surface it was given.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components

from meshes.surface import Surface
from meshes.topology import (
    directed_edges,
    duplicate_triangles,
    edge_groups,
    flat_triangles,
    parts,
    surface_topology,
    winding,
)

CAP_FLATNESS = 0.15
"""A loop is planar if no point lies farther from its plane than this share of its width.
Convention: cut ends and hila of the atlases tried stay below it, missing walls lie far above."""

SMALL_SHARE, MOST_MEMBRANE = 0.05, 2000
"""A membrane has at most this share of the triangles, and this many. Convention."""

MIRROR_DOUBT_MM = 6.0
"""How far the box of one half may differ from the mirror of the other, for a mesh of both sides."""

MIDLINE_DOUBT_MM = 3.0
"""How far a half may reach over the midline: tendons of paired muscles meet there."""


@dataclass(frozen=True, eq=False)
class Repair:
    """What came out. ``did`` is one sentence without subject, empty if nothing was done."""

    surface: Surface
    did: str = ""


def _made(surface: Surface, points: NDArray[np.float64], triangles: NDArray[np.integer]) -> Surface:
    """Return a surface of the same kind on the points its triangles use."""
    is_used = np.zeros(len(points), dtype=bool)
    is_used[triangles.reshape(-1)] = True
    number = np.cumsum(is_used) - 1
    return Surface.of(points[is_used], number[triangles], surface.kind)


def weld(surface: Surface, tolerance_mm: float = 0.0) -> Repair:
    """Join points that coincide: exactly, or to the same cell of a ``tolerance_mm`` grid.

    Triangles that lose their area that way are dropped with it.
    """
    keys = surface.points + 0.0
    if tolerance_mm > 0.0:
        keys = np.round(keys / tolerance_mm)
    _, first, same = np.unique(keys, axis=0, return_index=True, return_inverse=True)
    n_joined = len(surface.points) - len(first)
    if not n_joined:
        return Repair(surface)
    triangles = first[same.reshape(-1)][surface.triangles]
    a, b, c = triangles.T
    kept = triangles[(a != b) & (b != c) & (c != a)]
    if not len(kept):
        return Repair(surface)
    return Repair(_made(surface, surface.points, kept), f"joined {n_joined} coinciding points")


def drop_degenerate(surface: Surface) -> Repair:
    """Drop triangles that name a point twice and all but one of equal triangles.

    A thin triangle with three points of its own stays: without it the surface would be open.
    """
    a, b, c = surface.triangles.T
    collapsed = (a == b) | (b == c) | (c == a)
    gone = collapsed | duplicate_triangles(surface.triangles)
    n = int(np.count_nonzero(gone))
    if not n or n == len(gone):
        return Repair(surface)
    return Repair(
        _made(surface, surface.points, surface.triangles[~gone]),
        f"dropped {n} collapsed or repeated triangles",
    )


def drop_specks(surface: Surface) -> Repair:
    """Drop parts that enclose nothing because every triangle of theirs has no area."""
    flat = flat_triangles(surface.points, surface.triangles)
    if not flat.any():
        return Repair(surface)
    labels, n_parts = parts(surface.triangles, len(surface.points))
    is_speck = np.bincount(labels, ~flat, n_parts) == 0
    n = int(np.count_nonzero(is_speck))
    if not n or n == n_parts:
        return Repair(surface)
    kept = surface.triangles[~is_speck[labels]]
    return Repair(_made(surface, surface.points, kept), f"dropped {n} parts without area")


def orient(surface: Surface) -> Repair:
    """Make the triangles of each part face one way, and outwards.

    Outwards is where the part's signed volume is positive, open loops thought closed by a fan. A
    part that cannot face one way (a Möbius band) or encloses nothing is left as it is. Every part
    faces outwards, also one inside another: what lies in it counts as inside.
    """
    facts = surface_topology(surface)
    if facts.is_watertight and not facts.n_opposed and not facts.n_inverted:
        return Repair(surface)
    triangles = surface.triangles.astype(np.int64)
    flip, n_fixed = _consistent(triangles, len(surface.points))
    made = np.where(flip[:, None], triangles[:, ::-1], triangles)
    labels, n_parts = parts(made, len(surface.points))
    volumes, areas = _closed_volumes(surface.points, made, labels, n_parts)
    inward = volumes < -1e-6 * areas**1.5
    n_inward = int(np.count_nonzero(inward))
    made = np.where(inward[labels][:, None], made[:, ::-1], made)
    if np.array_equal(made, triangles):
        return Repair(surface)
    did = []
    if n_fixed:
        did.append(f"turned {n_fixed} triangles to agree with their neighbours")
    if n_inward:
        did.append(f"turned {n_inward} of {n_parts} parts outwards")
    return Repair(Surface.of(surface.points, made, surface.kind), " and ".join(did))


def _consistent(triangles: NDArray[np.int64], n_points: int) -> tuple[NDArray[np.bool_], int]:
    """Tell which triangles to turn so that neighbours agree; the smaller half of a part turns."""
    n = len(triangles)
    start, end = directed_edges(triangles)
    edges = edge_groups(np.minimum(start, end), np.maximum(start, end), start > end, n_points)
    pairs = edges.first[edges.counts == 2]
    one, two = edges.order[pairs] // 3, edges.order[pairs + 1] // 3
    clash = edges.forwards[edges.counts == 2] != 1
    if not clash.any():
        return np.zeros(n, dtype=bool), 0
    # every triangle twice, as it is and turned: one part of the doubled graph per way to face
    rows = np.concatenate([one, one + n])
    columns = np.concatenate([np.where(clash, two + n, two), np.where(clash, two, two + n)])
    graph = coo_matrix((np.ones(len(rows), np.int8), (rows, columns)), shape=(2 * n, 2 * n))
    _, label = connected_components(graph, directed=False)
    part = np.minimum(label[:n], label[n:])
    flip = label[:n] != part
    flip[label[:n] == label[n:]] = False
    n_flipped = np.bincount(part, flip)
    flip ^= (2 * n_flipped > np.bincount(part, minlength=len(n_flipped)))[part] & (
        label[:n] != label[n:]
    )
    return flip, int(np.count_nonzero(flip))


def _closed_volumes(
    points: NDArray[np.float64],
    triangles: NDArray[np.int64],
    labels: NDArray[np.int32],
    n_parts: int,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Signed volume and area per part, with fans from the middle of its border to its edges."""
    start, end = directed_edges(triangles)
    edges = edge_groups(np.minimum(start, end), np.maximum(start, end), start > end, len(points))
    border = edges.order[np.repeat(edges.counts, edges.counts) != 2]
    at = labels[border // 3]
    n_each = np.maximum(np.bincount(at, minlength=n_parts), 1)
    middle = np.stack(
        [np.bincount(at, points[start[border], k], n_parts) / n_each for k in range(3)], axis=1
    )
    first = np.zeros(n_parts, dtype=np.int64)
    first[labels[::-1]] = triangles[::-1, 0]
    origin = np.where(np.bincount(at, minlength=n_parts)[:, None] > 0, middle, points[first])
    a, b, c = (points[triangles[:, i]] - origin[labels] for i in range(3))
    normal = np.cross(b - a, c - a)
    # a fan's triangles hold the origin itself: they add nothing to the volume about it
    volume = np.bincount(labels, np.einsum("ij,ij->i", a, normal), n_parts) / 6.0
    return volume, np.bincount(labels, np.linalg.norm(normal, axis=1), n_parts) / 2.0


def cap(surface: Surface, flatness: float = CAP_FLATNESS) -> Repair:
    """Close planar loops of the border by a fan from their middle; others stay open.

    Parameters
    ----------
    surface
        Points and triangles keep their numbers; new ones follow.
    flatness
        Largest distance from the loop's plane, as a share of the loop's width.
    """
    points = surface.points
    start, end = directed_edges(surface.triangles)
    edges = edge_groups(np.minimum(start, end), np.maximum(start, end), start > end, len(points))
    border = edges.order[edges.first[edges.counts == 1]]
    if not len(border):
        return Repair(surface)
    a, b = start[border], end[border]
    names, local = np.unique(np.concatenate([a, b]), return_inverse=True)
    local = local.reshape(2, -1)
    graph = coo_matrix((np.ones(len(a), np.int8), local), shape=(len(names), len(names)))
    n_loops, label = connected_components(graph, directed=False)
    centres, fans = [], []
    for loop in range(n_loops):
        mine = label[local[0]] == loop
        if _is_planar_loop(points, a[mine], b[mine], flatness):
            centres.append(points[a[mine]].mean(axis=0))
            middle = np.full(int(mine.sum()), len(points) + len(centres) - 1)
            fans.append(np.stack([b[mine], a[mine], middle], axis=1))
    if not fans:
        return Repair(surface)
    made = Surface.of(
        np.concatenate([points, centres]), np.concatenate([surface.triangles, *fans]), surface.kind
    )
    left = n_loops - len(fans)
    more = f"; {left} that are not planar stay open" if left else ""
    return Repair(made, f"closed {len(fans)} planar loops of its border{more}")


def _is_planar_loop(
    points: NDArray[np.float64], start: NDArray[np.int64], end: NDArray[np.int64], flatness: float
) -> bool:
    """Tell whether directed edges form one ring that lies in a plane."""
    n = len(start)
    if n < 3 or len(np.unique(start)) != n or not np.array_equal(np.sort(start), np.sort(end)):
        return False
    rows = points[start] - points[start].mean(axis=0)
    normal = np.linalg.svd(rows, full_matrices=False)[2][2]
    width = 2.0 * float(np.linalg.norm(rows, axis=1).max())
    return float(np.abs(rows @ normal).max()) <= flatness * width


def drop_inner_membranes(surface: Surface) -> Repair:
    """Drop open parts that lie inside the rest, where the rest is closed without them.

    A membrane within hangs on by edges with three triangles and keeps the whole from being closed.
    Nothing outside comes nearer or farther by its going: every way to it leads through the rest.
    One whose triangles are not all inside stays.
    """
    facts = surface_topology(surface)
    if not facts.n_shared or facts.is_watertight:
        return Repair(surface)
    n_each = np.bincount(facts.labels)
    is_small = ~facts.is_sound & (n_each <= SMALL_SHARE * len(surface.triangles))
    kept = surface.triangles[~is_small[facts.labels]]
    if not is_small.any() or not len(kept):
        return Repair(surface)
    rest = cap(_made(surface, surface.points, kept)).surface
    after = surface_topology(rest)
    if not after.is_watertight or after.n_opposed or after.n_inverted:
        return Repair(surface)
    gone = surface.triangles[is_small[facts.labels]]
    centres = surface.points[gone].mean(axis=1)
    if len(centres) > MOST_MEMBRANE or (winding(rest, centres) < 0.5).any():
        return Repair(surface)
    return Repair(
        _made(surface, surface.points, kept),
        f"dropped {len(gone)} triangles of membranes that lie inside it",
    )


def split_sides(surface: Surface, midline: float = 0.0) -> tuple[Surface, Surface] | None:
    """Split a mesh that holds a left and a right structure.

    Returns
    -------
    (left, right) or None
        ``None`` if it is one structure: a part crosses the midline, a side is empty, or the halves
        are no mirror images of each other.
    """
    labels, n_parts = parts(surface.triangles, len(surface.points))
    if n_parts < 2:
        return None
    x = surface.points[surface.triangles][:, :, 0] - midline
    low, high = np.full(n_parts, np.inf), np.full(n_parts, -np.inf)
    np.minimum.at(low, labels, x.min(axis=1))
    np.maximum.at(high, labels, x.max(axis=1))
    is_left = low + high > 0
    crosses = np.where(is_left, -low, high) > MIDLINE_DOUBT_MM
    if crosses.any() or is_left.all() or not is_left.any():
        return None
    left, right = (
        _made(surface, surface.points, surface.triangles[mine[labels]])
        for mine in (is_left, ~is_left)
    )
    mirrored = right.bounds.copy()
    mirrored[:, 0] = 2.0 * midline - right.bounds[::-1, 0]
    if np.abs(left.bounds - mirrored).max() > MIRROR_DOUBT_MM:
        return None
    return left, right


def shells(surface: Surface) -> list[tuple[Surface, float]]:
    """Return the parts with their signed volumes in mm³, the largest volume first.

    A wall with two faces has a positive outer shell and a negative inner one.
    """
    facts = surface_topology(surface)
    order = np.argsort(-facts.volumes_mm3, kind="stable")
    return [
        (
            _made(surface, surface.points, surface.triangles[facts.labels == part]),
            float(facts.volumes_mm3[part]),
        )
        for part in order
    ]
