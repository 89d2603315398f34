"""The breath as a moving picture: the drawn body goes through its phases until it is stopped.

Only the picture breathes. Plan, needle and every number stay those of the phase that is open, and a
label in the view says so. The phases are made off the main thread; while it rests no timer runs.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from PySide6.QtCore import QObject, QTimer

from meshes.body import Body
from meshes.packs.store import at_phase, built_of
from meshes.simplify import Drawing
from viewer import describe
from viewer.canvas.protocol import TextLook
from viewer.i18n.text import tr
from viewer.scene.load import first_look
from zones.breathing_table import breath_table
from zones.change import Change, ChangeKind

Window = Any
"""`viewer.window.Window`, which owns the loop."""
KEY, LABEL = "breath_loop", "breath/label"
STEP_MS = 400
"""Between two pictures: eight make a breath of three seconds, and the view stays free."""
_MOVED_MM = 0.3
_LABEL_AT = (0.5, 0.955)


@dataclass(frozen=True, eq=False)
class Picture:
    """One phase: the drawing copies of what the breath moves."""

    phase: float
    drawings: Mapping[str, Drawing]


def pictures(body: Body, cancelled: Callable[[], bool] = lambda: False) -> list[Picture]:
    """Drawing copies of what moves, at every phase of the breath; a fraction of a second each."""
    made = []
    own = first_look(body, cancelled).drawings
    for phase in breath_table().phases:
        if cancelled():
            break
        made.append((phase, first_look(at_phase(body, phase), cancelled).drawings))
    moved = [key for key in own if any(_way(own[key], found.get(key)) > _MOVED_MM
                                       for _, found in made)]  # fmt: skip
    return [Picture(phase, {k: found[k] for k in moved if k in found}) for phase, found in made]


def _way(first: Drawing, other: Drawing | None) -> float:
    if other is None or first.coarse.points.shape != other.coarse.points.shape:
        return 0.0
    way = np.abs(first.coarse.points - other.coarse.points)
    return float(way.max(initial=0.0))


class BreathLoop(QObject):
    """Plays and stops; ``on_change`` is called at either."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._timer = QTimer(self)
        self._timer.setInterval(STEP_MS)
        self._timer.timeout.connect(self._step)
        self._pictures: list[Picture] = []
        self._made_for = ""
        self._at = 0
        self.on_change: list[Callable[[], None]] = []
        self._stop_hearing = window.bench.session.subscribe(self._hear)

    @property
    def is_possible(self) -> bool:
        """Whether the open body breathes."""
        return built_of(self._window.bench.session.body) is not None

    @property
    def is_running(self) -> bool:
        """Whether the picture breathes."""
        return self._timer.isActive()

    @property
    def is_preparing(self) -> bool:
        """Whether the phases are being made."""
        return bool(self._window.bench.tasks.is_running(KEY))

    def toggle(self) -> None:
        """Play, or stop."""
        if self.is_running or self.is_preparing:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Make the phases if need be, then play."""
        body = self._window.bench.session.body
        if not self.is_possible:
            return
        if self._made_for == body.content_hash:
            self._play()
            return

        def done(made: list[Picture]) -> None:
            if body is self._window.bench.session.body and made:
                self._pictures, self._made_for = made, body.content_hash
                self._play()

        def failed(error: Exception) -> None:
            self._window.notices.tell(str(error), "caution")
            self._tell()

        self._window.bench.tasks.submit(
            KEY, lambda cancelled: pictures(body, cancelled), done, failed, lane="map"
        )
        self._tell()

    def _play(self) -> None:
        self._at = 0
        self._timer.start()
        self._tell()

    def _step(self) -> None:
        count = len(self._pictures)
        turn = [*range(count), *range(count - 2, 0, -1)]
        shown = self._pictures[turn[self._at % len(turn)]]
        self._at += 1
        director = self._window.director
        self._window.canvas.be_moving()  # coarse where the full picture takes long
        director.structures.reshape(shown.drawings)
        theme = director.theme
        text = tr("The picture breathes: {phase}. Needle and numbers: {own}. Esc stops.",
                  phase=describe.phase_text(shown.phase),
                  own=tr(self._window.bench.session.body.phase))  # fmt: skip
        look = TextLook(theme.text, theme.size(13), True, theme.plate, 0.88, ("centre", "centre"))
        self._window.canvas.label(LABEL, f" {text} ", _LABEL_AT, look)
        self._window.canvas.request_render()

    def cancel(self) -> bool:
        """Stop; returns whether there was something to stop."""
        if not (self.is_running or self.is_preparing):
            return False
        self.stop()
        return True

    def stop(self) -> None:
        """Play no more; the body is drawn as it is again."""
        self._window.bench.tasks.cancel(KEY)
        if self.is_running:
            self._timer.stop()
            self._window.canvas.remove(LABEL)
            own = self._window.director.data.drawings
            moved = self._pictures[0].drawings if self._pictures else {}
            self._window.director.structures.reshape({k: own[k] for k in moved if k in own})
            self._window.canvas.request_render()
        self._tell()

    def _hear(self, change: Change) -> None:
        if ChangeKind.BODY in change.kinds:  # another body is drawn already
            self._timer.stop()
            self._window.bench.tasks.cancel(KEY)
            self._window.canvas.remove(LABEL)
            self._pictures, self._made_for = [], ""
            self._tell()

    def close(self) -> None:
        """Stop for good, before the canvas closes."""
        self._stop_hearing()
        self._timer.stop()
        self._window.bench.tasks.cancel(KEY)

    def _tell(self) -> None:
        for tell in tuple(self.on_change):
            tell()
