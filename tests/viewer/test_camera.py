"""The turntable camera against closed forms and round trips."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from viewer.canvas import camera

BOX = [[-200.0, -120.0, -300.0], [200.0, 120.0, 300.0]]
TOWARD = {
    "anterior": (0, -1, 0), "posterior": (0, 1, 0), "left": (1, 0, 0),
    "right": (-1, 0, 0), "superior": (0, 0, 1), "inferior": (0, 0, -1),
}  # fmt: skip
angles = st.floats(-179, 179)
tilts = st.floats(-90, 90)


@pytest.mark.parametrize("name", camera.STANDARD_VIEWS)
def test_standard_views_look_along_the_axes(name):
    pose = camera.looking(name, BOX)
    assert pose.toward_eye @ np.array(TOWARD[name]) > 0.999
    assert camera.view_name(pose) == name


def test_letters_flip_when_the_view_flips():
    front = camera.edge_letters(camera.looking("anterior", BOX))
    back = camera.edge_letters(camera.looking("posterior", BOX))
    assert (front["left"], front["right"]) == ("R", "L")
    assert (back["left"], back["right"]) == ("L", "R")
    above = camera.edge_letters(camera.looking("superior", BOX))
    assert above["top"] == "A"
    assert above["right"] == "R"


@settings(deadline=None, max_examples=60)
@given(angles, tilts, st.booleans(), st.tuples(*[st.floats(-200, 200)] * 3))
def test_a_ray_through_the_pixel_of_a_point_meets_the_point(azimuth, elevation, parallel, point):
    pose = camera.CameraPose((5.0, -3.0, 7.0), azimuth, elevation, 900.0, parallel=parallel)
    x, y, depth = camera.project(pose, point, (800, 600))[0]
    origin, direction = camera.ray(pose, (x, y), (800, 600))
    gap = np.asarray(point) - origin
    assert np.linalg.norm(gap - (gap @ direction) * direction) < 1e-6
    assert depth > 0


@settings(deadline=None, max_examples=60)
@given(angles, tilts)
def test_the_frame_is_right_handed_and_superior_never_points_down(azimuth, elevation):
    pose = camera.CameraPose((0.0, 0.0, 0.0), azimuth, elevation, 500.0)
    frame = np.stack([pose.right, pose.up, pose.toward_eye])
    assert np.allclose(frame @ frame.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(frame) == pytest.approx(1.0)
    assert pose.up[2] >= -1e-12


@settings(deadline=None, max_examples=40)
@given(angles, tilts, st.floats(0.3, 3.0))
def test_a_fitted_box_is_in_view_and_touches_its_edge(azimuth, elevation, aspect):
    pose = camera.fitted(camera.CameraPose((0, 0, 0), azimuth, elevation, 1.0), BOX, aspect)
    size = (900 * aspect, 900)
    corners = [[x, y, z] for x in (-200, 200) for y in (-120, 120) for z in (-300, 300)]
    pixels = camera.project(pose, corners, size)[:, :2] / np.array(size)
    assert pixels.min() > 0
    assert pixels.max() < 1
    assert min(pixels.min(), 1 - pixels.max()) < 0.06


def test_zoom_about_a_point_keeps_its_pixel_and_panning_follows_the_mouse():
    pose = camera.CameraPose((0.0, 0.0, 0.0), 30.0, 20.0, 900.0)
    about = 80 * pose.right - 40 * pose.up
    before = camera.project(pose, about, (800, 600))[0]
    after = camera.project(camera.zoomed(pose, 1.7, about), about, (800, 600))[0]
    assert np.allclose(before[:2], after[:2], atol=1e-9)
    moved = camera.project(camera.panned(pose, 25, -10, 600), about, (800, 600))[0]
    assert np.allclose(moved[:2] - before[:2], (25, -10), atol=1e-6)


def test_turning_stops_at_the_poles_and_keeps_the_distance():
    pose = camera.turned(camera.CameraPose((1.0, 2.0, 3.0), 170.0, 80.0, 400.0), 30.0, 40.0)
    assert pose.azimuth_deg == pytest.approx(-160.0)
    assert pose.elevation_deg == 90.0
    assert np.linalg.norm(pose.eye - [1, 2, 3]) == pytest.approx(400.0)
