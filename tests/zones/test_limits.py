"""First contact and limit depth: closed forms, never late, and consistent with the clearance."""

from __future__ import annotations

import numpy as np
import pytest
from solids import ball_arrays, index_of, motions, moved_needle, slab_arrays, structure, zone

from zones.clearance import measure_zones, zone_rows
from zones.limits import line_limit
from zones.needle import Needle

CUBE = structure("cube", slab_arrays((-10, -10, -10), (10, 10, 10)))


def measured(needle, *structures, margin=5.0, searched=300.0, within=np.inf):
    index = index_of(*structures)
    zones = [zone(s.id, margin=margin) for s in structures]
    return measure_zones(index, zone_rows(index, zones), needle, searched, within)


@pytest.mark.parametrize("depth", [0.0, 5.0, 26.0, 33.0, 200.0])
@pytest.mark.parametrize("margin", [0.5, 5.0, 12.0])
def test_before_a_wall_they_are_closed_form_whatever_the_depth(depth, margin):
    found = measured(Needle([-40, 1, 2], [1, 0, 0], depth, 0.25), CUBE, margin=margin)
    assert found.contact[0] == pytest.approx(30.0, abs=1e-8)
    assert found.limit[0] == pytest.approx(30.0 - margin - 0.25, abs=1e-8)
    assert found.contact[0] <= 30.0
    assert found.limit[0] <= 30.0 - margin - 0.25


def test_past_an_edge_the_margin_limits_without_a_contact():
    """Along x at y = 14: 4 mm above the wall's plane, margin 5 + 0.25 from the edge at x = -10."""
    found = measured(Needle([-40, 14, 0], [1, 0, 0], 3, 0.25), CUBE)
    assert found.contact[0] == np.inf
    assert found.limit[0] == pytest.approx(30 - np.sqrt(5.25**2 - 16), abs=1e-8)


def test_slanted_before_a_wall():
    u = np.array([1, 0.2, 0]) / np.sqrt(1.04)
    found = measured(Needle([-40, 0, 0], u, 3, 0.0), CUBE, margin=1.0)
    assert found.contact[0] == pytest.approx(30 / u[0], abs=1e-8)
    assert found.limit[0] == pytest.approx(29 / u[0], abs=1e-8)


def test_an_entry_inside_is_in_contact_at_once():
    found = measured(Needle([0, 0, 0], [1, 0, 0], 3, 0.0), CUBE, margin=1.0)
    assert (found.contact[0], found.limit[0]) == (0.0, 0.0)


def test_an_entry_within_the_margin_has_no_depth():
    found = measured(Needle([-14, 0, 0], [-1, 0, 0], 3, 0.0), CUBE)
    assert found.limit[0] == 0.0
    assert found.contact[0] == np.inf


def test_the_contact_is_found_beyond_any_searched_length_and_the_limit_is_not():
    found = measured(Needle([-4000, 1, 2], [1, 0, 0], 3, 0.0), CUBE)
    assert found.contact[0] == pytest.approx(3990)
    assert found.limit[0] == np.inf
    assert measured(Needle([-4000, 1, 2], [1, 0, 0], 3, 0.0), CUBE, searched=3985.0).limit[
        0
    ] == pytest.approx(3985)


def test_the_interest_radius_changes_no_depth():
    far = structure("far", ball_arrays(20, (120, 0, 0)))
    needle = Needle([-40, 1, 2], [1, 0.5, 0], 5, 0.1)
    every, near = measured(needle, CUBE, far), measured(needle, CUBE, far, within=20.0)
    np.testing.assert_array_equal(every.contact, near.contact)
    np.testing.assert_array_equal(every.limit, near.limit)
    assert near.row.tolist() == [-1, -1]


def test_a_needle_at_its_limit_keeps_the_margin_and_one_beyond_does_not():
    rng = np.random.default_rng(7)
    egg = structure("egg", ball_arrays(1, (10, 0, 5), (30, 12, 20)))
    limited = 0
    for _ in range(120):
        entry = rng.normal(size=3)
        entry *= 60 / np.linalg.norm(entry)
        needle = Needle(entry, rng.normal(size=3) * 14 + [10, 0, 5] - entry, 1, 0.2)
        limit = float(measured(needle, egg, margin=4.0).limit[0])
        if not np.isfinite(limit):
            continue
        limited += 1
        at = measured(Needle(entry, needle.direction, limit, 0.2), egg, margin=4.0)
        assert at.clearance[0] >= 4.0 - 1e-12
        beyond = measured(Needle(entry, needle.direction, limit + 0.01, 0.2), egg, margin=4.0)
        assert beyond.clearance[0] < 4.0
    assert limited > 60


def test_they_do_not_change_with_a_rigid_motion():
    points, faces = ball_arrays(20, scale=(1, 2, 0.6))
    needle = Needle([-40, 3, 2], [1, 0.05, 0.02], 5, 0.1)
    at_rest = measured(needle, structure("ball", (points, faces)))
    for move in motions(20, seed=2):
        found = measured(moved_needle(needle, move), structure("ball", (move(points), faces)))
        assert found.contact[0] == pytest.approx(at_rest.contact[0], abs=1e-9)
        assert found.limit[0] == pytest.approx(at_rest.limit[0], abs=1e-9)


def test_the_least_limit_wins_and_is_named():
    ball = structure("ball", ball_arrays(5, (-25, 0, 0)))
    found = measured(Needle([-60, 0, 0], [1, 0, 0], 3, 0.0), CUBE, ball)
    least = line_limit(found, ["cube", "ball"])
    assert least.zone_id == "ball"
    assert least.depth == pytest.approx(25.0, abs=1e-6)
    none = line_limit(measured(Needle([-60, 0, 0], [-1, 0, 0], 3), CUBE), ["cube"])
    assert (none.depth, none.zone_id) == (None, None)


def test_a_drag_leaves_no_trace_in_its_limits():
    """Every search starts from the triangle that decided the last one: it must not show."""
    ball, slab = ball_arrays(12, (0, 3, 0), rings=24), slab_arrays((-30, 14, -30), (30, 17, 30))
    structures = [structure("ball", ball), structure("slab", slab)]
    index, zones = index_of(*structures), [zone("ball"), zone("slab", margin=9.0)]
    rows = zone_rows(index, zones)
    limits = set()
    for step in np.linspace(0, 1, 60):
        direction = [1, 0.9 * step, 0.3 - step]
        needle = Needle([-40, -20 + 30 * step, 20 - 30 * step], direction, 40 * step, 0.2)
        warm = measure_zones(index, rows, needle, 300.0)
        fresh = type(index)(index.ids, index.packed, "cold")
        cold = measure_zones(fresh, zone_rows(fresh, zones), needle, 300.0)
        np.testing.assert_array_equal(warm.contact, cold.contact)
        np.testing.assert_array_equal(warm.limit, cold.limit)
        limits.update(warm.limit.tolist())
    assert len(limits) > 60
