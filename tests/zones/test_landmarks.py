"""Landmarks of bodies: authored first, else found; the missing ones say why."""

from __future__ import annotations

import copy
import tomllib
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest
from atlas_body import z_anatomy_part
from marked_bodies import back_body
from shapes import egg_body

from meshes import load_body
from meshes.body import Landmark
from meshes.surface import Surface
from zones.errors import BadCatalogueError
from zones.landmarks import (
    AUTHORED,
    FOUND,
    MISSING,
    landmark_catalogue,
    landmark_id,
    landmarks,
    parse_landmarks,
)

DATA = tomllib.loads(files("zones").joinpath("data/landmarks.toml").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def reference():
    return load_body("reference")


# ---- the catalogue -------------------------------------------------------------------------------


def test_there_are_at_least_sixty_and_each_has_its_source_and_uncertainty():
    catalogue = landmark_catalogue()
    assert len(catalogue) >= 60
    for rule in catalogue.values():
        assert rule.source
        assert rule.uncertainty_mm > 0
    assert DATA["uncertainty_origin"].startswith("assumed")


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda row: row.pop("source"), "lacks source"),
        (lambda row: row.update(source="nobody"), "nobody"),
        (lambda row: row.pop("uncertainty_mm"), "uncertainty_mm"),
        (lambda row: row["rule"].update(kind="guess"), "guess"),
        (lambda row: row.pop("bone"), "needs a bone"),
        (lambda row: row.update(rule={"kind": "border", "level_of": "nowhere"}), "nowhere"),
        (lambda row: row.update(id="jugular_notch", levels=[""]), "occurs twice"),
    ],
)
def test_a_spoilt_row_is_refused(spoil, said):
    data = copy.deepcopy(DATA)
    spoil(data["landmark"][0])
    with pytest.raises(BadCatalogueError, match=said):
        parse_landmarks(data)


def test_ids_with_and_without_side():
    assert landmark_id("jugular_notch", "left") == "jugular_notch"
    assert landmark_id("acromion", "right") == "acromion_right"
    with pytest.raises(BadCatalogueError):
        landmark_id("elbow_of_the_knee", "left")


# ---- bodies --------------------------------------------------------------------------------------


def test_authored_landmarks_are_taken_as_they_are():
    body = back_body()
    found = landmarks(body)
    assert found["t5_spinous_process"].how == AUTHORED
    assert np.array_equal(
        found["t5_spinous_process"].point, body.landmarks["t5_spinous_process"].point
    )
    assert found["t5_spinous_process"].uncertainty_mm == 0.0


def test_an_authored_landmark_counts_under_its_other_name():
    mark = Landmark("coracoid_tip_left", "Coracoid tip", np.array([1.0, 2.0, 3.0]))
    found = landmarks(replace(egg_body(), landmarks={mark.id: mark}))
    assert np.array_equal(found["coracoid_process_left"].point, (1, 2, 3))
    assert "coracoid_tip_left" not in found
    assert found["coracoid_process_right"].how == MISSING


def test_a_body_without_bones_misses_them_with_a_reason():
    found = landmarks(egg_body())
    missing = found["c7_spinous_process"]
    assert (missing.how, missing.point) == (MISSING, None)
    assert missing.reason == "the body has no such bone"
    assert found["scapula_medial_border_at_t5_left"].how == MISSING
    assert found["umbilicus_level"].reason == "l3_spinous_process is missing"
    assert found["top"].how == AUTHORED  # the body's own, beyond the catalogue


def test_landmarks_are_found_once_per_body():
    body = egg_body()
    assert landmarks(body) is landmarks(body)


def check_order(found):
    """Anatomy that no right set of landmarks can break."""
    z = {key: fix.point[2] for key, fix in found.items() if fix.point is not None}
    x = {key: fix.point[0] for key, fix in found.items() if fix.point is not None}
    y = {key: fix.point[1] for key, fix in found.items() if fix.point is not None}
    levels = [f"t{i}" for i in range(1, 13)] + [f"l{i}" for i in range(1, 6)]
    heights = [z[f"{level}_spinous_process"] for level in levels]
    assert all(a > b for a, b in zip(heights, heights[1:], strict=False))
    mid = x["t5_spinous_process"]
    for key, value in x.items():
        if key.endswith("_left"):
            assert value > mid, key
        elif key.endswith("_right"):
            assert value < mid, key
        else:
            assert abs(value - mid) < 12, key
    for side in ("left", "right"):
        assert z[f"scapula_inferior_angle_{side}"] < z[f"scapular_spine_root_{side}"]
        assert z[f"scapular_spine_root_{side}"] < z[f"scapula_superior_angle_{side}"]
        assert (
            z["t9_spinous_process"] < z[f"scapula_inferior_angle_{side}"] < z["t5_spinous_process"]
        )
        assert abs(x[f"acromion_{side}"] - mid) > abs(x[f"scapular_spine_root_{side}"] - mid)
        assert y[f"coracoid_process_{side}"] < y[f"acromial_angle_{side}"]
        parts = ("sternal_end", "medial_third", "middle", "lateral_third", "acromial_end")
        thirds = [abs(x[f"clavicle_{part}_{side}"] - mid) for part in parts]
        assert thirds == sorted(thirds)
        lateral = [z[f"rib_{n}_midaxillary_{side}"] for n in range(4, 11)]
        assert lateral == sorted(lateral, reverse=True)
    assert z["jugular_notch"] > z["sternal_angle"] > z["xiphisternal_joint"] > z["xiphoid_tip"]
    assert y["jugular_notch"] < y["t3_spinous_process"]


def test_the_reference_body_has_its_landmarks_in_order(reference):
    found = landmarks(reference)
    check_order(found)
    assert sum(fix.how != MISSING for fix in found.values()) >= 60


def test_rules_find_what_the_reference_authors(reference):
    residuals = {key: fix.residual_mm for key, fix in landmarks(reference).items()
                 if fix.how == AUTHORED and fix.residual_mm is not None}  # fmt: skip
    assert len(residuals) >= 20
    # Rib 4 is the one known to be off by more: 8.4 mm since the cage was brought nearer to the
    # skin. The cause is not known yet; the residual is shown beside the landmark.
    beyond = {key for key, gap in residuals.items() if gap >= 8.0}
    assert beyond <= {"rib_4_midclavicular_left", "rib_4_midclavicular_right"}
    assert max(residuals.values()) < 9.0
    assert float(np.median(list(residuals.values()))) < 3.0


def test_a_found_landmark_lies_on_its_bone(reference):
    for key, bone in (
        ("acromion_left", "scapula_left"),
        ("clavicle_middle_right", "clavicle_right"),
        ("rib_5_angle_left", "rib_5_left"),
    ):
        fix = landmarks(reference)[key]
        assert fix.how in (FOUND, AUTHORED)
        gaps = np.linalg.norm(reference[bone].surface.points - fix.point, axis=1)
        assert gaps.min() < fix.uncertainty_mm + 1.0


def test_one_mesh_that_holds_both_sides_is_read_side_by_side(reference):
    both = [reference[f"clavicle_{side}"] for side in ("left", "right")]
    points = np.concatenate([s.surface.points for s in both])
    shift = len(both[0].surface.points)
    faces = np.concatenate([both[0].surface.triangles, both[1].surface.triangles + shift])
    parts = {k: s for k, s in reference.structures.items() if not k.startswith("clavicle")}
    parts["clavicles"] = replace(
        both[0], id="clavicles", name="Clavicle", side="both", surface=Surface.of(points, faces)
    )
    merged = landmarks(replace(reference, structures=parts))
    for key in ("clavicle_middle_left", "clavicle_sternal_end_right"):
        assert np.allclose(merged[key].point, landmarks(reference)[key].point, atol=0.5)


@pytest.mark.assets
def test_z_anatomy_has_its_landmarks_in_order():
    found = landmarks(z_anatomy_part())
    check_order(found)
    missing = {key for key, fix in found.items() if fix.how == MISSING}
    assert {key for key in missing if not key.endswith("_right")} == {
        "greater_trochanter_left", "fibular_head_left", "tibial_tuberosity_left", "patella_left",
        "lateral_malleolus_left",
    }  # fmt: skip
    assert max(fix.residual_mm or 0.0 for fix in found.values()) < 8.0
