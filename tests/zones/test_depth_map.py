"""`zones.depth_map`: each vertex as one needle, a cone never later than any needle in it."""

from __future__ import annotations

from functools import cache

import numpy as np
import pytest
from shapes import egg_body
from solids import body_of, index_of, slab_arrays, structure, zone

from meshes.index.body_index import body_index
from zones.angles import direction_from_angles, skin_frame
from zones.assess import assess
from zones.cone import safe_cone
from zones.cone_directions import about, grid_offsets
from zones.depth_map import depth_map, frames, vertices_near
from zones.errors import BadNeedleError, NoSkinError
from zones.needle import Needle
from zones.progress import CancelledError
from zones.skin import skin_normal
from zones.skin_normals import skin_normals, vertex_normals
from zones.zone_reach import LineState


@cache
def eggs():
    body = egg_body()
    return body, body_index(body)


ZONES = (
    zone("parietal_pleura_left", "lung_left", margin=10.0),
    zone("parietal_pleura_right", "lung_right", margin=10.0),
    zone("heart", margin=5.0),
)


@pytest.mark.parametrize(("tilt", "azimuth"), [(0.0, 0.0), (35.0, 110.0), (70.0, -30.0)])
def test_every_vertex_has_the_limit_of_its_own_needle(tilt, azimuth):
    body, index = eggs()
    found = depth_map(body, tilt_deg=tilt, azimuth_deg=azimuth, zones=ZONES, index=index)
    assert found.exact
    assert len(found.vertices) == len(body.skin.surface.points)
    rng = np.random.default_rng(2)
    for k in rng.permutation(len(found.vertices))[:100]:
        normal = skin_normal(body, found.points[k])
        assert np.abs(normal - found.normals[k]).max() < 1e-12
        direction = direction_from_angles(normal, tilt, azimuth)
        assert np.abs(direction - found.directions[k]).max() < 1e-12
        needle = Needle(found.points[k], found.directions[k], 0.0, 0.15)
        one = assess(body, needle, ZONES, index=index).needles[0]
        wanted = np.inf if one.limit_depth is None else one.limit_depth
        assert found.limit_depth[k] == pytest.approx(wanted, abs=1e-9)
        if one.limit_depth is not None:
            limiting = one.zones[found.limiting_zone[k]]
            assert limiting.limit_depth == pytest.approx(wanted, abs=1e-9)


def test_over_a_plate_the_map_is_flat():
    plate = structure("plate", slab_arrays((-400, -400, -60), (400, 400, -40)))
    top = slab_arrays((-100, -100, -200), (100, 100, 0))
    skin = structure("skin", top, system="skin")
    body, index = body_of(skin, plate), index_of(skin, plate)
    centre = np.array([[x, y, 0.0] for x in (-50, 0, 30) for y in (-20, 40)])
    assert np.allclose(skin_normals(body, index, centre), [0, 0, -1])
    cone = safe_cone(body, centre[0], zones=[zone("plate")], index=index, side=3)
    assert cone.limit_depth[4] == pytest.approx(40 - 5.15, abs=1e-8)


def test_the_worst_of_a_cone_is_never_later_than_any_needle_in_it():
    body, index = eggs()
    some = np.arange(0, len(body.skin.surface.points), 97)
    spread = 12.0
    found = depth_map(body, vertices=some, spread_deg=spread, zones=ZONES, index=index)
    assert not found.exact
    assert found.early_share > 0.0
    offsets = grid_offsets(31, spread).reshape(-1, 3)
    margins = {z.id: z.margin_mm for z in ZONES}
    tight = 0
    for k in range(len(some)):
        lines = about(found.normals[k], offsets)
        more = {"zones": ZONES, "directions": lines, "index": index, "normal": found.normals[k]}
        worst = safe_cone(body, found.points[k], margins=margins, **more).limit_depth.min()
        assert found.limit_depth[k] <= worst + 1e-9
        if not np.isfinite(found.limit_depth[k]):
            continue
        # and not earlier than stated: the same needles with the margin larger by the widening
        extra = found.early_margin + found.early_share * found.limit_depth[k]
        wider = {name: mm + extra for name, mm in margins.items()}
        earliest = safe_cone(body, found.points[k], margins=wider, **more).limit_depth.min()
        assert found.limit_depth[k] >= earliest - 0.2  # the grid of needles has gaps of its own
        tight += found.limit_depth[k] > 0.0
    assert tight > 20


def test_more_rings_come_nearer_to_the_truth():
    body, index = eggs()
    some = np.arange(0, len(body.skin.surface.points), 61)
    few, many = (
        depth_map(body, vertices=some, spread_deg=15.0, rings=n, zones=ZONES, index=index)
        for n in (2, 4)
    )
    both = np.isfinite(few.limit_depth)
    assert many.early_share < few.early_share
    assert (many.limit_depth[both] >= few.limit_depth[both] - 1e-9).mean() > 0.97
    straight = depth_map(body, vertices=some, zones=ZONES, index=index)
    assert (many.limit_depth <= straight.limit_depth + 1e-9).all()


def test_a_missing_zone_leaves_no_vertex_clear():
    body, index = eggs()
    some = np.arange(0, len(body.skin.surface.points), 11)
    found = depth_map(body, vertices=some, zones=[*ZONES, zone()], index=index)
    assert found.not_assessed == ("absent",)
    none = np.isinf(found.limit_depth)
    assert none.any()
    assert (found.state[none] == LineState.UNKNOWN).all()
    assert found.count(LineState.NONE_FOUND) == found.count(LineState.LEAVES) == 0
    whole = depth_map(body, vertices=some, zones=ZONES, index=index)
    assert np.isin(whole.state[none], (LineState.LEAVES, LineState.NONE_FOUND)).all()


def test_normals_of_many_points_are_those_of_one():
    body, index = eggs()
    rng = np.random.default_rng(4)
    points = rng.normal(size=(60, 3))
    points *= np.array([150, 100, 225]) / np.linalg.norm(points, axis=1, keepdims=True)
    points *= rng.uniform(0.8, 1.3, size=(60, 1))
    many = skin_normals(body, index, points)
    one = np.array([skin_normal(body, p) for p in points])
    assert np.abs(many - one).max() < 1e-12
    assert vertex_normals(body, index) is vertex_normals(body, index)


def test_frames_of_many_normals_are_those_of_one():
    rng = np.random.default_rng(4)
    normals = rng.normal(size=(50, 3))
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    normals[:2] = [[0, 0, 1], [0, 0, -1]]
    zero, quarter = frames(normals)
    for k, normal in enumerate(normals):
        _, a, b = skin_frame(normal)
        assert np.abs(zero[k] - a).max() < 1e-12
        assert np.abs(quarter[k] - b).max() < 1e-12


def test_a_region_is_the_vertices_near_a_point():
    body, _ = eggs()
    points = body.skin.surface.points
    found = vertices_near(body, points[500], 20.0)
    assert 500 in found
    assert (np.linalg.norm(points[found] - points[500], axis=1) <= 20.0).all()
    with pytest.raises(BadNeedleError):
        vertices_near(body, (5000, 0, 0), 20.0)


@pytest.mark.parametrize(
    "more",
    [
        {"vertices": [-1]}, {"vertices": [10**6]}, {"vertices": []}, {"vertices": [0.5]},
        {"tilt_deg": np.nan}, {"spread_deg": 95.0}, {"spread_deg": 5.0, "rings": 0},
        {"radius": -1.0}, {"max_depth": -3.0},
    ],
)  # fmt: skip
def test_what_cannot_be_is_refused(more):
    body, index = eggs()
    with pytest.raises(BadNeedleError):
        depth_map(body, **{"zones": ZONES, "index": index, "vertices": [0], **more})


def test_no_skin_no_map():
    plate = structure("plate", slab_arrays((-40, -40, -60), (40, 40, -40)))
    body, index = body_of(plate), index_of(plate)
    with pytest.raises(NoSkinError):
        depth_map(body, zones=[zone("plate")], index=index)
    with pytest.raises(NoSkinError):
        vertices_near(body, (0, 0, 0), 5.0)
    with pytest.raises(NoSkinError):
        vertex_normals(body, index)


def test_it_can_be_stopped_and_says_how_far_it_is():
    body, index = eggs()
    shares: list[float] = []
    depth_map(body, zones=ZONES, index=index, progress=shares.append)
    assert shares == sorted(shares)
    assert shares[-1] == 1.0
    with pytest.raises(CancelledError):
        depth_map(body, zones=ZONES, index=index, cancelled=lambda: True)
