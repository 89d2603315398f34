"""The demonstration needle sits between spine and scapula, on the skin of the body's left back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapes import egg_body

from meshes import load_body
from zones.assess import assess
from zones.assessment import Verdict
from zones.demonstration import demonstration_plan
from zones.plan import Anchor
from zones.points import resolve_point
from zones.skin import nearest_on_skin


@pytest.fixture(scope="module")
def body():
    return load_body("reference")


def test_it_is_the_catalogues_approach_on_the_left_back_at_t5(body):
    plan = demonstration_plan(body)
    (planned,) = plan.needles
    needle, level = planned.needle, body.landmarks["t5_spinous_process"].point
    assert (plan.body_hash, planned.anchor) == (body.content_hash, Anchor("RMA", "left"))
    assert np.array_equal(needle.direction, resolve_point(body, "RMA", "left").needle.direction)
    assert 20 < needle.entry[0] < 80
    assert needle.entry[1] > level[1]
    assert abs(needle.entry[2] - level[2]) < 15
    assert np.linalg.norm(nearest_on_skin(body, needle.entry) - needle.entry) < 1e-6
    assert not planned.depth_exceeds_length


def test_nothing_is_hit_at_the_shown_depth(body):
    (result,) = assess(body, demonstration_plan(body).needles[0].needle).needles
    assert result.verdict is not Verdict.BREACH


def test_a_body_without_landmarks_gets_a_plan_without_needle(body):
    for bare in (egg_body(), replace(body, structures={}, landmarks={})):
        assert demonstration_plan(bare).needles == ()
