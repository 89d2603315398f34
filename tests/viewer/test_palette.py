"""The palette finds commands, structures and points by words; F1 explains the panel in use."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel
from shapes import egg_body
from windows import press, settle

from viewer.panels.help import TOPICS, help_text
from viewer.panels.palette import Palette
from zones.needle import Needle

pytestmark = pytest.mark.window


def add(window):
    window.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), 15.0), length=75.0)


def opened_dialog(window, qtbot, kind=QDialog):
    def shown():
        return [d for d in window.findChildren(kind) if d.isVisible()]

    qtbot.waitUntil(lambda: len(shown()) == 1, timeout=3000)
    return shown()[0]


def run(window, qtbot, words, key=Qt.Key.Key_K):
    press(window, key, Qt.KeyboardModifier.ControlModifier)
    palette = opened_dialog(window, qtbot, Palette)
    QTest.keyClicks(palette.field, words)
    titles = [entry.title for entry in palette._entries]
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not window.findChildren(Palette), timeout=3000)
    return titles


def test_a_command_by_words_in_any_order(open_window, qtbot):
    window = open_window(egg_body())
    titles = run(window, qtbot, "left view subject")
    assert titles[0] == "From the subject's left"
    assert window.canvas.camera.toward_eye[0] > 0.999
    run(window, qtbot, "explore", Qt.Key.Key_P)
    assert window.director.mode == "explore"


def test_what_cannot_be_done_now_is_not_offered(open_window, qtbot):
    window = open_window(egg_body())
    press(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = opened_dialog(window, qtbot, Palette)
    QTest.keyClicks(palette.field, "undo")
    assert palette._entries == []
    palette.reject()
    add(window)
    titles = run(window, qtbot, "undo")
    assert titles == ["Undo"]
    assert window.bench.session.plan.needles == ()


def test_a_structure_is_selected_and_a_point_is_chosen(open_window, qtbot):
    window = open_window(egg_body())
    window.docks.tabs.setCurrentIndex(1)
    run(window, qtbot, "heart")
    assert window.structures.isVisible()
    assert window.structures.selected_ids() == ["heart"]
    titles = run(window, qtbot, "rma rhomboid major")
    assert "RMA  Rhomboid major, left" in titles
    settle(qtbot, window)
    assert window.docks.points.isVisible()
    assert window.bench.points.chosen == ("RMA", "left")


def test_nothing_found_is_said_and_return_does_nothing(open_window, qtbot):
    window = open_window(egg_body())
    press(window, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    palette = opened_dialog(window, qtbot, Palette)
    QTest.keyClicks(palette.field, "xyzzy")
    assert palette.none.isVisible()
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert palette.isVisible()
    palette.reject()


def test_f1_explains_the_panel_with_the_focus(open_window, qtbot):
    window = open_window(egg_body())
    add(window)
    settle(qtbot, window)
    for widget, topic in (
        (window.structures.search, "structures"), (window.needle.panel.depth.box, "needle"),
        (window.results.zones.table, "zones"), (window.canvas.widget, "view"),
    ):  # fmt: skip
        window.activateWindow()
        widget.setFocus()
        press(window, Qt.Key.Key_F1)
        dialog = opened_dialog(window, qtbot)
        said = " ".join(part.text() for part in dialog.findChildren(QLabel))
        assert help_text(topic)[1] in said, topic
        dialog.reject()
        qtbot.waitUntil(lambda: not [d for d in window.findChildren(QDialog) if d.isVisible()])


def test_every_topic_is_two_to_five_sentences():
    for topic in TOPICS:
        title, text = help_text(topic)
        assert title
        assert 2 <= text.count(". ") + 1 <= 5, topic
