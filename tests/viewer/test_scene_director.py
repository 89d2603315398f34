"""The scene follows session and view state, makes each shape once, and leaves when told to."""

from dataclasses import replace
from itertools import product

import numpy as np
import pytest
from plans import small_plan
from scenes import Scene
from shapes import egg_body

from viewer.appearance import default_appearance
from viewer.canvas import camera
from viewer.scene import colors
from viewer.scene.load import load_scene
from zones import edits
from zones.change import Change, ChangeKind
from zones.plan import empty_plan


def test_every_structure_is_made_once_and_only_restyled_after():
    scene = Scene()
    keys = [f"structure/{key}" for key in scene.body.structures]
    assert all(scene.canvas.made[key] == 1 for key in keys)
    look = default_appearance(scene.body["heart"])
    scene.view.set(["heart"], type(look)(look.color, 0.3, False))
    scene.session.apply(edits.set_depth("n1", 33.0))
    scene.director.go_to_view("left")
    assert all(scene.canvas.made[key] == 1 for key in keys)
    assert not scene.canvas.looks["structure/heart"].visible
    assert scene.canvas.looks["structure/heart"].opacity == 0.3
    assert "heart" not in scene.director.structures.visible()


@pytest.mark.parametrize(
    ("name", "axis", "left", "right"),
    [("anterior", (0, -1, 0), "R", "L"), ("posterior", (0, 1, 0), "L", "R"),
     ("left", (1, 0, 0), "A", "P"), ("right", (-1, 0, 0), "P", "A"),
     ("superior", (0, 0, 1), "L", "R"), ("inferior", (0, 0, -1), "R", "L")],
)  # fmt: skip
def test_standard_views_look_along_their_axis_with_letters_that_flip(name, axis, left, right):
    scene = Scene()
    scene.director.go_to_view(name)
    assert scene.canvas.camera.toward_eye @ np.array(axis) > 0.999
    assert scene.canvas.text("frame/left") == left
    assert scene.canvas.text("frame/right") == right
    assert scene.canvas.text("frame/view")
    assert scene.view.camera == scene.canvas.camera


def test_an_oblique_view_claims_no_name():
    scene = Scene()
    scene.canvas.camera = camera.turned(scene.canvas.camera, 20, 10)
    scene.canvas.on_camera()
    assert scene.canvas.text("frame/view") == ""


def test_the_needle_is_steel_until_it_is_assessed_and_again_when_it_has_moved():
    scene = Scene()
    assert scene.canvas.has_color("needle/n1", colors.STEEL)
    assert not scene.canvas.has_color("needle/n1", colors.CLEAR)
    assert scene.canvas.text("closest/label") == ""
    scene.assess()
    assert scene.canvas.has_color("needle/n1", colors.CLEAR)
    scene.session.apply(edits.set_depth("n1", 21.0))
    assert not scene.canvas.has_color("needle/n1", colors.CLEAR)
    assert scene.canvas.text("closest/label") == ""
    assert "closest/line" not in scene.canvas.shapes


def test_a_breach_is_vermillion_and_the_number_on_the_line_is_that_of_the_assessment():
    scene = Scene()
    scene.session.apply(edits.set_depth("n1", 60.0))
    found = scene.assess().needles[0]
    deepest = min(z.clearance for z in found.zones if z.clearance is not None)
    assert deepest < -20
    assert scene.canvas.has_color("needle/n1", colors.BREACH)
    said = scene.canvas.text("closest/label")
    assert float(said.split()[0].replace("−", "-")) == pytest.approx(deepest, abs=0.1)
    assert float(said.split()[0].replace("−", "-")) <= deepest  # never kinder
    assert "left" in said


def test_the_other_needle_is_dimmed_and_follows_the_selection():
    scene = Scene()
    scene.assess()
    assert not scene.canvas.has_color("needle/n2", colors.CLEAR)
    scene.session.select("n2")
    assert scene.canvas.has_color("needle/n2", colors.CLEAR)
    assert not scene.canvas.has_color("needle/n1", colors.CLEAR)
    assert "right" in scene.canvas.text("closest/label")


def test_the_label_keeps_off_the_other_needles():
    scene = Scene()
    scene.assess()
    screen, first = scene.director.screen, scene.director.needles
    left, top, right, bottom = scene.director.closest_plate
    n2 = scene.session.plan.needle("n2").needle
    middle = np.array([(left + right) / 2, (top + bottom) / 2])
    there = screen.world(middle)  # the other needle's entry point, right where the label was
    scene.session.apply(edits.place("n2", replace(n2, entry=np.asarray(there))))
    scene.assess()
    left, top, right, bottom = scene.director.closest_plate
    for pixel in first.other_pixels(scene.session, scene.director.screen):
        assert not (left <= pixel[0] <= right and top <= pixel[1] <= bottom)


def test_the_label_keeps_off_its_own_needle():
    """From every side: what is told about a needle does not hide it."""
    scene = Scene()
    scene.assess()
    needle, seen = scene.needle, 0
    line = needle.entry + np.linspace(-30.0, needle.depth, 80)[:, None] * needle.direction
    for turn, lift in product(range(0, 360, 10), range(-60, 61, 20)):
        pose = replace(scene.canvas.camera, azimuth_deg=float(turn), elevation_deg=float(lift))
        scene.canvas.camera = replace(camera.centred(pose, needle.entry), distance=400.0)
        scene.director.camera_moved()
        plate = scene.director.closest_plate
        if plate is None:
            continue
        seen += 1
        at = scene.director.screen.pixel(line)
        inside = (plate[0] <= at[:, 0]) & (at[:, 0] <= plate[2])
        inside &= (plate[1] <= at[:, 1]) & (at[:, 1] <= plate[3])
        assert not inside.any(), (turn, lift)
    assert seen > 100


def test_the_label_keeps_off_the_letters_the_scale_and_the_cube():
    """Wherever the view is turned and moved, at any text size, if there is room beside."""
    scene = Scene()
    seen = 0
    for text_scale in (1.0, 2.0):
        scene.director.set_theme(replace(colors.LIGHT, text_scale=text_scale))
        scene.assess()
        marks, start, screen = scene.director._marks, scene.canvas.camera, scene.director.screen
        for right in range(-400, 401, 50):
            for up in range(-300, 301, 50):
                middle = screen.world((400 + right, 300 + up))
                scene.canvas.camera = camera.centred(start, middle)
                scene.director.camera_moved()
                plate = scene.director.closest_plate
                if plate is None:
                    continue
                seen += 1
                for box in marks.boxes(scene.director.screen):
                    apart = (
                        plate[2] <= box[0] or box[2] <= plate[0]
                        or plate[3] <= box[1] or box[3] <= plate[1]
                    )  # fmt: skip
                    assert apart, (text_scale, right, up, plate, box)
        scene.canvas.camera = start
    assert seen > 60


def test_a_point_out_of_the_picture_has_no_label():
    scene = Scene()
    scene.assess()
    assert scene.director.closest_plate is not None
    start = scene.canvas.camera
    away = scene.director.screen.world((400.0, -900.0))
    scene.canvas.camera = camera.centred(start, away)
    scene.director.camera_moved()
    assert scene.canvas.text("closest/label") == ""
    assert scene.director.closest_plate is None
    scene.canvas.camera = start
    scene.director.camera_moved()
    assert scene.canvas.text("closest/label") != ""


def test_text_in_the_scene_grows_with_the_text_of_the_panels():
    scene = Scene()
    scene.assess()
    before = {key: label[2].size for key, label in scene.canvas.labels.items()}
    scene.director.set_theme(replace(colors.LIGHT, text_scale=2.0))
    after = {key: label[2].size for key, label in scene.canvas.labels.items()}
    assert {"closest/label", "frame/left", "frame/bar_text"} <= set(before)
    assert all(after[key] == 2 * size for key, size in before.items())


def test_a_removed_needle_leaves_the_canvas_and_an_undone_removal_brings_it_back():
    scene = Scene()
    scene.session.apply(edits.remove_needle("n2"))
    assert "needle/n2" not in scene.canvas.shapes
    scene.session.undo()
    assert "needle/n2" in scene.canvas.shapes


def test_opening_another_body_replaces_the_structures_and_shows_the_first_view(tmp_path):
    scene = Scene()
    scene.director.go_to_view("left")
    full = egg_body()
    fewer = {k: s for k, s in full.structures.items() if k != "heart"}
    other = replace(full, structures=fewer, content_hash="egg-2")
    scene.director.prepare(load_scene(other, tmp_path))
    scene.session.open(other, empty_plan(other))
    assert "structure/heart" not in scene.canvas.shapes
    assert "structure/skin" in scene.canvas.shapes
    assert "needle/n1" not in scene.canvas.shapes
    assert camera.view_name(scene.canvas.camera) == "posterior"


def test_a_detached_scene_draws_nothing_more():
    scene = Scene()
    scene.director.detach()
    made = dict(scene.canvas.made)
    scene.session.apply(edits.set_depth("n1", 40.0))
    scene.canvas.on_camera()
    scene.view.set(["heart"], None)
    assert scene.canvas.made == made


def test_nothing_is_drawn_before_it_is_attached():
    scene = Scene()
    scene.director.detach()
    scene.canvas.shapes.clear()
    scene.director.set_mode("edit")
    scene.director.set_theme(colors.DARK)
    assert not scene.canvas.shapes


def test_a_theme_recolours_background_and_words_but_not_anatomy():
    scene = Scene()
    bone = scene.canvas.looks["structure/rib_5_left"].color
    scene.director.set_theme(colors.DARK)
    assert scene.canvas.colors == (colors.DARK.bottom, colors.DARK.top)
    assert scene.canvas.labels["frame/left"][2].color == colors.DARK.text
    assert scene.canvas.looks["structure/rib_5_left"].color == bone


def test_the_close_view_shows_the_needle_from_outside_not_end_on():
    scene = Scene()
    for plan in (small_plan(scene.body),):
        scene.director.look_at_needle()
        toward = scene.canvas.camera.toward_eye
        needle = plan.needles[0].needle
        assert toward @ np.array([0, 1, 0]) > 0.5  # the skin there faces backwards
        assert abs(toward @ needle.direction) < 0.95
        middle = scene.pixel(needle.point_at(needle.depth / 2))
        assert np.abs(middle - [400, 300]).max() < 40


def test_a_result_that_is_drawn_already_is_not_drawn_again(monkeypatch):
    scene = Scene()
    drawn = []
    show = scene.director.needles.show
    monkeypatch.setattr(
        scene.director.needles, "show", lambda *a, **k: (drawn.append(1), show(*a, **k))
    )
    scene.session.apply(edits.set_depth("n1", 31.0))
    scene.assess()
    assert len(drawn) == 2  # moved, then coloured
    told = Change(frozenset({ChangeKind.RESULTS}), "late", scene.session.revision)
    scene.director._on_change(told)  # as when the result came within the edit's own turn
    assert len(drawn) == 2
    scene.session.apply(edits.set_depth("n1", 32.0))
    assert len(drawn) == 3
