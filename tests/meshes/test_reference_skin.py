"""Skin, fat and layers of the shipped body, in the built variant and through the family."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from meshes.body import Body, load_body
from meshes.index.body_index import body_index
from meshes.morph import morphed, subject_of


@pytest.fixture(scope="module")
def built() -> Body:
    body = load_body("reference")
    if "rhomboid_major_left" not in body.structures:
        pytest.skip("the shipped body has no muscles yet")
    return body


@cache
def variant(body: Body, name: str) -> Body:
    return morphed(body, subject_of(name))


def interscapular(body: Body):
    """Ray into the back half-way between the T4 to T5 spinous processes and the scapula."""
    z = (
        body.landmarks["t4_spinous_process"].point[2]
        + body.landmarks["t5_spinous_process"].point[2]
    ) / 2
    scapula = body["scapula_left"].surface.points
    x = scapula[np.abs(scapula[:, 2] - z) < 4][:, 0].min() / 2
    return np.array([x, 250.0, z]), np.array([0.0, -1.0, 0.0])


def depth(body: Body, key: str) -> float:
    origin, direction = interscapular(body)
    index = body_index(body)
    skin = index.pick(origin, direction, ids=["skin"])
    hit = index.pick(origin, direction, ids=[key])
    assert skin is not None
    assert hit is not None
    return float(hit.depth - skin.depth)


def test_nothing_of_the_body_lies_outside_its_skin(built):
    skin = built["skin"].surface.points
    low, high = skin.min(axis=0), skin.max(axis=0)
    for key, structure in built.structures.items():
        points = structure.surface.points
        assert (points >= low - 0.01).all(), key
        assert (points <= high + 0.01).all(), key


def test_the_fat_has_no_holes(built):
    """Through the skin of back, neck and chest fat is met; a hole would show muscle beneath."""
    index = body_index(built)
    skin = built["skin"].surface
    corners = skin.points[skin.triangles]
    middles = corners.mean(axis=1)
    normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    normals /= np.linalg.norm(normals, axis=1)[:, None]
    rng = np.random.default_rng(7)
    thin = np.flatnonzero((np.abs(middles[:, 0]) < 110) & (np.abs(middles[:, 2]) < 200))
    for i in rng.choice(thin, 800, replace=False):
        hit = index.pick(middles[i] + normals[i], -normals[i], ids=["subcutaneous_fat"])
        assert hit is not None, middles[i]
        assert hit.depth < 4.0, (middles[i], hit.depth)


def test_muscle_points_are_inside_the_skin(built):
    index = body_index(built)
    rng = np.random.default_rng(5)
    for key in ("trapezius_upper_left", "deltoid_middle_right", "latissimus_dorsi_left",
                "pectoralis_major_left", "rectus_abdominis_right"):  # fmt: skip
        points = built[key].surface.points
        for p in points[rng.choice(len(points), 12, replace=False)]:
            assert index.inside(p, ids=["skin"])[0] == 1, key


@pytest.mark.parametrize("name", ["M1", "M2", "M3", "F1", "F2", "F3"])
def test_layers_of_the_back_follow_one_another(built, name):
    body = variant(built, name)
    order = [depth(body, k) for k in ("trapezius_lower_left", "rhomboid_major_left",
                                      "parietal_pleura_left")]  # fmt: skip
    assert 2.0 < order[0] < order[1] < order[2] - 8.0


@pytest.mark.parametrize(
    ("name", "low", "high"),
    [("M1", 8, 16), ("F1", 8, 16), ("M2", 10, 18), ("F2", 10, 18), ("M3", 12, 24), ("F3", 12, 24)],
)
def test_skin_to_rhomboid_is_within_the_published_band(built, name, low, high):
    assert low <= depth(variant(built, name), "rhomboid_major_left") <= high


def test_pleura_is_deeper_in_heavier_bodies_and_in_men(built):
    found = {
        n: depth(variant(built, n), "parietal_pleura_left")
        for n in ("M1", "M2", "M3", "F1", "F2", "F3")
    }
    assert found["M1"] < found["M2"] < found["M3"]
    assert found["F1"] < found["F2"] < found["F3"]
    assert found["F1"] < found["M1"]


def test_variants_keep_topology(built):
    other = variant(built, "F3")
    for key, structure in built.structures.items():
        assert other[key].surface.triangles is structure.surface.triangles, key


def test_a_furrow_runs_over_the_spinous_processes(built):
    """Thin over the tips, and lower than the muscles beside them."""
    index = body_index(built)

    def skin_y(x: float, z: float) -> float:
        hit = index.pick(np.array([x, 250.0, z]), np.array([0.0, -1.0, 0.0]), ids=["skin"])
        assert hit is not None
        return float(hit.point[1])

    for level in ("t4", "t6", "t8", "t10", "t12", "l2"):
        tip = built.landmarks[f"{level}_spinous_process"].point
        middle = skin_y(0.0, tip[2])
        assert 5.0 < middle - tip[1] < 15.0, level
        assert min(skin_y(28.0, tip[2]), skin_y(-28.0, tip[2])) > middle + 1.0, level
