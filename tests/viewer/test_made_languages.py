"""The window in languages nobody speaks: nothing is hard-coded, nothing is cut, layouts mirror."""

import re

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QApplication,
    QComboBox,
    QDialog,
    QDockWidget,
    QLabel,
    QLineEdit,
    QListView,
    QPushButton,
    QTabBar,
    QToolButton,
    QWidget,
)
from shapes import egg_body
from windows import settle

from viewer import language
from viewer.i18n import text
from viewer.panels import dialogs
from viewer.panels.help import TOPICS, help_text
from viewer.theme import style
from viewer.theme.palette import LIGHT
from zones.danger import danger_zones
from zones.needle import Needle
from zones.point_catalogue import point_catalogue

pytestmark = pytest.mark.window

KEYS = ("Ctrl|Shift|Alt|Esc|Home|End|PgDown|PgUp|Del|Up|Down|Left|Right|Return|Tab|Space|Ins"
        "|Meta|F\\d+")  # fmt: skip


@pytest.fixture(autouse=True)
def english_again(qapp):
    yield
    text.use_language("en")
    language.align()
    style.apply(qapp, LIGHT)


@pytest.fixture
def window(open_window, qtbot):
    made = open_window(egg_body(), size=(1366, 768))
    made.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), 12.0), length=75.0)
    settle(qtbot, made)
    return made


def speak(window, qtbot, code):
    language.speak(window, code)
    settle(qtbot, window)
    QApplication.processEvents()


def pages(window):
    """Bring each page of each tab into sight in turn."""
    for tabs in (window.docks.tabs, window.results.tabs):
        for page in range(tabs.count()):
            tabs.setCurrentIndex(page)
            QApplication.processEvents()
            yield


def texts_of(widget: QWidget):
    """Every text that a widget shows or speaks."""
    yield widget.toolTip()
    yield widget.accessibleName()
    yield widget.accessibleDescription()
    if isinstance(widget, QLabel | QAbstractButton):
        yield widget.text()
    elif isinstance(widget, QLineEdit):
        yield widget.placeholderText()
    elif isinstance(widget, QComboBox):
        yield from (widget.itemText(i) for i in range(widget.count()))
    elif isinstance(widget, QTabBar):
        yield from (widget.tabText(i) for i in range(widget.count()))
    elif isinstance(widget, QDockWidget | QDialog):
        yield widget.windowTitle()
    elif isinstance(widget, QAbstractItemView) and widget.model() is not None:
        model = widget.model()
        for at in range(1 if isinstance(widget, QListView) else model.columnCount()):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole):
                yield str(model.headerData(at, Qt.Orientation.Horizontal, role) or "")
        for row in range(min(model.rowCount(), 8)):
            for role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
                yield str(model.index(row, 0).data(role) or "")


def data_words(window) -> set[str]:
    """Words of bodies and catalogues: anatomy and sources are data, in the language they have."""
    body = window.bench.session.body
    said = [body.name, body.posture, body.phase, body.licence, body.attribution, body.version]
    said += [w for s in body.structures.values() for w in (s.id, s.name, s.latin, s.system)]
    said += [w for z in danger_zones(body) for w in (z.name, z.id)]
    for point in point_catalogue().points.values():
        said += [point.id, point.name, point.region, point.referral, str(point.not_recommended)]
    return {w.casefold() for text_ in said for w in re.findall(r"[A-Za-z]+", str(text_))}


def english_in(root, window, actions=()):
    """Texts with an English word that is neither data nor a key."""
    known, found = data_words(window), set()
    widgets = [root, *root.findChildren(QWidget)]
    shown = [t for w in widgets for t in texts_of(w)]
    for said in [*shown, *actions]:
        plain = re.sub(rf"\b({KEYS})\b", "", said)
        plain = re.sub(r"\b\w*[_\d]\w*\b", "", plain)  # ids
        words = re.findall(r"[A-Za-z]{2,}", plain)
        if any(w.casefold() not in known for w in words):
            found.add(said)
    return found


QT_OWN = {"Close", "Closes the dock widget", "Scroll Left", "Scroll Right", "Float", "More",
          "Undocks and re-attaches the dock widget"}  # fmt: skip
"""Qt has no catalogue for a made language; for real ones it brings its own."""
ALLOWED = re.compile(r"^(needlewise.*|untitled|English|Deutsch|Français|Español|\W*\d.*)$")


def test_nothing_is_hard_coded(window, qtbot):
    speak(window, qtbot, "qps-long")
    found = set()
    actions = [a.text() for a in window.findChildren(QAction)]
    for _ in pages(window):
        found |= english_in(window, window, actions)
    found |= {window.windowTitle()} if re.search("[A-Za-z]{3,}", window.windowTitle()) else set()
    # The same for dialogs, the tour and the help of every panel.
    made = [
        dialogs.notice_dialog(window),
        dialogs.shortcuts_dialog(window, window.commands),
        dialogs.about_dialog(window, window.bench.session.body),
    ]
    window.tour.start()
    found |= set().union(*(english_in(d, window) for d in [*made, window.tour.card]))
    for topic in TOPICS:
        found |= {t for t in help_text(topic) if re.search("[A-Za-z]{2,}", t)}
    window.tour.stop()
    for dialog in made:
        dialog.deleteLater()
    names = {"English", "Deutsch", "Français", "Español"}
    found = {t for t in found if not ALLOWED.match(t) and not set(t.split()) <= names}
    assert found - QT_OWN == set()


def cut(window):
    """Labels and buttons that have less room than their text needs."""
    found = []
    for widget in window.findChildren(QWidget):
        if not widget.isVisible() or widget.visibleRegion().isEmpty():
            continue
        if isinstance(widget, QLabel) and widget.text() and not widget.pixmap().height():
            need = widget.fontMetrics().horizontalAdvance(widget.text())
            margins = widget.contentsMargins()
            room = widget.width() - margins.left() - margins.right()
            if widget.wordWrap():
                if widget.heightForWidth(widget.width()) > widget.height() + 1:
                    found.append(("wrapped", widget.text(), widget.width(), widget.height()))
            elif need > room + 1 and widget.toolTip() != widget.text():
                found.append(("label", widget.text(), need, room))
        elif isinstance(widget, QPushButton | QToolButton) and widget.text():
            icon_only = (
                isinstance(widget, QToolButton)
                and widget.toolButtonStyle() == Qt.ToolButtonStyle.ToolButtonIconOnly
            )
            if not icon_only and widget.sizeHint().width() > widget.width() + 1:
                found.append(("button", widget.text(), widget.sizeHint().width(), widget.width()))
    return found


def test_nothing_is_cut(window, qtbot):
    def cut_for_good(root):
        """Not what a result that came this moment has not been given its room yet."""
        found = set(cut(root))
        if found:
            qtbot.wait(300)
        return found and found & set(cut(root))

    found = {}
    for code in ("qps-long", "qps-wide", "de", "fr", "es"):
        speak(window, qtbot, code)
        seen = set()
        for _ in pages(window):
            seen |= cut_for_good(window)
        window.tour.start()
        for _ in range(5):
            seen |= cut_for_good(window.tour.card)
            if window.tour.step.id == "push":
                window.tour.step.do()
            window.tour.go_on()
        assert not window.tour.is_running
        if not code.startswith("qps"):
            assert window.minimumSizeHint().width() <= 1366, code
        found[code] = sorted(seen)
    assert {code: rows for code, rows in found.items() if rows} == {}


def test_layouts_mirror(window, qtbot):
    def left(widget):
        return widget.mapTo(window, QPoint(0, 0)).x()

    panel, header = window.needle.panel, window.needle.header
    pairs = [
        (panel.depth.title, panel.depth.box), (panel.depth.slider, panel.depth.box),
        (panel.head.choice, panel.head.lock),
        (window.results.zones, None), (window.tools._pictures["undo"], window.tools.body),
    ]  # fmt: skip
    before = [left(a) < left(b) for a, b in pairs if b is not None]
    assert all(before)
    speak(window, qtbot, "qps-rtl")
    panel, header = window.needle.panel, window.needle.header
    pairs = [
        (panel.depth.title, panel.depth.box), (panel.depth.slider, panel.depth.box),
        (panel.head.choice, panel.head.lock),
        (window.tools._pictures["undo"], window.tools.body),
    ]  # fmt: skip
    assert not any(left(a) < left(b) for a, b in pairs)
    # The verdict's icon goes to the other side, clear of the word.
    image = header.grab().toImage()
    ratio = image.devicePixelRatio()
    height = round(header.word.geometry().center().y() * ratio)

    def painted(x0, x1):
        colors = {image.pixel(round(x * ratio), height) for x in range(x0, x1)}
        return len(colors)

    assert painted(header.width() - style.px(60), header.width() - style.px(14)) > 3
    # Right-to-left text starts at the right edge of the label.
    assert window.layoutDirection() == Qt.LayoutDirection.RightToLeft
    found = set()
    for _ in pages(window):
        found |= set(cut(window))
    assert sorted(found) == []
