"""Zones resolved on bodies: the right structures, on the right side, and every gap said."""

from __future__ import annotations

import csv
from types import MappingProxyType

import numpy as np
import pytest
from atlases import atlas
from shapes import egg_body

from meshes import load_body
from meshes.catalogue import Structure
from meshes.surface import Surface
from zones.danger import (
    INCOMPLETE,
    MISSING,
    danger_zones,
    find_zone,
    resolve_zones,
    zone_ids,
)
from zones.danger_catalogue import danger_catalogue
from zones.errors import UnknownZoneError


def structure(id, side="mid", system="organ", z=0.0, name="", **more):
    surface = Surface.of([[0, 0, z], [1, 0, z], [0, 1, z + 1]], [[0, 1, 2]])
    return Structure(id, name or id.replace("_", " "), side, system, surface, **more)


def rows(*structures):
    found = resolve_zones(danger_catalogue(), {s.id: s for s in structures})
    return {zone.id: zone for zone in found}


def manifest_structures():
    systems = {"nerve/cns": "nerve", "skin_merged": "skin", "system": "other"}
    path = atlas("z-anatomy") / "manifest.csv"
    with path.open(encoding="utf-8") as file:
        for line in csv.DictReader(file):
            key = line["file"].split("/")[-1].removesuffix(".ply").lower()
            side = line["side"].replace("both/mid", "mid")
            system = systems.get(line["system"], line["system"])
            yield structure(key, side, system, name=line["english_name"])


# ---- the rows ------------------------------------------------------------------------------------


def test_every_body_has_the_same_rows_and_a_bare_one_has_them_empty():
    bare = resolve_zones(danger_catalogue(), MappingProxyType({}))
    full = danger_zones(egg_body())
    assert [z.id for z in bare] == [z.id for z in full] == list(zone_ids())
    assert len(set(zone_ids())) == len(zone_ids())
    for zone in bare:
        assert (zone.structures, zone.complete, zone.note) == ((), False, MISSING)


def test_rows_are_resolved_once_per_body_and_the_list_is_the_callers():
    body = egg_body()
    first = danger_zones(body)
    first.clear()
    second = danger_zones(body)
    assert second
    assert all(a is b for a, b in zip(second, danger_zones(body), strict=True))


def test_an_unknown_row_is_an_error_that_helps():
    with pytest.raises(UnknownZoneError, match="no danger zone 'lungs'"):
        find_zone(egg_body(), "lungs")
    assert find_zone(egg_body(), "lung_left").structures == ("lung_left",)


# ---- selection -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("id", "system", "row"),
    [
        ("lung_left", "organ", "lung_left"),
        ("left_lung", "organ", "lung_left"),
        ("superior_lobe_of_left_lung", "organ", "lung_left"),
        ("apical_vein_of_left_lung", "vessel", "pulmonary_vessels"),
        ("left_inferior_pulmonary_vein", "vessel", "pulmonary_vessels"),
        ("visceral_pleura_left", "pleura", "lung_left"),
        ("costal_pleura_left", "pleura", "parietal_pleura_left"),
        ("accessory_nerve_left", "nerve", "accessory_nerve_left"),
        ("accessory_pancreatic_duct", "organ", "pancreas_bile"),
        ("suprascapular_artery_left", "vessel", "scapular_vessels_left"),
        ("suprascapular_nerve_left", "nerve", "suprascapular_nerve_left"),
        ("dorsal_scapular_nerve_left", "nerve", "dorsal_scapular_nerve_left"),
        ("muscular_branches_of_axillary_nerve_left", "nerve", "axillary_nerve_left"),
        ("thoracodorsal_nerve_left", "nerve", "other_nerves_left"),
        ("thoracic_aorta", "vessel", "aorta"),
        ("deep_cervical_artery_left", "vessel", "other_vessels_left"),
        ("dura_mater_of_spinal_cord", "nerve", "spinal_canal"),
        ("posterior_intercostal_artery_5_left", "vessel", "intercostal_bundle_left"),
        ("thymus", "organ", "other_organs"),
        ("right_ventricle", "organ", "heart"),
    ],
)
def test_a_structure_lands_in_its_row_and_in_no_other(id, system, row):
    side = "left" if row.endswith("left") else "mid"
    found = rows(structure(id, side, system))
    assert [zone.id for zone in found.values() if zone.structures] == [row]


@pytest.mark.parametrize(
    ("id", "system"),
    [("pulmonary_ligament", "bone"), ("latissimus_dorsi_left", "muscle"),
     ("thyroid_cartilage", "organ"), ("lung_left", "bone")],
)  # fmt: skip
def test_what_is_no_danger_lands_nowhere(id, system):
    assert not any(zone.structures for zone in rows(structure(id, "mid", system)).values())


def test_a_doubtful_side_counts_for_both_rows():
    found = rows(structure("hepatic_veins", "mid", "vessel"))
    assert found["other_vessels_left"].structures == found["other_vessels_right"].structures
    assert found["other_vessels_left"].structures == ("hepatic_veins",)
    for side in ("both", "mid"):
        found = rows(structure("pleura", side, "pleura"))
        assert found["parietal_pleura_left"].structures == ("pleura",)
        assert found["parietal_pleura_right"].structures == ("pleura",)


def test_folding_accents_and_signs():
    found = rows(structure("x1", "left", "nerve", name="N. X", latin="Nérvus-Vagus (X)"))
    assert found["vagus_nerve_left"].structures == ("x1",)


# ---- what may never be clear ---------------------------------------------------------------------


def test_half_a_lung_is_incomplete_and_the_whole_is_not():
    upper = structure("superior_lobe_of_left_lung", "left")
    lower = structure("inferior_lobe_of_left_lung", "left")
    half, whole = rows(upper)["lung_left"], rows(upper, lower)["lung_left"]
    assert (half.complete, half.missing, half.note) == (False, ("lower",), INCOMPLETE)
    assert (whole.complete, whole.missing, whole.note) == (True, (), "")


@pytest.mark.parametrize(("lowest", "complete"), [(-10.0, True), (30.0, False)])
def test_a_pleura_that_ends_above_rib_12_has_no_recess(lowest, complete):
    rib = structure("rib_12_left", "left", "bone", z=0.0)
    zone = rows(structure("parietal_pleura_left", "left", "pleura", z=lowest), rib)[
        "parietal_pleura_left"
    ]
    assert zone.complete is complete
    assert zone.missing == (() if complete else ("costodiaphragmatic_recess",))


def test_a_derived_structure_makes_a_derived_row():
    found = rows(structure("pericardium", derived=True), structure("liver"))
    assert found["pericardium"].derived
    assert not found["liver"].derived


# ---- bodies --------------------------------------------------------------------------------------


def test_reference_body_has_its_pleura_whole():
    body = load_body("reference")
    found = {zone.id: zone for zone in danger_zones(body)}
    for side in ("left", "right"):
        assert found[f"parietal_pleura_{side}"].structures == (f"parietal_pleura_{side}",)
        assert found[f"parietal_pleura_{side}"].complete
        lung = found[f"lung_{side}"]
        assert lung.complete
        assert {f"lung_superior_lobe_{side}", f"lung_inferior_lobe_{side}"} <= set(lung.structures)
        assert found[f"kidney_{side}"].structures == (f"kidney_{side}",)
    assert found["heart"].complete
    assert "spinal_cord" in found["spinal_cord"].structures


def dangerous(structures):
    return {s.id for s in structures if s.system in ("vessel", "nerve", "organ", "pleura")}


@pytest.mark.assets
def test_no_named_structure_of_the_atlas_is_left_out():
    structures = list(manifest_structures())
    found = rows(*structures)
    covered = {key for zone in found.values() for key in zone.structures}
    left = dangerous(structures) - covered
    assert left == {"thyroid_cartilage", "cricoid_cartilage"}


@pytest.mark.assets
def test_the_atlas_by_name_is_anatomically_right():
    found = rows(*manifest_structures())
    assert found["lung_left"].structures == (
        "inferior_lobe_of_left_lung", "superior_lobe_of_left_lung",
    )  # fmt: skip
    assert len(found["lung_right"].structures) == 3
    for rule in ("kidney", "phrenic_nerve", "greater_occipital_nerve"):
        for side in ("left", "right"):
            assert found[f"{rule}_{side}"].note == MISSING
    assert found["pericardium"].note == MISSING
    assert set(found["brachial_plexus_left"].missing) == {"lateral_cord", "medial_cord"}
    assert found["intercostal_bundle_left"].missing == ("upper_veins", "lower_veins")
    assert len(found["heart"].structures) == 15
    for zone in found.values():
        other = {"left": "_r", "right": "_l"}.get(zone.side)
        assert not [key for key in zone.structures if other and key.endswith(other)]
    assert np.all([zone.margin_mm > 0 for zone in found.values()])


@pytest.mark.parametrize(
    ("part", "zone"),
    [
        ("lung_upper_lobe_left", "lung_left"), ("heart_atrium_left", "heart"),
        ("kidney_cyst_left", "kidney_left"), ("heart_myocardium", "heart"),
        ("carotid_artery_external_left", "carotid_left"),
    ],
)  # fmt: skip
def test_a_part_of_an_organ_is_not_the_organ(part, zone):
    """Names as segmentation programs give them: what lacks most of a zone is never clear."""
    side = "left" if part.endswith("left") else "mid"
    system = "vessel" if "artery" in part else "organ"
    found = [z for z in rows(structure(part, side, system)).values() if z.structures]
    assert found
    assert not [z.id for z in found if z.complete and z.id in (zone, "heart", "lung_left")]


def test_an_organ_whole_is_whole_however_it_is_called():
    for name, side, zone in (
        ("lung_left", "left", "lung_left"), ("left_lung", "left", "lung_left"),
        ("Lung, left", "left", "lung_left"), ("heart", "mid", "heart"),
        ("kidney_left", "left", "kidney_left"), ("Left kidney", "left", "kidney_left"),
    ):  # fmt: skip
        assert rows(structure("x1", side, "organ", name=name))[zone].complete, name
