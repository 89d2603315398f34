"""Pure functions off the main thread: latest wins per key, results come back on the Qt thread.

A task gets ``cancelled()`` and frozen arguments, and returns a value; it touches no Qt object, no
renderer and no session. Lanes of one thread each: ``quick`` for what a drag waits for, ``picture``
for sections, ``read``, ``cone``, ``map`` and ``drift`` for the questions around a needle, ``long``
for indexes and files, so that none ever holds up a verdict.

A new task of the same key cancels the older one; whatever the older one still returns is dropped.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from queue import SimpleQueue
from typing import Any, Literal, get_args

from PySide6.QtCore import QObject, Qt, Signal

Lane = Literal["quick", "long", "picture", "read", "cone", "map", "drift"]
Work = Callable[[Callable[[], bool]], Any]
_log = logging.getLogger(__name__)


@dataclass(eq=False)
class _Task:
    key: str
    work: Work
    done: Callable[[Any], None]
    failed: Callable[[Exception], None]
    cancel: threading.Event = field(default_factory=threading.Event)
    ready: threading.Event = field(default_factory=threading.Event)
    value: Any = None
    error: Exception | None = None
    told: bool = False


class _Worker:
    """One thread, started with its first task, working through a queue."""

    def __init__(self, name: str, finished: Callable[[_Task], None]) -> None:
        self._name = name
        self._finished = finished
        self._queue: SimpleQueue[_Task | None] = SimpleQueue()
        self._thread: threading.Thread | None = None

    def put(self, task: _Task) -> None:
        if self._thread is None:
            self._thread = threading.Thread(target=self._run, name=self._name, daemon=True)
            self._thread.start()
        self._queue.put(task)

    def _run(self) -> None:
        while (task := self._queue.get()) is not None:
            if not task.cancel.is_set():
                try:
                    task.value = task.work(task.cancel.is_set)
                except Exception as error:  # reported on the main thread, never lost
                    task.error = error
            task.ready.set()
            self._finished(task)

    def stop(self, until: float) -> bool:
        if self._thread is None:
            return True
        self._queue.put(None)
        self._thread.join(max(0.0, until - time.monotonic()))
        return not self._thread.is_alive()


class Tasks(QObject):
    """Runs work and brings it home. Lives on the main thread."""

    _home = Signal(object)
    busy_changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._home.connect(self._deliver, Qt.ConnectionType.QueuedConnection)
        self._lanes = {name: _Worker(f"needlewise-{name}", self._announce)
                       for name in get_args(Lane)}  # fmt: skip
        self._latest: dict[str, _Task] = {}
        self._closed = False

    def submit(
        self,
        key: str,
        work: Work,
        done: Callable[[Any], None],
        failed: Callable[[Exception], None] | None = None,
        lane: Lane = "quick",
        patience_ms: float = 0.0,
    ) -> None:
        """Run ``work`` in a lane and call ``done`` or ``failed`` on this thread.

        The older task of ``key`` is cancelled. With ``patience_ms`` a result that comes within that
        time is delivered before this returns, so that nothing is painted in between.
        """
        if self._closed:
            return
        self.cancel(key)
        task = _Task(key, work, done, failed or _report)
        self._latest[key] = task
        self._lanes[lane].put(task)
        if patience_ms > 0 and task.ready.wait(patience_ms / 1e3):
            self._deliver(task)
        else:
            self.busy_changed.emit()

    def cancel(self, key: str) -> None:
        """Cancel what runs or waits under ``key``; an unknown key is no error."""
        task = self._latest.pop(key, None)
        if task is not None:
            task.cancel.set()

    def is_running(self, key: str) -> bool:
        """Whether a task of ``key`` is on its way."""
        return key in self._latest

    @property
    def is_idle(self) -> bool:
        """Whether nothing is on its way."""
        return not self._latest

    def _announce(self, task: _Task) -> None:
        # On the worker's thread: posting the signal is the one thing allowed here.
        if not self._closed:
            try:
                self._home.emit(task)
            except RuntimeError:  # the window went away meanwhile
                _log.debug("result of %s came after closing", task.key)

    def _deliver(self, task: _Task) -> None:
        if task.told or self._latest.get(task.key) is not task or self._closed:
            return
        task.told = True
        del self._latest[task.key]
        try:
            task.failed(task.error) if task.error is not None else task.done(task.value)
        except Exception:  # slots never raise out
            _log.exception("what follows task %s failed", task.key)
        self.busy_changed.emit()

    def shutdown(self, timeout_s: float = 5.0) -> bool:
        """Cancel everything and wait; returns whether every thread has ended."""
        self._closed = True
        for key in tuple(self._latest):
            self.cancel(key)
        until = time.monotonic() + timeout_s
        ended = [lane.stop(until) for lane in self._lanes.values()]
        return all(ended)


def _report(error: Exception) -> None:
    _log.error("a task failed", exc_info=error)
