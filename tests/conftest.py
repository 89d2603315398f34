"""What every test gets: a user folder of its own, and a check that it leaves nothing running.

No test reads or writes the real user folder. A test that leaves a worker, a window or a timer
behind fails, because the next one would pay for it.
"""

from __future__ import annotations

import gc
import os
import sys
import tempfile
import threading
from pathlib import Path

import pytest

_home = tempfile.TemporaryDirectory(prefix="needlewise-tests-", ignore_cleanup_errors=True)
os.environ["NEEDLEWISE_HOME"] = _home.name  # subprocesses inherit it


def pytest_unconfigure():
    """Remove the folder with whatever the tests left there."""
    _home.cleanup()


@pytest.fixture
def home(tmp_path, monkeypatch):
    """An empty user folder for this test alone."""
    folder = tmp_path / "home"
    monkeypatch.setenv("NEEDLEWISE_HOME", str(folder))
    return folder


@pytest.fixture(autouse=True)
def english_again():
    """A command with ``--lang`` speaks that language until its process ends: here, one test."""
    yield
    if "viewer.i18n.text" in sys.modules:
        sys.modules["viewer.i18n.text"].use_language("en")


_GROWN_MB = 400
_least_mb = [0]


def _collect_if_grown():
    """Bodies of tests without a window lie in cycles: let them go before they fill the memory."""
    statm = Path("/proc/self/statm")
    if not statm.exists():
        return
    now = int(statm.read_text().split()[1]) * 4096 // 2**20
    if now > _least_mb[0] + _GROWN_MB:
        gc.collect()
        now = int(statm.read_text().split()[1]) * 4096 // 2**20
        _least_mb[0] = now
    _least_mb[0] = min(_least_mb[0], now)


@pytest.fixture(autouse=True)
def nothing_left_behind(request):
    """Fail a test that leaves a worker thread, a window or a running timer."""
    yield
    workers = [t.name for t in threading.enumerate() if t.name.startswith("needlewise-")]
    assert not workers, f"threads still running: {workers}"
    _collect_if_grown()
    if "PySide6.QtWidgets" not in sys.modules:
        return
    from PySide6.QtCore import QCoreApplication, QEvent, QTimer
    from PySide6.QtWidgets import QApplication

    app = QApplication.instance()
    if app is None:
        return
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    if "qapp" in request.fixturenames:  # half a second a time: only where there were windows
        gc.collect()
    shown = [w.objectName() or type(w).__name__ for w in app.topLevelWidgets() if w.isVisible()]
    timers = [t.parent() for t in app.findChildren(QTimer) if t.isActive()]
    for top in app.topLevelWidgets():
        timers += [type(t.parent()).__name__ for t in top.findChildren(QTimer) if t.isActive()]
    assert not shown, f"windows still shown: {shown}"
    assert not timers, f"timers still running: {timers}"


@pytest.fixture(scope="session")
def gl(qapp):
    """OpenGL through Qt, or a loud skip: the 3D view needs it."""
    from PySide6.QtGui import QOffscreenSurface, QOpenGLContext

    if qapp.platformName() in ("offscreen", "minimal"):
        pytest.skip(f"the platform {qapp.platformName()!r} has no OpenGL; run under X or Xvfb")
    surface = QOffscreenSurface()
    surface.create()
    context = QOpenGLContext()
    if not context.create() or not context.makeCurrent(surface):
        pytest.skip("Qt could not make an OpenGL context; install libgl1-mesa-dri")
    context.doneCurrent()


@pytest.fixture
def themed(qapp):
    """The application in its light theme."""
    from viewer.theme import style
    from viewer.theme.palette import LIGHT

    style.apply(qapp, LIGHT)
    return qapp


@pytest.fixture
def open_window(gl, qtbot):
    """A function that opens a window on a body, waits for its first results, and closes it later.

    ``open_window(body, plan=None, wait=True)``; indexes and drawing copies are kept for the
    whole run, so only the first window on a body waits for them.
    """
    from windows import close, opened

    made = []

    def start(body, plan=None, wait=True, size=(1280, 800)):
        window = opened(qtbot, body, plan, wait, size)
        made.append(window)
        return window

    yield start
    for window in made:
        close(window)
