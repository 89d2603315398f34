"""The tour of under a minute: five steps on the real window that plan one needle.

The steps say what to do and know when it is done; `Tour` leads through them. Nothing is simulated:
what the visitor does is the plan, and can be undone. A step that asks for something can be done by
mouse, by key, or by the button that does it; Esc ends the tour at once.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from viewer.assessing import current
from viewer.canvas.protocol import Pointer
from viewer.i18n.text import tr
from viewer.tour_card import TourCard
from zones.change import Change

Window = Any
"""`viewer.window.Window`, which starts the tour and therefore imports this module."""


@dataclass(frozen=True)
class Step:
    """What a card says; ``target`` is what it points at.

    ``done`` tells whether the visitor has done it (``None``: reading is enough); ``do`` does it for
    them, ``offer`` is the button that says so. ``hurry`` goes on by itself once it is done.
    """

    id: str
    title: str
    text: str
    target: Callable[[], QWidget]
    done: Callable[[], bool] | None = None
    offer: str = ""
    do: Callable[[], object] = lambda: None
    hurry: bool = False


def steps(window: Window) -> list[Step]:
    """Return the steps for a window, in the language in use."""
    desk, canvas = window.bench.desk, window.canvas
    start: dict[str, float | None] = {"depth": None}

    def turned() -> bool:
        return bool(window.tour.has_turned)

    def placed() -> bool:
        return desk.planned is not None

    def pushed() -> bool:
        planned = desk.planned
        depth = planned.needle.depth if planned else None
        if start["depth"] is None:
            start["depth"] = depth
        return depth != start["depth"]

    return [
        Step("turn", tr("Look around"), tr(
            "Drag to turn the body, turn the wheel to come nearer. By keyboard: Home and End, with "
            "or without Shift. The letters at the edges are the subject's own sides."
        ), lambda: canvas.widget, turned, tr("Turn it for me"),
            lambda: window.deeds.look_from("left" if not turned() else "posterior")),
        Step("place", tr("Place a needle"), tr(
            "Click the skin where the needle goes in. By keyboard: F2 shows an example."
        ), lambda: canvas.widget, placed, tr("Place one for me"), lambda: _place(window), True),
        Step("read", tr("Read the verdict"), tr(
            "One word, one colour, one sentence: the worst of all danger zones decides. Limit "
            "depth is how far this line may go before a margin is lost. Unknown is never clear."
        ), lambda: window.needle.header),
        Step("push", tr("Push it deeper"), tr(
            "Press ] to push by 1 mm and [ to pull back, or drag the slider. Watch the verdict. "
            "Ctrl+Z takes back every step."
        ), lambda: window.needle.panel.depth, pushed, tr("Push it for me"), lambda: _push(window)),
        Step("zones", tr("See what is near"), tr(
            "Every danger zone of the body, worst first, with its clearance in this model. Ctrl+K "
            "finds everything else, F1 explains where you are. That was the tour; it waits for you "
            "in the Help menu."
        ), lambda: window.results),
    ]  # fmt: skip


def _place(window: Window) -> None:
    """Show the example; where the body has none, click the middle of the view."""
    if window.bench.session.plan.needles:
        window.tour.go_on()
        return
    window.deeds.show_example()
    if window.bench.session.plan.needles:
        window.director.look_at_needle()
        return
    window.notices.dismiss()
    width, height = window.canvas.size
    for kind in ("press", "release"):
        window.director.handle(Pointer(kind, width / 2, height / 2, button="left"))


def _push(window: Window) -> None:
    """Push the tip just past the limit depth, where the verdict turns; without a limit, 10 mm."""
    desk = window.bench.desk
    planned = desk.planned
    found = current(window.bench.session, planned.id) if planned else None
    if found is None or found.limit_depth is None or found.limit_depth < planned.needle.depth:
        desk.push(10.0)
    else:
        desk.set_depth(math.floor(found.limit_depth) + 1.0)


class Tour(QObject):
    """Leads one window through the steps; one card at a time."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._steps: list[Step] = []
        self._at = 0
        self._card: TourCard | None = None
        self.has_turned = False
        """Whether the visitor has turned the view; the program turning it does not count."""

    @property
    def is_running(self) -> bool:
        """Whether a card is on screen."""
        return self._card is not None

    @property
    def step(self) -> Step | None:
        """The step on screen."""
        return self._steps[self._at] if self._card else None

    @property
    def card(self) -> TourCard | None:
        """The card on screen."""
        return self._card

    def start(self) -> None:
        """Begin, or begin again."""
        self.stop()
        window = self._window
        window.notices.dismiss()
        window.deeds.set_mode("edit")
        self._steps, self._at, self.has_turned = steps(window), 0, False
        self._card = TourCard(window)
        self._card.next_wanted.connect(self.go_on)
        self._card.back_wanted.connect(self.go_back)
        self._card.skip_wanted.connect(self.stop)
        self._card.do_wanted.connect(self._do)
        window.bench.bridge.changed.connect(self._hear)
        window.canvas.widget.installEventFilter(self)
        window.installEventFilter(self)
        self._show()

    def stop(self) -> None:
        """End the tour; what was planned stays."""
        if self._card is None:
            return
        self._window.bench.bridge.changed.disconnect(self._hear)
        self._window.canvas.widget.removeEventFilter(self)
        self._window.removeEventFilter(self)
        self._card.leave()
        self._card = None
        self._window.canvas.widget.setFocus()

    def go_on(self) -> None:
        """Show the next step; after the last one the tour is over."""
        if not self._is_done():
            return
        if self._at + 1 == len(self._steps):
            self.stop()
            return
        self._at += 1
        self._show()

    def go_back(self) -> None:
        """Show the step before."""
        self._at = max(0, self._at - 1)
        self._show()

    def _is_done(self) -> bool:
        """Whether the step lets the visitor go on; looking around is never asked for."""
        step = self._steps[self._at]
        return step.id == "turn" or step.done is None or step.done()

    def _do(self) -> None:
        before = self._at
        self._steps[before].do()
        self.has_turned = True
        if self._at == before:
            self._refresh()

    def _show(self) -> None:
        step, card = self._steps[self._at], self._card
        assert card is not None
        if step.id in ("read", "push"):
            self._window.docks.upper.show()
            self._window.docks.upper.raise_()
        elif step.id == "zones":
            self._window.docks.lower.show()
            self._window.docks.lower.raise_()
        if step.done is not None:
            step.done()  # remembers where it starts
        place = tr("Step {number} of {count}", number=self._at + 1, count=len(self._steps))
        card.show_step(step.title, step.text, place, step.offer, step.target)
        self._refresh()
        card.take_focus()

    def _refresh(self) -> None:
        if self._card is None:
            return
        step, last = self._steps[self._at], self._at + 1 == len(self._steps)
        said = {"place": tr("Place a needle to go on."), "push": tr("Move it to go on.")}
        done = self._is_done()
        self._card.show_state(
            may_go_on=done,
            why="" if done else said.get(step.id, ""),
            is_done=step.done is not None and step.done(),
            go_on=tr("Finish") if last else tr("Next"),
            may_go_back=self._at > 0,
            may_skip=not last,
        )

    def _hear(self, _change: Change) -> None:
        if self._card is None:
            return
        step = self._steps[self._at]
        if step.hurry and step.done is not None and step.done():
            self.go_on()
        else:
            self._refresh()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Notice that the view was turned; stay beside the target when the window changes."""
        kind = event.type()
        if kind in (QEvent.Type.MouseButtonRelease, QEvent.Type.Wheel):
            self.has_turned = self.has_turned or watched is self._window.canvas.widget
            self._refresh()
        elif kind in (QEvent.Type.Resize, QEvent.Type.LayoutRequest) and self._card is not None:
            self._card.follow()
        return False
