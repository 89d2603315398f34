"""Compare M1 and F1: the same needle in another person, by real clicks, with nothing lost."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from windows import press, settle

from meshes.body import load_body
from viewer.assessing import current
from viewer.panels.subject import SubjectPanel
from zones.needle import Needle
from zones.skin import nearest_on_skin

pytestmark = pytest.mark.window


def subject_panel(window):
    return next(p for p in window.findChildren(SubjectPanel) if p.isVisible())


def click(panel, text):
    button = next(b for b in panel.findChildren(QPushButton) if b.text() == text)
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def test_the_same_needle_in_a_woman(open_window, qtbot):
    man = load_body("reference")
    window = open_window(man)
    session = window.bench.session
    entry = nearest_on_skin(man, (44.0, 106.0, -22.0))
    window.bench.desk.add(Needle(entry, np.array([0.0, -1.0, 0.0]), 30.0, 0.15))
    settle(qtbot, window)
    [before] = session.plan.needles
    told = current(session, before.id)
    camera = window.canvas.camera

    press(window, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    panel = subject_panel(window)
    assert panel.stature.box.value() == 173
    click(panel, "F1")
    settle(qtbot, window)

    assert session.body.id == "reference:F1"
    assert session.is_modified
    [after] = session.plan.needles
    assert after.flag == "needle.refitted"
    woman = session.body
    np.testing.assert_allclose(nearest_on_skin(woman, after.needle.entry), after.needle.entry,
                               atol=1e-6)  # fmt: skip
    now = current(session, after.id)
    assert now is not None
    assert now.limit_depth != told.limit_depth
    assert window.canvas.camera == camera
    assert panel.stature.box.value() == woman.subject.stature_cm
    assert "Mass" in panel.said.text()

    # A deep breath in, by the keyboard: the body follows, the number is another.
    QTest.mouseClick(panel.phase.box.lineEdit(), Qt.MouseButton.LeftButton)
    panel.phase.box.selectAll()
    QTest.keyClicks(panel.phase.box, "100")
    QTest.keyClick(panel.phase.box, Qt.Key.Key_Return)
    assert panel.phase.box.value() == 100
    qtbot.waitUntil(lambda: session.body.id == "reference:F1@1", timeout=60_000)
    settle(qtbot, window)
    assert current(session, after.id).limit_depth != now.limit_depth

    # Out of range is refused with the range, and nothing changes.
    assert not window.subject.ask("female", 140.0, 22.0, 0.15)
    assert "150" in panel.said.text()
    assert session.body.id == "reference:F1@1"

    click(panel, "Compare")
    qtbot.waitUntil(lambda: len(window.subject.rows) == 6, timeout=120_000)
    assert {row.body_id for row in window.subject.rows} == {
        f"reference{v}@1" for v in ("", ":M2", ":M3", ":F1", ":F2", ":F3")
    }
    # Another person at the same breath: the comparison stays, undo goes on there.
    session.undo()  # the needle goes, and the comparison with it
    assert not session.plan.needles
    assert not window.subject.rows
    session.redo()
    assert session.plan.body_id == "reference:F1@1"
    click(panel, "Compare")
    qtbot.waitUntil(lambda: len(window.subject.rows) == 6, timeout=120_000)
    click(panel, "M2")
    qtbot.waitUntil(lambda: session.body.id == "reference:M2@1", timeout=60_000)
    settle(qtbot, window)
    assert len(window.subject.rows) == 6
    assert session.can_undo
    click(panel, "F1")
    qtbot.waitUntil(lambda: session.body.id == "reference:F1@1", timeout=60_000)
    settle(qtbot, window)
    mine = next(row for row in window.subject.rows if row.body_id == session.body.id)
    assert mine.result.limit_depth == pytest.approx(current(session, after.id).limit_depth)

    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not session.plan.needles
    assert not session.can_undo
    panel.window().close()
