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
    # Another person at the same breath: the comparison stays; undo brings the former one back.
    at_full_breath = session.plan
    click(panel, "M2")
    qtbot.waitUntil(lambda: session.body.id == "reference:M2@1", timeout=60_000)
    settle(qtbot, window)
    assert len(window.subject.rows) == 6
    assert session.undo_label == "edit.person"
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: session.body.id == "reference:F1@1", timeout=60_000)
    settle(qtbot, window)
    assert session.plan is at_full_breath
    assert panel.phase.box.value() == 100
    assert len(window.subject.rows) == 6
    mine = next(row for row in window.subject.rows if row.body_id == session.body.id)
    assert mine.result.limit_depth == pytest.approx(current(session, after.id).limit_depth)
    panel.window().close()


CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier


def test_undo_brings_back_the_person_with_the_needle_where_it_had_been(open_window, qtbot):
    """Person, breath and posture are steps like any other; keys pressed meanwhile are counted."""
    man = load_body("reference")
    window = open_window(man)
    session, subject = window.bench.session, window.subject

    def arrives(body_id):
        qtbot.waitUntil(lambda: session.body.id == body_id, timeout=120_000)
        settle(qtbot, window)

    entry = nearest_on_skin(man, (44.0, 106.0, -22.0))
    window.bench.desk.add(Needle(entry, np.array([0.0, -1.0, 0.0]), 30.0, 0.15))
    settle(qtbot, window)
    start, verdict = session.plan, current(session, session.plan.needles[0].id)
    subject.ask_variant("F1")
    arrives("reference:F1")
    assert "change person" in window.actions_by_id["undo"].text()
    woman = subject.member
    assert subject.ask(woman.sex, woman.stature_cm, woman.bmi, 1.0)
    arrives("reference:F1@1")
    assert session.undo_label == "edit.breath"
    deep = session.plan
    window.bench.desk.push(1.0)
    settle(qtbot, window)
    camera = window.canvas.camera

    for _ in range(3):  # the depth at once, breath and person when each has come
        press(window, Qt.Key.Key_Z, CTRL)
    arrives("reference")
    assert session.plan is start
    assert session.plan.needles[0].flag == ""
    now = current(session, start.needles[0].id)
    assert (now.limit_depth, now.verdict) == (verdict.limit_depth, verdict.verdict)
    assert window.canvas.camera == camera

    press(window, Qt.Key.Key_Z, CTRL | SHIFT)
    press(window, Qt.Key.Key_Z, CTRL | SHIFT)
    arrives("reference:F1@1")
    assert session.plan is deep

    # There and back before anybody has come: nothing happens; a person on the way is called off.
    window.deeds.undo()
    window.deeds.redo()
    settle(qtbot, window)
    assert session.plan is deep
    subject.ask_variant("M2")
    window.deeds.undo()
    settle(qtbot, window)
    assert (session.plan, session.body.id) == (deep, "reference:F1@1")
    assert not subject.is_loading

    # What is edited while somebody is on the way stays.
    window.deeds.undo()
    window.bench.desk.push(2.0)
    settle(qtbot, window)
    assert session.body.id == "reference:F1@1"
    assert session.plan.needles[0].needle.depth == deep.needles[0].needle.depth + 2.0


def test_another_posture_without_a_needle_is_undone_too(open_window, qtbot):
    window = open_window(load_body("reference"))
    session = window.bench.session
    window.subject.ask_posture("sitting")
    qtbot.waitUntil(lambda: session.body.id == "reference,sitting", timeout=120_000)
    settle(qtbot, window)
    assert not session.is_modified
    press(window, Qt.Key.Key_Z, CTRL)
    qtbot.waitUntil(lambda: session.body.id == "reference", timeout=120_000)
    settle(qtbot, window)
    assert not session.can_undo
