"""The real window: everything named and reachable, closing at any time, only current results."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QComboBox,
    QLabel,
    QLineEdit,
    QScrollBar,
    QWidget,
)
from shapes import egg_body
from windows import click, close, opened, pixel_of, press, settle

from viewer import app
from zones import edits
from zones.needle import Needle
from zones.plan import plan_hash

pytestmark = pytest.mark.window

CONTROLS = (QAbstractButton, QAbstractItemView, QAbstractSlider, QAbstractSpinBox, QComboBox,
            QLineEdit)  # fmt: skip


def own_controls(window) -> list[QWidget]:
    """The controls a person uses, without the parts Qt makes inside them."""
    inner = (QAbstractSpinBox, QComboBox, QAbstractItemView, QLineEdit)
    found = []
    for widget in window.findChildren(QWidget):
        above = widget.parentWidget()
        if not isinstance(widget, CONTROLS) or isinstance(widget, QScrollBar):
            continue
        if above is None or isinstance(above, inner) or above.objectName().startswith("qt_"):
            continue
        if widget.objectName().startswith("qt_") or isinstance(above.parentWidget(), QComboBox):
            continue
        found.append(widget)
    return found


def add(window, entry=(70.0, 95.0, 20.0), depth=15.0):
    window.bench.desk.add(Needle(entry, (0, -1, 0), depth), length=75.0)


def test_every_control_has_a_name_and_takes_the_focus(open_window):
    window = open_window(egg_body(), wait=False)
    controls = own_controls(window)
    assert len(controls) > 40
    nameless = [f"{type(w).__name__} in {type(w.parentWidget()).__name__}" for w in controls
                if not (w.accessibleName() or getattr(w, "text", str)())]  # fmt: skip
    assert nameless == []
    deaf = [w.accessibleName() for w in controls if w.focusPolicy() == Qt.FocusPolicy.NoFocus]
    assert deaf == []


def test_the_window_opens_before_the_body_is_prepared_and_says_what_it_prepares(open_window, qtbot):
    window = open_window(egg_body(), wait=False)
    assert window.isVisible()
    assert window.status.busy.text()
    add(window)
    assert window.needle.header.state == "computing"
    assert not any(c.isdigit() for c in window.needle.header.word.text())
    settle(qtbot, window)
    assert window.needle.header.state != "computing"
    assert not window.status.busy.isVisible()


@pytest.mark.parametrize("moment", ["preparing", "assessing", "dragging"])
def test_closing_during_a_computation(open_window, qtbot, moment):
    window = open_window(egg_body(), wait=moment != "preparing")
    if moment == "assessing":
        add(window)
        for depth in np.linspace(1, 60, 40):
            window.bench.session.apply(edits.set_depth("n1", float(depth)), by="test")
    if moment == "dragging":
        add(window)
        window.bench.desk.begin()
        window.bench.desk.set_depth(33.0)
    window.bench.session.mark_saved()
    assert window.close()
    assert window.bench.tasks.is_idle
    window.bench.session.apply(edits.set_title("after the end"))  # nobody listens any more


def test_a_failed_computation_is_unknown_not_clear(open_window, qtbot, monkeypatch):
    window = open_window(egg_body())
    monkeypatch.setattr("viewer.assessing.assess_needles", lambda *a, **k: 1 / 0)
    add(window)
    settle(qtbot, window)
    assert window.needle.header.state == "not_assessed"
    assert "division" in window.needle.header.reason.text()


def test_results_of_another_needle_or_an_earlier_plan_are_never_shown(open_window, qtbot):
    window = open_window(egg_body())
    add(window, depth=5.0)
    settle(qtbot, window)
    first = window.needle.header.clearance_value.text()
    window.bench.assessing.close()  # nothing computes from here on
    window.bench.desk.set_depth(60.0)
    assert window.needle.header.state == "computing"
    model = window.results.zones.model
    assert {model.index(r, 1).data() for r in range(model.rowCount())} == {"…"}
    assert not window.needle.header.clearance_value.isVisible()
    window.bench.session.undo()
    assert window.needle.header.state == "computing"  # older than the undo: not taken on trust
    assert first


def test_every_result_says_whose_model_it_is_and_what_is_not_modelled(open_window, qtbot):
    window = open_window(egg_body())
    add(window)
    settle(qtbot, window)
    said = window.results.model_note.accessibleName()
    assert "breathing" in said
    assert "the anatomy of any person" in said
    assert "175 cm" in said


def test_hidden_danger_is_still_assessed(open_window, qtbot):
    window = open_window(egg_body())
    add(window, depth=70.0)
    settle(qtbot, window)
    before = window.needle.header.reason.text()
    assert window.needle.header.state == "breach"
    window.bench.view.isolate(["heart"])
    settle(qtbot, window)
    assert window.needle.header.reason.text() == before


def test_undo_names_what_it_takes_back_and_keys_work(open_window, qtbot):
    window = open_window(egg_body())
    undo = window.actions_by_id["undo"]
    assert not undo.isEnabled()
    add(window)
    assert undo.text() == "Undo add needle"
    press(window, Qt.Key.Key_BracketRight)
    assert window.bench.session.plan.needles[0].needle.depth == 16.0
    assert undo.text() == "Undo depth"
    assert window.isWindowModified()
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert window.bench.session.plan.needles == ()
    assert not window.isWindowModified()


@pytest.mark.parametrize(
    ("key", "modifier", "toward"),
    [
        (Qt.Key.Key_End, Qt.KeyboardModifier.NoModifier, (0, -1, 0)),
        (Qt.Key.Key_End, Qt.KeyboardModifier.ShiftModifier, (0, 1, 0)),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.NoModifier, (1, 0, 0)),
        (Qt.Key.Key_PageDown, Qt.KeyboardModifier.ShiftModifier, (-1, 0, 0)),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.NoModifier, (0, 0, 1)),
        (Qt.Key.Key_Home, Qt.KeyboardModifier.ShiftModifier, (0, 0, -1)),
    ],
)
def test_slicers_keys_show_the_six_views(open_window, key, modifier, toward):
    window = open_window(egg_body())
    press(window, key, modifier)
    assert window.canvas.camera.toward_eye @ np.array(toward) > 0.999


def test_hovering_names_the_structure_and_the_place_with_its_frame(open_window, qtbot):
    window = open_window(egg_body())
    window.actions_by_id["view_posterior"].trigger()
    window.actions_by_id["explore"].trigger()
    settle(qtbot, window)
    QTest.mouseMove(window.canvas.widget, QPoint(2, 2))
    QTest.mouseMove(window.canvas.widget, pixel_of(window, [75.0, 78.0, 0.0]))
    qtbot.waitUntil(lambda: "Rib 5" in window.status.what.text(), timeout=3000)
    assert "L 7" in window.status.where.text()
    assert "LPS" in window.status.frame.text()


def test_another_body_brings_its_structures_and_a_fresh_verdict(open_window, qtbot):
    window = open_window(egg_body())
    window.deeds.load("reference")
    settle(qtbot, window)
    assert window.bench.session.body.id == "reference"
    assert window.structures.model.index_of("rib_7_left").isValid()
    assert window.bench.assessing.is_ready
    assert window.tools.body.text() == "Reference body M1"
    assert "reference" in window.tools.body.toolTip()


def test_a_body_in_another_posture_is_offered_with_a_new_plan(open_window, qtbot):
    window = open_window(egg_body())
    add(window)
    window.deeds.load("reference")
    settle(qtbot, window)
    assert window.bench.session.body.id == "egg"  # nothing was lost unasked
    assert len(window.bench.session.plan.needles) == 1
    assert window.notices.is_shown
    window.bench.session.mark_saved()
    window.notices.answer(0)
    settle(qtbot, window)
    assert window.bench.session.body.id == "reference"
    assert window.bench.session.plan.needles == ()


def test_a_body_that_is_not_there_is_one_sentence(open_window, qtbot):
    window = open_window(egg_body())
    window.deeds.load("no-such-body")
    settle(qtbot, window)
    assert "no-such-body" in window.notices.last
    assert window.bench.session.body.id == "egg"


def test_theme_and_text_size_change_at_once_and_nothing_is_cut_off_at_200_percent(
    open_window, qtbot
):
    window = open_window(egg_body(), size=(1900, 1100))
    add(window)
    settle(qtbot, window)
    try:
        window.bench.preferences.text_scale = 1.875
        window.bench.preferences.theme = "dark"
        window.deeds.scale_text(1)
        settle(qtbot, window)
        assert window.bench.preferences.text_scale == 2.0
        cut = [
            w.text()
            for w in window.findChildren(QAbstractButton)
            if w.isVisible() and w.text() and type(w).__name__ == "QPushButton"
            and QFontMetrics(w.font()).horizontalAdvance(w.text()) > w.width()
        ]  # fmt: skip
        assert cut == []
        word = window.needle.header.word
        assert QFontMetrics(word.font()).horizontalAdvance(word.text()) <= word.width()
    finally:
        window.deeds._restyle("light", 1.0)


def test_at_200_percent_the_window_still_fits_a_laptop_screen(open_window, qtbot):
    window = open_window(egg_body(), size=(1366, 768))
    try:
        window.deeds._restyle("light", 2.0)
        settle(qtbot, window)
        least = window.minimumSizeHint()
        assert (least.width() <= 1366, least.height() <= 744) == (True, True), least
        assert (window.width(), window.height()) == (1366, 768)
    finally:
        window.deeds._restyle("light", 1.0)


def test_the_layout_comes_back(gl, qtbot, home):
    window = opened(qtbot, egg_body(), None, False, (1100, 700))
    window.actions_by_id["explore"].trigger()
    window.docks.left.hide()
    kept = window.bench.preferences
    close(window)
    again = app.build(egg_body(), None, kept)
    again.show()
    assert not again.docks.left.isVisible()
    close(again)


def test_saving_and_opening_a_plan(open_window, qtbot, tmp_path):
    window = open_window(egg_body())
    add(window, depth=22.0)
    before = plan_hash(window.bench.session.plan)
    path = window.bench.files.save(tmp_path / "first.json")
    assert window.windowTitle().startswith("first")
    assert not window.isWindowModified()
    window.bench.session.apply(edits.set_depth("n1", 40.0))
    window.bench.session.mark_saved()
    assert window.deeds.open_path(path)
    assert plan_hash(window.bench.session.plan) == before
    assert window.bench.preferences.recent[0] == str(path)
    (tmp_path / "bad.json").write_text("{}")
    assert not window.deeds.open_path(tmp_path / "bad.json")
    assert window.notices.is_shown
    assert plan_hash(window.bench.session.plan) == before


def test_a_hint_shows_the_way_and_goes_when_it_was_followed(open_window, qtbot):
    window = open_window(egg_body())
    app.first_words(window)
    assert window.notices.is_shown
    window.actions_by_id["view_posterior"].trigger()
    settle(qtbot, window)
    click(window, pixel_of(window, [70.0, 99.0, 20.0]))
    settle(qtbot, window)
    assert len(window.bench.session.plan.needles) == 1
    assert not window.notices.is_shown


def test_before_the_first_picture_the_view_says_what_it_waits_for(open_window, qtbot):
    window = open_window(egg_body(), wait=False)
    words = [w for w in window.canvas.widget.findChildren(QLabel) if "Egg body" in w.text()]
    assert len(words) == 1
    assert words[0].isVisible()
    rows = window.canvas.screenshot()
    assert rows[4, 4].min() > 150  # the light theme's ground, not black
    settle(qtbot, window)
    assert not any("Preparing" in w.text() for w in window.canvas.widget.findChildren(QLabel))


def test_undo_in_a_number_box_is_the_plans_once_the_number_is_in(open_window, qtbot):
    window = open_window(egg_body())
    add(window)
    settle(qtbot, window)
    box, session = window.needle.panel.depth.box, window.bench.session
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, "31.5")
    # What is being typed is the box's own: its text goes back, the plan stays.
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.plan.needles[0].needle.depth == 15.0
    assert len(session.plan.needles) == 1
    box.selectAll()
    QTest.keyClicks(box, "31.5")
    QTest.keyClick(box, Qt.Key.Key_Return)
    assert session.plan.needles[0].needle.depth == 31.5
    QTest.keyClick(box, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert session.plan.needles[0].needle.depth == 15.0
    QTest.keyClick(box, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier)
    assert session.plan.needles[0].needle.depth == 31.5
