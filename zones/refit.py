"""A plan on a body it was not made for: catalogue anchors are found again, coordinates flagged.

Nothing is carried over in silence: a needle that could be placed by its rule says so, one that
could not keeps its numbers and asks for a look, and another posture is refused, because there the
numbers would mean nothing.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from meshes.body import Body
from zones.angles import entry_moved
from zones.errors import BadPlanError, PostureError
from zones.needle import Vector
from zones.plan import NOT_ON_BODY, RAW_COORDINATES, Anchor, Plan, PlannedNeedle

REFITTED = "needle.refitted"
"""Flag id: the entry point was found again by its rule on another body; direction and depth were
kept."""

EntryOf = Callable[[Body, Anchor], Vector | None]
"""Finds the (3,) entry point, world mm, of an anchor on a body; ``None`` where it cannot."""


def _nowhere(_body: Body, _anchor: Anchor) -> Vector | None:
    return None


def require_body(plan: Plan, body: Body) -> Plan:
    """Return the plan, or refuse one made for another body.

    Raises
    ------
    PostureError
        The bodies lie differently.
    BadPlanError
        Any other body, or another version of this one.
    """
    if plan.body_hash == body.content_hash:
        return plan
    if _another_posture(plan, body):
        raise PostureError(_posture_message(plan, body))
    raise BadPlanError(
        f"the plan was made for body {plan.body_id} ({plan.body_hash[:12]}…), this is "
        f"{body.id} ({body.content_hash[:12]}…): name the body it was made for, or open the plan "
        "in the window to fit it to this one"
    )


def _another_posture(plan: Plan, body: Body) -> bool:
    """Whether both say how the subject lies, and differ; an old plan may not say."""
    return bool(plan.posture) and bool(body.posture) and plan.posture != body.posture


def _posture_message(plan: Plan, body: Body) -> str:
    return (
        f"the plan was made for posture {plan.posture!r}, body {body.id} is in "
        f"{body.posture!r}; entry points of one mean nothing on the other: make a new plan"
    )


def refit_plan(plan: Plan, body: Body, entry_of: EntryOf = _nowhere) -> Plan:
    """Return the plan on another body, every needle that is not certain flagged.

    The plan itself where it is for this very body. Locked needles are fitted too: a lock keeps
    hands off, not anatomy. The review goes, since nobody reviewed this.

    Raises
    ------
    PostureError
        The plan has needles and was made for another posture.
    """
    if plan.body_hash == body.content_hash:
        return plan
    if plan.needles and _another_posture(plan, body):
        raise PostureError(_posture_message(plan, body))
    return replace(
        plan,
        body_id=body.id,
        body_hash=body.content_hash,
        posture=body.posture,
        needles=tuple(_refit(planned, body, entry_of) for planned in plan.needles),
        review=None,
    )


def _refit(planned: PlannedNeedle, body: Body, entry_of: EntryOf) -> PlannedNeedle:
    if planned.anchor is None:
        return replace(planned, flag=RAW_COORDINATES)
    entry = entry_of(body, planned.anchor)
    if entry is None:
        return replace(planned, flag=NOT_ON_BODY)
    needle = entry_moved(planned.needle, entry, "direction")
    return replace(planned, needle=needle, flag=REFITTED)
