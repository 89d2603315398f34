"""A plan on another body: found again by rule or flagged, never carried over in silence."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plans import small_plan
from shapes import egg_body

from zones import edits
from zones.errors import BadPlanError, PostureError
from zones.plan import NOT_ON_BODY, RAW_COORDINATES, Anchor
from zones.refit import REFITTED, refit_plan, require_body

OTHER = replace(egg_body(), id="other", content_hash="other-1")


def anchored():
    plan = edits.review("A", "2026-01-01")(small_plan())
    first = replace(plan.needles[0], anchor=Anchor("RMA", "left"), locked=True)
    return replace(plan, needles=(first, plan.needles[1]))


def test_its_own_body_gets_the_plan_itself():
    plan = anchored()
    assert refit_plan(plan, egg_body()) is plan
    assert require_body(plan, egg_body()) is plan


def test_an_anchor_is_found_again_and_coordinates_are_flagged():
    def entry_of(body, anchor):
        assert (body, anchor) == (OTHER, Anchor("RMA", "left"))
        return np.array([1.0, 2.0, 3.0])

    plan = refit_plan(anchored(), OTHER, entry_of)
    first, second = plan.needles
    assert np.array_equal(first.needle.entry, (1, 2, 3))
    assert first.needle.depth == 20.0
    assert (first.flag, second.flag) == (REFITTED, RAW_COORDINATES)
    assert (plan.body_id, plan.body_hash, plan.review) == ("other", "other-1", None)


def test_an_anchor_that_is_not_there_keeps_its_numbers_and_says_so():
    plan = refit_plan(anchored(), OTHER)
    assert plan.needles[0].flag == NOT_ON_BODY
    assert np.array_equal(plan.needles[0].needle.entry, anchored().needles[0].needle.entry)


def test_another_posture_is_refused_unless_there_is_nothing_to_misplace():
    seated = replace(OTHER, posture="seated")
    for call in (refit_plan, require_body):
        with pytest.raises(PostureError, match="'standing'.*'seated'"):
            call(anchored(), seated)
    assert refit_plan(replace(anchored(), needles=()), seated).posture == "seated"
    assert refit_plan(replace(anchored(), posture=""), seated).needles[1].flag == RAW_COORDINATES


def test_the_command_line_asks_for_the_right_body():
    with pytest.raises(BadPlanError, match=r"made for body egg \(egg-1…\), this is other"):
        require_body(anchored(), OTHER)
