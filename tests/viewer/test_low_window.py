"""A low window: verdict, limit depth and the table fit together, nothing is cut off."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from shapes import egg_body
from windows import settle

from viewer import describe, language
from viewer.i18n.text import use_language
from viewer.panels.zone_model import AT_DEPTH, CLEARANCE, CONTACT, LIMIT, NAME
from viewer.panels.zone_rows import NAME_LEFT, NAME_RIGHT, word_font
from viewer.theme.palette import LIGHT
from viewer.theme.style import apply, px
from zones.assessment import Verdict
from zones.needle import Needle

pytestmark = pytest.mark.window


def opened_at(open_window, qtbot, size):
    window = open_window(egg_body(), size=size)
    window.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), 25.0), length=75.0)
    window.docks.fit()
    settle(qtbot, window)
    return window


def is_whole(label) -> bool:
    """Whether a label shows all of its text."""
    wide = label.fontMetrics().horizontalAdvance(label.text())
    return (
        label.isVisible() and label.width() >= wide and label.height() >= label.font().pixelSize()
    )


def whole_rows(window) -> int:
    """Rows of the table of zones that can be seen from top to bottom."""
    table = window.results.zones.table
    height = table.viewport().height()
    rows = [
        table.visualRect(table.model().index(row, 0)) for row in range(table.model().rowCount())
    ]
    return sum(box.top() >= 0 and box.bottom() <= height for box in rows)


@pytest.mark.parametrize(("size", "compact"), [((1366, 768), True), ((1600, 1000), False)])
def test_verdict_limit_and_table_fit(open_window, qtbot, size, compact):
    window = opened_at(open_window, qtbot, size)
    header = window.needle.header
    assert header.is_compact == compact
    assert header.clearance_value.isVisible() != compact
    for label in (header.word, header.limit_name, header.limit_value):
        assert is_whole(label), label.text()
    for child in (header.word, header.limit_value, header.reason):
        assert header.rect().contains(child.geometry()), child.text()
    assert header.reason.heightForWidth(header.reason.width()) <= header.reason.height() + 1
    assert not header.word.geometry().intersects(header.limit_value.geometry())
    assert whole_rows(window) >= 2


def test_the_verdict_grows_again_with_the_window_and_loses_nothing(open_window, qtbot):
    window = opened_at(open_window, qtbot, (1366, 768))
    header, limit = window.needle.header, window.needle.header.limit_value.text()
    window.resize(1366, 1000)
    window.docks.fit()
    qtbot.waitUntil(lambda: not header.is_compact)
    settle(qtbot, window)
    assert header.limit_value.text() == limit
    shown = (header.limit_value, header.clearance_value, header.unknown_value)
    assert all(part.isVisible() for part in shown)
    boxes = [part.geometry() for part in shown]
    assert not any(a.intersects(b) for k, a in enumerate(boxes) for b in boxes[:k])
    window.bench.desk.remove()
    settle(qtbot, window)
    assert not any(part.isVisible() for part in shown)


def test_at_twice_the_text_a_full_hd_window_is_low_and_still_whole(open_window, qtbot, qapp):
    try:
        window = opened_at(open_window, qtbot, (1920, 1080))
        apply(qapp, LIGHT, 2.0)
        window.restyle()
        window.docks.fit()
        settle(qtbot, window)
        header = window.needle.header
        assert header.is_compact
        for label in (header.word, header.limit_value):
            assert is_whole(label), label.text()
        window.docks.toggle_section()
        settle(qtbot, window)
        assert window.minimumSizeHint().width() <= 1366
    finally:
        apply(qapp, LIGHT, 1.0)


def words_are_whole(panel) -> bool:
    """Whether side and verdict of every row fit below its name, whatever the verdict may be."""
    table, model = panel.table, panel.model
    room = table.columnWidth(NAME) - px(NAME_LEFT + NAME_RIGHT)
    zones = [model.zone_at(row) for row in range(model.rowCount())]
    lines = {model.shown_word(replace(z, verdict=v)) for z in zones for v in Verdict}
    return all(QFontMetrics(word_font(t, room)).horizontalAdvance(t) <= room for t in lines)


@pytest.mark.parametrize("code", ["en", "de", "fr", "es"])
def test_verdicts_are_whole_in_every_language(open_window, qtbot, qapp, code):
    """At 1366×768, with and without ranges, and at twice the text."""
    try:
        window = opened_at(open_window, qtbot, (1366, 768))
        language.speak(window, code)
        for breath in (False, True):
            window.results.zones.breath.setChecked(breath)
            settle(qtbot, window)
            panel = window.results.zones
            assert panel.model.has_ranges == breath
            assert words_are_whole(panel), (code, breath)
            assert not panel.table.isColumnHidden(CLEARANCE)
            assert not panel.table.isColumnHidden(LIMIT)
        window.resize(1920, 1080)
        apply(qapp, LIGHT, 2.0)
        window.restyle()
        window.docks.fit()
        settle(qtbot, window)
        assert words_are_whole(window.results.zones)
    finally:
        use_language("en")
        language.align()
        apply(qapp, LIGHT, 1.0)


def test_a_depth_without_a_column_is_in_the_tip_and_spoken(open_window, qtbot):
    window = opened_at(open_window, qtbot, (1366, 768))
    panel = window.results.zones
    panel.breath.setChecked(True)
    settle(qtbot, window)
    table, model = panel.table, panel.model
    assert table.isColumnHidden(AT_DEPTH)
    row = next(r for r in range(model.rowCount()) if model.zone_at(r).at_depth is not None)
    depth = describe.number(model.zone_at(row).at_depth)
    cell = model.index(row, NAME)
    for role in (Qt.ItemDataRole.ToolTipRole, Qt.ItemDataRole.AccessibleTextRole):
        assert f"closest approach, mm: {depth}" in cell.data(role)
    assert "Right" in cell.data(Qt.ItemDataRole.AccessibleTextRole) or (
        "Left" in cell.data(Qt.ItemDataRole.AccessibleTextRole)
    )
    window.resize(1900, 1000)
    window.resizeDocks([window.docks.upper], [900], Qt.Orientation.Horizontal)
    settle(qtbot, window)
    assert not table.isColumnHidden(AT_DEPTH)
    assert table.isColumnHidden(CONTACT) != model.has_contacts
    assert "closest approach, mm:" not in cell.data(Qt.ItemDataRole.ToolTipRole)


@pytest.mark.parametrize("code", ["en", "de", "fr"])
def test_the_breath_stands_beside_the_counts_where_there_is_room(open_window, qtbot, code):
    """Also when the counts got their width after the panel got its own."""
    use_language(code)
    language.align()
    try:
        window = opened_at(open_window, qtbot, (1366, 768))
        panel = window.results.zones
        chips = [chip.geometry() for chip in panel.chips.values()]
        text = max(box.right() for box in chips) + panel.breath.sizeHint().width() + px(20)
        assert text < panel.width()  # there is room
        assert abs(panel.breath.geometry().center().y() - chips[0].center().y()) < px(6)
    finally:
        use_language("en")
        language.align()
