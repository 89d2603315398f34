"""The shipped reference body as it is on disk: complete, closed, sided, in place."""

import numpy as np
import pytest

from meshes.body import load_body
from meshes.reference.meshing import is_sound, volume

PAIRED = ("scapula", "clavicle", "humerus", "hip_bone", "rib_1", "rib_6", "rib_12", "temporal_bone",
          "costal_cartilage_7")  # fmt: skip


@pytest.fixture(scope="module")
def body():
    return load_body("reference")


def points(body, key):
    return body[key].surface.points


def test_every_surface_is_closed_and_wound_outward(body):
    for key, structure in body.structures.items():
        assert structure.closed, key
        surface = structure.surface
        assert volume(surface.points, surface.triangles.astype(np.int64)) > 0, key


@pytest.mark.parametrize(
    "key", ["vertebra_c1", "vertebra_t6", "sacrum", "scapula_left", "rib_1_left"]
)
def test_bones_are_manifold(body, key):
    surface = body[key].surface
    assert is_sound(surface.points, surface.triangles.astype(np.int64))


def test_the_skeleton_is_whole(body):
    wanted = [f"vertebra_c{i}" for i in range(1, 8)] + [f"vertebra_t{i}" for i in range(1, 13)]
    wanted += [f"vertebra_l{i}" for i in range(1, 6)]
    wanted += ["sacrum", "coccyx", "manubrium", "sternal_body", "xiphoid_process", "occipital_bone"]
    for side in ("left", "right"):
        wanted += [f"rib_{i}_{side}" for i in range(1, 13)]
        wanted += [f"{name}_{side}" for name in ("scapula", "clavicle", "humerus", "hip_bone")]
    assert not [key for key in wanted if key not in body.structures]


@pytest.mark.parametrize("stem", PAIRED)
def test_sides_mirror_one_another(body, stem):
    left, right = points(body, f"{stem}_left"), points(body, f"{stem}_right")
    assert left[:, 0].mean() > 0 > right[:, 0].mean()
    assert np.allclose(left * (-1, 1, 1), right)


def test_lungs_lie_in_their_pleura(body):
    for side in ("left", "right"):
        outer, inner = (
            points(body, f"parietal_pleura_{side}"),
            points(body, f"visceral_pleura_{side}"),
        )
        assert (inner.min(axis=0) > outer.min(axis=0) - 1e-6).all()
        assert (inner.max(axis=0) < outer.max(axis=0) + 1e-6).all()


def test_landmarks_sit_on_the_body_and_in_order(body):
    marks = body.landmarks
    assert len(marks) >= 60
    levels = ["c7", *(f"t{i}" for i in range(1, 13)), *(f"l{i}" for i in range(1, 6))]
    heights = [marks[f"{level}_spinous_process"].point[2] for level in levels]
    assert heights == sorted(heights, reverse=True)
    assert marks["acromion_left"].point[0] > 0 > marks["acromion_right"].point[0]
    for key in ("scapular_spine_root_left", "psis_left", "mastoid_tip_left", "jugular_notch"):
        near = min(
            np.linalg.norm(s.surface.points - marks[key].point, axis=1).min()
            for s in body.structures.values()
            if s.system == "bone"
        )
        assert near < 3.0, key


def test_names_carry_latin_and_sides_and_search_finds_them(body):
    from meshes.catalogue import search

    rib = body["rib_5_left"]
    assert (rib.name, rib.latin, rib.side) == ("Rib 5, left", "Costa V", "left")
    assert rib.fma == "FMA8093"
    found = [s.id for s in search(body.structures.values(), "atlas")]
    assert "vertebra_c1" in found
    assert all(s.latin for s in body.structures.values() if s.system in ("bone", "vessel", "nerve"))
