"""Flow: explore the body by keys and mouse: layers, x-ray, hide, cut, measure, bookmark."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu
from shapes import egg_body
from windows import click, drag, mouse, pixel_of, press, settle

from viewer.layers import STEPS
from viewer.scene.section_cut import CAPS
from zones.needle import Needle
from zones.plan import plan_hash

pytestmark = pytest.mark.window
CTRL, SHIFT, ALT = (
    Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.AltModifier,
)  # fmt: skip


@pytest.fixture
def window(open_window, qtbot):
    window = open_window(egg_body())
    window.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), 25.0), length=75.0)
    settle(qtbot, window)
    return window


def visible(window):
    return set(window.director.structures.visible())


def test_the_layer_slider_by_mouse_keys_and_undo(window, qtbot):
    slider, view = window.docks.layers.slider, window.bench.view
    everything = visible(window)
    press(window, Qt.Key.Key_Period)
    assert view.step == view.steps[1]
    assert visible(window) < everything
    assert window.docks.layers.slider.value() == view.step
    press(window, Qt.Key.Key_Comma)
    assert visible(window) == everything
    slider.setFocus()
    for _ in STEPS:
        QTest.keyClick(slider, Qt.Key.Key_Right)
    assert view.step == len(STEPS) - 1
    assert window.docks.layers.word.text() == "Pleura"
    assert "skin" not in visible(window)
    press(window, Qt.Key.Key_Z, ALT)
    assert view.step == 0
    assert visible(window) == everything


def test_hide_what_is_under_the_mouse_fade_it_and_take_it_back(window, qtbot):
    before = plan_hash(window.bench.session.plan)
    window.set_mode("explore")
    lung = next(k for k in window.bench.session.body.structures if "pleura" in k or "lung" in k)
    point = window.bench.session.body.structures[lung].surface.points.mean(axis=0)
    QTest.mouseMove(window.canvas.widget, pixel_of(window, point))
    under = window.explore.under
    assert under
    assert window.status.what.text()
    press(window, Qt.Key.Key_H)
    assert under not in visible(window)
    press(window, Qt.Key.Key_Z, ALT)
    assert under in visible(window)
    opacity = window.bench.view.look(under).opacity
    press(window, Qt.Key.Key_F)
    assert window.bench.view.look(under).opacity != opacity
    press(window, Qt.Key.Key_I, CTRL)
    assert visible(window) == {under}
    press(window, Qt.Key.Key_I, CTRL)
    assert visible(window) > {under}
    assert plan_hash(window.bench.session.plan) == before


def test_x_ray_by_key_changes_the_picture_and_comes_back(window, qtbot):
    before = window.canvas.screenshot()
    press(window, Qt.Key.Key_X)
    assert window.docks.layers.xray.isChecked()
    through = window.canvas.screenshot()
    press(window, Qt.Key.Key_X)
    after = window.canvas.screenshot()
    assert (np.abs(through.astype(int) - before) > 12).mean() > 0.01
    assert (np.abs(after.astype(int) - before) > 12).mean() < 0.001


def test_a_cut_has_caps_in_the_structures_colours_and_opens_the_body(window, qtbot):
    cutting = window.explore.cutting
    window.director.go_to_view("superior")
    press(window, Qt.Key.Key_4, CTRL)
    settle(qtbot, window)
    assert cutting.cut.kind == "axial"
    assert window.docks.layers.cut.currentData() == "axial"
    caps = cutting.presenter.shown
    assert caps.cut == cutting.cut
    rows = window.canvas.screenshot().astype(int)
    grey = (np.abs(rows - 255 * np.array([0.80, 0.81, 0.83])).max(axis=2) <= 2).sum()
    assert grey > 2000  # inside the skin, in no structure: not in the colour of a tissue
    heights = caps.cut.plane.height(caps.faces.points)
    assert heights.min() >= -1e-3
    assert heights.max() < 1.0
    area = sum(section.area() for section in caps.sections.values())
    a, b, c = (caps.faces.points[caps.faces.triangles[:, k]].astype(float) for k in range(3))
    filled = 0.5 * np.linalg.norm(np.cross(b - a, c - a), axis=1).sum()
    assert filled == pytest.approx(area, rel=1e-3)
    press(window, Qt.Key.Key_0, CTRL)
    assert cutting.presenter.shown is None
    assert CAPS not in window.canvas._stage._items


def test_the_handle_drags_the_plane_along_its_normal_and_escape_puts_it_back(window, qtbot):
    cutting = window.explore.cutting
    before = plan_hash(window.bench.session.plan)
    window.explore.cut_coronal()
    window.director.go_to_view("left")
    settle(qtbot, window)
    start = cutting.cut
    grip = pixel_of(window, cutting.presenter.grip)
    normal = np.array(start.normal)
    along = pixel_of(window, cutting.presenter.grip + 20 * normal) - grip
    drag(window, grip, grip + along)
    settle(qtbot, window)
    moved = np.subtract(cutting.cut.origin, start.origin)
    assert moved @ normal == pytest.approx(20.0, abs=1.0)
    assert np.abs(np.cross(moved, normal)).max() < 1e-6
    assert cutting.presenter.shown.cut == cutting.cut
    assert window.canvas.camera.azimuth_deg == 90.0
    here = cutting.cut
    grip = pixel_of(window, cutting.presenter.grip)
    mouse(window, QEvent.Type.MouseButtonPress, grip)
    mouse(window, QEvent.Type.MouseMove, grip + QPoint(0, 30) + along)
    press(window, Qt.Key.Key_Escape)
    assert cutting.cut == here
    mouse(window, QEvent.Type.MouseButtonRelease, grip)
    press(window, Qt.Key.Key_Period, CTRL)
    assert np.subtract(cutting.cut.origin, here.origin) @ normal == pytest.approx(-1.0)
    window.explore.cut_flip()
    assert np.array(cutting.cut.normal) == pytest.approx(-normal)
    assert plan_hash(window.bench.session.plan) == before


def test_what_is_cut_away_is_not_under_the_mouse_and_the_cut_face_is(window, qtbot):
    window.set_mode("explore")
    window.explore.cut_coronal()
    window.director.go_to_view("posterior")
    settle(qtbot, window)
    cut = window.explore.cutting.cut
    hit = window.explore.cutting.pick(np.array(
        [window.canvas.widget.width() / 2, window.canvas.widget.height() / 2]
    ))  # fmt: skip
    assert hit is not None
    assert abs(cut.plane.height(hit.point)[0]) < 1e-6
    inside = window.director.data.index.inside(hit.point, [hit.structure_id])
    assert inside


def test_a_cut_along_the_needle_follows_it(window, qtbot):
    window.explore.cut_needle()
    settle(qtbot, window)
    window.bench.desk.turn(12.0)
    settle(qtbot, window)
    needle, shown = window.bench.desk.planned.needle, window.explore.cutting.presenter.shown
    ends = [needle.entry, needle.point_at(needle.depth)]
    assert np.abs(shown.cut.plane.height(ends)).max() < 1e-9
    window.bench.desk.remove()
    settle(qtbot, window)
    assert window.explore.cutting.cut is None


def test_two_clicks_measure_on_the_skin_and_a_drag_still_turns_the_view(window, qtbot):
    body, measures = window.bench.session.body, window.bench.view.measures
    before = plan_hash(window.bench.session.plan)
    window.director.go_to_view("posterior")
    settle(qtbot, window)
    press(window, Qt.Key.Key_M)
    assert window.explore.measuring.is_on
    middle = QPoint(window.canvas.widget.width() // 2, window.canvas.widget.height() // 2)
    drag(window, middle, middle + QPoint(40, 0))
    assert window.canvas.camera.azimuth_deg != 180.0
    window.director.go_to_view("posterior")
    for at in (middle, middle + QPoint(60, 20)):
        click(window, at)
    assert len(measures.kept) == 1
    distance = measures.kept[0]
    assert 5.0 < distance.mm < 400.0
    press(window, Qt.Key.Key_Escape)
    assert not window.explore.measuring.is_on
    assert plan_hash(window.bench.session.plan) == before
    assert body is window.bench.session.body
    press(window, Qt.Key.Key_M, SHIFT)
    assert measures.kept == ()


def test_a_bookmark_brings_camera_looks_cut_and_distances_back(window, qtbot):
    explore, view = window.explore, window.bench.view
    window.director.go_to_view("left")
    view.peel_to(4)
    explore.cut_sagittal()
    view.measures.add((0, 0, 0), (0, 30, 40))
    explore.keep_bookmark("Ribs from the left")
    cut, pose = explore.cutting.cut, window.canvas.camera
    view.reset()
    explore.cut_off()
    view.measures.replace(())
    window.director.go_to_view("anterior")
    menu = next(m for m in window.findChildren(QMenu) if m.title() == "Bookmarks")
    menu.aboutToShow.emit()
    action = menu.actions()[0]
    assert action.text() == "Ribs from the left"
    action.trigger()
    settle(qtbot, window)
    assert (explore.cutting.cut, window.canvas.camera, view.step) == (cut, pose, 4)
    assert [d.mm for d in view.measures.kept] == [50.0]
    assert explore.cutting.presenter.shown.cut == cut
