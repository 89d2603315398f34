"""Referral patterns on the skin: every word is drawn or named, regions lie where the words say."""

import copy
import tomllib
from importlib.resources import files

import numpy as np
import pytest
from shapes import egg_body

from meshes import load_body
from zones.errors import BadCatalogueError, NoSkinError
from zones.landmarks import landmarks
from zones.point_catalogue import point_catalogue, trigger_point
from zones.referral import parse_areas, phrases_of, referral_areas, referral_region

DATA = tomllib.loads(files("zones").joinpath("data/referral_areas.toml").read_text("utf-8"))


@pytest.fixture(scope="module")
def body():
    return load_body("reference")


def middle(body, found):
    weight = found.share / found.share.sum()
    return weight @ body.skin.surface.points


def test_every_word_of_every_pattern_is_drawn_or_told_and_no_area_is_idle():
    known = referral_areas()
    said = {w for p in point_catalogue().points.values() for w in phrases_of(p)}
    assert said - known.phrases.keys() - known.not_drawn == set()
    assert (known.phrases.keys() | known.not_drawn) - said == set()
    assert {a for ids in known.phrases.values() for a in ids} == known.areas.keys()
    assert known.origin.startswith("convention")


def test_a_pattern_lies_around_the_landmarks_it_names(body):
    found = referral_region(body, trigger_point("RMA"), "left")
    assert found.drawn == ("medial scapular border",)
    assert found.missing == ()
    core = body.skin.surface.points[found.share == 1.0]
    for name in ("superior_angle", "medial_border_middle", "inferior_angle"):
        bone = landmarks(body)[f"scapula_{name}_left"].point
        assert np.linalg.norm(core - bone, axis=1).min() < 35.0
        assert np.abs(core - bone)[:, 0].max() < 60.0
    assert (core[:, 1] > 0).all()  # on the back, not through to the chest
    assert (core[:, 0] > 0).all()
    assert 60.0 < np.ptp(core[:, 2]) < 220.0  # as long as the border is, mm


def test_the_other_side_is_the_mirror_image(body):
    left = middle(body, referral_region(body, trigger_point("LS1"), "left"))
    right = middle(body, referral_region(body, trigger_point("LS1"), "right"))
    np.testing.assert_allclose(left * [-1, 1, 1], right, atol=5.0)


def test_a_pattern_moves_with_the_person(body):
    short = load_body("reference:F2")
    for point in ("RMA", "QL-S"):
        at = middle(short, referral_region(short, trigger_point(point), "left"))
        level = {"RMA": "t6_spinous_process", "QL-S": "l5_spinous_process"}[point]
        here = middle(body, referral_region(body, trigger_point(point), "left"))
        fixes = [landmarks(b)[level].point for b in (short, body)]
        assert abs((at - fixes[0])[2] - (here - fixes[1])[2]) < 20.0


def test_what_has_no_outline_is_named_with_the_reason(body):
    found = referral_region(body, trigger_point("UT1"), "left")
    assert dict(found.missing).keys() == {"temple", "angle of the jaw"}
    assert all(why for _, why in found.missing)


def test_around_the_point_needs_the_point(body):
    point = trigger_point("ICO")
    assert phrases_of(point) == ("local",)
    assert dict(referral_region(body, point, "left").missing) == {
        "local": "the point has no place on this body"
    }
    entry = np.array([30.0, 80.0, -60.0])
    found = referral_region(body, point, "left", entry)
    assert found.drawn == ("local",)
    assert np.linalg.norm(middle(body, found)[[0, 2]] - entry[[0, 2]]) < 40.0


def test_a_body_without_the_landmarks_draws_nothing_and_says_which():
    found = referral_region(egg_body(), trigger_point("RMA"), "left")
    assert found.drawn == ()
    assert not found.share.any()
    assert "landmark" in dict(found.missing)["medial scapular border"]


def test_a_body_without_skin_is_refused():
    bare = egg_body()
    rest = {k: s for k, s in bare.structures.items() if s.system != "skin"}
    from dataclasses import replace

    with pytest.raises(NoSkinError):
        referral_region(replace(bare, structures=rest), trigger_point("RMA"), "left")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda d: d.update(origin="measured"), "rest"),
        (lambda d: d["areas"]["acromion"].update(radius_mm=0), "radius"),
        (lambda d: d["areas"]["acromion"].update(facing="up"), "facing"),
        (lambda d: d["areas"]["acromion"].update(line=["nowhere"]), "nowhere"),
        (lambda d: d["phrases"].update(acromion=["moon"]), "moon"),
        (lambda d: d["not_drawn"]["phrases"].append("acromion"), "acromion"),
    ],
)
def test_a_file_with_a_defect_is_refused_and_says_which(change, says):
    data = copy.deepcopy(DATA)
    change(data)
    with pytest.raises(BadCatalogueError, match=says):
        parse_areas(data)
