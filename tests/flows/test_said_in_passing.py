"""Small things a visitor trips over: told in a sentence, undone by a key, with real events."""

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMessageBox
from windows import click, pixel_of, press, settle

from meshes.body import load_body
from viewer.assessing import current
from zones.needle import Needle
from zones.skin import nearest_on_skin

pytestmark = pytest.mark.window
CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(open_window, qtbot):
    body = load_body("reference")
    window = open_window(body)
    entry = nearest_on_skin(body, (44.0, 106.0, -22.0))
    window.bench.desk.add(Needle(entry, np.array([0.0, -1.0, 0.0]), 5.0, 0.15))
    settle(qtbot, window)
    return window


def test_the_depth_goes_to_the_limit_and_never_past_it(window, qtbot):
    session, desk = window.bench.session, window.bench.desk
    limit = current(session, desk.planned.id).limit_depth
    assert limit > 6
    QTest.mouseClick(window.needle.panel.to_limit, Qt.MouseButton.LeftButton)
    assert limit - 0.1 < desk.planned.needle.depth <= limit
    settle(qtbot, window)
    found = current(session, desk.planned.id)
    assert found.limit_depth == pytest.approx(limit, abs=1e-9)
    assert found.verdict.value in {"clear", "not_assessed"}
    press(window, Qt.Key.Key_Z, CTRL)
    assert desk.planned.needle.depth == 5.0
    desk.set_length(10.0)
    settle(qtbot, window)
    press(window, Qt.Key.Key_L, CTRL)
    assert desk.planned.needle.depth == min(10.0, np.floor(limit * 10) / 10)


def test_straight_in_and_the_map_of_directions(window, qtbot):
    desk = window.bench.desk
    desk.set_tilt(20.0)
    press(window, Qt.Key.Key_0)
    assert desk.angles()[0] == pytest.approx(0.0, abs=1e-6)
    QTest.mouseClick(window.needle.panel.directions, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: window.docks.answers.isVisible(), timeout=20_000)


def test_a_click_that_takes_a_needle_elsewhere_says_so_once(window, qtbot):
    desk = window.bench.desk
    body, start = window.bench.session.body, desk.planned.needle.entry.copy()
    there = nearest_on_skin(body, start + (25.0, 0.0, -30.0))
    click(window, pixel_of(window, there))
    assert np.linalg.norm(desk.planned.needle.entry - start) > 20
    assert "Needle 1" in window.notices.last
    assert "Ctrl+Z" in window.notices.last
    window.notices.tell("another")
    click(window, pixel_of(window, nearest_on_skin(body, start + (30.0, 0.0, -60.0))))
    assert window.notices.last == "another"
    desk.add_beside()
    click(window, pixel_of(window, nearest_on_skin(body, start + (10.0, 0.0, -40.0))))
    assert "Needle 2" in window.notices.last


def test_one_place_takes_one_needle(open_window, qtbot):
    window = open_window(load_body("reference"))
    points, session = window.bench.points, window.bench.session
    chosen = ("RMA", "left")
    points.choose(chosen)
    qtbot.waitUntil(lambda: chosen in points.found and not points.refusal(chosen), timeout=60_000)
    assert points.place()
    [placed] = session.plan.needles
    window.bench.desk.set_depth(3.0)
    session.select(None)
    assert points.place()
    [still] = session.plan.needles
    assert still.needle.depth == 3.0
    assert session.selection == placed.id
    assert "already" in window.notices.last


def test_a_damaged_plan_asks_nobody_about_changes(window, tmp_path, monkeypatch):
    monkeypatch.setattr(QMessageBox, "exec", lambda box: pytest.fail("asked"))
    assert window.bench.session.is_modified
    path = tmp_path / "mine.needleplan.json"
    path.write_text('{"schema": "needlewise/plan/1", ', encoding="utf-8")
    before = window.bench.session.plan
    assert not window.deeds.open_path(path)
    assert "damaged" in window.notices.last
    assert "mine.needleplan.json" in window.notices.last
    assert window.bench.session.plan is before


def test_escape_in_a_search_gives_the_keys_back(window, qtbot):
    field = window.structures.search
    press(window, Qt.Key.Key_F, CTRL)
    qtbot.waitUntil(field.hasFocus, timeout=5_000)
    QTest.keyClicks(field, "rib")
    QTest.keyClick(field, Qt.Key.Key_Escape)
    assert window.canvas.widget.hasFocus()
    assert field.text() == "rib"


def test_a_needle_out_of_sight_is_a_key_away(window):
    """V looks at it obliquely: long enough to be seen, in the middle of the picture."""
    director, needle = window.director, window.bench.desk.planned.needle
    press(window, Qt.Key.Key_End)  # from the front, the needle is at the back
    window.canvas.camera = replace(window.canvas.camera, focal=(0.0, 0.0, 900.0))
    director.camera_moved()
    size = np.array([window.canvas.widget.width(), window.canvas.widget.height()])
    at = director.screen.pixel([needle.entry])[0]
    assert not ((at >= 0) & (at <= size)).all()
    press(window, Qt.Key.Key_V)
    entry, grip = director.screen.pixel([needle.entry, needle.point_at(-30.0)])
    assert np.abs(entry - size / 2).max() < 60
    assert np.hypot(*(grip - entry)) > 40
    window.bench.desk.remove()
    assert not window.actions_by_id["look_at_needle"].isEnabled()
