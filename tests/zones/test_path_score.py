"""`zones.path_score`: closed form before a wall, an upper bound, 0 where nothing is lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from solids import body_of, index_of, slab_arrays, structure, zone

from zones.needle import Needle
from zones.path_score import path_score
from zones.profile import needle_profile

WALL = structure("wall", slab_arrays((-60, -60, -30), (60, 60, -20)))
BODY, INDEX = body_of(WALL), index_of(WALL)
ZONES = (zone("wall", "wall", margin=5.0),)


def score(depth, step=0.5, margin=5.0, complete=True):
    needle = Needle((0, 0, 0), (0, 0, -1), depth, 0.25)
    found = needle_profile(BODY, needle, ZONES, length_mm=depth + 7.0, step_mm=step, index=INDEX)
    return path_score(found, {"wall": margin}, depth, complete)


def truth(depth, margin=5.0):
    """The wall stands at 20 mm: the clearance at s is 20 - s - 0.25."""
    lost = max(depth - (20.0 - 0.25 - margin), 0.0)
    return lost * lost / (2.0 * margin)


@settings(max_examples=60, deadline=None)
@given(st.floats(0.0, 22.0), st.floats(1.0, 12.0))
def test_before_a_wall_it_is_the_closed_form_from_above(depth, margin):
    exact = truth(depth, margin)
    found = score(depth, 0.5, margin).total_mm
    assert exact - 1e-9 <= found <= exact + 0.5 * (0.5 + depth * 0.5 / margin) + 1e-9
    assert score(depth, 0.05, margin).total_mm <= found + 1e-9


def test_a_path_that_keeps_its_margins_scores_nothing():
    assert score(10.0).total_mm == 0.0
    assert score(10.0).by_zone == ()


def test_deeper_never_scores_less_and_names_its_zone():
    found = [score(d) for d in (12.0, 15.0, 16.0, 18.0, 21.0)]
    totals = [one.total_mm for one in found]
    assert totals == sorted(totals)
    assert found[-1].by_zone[0] == ("wall", pytest.approx(found[-1].total_mm))


def test_what_is_left_out_is_said():
    assert score(18.0).is_complete
    assert not score(18.0, complete=False).is_complete
