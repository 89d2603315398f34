"""Every convention and its way back; entry mode and tip mode hold what they promise."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from zones.angles import (
    anatomical_angles,
    angles_from_direction,
    direction_from_anatomical,
    direction_from_angles,
    direction_to_target,
    entry_moved,
    pushed,
    skin_frame,
    tip_moved,
    turned,
)
from zones.errors import BadNeedleError
from zones.needle import Needle

coordinate = st.floats(-1, 1, allow_nan=False)
vectors = st.tuples(coordinate, coordinate, coordinate).filter(lambda v: np.linalg.norm(v) > 1e-3)
BACK, FRONT, LEFT_SIDE, SHOULDER = (0, -1, 0), (0, 1, 0), (-1, 0, 0), (0, 0, -1)


def gap_deg(a, b):
    return np.rad2deg(np.arctan2(np.linalg.norm(np.cross(a, b)), np.dot(a, b)))


# ---- tilt and azimuth ----------------------------------------------------------------------------


@given(vectors, st.floats(0, 89), st.floats(0, 360, exclude_max=True))
@settings(max_examples=300)
def test_angles_come_back_within_a_hundredth_of_a_degree(normal, tilt, azimuth):
    direction = direction_from_angles(normal, tilt, azimuth)
    tilt_back, azimuth_back = angles_from_direction(normal, direction)
    assert abs(tilt_back - tilt) < 0.01
    turn = (azimuth_back - azimuth + 180) % 360 - 180
    assert abs(turn) * np.sin(np.deg2rad(tilt)) < 0.01
    assert gap_deg(direction, direction_from_angles(normal, tilt_back, azimuth_back)) < 1e-5


@given(vectors, vectors)
@settings(max_examples=300)
def test_any_direction_is_reached_by_its_angles(normal, direction):
    angles = angles_from_direction(normal, direction)
    assert gap_deg(direction, direction_from_angles(normal, *angles)) < 1e-5


def test_the_whole_sweep_has_no_failure():
    for normal in (BACK, FRONT, LEFT_SIDE, SHOULDER, (0, 0, 1), (1e-9, 0, 1), (0.3, -0.8, 0.2)):
        for tilt in np.linspace(0, 89, 90):
            for azimuth in np.arange(0.0, 360.0, 45.0):
                d = direction_from_angles(normal, tilt, azimuth)
                assert abs(np.linalg.norm(d) - 1) < 1e-14
                back, _ = angles_from_direction(normal, d)
                assert abs(back - tilt) < 0.01


@pytest.mark.parametrize(
    ("normal", "azimuth", "leans"),
    [
        (BACK, 0, (0, 0, 1)),
        (BACK, 90, (1, 0, 0)),  # the subject's left
        (BACK, 180, (0, 0, -1)),
        (FRONT, 90, (-1, 0, 0)),  # the subject's right
        (LEFT_SIDE, 0, (0, 0, 1)),
        (LEFT_SIDE, 90, (0, -1, 0)),
        (SHOULDER, 0, (0, 1, 0)),  # the pole: zero is posterior
    ],
)
def test_where_the_azimuth_points(normal, azimuth, leans):
    direction = direction_from_angles(normal, 90, azimuth)
    assert np.allclose(direction, leans, atol=1e-12)


def test_straight_in_is_the_normal_and_has_azimuth_zero():
    assert np.array_equal(direction_from_angles(BACK, 0, 123), BACK)
    assert angles_from_direction(BACK, BACK) == (0.0, 0.0)


@given(vectors)
def test_the_frame_is_right_handed_and_unit(normal):
    frame = np.array(skin_frame(normal))
    assert np.allclose(frame @ frame.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(frame) < 0  # counter-clockwise about the *outward* normal


# ---- anatomical angles ---------------------------------------------------------------------------


@given(st.sampled_from(["left", "right"]), st.floats(-179, 179), st.floats(-89, 89),
       st.sampled_from(["anterior", "posterior"]))  # fmt: skip
@settings(max_examples=300)
def test_anatomical_angles_come_back(side, medial, cranial, aim):
    direction = direction_from_anatomical(side, medial, cranial, aim)
    back = anatomical_angles(side, direction, aim)
    assert abs(back[0] - medial) < 0.01
    assert abs(back[1] - cranial) < 0.01


def test_medial_is_towards_the_midline_and_mirrors():
    left = direction_from_anatomical("left", 30, 10)
    right = direction_from_anatomical("right", 30, 10)
    assert left[0] < 0 < right[0]
    assert np.allclose(left * [-1, 1, 1], right)
    assert np.allclose(direction_from_anatomical("left", 0, 0), (0, -1, 0))
    assert np.allclose(direction_from_anatomical("left", 0, 0, "posterior"), (0, 1, 0))
    assert direction_from_anatomical("left", 0, -18)[2] < 0
    assert anatomical_angles("left", (0, 0, 1)) == (0.0, 90.0)


# ---- target --------------------------------------------------------------------------------------


@given(vectors, vectors)
def test_a_target_is_met_at_its_depth(entry, target):
    assume(np.linalg.norm(np.subtract(entry, target)) > 1e-6)
    direction, depth = direction_to_target(entry, target)
    assert np.allclose(np.asarray(entry) + depth * direction, target, atol=1e-12)


@pytest.mark.parametrize(
    "call",
    [
        lambda: direction_to_target((1, 2, 3), (1, 2, 3)),
        lambda: direction_to_target((1, 2, 3), (np.nan, 2, 3)),
        lambda: direction_to_target((0, 0), (1, 2)),
        lambda: direction_from_angles(BACK, np.nan, 0),
        lambda: direction_from_angles((0, 0, 0), 10, 0),
        lambda: direction_from_anatomical("left", np.inf, 0),
        lambda: angles_from_direction(BACK, (0, 0, 0)),
    ],
)  # fmt: skip
def test_what_is_no_direction_is_refused(call):
    with pytest.raises(BadNeedleError):
        call()


# ---- entry mode and tip mode ---------------------------------------------------------------------


def test_a_thousand_random_edits_keep_what_is_held():
    random = np.random.default_rng(20)
    needle = Needle((10, 90, -15), (0.1, -1, 0.2), 25.0, 0.125)
    for _ in range(1000):
        before, kind = needle, int(random.integers(8))
        point = before.entry + random.normal(0, 20, 3)
        direction, depth = random.normal(size=3), float(random.uniform(1, 60))
        if kind == 0:
            needle = entry_moved(before, point, "direction")
            assert np.array_equal(needle.entry, point)
            assert np.array_equal(needle.direction, before.direction)
        elif kind == 1:
            needle = entry_moved(before, point, "tip")
            assert np.array_equal(needle.entry, point)
            assert np.allclose(needle.tip, before.tip, atol=1e-9)
        elif kind == 2:
            needle = tip_moved(before, point, "direction")
            assert np.allclose(needle.tip, point, atol=1e-9)
            assert needle.depth == before.depth
        elif kind == 3:
            needle = tip_moved(before, point, "entry")
            assert np.allclose(needle.tip, point, atol=1e-9)
            assert np.array_equal(needle.entry, before.entry)
        elif kind == 4:
            needle = turned(before, direction, "entry")
            assert np.array_equal(needle.entry, before.entry)
            assert needle.depth == before.depth
        elif kind == 5:
            needle = turned(before, direction, "tip")
            assert np.allclose(needle.tip, before.tip, atol=1e-9)
            assert needle.depth == before.depth
        elif kind == 6:
            needle = pushed(before, depth, "entry")
            assert np.array_equal(needle.entry, before.entry)
            assert np.array_equal(needle.direction, before.direction)
        else:
            needle = pushed(before, depth, "tip")
            assert np.allclose(needle.tip, before.tip, atol=1e-9)
            assert np.array_equal(needle.direction, before.direction)
        assert needle.radius == before.radius
        assert abs(needle.direction @ needle.direction - 1) < 1e-15
        assert np.allclose(needle.entry + needle.depth * needle.direction, needle.tip)


def test_the_entry_point_cannot_be_put_on_a_held_tip():
    needle = Needle((0, 0, 0), (0, -1, 0), 20)
    with pytest.raises(BadNeedleError, match="same point"):
        entry_moved(needle, needle.tip, "tip")
