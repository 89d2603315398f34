"""Each kind of rule on shapes whose landmark is known by construction."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import ball_arrays

from zones.landmark_rules import NotFoundError, find

BALL = ball_arrays(1.0, (60, 10, 20), (30, 20, 40), 60)[0]
"""An ellipsoid: its farthest point along any axis is known."""
PLACES = {"upper": np.array([70.0, 0.0, 50.0]), "lower": np.array([70.0, 0.0, -10.0])}


def other(name):
    return PLACES.get(name)


@pytest.mark.parametrize(
    ("toward", "expected"),
    [((1, 0, 0), (90, 10, 20)), ((-1, 0, 0), (30, 10, 20)), ((0, 1, 0), (60, 30, 20)),
     ((0, 0, -1), (60, 10, -20))],
)  # fmt: skip
def test_the_extreme_of_an_ellipsoid(toward, expected):
    found = find({"kind": "extreme", "toward": toward}, BALL, other)
    assert np.linalg.norm(found - expected) < 3.0
    assert (np.abs(BALL - found).sum(axis=1) == 0).any()  # a point of the bone itself


def test_a_slanted_direction_meets_the_support_point():
    toward = np.array([1.0, 2.0, 3.0])
    axes = np.array([30.0, 20.0, 40.0])
    exact = np.array([60, 10, 20]) + axes**2 * toward / np.linalg.norm(axes * toward)
    found = find({"kind": "extreme", "toward": toward}, BALL, other)
    reach = toward / np.linalg.norm(toward)
    assert abs((found - exact) @ reach) < 1.0 + 0.2


def test_a_window_looks_at_part_of_the_bone_only():
    rule = {"kind": "extreme", "toward": (0, 0, 1), "window": {"superior": [0.0, 0.5]}}
    assert find(rule, BALL, other)[2] == pytest.approx(20.0, abs=3.0)
    rule = {"kind": "extreme", "toward": (0, 1, 0), "near_mid_mm": 35}
    assert find(rule, BALL, other)[0] <= 35


def test_nothing_where_the_rule_looks_is_said():
    with pytest.raises(NotFoundError, match="nothing where"):
        find({"kind": "extreme", "toward": (1, 0, 0), "near_mid_mm": 5}, BALL, other)
    with pytest.raises(NotFoundError, match="cut off"):
        find({"kind": "extreme", "toward": (1, 0, 0), "needs_extent_mm": 100}, BALL, other)
    with pytest.raises(NotFoundError, match="does not reach"):
        find({"kind": "border", "between": ["upper", "lower"], "at": 9.0}, BALL, other)
    with pytest.raises(NotFoundError, match="nobody is missing"):
        find({"kind": "border", "level_of": "nobody"}, BALL, other)


def test_the_border_at_a_height_is_the_sections_end():
    height = 50.0
    half = 30 * np.sqrt(1 - ((height - 20) / 40) ** 2)
    medial = find({"kind": "border", "level_of": "upper"}, BALL, other)
    lateral = find({"kind": "border", "level_of": "upper", "lateral": True}, BALL, other)
    assert medial[0] == pytest.approx(60 - half, abs=3.5)
    assert lateral[0] == pytest.approx(60 + half, abs=3.5)
    between = find({"kind": "border", "between": ["upper", "lower"], "at": 0.5}, BALL, other)
    assert between[0] == pytest.approx(30, abs=1.0)
    assert between[2] == pytest.approx(20, abs=3.0)


def test_the_crest_stands_out_of_the_blade():
    x, z = np.meshgrid(np.linspace(60, 140, 60), np.linspace(-80, 60, 80))
    blade = np.stack([x.ravel(), 50 + 0.3 * x.ravel(), z.ravel()], axis=1)
    ridge = np.stack([np.linspace(60, 140, 60), 50 + 0.3 * np.linspace(60, 140, 60) + 12,
                      np.full(60, 25.0)], axis=1)  # fmt: skip
    rule = {"kind": "crest", "window": {"lateral": [0.4, 0.6]}}
    found = find(rule, np.concatenate([blade, ridge]), other)
    assert found[2] == 25.0
    assert 92 <= found[0] <= 108


def test_along_and_at_line_lie_on_the_front():
    along = find({"kind": "along", "at": 0.5}, BALL, other)
    assert np.linalg.norm(along - (60, -10, 20)) < 4.0
    rule = {"kind": "at_line", "line": "upper", "front": True}
    at_line = find(rule, BALL, other)
    front = 10 - 20 * np.sqrt(1 - ((70 - 60) / 30) ** 2)
    assert np.linalg.norm(at_line - (70, front, 20)) < 7.0
    with pytest.raises(NotFoundError, match="line"):
        find({**rule, "line": "far"}, BALL, {"far": np.array([500.0, 0, 0])}.get)


def test_between_is_a_fraction_of_the_way():
    rule = {"kind": "between", "between": ["upper", "lower"], "at": 0.25}
    assert np.allclose(find(rule, np.empty((0, 3)), other), (70, 0, 35))
