"""Zones as what stops a line: each structure with the distance it must be kept at.

What `zones.cone` and `zones.depth_map` share. A needle's axis may come no nearer to a structure
than margin + radius; the largest counts where zones share one. A zone that cannot be answered for
(no structure, parts missing, a surface without an inside) still stops lines where it can, and is
named: a line that nothing stops is then *unknown*, never clear.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from enum import IntEnum
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from meshes.index.states import UNSIGNED
from zones.clearance import is_complete, zone_rows
from zones.danger import DangerZone, danger_zones
from zones.errors import BadNeedleError, UnknownZoneError
from zones.progress import Cancelled, CancelledError, Progress

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex
    from meshes.index.reaches import Reaches

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
States = NDArray[np.int8]


class LineState(IntEnum):
    """What is known of one line. The order is that of the codes in the ``state`` arrays."""

    LIMITED = 0
    """A zone's margin is reached at ``limit_depth``, before the line leaves the body."""
    LEAVES = 1
    """The line leaves the body before any margin is reached; every zone was assessed."""
    NONE_FOUND = 2
    """No margin is reached within the searched depth; every zone was assessed."""
    UNKNOWN = 3
    """No margin is reached, but some zone could not be assessed: nothing can be said."""


@dataclass(frozen=True, eq=False)
class ZoneReach:
    """Zones prepared for lines: ``zone_ids`` in the order given, ``margins`` (z,) mm, ``radius``.

    ``not_assessed`` names the zones that cannot be answered for in full.
    """

    zone_ids: tuple[str, ...]
    margins: Floats
    radius: float
    not_assessed: tuple[str, ...]
    reaches: Reaches


MOST_KEPT = 8
"""How many answers of `zones_of`, and of `zone_reach` per index, stay for the next question."""

_CHOSEN: OrderedDict[Any, tuple[tuple[DangerZone, ...], tuple[DangerZone, ...]]] = OrderedDict()
_PREPARED: WeakKeyDictionary[BodyIndex, OrderedDict[Any, tuple[Any, ...]]] = WeakKeyDictionary()
"""Zones stay alive with the numbers that name them; an index must not, so that nothing here may
refer to it."""


def zones_of(
    body: Body, zones: Sequence[DangerZone] | None, margins: Mapping[str, float] | None
) -> tuple[DangerZone, ...]:
    """Return the zones to keep from, default the catalogue's, with other margins where given.

    Raises
    ------
    UnknownZoneError
        A margin for a zone that is not among them.
    BadNeedleError
        A margin that is no number ≥ 0.
    """
    chosen = tuple(danger_zones(body) if zones is None else zones)
    if not margins:
        return chosen
    # A drag asks with the same zones and margins again and again; the kept zones keep their ids.
    key = (tuple(map(id, chosen)), tuple(margins.items()))
    if key in _CHOSEN:
        return _CHOSEN[key][1]
    strange = set(margins) - {zone.id for zone in chosen}
    if strange:
        raise UnknownZoneError(
            f"a margin is given for {sorted(strange)[0]!r}, which is not among the zones asked for"
        )
    for name, value in margins.items():
        if not (np.isfinite(value) and value >= 0.0):
            raise BadNeedleError(f"the margin of {name} is {value} mm; expected a number ≥ 0")
    made = tuple(
        replace(zone, margin_mm=float(margins[zone.id])) if zone.id in margins else zone
        for zone in chosen
    )
    _CHOSEN[key] = (chosen, made)
    while len(_CHOSEN) > MOST_KEPT:
        _CHOSEN.popitem(last=False)
    return made


def zone_reach(index: BodyIndex, zones: Sequence[DangerZone], radius: float) -> ZoneReach:
    """Prepare zones for a needle of ``radius`` mm.

    Raises
    ------
    UnknownStructureError
        A zone names a structure that the index does not have.
    BadNeedleError
        A radius that is no number ≥ 0.
    """
    from meshes.index.reaches import Reaches, reaches  # compiles: not at import

    if not (np.isfinite(radius) and radius >= 0.0):
        raise BadNeedleError(f"the radius is {radius} mm; expected a number ≥ 0")
    kept = _PREPARED.setdefault(index, OrderedDict())
    key = (tuple(map(id, zones)), float(radius))
    if key in kept:
        _, ids, margins, incomplete, arrays = kept[key]
        return ZoneReach(ids, margins, float(radius), incomplete, Reaches(index, *arrays))
    rows = zone_rows(index, zones)
    counts = np.diff(rows.stop, prepend=0)
    of_member = np.repeat(np.array(rows.present, np.int64), counts)
    reach = np.repeat(rows.margins, counts) + float(radius)
    unsigned = {
        rows.zones[z].id
        for z, r in zip(of_member.tolist(), rows.members.tolist(), strict=True)
        if index.packed.kinds[r] == UNSIGNED
    }
    made = ZoneReach(
        tuple(zone.id for zone in zones),
        np.array([zone.margin_mm for zone in zones], np.float64),
        float(radius),
        tuple(z.id for z in zones if not is_complete(z) or not z.structures or z.id in unsigned),
        reaches(index, rows.members, reach, of_member),
    )
    r = made.reaches
    arrays = (r.rows, r.reach, r.group, r.top, r.top_links)
    kept[key] = (tuple(zones), made.zone_ids, made.margins, made.not_assessed, arrays)
    while len(kept) > MOST_KEPT:
        kept.popitem(last=False)
    return made


def stopped(
    prepared: ZoneReach,
    origins: Floats,
    stops: Longs,
    lines: Floats,
    depth: float,
    *,
    inner: Longs | None = None,
    widen: float = 0.0,
    shared: bool = False,
    cancelled: Cancelled,
    progress: Progress,
) -> tuple[Floats, Longs]:
    """Limit depth of many lines, and which zone sets it; see `meshes.index.reaches`.

    Bundle b starts at ``origins[b]`` and has the lines up to ``stops[b]``. ``inner`` (one per
    bundle) is what `meshes.index.reaches.inside_of` says of the origins, if at hand: what starts
    inside a structure has the limit 0. Infinite, and -1, where nothing within ``depth`` stops it.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    """
    from meshes.index.body_index import CancelledError as IndexCancelledError
    from meshes.index.reaches import first_reaches

    found = prepared.reaches
    try:
        limit, owner = first_reaches(
            found, origins, stops, lines, depth, widen=widen, shared=shared, cancelled=cancelled,
            progress=progress,
        )  # fmt: skip
    except IndexCancelledError as error:
        raise CancelledError(str(error)) from error
    stop_where_inside(prepared, origins, stops, lines, limit, owner, inner, shared)
    return limit, owner


def inside_of_all(prepared: ZoneReach, origin: Floats, n_bundles: int) -> Longs:
    """What bundles that all start at one (3,) point lie inside of: `stopped`'s ``inner``."""
    from meshes.index.reaches import inside_of

    return np.full(n_bundles, inside_of(prepared.reaches, origin[None])[0])


def stop_where_inside(
    prepared: ZoneReach,
    origins: Floats,
    stops: Longs,
    lines: Floats,
    limit: Floats,
    owner: Longs,
    inner: Longs | None,
    shared: bool,
) -> None:
    """Set the limit of lines to 0 that start inside a structure, or may; see `stopped`."""
    from meshes.index.reaches import inside_of, maybe_inside_along

    found = prepared.reaches
    inside = inside_of(found, origins) if inner is None else inner
    starts = np.concatenate([[0], stops[:-1]]).astype(np.int64)
    unsigned = (found.index.packed.kinds[found.rows] == UNSIGNED).any()
    asked = len(origins) > 1 and not shared and (unsigned or inside[0] >= 0)
    if asked and (origins == origins[0]).all() and (inside == inside[0]).all():  # as of one bundle
        origins, stops, starts, inside = origins[:1], stops[-1:], starts[:1], inside[:1]
    for b in np.flatnonzero(inside >= 0).tolist():
        limit[starts[b] : stops[b]] = 0.0
        owner[starts[b] : stops[b]] = found.group[inside[b]]
    if unsigned:
        for b in range(len(stops)):
            span = slice(int(starts[b]), int(stops[b]))
            maybe = maybe_inside_along(found, origins[b], lines[span])
            limit[span] = np.where(maybe >= 0, 0.0, limit[span])
            owner[span] = np.where(maybe >= 0, found.group[maybe], owner[span])
            if shared and (maybe >= 0).any():
                limit[span], owner[span] = 0.0, found.group[int(maybe.max())]


def line_states(limit: Floats, leaves_at: Floats, depth: float, is_complete: bool) -> States:
    """Say what is known of lines searched to ``depth``, with these limits and depths of leaving."""
    left = (leaves_at <= depth) & (leaves_at < limit)  # not where NaN
    limited = np.isfinite(limit) & ~left
    state = np.where(left, LineState.LEAVES, LineState.NONE_FOUND)
    if not is_complete:
        state = np.full(len(limit), LineState.UNKNOWN)
    codes: States = np.where(limited, LineState.LIMITED, state).astype(np.int8)
    return codes


def leaving_depths(
    body: Body, index: BodyIndex, origins: Floats, stops: Longs, lines: Floats
) -> Floats:
    """Depth where each line first leaves the body through its skin; NaN without a closed skin.

    Infinite where it never does. A line that points out of the body from the start leaves at 0.
    """
    from meshes.index.reaches import first_exits
    from meshes.index.states import CLOSED

    skin = body.skin
    if skin is None or skin.id not in index.row:
        return np.full(len(lines), np.nan)
    row = index.row[skin.id]
    if index.packed.kinds[row] != CLOSED:
        return np.full(len(lines), np.nan)
    return first_exits(index, row, origins, stops, lines)


__all__ = [
    "LineState", "ZoneReach", "inside_of_all", "leaving_depths", "line_states", "stop_where_inside",
    "stopped", "zone_reach", "zones_of",
]  # fmt: skip
