"""Keeps the slice along the selected needle current while somebody looks at it.

A lane of its own, so that a slice never holds up a verdict; the latest wins. What the slice was cut
for is part of it: `current` answers only with a slice of this needle, frame and body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from viewer.needle_desk import NeedleDesk
from viewer.section_slice import Frame, Slice, make_slice
from viewer.tasks import Tasks
from zones.change import Change, ChangeKind
from zones.session import Session

KEY = "slice"
_PATIENCE_MS = 35.0
"""A slice usually takes 20 ms: waiting for it keeps the picture from going pale at every step."""
_READS = {ChangeKind.NEEDLES, ChangeKind.SELECTION, ChangeKind.BODY}


class Slicing:
    """Listens to a session; ``on_change`` is called when the picture should be drawn anew."""

    def __init__(self, session: Session, desk: NeedleDesk, tasks: Tasks) -> None:
        self._session, self._desk, self._tasks = session, desk, tasks
        self.on_change: list[Callable[[], None]] = []
        self.turn_deg = 0.0
        self.frame = Frame()
        self.last: Slice | None = None
        self.failure = ""
        self._made_for: tuple[Any, ...] | None = None
        self._asked_for: tuple[Any, ...] | None = None
        self._wanted = False
        self._stop = session.subscribe(self._hear)

    # -- asking -------------------------------------------------------------------------------
    @property
    def current(self) -> Slice | None:
        """The slice of the present needle, or ``None`` while there is none."""
        key = self._key()
        return self.last if key is not None and key == self._made_for else None

    def _key(self) -> tuple[Any, ...] | None:
        planned = self._desk.planned
        if planned is None:
            return None
        n = planned.needle
        return (self._session.body.content_hash, n.entry.tobytes(), n.direction.tobytes(),
                self.turn_deg, self.frame)  # fmt: skip

    # -- telling ------------------------------------------------------------------------------
    def look(self, wanted: bool) -> None:
        """Somebody looks, or nobody does any more: nothing is cut unseen."""
        self._wanted = wanted
        if wanted:
            self.refresh()
        else:
            self._tasks.cancel(KEY)
            self._asked_for = self._made_for

    def set_turn(self, degrees: float) -> None:
        """Turn the plane about the needle."""
        self.turn_deg = float(degrees)
        self.refresh()

    def set_frame(self, frame: Frame) -> None:
        """Show another part of the plane."""
        if frame != self.frame:
            self.frame = frame
            self.refresh()

    def _hear(self, change: Change) -> None:
        if change.kinds & _READS:
            self.refresh()
        elif ChangeKind.RESULTS in change.kinds or ChangeKind.ZONES in change.kinds:
            self._tell()

    def refresh(self) -> None:
        """Cut anew unless the present slice is current or on its way."""
        key = self._key()
        if not self._wanted:
            return
        if key is None or key == self._made_for:
            self._tasks.cancel(KEY)
            self._asked_for = self._made_for
        elif key != self._asked_for:
            self._submit(key)
        self._tell()

    def _submit(self, key: tuple[Any, ...]) -> None:
        planned = self._desk.planned
        assert planned is not None
        body, needle, inward = self._session.body, planned.needle, self._desk.normal()
        turn, frame = self.turn_deg, self.frame
        self._asked_for, self.failure = key, ""

        def work(cancelled: Callable[[], bool]) -> Slice:
            return make_slice(body, needle, inward, turn, frame, cancelled)

        def done(made: Slice) -> None:
            self.last, self._made_for = made, key
            self._tell()

        def failed(error: Exception) -> None:
            self.failure = str(error) or type(error).__name__
            self._asked_for = self._made_for
            self._tell()

        self._tasks.submit(KEY, work, done, failed, "picture", patience_ms=_PATIENCE_MS)

    def _tell(self) -> None:
        for tell in tuple(self.on_change):
            tell()

    def close(self) -> None:
        """Stop listening and cancel."""
        self._stop()
        self._tasks.cancel(KEY)
