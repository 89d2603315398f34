"""Between two looks no point of the body is farther from its straight way than its stray."""

from __future__ import annotations

import numpy as np
import pytest

from meshes import load_body
from zones.breath_phases import FLOOR_MM, _stray, breath_of
from zones.breathing_table import breath_table

TRIANGLE = np.array([[0, 1, 2]], np.int32)


def test_a_straight_way_has_no_stray_and_a_kink_is_within_it():
    corners = np.eye(3)
    straight = [corners + [0, 0, t] for t in (0.0, 1.0, 2.0)]
    assert _stray(straight, TRIANGLE) == pytest.approx(FLOOR_MM)
    # Still until a share of the second step, then on: off the chord by share * (1 - share).
    for share in np.linspace(0, 1, 11):
        kinked = [corners, corners, corners + [0, 0, 1 - share], corners + [0, 0, 2 - share]]
        assert share * (1 - share) <= _stray(kinked, TRIANGLE).min() / 2.0


def test_a_corner_takes_the_stray_of_its_triangle():
    corners = np.eye(3)
    bent = corners + np.array([[0, 0, 3.0], [0, 0, 0], [0, 0, 0]])
    assert _stray([corners, bent, corners], TRIANGLE) == pytest.approx(6.0 + FLOOR_MM)


def test_the_looks_are_the_phases_and_what_lies_between():
    table = breath_table()
    assert set(table.phases) < set(table.looks)
    assert np.diff(table.looks) == pytest.approx(1 / (len(table.looks) - 1))
    breath = breath_of(load_body("reference"))
    assert tuple(look.phase for look in breath.looks) == table.looks
    assert tuple(p.phase for p in breath.phases) == table.phases


def strays(name, phases):
    from meshes.packs.store import at_phase

    body = load_body(name)
    breath = breath_of(body)
    n, worst = len(breath.looks) - 1, 0.0
    for phase in phases:
        moved, k = at_phase(body, phase), min(int(phase * n), n - 1)
        share = phase * n - k
        for key, stray in breath.stray.items():
            points = moved.structures[key].surface.points
            before, after = breath.looks[k].points[key], breath.looks[k + 1].points[key]
            straight = before + share * (after - before)
            off = np.linalg.norm(points - straight[: len(points)], axis=1)
            worst = max(worst, float((off / stray[: len(points)]).max()))
    return worst


def test_half_way_between_looks_nothing_strays_by_more_than_six_tenths_of_it():
    assert strays("reference", [5 / 16, 11 / 16]) < 0.6


@pytest.mark.long
@pytest.mark.parametrize("name", ["reference", "reference:F1", "reference:F3", "reference:M3",
                                  "reference:male-150-18", "reference:female-195-35"])  # fmt: skip
def test_nothing_strays_by_more_than_six_tenths_of_it(name):
    middle = (np.arange(8) + 0.5) / 8
    assert strays(name, [*middle, *np.random.default_rng(4).uniform(0, 1, 8)]) < 0.6
