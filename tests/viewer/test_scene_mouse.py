"""Drags, clicks and the wheel: what moves, what stays, and that one gesture is one step."""

import numpy as np
import pytest
from scenes import Scene

from viewer.canvas import camera
from viewer.scene.needle import grip_depth
from zones import edits
from zones.angles import angles_from_direction, skin_normal
from zones.plan import empty_plan
from zones.skin import nearest_on_skin


@pytest.fixture(params=[1.0, 2.0], ids=["1x", "2x"])
def scene(request):
    made = Scene(scale=request.param)
    made.director.set_mode("edit")
    made.director.look_at_needle()
    return made


def grip(scene):
    planned = scene.session.plan.needles[0]
    return planned.needle.point_at(grip_depth(planned))


def test_dragging_the_tip_changes_the_depth_alone_in_one_step(scene):
    before = scene.needle
    goal = before.point_at(before.depth + 12.0)
    start = scene.pixel(before.tip)
    halfway = (start + scene.pixel(goal)) / 2
    assert scene.drag(start, halfway, scene.pixel(goal))
    assert scene.needle.depth == pytest.approx(before.depth + 12.0, abs=1e-6)
    assert np.array_equal(scene.needle.entry, before.entry)
    assert np.array_equal(scene.needle.direction, before.direction)
    assert scene.session.undo_label == "edit.set_depth"
    scene.session.undo()
    assert scene.session.plan == scene.plan_at_start
    assert not scene.session.can_undo


def test_a_tip_dragged_out_of_the_skin_stops_at_depth_zero(scene):
    start = scene.pixel(scene.needle.tip)
    scene.drag(start, scene.pixel(scene.needle.point_at(-80.0)))
    assert scene.needle.depth == 0.0


def test_dragging_the_entry_stays_on_the_skin_and_keeps_the_lean(scene):
    before = scene.needle
    lean = angles_from_direction(skin_normal(scene.body, before.entry), before.direction)
    start = scene.pixel(before.entry)
    assert scene.drag(start, start + [10, 6], start + [25, -14])
    after = scene.needle
    gap = np.linalg.norm(after.entry - nearest_on_skin(scene.body, after.entry))
    assert gap < 1e-6
    assert np.abs(scene.pixel(after.entry) - (start + [25, -14])).max() < 0.01
    kept = angles_from_direction(skin_normal(scene.body, after.entry), after.direction)
    assert kept == pytest.approx(lean, abs=1e-6)
    assert after.depth == before.depth
    assert scene.session.undo_label == "edit.move_entry"


def test_dragging_the_handle_turns_about_the_entry_and_the_handle_stays_under_the_mouse(scene):
    before, start = scene.needle, scene.pixel(grip(scene))
    assert scene.drag(start, start + [8, 0], start + [16, 9])
    after = scene.needle
    assert np.array_equal(after.entry, before.entry)
    assert after.depth == before.depth
    assert after.direction @ before.direction < 0.9999
    assert np.abs(scene.pixel(grip(scene)) - (start + [16, 9])).max() < 0.01
    assert after.direction @ skin_normal(scene.body, after.entry) > 0


def test_a_handle_dragged_round_never_lays_the_needle_out_of_the_skin(scene):
    start = scene.pixel(grip(scene))
    stops = [start + 220 * np.array([np.cos(a), np.sin(a)]) for a in np.linspace(0, 6.2, 25)]
    scene.drag(start, *stops)
    tilt, _ = angles_from_direction(
        skin_normal(scene.body, scene.needle.entry), scene.needle.direction
    )
    assert tilt <= 88.0 + 1e-6


def test_escape_restores_the_plan_at_the_press_and_leaves_no_step(scene):
    start = scene.pixel(scene.needle.tip)
    scene.tell("press", start)
    scene.tell("move", start + [30, 30])
    assert scene.session.plan != scene.plan_at_start
    assert scene.director.cancel()
    assert scene.session.plan == scene.plan_at_start
    assert not scene.session.can_undo
    scene.tell("move", start + [60, 0])
    scene.tell("release", start + [60, 0])
    assert scene.session.plan == scene.plan_at_start
    assert not scene.director.cancel()


def test_in_explore_nothing_edits(scene):
    scene.director.set_mode("explore")
    for point in (scene.needle.tip, scene.needle.entry, grip(scene)):
        start = scene.pixel(point)
        assert not scene.drag(start, start + [20, 20])
    assert not scene.tell("wheel", scene.pixel(scene.needle.tip), button="", steps=1.0)
    scene.drag([400, 200], [401, 200])
    assert scene.session.plan == scene.plan_at_start


def test_a_locked_needle_stays_where_it_is(scene):
    scene.session.apply(edits.lock("n1"))
    locked = scene.session.plan
    start = scene.pixel(scene.needle.tip)
    assert not scene.drag(start, start + [20, 20])
    scene.tell("press", [300, 250])
    scene.tell("release", [300, 250])
    assert scene.session.plan == locked


def test_a_click_on_the_skin_places_the_entry_and_a_drag_beside_the_needle_navigates(scene):
    before = scene.needle
    lean = angles_from_direction(skin_normal(scene.body, before.entry), before.direction)
    spot = scene.pixel(before.entry) + [-60, 70]
    assert not scene.drag(spot, spot + [30, 0])
    assert scene.session.plan == scene.plan_at_start
    assert not scene.tell("press", spot)
    assert scene.tell("release", spot + [1, 1])
    assert np.abs(scene.pixel(scene.needle.entry) - (spot + [1, 1])).max() < 0.01
    kept = angles_from_direction(
        skin_normal(scene.body, scene.needle.entry), scene.needle.direction
    )
    assert kept == pytest.approx(lean, abs=1e-6)


def test_a_click_beside_the_body_does_nothing(scene):
    scene.director.go_to_view("posterior")
    scene.tell("press", [3, 300])
    scene.tell("release", [3, 300])
    assert scene.session.plan == scene.plan_at_start


def test_the_first_click_on_an_empty_plan_adds_a_needle_straight_in():
    scene = Scene(plan=empty_plan(Scene().body), selected=None)
    scene.director.set_mode("edit")
    scene.tell("press", [430, 250])
    scene.tell("release", [430, 250])
    assert len(scene.session.plan.needles) == 1
    needle = scene.needle
    assert scene.session.selection == scene.session.plan.needles[0].id
    assert needle.direction @ skin_normal(scene.body, needle.entry) == pytest.approx(1.0)
    assert np.abs(scene.pixel(needle.entry) - [430, 250]).max() < 0.01


def test_the_wheel_over_the_needle_pushes_and_elsewhere_it_zooms(scene):
    before = scene.needle.depth
    assert scene.tell("wheel", scene.pixel(scene.needle.tip), button="", steps=2.0)
    assert scene.needle.depth == pytest.approx(before + 2.0)
    assert scene.tell("wheel", scene.pixel(scene.needle.tip), button="", steps=-1.0, shift=True)
    assert scene.needle.depth == pytest.approx(before + 1.9)
    assert not scene.tell("wheel", [10, 300], button="", steps=1.0)


def test_a_click_on_another_needle_selects_it(scene):
    scene.director.go_to_view("posterior")
    other = scene.session.plan.needle("n2").needle
    spot = scene.pixel(other.entry)
    scene.tell("press", spot)
    scene.tell("release", spot)
    assert scene.session.selection == "n2"
    assert scene.session.plan == scene.plan_at_start


def test_the_part_under_the_mouse_lights_up_and_goes_out(scene):
    made = scene.canvas.made["needle/n1"]
    scene.tell("hover", scene.pixel(scene.needle.tip), button="")
    assert scene.director.mouse.hot == ("n1", "tip")
    assert scene.canvas.made["needle/n1"] == made + 1
    scene.tell("leave", [-1, -1], button="")
    assert scene.director.mouse.hot == ("", "")


def test_hovering_in_explore_names_what_lies_behind_the_glass_skin():
    scene = Scene()
    told = []
    scene.director.on_hover = lambda key, point: told.append((key, point))
    scene.director.go_to_view("anterior")
    at = scene.pixel(scene.body["heart"].surface.points.mean(axis=0))
    scene.tell("hover", at, button="")
    key, point = told[-1]
    assert key == "heart"
    assert np.abs(scene.pixel(point) - at).max() < 0.01
    assert scene.director.hover.shown == "heart"
    scene.tell("hover", [3, 3], button="")
    assert told[-1] == (None, None)
    assert scene.director.hover.shown is None
    assert "hover" not in scene.canvas.shapes


def test_a_click_on_a_face_of_the_cube_goes_to_its_view():
    scene = Scene()
    scene.director.go_to_view("left")
    scene.canvas.camera = camera.turned(scene.canvas.camera, 40, 30)
    scene.canvas.on_camera()
    matrix = scene.canvas.matrices["cube"]
    top = (matrix @ [0, 0, 1, 1])[:3]
    assert scene.tell("press", scene.pixel(top))
    assert scene.canvas.text("frame/view")
    assert scene.canvas.camera.toward_eye[2] > 0.999
