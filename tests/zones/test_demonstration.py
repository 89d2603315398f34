"""The demonstration needle sits between spine and scapula, on the skin of the body's left back."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from shapes import egg_body

from meshes import load_body
from zones.angles import angles_from_direction, skin_normal
from zones.demonstration import demonstration_plan
from zones.skin import nearest_on_skin


@pytest.fixture(scope="module")
def body():
    return load_body("reference")


def test_it_enters_the_left_back_at_t5_shallow_and_within_its_shaft(body):
    plan = demonstration_plan(body)
    (planned,) = plan.needles
    needle, level = planned.needle, body.landmarks["t5_spinous_process"].point
    assert plan.body_hash == body.content_hash
    assert 20 < needle.entry[0] < 80
    assert needle.entry[1] > level[1]
    assert abs(needle.entry[2] - level[2]) < 15
    assert np.linalg.norm(nearest_on_skin(body, needle.entry) - needle.entry) < 1e-6
    tilt, azimuth = angles_from_direction(skin_normal(body, needle.entry), needle.direction)
    assert (tilt, azimuth) == pytest.approx((65.0, 270.0), abs=0.01)
    assert needle.direction[0] < 0  # towards the midline
    assert not planned.depth_exceeds_length


def test_a_body_without_landmarks_gets_a_plan_without_needle(body):
    for bare in (egg_body(), replace(body, landmarks={})):
        assert demonstration_plan(bare).needles == ()
