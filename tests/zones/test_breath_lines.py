"""Cones, maps, curves, drifts through the breath, against the body at phases nobody looked at."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
from marked_bodies import back_body

from meshes import load_body
from meshes.packs.store import at_phase
from zones.assess import assess, assess_needles
from zones.breath_drifts import tolerance_through_breath
from zones.breath_lines import cone_through_breath, direction_through_breath, map_through_breath
from zones.breath_phases import breath_of, carried
from zones.breath_profile import profile_through_breath
from zones.breathing import with_breath
from zones.breathing_table import breath_table
from zones.cone import safe_cone
from zones.danger import danger_zones
from zones.depth_map import depth_map, vertices_near
from zones.needle import Needle
from zones.profile import needle_profile
from zones.skin import nearest_on_skin
from zones.tolerance import tolerance
from zones.zone_reach import LineState

HAIR = 1e-6
UNSEEN = (0.0625, 0.4375, 0.93)
PLACES = {"upper": (44, 106, -22), "lower": (60, 120, -200), "side": (150, 20, -190)}


@pytest.fixture(scope="module")
def body():
    return load_body("reference")


def needle_at(body, place, depth=20.0):
    return Needle(nearest_on_skin(body, PLACES[place]), np.array([0.1, -0.95, 0.2]), depth, 0.15)


def ridden_to(body, needle, phase):
    """The body at a phase, and the needle that rode along."""
    moved = at_phase(body, phase)
    stand = SimpleNamespace(skin=moved.skin.surface.points)
    return moved, carried(breath_of(body), needle, stand)


@pytest.mark.parametrize("place", PLACES)
def test_no_direction_goes_deeper_than_at_any_moment(body, place):
    needle = needle_at(body, place)
    told = cone_through_breath(body, needle.entry, side=21)
    assert told.through_breath
    assert not told.exact
    least = safe_cone(body, needle.entry, side=21).limit_depth
    assert (told.limit_depth <= least).all()
    for phase in UNSEEN:
        moved, there = ridden_to(body, needle, phase)
        now = safe_cone(moved, there.entry, normal=told.normal, side=21, leaving=False)
        assert (told.limit_depth <= now.limit_depth + HAIR).all()
        least = np.minimum(least, now.limit_depth)
    near = (least > 0.0) & (least < 60.0)
    assert near.sum() > 20
    assert np.median(least[near] - told.limit_depth[near]) < 3.5, "a bound that says something"


def test_the_breath_matters_to_a_cone_and_its_zone_is_named(body):
    needle = needle_at(body, "lower")
    plain, told = safe_cone(body, needle.entry), cone_through_breath(body, needle.entry)
    sooner = told.limit_depth < plain.limit_depth - 1.0
    assert sooner.mean() > 0.05
    assert (told.state[sooner] == LineState.LIMITED).all()
    named = {told.zone_ids[i] for i in told.limiting_zone[sooner]}
    assert "parietal_pleura_left" in named
    assert told.zone_ids == plain.zone_ids


def test_directions_of_ones_own_are_answered_in_their_order(body):
    needle = needle_at(body, "upper")
    grid = cone_through_breath(body, needle.entry, side=5)
    some = np.array([7, 12, 3])
    own = cone_through_breath(
        body, needle.entry, directions=grid.directions[some], normal=grid.normal
    )
    assert own.limit_depth == pytest.approx(grid.limit_depth[some])
    exact = with_breath(body, assess(body, Needle(needle.entry, grid.directions[12], 5.0, 0.15)))
    assert own.limit_depth[1] <= exact.needles[0].limit_depth + HAIR


@pytest.mark.parametrize("spread", [0.0, 10.0])
def test_no_point_of_the_skin_is_told_deeper_than_at_any_moment(body, spread):
    near = vertices_near(body, nearest_on_skin(body, PLACES["lower"]), 45.0)
    told = map_through_breath(body, vertices=near, spread_deg=spread)
    least = depth_map(body, vertices=near, spread_deg=spread).limit_depth
    assert (told.limit_depth <= least).all()
    for phase in UNSEEN:
        moved = at_phase(body, phase)
        for row in range(0, len(near), 9):
            now = safe_cone(
                moved, moved.skin.surface.points[near[row]], directions=told.directions[row][None],
                normal=told.normals[row], leaving=False,
            ).limit_depth[0]  # fmt: skip
            assert told.limit_depth[row] <= now + HAIR
    assert told.through_breath
    assert np.median(least - told.limit_depth) < 12.0


def test_a_map_of_several_regions_is_as_careful_as_each_of_its_points(body):
    ends = [nearest_on_skin(body, PLACES[p]) for p in ("upper", "side")]
    near = np.concatenate([vertices_near(body, at, 12.0) for at in ends])
    told = map_through_breath(body, vertices=near)
    assert np.array_equal(told.vertices, near)
    for phase in UNSEEN:
        moved = at_phase(body, phase)
        for row in range(0, len(near), 5):
            now = safe_cone(
                moved, moved.skin.surface.points[near[row]], directions=told.directions[row][None],
                normal=told.normals[row], leaving=False,
            ).limit_depth[0]  # fmt: skip
            assert told.limit_depth[row] <= now + HAIR


@pytest.mark.parametrize("place", PLACES)
def test_no_curve_lies_above_the_one_of_any_moment(body, place):
    needle, zones = needle_at(body, place), danger_zones(body)
    told = profile_through_breath(body, needle, zones, length_mm=70.0)
    plain = needle_profile(body, needle, zones, length_mm=70.0)
    assert told.zone_ids == plain.zone_ids
    assert (told.clearance <= plain.clearance).all()
    assert (told.kept <= plain.kept).all()
    for phase in UNSEEN:
        moved, there = ridden_to(body, needle, phase)
        now = needle_profile(moved, there, danger_zones(moved), length_mm=70.0)
        assert (told.clearance <= now.clearance + HAIR).all()
        truly_kept = np.minimum.accumulate(now.clearance, axis=1)
        assert (told.kept <= truly_kept + HAIR).all()
    assert (told.clearance < 0.0).any() == (place != "side")  # the lines run into something


@pytest.mark.parametrize(("place", "depth"), [("upper", 6.0), ("lower", 4.0), ("side", 3.0)])
def test_no_drift_within_the_tolerance_loses_a_margin_at_any_moment(body, place, depth):
    needle, zones = needle_at(body, place, depth), danger_zones(body)
    told = tolerance_through_breath(body, needle, zones)
    plain = tolerance(body, needle, zones)
    for name in ("entry", "angle", "depth", "together"):
        assert getattr(told, name).kept <= getattr(plain, name).kept
    assert told.slack <= plain.slack
    assert told.slack > 0.0
    rng = np.random.default_rng(3)
    aside = np.linalg.qr(np.column_stack([needle.direction, rng.normal(size=(3, 2))]))[0][:, 1:]
    drifted = [Needle(needle.entry, needle.direction, depth + told.depth.kept, 0.15)]
    for turn in rng.uniform(0, 2 * np.pi, 12):
        off = aside @ [np.cos(turn), np.sin(turn)]
        angle = np.radians(told.angle.kept)
        tilted = np.cos(angle) * needle.direction + np.sin(angle) * off
        drifted.append(Needle(needle.entry, tilted, depth, 0.15))
        entry, angle, deeper = np.array(told.shares) * told.together.kept
        angle = np.radians(angle)
        tilted = np.cos(angle) * needle.direction + np.sin(angle) * off
        drifted.append(Needle(needle.entry, tilted, depth + deeper, 0.15))
    for phase in (0.0, 0.93):
        moved = at_phase(body, phase)
        stand = SimpleNamespace(skin=moved.skin.surface.points)
        riding = [carried(breath_of(body), n, stand) for n in drifted]
        for found in assess_needles(moved, riding).needles:
            assert all(z.clearance >= z.margin - HAIR for z in found.zones if z.clearance)


def test_a_margin_lost_at_another_moment_leaves_no_tolerance(body):
    needle, zones = needle_at(body, "lower", 25.0), danger_zones(body)
    told = tolerance_through_breath(body, needle, zones)
    judged = with_breath(body, assess(body, needle)).needles[0]
    assert judged.limit_depth < 25.0
    assert told.slack < 0.0
    assert told.entry.kept == told.angle.kept == told.depth.kept == told.together.kept == 0.0


def test_a_zone_that_nobody_followed_leaves_nothing_clear(body):
    needle, zones = needle_at(body, "upper", 4.0), danger_zones(body)[:2]
    own = replace(zones[0], id="own", structures=("clavicle_left",))
    told = cone_through_breath(body, needle.entry, zones=[*zones, own], side=9)
    plain = safe_cone(body, needle.entry, zones=[*zones, own], side=9)
    assert "own" in told.not_assessed
    assert set(told.state.tolist()) <= {LineState.LIMITED, LineState.UNKNOWN}
    assert LineState.UNKNOWN in told.state
    assert (told.limit_depth <= plain.limit_depth).all()
    one = direction_through_breath(
        body, needle.entry, told.directions[np.argmax(told.limit_depth)], radius=0.15,
        zones=[*zones, own], normal=told.normal,
    )  # fmt: skip
    assert one.state[0] == LineState.UNKNOWN
    assert "own" in one.not_assessed
    assert "own" in tolerance_through_breath(body, needle, [*zones, own], together=False).unknown
    curves = profile_through_breath(body, needle, [*zones, own])
    assert curves.signed.tolist() == [True, True, False]


def test_a_body_that_stands_still_gives_up_what_is_published():
    body = back_body()
    zones = [zone for zone in danger_zones(body) if zone.structures]
    entry = nearest_on_skin(body, (30.0, 200.0, 0.0))
    told = cone_through_breath(body, entry, zones=zones, side=9)
    table = breath_table()

    def moved(zone):
        known = table.of(zone.rule)
        return known.at_most_mm if known.mm is None else known.mm

    wider = {zone.id: zone.margin_mm + moved(zone) for zone in zones}
    assert min(moved(zone) for zone in zones) > 1.0
    plain = safe_cone(body, entry, zones=zones, margins=wider, side=9)
    assert (told.limit_depth <= plain.limit_depth).all()
    assert np.isfinite(told.limit_depth).any()
