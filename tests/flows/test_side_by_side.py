"""The same needle in M1 and F1, side by side: cameras, plan and looks follow; verdicts are own."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from windows import drag, press, settle

from meshes.body import load_body
from viewer.assessing import current
from zones.assess import assess
from zones.danger import danger_zones
from zones.needle import Needle
from zones.skin import nearest_on_skin

pytestmark = pytest.mark.window
ENTRY = (44.0, 106.0, -22.0)


def beside_opened(window, qtbot):
    press(
        window,
        Qt.Key.Key_U,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    )
    qtbot.waitUntil(lambda: window.beside.second is not None, timeout=120_000)
    both_ready(window, qtbot)
    return window.beside.second


def both_ready(window, qtbot):
    settle(qtbot, window)
    second = window.beside.second

    def ready():
        planned = second.session.plan.needles
        return not planned or current(second.session, planned[-1].id) is not None

    qtbot.waitUntil(ready, timeout=120_000)


def drawn(canvas) -> np.ndarray:
    return canvas.screenshot().astype(int)


def test_two_people_one_needle_two_verdicts(open_window, qtbot):
    man = load_body("reference")
    window = open_window(man)
    session = window.bench.session
    needle = Needle(nearest_on_skin(man, ENTRY), np.array([0.0, -1.0, 0.0]), 25.0, 0.15)
    window.bench.desk.add(needle)
    settle(qtbot, window)
    shown_before = window.docks.left.isVisible()

    second = beside_opened(window, qtbot)
    woman = second.body
    assert (woman.id, session.body.id) == ("reference:F1", "reference")
    sides = window.beside.sides
    assert sides.first.title.text() == "M1"
    assert sides.second.choice.currentData() == "F1"
    assert sides.second.choice.currentText() == "F1 · female · 163 cm · BMI 21.0"

    # The verdict over there is that of the carried needle on that body, computed anew.
    [mine], [theirs] = session.plan.needles, second.session.plan.needles
    np.testing.assert_allclose(
        nearest_on_skin(woman, theirs.needle.entry), theirs.needle.entry, atol=1e-6
    )
    alone = assess(woman, theirs.needle, danger_zones(woman)).needles[0]
    told = current(second.session, theirs.id)
    assert told.verdict == alone.verdict
    assert told.limit_depth == pytest.approx(alone.limit_depth)
    assert told.limit_depth != current(session, mine.id).limit_depth
    assert sides.second.verdict.state == alone.verdict.value
    assert sides.first.verdict.state == current(session, mine.id).verdict.value

    # A deeper needle is deeper in both; undo takes it back in both.
    window.bench.desk.push(12.0)
    both_ready(window, qtbot)
    assert second.session.plan.needles[0].needle.depth == pytest.approx(37.0)
    after = current(second.session, theirs.id)
    assert sides.second.verdict.state == after.verdict.value
    window.deeds.undo()
    both_ready(window, qtbot)
    assert second.session.plan.needles[0].needle.depth == pytest.approx(25.0)

    # Cameras are linked both ways.
    window.deeds.look_from("left")
    assert second.canvas.camera.azimuth_deg == window.canvas.camera.azimuth_deg
    at = window.canvas.camera.azimuth_deg
    view = second.canvas.widget
    window.canvas.rest()
    picture = drawn(second.canvas)
    start = QPoint(view.width() // 4, view.height() // 4)
    holder = type("W", (), {"canvas": second.canvas})
    drag(holder, start, start + QPoint(60, 0))
    assert window.canvas.camera.azimuth_deg != at
    assert second.canvas.camera.azimuth_deg == pytest.approx(window.canvas.camera.azimuth_deg)
    second.canvas.rest()
    assert np.abs(drawn(second.canvas) - picture).max() > 60

    # What is hidden on one side is hidden on the other.
    skin = man.skin.id
    window.bench.view.set_visible([skin], False)
    assert skin not in second.director.structures.visible()
    window.bench.view.set_visible([skin], True)

    # Somebody else beside; then Esc gives the window back as it was.
    window.beside.open("F2")
    qtbot.waitUntil(lambda: window.beside.body.id == "reference:F2", timeout=120_000)
    both_ready(window, qtbot)
    assert sides.second.choice.currentData() == "F2"
    press(window, Qt.Key.Key_Escape)
    assert window.beside.second is None
    assert sides.second is None
    assert not window.actions_by_id["beside"].isChecked()
    assert window.docks.left.isVisible() == shown_before
    assert not sides.first.verdict.isVisible()


def test_a_body_without_family_says_so(open_window, qtbot):
    from shapes import egg_body

    window = open_window(egg_body())
    window.deeds.toggle_beside()
    assert window.notices.is_shown
    assert not window.beside.is_on
