"""How near needles come at the worst phase of a breath.

A breathing body (the reference family) is measured at several phases. The needle rides on the skin
it entered: its entry keeps its place on the skin's triangle, its direction is kept. Between two
phases no point near it moves farther than its way from one to the other, so the clearance between
them is at least half of (both clearances less the longest way): that bound, not a guess, is
``clearance_worst``. On any other body the published displacements are taken off, and where only a
limit is known a zone nearer than that is *not assessed*. See `data/breathing.toml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from meshes.errors import OutOfRangeError
from zones.assessment import Assessment, NeedleAssessment, Verdict, ZoneResult, worst
from zones.breathing_table import breath_table
from zones.clearance import ZoneMeasures, measure_zones, zone_rows
from zones.danger import DangerZone, danger_zones
from zones.limits import finite
from zones.needle import Needle
from zones.progress import Cancelled, never, stop_if
from zones.skin import seat_on_skin

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

BREATH_UNKNOWN = "zone.breath_unknown"
"""Note id: the breath may bring this zone within its margin; on this body nobody can say."""
BREATH_PUBLISHED = "zone.breath_published"
"""Note id: a published displacement was taken off; the body itself stands still."""
STILL = "not_modelled.breathing"
"""Message id that an assessment with every zone's breath sampled no longer carries."""
KIDNEYS = "not_modelled.kidney_descent"
"""What it carries instead: the model's kidneys go down 14 mm, published are 20 to 40 (F-d)."""

_FAR_MM = 100.0
"""Beyond this the whole zone's way is taken, not that of the part near the needle."""

Points = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Phase:
    """A body at one phase: its skin's points, the points of its danger zones, their index."""

    phase: float
    skin: Points
    points: Mapping[str, Points]
    index: BodyIndex


@dataclass(frozen=True, eq=False)
class Breath:
    """A body through a breath.

    ``triangles`` are those of each zone structure, ``edges`` the longest edge of each of them, mm,
    at any phase.
    """

    body: Body
    own_phase: float
    phases: tuple[Phase, ...]
    triangles: Mapping[str, NDArray[np.int32]]
    edges: Mapping[str, Points]


_BREATHS: WeakKeyDictionary[Body, Breath | None] = WeakKeyDictionary()


def breath_of(body: Body, cancelled: Cancelled = never) -> Breath | None:
    """Return a body through its breath, or ``None`` for one that stands still.

    Takes about a second per phase the first time; kept while the body lives.
    """
    if body not in _BREATHS:
        _BREATHS[body] = _sampled_breath(body, cancelled)
    return _BREATHS[body]


def _sampled_breath(body: Body, cancelled: Cancelled) -> Breath | None:
    from meshes.index.body_index import body_index  # compiles: not at import
    from meshes.morph_names import read_name
    from meshes.packs.store import at_phase

    member = read_name(body.id)
    if member is None or body.skin is None:
        return None
    own = member.phase
    ids = sorted({key for zone in danger_zones(body) for key in zone.structures})
    made = []
    for phase in breath_table().phases:
        stop_if(cancelled)
        try:
            moved = at_phase(body, phase)
        except OutOfRangeError:
            return None
        parts = [moved.structures[key] for key in ids]
        made.append(
            Phase(
                phase, moved.structures[body.skin.id].surface.points,
                {s.id: s.surface.points for s in parts}, body_index(parts, cancelled=cancelled),
            )
        )  # fmt: skip
    triangles = {key: body.structures[key].surface.triangles for key in ids}
    edges = {
        key: np.max([_longest_edges(p.points[key][triangles[key]]) for p in made], axis=0)
        for key in ids
    }
    return Breath(body, own, tuple(made), triangles, edges)


def _longest_edges(corners: Points) -> Points:
    longest: Points = np.linalg.norm(corners - np.roll(corners, 1, axis=1), axis=2).max(axis=1)
    return longest


def carried(breath: Breath, needle: Needle, phase: Phase) -> Needle:
    """Return the needle as the skin carries it at a phase: entry moved, the rest kept."""
    skin = breath.body.skin
    assert skin is not None
    triangle, shares = seat_on_skin(breath.body, needle.entry)
    corners = skin.surface.triangles[triangle]
    way = shares @ (phase.skin[corners] - skin.surface.points[corners])
    return replace(needle, entry=needle.entry + way)


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
    breath = breath_of(body, cancelled)
    needles = []
    for one in assessment.needles:
        stop_if(cancelled)
        needles.append(
            _published(body, one, wanted) if breath is None else _through(breath, one, wanted)
        )
    told = assessment.not_modelled
    if breath is not None:
        told = (*(key for key in told if key != STILL), KIDNEYS)
    return replace(assessment, needles=tuple(needles), not_modelled=told)


# ---- a body that breathes ------------------------------------------------------------------------


def _through(
    breath: Breath, one: NeedleAssessment, zones: Sequence[DangerZone]
) -> NeedleAssessment:
    """One needle through all phases."""
    needles = [carried(breath, one.needle, phase) for phase in breath.phases]
    measures = [
        measure_zones(p.index, zone_rows(p.index, zones), needle, one.searched_length)
        for p, needle in zip(breath.phases, needles, strict=True)
    ]
    present = zone_rows(breath.phases[0].index, zones).present
    number = {zones[i].id: row for row, i in enumerate(present)}
    clear = np.array([m.clearance for m in measures])
    limits = [one.limit_depth, *(finite(m.limit.min(initial=np.inf)) for m in measures)]
    deepest = min([x for x in limits if x is not None], default=one.searched_length)
    length = max(one.needle.depth, deepest)
    results, slack = [], np.zeros(len(zones))
    for i, (zone, result) in enumerate(zip(zones, one.zones, strict=True)):
        row = number.get(zone.id)
        if row is None or result.clearance is None:
            results.append(result)
            continue
        ways = _ways(breath, zone, needles, one.needle.depth, float(clear[:, row].min()))
        results.append(_worst_result(breath, result, clear[:, row], ways))
        own = [result.limit_depth, *(finite(float(m.limit[row])) for m in measures)]
        far = max(length, min((x for x in own if x is not None), default=length))
        slack[i] = _ways(breath, zone, needles, far, zone.margin_mm).max() / 2.0
    return _limited(breath, one, zones, needles, results, slack)


def _ways(
    breath: Breath, zone: DangerZone, needles: Sequence[Needle], length: float, reach: float
) -> Points:
    """How far a part of the zone that comes within ``reach`` of the axis moves, (n - 1,) mm.

    From phase to phase, relative to the needle. A triangle counts if any of it can come so near on
    its way; what the ways lack in straightness is added.
    """
    line = needles[0].direction * length
    reach = max(reach, 0.0) + needles[0].radius
    found = np.zeros((len(needles) - 1, len(zone.structures)))
    for column, key in enumerate(zone.structures):
        corners = breath.triangles[key]
        points = [p.points[key] - n.entry for p, n in zip(breath.phases, needles, strict=True)]
        steps = np.array([b - a for a, b in zip(points, points[1:], strict=False)])
        moves = np.linalg.norm(steps, axis=2)
        bend = np.linalg.norm(np.diff(steps, axis=0), axis=2).max(initial=0.0)
        if reach > _FAR_MM:
            found[:, column] = moves.max(axis=1, initial=0.0) + bend
            continue
        for k, move in enumerate(moves):
            share = np.clip(points[k] @ line / max(float(line @ line), 1e-12), 0.0, 1.0)
            apart = np.linalg.norm(points[k] - share[:, None] * line, axis=1)
            way = move[corners].max(axis=1)
            near = apart[corners].min(axis=1) - breath.edges[key] <= reach + way + bend
            found[k, column] = way[near].max(initial=0.0) + bend * bool(near.any())
    longest: Points = found.max(axis=1, initial=0.0)
    return longest


def _worst_result(
    breath: Breath, result: ZoneResult, clearances: Points, ways: Points
) -> ZoneResult:
    assert result.clearance is not None
    sampled = np.append(clearances, result.clearance)
    phases = [*(p.phase for p in breath.phases), breath.own_phase]
    between = (clearances[:-1] + clearances[1:] - ways) / 2.0
    least = float(min(sampled.min(), between.min(initial=np.inf)))
    nearest = int(np.argmin(sampled))
    measured = float(sampled[nearest])
    return _judged(replace(result, worst_phase=phases[nearest], at_worst_phase=measured), least)


def _judged(result: ZoneResult, least: float) -> ZoneResult:
    """The zone by its worst clearance; its verdict never becomes better than it was."""
    verdict = result.verdict
    if least <= 0.0:
        verdict = Verdict.BREACH
    elif least < result.margin:
        verdict = worst([verdict, Verdict.WITHIN_MARGIN])
    return replace(result, clearance_worst=least, verdict=verdict)


def _limited(
    breath: Breath,
    one: NeedleAssessment,
    zones: Sequence[DangerZone],
    needles: Sequence[Needle],
    results: list[ZoneResult],
    slack: Points,
) -> NeedleAssessment:
    """Limit depths that hold at all phases: every margin widened by what happens between them."""
    wide = [replace(z, margin_mm=z.margin_mm + float(s)) for z, s in zip(zones, slack, strict=True)]
    limits = np.full(len(zones), np.inf)
    for phase, needle in zip(breath.phases, needles, strict=True):
        rows = zone_rows(phase.index, wide)
        found: ZoneMeasures = measure_zones(phase.index, rows, needle, one.searched_length)
        limits[list(rows.present)] = np.minimum(limits[list(rows.present)], found.limit)
    made = []
    for result, limit in zip(results, limits.tolist(), strict=True):
        own = np.inf if result.limit_depth is None else result.limit_depth
        made.append(replace(result, limit_depth=finite(min(limit, own))))
    depths = [z.limit_depth for z in made if z.limit_depth is not None]
    return replace(
        one, zones=tuple(made), verdict=worst(z.verdict for z in made),
        limit_depth=min(depths, default=None),
    )  # fmt: skip


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
    assert result.clearance is not None
    is_far = result.clearance - at_most_mm >= zone.margin_mm
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
