"""The family: identity at the built body, order kept everywhere, monotone, bounded."""

from __future__ import annotations

from types import MappingProxyType

import numpy as np
import pytest

from meshes.body import Body, Subject
from meshes.catalogue import Structure
from meshes.errors import BadFileError, OutOfRangeError
from meshes.morph import bmi_of, layer_gains, morphed, subject_of
from meshes.morph_family import Breath, Family
from meshes.morph_map import frame_of, moved
from meshes.morph_table import family_table
from meshes.surface import Surface

BUILT = Subject("male", 173.0, 65.8)
FADES = [0.35, 60, 135, -430, 230, 5, 45, 15, -45, 32, 55, 20, 38, 40]
"""Of the descent: the numbers of the table, at the time of writing."""
VARIANTS = ("M1", "M2", "M3", "F1", "F2", "F3")


def someone(sex, stature, bmi):
    return Subject(sex, stature, bmi * (stature / 100) ** 2)


def lattice_body(step=12.0):
    """Points of a lattice through the trunk, as one structure: a probe of the map itself."""
    axes = [np.arange(-240, 241, step), np.arange(-130, 131, step), np.arange(-560, 261, step)]
    p = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    surface = Surface.of(p.reshape(-1, 3), np.array([[0, 1, 2]]))
    body = Body(
        id="reference", name="probe", version="0", licence="", attribution="", posture="",
        phase="", subject=BUILT, content_hash="probe",
        structures=MappingProxyType({"probe": Structure("probe", "probe", "mid", "skin", surface)}),
    )  # fmt: skip
    return body, p


def family(layers=None, breath=0.0, piston=0.0, kidneys=-1.0):
    field = np.zeros((4, 4, 4, 3), np.float32)
    field[..., 2] = breath
    made = layers or {}
    return Family(
        MappingProxyType({k: v[0] for k, v in made.items()}),
        MappingProxyType({k: v[1] for k, v in made.items()}),
        MappingProxyType({}),
        Breath(
            field, np.array([0.0, -200.0, -600.0]), 300.0, np.full((181, 3), 115.0, np.float32),
            np.full((2, 2, 2), kidneys, np.float32),
            np.array([-600.0, 400.0]), np.array([[-600.0, 300.0], [0.0, 0.0]]),
            np.full(181, -150.0), np.full(181, -215.0),
            np.array([piston, 0.6 * piston, 14.0, *FADES]),
            np.array([-60.0, -60.0, -300.0, 120.0]),
            np.array([2.0, -3.0, -28.0]),
        ), "probe",
    )  # fmt: skip


def settings():
    for sex in ("male", "female"):
        for stature in (150.0, 160.0, 173.0, 184.0, 195.0):
            for bmi in (18.0, 20.0, 22.0, 25.0, 28.0, 31.5, 35.0):
                yield sex, stature, bmi


def test_the_built_body_comes_back_unchanged():
    body, p = lattice_body()
    out = morphed(body, subject_of("M1"), None, family())
    assert out is body
    t = family_table()
    same = moved(p.reshape(-1, 3), frame_of(t, "male", 173.0, 22.0), family().breath, 0.0)
    assert np.abs(same - p.reshape(-1, 3)).max() < 1e-9


@pytest.mark.parametrize("case", list(settings()), ids=str)
def test_space_keeps_its_order_in_every_setting(case):
    body, p = lattice_body()
    q = morphed(body, someone(*case), None, family()).structures["probe"].surface.points
    q = q.reshape(p.shape)
    for axis in range(3):
        assert np.diff(q[..., axis], axis=axis).min() > 2.0, "axis folded or crushed"
    assert np.abs(q[::-1, ..., 0] + q[..., 0]).max() < 1e-9, "left and right differ"
    volume = np.einsum(
        "...i,...i->...",
        np.diff(q, axis=0)[:, :-1, :-1],
        np.cross(np.diff(q, axis=1)[:-1, :, :-1], np.diff(q, axis=2)[:-1, :-1]),
    )
    assert volume.min() > 0


def test_layers_never_lose_all_their_thickness():
    t = family_table()
    for sex, _, bmi in settings():
        assert (layer_gains(t, sex, bmi) > -0.75).all()


def test_depth_rises_with_the_body_mass_index_at_every_step():
    body, p = lattice_body()
    n = p.reshape(-1, 3).shape[0]
    layers = np.tile(np.array([500, 300, 700, 0, 0, 0], np.uint16), (n, 1))
    outward = np.tile(np.array([0, 127, 0], np.int8), (n, 1))
    data = family({"probe": (layers, outward)})
    bare = family()
    for sex in ("male", "female"):
        last = -np.inf
        for bmi in np.arange(18.0, 35.01, 0.5):
            who = someone(sex, 170.0, bmi)
            skin = morphed(body, who, None, data).structures["probe"].surface.points
            wall = morphed(body, who, None, bare).structures["probe"].surface.points
            at = (np.abs(p.reshape(-1, 3) - (40, 80, 0))).sum(axis=1).argmin()
            depth = skin[at, 1] - wall[at, 1]
            assert depth > last
            last = depth


@pytest.mark.parametrize(
    ("sex", "stature", "bmi", "phase", "says"),
    [
        ("male", 149.0, 22.0, 0.2, "150 to 195"),
        ("male", 196.0, 22.0, 0.2, "150 to 195"),
        ("female", 170.0, 17.5, 0.2, "18 to 35"),
        ("female", 170.0, 35.5, 0.2, "18 to 35"),
        ("male", 173.0, 22.0, 1.2, "0 to 1"),
        ("other", 173.0, 22.0, 0.2, "male and female"),
    ],
)
def test_outside_the_data_it_refuses_and_names_the_range(sex, stature, bmi, phase, says):
    body, _ = lattice_body(40.0)
    with pytest.raises(OutOfRangeError, match=says):
        morphed(body, someone(sex, stature, bmi), phase, family())


def test_unknown_stature_is_refused():
    with pytest.raises(OutOfRangeError, match="stature and mass"):
        bmi_of(Subject("male", None, 70.0))


def test_family_data_of_another_body_are_refused():
    body, _ = lattice_body(40.0)
    other = Family(**{**vars(family()), "body_hash": "another"})
    with pytest.raises(BadFileError, match="rebuild"):
        morphed(body, subject_of("M2"), None, other)


@pytest.mark.parametrize("name", VARIANTS)
def test_variants_are_those_of_the_acceptance_table(name):
    who = subject_of(name)
    assert who.sex == ("male" if name[0] == "M" else "female")
    assert 18.0 <= bmi_of(who) <= 35.0


def test_breath_moves_along_its_field_and_back():
    body, p = lattice_body()
    base = family_table()["base"]["phase"]
    data = family(breath=10.0)
    up = morphed(body, subject_of("M1"), 1.0, data).structures["probe"].surface.points
    inside = np.abs(p.reshape(-1, 3)[:, 2] + 200) < 100
    rise = (up - p.reshape(-1, 3))[inside]
    assert np.abs(rise[:, 2] - 10.0 * (1 - base)).max() < 1e-6
    assert morphed(body, None, base, data) is body


@pytest.mark.parametrize("phase", [0.0, 0.4, 1.0])
def test_the_descent_folds_nothing_and_leaves_the_wall(phase):
    body, p = lattice_body(8.0)
    q = morphed(body, None, phase, family(piston=70.0)).structures["probe"].surface.points
    q = q.reshape(p.shape)
    down = p - q
    assert np.diff(q[..., 2], axis=2).min() > 0.5, "the heights have folded"
    across = np.hypot(p[..., 0], p[..., 1])
    # the fall ends 3.2 mm outside the wall, which lies at 115 mm
    assert np.abs(down[across > 118.3]).max() < 1e-9
    assert np.abs(down[(across > 113.0) & (across < 116.0)]).max() > 1.0
    assert np.abs(down[p[..., 2] >= 64.0]).max() < 1e-9
    # inside the domes nearly all of the excursion, downwards as the breath goes in
    share = phase - family_table()["base"]["phase"]
    dome = down[np.abs(p - (-64.0, 0.0, -92.0)).max(axis=-1) < 6.0][:, 2] / share
    assert len(dome)
    assert dome.min() > 55.0
    assert dome.max() < 71.0


@pytest.mark.parametrize("phase", [0.0, 0.6, 1.0])
def test_what_goes_with_the_kidneys_goes_as_a_whole(phase):
    body, p = lattice_body(8.0)
    p = p.reshape(-1, 3)
    data = family(breath=10.0, piston=70.0, kidneys=1.2)
    q = morphed(body, None, phase, data).structures["probe"].surface.points
    share = phase - family_table()["base"]["phase"]
    within = (np.abs(p - (0.0, 0.0, -240.0)) < 59.0).all(axis=1)
    way = (
        share
        * np.array([2.0, -3.0, -28.0])
        * np.stack([np.sign(p[:, 0]), *np.ones((2, len(p)))], 1)
    )
    assert np.abs(q - p - way)[within].max() < 1e-5
    apart = morphed(body, None, phase, family(breath=10.0, piston=70.0)).structures["probe"]
    outside = (np.abs(p - (0.0, 0.0, -240.0)) > 61.0).any(axis=1)
    assert np.array_equal(q[outside], apart.surface.points[outside])


def test_hash_tells_bodies_apart_and_is_stable():
    body, _ = lattice_body(40.0)
    hashes = [morphed(body, subject_of(v), None, family()).content_hash for v in VARIANTS]
    assert len(set(hashes)) == len(VARIANTS)
    assert hashes[3] == morphed(body, subject_of("F1"), None, family()).content_hash
