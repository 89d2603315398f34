"""Keeps the shell of the zone that decides the verdict current: where it may be in other people.

A zone whose row is chosen takes the place of the one that decides. The offset is what the range of
a clearance takes off (`viewer.other_people`): the needle is within the shell exactly when the bad
side of the range is a breach. A zone of unknown spread has none, and that is said. A shell is never
shown for another zone, another body, another offset or a needle that has gone elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from viewer import describe
from viewer.assessing import Assessing, current
from viewer.i18n.text import tr
from viewer.needle_desk import NeedleDesk
from viewer.tasks import Tasks
from zones.assessment import NeedleAssessment, ZoneResult
from zones.change import Change, ChangeKind
from zones.contributions import COVER, ZoneUncertainty, zone_uncertainty
from zones.needle import Vector
from zones.session import Session
from zones.shell import Shell, box_around, danger_shell, shell_offset

KEY = "shell"
_PLACE_MM, _AWAY_MM = 12.0, 24.0
"""From the middle of its piece: where a shell is made anew, and where it is no longer shown."""
_READS = {ChangeKind.NEEDLES, ChangeKind.SELECTION, ChangeKind.BODY, ChangeKind.ZONES,
          ChangeKind.RESULTS}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Ask:
    """What a shell is made of: ``place`` (3,) is on the needle, where the zone is nearest."""

    body_hash: str
    zone_id: str
    offset: float
    place: Vector

    def holds(self, other: Ask, mm: float) -> bool:
        """Whether a shell of this serves another question, its place at most ``mm`` away."""
        mine = (self.body_hash, self.zone_id, self.offset)
        theirs = (other.body_hash, other.zone_id, other.offset)
        return mine == theirs and float(np.abs(self.place - other.place).max()) <= mm


class ShellDesk:
    """Listens to a session; ``on_change`` is called when the shell should be drawn anew."""

    def __init__(
        self, session: Session, desk: NeedleDesk, tasks: Tasks, assessing: Assessing
    ) -> None:
        self._session, self._desk, self._tasks = session, desk, tasks
        self._assessing = assessing
        self.is_on = False
        self.on_change: list[Callable[[], None]] = []
        self._chosen = ""
        self._made: tuple[Ask, Shell] | None = None
        self._asked: Ask | None = None
        self._failed: tuple[Ask, str] | None = None
        self._stop = session.subscribe(self._hear)

    def toggle(self) -> None:
        """Show the shell, or hide it."""
        self.is_on = not self.is_on
        self._failed = None
        self.refresh()

    def choose(self, zone_id: str) -> None:
        """Show the shell of this zone; of an empty id that of the zone that decides."""
        if zone_id != self._chosen:
            self._chosen = zone_id
            if self.is_on:
                self.refresh()

    # -- asking -------------------------------------------------------------------------------
    def _value(self) -> NeedleAssessment | None:
        planned = self._desk.planned
        return current(self._session, planned.id) if planned is not None else None

    @property
    def zone(self) -> ZoneResult | None:
        """The zone whose shell is wanted: chosen, or the worst that was measured."""
        value = self._value()
        if value is None:
            return None
        chosen = next((z for z in value.zones if z.zone_id == self._chosen), None)
        measured = [z for z in value.zones if z.clearance is not None]
        return chosen or next(iter(describe.by_danger(measured or value.zones)), None)

    def _spread(self, zone: ZoneResult) -> ZoneUncertainty | None:
        known = next((z for z in self._assessing.zones_now() if z.id == zone.zone_id), None)
        return None if known is None else zone_uncertainty(self._session.body, known)

    def _offset(self, zone: ZoneResult) -> float | None:
        """How far from the zone as it is drawn the bad side of its range begins, mm.

        Through the breath the verdict is of another phase than the one drawn, so that what the
        breath brings the zone nearer is added.
        """
        spread, worst = self._spread(zone), describe.worst_clearance(zone)
        offset = None if spread is None else shell_offset(spread)
        if offset is None or worst is None or zone.clearance is None:
            return None
        return offset + max(zone.clearance - worst, 0.0)

    def _ask(self) -> Ask | None:
        zone = self.zone
        if zone is None or zone.on_axis is None:
            return None
        offset = self._offset(zone)
        if offset is None:
            return None
        place = np.asarray(zone.on_axis, np.float64)
        return Ask(self._session.body.content_hash, zone.zone_id, offset, place)

    @property
    def current(self) -> Shell | None:
        """The shell that is wanted, ``None`` while there is none."""
        if not self.is_on or self._made is None:
            return None
        ask, (made_of, shell) = self._ask(), self._made
        return shell if ask is not None and made_of.holds(ask, _AWAY_MM) else None

    @property
    def is_within(self) -> bool:
        """Whether the needle is within the shell: the bad side of the range is a breach."""
        zone = self.zone
        worst = None if zone is None else describe.worst_clearance(zone)
        if zone is None or worst is None or self._offset(zone) is None:
            return False
        spread = self._spread(zone)
        return spread is not None and spread.range_of(worst)[0] <= 0.0

    # -- saying -------------------------------------------------------------------------------
    @property
    def words(self) -> str:
        """What the shell says, or why there is none; empty while it is off."""
        if not self.is_on:
            return ""
        zone, value = self.zone, self._value()
        if zone is None or value is None:
            if self._desk.planned is not None:
                return tr("Computing…")
            return tr("The danger shell appears once there is a needle.")
        first = describe.deciding_zone(value)
        if self._chosen != zone.zone_id and first is not None and first.clearance is None:
            parts = [_unmeasured(first)]  # it decides: unknown is not clear
        else:
            parts = []
        if zone.clearance is None:
            return _unmeasured(zone)
        name, ask = describe.zone_name(zone), self._ask()
        if ask is None:
            parts.append(tr(
                "{zone}: how far it may be off in other people is not known; no shell.", zone=name
            ))  # fmt: skip
            return " ".join(parts)
        up = math.ceil(ask.offset * 10.0 - 1e-9) / 10.0  # never less than it is
        parts.append(tr(
            "{zone} may reach {mm} mm nearer in other people ({n} SD, and the breath).",
            zone=name, mm=describe.number(up), n=f"{COVER:g}",
        ))  # fmt: skip
        parts += [self.within_words, self._why_none(ask)]
        return " ".join(part for part in parts if part)

    @property
    def within_words(self) -> str:
        """That the needle is within the shell; empty where it is not, or the shell is off."""
        return tr("The needle is within the shell.") if self.is_on and self.is_within else ""

    def _why_none(self, ask: Ask) -> str:
        if self._failed is not None and self._failed[0].holds(ask, _PLACE_MM):
            return tr("The shell could not be drawn: {reason}", reason=self._failed[1])
        made = self.current
        if made is not None and _is_out_of_sight(made):
            return tr("The shell is too far away to be drawn.")
        return ""

    # -- computing ----------------------------------------------------------------------------
    def _hear(self, change: Change) -> None:
        if self.is_on and change.kinds & _READS:
            self.refresh()

    def refresh(self) -> None:
        """Compute anew unless the shell is current, on its way, or failed just so."""
        ask = self._ask() if self.is_on else None
        if ask is None:
            self._tasks.cancel(KEY)
            self._asked = None
        else:
            known = [self._asked, *(pair[0] for pair in (self._made, self._failed) if pair)]
            if not any(one is not None and one.holds(ask, _PLACE_MM) for one in known):
                self._submit(ask)
        self._tell()

    def _submit(self, ask: Ask) -> None:
        body, index = self._session.body, self._assessing.index
        zone = next(z for z in self._assessing.zones_now() if z.id == ask.zone_id)
        self._asked = ask

        def work(cancelled: Callable[[], bool]) -> Shell:
            return danger_shell(
                body, zone, ask.offset, index=index, cancelled=cancelled,
                box=box_around(ask.place, ask.offset),
            )  # fmt: skip

        def done(made: Shell) -> None:
            self._made, self._asked, self._failed = (ask, made), None, None
            self._tell()

        def failed(error: Exception) -> None:
            self._failed, self._asked = (ask, str(error) or type(error).__name__), None
            self._tell()

        self._tasks.submit(KEY, work, done, failed, "map")

    def _tell(self) -> None:
        for tell in tuple(self.on_change):
            tell()

    def close(self) -> None:
        """Stop listening and cancel."""
        self._stop()
        self._tasks.cancel(KEY)


def _unmeasured(zone: ZoneResult) -> str:
    name = describe.zone_name(zone)
    return tr("{zone} was not measured and has no shell. Unknown is not clear.", zone=name)


def _is_out_of_sight(shell: Shell) -> bool:
    """Whether nothing of a shell is nearer than where its piece has faded out."""
    away = np.linalg.norm(shell.points - shell.box.mean(axis=0), axis=1)
    return bool((away >= 0.5 * np.ptp(shell.box, axis=0).min()).all())
