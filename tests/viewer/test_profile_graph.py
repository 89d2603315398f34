"""Clearance against depth in the window: exact, never stale; its score is never shown alone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from shapes import egg_body
from windows import settle

from zones.needle import Needle
from zones.profile import needle_profile

ENTRY = (70.0, 95.0, 20.0)


@pytest.fixture
def window(open_window, qtbot):
    made = open_window(egg_body(), size=(1400, 900))
    made.bench.desk.add(Needle(ENTRY, (0, -1, 0), 15.0), length=75.0)
    made.results.tabs.setCurrentWidget(made.results.layers)
    settle(qtbot, made)
    return made


@pytest.mark.window
def test_the_graph_in_the_window(window, qtbot):
    lines_are_the_engines_and_the_nearest_first(window)
    nothing_is_computed_unseen(window, qtbot)
    dragging_the_tip_is_one_step_of_undo(window, qtbot)
    keys_nudge_and_a_locked_needle_stays(window, qtbot)
    the_score_is_off_at_first_and_never_alone(window, qtbot)


def graph(window):
    return window.results.layers.graph


def lines_are_the_engines_and_the_nearest_first(window):
    made = window.bench.answers.profile.current
    value = window.bench.session.results["assess"].value.needles[0]
    wanted = needle_profile(window.bench.session.body, value.needle, length_mm=made.reach)
    assert made.profile.clearance == pytest.approx(wanted.clearance, abs=1e-12)
    lines = graph(window)._lines
    assert 1 <= len(lines) <= 4
    known = [z for z in value.zones if z.clearance is not None]
    first = min(known, key=lambda z: z.clearance - z.margin)
    assert lines[0].margin == first.margin
    for line in lines:
        assert (line.between <= line.clearance[1:] + 1e-9).all()
        assert line.at(0.3) <= min(line.clearance[0], line.clearance[1])
        assert line.at(float(line.depths[3])) == line.clearance[3]
    assert "At the tip" in graph(window).accessibleDescription()
    colors = set()
    image = graph(window).grab().toImage()
    for x in range(0, image.width(), 2):
        colors |= {image.pixelColor(x, y).rgb() for y in range(0, image.height(), 2)}
    assert len(colors) > 8


def nothing_is_computed_unseen(window, qtbot):
    window.results.tabs.setCurrentWidget(window.results.zones)
    window.bench.desk.set_depth(14.0)
    settle(qtbot, window)
    assert window.bench.answers.profile.current is None
    window.results.tabs.setCurrentWidget(window.results.layers)
    settle(qtbot, window)
    assert window.bench.answers.profile.current is not None


def dragging_the_tip_is_one_step_of_undo(window, qtbot):
    view, session = graph(window), window.bench.session
    before = session.plan
    y = round(view.y_of(0.0))
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=QPoint(round(view.x_of(12.0)), y))
    QTest.mouseMove(view, QPoint(round(view.x_of(18.0)), y))
    QTest.mouseMove(view, QPoint(round(view.x_of(22.0)), y))
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=QPoint(round(view.x_of(22.0)), y))
    assert session.plan.needles[0].needle.depth > 17.0
    session.undo()
    assert session.plan == before
    settle(qtbot, window)


def keys_nudge_and_a_locked_needle_stays(window, qtbot):
    view, session = graph(window), window.bench.session
    depth = session.plan.needles[0].needle.depth
    QTest.keyClick(view, Qt.Key.Key_Right)
    assert session.plan.needles[0].needle.depth == pytest.approx(depth + 1.0)
    settle(qtbot, window)
    window.bench.desk.lock(True)
    settle(qtbot, window)
    QTest.keyClick(view, Qt.Key.Key_Right)
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=QPoint(view.width() // 2, 20))
    assert session.plan.needles[0].needle.depth == pytest.approx(depth + 1.0)
    window.bench.desk.lock(False)
    settle(qtbot, window)


def the_score_is_off_at_first_and_never_alone(window, qtbot):
    panel = window.results.layers
    assert not panel.score_on.isChecked()
    assert not panel.score.isVisible()
    panel.score_on.click()
    window.bench.desk.set_depth(30.0)
    settle(qtbot, window)
    assert panel.score.isVisible()
    assert "∫ max(0, 1 − clearance ÷ margin) ds" in panel.score.text()
    assert "least clearance" in panel.score.text()
    assert "At least" in panel.score.text()  # zones are missing on this body
    panel.show_computing()
    assert not panel.score.isVisible()
    assert not panel.score_on.isVisible()
