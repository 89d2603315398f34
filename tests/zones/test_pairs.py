"""Several needles: distances of closed form, and what lies between two of them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bundles import ball, body_of, zone
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import ball_arrays

from meshes.index.body_index import body_index
from zones.needle import Needle
from zones.pairs import (
    closest_approach,
    electrode_pair,
    electrodes,
    meets_hull,
    needle_pair,
    pair_table,
)
from zones.plan import PlannedNeedle, empty_plan
from zones.progress import CancelledError
from zones.techniques import needle_distance

numbers = st.floats(-50, 50, allow_nan=False)
vectors = st.tuples(numbers, numbers, numbers).filter(lambda v: np.linalg.norm(v) > 1e-3)
needles = st.builds(Needle, vectors, vectors, st.floats(0, 80), st.just(0.1))


@settings(max_examples=150, deadline=None)
@given(needles, needles)
def test_the_distance_of_two_needles_is_the_least_over_all_their_points(a, b):
    away, here, there = closest_approach(a, b)
    assert away == pytest.approx(np.linalg.norm(a.point_at(here) - b.point_at(there)), abs=1e-12)
    s = np.linspace(0, a.depth, 60)
    p = a.entry + s[:, None] * a.direction
    along = np.clip((p - b.entry) @ b.direction, 0, b.depth)
    sampled = np.linalg.norm(p - b.entry - along[:, None] * b.direction, axis=1).min()
    assert away <= sampled + 1e-12
    assert sampled - away <= a.depth / 59 + 1e-9
    assert closest_approach(b, a)[0] == pytest.approx(away, abs=1e-9)


def test_crossing_skew_parallel_and_nearly_parallel_needles():
    down = Needle([0, 0, 0], [0, 0, -1], 40.0, 0.15)
    assert needle_pair(("a", down), ("b", Needle([10, 0, 0], [0, 0, -1], 30, 0.1))).distance == (
        pytest.approx(9.75, abs=1e-12)
    )
    skew = needle_pair(("a", down), ("b", Needle([-20, 3, -15], [1, 0, 0], 50, 0.1)))
    assert skew.distance == pytest.approx(2.75, abs=1e-12)
    assert (skew.depth_first, skew.depth_second) == (pytest.approx(15), pytest.approx(20))
    assert skew.point_first == pytest.approx([0, 0, -15])
    assert (skew.tips, skew.entries) == (
        pytest.approx(np.linalg.norm([30, 3, 25])), pytest.approx(np.linalg.norm([20, 3, 15])),
    )  # fmt: skip
    crossing = needle_pair(("a", down), ("b", Needle([-5, 0, -5], [1, 0, 0], 9, 0.1)))
    assert crossing.is_touching
    assert crossing.distance == 0.0
    # They cross in the middle at an angle of 1e-7: their ends are 4e-6 mm apart, they are not.
    for angle in (1e-5, 1e-7, 3e-9):
        start = [-20.0 * angle, 0, 0]
        thin = Needle(start, [angle, 0, -1], 40.0, 0.0)
        assert closest_approach(Needle([0, 0, 0], [0, 0, -1], 40.0, 0.0), thin)[0] < 1e-12


def test_the_table_has_every_pair_once_and_agrees_with_the_technique():
    rng = np.random.default_rng(1)
    named = [(f"n{k}", Needle(rng.normal(0, 20, 3), rng.normal(size=3), 30.0)) for k in range(5)]
    table = pair_table(named)
    assert [(p.first, p.second) for p in table][:4] == [("n0", f"n{k}") for k in range(1, 5)]
    assert len(table) == 10
    by_id = dict(named)
    for pair in table:
        other = needle_distance(by_id[pair.first], by_id[pair.second])
        assert pair.distance == pytest.approx(other, abs=1e-9)


def test_what_meets_holds_or_misses_the_space_between():
    organs = {
        "between": ball(4.0, (0, 0, -15)), "beside": ball(4.0, (0, 9, -15)),
        "below": ball(4.0, (0, 0, -40)), "holding": ball(60.0, (0, 0, -10)),
        "shaft": ball(3.0, (-20, 0, -20)),
    }  # fmt: skip
    body = body_of(**organs)
    first, second = (Needle([x, 0, 0], [0, 0, -1.0], 30.0) for x in (-20.0, 20.0))
    zones = [zone("between"), zone("below"), zone("gone", complete=False)]
    found = electrode_pair(body, ("a", first), ("b", second), zones, body_index(body))
    names = [one.structure_id for one in found.between]
    assert names[0] == "between"
    assert sorted(names) == ["between", "holding", "shaft"]
    assert found.zone_ids == ("between",)
    assert found.unknown == ("gone",)
    assert found.pair.distance == pytest.approx(39.7)
    holding = next(one for one in found.between if one.structure_id == "holding")
    assert [(s.enter, s.exit) for s in holding.spans] == [(0.0, None)]
    assert found.between[0].spans == ()  # the line between the tips passes below it


def test_skew_needles_hold_a_body_of_space_and_flat_ones_a_plane():
    points, faces = ball_arrays(1.0, (0, 0, 0), rings=10)
    skew = np.array([[-10, 0, -10], [10, 0, -10], [0, -10, 10], [0, 10, 10.0]])
    assert meets_hull(points[faces], skew).all()
    assert not meets_hull(points[faces] + [9, 9, 0], skew).any()
    flat = np.array([[-10, 0, 0], [-10, 0, 10], [10, 0, 0], [10, 0, 10.0]])
    across = meets_hull(points[faces], flat)
    upper = points[faces]
    assert across.any()
    sides = upper[..., 1]
    straddles = (sides.min(axis=1) <= 0) & (sides.max(axis=1) >= 0) & (upper[..., 2].min(1) > 0)
    assert across[straddles].all()
    assert not across[sides.min(axis=1) > 1e-6].any()
    line = np.array([[0, 0, 0], [0, 0, 5], [0, 0, 2], [0, 0, 9.0]])  # all on one line
    assert meets_hull(points[faces], line).any()
    assert not meets_hull(points[faces] + [3, 0, 0], line).any()


def test_a_plan_is_paired_in_its_order_and_can_be_stopped():
    body = body_of(organ=ball(4.0, (0, 0, -15)))
    shafts = [Needle([x, 0, 0], [0, 0, -1.0], 30.0) for x in (-20.0, 20.0, 60.0)]
    planned = tuple(PlannedNeedle(f"n{k}", "", shaft) for k, shaft in enumerate(shafts))
    plan = replace(empty_plan(body), needles=planned)
    found = electrodes(body, plan, [zone("organ")])
    assert [(p.pair.first, p.pair.second) for p in found] == [
        (plan.needles[0].id, plan.needles[1].id)
    ]
    assert found[0].zone_ids == ("organ",)
    with pytest.raises(CancelledError):
        electrodes(body, plan, [zone("organ")], cancelled=lambda: True)
