"""What lies under the catalogue's points on a body: every one resolved and assessed, none typed.

The danger summary of a point is that of its stored approach at the deep end of its depth band; a
point that cannot be placed, or has no approach, is a row with its reason and no number.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from meshes.body import Body
from zones.assess import assess
from zones.assessment import NeedleAssessment, ZoneResult
from zones.point_catalogue import point_catalogue
from zones.points import ResolvedPoint, resolve_point

MOST_NEAREST = 5


@dataclass(frozen=True, eq=False)
class PointCheck:
    """One point on one side. ``result`` is ``None`` where there is no approach to assess."""

    resolved: ResolvedPoint
    result: NeedleAssessment | None

    @property
    def limit_depth(self) -> float | None:
        """Deepest tip on the stored line that keeps every margin, mm.

        ``None`` beyond the searched length, or without an approach.
        """
        return None if self.result is None else self.result.limit_depth

    @property
    def nearest(self) -> tuple[ZoneResult, ...]:
        """The zones nearest to the approach, nearest first; at most `MOST_NEAREST`."""
        if self.result is None:
            return ()
        known = [z for z in self.result.zones if z.clearance is not None]
        return tuple(sorted(known, key=lambda z: z.clearance or 0.0)[:MOST_NEAREST])


def check_point(body: Body, point_id: str, side: str) -> PointCheck:
    """Resolve and assess one point; raises `UnknownPointError` as `resolve_point`."""
    resolved = resolve_point(body, point_id, side)
    needle = resolved.needle
    result = None if needle is None else assess(body, needle).needles[0]
    return PointCheck(resolved, result)


def check_points(body: Body, ids: Iterable[str] | None = None) -> Iterator[PointCheck]:
    """Check points on every side they have, in the catalogue's order; all of them by default."""
    points = point_catalogue().points
    for key in points if ids is None else ids:
        for side in points[key].sides:
            yield check_point(body, key, side)


def point_row(check: PointCheck) -> dict[str, Any]:
    """Return the contract's row of one point, ready for `json.dumps`; mm, unrounded."""
    found = check.resolved
    return {
        "id": found.point.id,
        "side": found.side,
        "muscle": found.point.muscle_name,
        "on_body": found.on_body,
        "over_muscle": found.over_muscle,
        "limit_depth": check.limit_depth,
        "nearest": [{"zone": zone.zone_id, "clearance": zone.clearance} for zone in check.nearest],
        "reason": found.reason,
        "detail": found.detail,
        "structures": list(found.muscles),
        "entry": None if found.entry is None else found.entry.tolist(),
        "direction": None if found.direction is None else found.direction.tolist(),
        "depth_band": None if found.depth_band is None else list(found.depth_band),
        "verdict": None if check.result is None else check.result.verdict.value,
        "muscle_depth": found.muscle_depth,
        "approach_depth": found.approach_depth,
        "shift": found.shift,
        "uncertainty": found.uncertainty,
        "landmarks": list(found.landmarks),
    }
