"""The main job in the real window: click the skin, push until it breaches, undo."""

import numpy as np
import pytest
from PySide6.QtCore import QEvent, Qt
from shapes import egg_body
from windows import click, drag, mouse, pixel_of, press, settle

from meshes.body import load_body
from viewer.theme.palette import VERMILLION
from zones.plan import plan_hash

pytestmark = pytest.mark.window


def vermillion(window) -> int:
    """How many pixels of the scene have the hue of a breach: no tissue is drawn in it."""
    r, g, b = np.moveaxis(window.canvas.screenshot().astype(float), 2, 0)
    top, low = np.maximum(np.maximum(r, g), b), np.minimum(np.minimum(r, g), b)
    hue = 60 * (g - b) / np.where(top > low, top - low, 1)
    vivid = (top - low > 0.75 * top) & (top > 110)
    return int(((r >= g) & (g >= b) & vivid & (hue > 20) & (hue < 34)).sum())


@pytest.fixture(scope="module")
def reference():
    return load_body("reference")


def test_click_the_skin_push_to_the_pleura_read_the_breach_undo(open_window, qtbot, reference):
    window = open_window(reference)
    header, session = window.needle.header, window.bench.session
    assert header.state == "none"
    window.actions_by_id["view_right"].trigger()

    # Click the skin of the back, between spine and scapula.
    window.actions_by_id["view_posterior"].trigger()
    settle(qtbot, window)
    rib = reference["rib_7_left"].surface.points
    behind = rib[np.argmax(rib[:, 1])] + np.array([14.0, 30.0, -10.0])
    click(window, pixel_of(window, behind))
    settle(qtbot, window)
    assert len(session.plan.needles) == 1
    planned = session.plan.needles[0]
    skin = reference.skin.surface
    gap = np.linalg.norm(skin.points - planned.needle.entry, axis=1).min()
    assert gap < 15.0
    assert planned.needle.direction @ np.array([0, -1, 0]) > 0.5  # into the body

    # Pull it back to where nothing is near, from the side, where its length is seen.
    window.actions_by_id["view_left"].trigger()
    window.bench.desk.set_length(100.0)
    window.bench.desk.set_depth(8.0)
    settle(qtbot, window)
    before = plan_hash(session.plan)
    start_state, start_text = header.state, header.reason.text()
    assert start_state in ("clear", "not_assessed")
    before_pixels = vermillion(window)

    # Drag the tip into the chest.
    needle = session.plan.needles[0].needle
    drag(window, pixel_of(window, needle.tip), pixel_of(window, needle.point_at(70.0)), 14)
    settle(qtbot, window)
    assert session.plan.needles[0].needle.depth == pytest.approx(70.0, abs=3.0)
    assert header.state == "breach"
    assert header.word.text() == "Breach"
    assert "leura" in header.reason.text()
    assert "−" in header.reason.text()
    assert header.fill.name().upper() == VERMILLION
    assert vermillion(window) > before_pixels + 30

    # One undo takes the whole drag back; verdict, words and picture are what they were.
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(qtbot, window)
    assert plan_hash(session.plan) == before
    assert (header.state, header.reason.text()) == (start_state, start_text)
    assert vermillion(window) == pytest.approx(before_pixels, abs=15)


def test_a_drag_in_explore_never_changes_the_plan(open_window, qtbot, reference):
    window = open_window(egg_body())
    window.actions_by_id["view_posterior"].trigger()
    settle(qtbot, window)
    click(window, pixel_of(window, [70.0, 99.0, 20.0]))
    settle(qtbot, window)
    needle = window.bench.session.plan.needles[0].needle
    window.actions_by_id["explore"].trigger()
    before, pose = plan_hash(window.bench.session.plan), window.canvas.camera
    for point in (needle.tip, needle.entry, needle.point_at(-20.0)):
        start = pixel_of(window, point)
        drag(window, start, start + (pixel_of(window, [0, 0, 0]) - start) * 0.5)
        click(window, start)
    assert plan_hash(window.bench.session.plan) == before
    assert window.canvas.camera != pose  # it turned the view instead


def test_escape_during_a_drag_brings_the_plan_back_without_a_step(open_window, qtbot):
    window = open_window(egg_body())
    window.actions_by_id["view_posterior"].trigger()
    click(window, pixel_of(window, [70.0, 99.0, 20.0]))
    settle(qtbot, window)
    window.actions_by_id["view_left"].trigger()
    settle(qtbot, window)
    session = window.bench.session
    needle, label = session.plan.needles[0].needle, session.undo_label
    before = plan_hash(session.plan)
    mouse(window, QEvent.Type.MouseButtonPress, pixel_of(window, needle.tip))
    mouse(window, QEvent.Type.MouseMove, pixel_of(window, needle.point_at(needle.depth + 25)))
    assert plan_hash(session.plan) != before
    press(window, Qt.Key.Key_Escape)
    mouse(window, QEvent.Type.MouseButtonRelease, pixel_of(window, needle.tip))
    assert plan_hash(session.plan) == before
    assert session.undo_label == label
