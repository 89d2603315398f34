"""More that goes wrong: closing in a computation, a tiny screen, everything changed in a drag."""

import pytest
from PySide6.QtCore import QEvent, QSize
from PySide6.QtWidgets import QApplication
from shapes import egg_body
from windows import click, mouse, pixel_of, settle

from viewer import language
from viewer.i18n import text
from zones.plan import plan_hash

pytestmark = pytest.mark.window


def placed(open_window, qtbot, wait=True):
    window = open_window(egg_body(), wait=wait)
    settle(qtbot, window)
    click(window, pixel_of(window, [70.0, 99.0, 20.0]))
    return window


def test_closing_in_the_middle_of_a_drag_and_a_computation(open_window, qtbot):
    window = placed(open_window, qtbot)
    needle = window.bench.session.plan.needles[0].needle
    window.actions_by_id["view_left"].trigger()
    mouse(window, QEvent.Type.MouseButtonPress, pixel_of(window, needle.tip))
    for depth in range(10, 60, 5):
        mouse(window, QEvent.Type.MouseMove, pixel_of(window, needle.point_at(float(depth))))
    window.bench.session.mark_saved()
    window.close()
    assert not window.isVisible()
    assert window.bench.tasks.is_idle


def test_closing_before_the_body_was_ever_prepared(open_window):
    window = open_window(egg_body(), wait=False)
    window.bench.session.mark_saved()
    window.close()
    assert not window.isVisible()


def test_the_screen_may_shrink_and_grow_while_a_needle_is_dragged(open_window, qtbot):
    window = placed(open_window, qtbot)
    settle(qtbot, window)
    before = plan_hash(window.bench.session.plan)
    word = window.needle.header.word.text()
    for size in ((640, 480), (1900, 1150), (900, 600), (1366, 768)):
        window.resize(QSize(*size))
        QApplication.processEvents()
    settle(qtbot, window)
    assert plan_hash(window.bench.session.plan) == before
    assert window.needle.header.word.text() == word
    # What is under the mouse is still what is drawn there.
    needle = window.bench.session.plan.needles[0].needle
    window.actions_by_id["view_left"].trigger()
    settle(qtbot, window)
    start, stop = (pixel_of(window, needle.point_at(d)) for d in (needle.depth, needle.depth + 8))
    mouse(window, QEvent.Type.MouseButtonPress, start)
    mouse(window, QEvent.Type.MouseMove, stop)
    mouse(window, QEvent.Type.MouseButtonRelease, stop)
    moved = window.bench.session.plan.needles[0].needle
    assert moved.depth == pytest.approx(needle.depth + 8, abs=1.5)


def test_theme_language_and_text_size_may_change_in_a_drag(open_window, qtbot):
    window = placed(open_window, qtbot)
    settle(qtbot, window)
    try:
        needle = window.bench.session.plan.needles[0].needle
        window.actions_by_id["view_left"].trigger()
        settle(qtbot, window)
        mouse(window, QEvent.Type.MouseButtonPress, pixel_of(window, needle.tip))
        mouse(window, QEvent.Type.MouseMove, pixel_of(window, needle.point_at(40.0)))
        window.deeds.next_theme()
        language.speak(window, "de")
        window.deeds.scale_text(2)
        mouse(window, QEvent.Type.MouseButtonRelease, pixel_of(window, needle.point_at(40.0)))
        settle(qtbot, window)
        assert window.needle.header.state not in ("none", "computing")
        assert window.needle.header.word.text() in map(
            text.tr, ("Breach", "Within margin", "Not assessed", "No conflict found")
        )
        assert window.bench.session.undo()
    finally:
        text.use_language("en")
        language.align()
        window.deeds.scale_text(-8)
        for _ in range(2):
            window.deeds.next_theme()
