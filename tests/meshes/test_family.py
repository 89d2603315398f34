"""The shipped family: every member closed, nested, deeper with weight, breathing as published."""

from __future__ import annotations

import time
from dataclasses import replace
from types import MappingProxyType

import numpy as np
import pytest
from lattice import shared_volumes
from selfcross import crossing_faces

from meshes.body import Subject, load_body
from meshes.checks import check_structures, check_whole_body
from meshes.errors import OutOfRangeError
from meshes.index.body_index import body_index
from meshes.morph import person
from meshes.morph_names import variants
from meshes.packs.store import at_phase
from meshes.topology import topology

SLICE = [
    ("male", 195.0, 35.0, 1.0),
    ("female", 150.0, 35.0, 0.0),
    ("female", 163.0, 27.0, 0.15),
    ("male", 150.0, 18.0, 0.5),
]
GRID = [
    (sex, stature, bmi, phase)
    for sex in ("male", "female")
    for stature in (150.0, 172.0, 195.0)
    for bmi in (18.0, 23.0, 29.0, 35.0)
    for phase in (0.0, 0.15, 1.0)
]
SIDES = ("left", "right")
LOBES = ("lung_superior_lobe", "lung_inferior_lobe")
TOUCHING = 0.15
"""What lies no deeper than this in another thing touches it: the triangles' own roughness, mm."""
ROUGH = 1.5
"""No point may be farther on the wrong side of its neighbour, mm."""
MOST_CROSSING = 0.001
"""Share of the faces of a body that may pass through another face of their structure."""


@pytest.fixture(scope="module")
def built():
    return load_body("reference")


def member(sex, stature, bmi, phase=None):
    return load_body("reference", person(sex, stature, bmi=bmi), phase=phase)


def only(body, *words):
    """The body with the structures whose id holds one of the words: a quick index."""
    kept = {k: s for k, s in body.structures.items() if any(w in k for w in words)}
    return replace(body, structures=MappingProxyType(kept))


def some_points(body, key, most=150, seed=0):
    points = body[key].surface.points
    rng = np.random.default_rng(seed)
    return points[rng.choice(len(points), min(most, len(points)), replace=False)]


def volume_l(body, *words):
    rows = [s for k, s in body.structures.items() if any(w in k for w in words)]
    return sum(
        float(topology(s.surface.points, s.surface.triangles).volumes_mm3.sum()) for s in rows
    ) / 1e6  # fmt: skip


# --- opening ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["M2", "M3", "F1", "F2", "F3"])
def test_a_variant_opens_by_name_with_the_triangles_of_the_built_body(built, name):
    body = load_body(f"reference:{name}")
    assert body.id == f"reference:{name}"
    assert list(body.structures) == list(built.structures)
    for key, structure in body.structures.items():
        assert structure.surface.triangles is built[key].surface.triangles
        assert structure.closed == built[key].closed
    for key in ("skin", "rib_6_left", "parietal_pleura_right", "rhomboid_major_left"):
        assert not np.array_equal(body[key].surface.points, built[key].surface.points)
    assert body.content_hash == load_body(f"reference:{name}").content_hash
    assert name in body.name


def test_the_built_body_is_m1_and_any_member_opens_again_by_its_id(built):
    assert load_body("reference:M1") is built
    assert load_body("reference", built.subject) is built
    assert load_body("reference", Subject("male", 173.0, 65.8), phase=0.15) is built
    someone = load_body("reference", person("female", 168.3, mass_kg=71.0), phase=0.4)
    again = load_body(someone.id)
    assert again.content_hash == someone.content_hash
    assert again.subject == someone.subject
    assert len({load_body(f"reference:{v}").content_hash for v in variants()}) == len(variants())


def test_a_member_is_made_within_a_second(built):
    member("female", 166.0, 24.0)
    start = time.process_time()
    member("female", 166.0, 24.5)
    assert time.process_time() - start < 1.0


@pytest.mark.parametrize(
    ("asked", "says"),
    [
        ({"subject": person("male", 149, bmi=22)}, "150 to 195"),
        ({"subject": person("male", 170, bmi=36)}, "18 to 35"),
        ({"subject": Subject("male", None, 70.0)}, "stature and mass"),
        ({"phase": 1.01}, "0 to 1"),
        ({"phase": float("nan")}, "0 to 1"),
        ({"posture": "supine"}, "prone, arms at the side"),
    ],
)
def test_outside_the_data_it_refuses_with_the_range(asked, says):
    with pytest.raises(OutOfRangeError, match=says):
        load_body("reference", **asked)


def test_only_the_reference_body_breathes(built, tmp_path):
    from egg_folder import egg_folder

    folder = egg_folder(tmp_path)
    with pytest.raises(OutOfRangeError, match="one person at one breath"):
        load_body(folder, phase=0.5)
    with pytest.raises(OutOfRangeError, match="stands still"):
        at_phase(load_body(folder), 0.5)
    deep = at_phase(load_body("reference:F2"), 1.0)
    assert deep.id == "reference:F2@1"
    assert at_phase(deep, 0.15).content_hash == load_body("reference:F2").content_hash


# --- depths ----------------------------------------------------------------------------------


def depths_of(body, built, sites):
    """Distance from points of the skin, always the same ones, to the nearest rib and pleura."""
    part = only(body, "rib_", "parietal_pleura", "skin")
    index = body_index(part)
    ribs = [k for k in index.ids if k.startswith("rib_")]
    sacs = [k for k in index.ids if k.startswith("parietal")]
    found = []
    for site in sites:
        point = body["skin"].surface.points[site]
        found += [index.nearest(point, ribs)[0].min(), index.nearest(point, sacs)[0].min()]
    return np.array(found)


def sites_of(built):
    """Skin over rhomboid, trapezius, latissimus, second space, lateral wall, and loin."""
    wanted = [(60, 110, 0), (45, 80, 60), (110, 80, -140), (86, -80, 5), (135, -10, -110),
              (60, 90, -200)]  # fmt: skip
    skin = built["skin"].surface.points
    return [int(((skin - w) ** 2).sum(axis=1).argmin()) for w in wanted]


def check_depths(built, sex, stature, grid):
    sites = sites_of(built)
    rows = np.array([depths_of(member(sex, stature, b), built, sites) for b in grid])
    steps = np.diff(rows, axis=0)
    assert (steps > 0.02 * np.diff(grid)[:, None]).all(), steps.min(axis=0)


@pytest.mark.parametrize("sex", ["male", "female"])
def test_depths_grow_with_the_body_mass_index(built, sex):
    check_depths(built, sex, 170.0, np.array([18.0, 23.0, 28.0, 35.0]))


@pytest.mark.long
@pytest.mark.parametrize("sex", ["male", "female"])
@pytest.mark.parametrize("stature", [150.0, 173.0, 195.0])
def test_depths_grow_at_every_step_of_the_body_mass_index(built, sex, stature):
    check_depths(built, sex, stature, np.arange(18.0, 35.1, 1.0))


# --- integrity -------------------------------------------------------------------------------


def check_integrity(built, setting, share, fully=False):
    body = member(*setting)
    for key, structure in body.structures.items():
        assert structure.closed == built[key].closed, key
        assert np.isfinite(structure.surface.points).all(), key
    check_crossings(body, share)
    check_lungs(body)
    check_cage(body)
    check_skin(built, body)
    if fully:
        verdicts = check_structures(body.structures.values())
        assert all(verdicts[k].closed == s.closed for k, s in body.structures.items())
        blocked = [f for f in check_whole_body(body.structures) if f.severity == "block"]
        assert blocked == []


def check_crossings(body, share):
    """Count on a share of the faces of each structure, large ones so more closely."""
    crossing = faces = 0
    for structure in body.structures.values():
        surface = structure.surface
        sampled = max(25, int(len(surface.triangles) * share))
        found, tried = crossing_faces(surface.points, surface.triangles, sampled)
        crossing += found * len(surface.triangles) / tried
        faces += len(surface.triangles)
    assert crossing <= MOST_CROSSING * faces, crossing / faces


def check_order(gaps, what):
    """Depths (mm) of points on the wrong side: few, and no deeper than triangles are rough."""
    gaps = np.array(gaps)
    assert np.mean(gaps > TOUCHING) <= 0.015, (what, np.mean(gaps > TOUCHING), gaps.max())
    assert gaps.max() <= ROUGH, (what, gaps.max())


def outside(index, points, key):
    """How far points lie out of a closed surface, 0 within."""
    return [
        0.0 if index.inside(p, [key])[0] == 1 else float(index.nearest(p, [key])[0][0])
        for p in points
    ]


def check_lungs(body):
    index = body_index(only(body, "pleura"))
    for side in SIDES:
        sac, lung = f"parietal_pleura_{side}", f"visceral_pleura_{side}"
        check_order(outside(index, some_points(body, lung), sac), lung)
        for lobe in LOBES:
            points = some_points(body, f"{lobe}_{side}")
            check_order(outside(index, points, lung), f"{lobe}_{side}")


def check_cage(body):
    index = body_index(only(body, "parietal_pleura", "rib_"))
    for side in SIDES:
        sac = f"parietal_pleura_{side}"
        own = [k for k in index.ids if k.startswith("rib_") and k.endswith(side)]
        gaps = []
        for p in some_points(body, sac, 300):
            within = [k for k, inside in zip(own, index.inside(p, own), strict=True) if inside]
            gaps.append(float(index.nearest(p, within)[0].max()) if within else 0.0)
        for key in own:
            for p in some_points(body, key, 40):
                inside = index.inside(p, [sac])[0] == 1
                gaps.append(float(index.nearest(p, [sac])[0][0]) if inside else 0.0)
        check_order(gaps, sac)


def check_skin(built, body):
    """Whatever lies inside the skin of the built body does so in every other one."""
    outer, inner = (body_index(only(b, "skin")) for b in (built, body))
    for key in built.structures:
        if key in ("skin", "subcutaneous_fat"):
            continue
        pairs = zip(some_points(built, key, 6), some_points(body, key, 6), strict=True)
        for before, after in pairs:
            if outer.inside(before)[0] == 1:
                gap = inner.nearest(after)[0][0]
                assert inner.inside(after)[0] == 1 or gap < TOUCHING, (key, gap)


@pytest.mark.parametrize("setting", SLICE, ids=str)
def test_members_are_closed_and_nested(built, setting):
    check_integrity(built, setting, 0.005)


@pytest.mark.long
@pytest.mark.parametrize("setting", GRID, ids=str)
def test_members_of_the_whole_grid_are_closed_and_nested(built, setting):
    check_integrity(built, setting, 0.03, fully=True)


# --- breath ----------------------------------------------------------------------------------


def dome_descent(out, deep, side):
    """How far the highest point of a dome, beside the heart, has come down."""
    before, after = (b["diaphragm"].surface.points for b in (out, deep))
    mine = np.flatnonzero(before[:, 0] * (1 if side == "left" else -1) > 65.0)
    top = mine[before[mine, 2].argmax()]
    return float(before[top, 2] - after[top, 2])


@pytest.mark.parametrize(
    ("variant", "least", "most"), [("M1", (41.0, 42.0), 92.0), ("F1", (33.0, 32.0), 77.0)]
)
def test_the_domes_descend_as_far_as_measured(variant, least, most):
    """Deep breath: at least the lower limit (right, left), at most mean and two SD (Boussuges)."""
    out, deep = (load_body(f"reference:{variant}", phase=p) for p in (0.0, 1.0))
    for side, low in zip(("right", "left"), least, strict=True):
        assert low <= dome_descent(out, deep, side) <= most


@pytest.mark.parametrize("variant", ["M1", "F1", "F3"])
def test_kidneys_go_down_as_far_as_published(variant):
    """20 to 40 mm with a full breath, and the pleura stays clear of the ribs' necks."""
    out, deep = (load_body(f"reference:{variant}", phase=p) for p in (0.0, 1.0))
    for side in SIDES:
        way = out[f"kidney_{side}"].surface.points - deep[f"kidney_{side}"].surface.points
        assert 20.0 < way[:, 2].mean() < 40.0
    keys = [k for k in deep.structures if k.startswith("rib_") or k.startswith("parietal")]
    found = shared_volumes({k: deep[k].surface for k in keys}, 1.5)
    sacs = [found.ids.index(f"parietal_pleura_{side}") for side in SIDES]
    assert found.shared[sacs].sum(axis=1).max() < 150.0  # mm3, of 3 litres


def test_kidneys_keep_their_form_as_they_go_down():
    """In the built person, whose frame is not stretched, not one edge changes its length."""
    out, deep = (load_body("reference", phase=p) for p in (0.0, 1.0))
    for side in SIDES:
        before, after = (b[f"kidney_{side}"].surface for b in (out, deep))
        edges = before.triangles[:, [0, 1]]
        long = [
            np.linalg.norm(np.diff(s.points[edges], axis=1)[:, 0], axis=1) for s in (before, after)
        ]
        assert np.abs(long[1] - long[0]).max() < 0.05


@pytest.mark.long
@pytest.mark.parametrize("variant", variants())
def test_kidneys_share_no_space_with_their_neighbours_through_the_breath(variant):
    """Less than half a per cent of the smaller, and they keep their own volume."""
    volumes = []
    for phase in (0.0, 0.5, 1.0):
        body = load_body(f"reference:{variant}", phase=phase)
        kidneys = [body[f"kidney_{side}"].surface.points for side in SIDES]
        low, high = (f([f(k, axis=0) for k in kidneys], axis=0) for f in (np.min, np.max))
        near = {
            k: s.surface
            for k, s in body.structures.items()
            if s.system in ("muscle", "bone", "organ", "pleura", "vessel", "cartilage")
            and (s.surface.points.max(axis=0) > low).all()
            and (s.surface.points.min(axis=0) < high).all()
        }
        found = shared_volumes(near, 1.0)
        rows = [found.ids.index(f"kidney_{side}") for side in SIDES]
        smaller = np.minimum(found.volume[rows, None], found.volume[None])
        share = found.shared[rows] / np.maximum(smaller, 1e-9)
        share[[0, 1], rows] = 0.0
        assert share.max() < 0.005, found.ids[int(share.max(axis=0).argmax())]
        volumes.append(found.volume[rows])
    # the frame of heavy people is broader lower down: by 7 % of a kidney's volume
    assert np.abs(volumes[2] / volumes[0] - 1.0).max() < 0.08


@pytest.mark.parametrize("variant", ["M1", "F3"])
def test_lungs_sacs_and_chest_grow_with_every_phase(variant):
    bodies = [load_body(f"reference:{variant}", phase=p) for p in (0.0, 0.3, 0.6, 1.0)]
    for words in (("visceral_pleura",), ("parietal_pleura",)):
        volumes = [volume_l(b, *words) for b in bodies]
        assert (np.diff(volumes) > 0.15).all(), volumes
    fronts = [-b["sternal_body"].surface.points[:, 1].min() for b in bodies]
    sides = [b["rib_7_left"].surface.points[:, 0].max() for b in bodies]
    assert (np.diff(fronts) > 0.2).all()
    assert (np.diff(sides) > 0.2).all()


def test_lung_bases_come_down_into_the_recess():
    out, deep = (load_body("reference", phase=p) for p in (0.0, 1.0))
    for side in SIDES:
        lung, sac = f"lung_inferior_lobe_{side}", f"parietal_pleura_{side}"
        falls = [
            out[k].surface.points[:, 2].min() - deep[k].surface.points[:, 2].min()
            for k in (lung, sac)
        ]
        assert falls[0] > falls[1] + 5.0, falls
