"""The verbs change what they name and nothing else; a lock holds; an edit ends a review."""

from __future__ import annotations

import inspect
from dataclasses import fields, replace

import numpy as np
import pytest
from plans import needle, random_edit, small_plan

from meshes.body import Subject
from zones import edits
from zones.edits import Edit
from zones.errors import (
    BadNeedleError,
    BadPlanError,
    LockedNeedleError,
    UnknownTechniqueError,
    UnknownZoneError,
    ZoneError,
)
from zones.plan import Anchor, plan_hash

ANCHOR = Anchor("RMA", "left")
BACK = np.array([0.0, -1.0, 0.0])

HANDS = {  # every verb that moves a needle: what a lock must refuse
    "move_entry": lambda: edits.move_entry("n1", (1, 2, 3)),
    "move_tip": lambda: edits.move_tip("n1", (1, 2, 3)),
    "place": lambda: edits.place("n1", needle((1, 2, 3))),
    "set_direction": lambda: edits.set_direction("n1", (1, 2, 3)),
    "set_angles": lambda: edits.set_angles("n1", BACK, 30, 90),
    "set_depth": lambda: edits.set_depth("n1", 5),
    "set_radius": lambda: edits.set_radius("n1", 0.2),
    "set_length": lambda: edits.set_length("n1", 50),
    "remove_needle": lambda: edits.remove_needle("n1"),
}
WORDS = {
    "rename": lambda: edits.rename("n1", "new"),
    "set_note": lambda: edits.set_note("n1", "new"),
    "lock": lambda: edits.lock("n1"),
}
PLAN = {
    "add_needle": lambda: edits.add_needle(needle()),
    "duplicate_needle": lambda: edits.duplicate_needle("n1"),
    "set_margin": lambda: edits.set_margin("liver", 3.0),
    "set_zone_active": lambda: edits.set_zone_active("liver", False),
    "set_title": lambda: edits.set_title("t"),
    "set_notes": lambda: edits.set_notes("t"),
    "set_technique": lambda: edits.set_technique("deep"),
    "answer_screening": lambda: edits.answer_screening({"pregnancy": "no"}),
    "set_subject": lambda: edits.set_subject(Subject("male")),
    "review": lambda: edits.review("A", "2026-01-01"),
    "dismiss_flag": lambda: edits.dismiss_flag("n1"),
}
ALL = {**HANDS, **WORDS, **PLAN}


def test_every_verb_is_in_these_tables():
    verbs = {
        name
        for name, function in inspect.getmembers(edits, inspect.isfunction)
        if function.__module__ == "zones.edits" and not name.startswith("_")
    }
    assert verbs == set(ALL)


@pytest.mark.parametrize("name", ALL)
def test_a_verb_has_a_label_is_pure_and_idempotent_in_value(name):
    plan, edit = small_plan(), ALL[name]()
    assert edit.label_id.startswith("edit.")
    before = plan_hash(plan)
    once = edit(plan)
    assert plan_hash(plan) == before
    assert edit(plan) == once


@pytest.mark.parametrize("name", HANDS)
def test_a_locked_needle_keeps_still(name):
    plan = edits.lock("n1")(small_plan())
    with pytest.raises(LockedNeedleError, match="first is locked"):
        HANDS[name]()(plan)
    assert HANDS[name]()(edits.lock("n1", False)(plan)) != plan


@pytest.mark.parametrize("name", WORDS)
def test_a_locked_needle_can_still_be_named_and_noted(name):
    WORDS[name]()(edits.lock("n1")(small_plan()))


@pytest.mark.parametrize("name", [name for name in ALL if name not in ("review", "dismiss_flag")])
def test_any_edit_that_changes_something_removes_the_review(name):
    plan = edits.review("A", "2026-01-01")(small_plan())
    assert plan.review.plan_hash == plan_hash(plan)
    edited = ALL[name]()(plan)
    assert edited != plan
    assert edited.review is None


def test_an_edit_that_changes_nothing_keeps_plan_and_review():
    plan = edits.review("A", "2026-01-01")(small_plan())
    for edit in (edits.set_depth("n1", 20.0), edits.rename("n1", "first"),
                 edits.set_margin("liver", None), edits.set_zone_active("liver", True),
                 edits.move_entry("n1", (60, 95, 20)), edits.lock("n1", False)):  # fmt: skip
        assert edit(plan) is plan


def test_a_review_needs_a_name_and_a_date():
    for words in (("", "2026-01-01"), ("A", " ")):
        with pytest.raises(BadPlanError, match="name and a date"):
            edits.review(*words)


def test_only_the_named_needle_changes():
    plan = small_plan()
    for make in [*HANDS.values(), *WORDS.values()]:
        edited = make()(plan)
        assert edited.needles[-1] is plan.needles[1]
        same = [f.name for f in fields(plan) if f.name != "needles"]
        assert all(getattr(edited, name) == getattr(plan, name) for name in same)


def test_a_hand_takes_the_needle_off_its_anchor_and_depth_does_not():
    plan = small_plan()
    plan = replace(plan, needles=(replace(plan.needles[0], anchor=ANCHOR, flag="x"),))
    assert edits.move_entry("n1", (1, 2, 3))(plan).needles[0].anchor is None
    assert edits.move_entry("n1", (1, 2, 3))(plan).needles[0].flag == ""
    assert edits.move_tip("n1", (1, 2, 3), "direction")(plan).needles[0].anchor is None
    for edit in (edits.set_depth("n1", 3), edits.set_direction("n1", (1, 1, 1)),
                 edits.move_tip("n1", (1, 2, 3)),
                 edits.move_entry("n1", plan.needles[0].needle.entry)):  # fmt: skip
        assert edit(plan).needles[0].anchor == ANCHOR
    assert edits.place("n1", needle((9, 9, 9)), ANCHOR)(plan).needles[0].anchor == ANCHOR


def test_a_margin_goes_back_to_the_catalogues():
    plan = edits.set_margin("liver", 3.0)(small_plan())
    assert dict(plan.margins) == {"liver": 3.0}
    assert dict(edits.set_margin("liver", None)(plan).margins) == {}


def test_an_empty_answer_removes_the_question():
    plan = edits.answer_screening({"a": "yes", "b": "no"})(small_plan())
    assert dict(edits.answer_screening({"a": ""})(plan).screening) == {"b": "no"}


def test_keys_join_the_same_kind_on_the_same_needle_only():
    assert edits.set_depth("n1", 1).key == edits.set_depth("n1", 2).key != ""
    assert edits.set_depth("n1", 1).key != edits.set_depth("n2", 1).key
    assert edits.set_depth("n1", 1).key != edits.set_direction("n1", (1, 0, 0)).key
    assert edits.add_needle(needle()).key == edits.remove_needle("n1").key == ""


@pytest.mark.parametrize(
    ("make", "error"),
    [
        (lambda: edits.set_depth("n1", -1), BadNeedleError),
        (lambda: edits.set_depth("n1", float("nan")), BadNeedleError),
        (lambda: edits.set_direction("n1", (0, 0, 0)), BadNeedleError),
        (lambda: edits.move_entry("n1", (np.nan, 0, 0)), BadNeedleError),
        (lambda: edits.set_radius("n1", -0.1), BadNeedleError),
        (lambda: edits.set_length("n1", 0.0), BadPlanError),
        (lambda: edits.rename("n9", "x"), BadPlanError),
        (lambda: edits.add_needle(needle(), needle_id="n1"), BadPlanError),
        (lambda: edits.set_margin("liver", -1.0), BadPlanError),
        (lambda: edits.set_margin("livver", 1.0), UnknownZoneError),
        (lambda: edits.set_zone_active("livver", False), UnknownZoneError),
        (lambda: edits.set_technique("hammer"), UnknownTechniqueError),
    ],
)
def test_what_makes_no_plan_is_refused(make, error):
    with pytest.raises(error):
        make()(small_plan())
    assert issubclass(error, ZoneError)


def test_random_edits_never_leave_a_plan_that_cannot_be_saved():
    random, plan = np.random.default_rng(11), small_plan()
    for _ in range(200):
        edit = random_edit(plan, random)
        assert isinstance(edit, Edit)
        plan = edit(plan)
        assert len({planned.id for planned in plan.needles}) == len(plan.needles)
