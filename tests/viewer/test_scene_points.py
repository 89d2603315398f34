"""Marks of points: only where the skin faces the eye, one label where there is room, clickable."""

import numpy as np
import pytest
from fake_canvas import FakeCanvas

from viewer.canvas.camera import CameraPose, turned
from viewer.scene.colors import DARK, LIGHT
from viewer.scene.points import CHOSEN, LABEL, MARKS, Mark, PointMarks
from viewer.scene.screen import Screen

BEHIND, AHEAD = np.array([0.0, 1.0, 0.0]), np.array([0.0, -1.0, 0.0])


def mark(name, x, z=0.0, outward=BEHIND, **more):
    return Mark((name, "left"), name, np.array([x, 60.0 * outward[1], z]), outward, **more)


@pytest.fixture
def canvas():
    made = FakeCanvas()
    made.camera = CameraPose((0.0, 0.0, 0.0), 180.0, 0.0, 1000.0)  # from behind
    return made


def labels(canvas):
    return {key for key in canvas.labels if key.startswith(LABEL)}


def test_a_point_on_the_far_side_is_not_drawn_until_the_view_turns(canvas):
    points = PointMarks(canvas, LIGHT)
    back, front = mark("RMA", 40.0), mark("PEC", -40.0, outward=AHEAD)
    points.show([back, front], Screen.of(canvas))
    assert labels(canvas) == {f"{LABEL}{back.key}"}
    canvas.camera = turned(canvas.camera, 180.0, 0.0)
    points.follow(Screen.of(canvas))
    assert labels(canvas) == {f"{LABEL}{front.key}"}


def test_labels_never_lie_on_each_other_and_the_chosen_one_is_always_there(canvas):
    points = PointMarks(canvas, LIGHT)
    crowd = [mark(f"P{i}", 0.5 * i) for i in range(40)] + [mark("ME", 3.0, chosen=True)]
    points.show(crowd, Screen.of(canvas))
    assert f"{LABEL}{crowd[-1].key}" in canvas.labels
    places = [at for key, (_, at, _) in canvas.labels.items() if key.startswith(LABEL)]
    assert len(places) < 5
    assert CHOSEN in canvas.shapes
    assert MARKS in canvas.shapes


def test_marks_keep_their_size_on_the_screen(canvas):
    points = PointMarks(canvas, LIGHT)
    one = mark("RMA", 0.0)

    def size():
        shape = canvas.shapes[MARKS].points
        return np.ptp(Screen.of(canvas).pixel(shape)[:, 0])

    points.show([one], Screen.of(canvas))
    far = size()
    canvas.camera = CameraPose((0.0, 0.0, 0.0), 180.0, 0.0, 250.0)
    points.follow(Screen.of(canvas))
    assert size() == pytest.approx(far, rel=0.35)


def test_a_click_finds_the_nearest_mark_and_never_a_landmark(canvas):
    points = PointMarks(canvas, LIGHT)
    one, other = mark("RMA", 0.0), mark("C7", 30.0, kind="landmark")
    points.show([one, other], Screen.of(canvas))
    screen = Screen.of(canvas)
    at, beside = screen.pixel([one.point, other.point])
    assert points.at(at + [4.0, 3.0], screen) == ("RMA", "left")
    assert points.at(beside, screen) is None
    assert points.at(at + [40.0, 0.0], screen) is None


def test_nothing_is_left_when_nothing_is_listed_and_a_theme_repaints(canvas):
    points = PointMarks(canvas, LIGHT)
    points.show([mark("RMA", 0.0)], Screen.of(canvas))
    assert canvas.has_color(MARKS, LIGHT.accent)
    points.theme = DARK
    points.follow(Screen.of(canvas))
    assert canvas.has_color(MARKS, DARK.accent)
    points.show([], Screen.of(canvas))
    assert not canvas.shapes
    assert not canvas.labels
