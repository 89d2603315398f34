"""Keeps the shell of the zone that decides the verdict current: where it may be in other people.

The offset is what the range of a clearance takes off its bad side (`zones.contributions`): the
needle is within the shell exactly when that side is a breach. A zone of unknown spread has none,
and that is said. An older shell is never shown for another zone or body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from viewer import describe
from viewer.assessing import Assessing, current
from viewer.i18n.text import tr
from viewer.needle_desk import NeedleDesk
from viewer.tasks import Tasks
from zones.assessment import NeedleAssessment, ZoneResult
from zones.change import Change, ChangeKind
from zones.contributions import COVER, ZoneUncertainty, zone_uncertainty
from zones.session import Session
from zones.shell import Shell, danger_shell, shell_offset

KEY = "shell"
_PLACE_MM = 15.0
"""The piece of shell is made anew when the tip has gone this far."""
_READS = {ChangeKind.NEEDLES, ChangeKind.SELECTION, ChangeKind.BODY, ChangeKind.ZONES,
          ChangeKind.RESULTS}  # fmt: skip


class ShellDesk:
    """Listens to a session; ``on_change`` is called when the shell should be drawn anew."""

    def __init__(
        self, session: Session, desk: NeedleDesk, tasks: Tasks, assessing: Assessing
    ) -> None:
        self._session, self._desk, self._tasks = session, desk, tasks
        self._assessing = assessing
        self.is_on = False
        self.on_change: list[Callable[[], None]] = []
        self._made: tuple[Any, Shell] | None = None
        self._asked: Any = None
        self._stop = session.subscribe(self._hear)

    def toggle(self) -> None:
        """Show the shell, or hide it."""
        self.is_on = not self.is_on
        self.refresh()

    # -- asking -------------------------------------------------------------------------------
    def _value(self) -> NeedleAssessment | None:
        planned = self._desk.planned
        return current(self._session, planned.id) if planned is not None else None

    def _zone(self) -> tuple[ZoneResult, ZoneUncertainty] | None:
        """The nearest of the zones that were measured, by danger, and how sure its place is."""
        value = self._value()
        known = [] if value is None else [z for z in value.zones if z.clearance is not None]
        if not known:
            return None
        first = describe.by_danger(known)[0]
        by_id = {zone.id: zone for zone in self._assessing.zones_now()}
        if first.zone_id not in by_id:
            return None
        return first, zone_uncertainty(self._session.body, by_id[first.zone_id])

    def _key(self) -> Any:
        found, value = self._zone(), self._value()
        if found is None or value is None:
            return None
        offset = shell_offset(found[1])
        place = np.round(value.needle.tip / _PLACE_MM).astype(int).tolist()
        return (self._session.body.content_hash, found[0].zone_id, offset, tuple(place))

    @property
    def current(self) -> Shell | None:
        """The shell of the deciding zone, ``None`` while there is none."""
        if not self.is_on or self._made is None:
            return None
        key, known = self._key(), self._made[0]
        return self._made[1] if key is not None and key[:3] == known[:3] else None

    @property
    def words(self) -> str:
        """What the shell says, or why there is none; empty while it is off."""
        found = self._zone() if self.is_on else None
        if found is None:
            return ""
        zone, known = found
        offset, name = shell_offset(known), describe.zone_name(zone)
        if offset is None:
            return tr("{zone}: how far it may be off in other people is not known; no shell.",
                      zone=name)  # fmt: skip
        text = tr("{zone} may reach {mm} mm nearer in other people ({n} SD, and the breath).",
                  zone=name, mm=describe.number(offset), n=f"{COVER:g}")  # fmt: skip
        if self.is_within:
            text += " " + tr("The needle is within the shell.")
        return text

    @property
    def is_within(self) -> bool:
        """Whether the needle is within the shell: the bad side of the range is a breach."""
        found = self._zone()
        if found is None or found[0].clearance is None:
            return False
        return found[1].range_of(found[0].clearance)[0] <= 0.0

    # -- computing ----------------------------------------------------------------------------
    def _hear(self, change: Change) -> None:
        if self.is_on and change.kinds & _READS:
            self.refresh()

    def refresh(self) -> None:
        """Compute anew unless the shell is current or on its way."""
        key = self._key() if self.is_on else None
        if key is None or key[2] is None:
            self._tasks.cancel(KEY)
            self._asked = None
        elif key != self._asked and (self._made is None or key != self._made[0]):
            self._submit(key)
        self._tell()

    def _submit(self, key: Any) -> None:
        value, body, index = self._value(), self._session.body, self._assessing.index
        assert value is not None
        zone = next(z for z in self._assessing.zones_now() if z.id == key[1])
        self._asked = key

        def work(cancelled: Callable[[], bool]) -> Shell:
            return danger_shell(
                body, zone, key[2], value.needle.tip, index=index, cancelled=cancelled
            )

        def done(made: Shell) -> None:
            self._made, self._asked = (key, made), None
            self._tell()

        def failed(error: Exception) -> None:
            self._asked = None

        self._tasks.submit(KEY, work, done, failed, "map")

    def _tell(self) -> None:
        for tell in tuple(self.on_change):
            tell()

    def close(self) -> None:
        """Stop listening and cancel."""
        self._stop()
        self._tasks.cancel(KEY)
