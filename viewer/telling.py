"""What happens in passing and would be missed: said once, over the view, with the way back."""

from __future__ import annotations

from typing import Any

from viewer.i18n.text import tr
from viewer.technique_words import needle_titles
from zones.plan import PlannedNeedle

Window = Any
"""`viewer.window.Window`, which builds this."""


class Telling:
    """Hears desks and scene of one window, and tells its notices."""

    def __init__(self, window: Window) -> None:
        self._window, self._bench = window, window.bench
        self._told_of_move = False
        window.director.on_placed = self._placed
        self._bench.points.on_standing = self._standing
        self._bench.desk.on_refused = self.refused
        self._bench.autosave.on_failed = self._autosave_failed

    def refused(self, why: str) -> None:
        """Say why nothing was done."""
        self._window.notices.tell(why, "caution")

    def _title(self, planned: PlannedNeedle) -> str:
        return needle_titles(self._bench.session.plan).get(planned.id, planned.id)

    def _placed(self, planned: PlannedNeedle) -> None:
        """A click took a needle elsewhere: with one needle said once, with several each time."""
        several = len(self._bench.session.plan.needles) > 1
        if self._told_of_move and not several:
            return
        self._told_of_move = True
        self._window.notices.tell(
            tr("{needle} enters here now. Ctrl+Z takes it back; Ctrl+D adds another needle.",
               needle=self._title(planned))
        )  # fmt: skip

    def _standing(self, planned: PlannedNeedle) -> None:
        self._window.notices.tell(
            tr("{needle} stands in this place already; it is selected now.",
               needle=self._title(planned))
        )  # fmt: skip

    def _autosave_failed(self, why: str) -> None:
        self._window.notices.tell(
            tr("The plan cannot be kept against a crash: {why}. Save it yourself.", why=why),
            "caution",
        )
