"""`Plan` ↔ the JSON document `needlewise/plan/1`. Pure; files are `plan_file`'s.

The reader is strict: a key it does not know, a number that is none, a zone the catalogue has not
are refused with their place in the document, because a plan half understood is a plan misread.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from meshes.body import Subject
from zones.danger import zone_ids
from zones.errors import BadNeedleError, BadPlanError
from zones.needle import Needle, Vector
from zones.plan import PLAN_SCHEMA, Anchor, Plan, PlannedNeedle, Review, check_plan, plan_hash
from zones.screening import screen
from zones.techniques import techniques

Document = dict[str, Any]

_TOP = frozenset(
    {"schema", "engine", "frame", "units", "body", "title", "needles", "margins", "muted_zones",
     "technique", "screening", "subject", "notes", "review", "results"}
)  # fmt: skip


def plan_document(plan: Plan) -> Document:
    """Return the plan as JSON values: lists, strings, numbers in mm, LPS. Results are not in it."""
    return {
        "schema": plan.schema,
        "frame": "LPS",
        "units": "mm",
        "body": {"id": plan.body_id, "hash": plan.body_hash, "posture": plan.posture},
        "title": plan.title,
        "needles": [_needle_document(planned) for planned in plan.needles],
        "margins": {key: plan.margins[key] for key in sorted(plan.margins)},
        "muted_zones": sorted(plan.muted_zones),
        "technique": plan.technique,
        "screening": {key: plan.screening[key] for key in sorted(plan.screening)},
        "subject": {
            "sex": plan.subject.sex,
            "stature_cm": plan.subject.stature_cm,
            "mass_kg": plan.subject.mass_kg,
        },
        "notes": plan.notes,
        "review": None if plan.review is None else vars(plan.review).copy(),
    }


def _needle_document(planned: PlannedNeedle) -> Document:
    anchor = planned.anchor
    return {
        "id": planned.id,
        "name": planned.name,
        "entry": planned.needle.entry.tolist(),
        "direction": planned.needle.direction.tolist(),
        "depth": planned.needle.depth,
        "radius": planned.needle.radius,
        "length": planned.length,
        "locked": planned.locked,
        "anchor": anchor and {"point": anchor.point_id, "side": anchor.side},
        "note": planned.note,
        "flag": planned.flag,
    }


def plan_from_document(document: Mapping[str, Any]) -> Plan:
    """Return the plan of a document of this version.

    A review that does not fit the plan it lies in is dropped: someone edited the file by hand.

    Raises
    ------
    BadPlanError
        One sentence that begins with the place, such as ``needles[0].depth``.
    """
    top = _Part(document, "")
    top.only(_TOP)
    top.is_value("schema", PLAN_SCHEMA)
    top.is_value("frame", "LPS")
    top.is_value("units", "mm")
    body = top.part("body", {"id", "hash", "posture"})
    subject = top.part("subject", {"sex", "stature_cm", "mass_kg"}, needed=False)
    plan = Plan(
        body_id=body.text("id", needed=True),
        body_hash=body.text("hash", needed=True),
        posture=body.text("posture"),
        title=top.text("title"),
        needles=tuple(
            _needle(_Part(entry, f"needles[{i}]")) for i, entry in enumerate(top.items("needles"))
        ),
        margins=_margins(top),
        muted_zones=_muted(top),
        technique=_technique(top),
        screening=_answers(top),
        subject=Subject(
            subject.text("sex") or None,
            subject.number("stature_cm", none=True),
            subject.number("mass_kg", none=True),
        ),
        notes=top.text("notes"),
    )
    check_plan(plan)
    return _with_review(plan, top)


def _with_review(plan: Plan, top: _Part) -> Plan:
    if top.values.get("review") is None:
        return plan
    part = top.part("review", {"name", "date", "plan_hash"})
    review = Review(part.text("name"), part.text("date"), part.text("plan_hash"))
    return replace(plan, review=review) if review.plan_hash == plan_hash(plan) else plan


def _needle(part: _Part) -> PlannedNeedle:
    part.only(
        {"id", "name", "entry", "direction", "depth", "radius", "length", "locked", "anchor",
         "note", "flag"}
    )  # fmt: skip
    try:
        needle = Needle(
            part.vector("entry"), part.vector("direction"), part.number("depth"),
            part.number("radius"),
        )  # fmt: skip
    except BadNeedleError as error:
        raise BadPlanError(f"{part.place}: {error}") from error
    anchor = None
    if part.values.get("anchor") is not None:
        where = part.part("anchor", {"point", "side"})
        anchor = Anchor(where.text("point", needed=True), where.text("side", needed=True))
    return PlannedNeedle(
        id=part.text("id", needed=True),
        name=part.text("name"),
        needle=needle,
        locked=part.truth("locked"),
        anchor=anchor,
        length=part.number("length", none=True),
        note=part.text("note"),
        flag=part.text("flag"),
    )


def _margins(top: _Part) -> dict[str, float]:
    part = _Part(top.values.get("margins", {}), "margins")
    for key in part.values:
        _known_zone(key, f"margins.{key}")
    return {key: part.number(key) for key in part.values}


def _muted(top: _Part) -> frozenset[str]:
    for i, key in enumerate(top.items("muted_zones", needed=False)):
        _known_zone(key, f"muted_zones[{i}]")
    return frozenset(top.items("muted_zones", needed=False))


def _known_zone(key: object, place: str) -> None:
    if key not in zone_ids():
        raise BadPlanError(f"{place}: there is no danger zone {key!r} in the catalogue")


def _technique(top: _Part) -> str:
    chosen = top.text("technique")
    if chosen and chosen not in techniques():
        raise BadPlanError(f"technique is {chosen!r}; expected one of {', '.join(techniques())}")
    return chosen


def _answers(top: _Part) -> dict[str, str]:
    part = _Part(top.values.get("screening", {}), "screening")
    answers = {key: part.text(key, needed=True) for key in part.values}
    screen(answers)
    return answers


class _Part:
    """A JSON object with its place, so that every complaint can name it."""

    def __init__(self, values: object, place: str) -> None:
        if not isinstance(values, Mapping):
            raise BadPlanError(f"{place or 'the document'} is {_shown(values)}; expected an object")
        self.values: Mapping[str, Any] = values
        self.place = place

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def only(self, known: frozenset[str] | set[str]) -> None:
        for key in self.values:
            if key not in known:
                listed = ", ".join(sorted(known))
                raise BadPlanError(f"{self.at(key)} is not part of {PLAN_SCHEMA}: {listed}")

    def is_value(self, key: str, expected: str) -> None:
        if self.values.get(key) != expected:
            raise BadPlanError(
                f"{self.at(key)} is {_shown(self.values.get(key))}; expected {expected!r}"
            )

    def part(self, key: str, known: set[str], needed: bool = True) -> _Part:
        if key not in self.values and not needed:
            return _Part({}, self.at(key))
        part = _Part(self.values.get(key), self.at(key))
        part.only(known)
        return part

    def items(self, key: str, needed: bool = True) -> Sequence[Any]:
        value = self.values.get(key, None if needed else [])
        if not isinstance(value, list):
            raise BadPlanError(f"{self.at(key)} is {_shown(value)}; expected a list")
        return value

    def text(self, key: str, needed: bool = False) -> str:
        value = self.values.get(key)
        if value is None and not needed:
            return ""
        if not isinstance(value, str) or (needed and not value.strip()):
            raise BadPlanError(f"{self.at(key)} is {_shown(value)}; expected text")
        return value

    def truth(self, key: str) -> bool:
        value = self.values.get(key, False)
        if not isinstance(value, bool):
            raise BadPlanError(f"{self.at(key)} is {_shown(value)}; expected true or false")
        return value

    def number(self, key: str, none: bool = False) -> Any:
        value = self.values.get(key)
        if value is None and none:
            return None
        return _number(value, self.at(key))

    def vector(self, key: str) -> Vector:
        value = self.values.get(key)
        if not isinstance(value, list) or len(value) != 3:
            raise BadPlanError(f"{self.at(key)} is {_shown(value)}; expected three numbers")
        return np.array([_number(cell, f"{self.at(key)}[{i}]") for i, cell in enumerate(value)])


def _number(value: object, place: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e300:
        raise BadPlanError(f"{place} is {_shown(value)}; expected a finite number")
    if not math.isfinite(value):
        raise BadPlanError(f"{place} is {_shown(value)}; expected a finite number")
    return float(value)


def _shown(value: object) -> str:
    text = "missing" if value is None else repr(value)
    return text if len(text) <= 60 else text[:57] + "…"
