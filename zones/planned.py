"""The danger zones as one plan sets them: its margins, and the rows it switches off.

A row that a plan mutes keeps its place and is *not assessed*: switching off is no clearance. The
window, the command line and reports all read it here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from zones.danger import DangerZone
from zones.plan import Plan

MUTED = "zone.muted"
"""Note of a row that the plan switches off."""


def planned_zones(plan: Plan, zones: Iterable[DangerZone]) -> tuple[DangerZone, ...]:
    """Return every row, in order: with the plan's margin, or without structures if it is muted."""
    return tuple(
        replace(zone, structures=(), complete=False, note=MUTED)
        if zone.id in plan.muted_zones
        else replace(zone, margin_mm=plan.margins.get(zone.id, zone.margin_mm))
        for zone in zones
    )
