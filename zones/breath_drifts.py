"""How far a needle may drift before a margin is lost at some moment of the breath."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from meshes.body import Body
from zones.assessment import Assessment, NeedleAssessment, Verdict
from zones.breath_lines import Met, carried_apart, index_of, met_through_breath
from zones.breath_phases import breath_of
from zones.breathing import with_breath
from zones.danger import DangerZone
from zones.depth_map import vertices_near
from zones.drifts import Spares
from zones.needle import Needle
from zones.progress import Cancelled, Progress, ignore, never
from zones.skin import skin_normal
from zones.tolerance import HAND, MOST_ENTRY_MM, Drift, Tolerance, drifts_of, tolerance

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

AROUND_MM = 10.0
"""Skin points this much farther away than the entry may drift tell how it is carried there."""


def tolerance_through_breath(
    body: Body,
    needle: Needle,
    zones: Sequence[DangerZone],
    *,
    shares: tuple[float, float, float] = HAND,
    together: bool = True,
    index: BodyIndex | None = None,
    progress: Progress = ignore,
    cancelled: Cancelled = never,
) -> Tolerance:
    """Certify how far a needle may drift with every margin kept at every moment of the breath.

    Parameters as of `zones.tolerance.tolerance`; never more than that allows. ``slack`` and the
    depth are those of the verdict through the breath; ``lost`` is measured at the body's own phase.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    """
    own = tolerance(body, needle, zones, shares=shares, together=together, index=index,
                    cancelled=cancelled)  # fmt: skip
    judged = _judged(body, own, zones, cancelled)
    unknown = tuple(z.zone_id for z in judged.zones if z.verdict is Verdict.NOT_ASSESSED)
    slack, nearest = _slack(judged)
    if own.slack < 0.0 or slack < 0.0:
        none = Drift(0.0, 0.0, own.entry.zone_id if own.slack < 0.0 else nearest)
        return replace(own, slack=min(slack, own.slack), entry=none, angle=none, depth=none,
                       together=none, unknown=unknown, assessment=judged)  # fmt: skip
    met = met_through_breath(body, needle.entry, zones, index_of(body, index), cancelled)
    shifting = met.wider(_apart(body, needle, cancelled))
    found = drifts_of(
        _spares(shifting, needle), _spares(met, needle), needle,
        needle.direction if body.skin is None else skin_normal(body, needle.entry),
        judged.limit_depth, shares, together, progress, cancelled,
    )  # fmt: skip
    ids = [zones[i].id for i in met.owner]
    entry, angle, depth, joint = (
        _less(a, b, ids)
        for a, b in zip((own.entry, own.angle, own.depth, own.together), found, strict=True)
    )
    return replace(own, slack=min(own.slack, slack), entry=entry, angle=angle, depth=depth,
                   together=joint, unknown=unknown, assessment=judged)  # fmt: skip


def _judged(
    body: Body, own: Tolerance, zones: Sequence[DangerZone], cancelled: Cancelled
) -> NeedleAssessment:
    plain = Assessment(body.id, body.version, body.content_hash, body.posture, body.phase,
                       (own.assessment,), ())  # fmt: skip
    return with_breath(body, plain, zones, cancelled=cancelled).needles[0]


def _slack(judged: NeedleAssessment) -> tuple[float, str | None]:
    """What the nearest zone has beyond its margin at the worst moment, and which one it is."""
    left = [
        (z.clearance_worst - z.margin, z.zone_id)
        for z in judged.zones
        if z.clearance_worst is not None
    ]
    return min(left, default=(np.inf, None))


def _apart(body: Body, needle: Needle, cancelled: Cancelled) -> float:
    """How far from riding along an entry is carried that drifted as far as it is followed, mm."""
    breath = breath_of(body, cancelled)
    if breath is None:
        return 0.0
    near = vertices_near(body, needle.entry, MOST_ENTRY_MM + AROUND_MM)
    return float(carried_apart(breath, needle.entry, near).max())


def _spares(met: Met, needle: Needle) -> Spares:
    return Spares(met.index, met.zones, needle.radius)


def _less(own: Drift, found: Drift, ids: Sequence[str]) -> Drift:
    """The smaller of two certified drifts; what was measured to lose at one phase does lose."""
    if found.kept >= own.kept:
        return own
    zone = own.zone_id
    if own.lost is None and found.zone_id is not None:
        zone = ids[int(found.zone_id)]
    return Drift(found.kept, own.lost, zone)
