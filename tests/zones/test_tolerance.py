"""Tolerances: closed forms, never above the truth, lost where they say, monotone in the margin."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from bundles import ball, body_of, wall, zone
from shapes import egg_body

from meshes.index.body_index import body_index
from zones.angles import skin_frame, skin_normal
from zones.assess import assess, assess_needles
from zones.danger import danger_zones
from zones.errors import BadNeedleError
from zones.needle import Needle
from zones.progress import CancelledError
from zones.tolerance import MOST_ANGLE_DEG, MOST_ENTRY_MM, tolerance
from zones.uncertainty_draws import turned_about

DOWN = Needle([0.0, 0.0, 40.0], [0, 0, -1.0], 30.0, 0.15)


def test_straight_at_a_wall_only_depth_is_short():
    found = tolerance(body_of(wall=wall()), DOWN, [zone("wall")])
    assert found.slack == pytest.approx(4.85, abs=1e-9)
    assert found.depth.kept == pytest.approx(4.85, abs=1e-6)
    assert found.depth.kept <= 4.85 < found.depth.lost <= 4.85 + 1e-3
    assert (found.entry.kept, found.entry.lost) == (MOST_ENTRY_MM, None)
    assert (found.angle.kept, found.angle.lost) == (pytest.approx(MOST_ANGLE_DEG), None)
    assert found.depth.zone_id == found.together.zone_id == "wall"
    truth = 4.85 / 2.0  # the depth's share; the other two do no harm
    assert 0.5 * truth < found.together.kept <= truth
    assert found.together.lost >= truth - 1e-9
    assert found.unknown == ()


def test_past_a_ball_entry_and_angle_are_closed_form():
    radius, margin, thick = 10.0, 5.0, 0.15
    body = body_of(ball=ball(radius, (20.0, 0.0, -60.0), rings=120))
    needle = Needle([0.0, 0.0, 0.0], [0, 0, -1.0], 120.0, thick)
    found = tolerance(body, needle, [zone("ball", margin)], together=False)
    reach = radius + margin + thick
    entry = 20.0 - reach
    distance = np.hypot(20.0, 60.0)
    angle = np.degrees(np.arcsin(20.0 / distance) - np.arcsin(reach / distance))
    sagitta = 0.02  # the facets lie inside the ball: a little more room than round
    assert found.entry.kept == pytest.approx(entry, abs=0.05 + sagitta)
    assert found.entry.kept <= found.entry.lost <= entry + 0.05 + sagitta
    assert found.angle.kept == pytest.approx(angle, abs=0.06)
    assert found.angle.kept <= found.angle.lost <= angle + 0.1


@pytest.fixture(scope="module")
def near_pleura():
    body = egg_body()
    needle = Needle([112.0, 75.0, 0.0], [0.05, -1.0, 0.1], 22.0, 0.15)
    zones = [replace(z, margin_mm=3.0) for z in danger_zones(body)]
    return body, needle, zones, tolerance(body, needle, zones)


def kept_margins(body, needles, zones):
    """Whether each needle keeps every margin, by the assessment of the single needle."""
    for found in assess_needles(body, needles, zones).needles:
        yield all(z.clearance is None or z.clearance >= z.margin - 1e-7 for z in found.zones)


def drifted(body, needle, rng, n, entry, angle, depth):
    """Needles that drift by no more than these, most of them by all of it."""
    plane = skin_frame(skin_normal(body, needle.entry))[1:]

    def disc(size):
        way = rng.uniform(0, 2 * np.pi, n)
        return size * np.sqrt(rng.uniform(0.5, 1, n)) * np.array([np.cos(way), np.sin(way)])

    a, b = disc(entry)
    entries = needle.entry + np.outer(a, plane[0]) + np.outer(b, plane[1])
    directions = turned_about(needle.direction, disc(np.radians(angle)).T)
    return [
        Needle(e, d, needle.depth + rng.uniform(0, 1) * depth, needle.radius)
        for e, d in zip(entries, directions, strict=True)
    ]


def test_no_drift_up_to_a_tolerance_loses_a_margin(near_pleura):
    body, needle, zones, found = near_pleura
    rng = np.random.default_rng(4)
    assert found.slack > 0.5
    joint = [share * found.together.kept for share in found.shares]
    for drifts in (
        (found.entry.kept, 0.0, 0.0), (0.0, found.angle.kept, 0.0), (0.0, 0.0, found.depth.kept),
        joint,
    ):  # fmt: skip
        assert all(kept_margins(body, drifted(body, needle, rng, 150, *drifts), zones)), drifts


def test_what_is_said_to_lose_a_margin_is_near_and_does(near_pleura):
    body, needle, zones, found = near_pleura
    rng = np.random.default_rng(5)
    assert (found.entry.kept, found.entry.lost) == (MOST_ENTRY_MM, None)  # along the pleura
    for place, drift in ((1, found.angle), (2, found.depth)):
        assert drift.kept < drift.lost <= 1.03 * drift.kept + 0.05
        drifts = [0.0, 0.0, 0.0]
        drifts[place] = 1.3 * drift.lost
        needles = drifted(body, needle, rng, 400, *drifts)
        assert not all(kept_margins(body, needles, zones))
        lost = assess(body, needle, zones).needles[0]
        assert drift.zone_id in {z.zone_id for z in lost.zones}
    assert 0.3 * found.together.lost < found.together.kept < found.together.lost


def test_a_wider_margin_never_leaves_more_room(near_pleura):
    body, needle, zones, _ = near_pleura
    before = None
    for margin in (0.0, 1.0, 2.5, 4.0, 9.0):
        wider = [replace(z, margin_mm=margin) for z in zones]
        found = tolerance(body, needle, wider, together=False)
        now = (found.slack, found.entry.kept, found.angle.kept, found.depth.kept)
        if before is not None:
            assert all(a <= b + 1e-9 for a, b in zip(now, before, strict=True))
        before = now
    assert now[1:] == (0.0, 0.0, 0.0)


def test_a_margin_that_is_lost_already_tolerates_nothing():
    found = tolerance(body_of(wall=wall()), replace(DOWN, depth=37.0), [zone("wall")])
    assert found.slack < 0
    assert found.entry.kept == found.angle.kept == found.depth.kept == found.together.kept == 0.0
    assert found.entry.zone_id == "wall"


def test_zones_that_are_not_assessed_are_named():
    body = body_of(closed=False, wall=wall())
    rows = [zone("wall"), replace(zone("gone"), structures=(), complete=False, note="zone.missing")]
    assert tolerance(body, DOWN, rows, together=False).unknown == ("wall", "gone")


def test_the_tube_holds_every_jointly_drifted_axis(near_pleura):
    body, needle, _, found = near_pleura
    depths, radii = found.tube()
    rng = np.random.default_rng(6)
    joint = [share * found.together.kept for share in found.shares]
    for one in drifted(body, needle, rng, 100, *joint):
        for depth, radius in zip(depths[:-1], radii[:-1], strict=True):
            if depth <= one.depth:
                away = one.point_at(depth) - needle.point_at(depth)
                assert np.linalg.norm(away) <= radius + 1e-9


def test_it_can_be_stopped_and_shares_are_checked():
    body = body_of(wall=wall())
    with pytest.raises(CancelledError):
        tolerance(body, DOWN, [zone("wall")], cancelled=lambda: True)
    with pytest.raises(BadNeedleError, match="share"):
        tolerance(body, DOWN, [zone("wall")], shares=(0.0, 0.0, 0.0))
    told = []
    tolerance(body, DOWN, [zone("wall")], index=body_index(body), progress=told.append)
    assert told == sorted(told)
    assert told[-1] == 1.0


def test_what_is_entered_is_named_however_much_a_wider_margin_lacks():
    body = body_of(wall=wall(), ball=ball(3.0, (0.0, 0.0, 30.0)))
    found = tolerance(body, DOWN, [zone("wall", 30.0), zone("ball", 1.0)])
    assert found.slack < 0.0
    assert {found.depth.zone_id, found.entry.zone_id, found.together.zone_id} == {"ball"}
