"""Every control can be named, reached and seen in focus; a changed verdict is announced."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QHeaderView,
    QLineEdit,
    QPlainTextEdit,
    QScrollBar,
    QTabBar,
    QToolButton,
)
from shapes import egg_body
from windows import settle

from viewer.theme import style
from viewer.theme.palette import THEMES
from zones.needle import Needle

pytestmark = pytest.mark.window

KINDS = (
    QAbstractButton, QAbstractSlider, QAbstractSpinBox, QComboBox, QLineEdit, QPlainTextEdit,
    QAbstractItemView, QTabBar,
)  # fmt: skip
MUTE = {QAccessible.Role.NoRole, QAccessible.Role.Client, QAccessible.Role.Window}


def is_part(widget) -> bool:
    """Parts of a control that speak through it: scroll bars, headers, a spin box's own line."""
    parent = widget.parent()
    return (
        isinstance(widget, QScrollBar | QHeaderView)
        or isinstance(parent, QAbstractSpinBox | QComboBox | QLineEdit | QTabBar | QHeaderView)
        or (isinstance(parent, QAbstractItemView) and not isinstance(widget, QLineEdit))
    )


def controls(window):
    found = [w for kind in KINDS for w in window.findChildren(kind)]
    return [w for w in dict.fromkeys(found) if w.isVisible() and not is_part(w)]


@pytest.fixture
def window(open_window, qtbot):
    made = open_window(egg_body(), size=(1600, 1000))
    made.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), 12.0), length=75.0)
    made.docks.under.show()
    settle(qtbot, made)
    return made


def pages(window, qtbot):
    """Each page of each tab in turn, with what is seen on it."""
    for tabs in (window.docks.tabs, window.results.tabs):
        for page in range(tabs.count()):
            tabs.setCurrentIndex(page)
            QApplication.processEvents()
            yield page


def describe(widget):
    return f"{type(widget).__name__} {widget.objectName()} {widget.accessibleName()!r}"


def test_every_control_has_a_name_and_a_role(window, qtbot):
    nameless, seen = [], 0
    for _ in pages(window, qtbot):
        for widget in controls(window):
            spoken = QAccessible.queryAccessibleInterface(widget)
            seen += 1
            if not spoken.text(QAccessible.Text.Name).strip() or spoken.role() in MUTE:
                nameless.append(describe(widget) + f" in {describe(widget.parent())}")
    assert seen > 60
    assert sorted(set(nameless)) == []


def test_dialogs_and_the_tour_name_their_controls_too(window, qtbot):
    from viewer.panels import dialogs
    from viewer.panels.palette import Palette

    made = [
        dialogs.notice_dialog(window),
        dialogs.shortcuts_dialog(window, window.commands),
        dialogs.about_dialog(window, window.bench.session.body),
        Palette(lambda query: [], window),
    ]
    window.tour.start()
    nameless = []
    for root in (*made, window.tour.card):
        root.show()
        for widget in controls(root):
            spoken = QAccessible.queryAccessibleInterface(widget)
            if not spoken.text(QAccessible.Text.Name).strip() or spoken.role() in MUTE:
                nameless.append(describe(widget))
            assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus, describe(widget)
    window.tour.stop()
    for dialog in made:
        dialog.close()
        dialog.deleteLater()
    assert nameless == []


def reached(window):
    """What Tab reaches, starting anywhere and going round once."""
    start = window.focusWidget() or window
    at, round_trip = start.nextInFocusChain(), []
    while at is not start and len(round_trip) < 2000:
        round_trip.append(at)
        at = at.nextInFocusChain()
    return [
        w for w in [start, *round_trip]
        if w.isVisible() and w.isEnabled() and w.focusPolicy() & Qt.FocusPolicy.TabFocus
    ]  # fmt: skip


def by_keys(window, widget) -> bool:
    """A tool button may be left out of the Tab order if its action has a place in a menu."""
    if isinstance(widget, QToolButton) and widget.defaultAction() is not None:
        return any(widget.defaultAction() in a.menu().actions()
                   for a in window.menuBar().actions() if a.menu())  # fmt: skip
    return False


def test_every_control_is_reached_by_keys(window, qtbot):
    out = []
    for _ in pages(window, qtbot):
        order = reached(window)
        for widget in controls(window):
            if not widget.isEnabled() or widget in order or by_keys(window, widget):
                continue
            if widget.objectName() == "qt_toolbar_ext_button":
                continue
            out.append(describe(widget) + f" in {describe(widget.parent())}")
    assert sorted(set(out)) == []


def test_who_has_the_focus_is_seen_in_every_theme(window, qtbot):
    app = QApplication.instance()
    try:
        for name in THEMES:
            style.apply(app, THEMES[name])
            window.restyle()
            window.activateWindow()
            assert unseen_focus(window, qtbot) == [], name
    finally:
        style.apply(app, THEMES["light"])


def unseen_focus(window, qtbot):
    """Controls that look the same with and without the focus; one of each kind and part."""
    unseen, looked = [], set()
    for _ in pages(window, qtbot):
        for widget in controls(window):
            if not widget.isEnabled() or not widget.focusPolicy() & Qt.FocusPolicy.TabFocus:
                continue
            kind = (type(widget), widget.property("part"), isinstance(widget, QAbstractItemView)
                    and widget.accessibleName())  # fmt: skip
            if kind in looked:
                continue
            looked.add(kind)
            window.canvas.widget.setFocus()
            without = widget.grab().toImage()
            widget.setFocus(Qt.FocusReason.TabFocusReason)
            if widget.grab().toImage() == without:
                unseen.append(describe(widget))
    assert len(looked) > 10
    return sorted(set(unseen))


def test_a_changed_verdict_is_announced_in_words(window, qtbot, monkeypatch):
    said = []

    def hear(event):
        if isinstance(event, QAccessibleAnnouncementEvent):
            said.append(event.message())

    monkeypatch.setattr(QAccessible, "updateAccessibility", hear)
    window.bench.desk.set_depth(3.0)
    settle(qtbot, window)
    said.clear()
    window.bench.desk.set_depth(60.0)
    settle(qtbot, window)
    header = window.needle.header
    assert header.state == "breach"
    assert said == [f"{header.word.text()}. {header.reason.text()}"]
    window.bench.desk.set_depth(61.0)  # the same verdict is not said twice
    settle(qtbot, window)
    assert len(said) == 1
    assert header.accessibleDescription().startswith("Breach")
