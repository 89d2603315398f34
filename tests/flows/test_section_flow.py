"""Flow: open the section along the needle, read it, measure in it; it is never stale as current."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from shapes import egg_body
from windows import press, settle

from zones.needle import Needle

pytestmark = pytest.mark.window


@pytest.fixture
def window(open_window, qtbot):
    window = open_window(egg_body())
    window.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), 25.0), length=75.0)
    settle(qtbot, window)
    press(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    return window


def picture(view):
    image = view.grab().toImage()
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1, 4)
    return rows[:, : image.width(), 2::-1].astype(int)


def test_the_key_opens_the_section_with_bands_names_and_needle(window, qtbot):
    view = window.docks.section.view
    assert view.isVisible()
    pixels = picture(view)
    assert view.state == "current"
    assert view.names
    assert "tip 25.0 mm" in view.accessibleDescription()
    assert "limit" in view.accessibleDescription()
    color = np.array(window.bench.view.look("skin").color) * 255
    assert (np.abs(pixels - color).max(axis=2) <= 3).mean() > 0.05
    boxes = [name.box for name in view.names]
    assert not any(a.intersects(b) for k, a in enumerate(boxes) for b in boxes[:k])
    press(window, Qt.Key.Key_3, Qt.KeyboardModifier.ControlModifier)
    assert not view.isVisible()


def test_the_section_follows_the_needle_and_never_shows_an_old_one_as_current(
    window, qtbot, monkeypatch
):
    view, slicing = window.docks.section.view, window.bench.slicing
    assert slicing.current is not None
    waiting = []
    monkeypatch.setattr(window.bench.tasks, "submit", lambda *args, **more: waiting.append(args))
    window.bench.desk.turn(10.0)
    before = slicing.last
    picture(view)
    assert slicing.current is None
    assert view.state == "computing"
    assert view.names == []
    assert view.accessibleDescription() == "Computing…"
    monkeypatch.undo()
    slicing._asked_for = None
    slicing.refresh()
    settle(qtbot, window)
    picture(view)
    assert view.state == "current"
    assert slicing.current is not before
    needle = window.bench.desk.planned.needle
    assert abs(slicing.current.plane.height([needle.point_at(25.0)])[0]) < 1e-9


def test_back_at_the_old_place_while_another_is_cut_the_old_slice_is_current(window, qtbot):
    slicing, desk = window.bench.slicing, window.bench.desk
    here = slicing.current
    for _ in range(6):
        desk.turn(4.0)
        desk.turn(-4.0)
    window.bench.session.undo("test")
    window.bench.session.redo("test")
    settle(qtbot, window)
    assert slicing.current is not None
    assert here is not None


def test_a_drag_in_the_section_measures_and_the_distance_is_kept_with_the_view(window, qtbot):
    view, measures = window.docks.section.view, window.bench.view.measures
    scale = view.scale
    start, stop = QPoint(100, 60), QPoint(100 + 80, 60 + 60)
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(view, stop)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=stop)
    assert len(measures.kept) == 1
    assert measures.kept[0].mm == pytest.approx(100 / scale.px_per_mm, rel=1e-9)
    plane = window.bench.slicing.current.plane
    assert np.abs(plane.height([measures.kept[0].start, measures.kept[0].stop])).max() < 1e-9
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=start)
    assert len(measures.kept) == 1


def test_zoom_turn_and_nearest_by_keyboard_and_button(window, qtbot):
    dock, slicing = window.docks.section, window.bench.slicing
    dock.view.setFocus()
    tall = dock.view.tall_mm
    QTest.keyClick(dock.view, Qt.Key.Key_Plus)
    assert dock.view.tall_mm < tall
    QTest.keyClick(dock.view, Qt.Key.Key_Right)
    assert slicing.turn_deg == 5
    dock.turn_to_nearest()
    settle(qtbot, window)
    zone = window.bench.session.results["assess"].value.needles[0].zones
    nearest = min((z for z in zone if z.nearest is not None), key=lambda z: z.clearance)
    assert abs(slicing.current.plane.height([nearest.nearest])[0]) < 1.0


def test_nothing_is_cut_while_nobody_looks(window, qtbot):
    window.docks.toggle_section()
    last = window.bench.slicing.last
    window.bench.desk.turn(15.0)
    settle(qtbot, window)
    assert window.bench.slicing.last is last
    window.docks.toggle_section()
    settle(qtbot, window)
    assert window.bench.slicing.current is not None
