"""Cones and maps that hold at every moment of a breath. Never kinder than those of one.

On a body that breathes the zones are met as the entry point rides on the skin
(`zones.breath_patches`); on one that stands still the published displacement is taken off, or,
where only a limit is known, that limit. World frame (LPS), mm.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.body import Body
from zones.assess import assess
from zones.breath_patches import Ridden, ridden
from zones.breath_phases import Breath, breath_of, entry_way, followed
from zones.breathing import with_breath
from zones.breathing_table import breath_table
from zones.cone import SafeCone, safe_cone
from zones.danger import DangerZone
from zones.depth_map import DepthMap, depth_map
from zones.needle import Needle
from zones.progress import Cancelled, Progress, ignore, never
from zones.zone_reach import LineState, States, zones_of

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

STEP_MM = 0.5
"""Skin points are asked together where the breath moves them apart by as many of these steps."""

REGION_MM = 150.0
"""Longest side of a region of the skin that is asked from one entry point."""


@dataclass(frozen=True, eq=False)
class Met:
    """Zones as stand-ins on an index, each of the zone ``owner`` of those asked for.

    ``not_followed`` are the ids of zones that nobody followed through the breath: one's own.
    """

    index: BodyIndex
    zones: list[DangerZone]
    owner: Longs
    not_followed: tuple[str, ...] = ()

    def wider(self, by_mm: float) -> Met:
        """The same with every margin wider."""
        if by_mm == 0.0:
            return self
        made = [replace(zone, margin_mm=zone.margin_mm + by_mm) for zone in self.zones]
        return replace(self, zones=made)


def met_through_breath(
    body: Body,
    entry: Floats,
    zones: Sequence[DangerZone],
    index: BodyIndex,
    cancelled: Cancelled = never,
) -> Met:
    """Return what a needle from an entry point, (3,) mm, meets at any moment of the breath.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    """
    breath = breath_of(body, cancelled)
    if breath is None:
        return _standing(zones, index)
    found: Ridden = ridden(breath, entry, cancelled)
    made, owner = found.zones(zones)
    known = {zone.id for zone in followed(breath, zones)}
    lacking = tuple(zone.id for zone in zones if zone.id not in known)
    return Met(found.index, made, owner, lacking)


def _standing(zones: Sequence[DangerZone], index: BodyIndex) -> Met:
    """Zones of a body that stands still, margins widened by what the breath may do."""
    table, made, owner = breath_table(), [], []
    by_row = {(zone.rule, zone.side): zone for zone in zones}
    for number, zone in enumerate(zones):
        known = table.of(zone.rule)
        moved = known.at_most_mm if known.mm is None else known.mm
        wall = by_row.get((known.within, zone.side)) if known.within else None
        near = (*zone.structures, *(wall.structures if wall and zone.structures else ()))
        made.append(replace(zone, margin_mm=zone.margin_mm + moved,
                            structures=tuple(dict.fromkeys(near))))  # fmt: skip
        owner.append(number)
    return Met(index, made, np.array(owner, np.int64))


def index_of(body: Body, index: BodyIndex | None) -> BodyIndex:
    """The index given, or the body's own."""
    if index is not None:
        return index
    from meshes.index.body_index import body_index  # compiles: not at import

    return body_index(body)


# ---- lines ---------------------------------------------------------------------------------------


def cone_through_breath(
    body: Body,
    entry: ArrayLike,
    *,
    zones: Sequence[DangerZone] | None = None,
    margins: Mapping[str, float] | None = None,
    index: BodyIndex | None = None,
    cancelled: Cancelled = never,
    progress: Progress = ignore,
    **asked: Any,
) -> SafeCone:
    """Limit depths of directions, each to be kept at every moment of the breath.

    Parameters as of `zones.cone.safe_cone`. The limits are never later than the true ones; they are
    early by what a place of a moving surface stands for, a millimetre or two near the needle and
    more where the lung's edge slides.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    """
    index = index_of(body, index)
    chosen = zones_of(body, zones, margins)
    own = safe_cone(body, entry, zones=chosen, index=index, cancelled=cancelled, **asked)
    met = met_through_breath(body, own.entry, chosen, index, cancelled)
    lines = {"directions": own.directions} if own.side == 0 else {"side": own.side}
    found = safe_cone(
        body, own.entry, radius=own.radius, zones=met.zones, normal=own.normal,
        half_angle_deg=own.half_angle_deg, max_depth=own.max_depth, index=met.index, leaving=False,
        cancelled=cancelled, progress=progress, **lines,
    )  # fmt: skip
    limit, zone, state = _earlier(own, found.limit_depth, found.limiting_zone, met.owner)
    return _told(own, limit, zone, state, met.not_followed)


def direction_through_breath(
    body: Body,
    entry: ArrayLike,
    direction: ArrayLike,
    *,
    radius: float,
    zones: Sequence[DangerZone],
    index: BodyIndex | None = None,
    cancelled: Cancelled = never,
    **asked: Any,
) -> SafeCone:
    """Limit depth of one direction, (3,), as `zones.breathing.with_breath` has it for a needle.

    Half a second; later than `cone_through_breath` says, and never later than the truth.
    """
    index = index_of(body, index)
    own = safe_cone(body, entry, radius=radius, zones=zones, index=index, cancelled=cancelled,
                    directions=np.asarray(direction, np.float64)[None], **asked)  # fmt: skip
    plain = assess(body, Needle(own.entry, own.directions[0], 0.0, radius), zones, index=index,
                   searched_length_mm=own.max_depth)  # fmt: skip
    judged = with_breath(body, plain, zones, cancelled=cancelled).needles[0]
    limits = np.array([np.inf if z.limit_depth is None else z.limit_depth for z in judged.zones])
    first = np.array([np.argmin(limits)], np.int64)
    limit, zone, state = _earlier(own, limits[first], np.zeros(1, np.int64), first)
    breath = breath_of(body, cancelled)
    known = zones if breath is None else followed(breath, zones)
    lacking = tuple(zone.id for zone in zones if zone not in known)
    return _told(own, limit, zone, state, lacking)


def _earlier(
    own: SafeCone | DepthMap, limit: Floats, zone: Longs, owner: Longs
) -> tuple[Floats, Longs, States]:
    """Where the breath is earlier, its limit; a line it limits does not count as leaving."""
    sooner = limit < own.limit_depth
    least = np.where(sooner, limit, own.limit_depth)
    whose = np.where(sooner & (zone >= 0), owner[zone], own.limiting_zone)
    state = np.where(sooner, np.int8(LineState.LIMITED), own.state).astype(np.int8)
    return least, whose, state


Lines = TypeVar("Lines", SafeCone, DepthMap)


def _told(own: Lines, limit: Floats, zone: Longs, state: States, lacking: tuple[str, ...]) -> Lines:
    """The answer with its limits; where a zone was not followed, only what is limited is known."""
    if lacking:
        state = np.where(state == LineState.LIMITED, state, np.int8(LineState.UNKNOWN))
    return replace(
        own, limit_depth=limit, limiting_zone=zone, state=state, exact=False, through_breath=True,
        not_assessed=tuple(dict.fromkeys([*own.not_assessed, *lacking])),
    )  # fmt: skip


def map_through_breath(
    body: Body,
    *,
    vertices: ArrayLike | None = None,
    zones: Sequence[DangerZone] | None = None,
    margins: Mapping[str, float] | None = None,
    index: BodyIndex | None = None,
    cancelled: Cancelled = never,
    progress: Progress = ignore,
    **asked: Any,
) -> DepthMap:
    """Limit depths at skin vertices, each to be kept at every moment of the breath.

    Parameters as of `zones.depth_map.depth_map`; how early they are as of `cone_through_breath`,
    besides how much farther than the middle of its region the breath carries a vertex. Takes about
    a second per 150 mm of skin.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    """
    index = index_of(body, index)
    chosen = zones_of(body, zones, margins)
    asked |= {"cancelled": cancelled}
    own = depth_map(body, vertices=vertices, zones=chosen, index=index, **asked)
    breath = breath_of(body, cancelled)
    limit, zone, state = own.limit_depth.copy(), own.limiting_zone.copy(), own.state.copy()
    lacking: tuple[str, ...] = ()
    parts = [np.arange(len(own.vertices))] if breath is None else list(regions(own.points))
    for done, region in enumerate(parts):
        middle = own.points[region[_middle(own.points[region])]]
        met = met_through_breath(body, middle, chosen, index, cancelled)
        for apart, some in _carried_apart(breath, middle, own.vertices, region):
            near = met.wider(apart)
            found = depth_map(
                body, vertices=own.vertices[some], zones=near.zones, index=near.index,
                leaving=False, **asked,
            )  # fmt: skip
            here = replace(
                own, limit_depth=limit[some], limiting_zone=zone[some], state=state[some]
            )
            limit[some], zone[some], state[some] = _earlier(
                here, found.limit_depth, found.limiting_zone, near.owner
            )
        lacking = met.not_followed
        progress((done + 1) / len(parts))
    return _told(own, limit, zone, state, lacking)


def _middle(points: Floats) -> int:
    gap = points - 0.5 * (points.min(axis=0) + points.max(axis=0))
    return int(np.argmin((gap * gap).sum(axis=1)))


def regions(points: Floats, rows: Longs | None = None) -> Iterator[Longs]:
    """Cut (n, 3) points into regions of `REGION_MM`: numbers of the points of each."""
    rows = np.arange(len(points)) if rows is None else rows
    spans = np.ptp(points[rows], axis=0)
    if spans.max() <= REGION_MM:
        yield rows
        return
    at = points[rows, int(np.argmax(spans))]
    cut = 0.5 * (at.min() + at.max())
    yield from regions(points, rows[at <= cut])
    yield from regions(points, rows[at > cut])


def carried_apart(breath: Breath, entry: Floats, vertices: Longs) -> Floats:
    """How far from riding along with an entry point the breath carries skin vertices, (n,) mm.

    An upper bound at every moment, the strays of both included.
    """
    way, stray = entry_way(breath, entry)
    skins = np.stack([look.skin[vertices] for look in breath.looks])
    own = breath.body.skin
    assert own is not None
    apart = skins - own.surface.points[vertices] - (way - entry)[:, None, :]
    turns = np.linalg.norm(np.diff(skins, 2, axis=0), axis=2).max(axis=0, initial=0.0)
    found: Floats = np.linalg.norm(apart, axis=2).max(axis=0) + turns + stray
    return found


def _carried_apart(
    breath: Breath | None, middle: Floats, vertices: Longs, region: Longs
) -> Iterator[tuple[float, Longs]]:
    """Parts of a region, each with how much wider its margins must be."""
    if breath is None:
        yield 0.0, region
        return
    step = np.ceil(carried_apart(breath, middle, vertices[region]) / STEP_MM)
    for some in np.unique(step):
        yield float(some) * STEP_MM, region[step == some]
