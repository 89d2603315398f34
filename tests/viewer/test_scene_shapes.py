"""Shapes are closed, face outward, hold their volume; pixels and millimetres agree."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.canvas import camera
from viewer.canvas.camera import CameraPose
from viewer.scene.cube import FACES, OrientationCube, cube_matrix
from viewer.scene.frame_marks import bar_length
from viewer.scene.screen import Screen
from viewer.scene.shapes import Spindle, dashes, frame

COLOR = (0.2, 0.4, 0.6)


def volume(mesh) -> float:
    a, b, c = (mesh.points[mesh.triangles[:, i]].astype(float) for i in range(3))
    return float(np.einsum("ij,ij->i", a, np.cross(b, c)).sum() / 6)


@settings(deadline=None, max_examples=30)
@given(st.tuples(*[st.floats(-1, 1)] * 3).filter(lambda v: np.linalg.norm(v) > 0.1))
def test_a_tube_points_along_its_axis_and_holds_its_volume(axis):
    spindle = Spindle((3.0, -2.0, 5.0), axis)
    spindle.tube(-4.0, 6.0, 1.5, COLOR)
    mesh = spindle.triangles()
    polygon = 14 / 2 * np.sin(2 * np.pi / 14) * 1.5**2  # area of the 14-gon
    assert volume(mesh) == pytest.approx(polygon * 10.0, rel=1e-3)
    along = (mesh.points - [3, -2, 5]) @ (np.array(axis) / np.linalg.norm(axis))
    assert along.min() == pytest.approx(-4.0, abs=1e-3)
    assert along.max() == pytest.approx(6.0, abs=1e-3)
    u, v, w = frame(axis)
    assert np.allclose(np.stack([u, v, w]) @ np.stack([u, v, w]).T, np.eye(3), atol=1e-12)
    assert np.linalg.det(np.stack([u, v, w])) == pytest.approx(1.0)


def test_a_rim_is_wound_inward_and_larger_than_what_it_surrounds():
    shape, rim = Spindle((0, 0, 0), (0, 0, 1)), Spindle((0, 0, 0), (0, 0, 1))
    shape.tube(0, 10, 1.0, COLOR)
    rim.rim(0, 10, 1.0, 0.5, COLOR)
    assert volume(rim.triangles()) < -volume(shape.triangles())
    assert np.abs(rim.triangles().points[:, :2]).max() > 1.4


def test_a_ball_and_a_ring_face_outward():
    for build in (lambda s: s.ball(2.0, 3.0, COLOR), lambda s: s.ring(0.0, 5.0, 1.0, COLOR, 0.0)):
        spindle = Spindle((0, 0, 0), (1, 2, 3))
        build(spindle)
        mesh = spindle.triangles()
        half = mesh.triangles[: len(mesh.triangles) // (1 if len(mesh.points) < 400 else 2)]
        a, b, c = (mesh.points[half[:, i]] for i in range(3))
        across = np.cross(b - a, c - a)
        real = np.linalg.norm(across, axis=1) > 1e-6
        assert (np.einsum("ij,ij->i", across, mesh.normals[half[:, 0]])[real] > 0).all()


@given(st.floats(0, 50), st.floats(0.1, 60), st.floats(0.3, 5), st.floats(0.1, 5))
def test_dashes_start_and_end_with_the_line(start, length, dash, gap):
    cut = dashes(start, start + length, dash, gap)
    assert cut[0][0] == start
    assert cut[-1][1] <= start + length
    assert all(low < high for low, high in cut)
    assert all(a[1] <= b[0] for a, b in zip(cut, cut[1:], strict=False))


poses = st.builds(
    lambda az, el, parallel: CameraPose((4.0, 5.0, 6.0), az, el, 700.0, parallel=parallel),
    st.floats(-180, 180), st.floats(-89, 89), st.booleans(),
)  # fmt: skip


@settings(deadline=None, max_examples=50)
@given(poses, st.floats(0, 500), st.floats(0, 400), st.sampled_from([1.0, 2.0]))
def test_the_world_behind_a_pixel_projects_back_onto_it(pose, x, y, scale):
    screen = Screen(pose, (round(500 * scale), round(400 * scale)), scale)
    assert screen.pixel(screen.world((x, y)))[0] == pytest.approx((x, y), abs=1e-6)


@settings(deadline=None, max_examples=50)
@given(poses, st.floats(-150, 150))
def test_a_millimetre_spans_as_many_pixels_as_is_said(pose, away):
    screen = Screen(pose, (800, 600))
    point = np.array(pose.focal) + away * pose.toward_eye
    one = screen.pixel([point, point + pose.right])
    assert np.linalg.norm(one[1] - one[0]) * screen.mm_per_pixel(point) == pytest.approx(
        1, rel=1e-6
    )


def test_the_scale_bar_is_round_and_fits():
    for distance in (30.0, 200.0, 900.0, 5000.0):
        screen = Screen(CameraPose((0, 0, 0), 0, 0, distance), (800, 600))
        mm = bar_length(screen)
        assert mm in (1, 2, 5, 10, 20, 50, 100, 200, 500)
        assert mm / screen.mm_per_pixel() <= 0.16 * 800


@pytest.mark.parametrize("name", FACES)
def test_the_cube_shows_the_face_of_the_view_and_turns_rigidly(name):
    pose = camera.looking(name, [[-200, -100, -300], [200, 100, 300]], 4 / 3)
    screen = Screen(pose, (800, 600))
    matrix = cube_matrix(screen)
    scale = np.linalg.norm(matrix[:3, 0])
    assert np.allclose(matrix[:3, :3].T @ matrix[:3, :3], scale**2 * np.eye(3), atol=1e-9)
    assert np.linalg.det(matrix[:3, :3]) > 0
    centre = screen.pixel(matrix[:3, 3])[0]
    cube = OrientationCube.__new__(OrientationCube)
    assert cube.face_at(centre, screen) == name
    assert cube.face_at((400, 300), screen) == ""
    toward = np.array(FACES[name][1], dtype=float)
    assert toward @ pose.toward_eye > 0.999
