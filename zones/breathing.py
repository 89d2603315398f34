"""How near needles come at the worst phase of a breath.

A breathing body (the reference family) is measured at several phases; between them its surfaces
are followed on their way (`meshes.index.swept`), so ``clearance_worst``, first contacts and limit
depths hold at every moment of the breath. They are too careful by a few tenths of a millimetre, by
up to some 15 mm where the body's way turns sharply (the lung's lower edge in heavy people). On any
other body the published displacements are taken off, and where only a limit is known a zone nearer
than that is *not assessed*. See `data/breathing.toml`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.assessment import Assessment, NeedleAssessment, Verdict, ZoneResult, worst
from zones.breath_phases import Breath, breath_of, entry_way, followed
from zones.breathing_table import breath_table
from zones.clearance import measure_zones, zone_rows
from zones.danger import DangerZone, danger_zones
from zones.limits import finite
from zones.needle import Needle
from zones.progress import Cancelled, never, stop_if

BREATH_UNKNOWN = "zone.breath_unknown"
"""Note id: the breath may bring this zone within its margin; on this body nobody can say."""
BREATH_PUBLISHED = "zone.breath_published"
"""Note id: a published displacement was taken off; the body itself stands still."""
STILL = "not_modelled.breathing"
"""Message id that an assessment with every zone's breath sampled no longer carries."""
KIDNEYS = "not_modelled.kidney_descent"
"""What it carries instead: the model's kidneys go down by one amount of the 20 to 40 mm published
(F-d); how far a person's go is not known."""

_ENDLESS_MM = 2000.0
"""No body is thicker than this along any line, mm: a contact is sought so far."""
TOLERANCE_MM = 0.02
"""How much too near a moving surface may be told, mm, besides its stray."""

Points = NDArray[np.float64]


def with_breath(
    body: Body,
    assessment: Assessment,
    zones: Sequence[DangerZone] | None = None,
    *,
    cancelled: Cancelled = never,
) -> Assessment:
    """Take the breath into an assessment.

    Parameters
    ----------
    body
        The body it was made on.
    assessment
        From `zones.assess`, of this body.
    zones
        The zones it was made with; default: the catalogue's.

    Returns
    -------
    Assessment
        Every zone with ``clearance_worst`` over the breath and, where sampled, ``worst_phase``;
        verdicts and limit depths by the worst. Never kinder than ``assessment``.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    """
    wanted = tuple(danger_zones(body) if zones is None else zones)
    breath, needles = breath_of(body, cancelled), []
    for one in assessment.needles:
        stop_if(cancelled)
        needles.append(
            _published(body, one, wanted) if breath is None else _through(breath, one, wanted)
        )
    told = not_modelled_through(body, assessment.not_modelled, wanted)
    return replace(assessment, needles=tuple(needles), not_modelled=told)


def not_modelled_through(
    body: Body, told: Sequence[str], zones: Sequence[DangerZone] = ()
) -> tuple[str, ...]:
    """What is left out of an answer through the breath, of what one at a phase leaves out."""
    breath = breath_of(body)
    if breath is None or len(followed(breath, zones)) < len(zones):
        return tuple(told)
    return (*(key for key in told if key != STILL), KIDNEYS)


# ---- a body that breathes ------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Ride:
    """One needle through a breath: where it enters at every look, (k, 3), and its stray, mm."""

    needle: Needle
    entries: Points
    stray: float


def _through(
    breath: Breath, one: NeedleAssessment, zones: Sequence[DangerZone]
) -> NeedleAssessment:
    """One needle through the whole breath."""
    entries, stray = entry_way(breath, one.needle.entry)
    at = {look.phase: entry for look, entry in zip(breath.looks, entries, strict=True)}
    sampled, measures = followed(breath, zones), []
    for p in breath.phases:
        rows, riding = zone_rows(p.index, sampled), replace(one.needle, entry=at[p.phase])
        measures.append(measure_zones(p.index, rows, riding, one.searched_length))
    ride = _Ride(one.needle, entries, stray)
    present = zone_rows(breath.phases[0].index, sampled).present
    number = {sampled[i].id: row for row, i in enumerate(present)}
    made = []
    for zone, result in zip(zones, one.zones, strict=True):
        row = number.get(zone.id)
        if row is None or result.clearance is None:
            made.append(_within_reach(zone, result, np.inf))
            continue
        clear = np.array([m.clearance[row] for m in measures])
        judged = _worst_result(breath, result, clear, _between(breath, zone, ride, result, clear))
        limit = _first_reach(
            breath, zone, ride, one.searched_length, zone.margin_mm + ride.needle.radius,
            [result.limit_depth, *(float(m.limit[row]) for m in measures)],
        )  # fmt: skip
        contact = _first_reach(
            breath, zone, ride, _ENDLESS_MM, 0.0,
            [result.first_contact, *(float(m.contact[row]) for m in measures)],
        )  # fmt: skip
        made.append(replace(judged, limit_depth=finite(limit), first_contact=finite(contact)))
    depths = [z.limit_depth for z in made if z.limit_depth is not None]
    return replace(
        one, zones=tuple(made), verdict=worst(z.verdict for z in made),
        limit_depth=min(depths, default=None),
    )  # fmt: skip


def _between(
    breath: Breath, zone: DangerZone, ride: _Ride, result: ZoneResult, clearances: Points
) -> float:
    """A lower bound of the clearance at every moment of the breath, mm.

    While no surface touches the shaft on its way, the needle stays outside, and the least distance
    is the clearance. One that does, or that was inside at a phase, is bounded by the longest way: a
    signed distance changes by no more.
    """
    from meshes.index.swept import swept_distance  # compiles: not at import

    assert result.clearance is not None
    least = min(float(clearances.min()), result.clearance)
    if least > 0.0:
        radius = ride.needle.radius
        nearest = least + radius
        for key in zone.structures:
            stray = breath.stray[key] + ride.stray
            for k, (before, after) in enumerate(pairwise(breath.looks)):
                nearest = swept_distance(
                    before.points[key], after.points[key], breath.triangles[key], stray,
                    ride.entries[k : k + 2], ride.needle.direction, ride.needle.depth, nearest,
                    TOLERANCE_MM,
                )  # fmt: skip
        if nearest > radius:
            return min(least, nearest - radius)
    ways = _longest_ways(breath, zone, ride)
    return float(min(least, ((clearances[:-1] + clearances[1:] - ways) / 2.0).min()))


def _longest_ways(breath: Breath, zone: DangerZone, ride: _Ride) -> Points:
    """The longest way of a point of the zone from phase to phase, seen from the needle, mm."""
    found = np.zeros(len(breath.phases) - 1)
    each = (len(breath.looks) - 1) // len(found)
    for key in zone.structures:
        seen = [look.points[key] - entry for look, entry in
                zip(breath.looks, ride.entries, strict=True)]  # fmt: skip
        ways = np.array([np.linalg.norm(b - a, axis=1) for a, b in pairwise(seen)])
        whole = ways.reshape(len(found), each, -1).sum(axis=1)
        stray = 2 * each * (float(breath.stray[key].max()) + ride.stray)
        found = np.maximum(found, whole.max(axis=1) + stray)
    return found


def _first_reach(
    breath: Breath, zone: DangerZone, ride: _Ride, length: float, radius: float,
    known: Sequence[float | None],
) -> float:  # fmt: skip
    """First depth within a radius of the zone at any moment, inf if never; ``known``: at phases."""
    from meshes.index.swept import swept_reach  # compiles: not at import

    first = min((depth for depth in known if depth is not None), default=np.inf)
    for key in zone.structures:
        stray = breath.stray[key] + ride.stray
        for k, (before, after) in enumerate(pairwise(breath.looks)):
            first = swept_reach(
                before.points[key], after.points[key], breath.triangles[key], stray,
                ride.entries[k : k + 2], ride.needle.direction, length, radius, first,
                TOLERANCE_MM,
            )  # fmt: skip
    return first


def _worst_result(
    breath: Breath, result: ZoneResult, clearances: Points, between: float
) -> ZoneResult:
    assert result.clearance is not None
    sampled = np.append(clearances, result.clearance)
    phases = [*(p.phase for p in breath.phases), breath.own_phase]
    nearest = int(np.argmin(sampled))
    measured = float(sampled[nearest])
    told = replace(result, worst_phase=phases[nearest], at_worst_phase=measured)
    return _judged(told, min(measured, between))


def _judged(result: ZoneResult, least: float) -> ZoneResult:
    """The zone by its worst clearance; its verdict never becomes better than it was."""
    verdict = result.verdict
    if least <= 0.0:
        verdict = Verdict.BREACH
    elif least < result.margin:
        verdict = worst([verdict, Verdict.WITHIN_MARGIN])
    return replace(result, clearance_worst=least, verdict=verdict)


# ---- a body that stands still --------------------------------------------------------------------


def _published(body: Body, one: NeedleAssessment, zones: Sequence[DangerZone]) -> NeedleAssessment:
    """Published displacements taken off; where only a limit is known, *not assessed* within it."""
    by_row = {(zone.rule, zone.side): result for zone, result in zip(zones, one.zones, strict=True)}
    limits = _limits_of_displaced(body, one, zones)
    made = []
    for zone, result in zip(zones, one.zones, strict=True):
        known = breath_table().of(zone.rule)
        if result.clearance is None:
            made.append(result)
        elif known.mm is not None:
            wall = by_row.get((known.within, zone.side)) if known.within else None
            nearest = result.clearance
            if wall is not None and wall.clearance is not None:
                nearest = min(nearest, wall.clearance)
            noted = replace(
                result, note=_with_note(result.note, BREATH_PUBLISHED), limit_depth=limits[zone.id]
            )
            made.append(_judged(noted, nearest - known.mm))
        else:
            made.append(_within_reach(zone, result, known.at_most_mm))
    depths = [z.limit_depth for z in made if z.limit_depth is not None]
    return replace(
        one, zones=tuple(made), verdict=worst(z.verdict for z in made),
        limit_depth=min(depths, default=None),
    )  # fmt: skip


def _within_reach(zone: DangerZone, result: ZoneResult, at_most_mm: float) -> ZoneResult:
    """A clear zone that the breath might bring within its margin is not assessed."""
    is_far = result.clearance is None or result.clearance - at_most_mm >= zone.margin_mm
    if result.verdict is not Verdict.CLEAR or is_far:
        return result
    return replace(
        result, verdict=Verdict.NOT_ASSESSED, note=_with_note(result.note, BREATH_UNKNOWN)
    )


def _limits_of_displaced(
    body: Body, one: NeedleAssessment, zones: Sequence[DangerZone]
) -> dict[str, float | None]:
    """Limit depths of the zones with a displacement: their margins widened by it."""
    from meshes.index.body_index import body_index  # compiles: not at import

    table, by_row = breath_table(), {(zone.rule, zone.side): zone for zone in zones}
    moved = []
    for zone in zones:
        known = table.of(zone.rule)
        if known.mm is None:
            continue
        wall = by_row.get((known.within, zone.side)) if known.within else None
        near = zone.structures if wall is None else (*zone.structures, *wall.structures)
        moved.append(replace(zone, margin_mm=zone.margin_mm + known.mm,
                             structures=tuple(dict.fromkeys(near))))  # fmt: skip
    index = body_index(body)
    rows = zone_rows(index, moved)
    found = measure_zones(index, rows, one.needle, one.searched_length)
    limits = dict.fromkeys((zone.id for zone in moved), None)
    return limits | {
        moved[i].id: finite(float(x)) for i, x in zip(rows.present, found.limit, strict=True)
    }


def _with_note(note: str, more: str) -> str:
    return f"{note};{more}" if note else more
