"""How near a needle comes to each danger zone: signed clearance, where, and what that means.

Clearance = distance of the axis segment (entry to tip) from the surfaces of the zone − radius.

- Outside: the exact distance to the nearest triangle, positive.
- Touching or crossing a surface: the distance is 0, the clearance at most −radius.
- Anywhere inside a closed surface: the distance is −(largest distance from any inside point of the
  axis to the surface), so that the clearance is minus how deep the needle's wall has gone in. The
  search for the deepest point is rounded towards danger (`meshes.index.deepest`): the clearance may
  be lower than the truth by 1e-8 mm, never higher by more than the rounding of float64.
- A clearance between 0 and 1e-9 mm is reported as 0: a touch counts.

Inside means a winding number other than 0 (`meshes.index.crossing`). A surface without a usable
inside, meant to be solid, can be breached or within the margin; otherwise it is *not assessed*.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from meshes.index.answers import ByZone as ZoneMeasures
from zones.assessment import Verdict, ZoneResult
from zones.danger import INCOMPLETE, MISSING, DangerZone
from zones.errors import BadNeedleError
from zones.needle import MOST_MM, Needle

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

__all__ = [
    "BEYOND", "INCOMPLETE", "MAYBE_INSIDE", "NO_STRUCTURE", "SIGN_UNAVAILABLE", "TOUCH_MM",
    "VERDICTS", "ZoneMeasures", "ZoneRows", "measure_zones", "unmeasured", "verdict_of",
    "verdict_ranks", "zone_rows",
]  # fmt: skip

TOUCH_MM = 1e-9
"""A positive clearance up to this is a touch."""

SIGN_UNAVAILABLE = "zone.sign_unavailable"
"""Note id: the surface is not closed; whether the needle is inside it cannot be known."""
MAYBE_INSIDE = "zone.maybe_inside"
"""Note id: the surface is not closed, and the entry point seems to lie inside it."""
BEYOND = "zone.beyond"
"""Note id: farther than the interest radius; the distance was not measured."""
NO_STRUCTURE = MISSING
"""Note id: no structure of the zone is on the body."""

_NAMED = ("zone_id", "name", "side", "structures", "margin")

VERDICTS = tuple(Verdict)
"""Worst first."""

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class ZoneRows:
    """Zones as rows of an index: member structures, one zone after the other.

    ``zones`` keeps the order given. ``present`` numbers those with a structure; the arrays are over
    them: ``stop`` where each one's ``members`` end, ``margins`` mm, ``complete``;
    ``widest`` is the largest margin. ``unmeasured`` holds, per zone, its
    result without a number: *not assessed*, with what is known before any needle; ``named`` are
    the first five fields of those present, column by column, and ``noted`` their ``derived`` and
    ``note``; ``absent`` are message ids of the zones that are not on the body.
    """

    zones: tuple[DangerZone, ...]
    present: tuple[int, ...]
    stop: Longs
    members: Longs
    margins: Floats
    complete: NDArray[np.bool_]
    widest: float
    unmeasured: tuple[ZoneResult, ...]
    named: tuple[tuple[Any, ...], ...]
    noted: tuple[tuple[Any, ...], ...]
    absent: tuple[str, ...]


_KEPT: WeakKeyDictionary[BodyIndex, OrderedDict[tuple[int, ...], ZoneRows]] = WeakKeyDictionary()


def zone_rows(index: BodyIndex, zones: Sequence[DangerZone]) -> ZoneRows:
    """Resolve zones on an index; the last few answers are kept while the index lives.

    Raises
    ------
    UnknownStructureError
        A zone names a structure that the index does not have.
    """
    kept = _KEPT.setdefault(index, OrderedDict())
    if kept and next(reversed(kept.values())).zones == tuple(zones):  # a drag: the same as before
        return next(reversed(kept.values()))
    key = tuple(map(id, zones))  # the zones stay alive with their numbers
    if key in kept:
        kept.move_to_end(key)
        return kept[key]
    for zone in zones:
        if not 0.0 <= zone.margin_mm <= MOST_MM:
            raise BadNeedleError(
                f"the margin of {zone.id} is {zone.margin_mm} mm; expected 0 to {MOST_MM:g}"
            )
    members: list[int] = []
    stop: list[int] = []
    present = tuple(i for i, zone in enumerate(zones) if zone.structures)
    for i in present:
        members.extend(index.rows(zones[i].structures).tolist())
        stop.append(len(members))
    blank = tuple(map(unmeasured, zones))
    known = [blank[i] for i in present]
    kept[key] = ZoneRows(
        tuple(zones), present, np.array(stop, np.int64), np.array(members, np.int64),
        np.array([zones[i].margin_mm for i in present], np.float64),
        np.array([is_complete(zones[i]) for i in present], np.bool_),
        max((zones[i].margin_mm for i in present), default=0.0), blank,
        tuple(tuple(getattr(r, name) for r in known) for name in _NAMED),
        tuple(tuple(getattr(r, name) for r in known) for name in ("derived", "note")),
        tuple(f"{NO_STRUCTURE}:{zone.id}" for zone in zones if not zone.structures),
    )  # fmt: skip
    while len(kept) > 8:
        kept.popitem(last=False)
    return kept[key]


def is_complete(zone: DangerZone) -> bool:
    """Whether the body shows all of a zone that the rule asks for."""
    return zone.complete and not zone.note


def unmeasured(zone: DangerZone) -> ZoneResult:
    """Return a zone's result without a number: *not assessed*, and the reason if there is one."""
    note = zone.note or (NO_STRUCTURE if not zone.structures else "")
    if not note and not zone.complete:
        note = INCOMPLETE
    return ZoneResult(
        zone.id, zone.name, zone.side, zone.structures, zone.margin_mm, None, None, None, None,
        None, None, None, Verdict.NOT_ASSESSED, zone.derived, note,
    )  # fmt: skip


def measure_zones(
    index: BodyIndex,
    rows: ZoneRows,
    needle: Needle,
    searched_length_mm: float,
    within_mm: float = np.inf,
) -> ZoneMeasures:
    """Measure one needle against zones, exactly; world frame (LPS), mm.

    Distances beyond ``within_mm`` are not measured; the radius is widened where a margin needs it.
    """
    line = np.concatenate([needle.entry, needle.direction])
    within = max(within_mm, rows.widest + needle.radius + 1.0)
    return index.by_zone(
        line, needle.depth, searched_length_mm, needle.radius, within,
        rows.stop, rows.members, rows.margins,
    )  # fmt: skip


def verdict_of(clearance: float, margin: float, complete: bool, has_sign: bool) -> Verdict:
    """Return the verdict of a zone; see `verdict_ranks`."""
    ranks = verdict_ranks(
        np.array([clearance]), np.array([margin]), np.array([complete]), np.array([has_sign])
    )
    return VERDICTS[int(ranks[0])]


def verdict_ranks(
    clearance: Floats, margin: Floats, complete: NDArray[np.bool_], has_sign: NDArray[np.bool_]
) -> Longs:
    """Return the verdicts of zones as places in `VERDICTS`; worst first, unknown is never clear.

    A hit or a near miss counts on any surface; only a complete zone whose surfaces all have a
    usable inside (or are declared sheets) can be clear.
    """
    ranks: Longs = np.where(complete & has_sign, 3, 2)
    ranks[clearance < margin] = 1
    ranks[clearance <= 0.0] = 0
    return ranks
