"""What is known of one direction from an entry point. No Qt."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from zones.angles import angles_from_direction
from zones.cone import SafeCone
from zones.danger import DangerZone


@dataclass(frozen=True, eq=False)
class Reading:
    """One line: where it goes, and the zone that limits it, ``None`` for none."""

    tilt_deg: float
    azimuth_deg: float
    limit: float
    state: int
    leaves_at: float
    zone: DangerZone | None
    not_assessed: int
    max_depth: float


def reading(cone: SafeCone, at: int, zones: Sequence[DangerZone]) -> Reading:
    """Read one line of a cone."""
    tilt, azimuth = angles_from_direction(cone.normal, cone.directions[at])
    by_id = {zone.id: zone for zone in zones}
    number = int(cone.limiting_zone[at])
    zone = by_id.get(cone.zone_ids[number]) if number >= 0 else None
    return Reading(
        tilt, azimuth, float(cone.limit_depth[at]), int(cone.state[at]),
        float(cone.leaves_at[at]), zone, len(cone.not_assessed), cone.max_depth,
    )  # fmt: skip
