"""Acceptance rows and report card: the table is whole, a deeper body is called deeper."""

from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from shapes import egg_body

from meshes.body import Subject, load_body
from meshes.surface import Surface
from zones import report_card as cards
from zones.acceptance import back, chest, run
from zones.acceptance.probe import Probe, plane_section
from zones.acceptance.rows import VARIANTS, acceptance_rows, ansur_band, variant_of
from zones.anatomy import structures_of


@pytest.fixture(scope="module")
def reference():
    return load_body("reference")


def with_skin_pushed_out(body, by_mm):
    """The same body under a skin moved outward along its vertex normals."""
    skin = body.skin
    points, faces = skin.surface.points, skin.surface.triangles
    corner = points[faces]
    across = np.cross(corner[:, 1] - corner[:, 0], corner[:, 2] - corner[:, 0])
    normals = np.zeros_like(points)
    for k in range(3):
        np.add.at(normals, faces[:, k], across)
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    thicker = replace(skin, surface=Surface.of(points + by_mm * normals, faces))
    structures = {**body.structures, skin.id: thicker}
    return replace(
        body, structures=MappingProxyType(structures), content_hash=f"{body.content_hash}-{by_mm}"
    )


def test_every_row_has_a_source_a_range_or_a_reason():
    rows = acceptance_rows()
    assert len({row.id for row in rows}) == len(rows) >= 100
    for row in rows:
        assert row.gate in ("R", "P", "C")
        assert set(row.variants) <= set(VARIANTS)
        assert row.source
        assert row.evidence
        assert row.accept or row.ansur or (row.measure == "not_run" and row.note)
        if row.accept:
            assert row.accept[0] <= row.accept[1]
        assert row.gate != "R" or row.measure != "not_run", f"{row.id} is required and never run"


@pytest.mark.parametrize(
    ("measure", "male", "female"),
    [
        ("chest_breadth", (245, 297), (228, 281)),
        ("chest_depth", (195, 245), (189, 250)),
        ("chest_circumference", (876, 1004), (775, 945)),
        ("waist_breadth", (250, 313), (230, 303)),
        ("biacromial_breadth", (373, 430), (332, 391)),
        ("neck_circumference", (337, 396), (288, 336)),
    ],
)
def test_the_regressions_give_the_printed_ranges_of_m1_and_f1(measure, male, female):
    subjects = (Subject("male", 173.0, 22 * 1.73**2), Subject("female", 163.0, 21 * 1.63**2))
    for subject, printed in zip(subjects, (male, female), strict=True):
        assert ansur_band(measure, subject) == pytest.approx(printed, abs=1.0)


def test_a_subject_is_graded_on_the_rows_of_its_class():
    assert variant_of(Subject("male", 173.0, 22 * 1.73**2)) == "M1"
    assert variant_of(Subject("female", 163.0, 24 * 1.63**2)) == "F2"
    assert variant_of(Subject("male", 175.6, 27.7 * 1.756**2)) == "M3"
    assert variant_of(Subject()) == "M1"


def test_what_a_body_lacks_is_not_run_and_never_passed():
    results = run.run_acceptance(egg_body(), "M1")
    state = {r.row.id: r for r in results}
    assert state["AT-B01"].result == "not_run"
    assert state["AT-B01"].reason == "the body has no vertebra t4"
    assert all(r.value is None and r.reason for r in results if r.result == "not_run")
    assert all(r.value is not None for r in results if r.result != "not_run")


def test_a_section_of_a_box_is_its_outline():
    corners = np.array([[x, y, z] for x in (0, 4) for y in (0, 6) for z in (0, 8)], float)
    faces = np.array(
        [(0, 1, 3), (0, 3, 2), (4, 6, 7), (4, 7, 5), (0, 4, 5), (0, 5, 1),
         (2, 3, 7), (2, 7, 6), (0, 2, 6), (0, 6, 4), (1, 5, 7), (1, 7, 3)], np.int32
    )  # fmt: skip
    cut = plane_section(corners, faces, 2, 3.0)
    assert np.linalg.norm(cut[:, 0] - cut[:, 1], axis=1).sum() == pytest.approx(20.0)
    assert np.allclose(cut[:, :, 2], 3.0)
    assert len(plane_section(corners, faces, 2, 9.0)) == 0


@pytest.mark.parametrize("by_mm", [6.0, 15.0])
def test_a_thicker_wall_reads_deeper_by_as_much(reference, by_mm):
    thin, thick = Probe(reference), Probe(with_skin_pushed_out(reference, by_mm))
    for measure in (back.gb21_pleura, chest.second_space_pleura, back.rhomboid_rib_depth):
        # Never less than the wall grew; more where the line turns and meets another edge.
        assert by_mm - 2.5 <= measure(thick) - measure(thin) <= 1.6 * by_mm + 2.0


def test_the_card_of_a_body_that_is_too_deep_says_so_and_by_how_much(reference):
    card = cards.measure_card(with_skin_pushed_out(reference, 25.0))
    wall = {s.id: s for s in card.sites}["rhomboid_rib_depth"]
    assert wall.dangerous
    assert wall.deviation > 20
    assert card.verdict in ("too_deep", "edge_too_high")
    assert card.worst.dangerous


def test_no_marks_for_a_figure_the_body_was_made_from(reference):
    card = cards.measure_card(reference)
    by_id = {s.id: s for s in card.sites}
    assert not by_id["gb21_pleura"].held_out
    assert by_id["tp_thickness"].held_out
    stranger = replace(reference, sources=("somewhere else",))
    assert all(s.held_out for s in cards.measure_card(stranger).sites)


def test_a_card_is_kept_by_hash_and_a_damaged_one_is_measured_again(reference, tmp_path):
    first = cards.report_card(reference, tmp_path)
    (file,) = tmp_path.iterdir()
    assert cards.report_card(reference, tmp_path) == first
    file.write_text("{")
    assert cards.report_card(reference, tmp_path) == first


def test_roles_find_numbered_bones_under_both_ways_of_naming(reference):
    assert structures_of(reference, "rib_5", "left") == ("rib_5_left",)
    named = replace(
        reference,
        structures=MappingProxyType({
            "a": replace(reference["rib_5_left"], id="a", name="Fifth rib (left)"),
            "b": replace(reference["rib_5_left"], id="b", name="Rib 15 (left)"),
        }),
    )  # fmt: skip
    assert structures_of(named, "rib_5", "left") == ("a",)
    assert structures_of(named, "rib_5", "right") == ()


@pytest.mark.parametrize("variant", ["M1", "F1"])
def test_postures_keep_their_published_order_and_differences(variant, monkeypatch):
    """Rows A03, A07 and B19 pass for men and women, whichever posture is asked."""
    chosen = tuple(row for row in acceptance_rows() if row.any_posture)
    monkeypatch.setattr(run, "acceptance_rows", lambda: chosen)

    def family(name):
        return load_body(f"reference:{name}")

    found = {r.row.id: r for r in run.run_acceptance(family(variant), variant, family)}
    assert {"AT-A03", "AT-A07-raised", "AT-A07-along", "AT-A07-order", "AT-B19"} == set(found)
    assert {r.result for r in found.values()} == {"pass"}
    assert all(r.row.used_to_build for r in found.values())
    # asked of the sitting body they say the same
    again = run.run_acceptance(family(f"{variant},sitting"), variant, family)
    assert [r.value for r in again] == [found[r.row.id].value for r in again]
    alone = run.run_acceptance(family(variant), variant)
    assert {r.result for r in alone} == {"not_run"}
