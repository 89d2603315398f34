"""`assess`: one needle, or many, against every danger zone of a body. The product's one question.

Everything is decided by exact geometry on full-resolution surfaces (`meshes.index`); nothing here
samples. Numba is imported on the first call, not with this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from meshes.body import Body
from meshes.index.states import MAYBE_INSIDE, NO_SIGN
from zones import clearance as near
from zones.assessment import Assessment, NeedleAssessment, ZoneResult, record, worst
from zones.clearance import (
    VERDICTS,
    ZoneMeasures,
    ZoneRows,
    measure_zones,
    verdict_ranks,
    zone_rows,
)  # fmt: skip
from zones.danger import DangerZone, danger_zones
from zones.layers import layers
from zones.limits import SEARCHED_LENGTH_MM, finite, searched_length
from zones.needle import Needle
from zones.progress import Cancelled, never, stop_if

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

INFINITE = float(np.inf)
_VERDICT = attrgetter("verdict")

NOT_MODELLED = (
    "not_modelled.needle_bending", "not_modelled.tissue_compression", "not_modelled.breathing",
    "not_modelled.posture", "not_modelled.individual_anatomy",
)  # fmt: skip
"""Message ids of what no answer takes into account; ``zone.missing:<id>`` follow for the body."""


def assess(
    body: Body,
    needle: Needle,
    zones: Sequence[DangerZone] | None = None,
    *,
    searched_length_mm: float = SEARCHED_LENGTH_MM,
    within_mm: float = np.inf,
    index: BodyIndex | None = None,
    cancelled: Cancelled = never,
) -> Assessment:
    """Assess one needle; see `assess_needles`."""
    return assess_needles(
        body, [needle], zones, searched_length_mm=searched_length_mm, within_mm=within_mm,
        index=index, cancelled=cancelled,
    )  # fmt: skip


def assess_needles(
    body: Body,
    needles: Iterable[Needle],
    zones: Sequence[DangerZone] | None = None,
    *,
    searched_length_mm: float = SEARCHED_LENGTH_MM,
    within_mm: float = np.inf,
    index: BodyIndex | None = None,
    cancelled: Cancelled = never,
) -> Assessment:
    """Assess needles against danger zones, exactly.

    Parameters
    ----------
    body
        World frame (LPS), mm.
    needles
        Capsules around their axes; order kept.
    zones
        Default: every row of the catalogue on this body. A row without structures is *not
        assessed*; an incomplete one can be breached, never clear.
    searched_length_mm
        How far along each line limit depth and layers are sought; at least to the tip. First
        contact is sought without end.
    within_mm
        Interest radius: zones farther away are reported as beyond it, without a number.
    index
        The body's index if at hand; else built, or read from the cache.
    cancelled
        Asked between needles.

    Returns
    -------
    Assessment
        Clearance positive outside, 0 on touch, negative inside; see `zones.clearance`.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    UnknownStructureError
        A zone names a structure that the body does not have.
    """
    if index is None:
        from meshes.index.body_index import body_index  # compiles: not at import

        index = body_index(body)
    wanted = tuple(danger_zones(body) if zones is None else zones)
    rows = zone_rows(index, wanted)
    results = []
    for needle in needles:
        stop_if(cancelled)
        results.append(_assess_one(body, index, rows, needle, searched_length_mm, within_mm))
    return Assessment(
        body.id, body.version, body.content_hash, body.posture, body.phase, tuple(results),
        NOT_MODELLED + rows.absent,
    )  # fmt: skip


def _assess_one(
    body: Body, index: BodyIndex, rows: ZoneRows, needle: Needle, searched: float, within: float
) -> NeedleAssessment:
    length = searched_length(needle.depth, searched)
    found = measure_zones(index, rows, needle, length, within)
    results = _zone_results(index, rows, needle, found)
    return NeedleAssessment(
        needle, worst(map(_VERDICT, results)), finite(found.limit.min(initial=np.inf)),
        length, results, layers(index, found.found, body.structures, length),
    )  # fmt: skip


def _zone_results(
    index: BodyIndex, rows: ZoneRows, needle: Needle, found: ZoneMeasures
) -> tuple[ZoneResult, ...]:
    """Fill the numbers in, all zones at once where possible: this runs at every movement."""
    results = list(rows.unmeasured)
    ranks = verdict_ranks(found.clearance, rows.margins, rows.complete, found.flags & NO_SIGN == 0)
    spots = found.found.table[found.row]
    at_depth = spots[:, 1]
    on_axis = needle.entry + at_depth[:, None] * needle.direction
    ids = index.ids
    facts = zip(
        rows.present, rows.blanks, found.row.tolist(), found.flags.tolist(), ranks.tolist(),
        found.clearance.tolist(), at_depth.tolist(), found.contact.tolist(),
        found.limit.tolist(), spots[:, 2:], on_axis, strict=True,
    )  # fmt: skip
    for number, blank, row, flags, rank, clearance, depth, contact, limit, spot, axis in facts:
        fields = blank.copy()
        fields["verdict"] = VERDICTS[rank]
        fields["first_contact"] = contact if contact < INFINITE else None
        fields["limit_depth"] = limit if limit < INFINITE else None
        if row >= 0:
            fields["clearance"] = fields["clearance_worst"] = clearance
            fields["at_depth"], fields["nearest"], fields["on_axis"] = depth, spot, axis
            fields["nearest_structure"] = ids[row]
        if row < 0 or flags & NO_SIGN:
            fields["note"] = _note(fields["note"], flags, row >= 0)
        results[number] = record(ZoneResult, fields)
    return tuple(results)


def _note(note: str, flags: int, known: bool) -> str:
    notes = [note] if note else []
    if flags & NO_SIGN:
        notes.append(near.MAYBE_INSIDE if flags & MAYBE_INSIDE else near.SIGN_UNAVAILABLE)
    if not known:
        notes.append(near.BEYOND)
    return ";".join(notes)
