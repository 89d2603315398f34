import csv
from dataclasses import replace

import numpy as np
import pytest
from atlases import atlas
from shapes import ball_arrays, egg_body

from meshes.catalogue import Structure
from meshes.checks import check_structure, check_structures, check_whole_body
from meshes.io.ply import read_ply
from meshes.orientation import rib_number, vertebra_level
from meshes.surface import Surface, SurfaceKind
from meshes.topology import topology, winding

BALL, FACES = ball_arrays(20.0, (60, 0, 0), rings=8)


def ball(points=BALL, faces=FACES, name="Ball", side="left", kind=SurfaceKind.SOLID):
    return Structure("ball", name, side, "organ", Surface.of(points, faces, kind))


def joined(*meshes):
    """Several (points, faces) as one mesh."""
    before = np.cumsum([0] + [len(p) for p, _ in meshes])
    return (
        np.concatenate([p for p, _ in meshes]),
        np.concatenate([np.asarray(f) + n for (_, f), n in zip(meshes, before, strict=False)]),
    )


def names(check):
    return {finding.check for finding in check.findings}


def test_a_sound_ball_is_closed_without_a_finding_and_its_volume_is_the_formula():
    check = check_structure(ball())
    assert check.closed
    assert check.findings == ()
    fine, faces = ball_arrays(20.0, (900, -400, 77), rings=60)
    facts = topology(fine, faces)
    assert facts.volumes_mm3 == pytest.approx([4 / 3 * np.pi * 20**3], rel=4e-3)


def test_the_verdict_does_not_depend_on_place_order_or_numbering():
    rng = np.random.default_rng(1)
    bad = FACES.copy()
    bad[5] = bad[5][::-1]
    for faces, closed in ((FACES, True), (FACES[1:], False), (bad, False)):
        for _ in range(20):
            number = rng.permutation(len(BALL))
            points = np.empty_like(BALL)
            points[number] = BALL + rng.uniform(-1e4, 1e4, 3)
            shuffled = number[faces][rng.permutation(len(faces))]
            shuffled = np.stack([np.roll(f, rng.integers(3)) for f in shuffled])
            assert check_structure(ball(points, shuffled, side="mid")).closed is closed


BROKEN = {
    "hole": (BALL, FACES[1:], "closed", False),
    "third triangle on an edge": (
        np.vstack([BALL, [[60, 0, 40]]]),
        np.vstack([FACES, [[FACES[0][0], FACES[0][1], len(BALL)]]]),
        "closed",
        False,
    ),
    "one triangle turned": (BALL, np.vstack([FACES[:1, ::-1], FACES[1:]]), "winding", False),
    "inside out": (BALL, FACES[:, ::-1], "orientation", False),
    "one of two inside out": (
        *joined((BALL, FACES), (BALL + [80, 0, 0], FACES[:, ::-1])),
        "orientation",
        False,
    ),
    "repeated triangle": (BALL, np.vstack([FACES, FACES[:1]]), "duplicates", False),
    "two parts": (*joined((BALL, FACES), (BALL + [80, 0, 0], FACES)), "components", True),
    "triangle without area": (
        np.vstack([BALL, BALL[FACES[0][:2]].mean(axis=0)[None]]),
        np.vstack([
            FACES[1:],
            [[FACES[0][0], len(BALL), FACES[0][2]], [len(BALL), FACES[0][1], FACES[0][2]],
             [FACES[0][0], FACES[0][1], len(BALL)]],
        ]),
        "degenerate",
        True,
    ),
    "pillow without volume": (
        *joined((BALL, FACES), (BALL[:3], [[0, 1, 2], [2, 1, 0]])),
        "volume",
        True,
    ),
    "metres read as millimetres": (BALL * 1e-3, FACES, "units", True),
    "kilometres": (BALL * 1e3, FACES, "units", True),
    "wrong side": (BALL - [120, 0, 0], FACES, "side", True),
}  # fmt: skip


@pytest.mark.parametrize("defect", BROKEN)
def test_each_defect_has_its_finding_and_a_safe_verdict(defect):
    points, faces, expected, closed = BROKEN[defect]
    check = check_structure(ball(points, faces))
    assert expected in names(check)
    assert check.closed is closed
    assert all("\n" not in finding.message for finding in check.findings)


def test_an_inverted_part_that_touches_in_a_point_is_not_averaged_away():
    points, faces = joined((BALL, FACES), (BALL, FACES[:, ::-1]))
    points[len(BALL) :, 0] = 2 * BALL[:, 0].max() - BALL[:, 0]  # a mirror image beside it
    touching = int(np.argmax(BALL[:, 0]))
    faces[faces == len(BALL) + touching] = touching  # sharing one point
    assert check_structure(ball(points, faces)).closed  # a mirrored and turned ball is sound
    mixed = faces.copy()
    mixed[len(FACES) :] = mixed[len(FACES) :, ::-1]
    check = check_structure(ball(points, mixed))
    assert not check.closed
    assert "orientation" in names(check)


def test_sheets_need_not_be_closed_and_tubes_are_asked_for_caps():
    assert check_structure(ball(faces=FACES[1:], kind=SurfaceKind.SHEET)).findings == ()
    (finding,) = check_structure(ball(faces=FACES[1:], kind=SurfaceKind.TUBE)).findings
    assert "capped ends" in finding.message


@pytest.mark.parametrize("name", ["-", "", " ", "???", "unnamed", "Object"])
def test_a_placeholder_name_blocks(name):
    (finding,) = check_structure(ball(name=name)).findings
    assert (finding.check, finding.severity) == ("name", "block")


def test_empty_and_not_finite_block_and_are_never_closed():
    empty = Structure("s", "S", "mid", "organ", Surface(BALL, FACES[:0]))
    points = BALL.copy()
    points[3, 1] = np.nan
    broken = Structure("s", "S", "mid", "organ", Surface(points, FACES))
    for structure, expected in ((empty, "empty"), (broken, "finite")):
        check = check_structure(structure)
        assert not check.closed
        assert [(f.check, f.severity) for f in check.findings] == [(expected, "block")]
        assert isinstance(check_whole_body({"s": structure}), list)


def torso():
    """The egg body with what the whole-body tests look for."""
    body = dict(egg_body().structures)

    def add(key, name, side, system, centre, size):
        surface = Surface.of(*ball_arrays(1, centre, size, 8))
        body[key] = Structure(key, name, side, system, surface)

    for n in (4, 6):
        for side, x in (("left", 75), ("right", -75)):
            add(f"rib_{n}_{side}", f"Rib {n}", side, "bone", (x, 70, 100 - 20 * n), (45, 6, 8))
    add("liver", "Liver", "right", "organ", (-50, 0, -130), (40, 40, 30))
    add("sternum", "Sternum", "mid", "bone", (0, -80, 0), (15, 5, 60))
    add("vertebra_t4", "Vertebra T4", "mid", "bone", (0, 60, 60), (15, 15, 10))
    add("vertebra_t10", "Vertebra T10", "mid", "bone", (0, 60, -60), (15, 15, 10))
    del body["rib_5_left"], body["rib_5_right"]
    return body


def moved(structure, by=(0, 0, 0), scale=(1, 1, 1)):
    faces = structure.surface.triangles
    if np.prod(scale) < 0:
        faces = faces[:, ::-1]
    return Surface.of(structure.surface.points * scale + by, faces, structure.surface.kind)


def changed(body, **scale_or_shift):
    return {key: replace(s, surface=moved(s, **scale_or_shift)) for key, s in body.items()}


def test_a_right_body_passes_every_whole_body_test():
    assert check_whole_body(torso()) == []


def test_the_reference_body_has_nothing_but_notes():
    from meshes.body import load_body

    body = load_body("reference")
    # The spinal roots are one structure of many parts, and a note says so; nothing else is to say.
    assert {f.severity for f in body.findings} <= {"info"}
    assert {f.structure for f in body.findings} <= {"spinal_roots_left", "spinal_roots_right"}
    assert all(s.closed for s in body.structures.values())


FLIPPED = {
    "mirrored": ({"scale": (-1, 1, 1)}, {"heart left", "liver right", "left and right"}),
    "back to front": ({"scale": (1, -1, 1)}, {"spine behind sternum"}),
    "upside down": ({"scale": (1, 1, -1)}, {"ribs in order", "cranial up"}),
    "metres": ({"scale": (0.001,) * 3}, {"body size"}),
    "centimetres": ({"scale": (0.1,) * 3}, {"body size"}),
    "turned about": ({"scale": (-1, -1, 1)},
                     {"heart left", "liver right", "left and right", "spine behind sternum"}),
}  # fmt: skip


@pytest.mark.parametrize("change", FLIPPED)
def test_a_flipped_body_is_blocked_with_the_reason(change):
    how, expected = FLIPPED[change]
    findings = [f for f in check_whole_body(changed(torso(), **how)) if f.severity == "block"]
    assert {f.check for f in findings} == expected
    assert all("expected" in f.message or "swapped" in f.message for f in findings)


def test_swapped_labels_alone_are_found():
    body = torso()
    lung_left, lung_right = body["lung_left"], body["lung_right"]
    body["lung_left"] = replace(lung_left, surface=lung_right.surface)
    body["lung_right"] = replace(lung_right, surface=lung_left.surface)
    (finding,) = check_whole_body(body)
    assert (finding.check, finding.severity) == ("left and right", "block")
    assert "lung_left" in finding.message


def test_skin_that_does_not_enclose_the_rest_blocks():
    body = torso()
    body["skin"] = replace(body["skin"], surface=moved(body["skin"], by=(260, 0, 0)))
    assert [f.check for f in check_whole_body(body) if f.severity == "block"] == ["skin encloses"]


def test_a_body_off_the_origin_is_judged_by_its_own_midline():
    body = changed(torso(), by=(500, 30, 900))
    assert check_whole_body(body) == []
    assert all("side" not in names(c) for c in check_structures(body.values()).values())


def test_a_test_with_nothing_to_test_says_so_and_passes_nothing():
    findings = check_whole_body({"heart": torso()["heart"]})
    assert {f.severity for f in findings} == {"info"}
    assert all(f.message.startswith("not tested") for f in findings)
    assert {"liver right", "ribs in order", "skin encloses"} <= {f.check for f in findings}


def test_winding_number_is_one_inside_and_none_outside():
    points = np.array([[60, 0, 0], [60, 0, 19], [60, 0, 21], [0, 0, 0]], float)
    assert winding(ball().surface, points) == pytest.approx([1, 1, 0, 0], abs=1e-9)


def test_numbers_of_ribs_and_vertebrae_are_read_from_bones_only():
    def named(name, key="x"):
        return replace(ball(name=name), id=key)

    assert rib_number(named("Rib 7", "rib_7_left")) == 7
    assert rib_number(named("Costal cartilage 7", "costal_cartilage_7")) == 0
    assert vertebra_level(named("Vertebra T10")) == ("t", 10)
    assert vertebra_level(named("Intervertebral disc T10")) == ("", 0)


def test_edges_and_parts_of_a_real_atlas_agree_with_its_own_table():
    folder = atlas("z-anatomy")
    with (folder / "manifest.csv").open(encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))[::9]
    for row in rows:
        mesh = read_ply(folder / row["file"])
        facts = topology(mesh.points, mesh.triangles)
        assert facts.n_boundary == int(row["boundary_edges"]), row["file"]
        assert len(facts.volumes_mm3) == int(row["components"]), row["file"]
