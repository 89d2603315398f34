"""Plane sections: closed loops whatever the plane touches, exact areas, fills equal to loops."""

import numpy as np
import pytest
import trimesh
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial import ConvexHull
from scipy.spatial.transform import Rotation
from shapes import ball_arrays
from solids import pipe_arrays, slab_arrays

from meshes.errors import BadFileError
from meshes.section import Plane, cut, cuts, united_bounds
from meshes.section_fill import filled, painted
from meshes.surface import Surface

BOX = Surface.of(*slab_arrays((0, 0, 0), (10, 20, 30)))
BALL = Surface.of(*ball_arrays(20.0, (3, -4, 5), rings=60))
angle = st.floats(-np.pi, np.pi)


def fill_area(section):
    points, triangles = filled(section)
    a, b, c = (points[triangles[:, k]] for k in range(3))
    (ux, uy), (vx, vy) = (b - a).T, (c - a).T
    return float(0.5 * np.sum(ux * vy - uy * vx))


def test_a_box_is_cut_in_its_own_rectangle_also_along_its_faces():
    for height, area in ((15.0, 200.0), (30.0, 200.0), (0.0, None), (30.1, None)):
        section = cut(BOX, Plane.of((0, 0, height), (0, 0, 1)))
        if area is None:
            assert section is None  # a point on the plane counts as above it
        else:
            assert section.closed
            assert section.area() == pytest.approx(area, abs=1e-9)
            assert fill_area(section) == pytest.approx(area, abs=1e-9)


def test_the_section_of_a_sphere_is_its_circle():
    """FEATURES A8: the section polyline equals the analytic cut of a sphere within 0.05 mm."""
    plane = Plane.of((3, -4, 5 + 12.0), (0.2, -0.3, 1.0))
    section = cut(BALL, plane)
    off = float(plane.height([(3, -4, 5)])[0])
    radius = np.sqrt(20.0**2 - off**2)
    spoke = np.linalg.norm(section.points - plane.flat([(3, -4, 5)]), axis=1)
    assert section.closed
    assert len(section.loops) == 1
    assert np.abs(spoke - radius).max() < 0.05
    assert section.area() == pytest.approx(np.pi * radius**2, rel=3e-3)


@settings(max_examples=60, deadline=None)
@given(angle, angle, angle, st.floats(-19, 19), st.booleans())
def test_areas_agree_with_an_independent_library_in_any_pose(a, b, c, offset, through_corner):
    turn = Rotation.from_euler("xyz", (a, b, c))
    normal = turn.apply((0, 0, 1))
    origin = BALL.points[17] if through_corner else np.array((3, -4, 5)) + offset * normal
    ours = cut(BALL, Plane.of(origin, normal))
    if ours is None:
        return
    assert ours.closed
    mesh = trimesh.Trimesh(BALL.points, BALL.triangles, process=False)
    lines = trimesh.intersections.mesh_plane(mesh, normal, origin + 1e-9 * normal)
    flat = Plane.of(origin, normal).flat(lines.reshape(-1, 3))
    theirs = ConvexHull(flat).volume if len(flat) > 2 else 0.0
    assert abs(ours.area() - theirs) < 1e-3 + 1e-6 * theirs
    assert fill_area(ours) == pytest.approx(ours.area(), abs=1e-6)


def test_a_hole_counts_against_the_area_and_stays_open():
    inner = ball_arrays(10.0, (3, -4, 5), rings=40)
    outer = (BALL.points, BALL.triangles)
    points = np.concatenate([outer[0], inner[0]])
    shell = Surface.of(points, np.concatenate([outer[1], inner[1][:, ::-1] + len(outer[0])]))
    plane = Plane.of((3, -4, 5.01), (0, 0, 1))
    section = cut(shell, plane)
    assert len(section.loops) == 2
    assert section.area() == pytest.approx(np.pi * 300, rel=5e-3)
    assert fill_area(section) == pytest.approx(section.area(), abs=1e-6)
    centre = plane.flat([(3, -4, 5)])[0]
    grid = painted([section], [centre - 30, centre + 30], 0.25)
    assert grid[120, 120] == -1
    assert grid[120, 120 + 60] == 0
    assert (grid == 0).sum() * 0.25**2 == pytest.approx(section.area(), rel=5e-3)


def test_later_sections_cover_earlier_ones_in_the_grid():
    plane = Plane.of((3, -4, 5), (0, 0, 1))
    small = cut(Surface.of(*ball_arrays(5.0, (3, -4, 5))), plane)
    centre = plane.flat([(3, -4, 5)])[0]
    window = [centre - 25, centre + 25]
    assert painted([cut(BALL, plane), small], window, 1.0)[25, 25] == 1
    assert painted([small, cut(BALL, plane)], window, 1.0)[25, 25] == 1


def test_an_open_surface_gives_chains_without_an_inside():
    section = cut(Surface.of(*pipe_arrays()), Plane.of((0, 0, 30), (1, 0, 0)))
    assert not section.closed
    assert len(section.loops) == 2
    assert section.area() == 0.0
    assert len(filled(section)[1]) == 0
    lengths = [np.linalg.norm(np.diff(c, axis=0), axis=1).sum() for c in section.loops]
    assert lengths == pytest.approx([60.0, 60.0])


def test_stacked_sections_add_up_to_the_volume():
    heights = np.linspace(-15.0, 25.0, 1001)
    areas = [s.area() if (s := cut(BALL, Plane.of((0, 0, z), (0, 0, 1)))) else 0 for z in heights]
    volume = trimesh.Trimesh(BALL.points, BALL.triangles, process=False).volume
    assert np.trapezoid(areas, heights) == pytest.approx(volume, rel=1e-4)


def test_plane_coordinates_go_there_and_back_and_keep_to_the_axes_asked_for():
    plane = Plane.of((1, 2, 3), (0, 1, 1), down=(0, 0, -1))
    points = np.random.default_rng(1).normal(size=(20, 3)) * 50
    back = plane.world(plane.flat(points)) + plane.height(points)[:, None] * plane.normal
    assert np.abs(back - points).max() < 1e-12
    assert plane.down @ plane.normal == pytest.approx(0)
    assert plane.down[2] < 0
    assert np.cross(plane.across, plane.down) == pytest.approx(plane.normal)


@pytest.mark.parametrize("bad", [(0, 0, 0), (np.nan, 0, 1)])
def test_a_plane_without_a_direction_is_refused(bad):
    with pytest.raises(BadFileError, match="plane"):
        Plane.of((0, 0, 0), bad)


def test_surfaces_outside_the_window_are_left_out_and_a_cancelled_call_ends():
    plane = Plane.of((0, 0, 10), (0, 0, 1))
    all_of = {"box": BOX, "ball": BALL}
    assert set(cuts(all_of, plane)) == {"box", "ball"}
    near_box = plane.flat([(9.0, 19.0, 10.0)])[0]
    far = Surface.of(*ball_arrays(2.0, (200, 0, 10)))
    assert set(cuts({**all_of, "far": far}, plane, [near_box - 1, near_box + 1])) == {"box"}
    assert cuts(all_of, plane, cancelled=lambda: True) == {}
    bounds = united_bounds(cuts({"box": BOX}, plane).values())
    assert np.ptp(bounds, axis=0).tolist() in ([10, 20], [20, 10])
    assert united_bounds([]) is None
