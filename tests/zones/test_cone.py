"""`zones.cone`: closed forms, the same answer as one needle at a time, and unknown never clear."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from shapes import egg_body
from solids import ball_arrays, body_of, index_of, slab_arrays, structure, zone

from meshes.index.body_index import body_index
from meshes.surface import SurfaceKind
from zones.angles import angles_from_direction
from zones.assess import assess
from zones.cone import safe_cone
from zones.cone_directions import about, blocks, grid_offsets, ring_gap_deg, ring_offsets
from zones.errors import BadNeedleError, UnknownZoneError
from zones.needle import Needle
from zones.progress import CancelledError
from zones.skin import skin_normal
from zones.zone_reach import LineState

DOWN = (0.0, 0.0, -1.0)


@cache
def slab_and_skin():
    """A plate from z = -60 to -40 under a box of skin whose top is z = 0."""
    plate = structure("plate", slab_arrays((-400, -400, -60), (400, 400, -40)))
    skin = structure("skin", slab_arrays((-500, -500, -200), (500, 500, 0)), system="skin")
    body = body_of(skin, plate)
    return body, body_index(body)


@cache
def eggs():
    body = egg_body()
    return body, body_index(body)


def egg_zones(margin=5.0):
    return [
        zone("parietal_pleura_left", "lung_left", margin=margin + 5.0),
        zone("parietal_pleura_right", "lung_right", margin=margin + 5.0),
        zone("heart", margin=margin),
        zone("rib_5_left", "lung_left", margin=margin + 2.0),
    ]


def test_above_a_plate_the_limit_is_height_over_cosine():
    body, index = slab_and_skin()
    cone = safe_cone(
        body, (3, -7, 0), zones=[zone("plate", margin=5.0)], radius=0.15, index=index, max_depth=400
    )
    cosine = -cone.directions[:, 2]
    wanted = (40.0 - 5.15) / cosine
    within = wanted < 390.0
    assert within.sum() > 9_000
    early = wanted[within] - cone.limit_depth[within]
    # a touch is 1e-9 mm nearer, over the sine of the angle of approach
    assert (early >= -1e-9).all()
    assert (early <= 2e-9 / cosine[within]).all()
    assert cone.exact
    assert cone.early_margin == 0.0
    assert len(cone.directions) == 101 * 101
    assert cone.count(LineState.LIMITED) == np.isfinite(cone.limit_depth).sum()


def test_past_a_speck_the_limit_is_that_of_a_sphere():
    speck = structure("speck", slab_arrays((-5e-8, -5e-8, -30 - 5e-8), (5e-8, 5e-8, -30 + 5e-8)))
    body = body_of(speck)
    cone = safe_cone(
        body, (0, 0, 0), zones=[zone("speck", margin=8.0)], radius=0.0, normal=DOWN,
        index=index_of(speck),
    )  # fmt: skip
    along = -30.0 * cone.directions[:, 2]
    aside = np.sqrt(900.0 - along**2)
    hit = aside < 7.9
    assert hit.sum() > 50
    wanted = along[hit] - np.sqrt(64.0 - aside[hit] ** 2)
    assert np.abs(cone.limit_depth[hit] - wanted).max() < 1e-6
    assert np.isinf(cone.limit_depth[aside > 8.1]).all()
    assert (cone.limiting_zone[hit] == 0).all()
    assert (cone.limiting_zone[aside > 8.1] == -1).all()


@pytest.mark.parametrize("entry", [(30, 99.0, 20), (-90, 70, -40), (0, -100.0, 0), (75, 60, 10)])
def test_every_direction_has_the_limit_of_its_own_needle(entry):
    body, index = eggs()
    zones = egg_zones()
    cone = safe_cone(body, entry, zones=zones, radius=0.2, index=index, side=41, normal=None)
    rng = np.random.default_rng(5)
    for k in rng.permutation(len(cone.directions))[:150]:
        needle = Needle(cone.entry, cone.directions[k], 0.0, 0.2)
        one = assess(body, needle, zones, index=index).needles[0]
        if one.limit_depth is None:
            assert np.isinf(cone.limit_depth[k])
            assert cone.limiting_zone[k] == -1
            continue
        assert abs(cone.limit_depth[k] - one.limit_depth) <= 1e-9
        assert abs(one.zones[cone.limiting_zone[k]].limit_depth - one.limit_depth) <= 1e-9


@settings(max_examples=25, deadline=None)
@given(st.floats(0.0, 30.0), st.floats(0.0, 10.0), st.floats(0.0, 0.5), st.integers(0, 2**31))
def test_a_larger_margin_or_radius_never_gives_more_depth(margin, more, radius, seed):
    body, index = eggs()
    skin = body.skin.surface.points
    entry = skin[seed % len(skin)]
    some = {"index": index, "side": 9, "zones": egg_zones(margin)}
    cone = safe_cone(body, entry, radius=radius, **some)
    ids = {z.id: z.margin_mm + more for z in egg_zones(margin)}
    larger = safe_cone(body, entry, radius=radius, margins=ids, **some)
    thicker = safe_cone(body, entry, radius=radius + more, **some)
    assert (larger.limit_depth <= cone.limit_depth + 1e-9).all()
    same = np.isclose(thicker.limit_depth, larger.limit_depth, rtol=0, atol=1e-6)
    assert (same | (np.isinf(thicker.limit_depth) & np.isinf(larger.limit_depth))).all()


def test_own_directions_come_back_in_their_order():
    body, index = eggs()
    rng = np.random.default_rng(1)
    lines = rng.normal(size=(500, 3)) * rng.uniform(0.1, 10, size=(500, 1))
    cone = safe_cone(body, (30, 99, 20), zones=egg_zones(), directions=lines, index=index)
    assert cone.side == 0
    units = lines / np.linalg.norm(lines, axis=1, keepdims=True)
    assert np.abs(cone.directions - units).max() < 1e-15
    for k in range(0, 500, 25):
        needle = Needle(cone.entry, cone.directions[k], 0.0, 0.15)
        limit = assess(body, needle, egg_zones(), index=index).needles[0].limit_depth
        assert cone.limit_depth[k] == pytest.approx(np.inf if limit is None else limit, abs=1e-9)


# ---- unknown is never clear ---------------------------------------------------------------------


def test_a_zone_that_is_not_on_the_body_makes_every_open_direction_unknown():
    body, index = slab_and_skin()
    cone = safe_cone(body, (0, 0, 0), zones=[zone("plate"), zone()], index=index, max_depth=60)
    none = np.isinf(cone.limit_depth)
    assert none.any()
    assert (~none).any()
    assert (cone.state[none] == LineState.UNKNOWN).all()
    assert (cone.state[~none] == LineState.LIMITED).all()
    assert cone.not_assessed == ("absent",)
    known = safe_cone(body, (0, 0, 0), zones=[zone("plate")], index=index, max_depth=60)
    assert (known.state[none] == LineState.NONE_FOUND).all()
    assert known.not_assessed == ()


def test_an_incomplete_zone_limits_but_is_not_assessed():
    body, index = slab_and_skin()
    part = zone("plate", complete=False, note="zone.incomplete")
    cone = safe_cone(body, (0, 0, 0), zones=[part], index=index, max_depth=60)
    assert cone.not_assessed == ("plate",)
    assert cone.count(LineState.LIMITED) > 0
    assert cone.count(LineState.UNKNOWN) > 0
    assert cone.count(LineState.NONE_FOUND) == cone.count(LineState.LEAVES) == 0


def test_without_zones_nothing_is_clear_by_having_been_looked_at():
    body, index = slab_and_skin()
    cone = safe_cone(body, (0, 0, 0), zones=[zone()], index=index)
    assert (cone.state == LineState.UNKNOWN).all()
    assert np.isinf(cone.limit_depth).all()


def test_an_entry_inside_has_the_limit_nought_everywhere():
    body, index = slab_and_skin()
    cone = safe_cone(body, (0, 0, -50), zones=[zone("plate", margin=0.0)], radius=0.0, normal=DOWN,
                     index=index)  # fmt: skip
    assert (cone.limit_depth == 0.0).all()
    assert (cone.limiting_zone == 0).all()


def test_an_open_surface_that_may_hold_the_entry_gives_nought_as_for_one_needle():
    arrays = slab_arrays((-20, -20, -20), (20, 20, 20))
    cup = structure("cup", (arrays[0], arrays[1][2:]), closed=False)
    body, index = body_of(cup), index_of(cup)
    zones = [zone("cup", margin=1.0)]
    for entry in ((0, 0, 5), (0, 0, 60), (3, 50, 2)):
        cone = safe_cone(body, entry, zones=zones, normal=DOWN, side=15, index=index)
        assert cone.not_assessed == ("cup",)
        for k in range(0, len(cone.directions), 7):
            needle = Needle(cone.entry, cone.directions[k], 0.0, 0.15)
            limit = assess(body, needle, zones, index=index).needles[0].limit_depth
            assert cone.limit_depth[k] == pytest.approx(
                np.inf if limit is None else limit, abs=1e-9
            )


def test_a_sheet_limits_and_has_no_inside():
    sheet = structure(
        "sheet", ([[-60, -60, -20], [60, -60, -20], [0, 90, -20]], [[0, 1, 2]]), SurfaceKind.SHEET,
        closed=False,
    )  # fmt: skip
    cone = safe_cone(body_of(sheet), (0, 0, 0), zones=[zone("sheet", margin=2.0)], normal=DOWN,
                     index=index_of(sheet), radius=0.0)  # fmt: skip
    assert cone.not_assessed == ()
    assert cone.limit_depth[len(cone.directions) // 2] == pytest.approx(18.0, abs=1e-8)


def test_a_line_that_leaves_the_body_says_where():
    body, index = slab_and_skin()
    cone = safe_cone(body, (499, 0, 0), zones=[zone("plate")], index=index, max_depth=2000)
    out = cone.directions[:, 0] > 0
    edge = 1.0 / np.where(out, cone.directions[:, 0], 1.0)
    under = 200.0 / -cone.directions[:, 2]
    wanted = np.minimum(np.where(out, edge, np.inf), under)
    back = np.maximum(-cone.directions[:, 0], 1e-9)
    wanted = np.minimum(wanted, 999.0 / back)
    sides = 500.0 / np.maximum(np.abs(cone.directions[:, 1]), 1e-9)
    wanted = np.minimum(wanted, sides)
    assert np.abs(cone.leaves_at - wanted).max() < 1e-6
    left = cone.state == LineState.LEAVES
    assert left.sum() > 1000
    assert (cone.leaves_at[left] < cone.limit_depth[left]).all()
    outward = safe_cone(body, (0, 0, 0), zones=[zone("plate")], index=index, side=5,
                        normal=(0, 0, 1.0))  # fmt: skip
    assert (outward.leaves_at < 1e-6).all()
    assert (outward.state == LineState.LEAVES).all()


def test_without_skin_leaving_is_not_known():
    plate = structure("plate", slab_arrays((-400, -400, -60), (400, 400, -40)))
    cone = safe_cone(body_of(plate), (0, 0, 0), zones=[zone("plate")], normal=DOWN, side=5,
                     index=index_of(plate))  # fmt: skip
    assert np.isnan(cone.leaves_at).all()


# ---- how it is asked ----------------------------------------------------------------------------


def test_it_can_be_stopped_and_says_how_far_it_is():
    body, index = eggs()
    shares: list[float] = []
    safe_cone(body, (30, 99, 20), zones=egg_zones(), index=index, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    assert len(shares) > 5
    asked = []

    def cancelled():
        asked.append(1)
        return len(asked) > 3

    with pytest.raises(CancelledError):
        safe_cone(body, (30, 99, 20), zones=egg_zones(), index=index, cancelled=cancelled)


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ({"radius": -1.0}, BadNeedleError), ({"radius": np.nan}, BadNeedleError),
        ({"max_depth": 0.0}, BadNeedleError), ({"max_depth": np.inf}, BadNeedleError),
        ({"half_angle_deg": 90.0}, BadNeedleError), ({"side": 1}, BadNeedleError),
        ({"directions": [[0, 0, 0]]}, BadNeedleError), ({"directions": [1, 2, 3]}, BadNeedleError),
        ({"directions": [[0, np.nan, 1]]}, BadNeedleError),
        ({"normal": [0, 0, 0]}, BadNeedleError),
        ({"margins": {"nobody": 1.0}}, UnknownZoneError),
        ({"margins": {"heart": -1.0}}, BadNeedleError),
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(more, what):
    body, index = eggs()
    with pytest.raises(what):
        safe_cone(body, (30, 99, 20), **{"zones": egg_zones(), "index": index, **more})


def test_a_bad_entry_is_refused():
    body, index = eggs()
    with pytest.raises(BadNeedleError):
        safe_cone(body, (30, np.nan, 20), zones=egg_zones(), index=index)


# ---- the directions -----------------------------------------------------------------------------


def test_the_grid_covers_the_cap_evenly_up_to_its_rim():
    offsets = grid_offsets(101, 80.0)
    assert np.abs(np.linalg.norm(offsets, axis=-1) - 1.0).max() < 1e-15
    tilt = np.rad2deg(np.arccos(offsets[..., 2]))
    assert tilt[50, 50] == 0.0
    assert tilt.max() == pytest.approx(80.0, abs=1e-9)
    rim = np.ones((101, 101), bool)
    rim[1:-1, 1:-1] = False
    assert np.allclose(tilt[rim], 80.0)
    a, b = offsets[1:, 1:] - offsets[:-1, :-1], offsets[1:, :-1] - offsets[:-1, 1:]
    area = np.linalg.norm(np.cross(a, b), axis=-1)
    assert area.max() / area.min() < 1.25  # equal areas, but for the bend of the sphere
    # any direction of the cap has one of the grid within 1.6 degrees
    rng = np.random.default_rng(3)
    z = rng.uniform(np.cos(np.deg2rad(80)), 1, 500)
    turn, flat = rng.uniform(0, 2 * np.pi, 500), np.sqrt(1 - z * z)
    some = np.stack([flat * np.cos(turn), flat * np.sin(turn), z], 1)
    gap = np.rad2deg(np.arccos(np.clip((some @ offsets.reshape(-1, 3).T).max(axis=1), -1, 1)))
    assert gap.max() < 1.6


def test_the_grid_stands_as_tilt_and_azimuth_do():
    normal = skin_normal(eggs()[0], (30, 99, 20))
    lines = about(normal, grid_offsets(5, 40.0))
    assert angles_from_direction(normal, lines[4, 2]) == pytest.approx((40.0, 0.0), abs=1e-6)
    assert angles_from_direction(normal, lines[2, 4]) == pytest.approx((40.0, 90.0), abs=1e-6)
    assert angles_from_direction(normal, lines[0, 2]) == pytest.approx((40.0, 180.0), abs=1e-6)


def test_blocks_hold_every_cell_once():
    order, stops = blocks(11, 3)
    assert sorted(order) == list(range(121))
    assert stops[-1] == 121
    assert np.diff(stops, prepend=0).max() == 9


@pytest.mark.parametrize(("half_angle", "rings"), [(10.0, 4), (80.0, 4), (30.0, 1), (5.0, 7)])
def test_no_direction_of_a_cone_is_farther_from_the_rings_than_said(half_angle, rings):
    offsets = ring_offsets(half_angle, rings)
    assert len(offsets) == 1 + 3 * rings * (rings + 1)
    rng = np.random.default_rng(rings)
    z = rng.uniform(np.cos(np.deg2rad(half_angle)), 1, 20_000)
    turn, flat = rng.uniform(0, 2 * np.pi, 20_000), np.sqrt(1 - z * z)
    some = np.stack([flat * np.cos(turn), flat * np.sin(turn), z], 1)
    gap = np.rad2deg(np.arccos(np.clip((some @ offsets.T).max(axis=1), -1, 1))).max()
    said = ring_gap_deg(half_angle, rings)
    assert said * 0.7 < gap <= said + 1e-6
    assert ring_gap_deg(10.0) < 2.1


def test_a_ball_is_met_where_its_needle_meets_it():
    ball = structure("ball", ball_arrays(15.0, (0, 0, -40), rings=30))
    body, index = body_of(ball), index_of(ball)
    cone = safe_cone(body, (0, 0, 0), zones=[zone("ball", margin=5.0)], normal=DOWN, index=index)
    cosine = -cone.directions[:, 2]
    room = 20.15**2 - 1600.0 * (1.0 - cosine**2)
    sphere = 40.0 * cosine - np.sqrt(np.clip(room, 0.0, None))
    steep = room > 60.0
    late = cone.limit_depth[steep] - sphere[steep]
    # the facets lie inside the ball, by less than 0.1 mm: the limit is a little later, never before
    assert steep.sum() > 200
    assert late.min() > -5e-9
    assert late.max() < 0.3
