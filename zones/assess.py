"""`assess`: one needle, or many, against every danger zone of a body. The product's one question.

Everything is decided by exact geometry on full-resolution surfaces (`meshes.index`); nothing here
samples. Numba is imported on the first call, not with this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING

import numpy as np

from meshes.body import Body
from meshes.morph_names import base_posture, posture_of
from zones.assessment import Assessment, NeedleAssessment
from zones.clearance import ZoneRows, measure_zones, zone_rows
from zones.danger import DangerZone, danger_zones
from zones.layers import layers
from zones.limits import SEARCHED_LENGTH_MM, finite, searched_length
from zones.needle import Needle
from zones.progress import Cancelled, never, stop_if
from zones.zone_results import ZoneResults

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

NOT_MODELLED = (
    "not_modelled.needle_bending", "not_modelled.tissue_compression", "not_modelled.breathing",
    "not_modelled.posture", "not_modelled.individual_anatomy",
)  # fmt: skip
"""Message ids of what no answer takes into account; ``zone.missing:<id>`` follow for the body."""
MOVED = "not_modelled.posture_moved"
"""And on a body in another posture than it was built in, what moving it cannot show."""
AXILLARY = "not_modelled.axillary_nerve_raised"
"""With raised arms that nerve is carried some 20 mm too near to the acromion."""


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
        not_modelled_of(body) + rows.absent,
    )  # fmt: skip


def not_modelled_of(body: Body) -> tuple[str, ...]:
    """Message ids of what no answer on a body takes into account."""
    lies = posture_of(body)
    if lies in (None, base_posture()):
        return NOT_MODELLED
    return (*NOT_MODELLED, MOVED, *([AXILLARY] if lies == "raised" else []))


def _assess_one(
    body: Body, index: BodyIndex, rows: ZoneRows, needle: Needle, searched: float, within: float
) -> NeedleAssessment:
    length = searched_length(needle.depth, searched)
    found = measure_zones(index, rows, needle, length, within)
    results = ZoneResults(index.ids, rows, needle, found)
    return NeedleAssessment(
        needle, results.worst, finite(found.limit.min(initial=np.inf)),
        length, results, layers(index, found.crossed, body.structures, length),
    )  # fmt: skip
