"""Points on bodies: placed by rule, moved with the body, and honest about every failure."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from atlas_body import z_anatomy_part
from marked_bodies import LEFT, MID, back_body
from shapes import egg_body

from meshes import load_body
from zones.errors import UnknownPointError
from zones.plan import Anchor
from zones.point_catalogue import point_catalogue
from zones.points import (
    LANDMARK_MISSING,
    NO_MUSCLE,
    NO_SKIN,
    NOT_OVER_MUSCLE,
    NOT_RECOMMENDED,
    POSTURE,
    REASONS,
    entry_of,
    resolve_all,
    resolve_point,
)
from zones.skin import nearest_on_skin, skin_normal


@pytest.fixture(scope="module")
def body():
    return back_body()


# ---- the rule ------------------------------------------------------------------------------------


def test_the_entry_lies_behind_the_fraction_of_the_way(body):
    found = resolve_point(body, "RMA", "left")
    spine = np.array(MID["t5_spinous_process"], float)
    border = np.array(LEFT["scapula_medial_border_at_t5"], float)
    anchor = spine + 0.55 * (border - spine)
    assert np.allclose(found.anchor, anchor)
    assert found.shift == 0.0
    assert np.allclose(found.entry[[0, 2]], anchor[[0, 2]], atol=1e-9)  # straight back
    exact = 100 * np.sqrt(1 - (anchor[0] / 150) ** 2 - (anchor[2] / 225) ** 2)
    assert found.entry[1] == pytest.approx(exact, abs=0.3)
    assert np.linalg.norm(nearest_on_skin(body, found.entry) - found.entry) < 1e-9


def test_the_direction_has_the_tilt_and_leans_downhill(body):
    found = resolve_point(body, "RMA", "left")
    normal = skin_normal(body, found.entry)
    assert np.rad2deg(np.arccos(found.direction @ normal)) == pytest.approx(60.0, abs=1e-6)
    assert found.direction[0] > 0  # lateral on the left
    assert found.direction[2] < 0  # caudal
    assert found.direction @ found.direction == pytest.approx(1.0, abs=1e-12)


def test_a_perpendicular_depth_is_stretched_by_the_tilt_and_held_by_the_shaft(body):
    found = resolve_point(body, "RMA", "left")
    assert found.depth_band == pytest.approx((10 / 0.5, 14 / 0.5), abs=1e-6)
    assert found.needle.depth == found.depth_band[1] <= max(found.point.needle.lengths)
    assert found.length == 30.0
    assert found.needle.radius == pytest.approx(0.125)


def test_the_muscle_beneath_is_met_at_its_depth(body):
    found = resolve_point(body, "RMA", "left")
    assert found.over_muscle
    assert found.muscle == "rhomboid_major_left"
    assert found.muscles == ("rhomboid_major_left",)
    assert resolve_point(body, "RMA", "right").muscles == ("rhomboid_major_right",)
    assert 5 < found.muscle_depth < 20
    assert found.reason == ""


@pytest.mark.parametrize("scale", [0.8, 1.25])
def test_the_point_grows_with_the_body(body, scale):
    for key in ("RMI", "MT5", "UT2"):  # MT5 has an offset in mm, which grows too
        small, large = (resolve_point(b, key, "left") for b in (body, back_body(scale)))
        assert np.allclose(large.anchor, scale * small.anchor)
        assert np.allclose(large.entry, scale * small.entry, atol=0.3)
        assert np.allclose(large.direction, small.direction, atol=0.02)
        assert large.depth_band == small.depth_band  # a depth is no share of anything


def test_the_point_moves_with_the_body(body):
    shift = np.array([40.0, -25.0, 300.0])
    for key in ("RMA", "RMI", "UT2"):
        here, there = (resolve_point(b, key, "left") for b in (body, back_body(shift=shift)))
        assert np.allclose(there.entry, here.entry + shift, atol=1e-6)
        assert np.allclose(there.direction, here.direction, atol=1e-9)


def test_right_is_the_mirror_image_of_left(body):
    for key in ("RMA", "RMI", "UT2"):
        left, right = (resolve_point(body, key, side) for side in ("left", "right"))
        assert np.allclose(right.entry, left.entry * [-1, 1, 1], atol=0.3)
        assert np.allclose(right.direction, left.direction * [-1, 1, 1], atol=0.02)
        mirrored = resolve_point(back_body(mirrored=True), key, "right")
        assert np.allclose(mirrored.entry, left.entry * [-1, 1, 1], atol=1e-6)


def test_the_entry_is_sought_along_the_skin_and_no_farther_than_allowed():
    aside = back_body(muscle_at=(36 - 25, 80, 30))
    found = resolve_point(aside, "RMA", "left")
    assert found.over_muscle
    assert 3.0 <= found.shift <= found.point.seek_mm + 1.0
    far = resolve_point(back_body(muscle_at=(36, 78, -80)), "RMA", "left")
    assert far.over_muscle is False
    assert far.reason == NOT_OVER_MUSCLE
    assert far.shift == 0.0
    assert far.needle is not None  # where it would be, and that it misses


# ---- what cannot be placed -----------------------------------------------------------------------


def test_every_failure_has_a_reason_and_no_number():
    for found in resolve_all(egg_body()):
        assert not found.on_body
        assert found.reason in REASONS
        assert (found.entry, found.direction, found.needle, found.depth_band) == (None,) * 4
        assert found.over_muscle is None


@pytest.mark.parametrize(
    ("change", "key", "reason"),
    [
        (lambda b: replace(b, structures={k: s for k, s in b.structures.items() if k != "skin"}),
         "RMA", NO_SKIN),
        (lambda b: replace(b, landmarks={}), "RMA", LANDMARK_MISSING),
        (lambda b: replace(b, posture="prone, arms at the side"), "SUB-L", POSTURE),
        (lambda b: b, "BIC", NO_MUSCLE),
    ],
)  # fmt: skip
def test_why_a_point_is_not_on_the_body(change, key, reason):
    found = resolve_point(change(back_body()), key, "left")
    assert (found.on_body, found.reason) == (False, reason)
    if reason == LANDMARK_MISSING:
        assert "t5_spinous_process" in found.detail


def test_a_missing_muscle_leaves_the_place_and_says_so(body):
    found = resolve_point(body, "RMI", "left")
    assert (found.on_body, found.over_muscle, found.reason) == (True, None, NO_MUSCLE)
    assert found.entry is not None


def test_a_blocked_point_is_shown_and_has_no_needle():
    body = load_body("reference")
    for key in ("ICO", "DIA"):
        found = resolve_point(body, key, "right")
        assert found.on_body
        assert found.reason == NOT_RECOMMENDED
        assert found.needle is None
        assert "blocked" in found.detail


def test_an_unknown_point_or_side_is_refused(body):
    with pytest.raises(UnknownPointError, match="no trigger point"):
        resolve_point(body, "XYZ", "left")
    with pytest.raises(UnknownPointError, match="no side 'left'; expected right"):
        resolve_point(body, "PMJ-ST", "left")


def test_a_plan_finds_its_anchor_again(body):
    found = resolve_point(body, "RMA", "left")
    assert np.array_equal(entry_of(body, found.plan_anchor), found.entry)
    assert entry_of(body, Anchor("gone", "left")) is None
    assert entry_of(egg_body(), Anchor("RMA", "left")) is None


# ---- whole bodies --------------------------------------------------------------------------------


def share_over_muscle(body):
    had = [r for r in resolve_all(body) if r.over_muscle is not None]
    missed = [(r.point.id, r.side) for r in had if not r.over_muscle]
    return had, missed


def test_trunk_points_can_be_placed_on_the_reference_body():
    body = load_body("reference")
    placed = [r for r in resolve_all(body) if r.on_body]
    regions = {r.point.region for r in placed}
    assert {"neck", "shoulder", "interscapular", "anterior chest", "thoracic back", "lumbar back",
            "abdomen"} <= regions  # fmt: skip
    assert len({r.point.id for r in placed}) >= 45
    for found in placed:
        assert found.entry is not None
        assert np.linalg.norm(nearest_on_skin(body, found.entry) - found.entry) < 1e-6
        assert (found.entry[0] > 0) == (found.side == "left")


def test_limbs_are_not_on_the_reference_body():
    body = load_body("reference")
    for key in ("GA1", "SOL", "FDI", "QP"):
        found = resolve_point(body, key, "left")
        assert (found.on_body, found.reason) == (False, NO_MUSCLE)


@pytest.mark.parametrize(
    "name",
    ["reference", *(pytest.param(f"reference:{v}", marks=pytest.mark.long)
                    for v in ("F1", "F3", "M3", "female-152-19", "male-190-30"))],
)  # fmt: skip
def test_points_lie_over_their_muscle_on_the_family(name):
    had, missed = share_over_muscle(load_body(name))
    assert len(had) >= 115
    assert len(missed) <= 0.05 * len(had), missed


@pytest.mark.assets
def test_points_lie_over_their_muscle_on_z_anatomy():
    had, missed = share_over_muscle(z_anatomy_part())
    assert len(had) >= 140
    assert len(missed) <= 0.05 * len(had), missed
    upper = resolve_point(z_anatomy_part(), "UT2", "left")
    assert upper.muscle == "ascending_part_of_trapezius_muscle_left"  # so this atlas calls it
    assert {p.region for p in point_catalogue().points.values()} >= {"leg", "foot", "hand"}
