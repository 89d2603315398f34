"""A sound when the verdict gets worse, for who watches the hands and not the screen.

Off unless it was chosen. Only the step to a worse verdict sounds; a new needle and a better
verdict are silent, and nothing sounds twice for the same state.
"""

from __future__ import annotations

from collections.abc import Callable

from viewer.assessing import current
from viewer.bridge import Bridge
from viewer.needle_desk import NeedleDesk
from viewer.settings import Preferences
from zones.assessment import Verdict
from zones.session import Session

_ORDER = list(Verdict)


class MarginSound:
    """Listens to a session; ``ring`` makes the sound."""

    def __init__(
        self, session: Session, desk: NeedleDesk, bridge: Bridge, preferences: Preferences,
        ring: Callable[[], object],
    ) -> None:  # fmt: skip
        self._session, self._desk, self._preferences = session, desk, preferences
        self.ring = ring
        self._heard: tuple[str, Verdict] | None = None
        bridge.changed.connect(self._hear)

    def _hear(self, _change: object) -> None:
        planned = self._desk.planned
        if planned is None:
            self._heard = None
            return
        found = current(self._session, planned.id)
        if found is None:
            return
        now, before = (planned.id, found.verdict), self._heard
        self._heard = now
        if before is None or before[0] != now[0] or not self._preferences.sound:
            return
        if _ORDER.index(now[1]) < _ORDER.index(before[1]):
            self.ring()
