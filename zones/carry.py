"""The same needle on another member of one body's family: its entry keeps its place on the skin.

Members share triangles, so a place on the skin of one (a triangle and shares of its corners) is a
place on the skin of every other. Direction and depth are kept, and each needle says that it was
carried: what was measured before says nothing about the new body.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np

from meshes.body import Body
from zones.angles import entry_moved
from zones.assess import assess
from zones.assessment import NeedleAssessment
from zones.danger import DangerZone, danger_zones
from zones.errors import BadPlanError
from zones.needle import Needle
from zones.plan import Plan, PlannedNeedle
from zones.progress import Cancelled, never, stop_if
from zones.refit import REFITTED
from zones.skin import seat_on_skin


def is_carriable(old: Body, new: Body) -> bool:
    """Whether both bodies have one skin, triangle by triangle, in two states, and lie alike."""
    a, b = old.skin, new.skin
    if a is None or b is None or old.posture != new.posture:
        return False
    first, second = a.surface.triangles, b.surface.triangles
    return first is second or np.array_equal(first, second)


def carried_needle(needle: Needle, old: Body, new: Body) -> Needle:
    """Return the needle with its entry at the same place of the other body's skin.

    An entry off the skin keeps its offset from the nearest place on it. Direction, depth and radius
    are kept.

    Raises
    ------
    BadPlanError
        The bodies do not share a skin (`is_carriable`).
    """
    if old.content_hash == new.content_hash:
        return needle
    skin_before, skin_after = old.skin, new.skin
    if not is_carriable(old, new) or skin_before is None or skin_after is None:
        raise BadPlanError(
            f"a needle cannot be carried from body {old.id} to {new.id}: they are not two states "
            "of one body; open the plan there to fit it by its landmarks"
        )
    triangle, shares = seat_on_skin(old, needle.entry)
    corners = skin_before.surface.triangles[triangle]
    offset = needle.entry - shares @ skin_before.surface.points[corners]
    return entry_moved(needle, shares @ skin_after.surface.points[corners] + offset, "direction")


def carried_plan(plan: Plan, old: Body, new: Body) -> Plan:
    """Return the plan on another member of the family, each needle flagged `needle.refitted`.

    The plan itself where it is on that member. The review goes, since nobody reviewed this. Raises
    as `carried_needle`.
    """
    if plan.body_hash == new.content_hash:
        return plan

    def moved(planned: PlannedNeedle) -> PlannedNeedle:
        return replace(planned, needle=carried_needle(planned.needle, old, new), flag=REFITTED)

    return replace(
        plan, body_id=new.id, body_hash=new.content_hash, posture=new.posture,
        needles=tuple(map(moved, plan.needles)), review=None,
    )  # fmt: skip


@dataclass(frozen=True, eq=False)
class Compared:
    """One needle on one member: the body's id and name, the carried needle, what it comes near."""

    body_id: str
    name: str
    needle: Needle
    result: NeedleAssessment


def compared(
    needle: Needle,
    body: Body,
    members: Sequence[str],
    opened: Callable[[str], Body],
    zones_of: Callable[[Body], Sequence[DangerZone]] = danger_zones,
    cancelled: Cancelled = never,
) -> Iterator[Compared]:
    """Yield the same needle assessed on each member of the family, in the order given.

    Parameters
    ----------
    needle, body
        The needle on the body it was placed on; LPS, mm.
    members
        Ids of bodies, such as ``reference:F1``.
    opened
        Opens one of them.
    zones_of
        The danger zones to judge by; the catalogue's by default.
    """
    for name in members:
        stop_if(cancelled)
        other = opened(name)
        there = carried_needle(needle, body, other)
        result = assess(other, there, zones_of(other), cancelled=cancelled).needles[0]
        yield Compared(other.id, other.name, there, result)
