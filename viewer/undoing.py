"""Undo and redo of the window. A step may lead to another person: who is not there is loaded first.

Steps keep ids of bodies, not bodies, so the way back takes as long as the way there did. Keys
pressed meanwhile are counted and walked when that person has come.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from meshes.body import Body
from meshes.morph_names import read_name
from viewer.scene.load import SceneData

Desk = Any
"""`viewer.subject_desk.SubjectDesk`, which builds this."""


class Undoing:
    """Walks the history of one window's plan."""

    def __init__(self, desk: Desk, window: Any) -> None:
        self._desk, self._window = desk, window
        self._steps = 0

    def undo(self) -> None:
        """Take the last step back, with the person it was made on."""
        if self._desk.is_coming:  # not here yet: that is what is taken back
            self._desk.give_up()
        else:
            self._walk(-1)

    def redo(self) -> None:
        """Bring the step back, with its person."""
        self._walk(1)

    def _walk(self, step: int) -> None:
        waiting = self._desk.is_loading and not self._desk.is_coming
        if not (self._steps and waiting):
            self._steps = step
            self._go()
            return
        self._steps += step
        if self._steps == 0:  # there and back again before anybody came
            self._desk.give_up()

    def _go(self) -> None:
        session = self._window.bench.session
        while self._steps:
            back = self._steps < 0
            name = session.undo_body if back else session.redo_body
            if name is not None:
                self._desk.load(name, partial(self._arrive, back, session.revision), self._failed)
                return
            self._steps += 1 if back else -1
            if not (session.undo("deeds") if back else session.redo("deeds")):
                self._steps = 0

    def _arrive(self, back: bool, asked_at: int, body: Body, data: SceneData) -> None:
        session = self._window.bench.session
        if session.revision != asked_at:  # edited meanwhile: the step asked for is another now
            self._steps = 0
            return
        self._steps += 1 if back else -1
        step: Callable[..., bool] = session.undo if back else session.redo
        self._desk.show(body, data, lambda: step("subject", body))
        self._go()

    def _failed(self, problem: str) -> None:
        self._steps = 0
        self._window.notices.tell(problem, "caution")


def step_label(before: Body, body: Body) -> str:
    """Message id of the step from one member of the family to another."""
    if before.posture != body.posture:
        return "edit.posture"
    old, new = read_name(before.id), read_name(body.id)
    same = old is not None and new is not None and old.subject == new.subject
    return "edit.breath" if same else "edit.person"
