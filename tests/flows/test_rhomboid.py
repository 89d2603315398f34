"""A needle into the left rhomboid: planned within its limits, and why straight in is refused."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from windows import press, settle

from meshes.body import load_body
from viewer.assessing import current
from zones.plan import plan_hash

pytestmark = pytest.mark.window


def typed(box, text):
    """Replace what a box of numbers holds, as a person does."""
    QTest.mouseClick(box.lineEdit(), Qt.MouseButton.LeftButton)
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


ROW = Qt.ItemDataRole.AccessibleTextRole


def test_within_its_limits_and_why_perpendicular_is_refused(open_window, qtbot):
    window = open_window(load_body("reference"))
    session, header, needle = window.bench.session, window.needle.header, window.needle.panel

    # Find it by what it is called, read that its depth is not a number of its own, place it.
    bar = window.docks.tabs.tabBar()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    points = window.docks.points
    QTest.keyClicks(points.search, "rhomboid major")
    assert points.model.listed()[0] == ("RMA", "left")
    at = points.list.visualRect(points.model.index(0)).center()
    QTest.mouseClick(points.list.viewport(), Qt.MouseButton.LeftButton, pos=at)
    settle(qtbot, window)
    QTest.mouseClick(points.card.place, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    [planned] = session.plan.needles
    tilted = current(session, planned.id)
    depth = planned.needle.depth
    assert header.state == "clear"
    assert tilted.limit_depth > depth
    assert needle.tilt.box.value() > 30.0

    # Straight in, to the same depth: the verdict turns, and says which zone and by how much.
    before = plan_hash(session.plan)
    typed(needle.tilt.box, "0")
    settle(qtbot, window)
    [planned] = session.plan.needles
    straight = current(session, planned.id)
    assert planned.needle.depth == pytest.approx(depth)
    assert header.state == "breach"
    assert "Intercostal bundle" in header.reason.text()
    assert "margin" in header.reason.text()
    assert straight.limit_depth < depth < tilted.limit_depth
    assert header.limit_value.text().removesuffix(" mm") == (
        f"{int(straight.limit_depth * 10) / 10:.1f}"
    )

    # The table says it of that zone, the line says what lies under the tip: rib, then pleura.
    spoken = [str(window.results.zones.model.index(r, 0).data(ROW)) for r in range(3)]
    assert "ntercostal bundle" in spoken[0]
    assert "reach" in spoken[0]
    tabs = window.results.tabs
    QTest.mouseClick(tabs.tabBar(), Qt.MouseButton.LeftButton,
                     pos=tabs.tabBar().tabRect(1).center())  # fmt: skip
    settle(qtbot, window)
    assert tabs.currentWidget() is window.results.layers
    passed = [span.structure for span in straight.layers]
    assert any("rhomboid" in name for name in passed)
    assert any("pleura" in name or "lung" in name for name in passed)
    rows = window.results.layers.table
    told = [rows.item(row, 0).text() for row in range(rows.rowCount())]
    assert any("homboid" in text for text in told)
    assert any("Tip" in text for text in told)

    # Even straight in there is a depth that keeps every margin: the limit says it, not a rule.
    typed(needle.depth.box, f"{int(straight.limit_depth * 2) / 2 - 0.5:.1f}")
    settle(qtbot, window)
    assert header.state == "clear"

    # Two steps back: the stored approach, its verdict, the very same plan.
    window.canvas.widget.setFocus()
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert plan_hash(session.plan) == before
    assert header.state == "clear"
