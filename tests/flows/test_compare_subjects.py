"""Compare M1 and F1: the same needle in another person, by real clicks, with nothing lost."""

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget
from windows import press, settle

from meshes.body import load_body
from viewer import subject_desk
from viewer.assessing import current
from viewer.panels.subject import SubjectPanel
from viewer.theme.palette import LIGHT
from viewer.theme.style import apply, px
from zones.needle import Needle
from zones.report_card import ReportCard, SiteResult
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


def card(body, fails=()):
    """A card that says of the heavy ones what is measured of them, at once."""
    if body.id in fails:
        raise OSError("no probe")
    site = SiteResult("pleura_edge_mcl", "pleural_edge", 13.0, 0.0, None, 13.0, None,
                      True, True, "a", "b")  # fmt: skip
    heavy = body.id.endswith(("M3", "F3"))
    return ReportCard("M1", False, (site,), "edge_too_high" if heavy else "within", site)


def test_whose_depths_are_optimistic_is_marked_in_the_comparison(open_window, qtbot, monkeypatch):
    man = load_body("reference")
    window = open_window(man)
    entry = nearest_on_skin(man, (44.0, 106.0, -22.0))
    window.bench.desk.add(Needle(entry, np.array([0.0, -1.0, 0.0]), 30.0, 0.15))
    settle(qtbot, window)
    press(window, Qt.Key.Key_U, CTRL)
    panel = subject_panel(window)

    def compare(made):
        monkeypatch.setattr(subject_desk, "report_card", made)
        window.subject.forget()
        window.subject.cards.clear()
        click(panel, "Compare")
        qtbot.waitUntil(lambda: len(window.subject.rows) == 6, timeout=120_000)
        return words()

    def words():
        return [part.text() for part in panel.table.findChildren(QLabel) if part.isVisible()]

    wait = threading.Event()
    said = compare(lambda body: (wait.wait(60), card(body))[1])
    assert any("Comparing these bodies" in text for text in said)  # not: no caution
    assert not panel.table.cautions
    wait.set()
    settle(qtbot, window)
    assert set(panel.table.cautions) == {"reference:M3", "reference:F3"}
    said = words()
    assert not any("Comparing these bodies" in text for text in said)
    [note] = [text for text in said if "Caution" in text]
    assert note.startswith("M3, F3: ")
    assert "13 mm above" in note
    marks = [part for part in panel.table.findChildren(QLabel) if not part.pixmap().isNull()]
    assert len(marks) == 2
    for mark in marks:
        assert "13 mm above" in mark.accessibleName()
        assert mark.toolTip() == mark.accessibleName()
    [heavy] = [part for part in panel.table.findChildren(QLabel) if part.text().startswith("F3 ·")]
    assert "13 mm above" in heavy.toolTip()
    assert "Caution" in heavy.accessibleName()

    compare(lambda body: card(body, fails={"reference:F2"}))
    settle(qtbot, window)
    assert any("no probe" in text for text in words())
    panel.window().close()


@pytest.mark.parametrize("scale", [1.0, 2.0])
def test_the_subject_is_whole_or_scrolls(open_window, qtbot, qapp, monkeypatch, scale):
    """No row is squeezed, and the dialog is on the screen, with and without the comparison."""
    monkeypatch.setattr(subject_desk, "report_card", card)
    man = load_body("reference")
    window = open_window(man)
    try:
        apply(qapp, LIGHT, scale)
        window.restyle()
        entry = nearest_on_skin(man, (44.0, 106.0, -22.0))
        window.bench.desk.add(Needle(entry, np.array([0.0, -1.0, 0.0]), 30.0, 0.15))
        settle(qtbot, window)
        window.deeds.show_subject()
        panel = subject_panel(window)
        for compared in (False, True):
            if compared:
                window.subject.compare()
                settle(qtbot, window)
            QTest.qWait(50)
            area = panel.parentWidget().parentWidget()
            screen = panel.screen().availableGeometry()
            assert screen.contains(panel.window().frameGeometry())
            assert panel.width() <= area.viewport().width()
            assert panel.height() <= area.viewport().height() or (
                area.verticalScrollBar().isVisible()
                and panel.window().height() >= screen.height() - 3 * px(20)
            )
            parts = [p for p in panel.findChildren(QWidget) if p.isVisible()]
            low = [p for p in parts if p.height() < p.minimumSizeHint().height()]
            assert not low, [(type(p), p.accessibleName(), p.height()) for p in low]
            buttons = [p for p in parts if isinstance(p, QPushButton)]
            assert all(p.height() >= p.sizeHint().height() for p in buttons)
        panel.window().close()
    finally:
        apply(qapp, LIGHT, 1.0)
