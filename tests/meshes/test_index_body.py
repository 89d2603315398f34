"""A body's index: lines and points against several structures, exactly."""

from __future__ import annotations

import numpy as np
import pytest
from shapes import ball_arrays, egg_body
from solids import index_of, motions, pipe_arrays, slab_arrays, structure

from meshes.errors import MeshError, UnknownStructureError
from meshes.index import states
from meshes.index.body_index import CancelledError, body_index
from meshes.index.reaches import met_within
from meshes.surface import SurfaceKind

CUBE = structure("cube", slab_arrays((-10, -10, -10), (10, 10, 10)))
BALL = structure("ball", ball_arrays(20, (100, 0, 0)))
PIPE = structure("pipe", pipe_arrays(), SurfaceKind.TUBE, closed=False)
SHEET = structure("sheet", (slab_arrays((-10, 40, -10), (10, 41, 10))[0], [[0, 1, 5], [0, 5, 4]]),
                  SurfaceKind.SHEET, closed=False)  # fmt: skip
INDEX = index_of(CUBE, BALL)


def test_distances_depths_and_nearest_points_of_a_cube_are_closed_form():
    found = INDEX.closest([30, 3, -40], [0, 0, 1], 80, ids=["cube"])
    assert found.distance[0] == 20.0
    np.testing.assert_allclose(found.nearest[0], [10, 3, found.at_depth[0] - 40])
    assert INDEX.closest([-40, 1, 2], [1, 0, 0], 25, ["cube"]).distance[0] == 5.0
    assert INDEX.closest([-40, 1, 2], [1, 0, 0], 30, ["cube"]).distance[0] == 0.0


@pytest.mark.parametrize("depth", [33.0, 38.0])
def test_inside_the_distance_is_minus_the_deepest_point(depth):
    found = INDEX.closest([-40, 1, 2], [1, 0, 0], depth, ["cube"])
    assert found.distance[0] == pytest.approx(-min(depth - 30, 8.0), abs=2e-8)
    assert found.distance[0] <= -min(depth - 30, 8.0)
    assert found.state[0] & states.MEETS


def test_wholly_inside_counts_without_any_crossing():
    found = INDEX.closest([-3, 0, 0], [1, 0, 0], 6, ["cube"])
    assert found.distance[0] == pytest.approx(-10.0, abs=2e-8)
    assert found.state[0] & states.INSIDE
    assert not found.state[0] & states.MEETS


def test_lines_through_vertices_and_edges_cross_exactly_once():
    """From inside a ball, towards each vertex and each edge's middle: one crossing, outwards."""
    points, faces = ball_arrays(20, (100, 0, 0))
    centre = np.array([100.3, 0.2, -0.1])
    middles = 0.5 * (points[faces] + points[np.roll(faces, 1, axis=1)]).reshape(-1, 3)
    for target in np.concatenate([points, middles[::7]]):
        depths, signs = INDEX.crossings(centre, target - centre, ids=["ball"])["ball"]
        assert signs.tolist() == [1]
        assert depths[0] == pytest.approx(np.linalg.norm(target - centre), abs=1e-9)


def test_signed_crossings_of_any_line_add_up_to_the_winding_number():
    rng = np.random.default_rng(0)
    corners = ball_arrays(20, (100, 0, 0))[0]
    for _ in range(300):
        point = rng.normal(size=3) * 15 + [100, 0, 0]
        target = corners[rng.integers(len(corners))]
        hits = INDEX.crossings(point, target - point, ids=["ball"])
        winding = int(hits["ball"][1].sum()) if "ball" in hits else 0
        radius = np.linalg.norm(point - [100, 0, 0])
        if abs(radius - 20) > 0.2:
            assert winding == (radius < 20) == bool(INDEX.inside(point, ["ball"])[0])


def test_inside_survives_rigid_motion_and_says_when_it_cannot_know():
    for move in motions(5):
        points, faces = ball_arrays(20)
        index = index_of(
            structure("ball", (move(points), faces)),
            structure("hole", (move(points), faces[3:]), closed=False),
            structure("membrane", (move(points), faces), SurfaceKind.SHEET),
        )
        assert index.inside(move([1.0, 2.0, 3.0])).tolist() == [1, -1, -1]
        assert index.inside(move([25.0, 2.0, 3.0])).tolist() == [0, -1, -1]


def test_overlapping_and_inverted_parts_are_inside_where_the_winding_is_not_zero():
    a, faces = ball_arrays(10)
    b = a + [5, 0, 0]
    both = structure("both", (np.concatenate([a, b]), np.concatenate([faces, faces + len(a)])))
    inverted = structure("inverted", (a, faces[:, ::-1]))
    index = index_of(both, inverted)
    assert index.inside([2.5, 0, 0]).tolist() == [1, 1]  # parity would call the overlap outside
    assert index.inside([13.0, 0, 0]).tolist() == [1, 0]


def test_first_reach_of_a_cube_is_closed_form_and_never_late():
    for radius, depth in ((0.0, 30.0), (5.0, 25.0), (29.0, 1.0)):
        t = INDEX.first_reach([-40, 1, 2], [1, 0, 0], 100, radius, ["cube"])[0]
        assert depth - 1e-8 <= t <= depth
    assert INDEX.first_reach([-40, 1, 2], [1, 0, 0], 24.9, 5.0, ["cube"])[0] == np.inf
    assert INDEX.first_reach([-40, 13, 2], [1, 0, 0], 100, {"cube": 5.0}) == pytest.approx(26.0)


def test_contact_counts_on_faces_edges_corners_and_along_them():
    for y, z in ((1, 2), (10, 2), (10, 10), (-10, -10)):
        t = INDEX.first_reach([-40, y, z], [1, 0, 0], np.inf, 0.0, ["cube"])[0]
        assert t == pytest.approx(30, abs=1e-8)
    assert INDEX.first_reach([-40, 10.001, 0], [1, 0, 0], np.inf, 0.0, ["cube"])[0] == np.inf


def test_many_lines_meet_what_one_line_at_a_time_picks():
    rng = np.random.default_rng(3)
    origins = rng.uniform(-40, 60, (400, 3))
    ways = rng.normal(size=(400, 3))
    ways /= np.linalg.norm(ways, axis=1, keepdims=True)
    met = met_within(INDEX, INDEX.ids.index("cube"), np.concatenate([origins, ways], axis=1), 25.0)
    picked = [
        INDEX.pick(o, w, ids=["cube"], max_depth=25.0) for o, w in zip(origins, ways, strict=True)
    ]
    assert met.tolist() == [p is not None for p in picked]
    assert 5 < met.sum() < 395


def test_pick_returns_the_first_surface_and_its_outward_normal():
    pick = INDEX.pick([-40, 1, 2], [1, 0, 0])
    assert (pick.structure_id, pick.depth) == ("cube", 30.0)
    np.testing.assert_array_equal(pick.normal, [-1, 0, 0])
    np.testing.assert_array_equal(pick.point, [-10, 1, 2])
    assert set(CUBE.surface.triangles[pick.triangle]) <= {0, 1, 2, 3}
    assert INDEX.pick([-40, 1, 2], [1, 0, 0], ids=["ball"]).depth == pytest.approx(120, abs=0.3)
    assert INDEX.pick([-40, 1, 2], [1, 0, 0], max_depth=29) is None
    assert INDEX.pick([-40, 1, 2], [-1, 0, 0]) is None


def test_a_tube_is_capped_and_its_lumen_is_inside():
    index = index_of(PIPE)
    assert index.packed.n_caps.tolist() == [2]
    assert index.inside([0, 0, 30]).tolist() == [1]
    along = index.closest([0.5, 0.2, -20], [0, 0, 1], 35)
    assert along.distance[0] < -4.0  # through the open end, far from every wall
    assert index.first_reach([0.5, 0.2, -20], [0, 0, 1], 99, 0.0)[0] == pytest.approx(20)
    assert index.closest([0.5, 0.2, -20], [0, 0, 1], 15).distance[0] == 5.0


def test_a_sheet_is_hit_without_having_an_inside():
    index = index_of(SHEET)
    through = index.closest([0, 0, 0], [0, 1, 0], 60)
    assert through.distance[0] == 0.0
    assert through.at_depth[0] == 40.0
    assert not through.state[0] & (states.NO_SIGN | states.INSIDE)
    assert index.closest([0, 0, 0], [0, 1, 0], 30).distance[0] == 10.0


def test_beyond_the_interest_radius_nothing_is_measured():
    found = INDEX.closest([-40, 1, 2], [0, 0, 1], 5, within=40)
    assert found.state.tolist() == [0, states.BEYOND]
    assert found.distance.tolist() == [30.0, np.inf]
    every = INDEX.closest([-40, 1, 2], [0, 0, 1], 5)
    assert every.distance[1] > 40


def test_answers_do_not_depend_on_what_was_asked_before():
    rng = np.random.default_rng(1)
    lines = [(rng.normal(size=3) * 60, rng.normal(size=3), rng.uniform(0, 90)) for _ in range(60)]
    warm, order = index_of(CUBE, BALL), rng.permutation(60)
    there = {i: warm.closest(*lines[i]) for i in order}
    for i in order[::-1]:
        again, fresh = warm.closest(*lines[i]), index_of(CUBE, BALL).closest(*lines[i])
        for other in (again, fresh):
            np.testing.assert_array_equal(other.table, there[i].table)


def test_the_index_of_a_body_is_built_once_and_knows_its_content():
    body = egg_body()
    assert body_index(body) is body_index(body)
    assert body_index(list(body.structures.values())) is body_index(body)
    assert body_index(body).ids == tuple(body.structures)


def test_misuse_is_named():
    with pytest.raises(UnknownStructureError, match="spleen"):
        INDEX.closest([0, 0, 0], [1, 0, 0], 1, ["spleen"])
    with pytest.raises(MeshError, match="direction is zero"):
        INDEX.pick([0, 0, 0], [0, 0, 0])
    with pytest.raises(MeshError, match="finite"):
        INDEX.inside([0, np.nan, 0])
    with pytest.raises(CancelledError):
        body_index([structure("lonely", ball_arrays(3, rings=5))], cancelled=lambda: True)
