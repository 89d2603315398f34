"""First visit: notice, tour, first needle and its verdict, by mouse and by keys alone."""

import time

import pytest
from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton
from shapes import egg_body
from windows import click, pixel_of, settle

from viewer import app, settings

pytestmark = pytest.mark.window

WORDS_PER_SECOND, SECONDS_PER_ACT = 4.0, 1.3
"""Reading at 240 words a minute; pointing and clicking, or pressing a key one knows."""


class Visitor:
    """Acts through the mouse and the keyboard only, and counts."""

    def __init__(self, window):
        self.window, self.acts, self.words = window, 0, 0

    def read(self, text):
        self.words += len(text.split())

    def press_button(self, button):
        assert button.isVisible()
        assert button.isEnabled()
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.acts += 1

    def key(self, key, modifier=Qt.KeyboardModifier.NoModifier):
        self.window.activateWindow()
        QTest.qWaitForWindowActive(self.window)
        QTest.keyClick(QApplication.focusWidget() or self.window, key, modifier)
        self.acts += 1

    def click(self, at):
        click(self.window, at)
        self.acts += 1

    @property
    def seconds(self):
        return self.acts * SECONDS_PER_ACT + self.words / WORDS_PER_SECOND


def accept_notice(visitor, by_keys=False):
    """Tick and continue in the notice, which is modal: do it as soon as it is there."""

    failed = []

    def answer():
        dialog = QApplication.activeModalWidget()
        if dialog is None:
            QTimer.singleShot(100, answer)
            return
        try:
            _agree(visitor, dialog, by_keys)
        except Exception as error:  # a dialog left open would wait for ever
            failed.append(error)
            dialog.reject()

    QTimer.singleShot(200, answer)
    app.first_words(visitor.window)
    assert not failed, failed


def _agree(visitor, dialog, by_keys):
    agree = dialog.findChild(QCheckBox)
    go_on = next(b for b in dialog.findChildren(QPushButton) if b.text() == "Continue")
    if by_keys:
        assert agree.hasFocus() or dialog.focusWidget() is agree
        QTest.keyClick(agree, Qt.Key.Key_Space)
        QTest.keyClick(dialog, Qt.Key.Key_Return)
        visitor.acts += 2
    else:
        QTest.mouseClick(agree, Qt.MouseButton.LeftButton, pos=QPoint(8, agree.height() // 2))
        visitor.acts += 1
        visitor.press_button(go_on)


def newcomer(open_window):
    window = open_window(egg_body())
    window.bench.preferences.notice_seen = ""
    window.bench.preferences.tour_seen = False
    return Visitor(window)


def test_from_the_first_start_to_the_first_verdict_by_mouse(open_window, qtbot, home):
    visitor = newcomer(open_window)
    window, tour = visitor.window, visitor.window.tour
    began = time.process_time()
    accept_notice(visitor)
    assert tour.step.id == "turn"
    visitor.read(tour.card.words.text())
    visitor.press_button(tour.card.go_on)

    # Next waits for the needle, and says so; the click on the skin goes on by itself.
    assert tour.step.id == "place"
    visitor.read(tour.card.words.text())
    assert not tour.card.go_on.isEnabled()
    assert tour.card.why.text() == "Place a needle to go on."
    assert not window.bench.session.plan.needles
    visitor.click(pixel_of(window, [70.0, 99.0, 20.0]))
    assert tour.step.id == "read"
    settle(qtbot, window)
    assert window.needle.header.state in ("breach", "within_margin", "not_assessed", "clear")
    assert window.needle.header.word.text() not in ("", "Computing…", "No needle yet")
    visitor.read(tour.card.words.text())
    visitor.read(window.needle.header.reason.text())
    assert visitor.seconds < 45  # the first verdict has been read

    visitor.press_button(tour.card.go_on)
    assert tour.step.id == "push"
    visitor.read(tour.card.words.text())
    depth = window.bench.session.plan.needles[0].needle.depth
    assert not tour.card.go_on.isEnabled()
    visitor.key(Qt.Key.Key_BracketRight)
    assert window.bench.session.plan.needles[0].needle.depth == pytest.approx(depth + 1.0)
    visitor.press_button(tour.card.go_on)
    visitor.read(tour.card.words.text())
    visitor.press_button(tour.card.go_on)
    assert not tour.is_running
    assert visitor.seconds < 60, (visitor.acts, visitor.words)
    assert time.process_time() - began < 30
    assert settings.load().tour_seen
    settle(qtbot, window)
    # What was done in the tour is a plan like any other.
    assert len(window.bench.session.plan.needles) == 1
    assert window.bench.session.can_undo


def test_the_tour_by_keys_alone(open_window, qtbot, home):
    visitor = newcomer(open_window)
    window, tour = visitor.window, visitor.window.tour
    accept_notice(visitor, by_keys=True)
    seen = []
    for _ in range(9):
        if not tour.is_running:
            break
        seen.append(tour.step.id)
        visitor.key(Qt.Key.Key_Return)
        settle(qtbot, window)
    assert not tour.is_running
    assert list(dict.fromkeys(seen)) == ["turn", "place", "read", "push", "zones"]
    assert len(window.bench.session.plan.needles) == 1
    assert QApplication.focusWidget() is window.canvas.widget


def test_escape_and_skip_end_it_at_once_and_help_brings_it_back(open_window, qtbot):
    window = open_window(egg_body())
    visitor, tour = Visitor(window), window.tour
    for end in (
        lambda: visitor.key(Qt.Key.Key_Escape),
        lambda: visitor.press_button(tour.card.skip),
    ):
        window.actions_by_id["tour"].trigger()
        assert tour.step.id == "turn"
        ring, card = tour.card.ring, tour.card
        assert card.isVisible()
        assert ring.isVisible()
        end()
        assert not tour.is_running
        assert not card.isVisible()
        assert not ring.isVisible()
    assert not window.bench.session.plan.needles
    # A second visitor is not led again.
    window.bench.preferences.tour_seen = True
    app.first_words(window)
    assert not tour.is_running
    assert "Click the skin" in window.notices.last


def test_each_card_lies_inside_the_window_beside_what_it_explains(open_window, qtbot):
    window = open_window(egg_body(), size=(1100, 700))
    window.actions_by_id["tour"].trigger()
    tour = window.tour
    for _ in range(5):
        card, ring = tour.card, tour.card.ring
        assert window.rect().contains(card.geometry())
        assert card.heightForWidth(card.width()) <= card.height()
        for words in card.findChildren(QLabel):
            if words.isVisible() and words.text():
                assert words.heightForWidth(words.width()) <= words.height()
        target = tour.step.target()
        assert target.isVisible()
        assert ring.geometry().intersects(
            target.rect().translated(target.mapTo(window, QPoint(0, 0)))
        )
        if tour.step.id in ("read", "push"):
            assert not card.geometry().intersects(ring.geometry())
        window.resize(window.width() + 40, window.height() + 20)
        QApplication.processEvents()
        assert window.rect().contains(card.geometry())
        tour.step.do()
        if tour.step.id != "read":
            tour.go_on()
    window.bench.session.mark_saved()
    window.close()
    assert not tour.is_running
