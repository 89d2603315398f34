"""The body in its other postures: bones whole, nothing folded, nested as before, named, small."""

from __future__ import annotations

import time
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from lattice import shared_volumes
from selfcross import crossing_faces

from meshes.body import load_body
from meshes.errors import BadFileError, OutOfRangeError, UnknownBodyError
from meshes.index.body_index import body_index
from meshes.morph import person
from meshes.morph_names import name_of, postures, read_name, sibling
from meshes.morph_posture import (
    FOLLOWS,
    MOVING,
    SCALE,
    SHIPPED,
    STAYS,
    Posture,
    girdle_hash,
    load_postures,
    packed,
    posed,
    unpacked,
)
from meshes.packs.store import at_phase, reference_dir
from meshes.reference.girdle_poses import girdle_pose, girdle_way
from meshes.reference.tables import read_table

OTHERS = ("sitting", "raised")
GIRDLE = tuple(key.replace("left", side) for key in MOVING for side in ("left", "right"))
MOST_CROSSING = 0.001
"""Share of all faces that may pass through another face of their structure."""
NO_LAYERS = (np.zeros((0, 6), np.uint16), np.zeros((0, 3), np.int8), np.zeros(6))


@pytest.fixture(scope="module")
def built():
    return load_body("reference")


@pytest.fixture(scope="module", params=OTHERS)
def other(request):
    return load_body(f"reference,{request.param}")


def points(body, key):
    return body[key].surface.points


def only(body, *words):
    kept = {k: s for k, s in body.structures.items() if any(w in k for w in words)}
    return replace(body, structures=MappingProxyType(kept))


# --- names -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "name",
    ["reference,sitting", "reference:F1,raised", "reference:M3,sitting@0.5",
     "reference:female-168-24.5,raised@1", "reference:F1@0.5", "reference"],
)  # fmt: skip
def test_a_name_says_who_in_which_posture_at_which_breath(name):
    member = read_name(name)
    assert name_of(member) == name
    assert member.posture == (name.split(",")[1].split("@")[0] if "," in name else "prone")


def test_the_built_posture_needs_no_word_and_may_have_one(built):
    assert name_of(read_name("reference:F1,prone")) == "reference:F1"
    assert load_body("reference,prone") is built
    assert load_body("reference,sitting", posture="prone") is built
    assert sibling(read_name("reference:F2,sitting@1"), "M1") == "reference,sitting@1"


def test_a_posture_is_asked_by_word_or_by_what_it_is_called():
    for key, text in postures().items():
        bodies = [load_body("reference:F1", posture=p) for p in (key, text)]
        assert bodies[0].content_hash == bodies[1].content_hash
        assert bodies[0].posture == text
    assert load_body("reference:F1,sitting").id == "reference:F1,sitting"
    assert at_phase(load_body("reference,sitting"), 1.0).id == "reference,sitting@1"
    assert "sitting" in load_body("reference,sitting").name


@pytest.mark.parametrize(
    ("ask", "error", "says"),
    [
        (lambda: load_body("reference", posture="supine"), OutOfRangeError, "sitting"),
        (lambda: load_body("reference,hanging"), OutOfRangeError, "hanging"),
        (lambda: load_body("reference,sitting,raised"), UnknownBodyError, "POSTURE"),
        (lambda: load_body("reference:male-173-29,raised"), OutOfRangeError, "18 to 28"),
    ],
)
def test_what_is_not_modelled_is_refused(ask, error, says):
    with pytest.raises(error, match=says):
        ask()


def test_every_posture_is_another_body_made_within_a_second(built):
    hashes = {load_body(f"reference:F1,{p}").content_hash for p in postures()}
    assert len(hashes) == len(postures())
    start = time.process_time()
    load_body("reference", person("female", 166.0, 24.0), posture="raised")
    assert time.process_time() - start < 1.0


# --- the file --------------------------------------------------------------------------------


def test_the_file_belongs_to_the_bones_of_the_shipped_body(built):
    girdle, known = load_postures(SHIPPED)
    assert girdle == girdle_hash(built)
    assert set(known) == set(postures()) - {"prone"}


def test_body_family_and_postures_are_small_enough_to_ship():
    folder = reference_dir()
    files = [*folder.iterdir(), *folder.parent.glob("reference_*")]
    assert sum(f.stat().st_size for f in files) <= 25e6


def test_packing_is_exact(tmp_path):
    field = np.random.default_rng(0).integers(-30000, 30000, (4, 5, 6, 3)).astype(np.int16)
    assert np.array_equal(unpacked(packed(field), field.shape), field)
    with pytest.raises(BadFileError, match="postures"):
        load_postures(tmp_path / "none.npz")
    (tmp_path / "bad.npz").write_bytes(b"no")
    with pytest.raises(BadFileError, match="make it anew"):
        load_postures(tmp_path / "bad.npz")


@pytest.mark.parametrize("name", OTHERS)
def test_the_file_holds_the_poses_of_the_table(name):
    table = read_table("postures")
    pose = girdle_pose(table, table[name]["angles"])
    known = load_postures(SHIPPED)[1][name]
    assert np.allclose(known.bones, [pose[key] for key in MOVING], atol=1e-12)


# --- the map ---------------------------------------------------------------------------------


def test_a_linear_lattice_moves_points_linearly_and_layers_turn_with_it():
    turn = np.array([[0.9, -0.2, 0.0], [0.2, 0.9, 0.1], [0.0, 0.0, 1.0]])
    axis = np.arange(0.0, 101.0, 10.0)
    nodes = np.stack(np.meshgrid(axis, axis, axis, indexing="ij"), -1)
    field = np.round((nodes @ turn.T - nodes) * SCALE).astype(np.int16)
    lies = Posture(field, np.zeros(3), 10.0, np.tile(np.eye(4), (3, 1, 1)))
    p = np.array([[33.0, 41.0, 57.0], [-33.0, 41.0, 57.0], [33.0, 41.0, 57.0]])
    layers = np.full((3, 6), 100, np.uint16)
    outward = np.array([[0, 127, 0], [0, 127, 0], [0, 127, 0]], np.int8)
    ways = np.array([FOLLOWS, FOLLOWS, STAYS], np.uint8)
    out = posed(p, lies, ways, layers, outward, np.array([0.05, 0, 0, 0, 0, 0]))
    moved = (p[0] + (0, 5.0, 0)) @ turn.T
    assert np.allclose(out[0], moved, atol=0.02)
    assert np.allclose(out[1], moved * (-1, 1, 1), atol=0.02)
    assert np.allclose(out[2], p[2] + (0, 5.0, 0))


def test_outside_its_lattice_nothing_moves():
    field = np.full((3, 3, 3, 3), 500, np.int16)
    lies = Posture(field, np.zeros(3), 10.0, np.tile(np.eye(4), (3, 1, 1)))
    p = np.array([[5.0, 5.0, 5.0], [25.0, 5.0, 5.0], [5.0, -1.0, 5.0]])
    out = posed(p, lies, np.zeros(3, np.uint8), *NO_LAYERS)
    assert np.allclose(out[0] - p[0], 5.0)
    assert np.array_equal(out[1:], p[1:])


@pytest.mark.parametrize("name", OTHERS)
def test_the_lattice_folds_nowhere_within_the_body(built, name):
    lies = load_postures(SHIPPED)[1][name]
    shape = lies.field.shape[:3]
    nodes = lies.origin + lies.step * np.stack(np.indices(shape), -1)
    there = nodes + lies.field / SCALE
    volume = np.einsum(
        "...i,...i->...",
        np.diff(there, axis=0)[:, :-1, :-1],
        np.cross(np.diff(there, axis=1)[:-1, :, :-1], np.diff(there, axis=2)[:-1, :-1]),
    )
    skin = points(built, "skin")
    left = skin[skin[:, 0] > 0]
    used = np.floor((left - lies.origin) / lies.step).astype(int)
    used = used[((used >= 0) & (used < np.array(shape) - 1)).all(axis=1)]
    share = volume[tuple(used.T)] / lies.step**3
    assert np.mean(share <= 0) < 0.002
    assert np.median(share) > 0.9


def test_the_head_stays_in_its_socket_and_the_clavicle_on_the_acromion():
    table = read_table("postures")
    joint = {k: np.array(v) for k, v in table["girdle"].items() if k != "mark"}
    way = girdle_way(table, table["raised"]["angles"], 4)
    assert np.allclose(way[0]["scapula_left"], np.eye(4))
    for pose in way:

        def at(bone, name, pose=pose):
            return pose[f"{bone}_left"][:3, :3] @ joint[name] + pose[f"{bone}_left"][:3, 3]

        assert np.allclose(at("scapula", "glenohumeral"), at("humerus", "glenohumeral"))
        assert np.allclose(at("scapula", "acromioclavicular"), at("clavicle", "acromioclavicular"))
        assert np.allclose(at("clavicle", "sternoclavicular"), joint["sternoclavicular"])


# --- the bodies ------------------------------------------------------------------------------


def test_bones_of_the_girdle_move_as_wholes_and_the_trunk_stays(built, other):
    for key in GIRDLE:
        p, q = points(built, key), points(other, key)
        assert np.linalg.norm(q - p, axis=1).max() > 1.0, key
        rng = np.random.default_rng(0).integers(0, len(p), (2, 200))
        before = np.linalg.norm(p[rng[0]] - p[rng[1]], axis=1)
        after = np.linalg.norm(q[rng[0]] - q[rng[1]], axis=1)
        assert np.abs(after - before).max() < 1e-6, key
    for key in ("rib_1_left", "rib_5_right", "vertebra_t4"):
        assert np.abs(points(other, key) - points(built, key)).max() < 1e-9


def test_left_and_right_mirror_one_another(built, other):
    for stem in ("scapula", "humerus", "clavicle", "rib_2"):
        left, right = points(other, f"{stem}_left"), points(other, f"{stem}_right")
        assert np.abs(left * (-1, 1, 1) - right).max() < 1e-6
    for key, mark in other.landmarks.items():
        twin = other.landmarks.get(key.replace("_left", "_right"))
        if key.endswith("_left") and twin is not None:
            assert np.abs(mark.point * (-1, 1, 1) - twin.point).max() < 0.01, key


def test_landmarks_of_a_bone_go_with_it(other):
    marks = {"acromion": "scapula", "inferior_angle": "scapula", "greater_tubercle": "humerus",
             "clavicle_middle": "clavicle"}  # fmt: skip
    for name, bone in marks.items():
        mark = other.landmarks[f"{name}_left"].point
        assert np.linalg.norm(points(other, f"{bone}_left") - mark, axis=1).min() < 2.5, name


@pytest.mark.parametrize(
    "name", ["reference,sitting", "reference:F3,raised", "reference:male-195-28,raised"]
)
def test_all_is_closed_and_hardly_a_face_crosses(built, name):
    body = load_body(name)
    crossing = faces = 0.0
    for key, structure in body.structures.items():
        assert structure.closed == built[key].closed, key
        surface = structure.surface
        assert np.isfinite(surface.points).all()
        found, tried = crossing_faces(
            surface.points, surface.triangles, max(25, int(len(surface.triangles) * 0.005))
        )
        crossing += found * len(surface.triangles) / tried
        faces += len(surface.triangles)
    assert crossing <= MOST_CROSSING * faces, crossing / faces


def test_skin_encloses_what_it_did(built, other):
    outer, inner = (body_index(only(b, "skin")) for b in (built, other))
    rng = np.random.default_rng(0)
    for key in built.structures:
        if key in ("skin", "subcutaneous_fat"):
            continue
        for i in rng.integers(0, len(points(built, key)), 8):
            if outer.inside(points(built, key)[i])[0] == 1:
                after = points(other, key)[i]
                assert inner.inside(after)[0] == 1 or inner.nearest(after)[0][0] < 0.15, key


def test_moving_bones_keep_out_of_ribs_pleura_and_muscles(other):
    near = ("rib_", "parietal_pleura", "subscapularis", "infraspinatus", "serratus_anterior",
            "trapezius", "deltoid", "rhomboid", "teres", "vertebra_t", *MOVING)  # fmt: skip
    parts = {
        k: s.surface for k, s in only(other, *near).structures.items() if not k.endswith("right")
    }
    found = shared_volumes(parts, 1.5)
    bad = [row for row in found.pairs(0.04) if set(row[1:]) & {*MOVING, "parietal_pleura_left"}]
    assert bad == []


def test_arms_raised_are_level_and_the_nerve_lies_nearer_to_the_acromion(built):
    raised = load_body("reference,raised")
    shaft = points(raised, "humerus_left")
    assert np.ptp(shaft[:, 0]) > 200.0  # along x
    assert np.ptp(shaft[:, 2]) < 60.0
    gaps = []
    for body in (built, raised):
        nerve = points(body, "axillary_nerve_left")
        gaps.append(np.linalg.norm(nerve - body.landmarks["acromion_left"].point, axis=1).min())
    assert gaps[1] < gaps[0]  # 56 to 43 mm are published


def test_sitting_lungs_are_fuller_at_rest_and_full_lungs_the_same(built):
    from meshes.topology import topology

    def litres(body):
        rows = [s.surface for k, s in body.structures.items() if k.startswith("visceral_pleura")]
        return sum(topology(s.points, s.triangles).volumes_mm3.sum() for s in rows) / 1e6

    sitting = load_body("reference,sitting")
    assert 1.053 <= litres(sitting) / litres(built) <= 1.147  # Yamada 2020
    full = [litres(load_body(n)) for n in ("reference,sitting@1", "reference@1")]
    assert full[0] == pytest.approx(full[1], rel=1e-6)
    for key in ("liver", "spleen", "stomach"):
        assert points(sitting, key)[:, 2].mean() < points(built, key)[:, 2].mean() - 3.0, key
