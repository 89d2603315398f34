"""A plan is its values: equal ones are equal, a hash changes with any decision."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plans import needle, random_edit, small_plan
from shapes import egg_body

from zones.danger import zone_ids
from zones.errors import BadPlanError
from zones.plan import PlannedNeedle, Review, check_plan, empty_plan, plan_hash


def test_equal_values_make_equal_plans_with_one_hash():
    a, b = small_plan(), small_plan()
    assert a == b
    assert a.needles[0] is not b.needles[0]
    assert hash(a) == hash(b)
    assert plan_hash(a) == plan_hash(b)


def test_every_random_decision_changes_the_hash_exactly_when_it_changes_the_plan():
    random, plan, hashes = np.random.default_rng(7), small_plan(), {}
    for _ in range(300):
        hashes.setdefault(plan_hash(plan), replace(plan, review=None))
        assert hashes[plan_hash(plan)] == replace(plan, review=None)
        plan = random_edit(plan, random)(plan)
    assert len(hashes) > 200


def test_the_review_is_not_part_of_what_it_reviews():
    plan = small_plan()
    assert plan_hash(replace(plan, review=Review("x", "y", "z"))) == plan_hash(plan)


def test_a_zone_nobody_muted_is_active():
    plan = empty_plan(egg_body())
    assert plan.active_zones == zone_ids()
    muted = replace(plan, muted_zones=frozenset({"liver"}))
    assert set(plan.active_zones) - set(muted.active_zones) == {"liver"}


def test_mappings_are_frozen_copies():
    margins = {"liver": 5.0}
    plan = replace(small_plan(), margins=margins)
    margins["liver"] = 0.0
    assert plan.margins["liver"] == 5.0
    with pytest.raises(TypeError):
        plan.margins["liver"] = 1.0


def test_depth_beyond_the_shaft_is_said():
    planned = PlannedNeedle("n1", "", needle(depth=30.0))
    assert not planned.depth_exceeds_length
    assert replace(planned, length=25.0).depth_exceeds_length
    assert not replace(planned, length=30.0).depth_exceeds_length
    assert planned.diameter == pytest.approx(0.30)


def test_ids_are_free_and_unknown_ones_refused():
    plan = small_plan()
    assert plan.free_needle_id() == "n3"
    assert replace(plan, needles=plan.needles[1:]).free_needle_id() == "n1"
    with pytest.raises(BadPlanError, match="no needle 'n9'; it has n1, n2"):
        plan.needle("n9")


@pytest.mark.parametrize(
    ("spoilt", "said"),
    [
        (lambda p: replace(p, needles=(p.needles[0], p.needles[0])), "twice"),
        (lambda p: replace(p, margins={"liver": -1.0}), "margin of liver"),
        (lambda p: replace(p, margins={"liver": float("nan")}), "margin of liver"),
        (lambda p: replace(p, needles=(replace(p.needles[0], length=0.0),)), "shaft length"),
    ],
)
def test_a_plan_that_contradicts_itself_is_refused(spoilt, said):
    with pytest.raises(BadPlanError, match=said):
        check_plan(spoilt(small_plan()))
