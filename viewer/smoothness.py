"""How smooth the window is, measured in the window: real mouse events, time until the picture.

Each move is sent when the picture of the one before is there, as a person sees it: the figure is
from the event to the end of the paint that shows it. Needs a display, real or virtual.
"""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QCoreApplication, QEvent, QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from meshes.body import load_body
from viewer import app
from viewer.canvas import camera
from viewer.notices_text import NOTICE
from viewer.scene.needle import grip_depth
from viewer.settings import Preferences
from zones.needle import Needle
from zones.skin import nearest_on_skin

Window = Any
"""`viewer.window.Window`."""
SIZE = (1366, 768)
N_MOVES = 60
IDLE_S = 5.0
_PATIENCE_S = 120.0
_NEEDLE = ((44.0, 106.0, -22.0), (0.0, -1.0, 0.0), 25.0, 0.15)


@dataclass(frozen=True)
class Smoothness:
    """One figure of the window: what, how much, its unit, and what it should not pass."""

    what: str
    value: float
    unit: str
    goal: float
    worst: float | None = None

    @property
    def met(self) -> bool:
        """Whether the goal is kept."""
        return self.value <= self.goal


def smoothness(n_moves: int = N_MOVES, idle_s: float = IDLE_S) -> Iterator[Smoothness]:
    """Yield the figures of one window on the reference body, then those of its start."""
    window = _opened()
    try:
        for part in ("tip", "hub", "entry"):
            times = _drag_needle(window, part, n_moves)
            yield _figure(f"drag {part}", times, 50.0)
        yield _figure("turn", _turn(window, n_moves), 100.0)
        _settle(window)
        yield _directions(window, n_moves)
        _settle(window)
        yield Smoothness("idle", _idle_percent(idle_s), "%", 2.0)
    finally:
        window.bench.session.mark_saved()
        window.close()
    for what, fresh, goal in (("warm", False, 2.0), ("cold", True, 4.0)):
        for mark, seconds in start_up(fresh).items():
            yield Smoothness(f"start, {what}: {mark}", seconds, "s", goal)


def _figure(what: str, times: list[float], goal: float) -> Smoothness:
    return Smoothness(what, statistics.median(times), "ms", goal, float(np.quantile(times, 0.95)))


def _opened() -> Window:
    app.application(Preferences())
    preferences = Preferences(notice_seen=NOTICE, tour_seen=True)
    window = app.build(load_body("reference"), None, preferences)
    window.resize(*SIZE)
    window.show()
    window.start()
    _settle(window)
    entry, direction, depth, radius = _NEEDLE
    body = window.bench.session.body
    needle = Needle(nearest_on_skin(body, entry), direction, depth, radius)
    window.bench.desk.add(needle)
    window.director.look_at_needle()
    _settle(window)
    return window


def _settle(window: Window) -> None:
    """Until nothing is computed and the full picture is drawn."""
    quiet_since = time.perf_counter()
    end = quiet_since + _PATIENCE_S
    frames = window.canvas.widget.frames
    while time.perf_counter() < end:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.AllEvents, 20)
        now = (window.canvas.widget.frames, window.bench.tasks.is_idle)
        if now != (frames, True):
            frames, quiet_since = now[0], time.perf_counter()
        elif time.perf_counter() - quiet_since > 1.2:
            return
        time.sleep(0.005)


def _send(window: Window, kind: QEvent.Type, at: QPointF) -> None:
    view = window.canvas.widget
    held = kind != QEvent.Type.MouseButtonRelease
    moving = kind == QEvent.Type.MouseMove
    left, none = Qt.MouseButton.LeftButton, Qt.MouseButton.NoButton
    event = QMouseEvent(
        kind, at, QPointF(view.mapToGlobal(at.toPoint())), none if moving else left,
        left if held else none, Qt.KeyboardModifier.NoModifier,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def _until_drawn(window: Window, act: Callable[[], None]) -> float:
    """Milliseconds from the event to the end of the paint after it."""
    view = window.canvas.widget
    before, started = view.frames, time.perf_counter()
    act()
    while view.frames == before and time.perf_counter() - started < 5.0:
        QCoreApplication.processEvents()
    QCoreApplication.processEvents()  # the panels' share of the same turn
    return (time.perf_counter() - started) * 1e3


def _dragged(window: Window, start: QPointF, path: list[QPointF]) -> list[float]:
    _send(window, QEvent.Type.MouseButtonPress, start)
    times = [
        _until_drawn(window, lambda at=start + step: _send(window, QEvent.Type.MouseMove, at))
        for step in path
    ]
    _send(window, QEvent.Type.MouseButtonRelease, start + path[-1])
    return times[3:]  # what is set up at the first moves is paid once a drag


def _wiggle(n: int, reach: float) -> list[QPointF]:
    turns = np.linspace(0.0, 4 * np.pi, n)
    return [QPointF(reach * np.sin(t), 0.6 * reach * np.sin(0.7 * t)) for t in turns]


def _drag_needle(window: Window, part: str, n: int) -> list[float]:
    planned = window.bench.desk.planned
    needle = planned.needle
    spot = {"tip": needle.tip, "entry": needle.entry}.get(part)
    spot = needle.point_at(grip_depth(planned)) if spot is None else spot
    canvas = window.canvas
    x, y, _ = camera.project(canvas.camera, np.asarray(spot)[None], canvas.size)[0]
    ratio = canvas.widget.devicePixelRatioF()
    before = window.bench.session.revision
    times = _dragged(window, QPointF(x / ratio, y / ratio), _wiggle(n, 24.0))
    if window.bench.session.revision == before:
        raise RuntimeError(f"the drag of the {part} moved nothing")
    window.bench.session.undo()
    _settle(window)
    return times


def _directions(window: Window, n: int) -> Smoothness:
    """Milliseconds between pictures of all directions while the entry point is dragged."""
    window.docks.toggle_answers(0)
    _settle(window)
    desk = window.bench.answers.cone
    seen: list[tuple[int, float]] = []

    def note() -> None:
        if desk.last is not None and (not seen or seen[-1][0] != id(desk.last)):
            seen.append((id(desk.last), time.perf_counter()))

    desk.on_change.append(note)
    _drag_needle(window, "entry", n)
    desk.on_change.remove(note)
    window.docks.toggle_answers(0)
    gaps = np.diff([moment for _, moment in seen]) * 1e3
    return _figure("directions while dragging", gaps[1:-4].tolist(), 100.0)


def _turn(window: Window, n: int) -> list[float]:
    corner = QPoint(round(window.canvas.widget.width() * 0.25), 60)
    return _dragged(window, QPointF(corner), _wiggle(n, 110.0))


def _idle_percent(seconds: float) -> float:
    """Share of one core that the process takes while nobody does anything."""
    loop = QEventLoop()
    QTimer.singleShot(round(1000 * seconds), loop.quit)
    started, cpu = time.perf_counter(), time.process_time()
    loop.exec()
    return 100.0 * (time.process_time() - cpu) / (time.perf_counter() - started)


# -- start ---------------------------------------------------------------------------------------
_PROBE = """
import os
from viewer.cli.gui import _read_early
wait = _read_early("reference")
from viewer.smoothness import report_start
report_start(float(os.environ["NEEDLEWISE_BORN"]), wait, "NEEDLEWISE_FILL" in os.environ)
"""


def start_up(fresh: bool) -> dict[str, float]:
    """Seconds from the start of a process to the window, its first body and its first verdict.

    ``fresh`` starts in an empty user folder; else one start fills a folder for the one measured.
    """
    with tempfile.TemporaryDirectory(prefix="needlewise-bench-") as home:
        marks: dict[str, float] = {}
        for fill in (False,) if fresh else (True, False):
            env = {**os.environ, "NEEDLEWISE_HOME": home, "NEEDLEWISE_BORN": str(time.time())}
            env |= {"NEEDLEWISE_FILL": "1"} if fill else {}
            out = subprocess.run([sys.executable, "-c", _PROBE], env=env, check=True,
                                 capture_output=True, text=True, timeout=_PATIENCE_S)  # fmt: skip
            marks = {k: float(v) for k, v in (w.split("=") for w in out.stdout.split())}
    return marks


def report_start(born: float, wait: Callable[[], object], fill: bool = False) -> None:
    """In a process of its own: start as `app.run` does and print when what was there.

    With ``fill`` it stays until everything is computed and kept for the next start.
    """
    preferences = Preferences(notice_seen=NOTICE, tour_seen=True)
    app.application(preferences)
    wait()
    window = app.build(load_body("reference"), None, preferences)
    window.resize(*SIZE)
    window.show()
    window.start()
    marks: dict[str, float] = {}
    tick = QTimer(interval=5)  # a loop that never sleeps would keep the workers from the processor
    tick.start()
    while time.time() - born < _PATIENCE_S and len(marks) < 3:
        QCoreApplication.processEvents(QEventLoop.ProcessEventsFlag.WaitForMoreEvents)
        for mark, there in (
            ("window", window.canvas.widget.frames > 0),
            (
                "body",
                window.canvas.widget.body_frames > 0 and bool(window.director.structures.visible()),
            ),
            ("verdicts", window.bench.assessing.is_ready),
        ):
            if there:
                marks.setdefault(mark, time.time() - born)
    if fill:
        _settle(window)
    print(" ".join(f"{k}={v:.2f}" for k, v in marks.items()))
    window.close()
