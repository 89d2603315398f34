"""The map of directions: true colours, never clear where unknown, one step of undo, live."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from shapes import egg_body
from windows import settle

from viewer import answer_words
from viewer.cone_desk import SIDES
from viewer.depth_scale import OPEN, UNKNOWN, UNKNOWN_STRIPE, limit_colors, scale_colors
from viewer.panels.cone_image import cells
from zones import edits
from zones.angles import angles_from_direction
from zones.cone_directions import grid_offsets
from zones.needle import Needle
from zones.zone_reach import LineState

ENTRY = (70.0, 95.0, 20.0)


def test_a_colour_is_never_kinder_than_its_number():
    """Each band has the colour of its shallow edge; the ends are vermillion and blue."""
    depths = np.arange(0.0, 60.0, 0.1)
    assert (scale_colors(depths) == scale_colors(np.floor(depths / 5.0 + 1e-9) * 5.0)).all()
    assert scale_colors([0.0, 4.99, 60.0, 500.0]).tolist() == [
        [213, 94, 0], [213, 94, 0], [0, 114, 178], [0, 114, 178],
    ]  # fmt: skip
    assert scale_colors([30.0]).tolist() == [[240, 228, 66]]


def test_what_was_not_assessed_has_no_colour_of_the_scale():
    limit = np.array([10.0, np.inf, np.inf, np.inf, np.inf])
    state = np.array([0, 1, 2, 3, 3], np.int8)
    stripe = np.array([False, False, False, False, True])
    shown = limit_colors(limit, state, stripe).tolist()
    assert shown[1:] == [list(OPEN), list(OPEN), list(UNKNOWN), list(UNKNOWN_STRIPE)]
    scale = {tuple(c) for c in scale_colors(np.arange(0, 65, 5.0)).tolist()}
    assert not scale & {tuple(OPEN), tuple(UNKNOWN), tuple(UNKNOWN_STRIPE)}


@pytest.mark.parametrize("side", SIDES)
def test_every_pixel_shows_the_line_under_it(side):
    """Head on top, azimuth counter-clockwise, tilt in proportion: within one cell of the grid."""
    size, half = 181, 80.0
    at = cells(size, side, half)
    lines = grid_offsets(side, half).reshape(-1, 3)
    rows, columns = np.nonzero(at >= 0)
    left, up = (90.0 - columns) / 90.5, (90.0 - rows) / 90.5
    tilt, turn = np.deg2rad(half) * np.hypot(left, up), np.arctan2(left, up)
    flat = np.sin(tilt)
    wanted = np.stack([flat * np.cos(turn), flat * np.sin(turn), np.cos(tilt)], axis=1)
    gap = np.rad2deg(np.arccos(np.clip((wanted * lines[at[rows, columns]]).sum(axis=1), -1, 1)))
    assert gap.max() < 200.0 / side
    assert (at[0, 0], at[90, 90]) == (-1, side * side // 2)


@pytest.fixture
def window(open_window, qtbot):
    made = open_window(egg_body(), size=(1400, 900))
    made.bench.desk.add(Needle(ENTRY, (0, -1, 0), 15.0), length=75.0)
    made.docks.toggle_answers(0)
    settle(qtbot, made)
    return made


def panel(window):
    return window.docks.answers.cone


def point(window, qtbot, place):
    """Move the mouse over the map without a button, and wait for what it reads."""
    view, none = panel(window).map, Qt.MouseButton.NoButton
    at = QPointF(place)
    event = QMouseEvent(
        QEvent.Type.MouseMove, at, view.mapToGlobal(at), none, none,
        Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(view, event)
    qtbot.waitUntil(lambda: window.bench.answers.cone.probe_reading() is not None)


@pytest.mark.window
def test_what_the_map_says(window, qtbot):
    """Its needle reads as its verdict does; unknown is grey and said; old numbers are not shown."""
    the_needle_reads_the_same_as_its_verdict(window)
    unknown_is_grey_on_the_screen_and_in_words(window, qtbot)
    turning_the_needle_computes_no_new_map(window, qtbot)
    a_moved_entry_says_computing_until_it_is_current(window, qtbot)
    nothing_is_computed_unseen(window, qtbot)


@pytest.mark.window
def test_what_the_map_does(window, qtbot):
    """Click, drag and keys turn the needle, each in one step of undo."""
    a_click_turns_the_needle_in_one_step_of_undo(window, qtbot)
    a_drag_is_one_step_and_escape_takes_it_back(window)
    arrow_keys_point_and_enter_turns(window, qtbot)


def the_needle_reads_the_same_as_its_verdict(window):
    found = panel(window)._desk.needle_reading()
    assert window.bench.session.results["cone"].value is panel(window)._desk.current
    value = window.bench.session.results["assess"].value.needles[0]
    assert found.limit == pytest.approx(value.limit_depth, abs=1e-9)
    assert found.zone.id == "pleura_left" or "leura" in found.zone.name
    assert found.not_assessed == sum(z.verdict.value == "not_assessed" for z in value.zones)


def unknown_is_grey_on_the_screen_and_in_words(window, qtbot):
    """Most zones are missing on this body: what nothing stops is striped, and says so."""
    view, desk = panel(window).map, panel(window)._desk
    cone = desk.current
    assert cone.count(LineState.UNKNOWN)
    assert not cone.count(LineState.NONE_FOUND)
    at = int(np.flatnonzero(cone.state == LineState.UNKNOWN)[0])
    spot = view.spot(*angles_from_direction(cone.normal, cone.directions[at]))
    middle = view.disc().center()
    place = (middle + (spot - middle) * 0.97).toPoint()
    shown = {view.grab().toImage().pixelColor(place + QPoint(k, 0)).saturation() for k in (0, 1, 3)}
    assert max(shown) < 40
    point(window, qtbot, place)
    assert panel(window).pointed.number.text() == "not assessed"
    assert "unknown is not clear" in panel(window).pointed.accessibleDescription()


def a_click_turns_the_needle_in_one_step_of_undo(window, qtbot):
    view, session = panel(window).map, window.bench.session
    before = session.plan
    place = view.spot(30.0, 60.0).toPoint()
    point(window, qtbot, place)
    assert panel(window).pointed.number.text().endswith("mm")
    QTest.mouseClick(view, Qt.MouseButton.LeftButton, pos=place)
    tilt, azimuth = window.bench.desk.angles()
    assert (tilt, azimuth) == (pytest.approx(30, abs=1.0), pytest.approx(60, abs=2.0))
    session.undo()
    assert session.plan.needles == before.needles


def a_drag_is_one_step_and_escape_takes_it_back(window):
    view, session = panel(window).map, window.bench.session
    before = session.plan.needles
    QTest.mousePress(view, Qt.MouseButton.LeftButton, pos=view.spot(10.0, 0.0).toPoint())
    for tilt in (12, 20, 28):
        QTest.mouseMove(view, view.spot(tilt, 40.0).toPoint())
        QApplication.processEvents()
    assert window.bench.desk.angles()[0] == pytest.approx(28, abs=1.0)
    window.deeds.escape()
    assert session.plan.needles == before
    QTest.mouseMove(view, view.spot(50.0, 40.0).toPoint())
    assert session.plan.needles == before
    QTest.mouseRelease(view, Qt.MouseButton.LeftButton, pos=view.spot(50.0, 40.0).toPoint())
    assert session.plan.needles == before


def arrow_keys_point_and_enter_turns(window, qtbot):
    view = panel(window).map
    start = window.bench.desk.angles()[0]
    view.setFocus()
    for _ in range(5):
        QTest.keyClick(view, Qt.Key.Key_Up)
    settle(qtbot, window)
    assert panel(window).pointed.number.text().endswith("mm")
    assert window.bench.desk.angles()[0] == start
    QTest.keyClick(view, Qt.Key.Key_Return)
    assert window.bench.desk.angles()[0] != start
    assert window.bench.session.can_undo


def a_moved_entry_says_computing_until_it_is_current(window, qtbot):
    desk, session = panel(window)._desk, window.bench.session
    assert desk.is_final
    needle_id = session.plan.needles[0].id
    session.apply(edits.move_entry(needle_id, (60.0, 90.0, 30.0)))
    assert desk.current is None
    assert "mm" not in panel(window).needle.accessibleDescription()
    assert not panel(window).share.text()
    settle(qtbot, window)
    assert desk.is_final
    assert desk.current.entry == pytest.approx(session.plan.needles[0].needle.entry)


def turning_the_needle_computes_no_new_map(window, qtbot):
    desk = panel(window)._desk
    known = desk.current
    window.bench.desk.set_tilt(25.0)
    settle(qtbot, window)
    assert desk.current is known


def nothing_is_computed_unseen(window, qtbot):
    desk = panel(window)._desk
    window.docks.beside.hide()
    window.bench.session.apply(
        edits.move_entry(window.bench.session.plan.needles[0].id, (66.0, 92.0, 10.0))
    )
    settle(qtbot, window)
    assert desk.current is None
    window.docks.toggle_answers(0)
    settle(qtbot, window)
    assert desk.is_final


def test_words_never_reassure():
    assert answer_words.limit_words(np.inf, LineState.UNKNOWN, 300.0) == "not assessed"
    assert answer_words.limit_words(31.29, LineState.LIMITED, 300.0) == "31.2 mm"
    lines = answer_words.limit_lines(np.inf, LineState.UNKNOWN, 55.06, None, 3, 300.0)
    assert lines[0].endswith("unknown is not clear.")
    assert "3 zones not assessed" in lines
    assert answer_words.limit_title(3) == "Limit depth (assessed zones)"
