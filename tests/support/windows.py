"""The real window for tests: opened as `viewer.app` opens it, driven by real events."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from viewer import app
from viewer.canvas import camera
from viewer.notices_text import NOTICE
from viewer.settings import Preferences


def opened(qtbot, body, plan, wait, size):
    """Open a window on a body; with ``wait`` until drawing, index and first results are there."""
    preferences = Preferences(notice_seen=NOTICE, tour_seen=True)
    app.application(preferences)
    window = app.build(body, plan, preferences)
    window.resize(*size)
    window.show()
    QTest.qWaitForWindowExposed(window)
    window.start()
    if wait:
        settle(qtbot, window)
    return window


def settle(qtbot, window, timeout=120_000):
    """Wait until nothing is computed and a picture of the present state is drawn."""
    qtbot.waitUntil(lambda: window.bench.tasks.is_idle, timeout=timeout)
    drawn = window.canvas.widget.frames
    window.canvas.request_render()
    qtbot.waitUntil(lambda: window.canvas.widget.frames > drawn, timeout=timeout)


def close(window):
    """Close without questions and let Qt delete what it must."""
    window.bench.session.mark_saved()
    window.close()
    window.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    QApplication.processEvents()


def pixel_of(window, point) -> QPoint:
    """Where a world point is in the view, logical pixels."""
    canvas = window.canvas
    x, y, _ = camera.project(canvas.camera, np.asarray(point)[None], canvas.size)[0]
    ratio = canvas.widget.devicePixelRatioF()
    return QPoint(round(x / ratio), round(y / ratio))


def mouse(window, kind: QEvent.Type, at: QPoint, button=Qt.MouseButton.LeftButton) -> None:
    """Send one mouse event to the view."""
    view = window.canvas.widget
    up = kind == QEvent.Type.MouseButtonRelease
    moving = kind == QEvent.Type.MouseMove
    event = QMouseEvent(
        kind,
        QPointF(at),
        QPointF(view.mapToGlobal(at)),
        Qt.MouseButton.NoButton if moving else button,
        Qt.MouseButton.NoButton if up else button,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(view, event)


def drag(window, start: QPoint, stop: QPoint, steps: int = 8) -> None:
    """Press, move in steps, release."""
    mouse(window, QEvent.Type.MouseButtonPress, start)
    for step in range(1, steps + 1):
        at = start + (stop - start) * (step / steps)
        mouse(window, QEvent.Type.MouseMove, at)
        QApplication.processEvents()
    mouse(window, QEvent.Type.MouseButtonRelease, stop)
    QApplication.processEvents()


def press(window, key, modifier=Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key in the active window, as a shortcut needs it."""
    window.activateWindow()
    QTest.qWaitForWindowActive(window)
    QTest.keyClick(window, key, modifier)


def click(window, at: QPoint) -> None:
    """Press and release without moving."""
    mouse(window, QEvent.Type.MouseButtonPress, at)
    mouse(window, QEvent.Type.MouseButtonRelease, at)
    QApplication.processEvents()
