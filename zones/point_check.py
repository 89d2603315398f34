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
        return self._by_clearance()[:MOST_NEAREST]

    @property
    def pleura(self) -> ZoneResult | None:
        """The pleura under a point of the chest, whichever other zones lie nearer.

        The nearer side's row where it is near enough to matter or the line meets it; a row that is
        *not assessed* always, since nothing says that it is far. ``None`` without an approach, or
        where the pleura is known to be out of the way.
        """
        catalogue = point_catalogue()
        rows = [] if self.result is None else [
            z for z in self.result.zones if z.zone_id.startswith(catalogue.always_named)
        ]  # fmt: skip
        unknown = [z for z in rows if z.clearance is None and z.side == self.resolved.side]
        known = sorted(
            (z for z in rows if z.clearance is not None), key=lambda z: z.clearance or 0.0
        )
        if unknown:
            return unknown[0]
        for zone in known:
            near = (zone.clearance or 0.0) <= catalogue.always_named_within_mm
            if near or zone.first_contact is not None:
                return zone
        return None

    def told(self, most: int) -> tuple[ZoneResult, ...]:
        """The ``most`` nearest zones, and after them the pleura of a point of the chest."""
        nearest, pleura = self._by_clearance()[:most], self.pleura
        return nearest if pleura is None or pleura in nearest else (*nearest, pleura)

    def _by_clearance(self) -> tuple[ZoneResult, ...]:
        zones = () if self.result is None else self.result.zones
        known = [z for z in zones if z.clearance is not None]
        return tuple(sorted(known, key=lambda z: z.clearance or 0.0))


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
        "pleura": _pleura(check.pleura),
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


def _pleura(zone: ZoneResult | None) -> dict[str, Any] | None:
    if zone is None:
        return None
    return {
        "zone": zone.zone_id,
        "clearance": zone.clearance,
        "first_contact": zone.first_contact,
        "verdict": zone.verdict.value,
    }
