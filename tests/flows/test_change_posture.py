"""Choose a posture in the Subject dialog: the person stays, a plan is asked for."""

import pytest
from PySide6.QtCore import Qt
from windows import press, settle

from meshes.body import load_body
from viewer.panels.subject import SubjectPanel
from zones.needle import Needle
from zones.skin import nearest_on_skin

pytestmark = pytest.mark.window


def choose(panel, key):
    """As a click in the list does."""
    panel.posture.setCurrentIndex(panel.posture.findData(key))
    panel.posture.activated.emit(panel.posture.currentIndex())


def test_a_person_sits_down_and_a_plan_does_not_come_along_unasked(open_window, qtbot):
    window = open_window(load_body("reference:F1"))
    session = window.bench.session
    press(window, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    panel = next(p for p in window.findChildren(SubjectPanel) if p.isVisible())
    assert panel.posture.currentData() == "prone"
    choose(panel, "sitting")
    settle(qtbot, window)
    assert session.body.id == "reference:F1,sitting"
    assert panel.posture.currentData() == "sitting"
    assert "sitting, arms at the side" in window.subject.short_name

    panel.sex["male"].click()  # another person sits, too
    settle(qtbot, window)
    assert session.body.id.startswith("reference:male-163")
    assert ",sitting" in session.body.id

    entry = nearest_on_skin(session.body, (44.0, 106.0, -22.0))
    window.bench.desk.add(Needle(entry, (0.0, -1.0, 0.0), 20.0, 0.15))
    settle(qtbot, window)
    before = session.body.id
    choose(panel, "prone")
    settle(qtbot, window)
    assert session.body.id == before
    assert len(session.plan.needles) == 1
    assert window.notices.is_shown
    assert panel.posture.currentData() == "sitting"
    session.mark_saved()
    window.notices.answer(0)
    settle(qtbot, window)
    assert ",sitting" not in session.body.id
    assert panel.posture.currentData() == "prone"


def test_what_is_not_modelled_says_why_in_the_dialog(open_window, qtbot):
    window = open_window(load_body("reference:male-173-32"))
    press(window, Qt.Key.Key_U, Qt.KeyboardModifier.ControlModifier)
    panel = next(p for p in window.findChildren(SubjectPanel) if p.isVisible())
    choose(panel, "raised")
    settle(qtbot, window)
    assert window.bench.session.body.id == "reference:male-173-32"
    assert "18 to 28" in panel.said.text()
    assert panel.posture.currentData() == "prone"
