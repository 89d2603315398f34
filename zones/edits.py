"""The verbs: `Plan → Plan`, each with a label for the undo menu and a key for coalescing.

Every verb checks what it is given and leaves locked needles alone; a needle that was placed by a
catalogue rule loses its anchor when its entry point is moved by hand. Any edit removes the review,
which is done in one place, `Edit.__call__`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Literal

from numpy.typing import ArrayLike

from meshes.body import Subject
from zones import angles
from zones.danger import zone_ids
from zones.errors import BadPlanError, LockedNeedleError, UnknownZoneError
from zones.needle import Needle
from zones.plan import Anchor, Plan, PlannedNeedle, Review, check_plan, plan_hash
from zones.techniques import technique as find_technique


@dataclass(frozen=True)
class Edit:
    """A labelled change. ``label_id`` is a message id; ``key`` joins edits of one kind and object.

    ``keeps_review`` is for the review itself.
    """

    label_id: str
    key: str
    apply: Callable[[Plan], Plan]
    keeps_review: bool = False

    def __call__(self, plan: Plan) -> Plan:
        """Return the edited plan, checked; the plan itself where nothing changes."""
        edited = check_plan(self.apply(plan))
        if edited == plan:
            return plan
        return edited if self.keeps_review else replace(edited, review=None)


def _change(
    label_id: str, needle_id: str, change: Callable[[PlannedNeedle], PlannedNeedle]
) -> Edit:
    """Make an edit of one unlocked needle."""

    def apply(plan: Plan) -> Plan:
        planned = plan.needle(needle_id)
        if planned.locked:
            raise LockedNeedleError(
                f"needle {planned.name or planned.id} is locked; unlock it to change it"
            )
        return _with_needle(plan, change(planned))

    return Edit(label_id, f"{label_id}:{needle_id}", apply)


def _with_needle(plan: Plan, changed: PlannedNeedle) -> Plan:
    needles = tuple(changed if planned.id == changed.id else planned for planned in plan.needles)
    return replace(plan, needles=needles)


# ---- the set of needles --------------------------------------------------------------------------


def add_needle(
    needle: Needle,
    name: str = "",
    *,
    needle_id: str = "",
    anchor: Anchor | None = None,
    length: float | None = None,
) -> Edit:
    """Add a needle at the end. Without an id it gets the smallest free one (`n1`, `n2` …)."""

    def apply(plan: Plan) -> Plan:
        key = needle_id or plan.free_needle_id()
        added = PlannedNeedle(key, name or key, needle, anchor=anchor, length=length)
        return replace(plan, needles=(*plan.needles, added))

    return Edit("edit.add_needle", "", apply)


def remove_needle(needle_id: str) -> Edit:
    """Remove a needle; a locked one is refused."""

    def apply(plan: Plan) -> Plan:
        gone = plan.needle(needle_id)
        if gone.locked:
            raise LockedNeedleError(f"needle {gone.name} is locked; unlock it to remove it")
        return replace(plan, needles=tuple(p for p in plan.needles if p is not gone))

    return Edit("edit.remove_needle", "", apply)


def duplicate_needle(needle_id: str) -> Edit:
    """Add an unlocked copy of a needle; a name that was only its id follows the new id."""

    def apply(plan: Plan) -> Plan:
        copy, new_id = plan.needle(needle_id), plan.free_needle_id()
        name = new_id if copy.name == copy.id else copy.name
        copy = replace(copy, id=new_id, name=name, locked=False)
        return replace(plan, needles=(*plan.needles, copy))

    return Edit("edit.duplicate_needle", "", apply)


# ---- one needle ----------------------------------------------------------------------------------


def move_entry(
    needle_id: str, entry: ArrayLike, keep: Literal["direction", "tip"] = "direction"
) -> Edit:
    """Put the entry point at a world point, mm; the tip follows, or stays (tip mode)."""

    def change(planned: PlannedNeedle) -> PlannedNeedle:
        moved = angles.entry_moved(planned.needle, entry, keep)
        if (moved.entry == planned.needle.entry).all():
            return planned
        return replace(planned, needle=moved, anchor=None, flag="")

    return _change("edit.move_entry", needle_id, change)


def move_tip(needle_id: str, tip: ArrayLike, keep: Literal["direction", "entry"] = "entry") -> Edit:
    """Put the tip at a world point, mm; the entry point stays, or follows."""

    def change(planned: PlannedNeedle) -> PlannedNeedle:
        moved = angles.tip_moved(planned.needle, tip, keep)
        anchor = planned.anchor if keep == "entry" else None
        return replace(planned, needle=moved, anchor=anchor)

    return _change("edit.move_tip", needle_id, change)


def place(needle_id: str, needle: Needle, anchor: Anchor | None = None) -> Edit:
    """Put a whole needle, such as a catalogue point's stored approach, in the place of another."""
    return _change(
        "edit.place_needle",
        needle_id,
        lambda planned: replace(planned, needle=needle, anchor=anchor, flag=""),
    )


def set_direction(needle_id: str, direction: ArrayLike, about: angles.About = "entry") -> Edit:
    """Turn the needle to a direction (any length) about its entry point or its tip."""

    def change(planned: PlannedNeedle) -> PlannedNeedle:
        return replace(planned, needle=angles.turned(planned.needle, direction, about))

    return _change("edit.set_direction", needle_id, change)


def set_angles(needle_id: str, normal: ArrayLike, tilt_deg: float, azimuth_deg: float) -> Edit:
    """Turn the needle about its entry point to a tilt and azimuth from the skin normal there."""
    return set_direction(needle_id, angles.direction_from_angles(normal, tilt_deg, azimuth_deg))


def set_depth(needle_id: str, depth: float, about: angles.About = "entry") -> Edit:
    """Set the depth, mm ≥ 0, entry to physical tip."""

    def change(planned: PlannedNeedle) -> PlannedNeedle:
        return replace(planned, needle=angles.pushed(planned.needle, depth, about))

    return _change("edit.set_depth", needle_id, change)


def set_radius(needle_id: str, radius: float) -> Edit:
    """Set the shaft's radius, mm ≥ 0."""

    def change(planned: PlannedNeedle) -> PlannedNeedle:
        n = planned.needle
        return replace(planned, needle=Needle(n.entry, n.direction, n.depth, radius))

    return _change("edit.set_radius", needle_id, change)


def set_length(needle_id: str, length: float | None) -> Edit:
    """Set the shaft's length, mm > 0, or forget it."""
    return _change("edit.set_length", needle_id, lambda planned: replace(planned, length=length))


def rename(needle_id: str, name: str) -> Edit:
    """Name a needle; a locked one too."""
    return _free("edit.rename", needle_id, lambda planned: replace(planned, name=name))


def lock(needle_id: str, locked: bool = True) -> Edit:
    """Lock or unlock a needle: a locked one cannot be moved, turned or removed."""
    label = "edit.lock" if locked else "edit.unlock"
    return _free(label, needle_id, lambda planned: replace(planned, locked=locked))


def set_note(needle_id: str, note: str) -> Edit:
    """Write a note on a needle; on a locked one too."""
    return _free("edit.set_note", needle_id, lambda planned: replace(planned, note=note))


def dismiss_flag(needle_id: str) -> Edit:
    """Say that the needle's flag was seen and its place is right."""
    return _free("edit.dismiss_flag", needle_id, lambda planned: replace(planned, flag=""))


def _free(label_id: str, needle_id: str, change: Callable[[PlannedNeedle], PlannedNeedle]) -> Edit:
    return Edit(
        label_id,
        f"{label_id}:{needle_id}",
        lambda plan: _with_needle(plan, change(plan.needle(needle_id))),
    )


# ---- the plan ------------------------------------------------------------------------------------


def _known_zone(zone_id: str) -> str:
    if zone_id not in zone_ids():
        raise UnknownZoneError(f"there is no danger zone {zone_id!r}; see the zone table")
    return zone_id


def set_margin(zone_id: str, margin_mm: float | None) -> Edit:
    """Set the required clearance of a row, mm ≥ 0; ``None`` goes back to the catalogue's."""
    _known_zone(zone_id)

    def apply(plan: Plan) -> Plan:
        margins = {key: value for key, value in plan.margins.items() if key != zone_id}
        if margin_mm is not None:
            margins[zone_id] = float(margin_mm)
        return replace(plan, margins=margins)

    return Edit("edit.set_margin", f"edit.set_margin:{zone_id}", apply)


def set_zone_active(zone_id: str, active: bool) -> Edit:
    """Switch a row of the zone table on or off."""
    _known_zone(zone_id)

    def apply(plan: Plan) -> Plan:
        change = plan.muted_zones - {zone_id} if active else plan.muted_zones | {zone_id}
        return replace(plan, muted_zones=change)

    return Edit("edit.zone_on" if active else "edit.zone_off", "", apply)


def set_title(title: str) -> Edit:
    """Name the plan."""
    return Edit("edit.set_title", "edit.set_title", lambda plan: replace(plan, title=title))


def set_notes(notes: str) -> Edit:
    """Write the plan's notes."""
    return Edit("edit.set_notes", "edit.set_notes", lambda plan: replace(plan, notes=notes))


def set_technique(technique: str) -> Edit:
    """Choose a technique by id; empty for none. Raises `UnknownTechniqueError`."""
    if technique:
        find_technique(technique)
    return Edit("edit.set_technique", "", lambda plan: replace(plan, technique=technique))


def answer_screening(answers: Mapping[str, str]) -> Edit:
    """Set screening answers, question id → answer id; an empty answer removes the question's."""

    def apply(plan: Plan) -> Plan:
        merged = {**plan.screening, **answers}
        return replace(plan, screening={key: value for key, value in merged.items() if value})

    return Edit("edit.screening", "edit.screening", apply)


def set_subject(subject: Subject) -> Edit:
    """Say whom the plan is for: sex, stature, mass."""
    return Edit("edit.set_subject", "edit.set_subject", lambda plan: replace(plan, subject=subject))


def review(name: str, date: str) -> Edit:
    """Record that someone looked at the plan as it is; any later edit removes the record.

    ``date`` is the caller's, ISO 8601: the core knows no clock.
    """
    if not name.strip() or not date.strip():
        raise BadPlanError("a review needs a name and a date")

    def apply(plan: Plan) -> Plan:
        return replace(plan, review=Review(name, date, plan_hash(plan)))

    return Edit("edit.review", "", apply, keeps_review=True)
