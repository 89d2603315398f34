"""Several needles: how far apart they are, and for electrode pairs what lies between them.

Straight shafts, exact: a distance is never larger than the truth by more than rounding. *Between*
two needles is the convex hull of their two axes; a structure counts if any of its triangles meets
the hull or if it holds it. Where the current really flows is not modelled. World frame (LPS), mm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.assessment import LayerSpan
from zones.change import ChangeKind
from zones.danger import DangerZone, danger_zones
from zones.layers import layers
from zones.needle import Needle, Vector
from zones.plan import Plan
from zones.progress import Cancelled, Progress, ignore, never, stop_if
from zones.techniques import electrode_pairs

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]

RESULT_KEY = "pairs"
READS = frozenset({ChangeKind.NEEDLES, ChangeKind.ZONES, ChangeKind.PROTOCOL})
"""What a session's result reads besides the body."""

TOUCH_MM = 1e-9
"""Hull and triangle nearer than this along every axis that might part them meet."""


@dataclass(frozen=True, eq=False)
class NeedlePair:
    """Two needles. Lengths in mm.

    ``distance`` is wall to wall, 0 where they touch or cross, between ``point_first`` at
    ``depth_first`` of the one axis and ``point_second`` at ``depth_second`` of the other;
    ``tips`` and ``entries`` are the distances of their tips and of their entry points.
    """

    first: str
    second: str
    distance: float
    point_first: Vector
    point_second: Vector
    depth_first: float
    depth_second: float
    tips: float
    entries: float

    @property
    def is_touching(self) -> bool:
        """Whether the shafts touch."""
        return self.distance <= 0.0


@dataclass(frozen=True, eq=False)
class Between:
    """A structure between two needles, and the danger zones it belongs to.

    ``spans`` are its stretches on the straight line from tip to tip; empty if that line misses it.
    """

    structure_id: str
    system: str
    zone_ids: tuple[str, ...]
    spans: tuple[LayerSpan, ...]


@dataclass(frozen=True, eq=False)
class ElectrodePair:
    """A pair of electrodes, the danger zones between them first.

    ``unknown`` names the zones the body does not show: they may lie between as well.
    """

    pair: NeedlePair
    between: tuple[Between, ...]
    unknown: tuple[str, ...]

    @property
    def zone_ids(self) -> tuple[str, ...]:
        """Danger zones with a structure between the two, each once."""
        return tuple(dict.fromkeys(i for one in self.between for i in one.zone_ids))


def closest_approach(first: Needle, second: Needle) -> tuple[float, float, float]:
    """Return the distance of two axes, mm, and the depths on each where they are nearest.

    Of equally near places the first on the first needle. From cross products, so that nearly
    parallel axes lose no digits, and one round of projections.
    """
    u, v = first.direction, second.direction
    gap = second.entry - first.entry
    n = np.cross(u, v)
    square = float(n @ n)
    places = [(0.0, None), (first.depth, None), (None, 0.0), (None, second.depth)]
    if square > 0.0:
        t = float(np.cross(gap, v) @ n) / square
        places.append((min(max(t, 0.0), first.depth), None))
    best = (math.inf, 0.0, 0.0)
    for here, there in places:
        for _ in range(2):
            if here is not None:
                there = float((first.point_at(here) - second.entry) @ v)
                there = min(max(there, 0.0), second.depth)
            if there is not None:
                here = float((second.point_at(there) - first.entry) @ u)
                here = min(max(here, 0.0), first.depth)
        if here is None or there is None:
            continue
        away = float(np.linalg.norm(first.point_at(here) - second.point_at(there)))
        best = min(best, (away, here, there))
    return best


def needle_pair(named_first: tuple[str, Needle], named_second: tuple[str, Needle]) -> NeedlePair:
    """Measure two needles against each other."""
    (one, first), (two, second) = named_first, named_second
    axis, here, there = closest_approach(first, second)
    return NeedlePair(
        one, two, max(0.0, axis - first.radius - second.radius), first.point_at(here),
        second.point_at(there), here, there, float(np.linalg.norm(first.tip - second.tip)),
        float(np.linalg.norm(first.entry - second.entry)),
    )  # fmt: skip


def pair_table(needles: Sequence[tuple[str, Needle]]) -> tuple[NeedlePair, ...]:
    """Return every pair of needles once, in their order."""
    return tuple(needle_pair(a, b) for a, b in combinations(needles, 2))


def electrodes(
    body: Body,
    plan: Plan,
    zones: Sequence[DangerZone] | None = None,
    *,
    index: BodyIndex | None = None,
    progress: Progress = ignore,
    cancelled: Cancelled = never,
) -> tuple[ElectrodePair, ...]:
    """Pair the needles of a plan in their order, and say what lies between each two.

    Zones default to every row of the catalogue. The last of an odd number has no partner. Raises
    `CancelledError` on request.
    """
    from meshes.index.body_index import body_index  # compiles: not at import

    index = body_index(body) if index is None else index
    rows = tuple(danger_zones(body) if zones is None else zones)
    found = []
    pairs = electrode_pairs(plan)
    for number, (one, two, _) in enumerate(pairs):
        stop_if(cancelled)
        found.append(electrode_pair(
            body, (one, plan.needle(one).needle), (two, plan.needle(two).needle), rows, index
        ))  # fmt: skip
        progress((number + 1) / len(pairs))
    return tuple(found)


def electrode_pair(
    body: Body,
    named_first: tuple[str, Needle],
    named_second: tuple[str, Needle],
    zones: Sequence[DangerZone],
    index: BodyIndex,
) -> ElectrodePair:
    """Say how far two needles are apart and what lies between them."""
    pair = needle_pair(named_first, named_second)
    first, second = named_first[1], named_second[1]
    hull = np.stack([first.entry, first.tip, second.entry, second.tip])
    owners: dict[str, list[str]] = {}
    for zone in zones:
        for structure_id in zone.structures:
            owners.setdefault(structure_id, []).append(zone.id)
    spans = _tip_to_tip(body, index, first, second)
    found = [
        Between(i, body.structures[i].system, tuple(owners.get(i, ())), spans.get(i, ()))
        for i in between(index, hull)
    ]
    found.sort(key=lambda one: (not one.zone_ids, one.spans[0].enter if one.spans else math.inf))
    unknown = tuple(zone.id for zone in zones if not zone.structures or not zone.complete)
    return ElectrodePair(pair, tuple(found), unknown)


def _tip_to_tip(
    body: Body, index: BodyIndex, first: Needle, second: Needle
) -> dict[str, tuple[LayerSpan, ...]]:
    """Stretches of every structure on the line from one tip to the other."""
    gap = second.tip - first.tip
    length = float(np.linalg.norm(gap))
    if length == 0.0:
        return {}
    line = np.concatenate([first.tip, gap / length])
    nothing = np.zeros(len(index.ids), np.int8)
    found = index.measured(line, 0.0, index.every_row, nothing, np.inf)
    spans: dict[str, tuple[LayerSpan, ...]] = {}
    for span in layers(index, found, body.structures, length):
        spans[span.structure] = (*spans.get(span.structure, ()), span)
    return spans


def between(index: BodyIndex, hull: Floats) -> tuple[str, ...]:
    """Return the structures that meet or hold the convex hull of (4, 3) points, in index order."""
    p = index.packed
    low, high = hull.min(axis=0) - TOUCH_MM, hull.max(axis=0) + TOUCH_MM
    stops = np.append(p.starts[1:], len(p.tri))
    met = []
    holding = index.inside(hull[0])
    for row, structure_id in enumerate(index.ids):
        box = p.nodes[p.roots[row], :6].astype(np.float64)
        if (box[:3] - box[3:] > high).any() or (box[:3] + box[3:] < low).any():
            continue
        if holding[row] == 1:
            met.append(structure_id)
            continue
        corners = p.tri[p.starts[row] : stops[row]].reshape(-1, 3, 3)
        near = (corners.min(axis=1) <= high).all(axis=1) & (corners.max(axis=1) >= low).all(axis=1)
        if near.any() and meets_hull(corners[near], hull).any():
            met.append(structure_id)
    return tuple(met)


def meets_hull(corners: Floats, hull: Floats) -> NDArray[np.bool_]:
    """Whether triangles (m, 3, 3) meet the convex hull of (4, 3) points, flat ones included.

    By separating axes: normals of both, products of their edges, and the normals of edges within
    a plane, which part what lies flat. In doubt they meet.
    """
    edges = corners[:, [1, 2, 0]] - corners
    normal = np.cross(edges[:, 0], edges[:, 1])
    pairs = list(combinations(range(4), 2))
    sides = np.array([hull[j] - hull[i] for i, j in pairs])
    faces = np.array([
        np.cross(hull[j] - hull[i], hull[k] - hull[i]) for i, j, k in combinations(range(4), 3)
    ])  # fmt: skip
    axes = [np.broadcast_to(a, normal.shape) for a in (*faces, *sides)]
    axes += [np.broadcast_to(np.cross(f, s), normal.shape) for f in faces for s in sides]
    axes += [normal, *edges.transpose(1, 0, 2)]
    axes += [np.cross(normal, edges[:, k]) for k in range(3)]
    axes += [np.cross(edges[:, k], s) for k in range(3) for s in sides]
    axes += [np.broadcast_to(a, normal.shape) for a in np.eye(3)]
    apart = np.zeros(len(corners), np.bool_)
    for axis in axes:
        size = np.linalg.norm(axis, axis=1)
        unit = axis / np.where(size > 0.0, size, 1.0)[:, None]
        mine = np.einsum("mij,mj->mi", corners, unit)
        other = unit @ hull.T
        gap = np.maximum(mine.min(axis=1) - other.max(axis=1), other.min(axis=1) - mine.max(axis=1))
        apart |= (gap > TOUCH_MM) & (size > 0.0)
    return ~apart
