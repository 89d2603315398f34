"""The needles of a plan side by side: what each has for an answer, how far they are apart, and
under a technique of electrode pairs what lies between them. No Qt.

Pairs are computed off the main thread while somebody looks; what is older than the needles, the
zones or the body is never handed out. Electrodes are paired in the plan's order, as the core
reads it: to pair two needles is to put them next to each other in that order.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from meshes.errors import MeshError
from viewer import describe
from viewer.assessing import Assessing, current
from viewer.needle_desk import NeedleDesk
from viewer.tasks import Tasks
from viewer.technique_words import needle_titles
from zones import edits
from zones.angles import angles_from_direction
from zones.assessment import NeedleAssessment, ZoneResult
from zones.change import Change, ChangeKind
from zones.edits import Edit
from zones.errors import ZoneError
from zones.pairs import ElectrodePair, NeedlePair, electrodes, pair_table
from zones.plan import Plan, PlannedNeedle
from zones.session import Session
from zones.skin import skin_normal
from zones.techniques import Technique, paired, released, technique

PAIRS, BETWEEN = "needle_pairs", "electrodes"
MOST_PAIRS = 20
_PATIENCE_MS = 12.0
_BY = "needles"
_READS = {ChangeKind.NEEDLES, ChangeKind.SELECTION, ChangeKind.BODY, ChangeKind.ZONES,
          ChangeKind.RESULTS, ChangeKind.PROTOCOL}  # fmt: skip
Asked = tuple[object, ...]


@dataclass(frozen=True, eq=False)
class Row:
    """A needle: its current answer, ``None`` while there is none, and what the plan says of it.

    ``angles`` are tilt and azimuth in degrees, ``None`` on a body without skin; ``pair`` is the
    number of its electrode pair, 0 for none.
    """

    planned: PlannedNeedle
    title: str
    value: NeedleAssessment | None
    angles: tuple[float, float] | None
    pair: int

    @property
    def nearest(self) -> tuple[float, ZoneResult] | None:
        """The least clearance, mm, and its zone; ``None`` if nothing was measured."""
        if self.value is None:
            return None
        measured = [
            (c, zone)
            for zone in self.value.zones
            if (c := zone.clearance if zone.clearance_worst is None else zone.clearance_worst)
            is not None
        ]
        return min(measured, key=lambda pair: pair[0], default=None)


class NeedlesDesk:
    """Listens to a session; ``on_change`` is called when the table should be drawn anew."""

    def __init__(
        self, session: Session, desk: NeedleDesk, tasks: Tasks, assessing: Assessing
    ) -> None:
        self._session, self._desk, self._tasks = session, desk, tasks
        self._assessing = assessing
        self.on_change: list[Callable[[], None]] = []
        self._asked: dict[str, Asked] = {}
        self._made: dict[str, tuple[Asked, object]] = {}
        self._failed: dict[str, tuple[Asked, str]] = {}
        self._angles: dict[tuple[bytes, bytes], tuple[float, float] | None] = {}
        self._angles_body: object = None
        self._watchers: set[object] = set()
        self._stop = session.subscribe(self._hear)
        assessing.on_status.append(self.refresh)

    # -- asking -------------------------------------------------------------------------------
    @property
    def plan(self) -> Plan:
        """The plan as it is now."""
        return self._session.plan

    @property
    def chosen(self) -> str:
        """Id of the selected needle; empty for none."""
        planned = self._desk.planned
        return planned.id if planned is not None else ""

    @property
    def failure(self) -> str:
        """Why the needles could not be assessed; empty if they were or will be."""
        return self._assessing.failure

    @property
    def technique(self) -> Technique | None:
        """The plan's technique."""
        return technique(self.plan.technique) if self.plan.technique else None

    @property
    def is_paired(self) -> bool:
        """Whether the technique takes needles in pairs."""
        chosen = self.technique
        return chosen is not None and chosen.min_needles == 2

    @property
    def titles(self) -> dict[str, str]:
        """Name of each needle by id, no two alike."""
        return needle_titles(self.plan)

    @property
    def rows(self) -> list[Row]:
        """A row per needle, in the plan's order."""
        needles, in_pairs, titles = self.plan.needles, self.is_paired, self.titles
        whole = len(needles) // 2 * 2
        return [
            Row(p, titles[p.id], current(self._session, p.id), self._angles_of(p),
                k // 2 + 1 if in_pairs and k < whole else 0)
            for k, p in enumerate(needles)
        ]  # fmt: skip

    def _angles_of(self, planned: PlannedNeedle) -> tuple[float, float] | None:
        body, needle = self._session.body, planned.needle
        if body is not self._angles_body or len(self._angles) > 200:
            self._angles, self._angles_body = {}, body
        key = needle.entry.tobytes(), needle.direction.tobytes()
        if key not in self._angles:
            try:
                normal = skin_normal(body, needle.entry)
                self._angles[key] = angles_from_direction(normal, np.asarray(needle.direction))
            except (ZoneError, MeshError):
                self._angles[key] = None
        return self._angles[key]

    @property
    def pairs(self) -> tuple[NeedlePair, ...] | None:
        """Every pair of needles, the nearest first; ``None`` while they are computed."""
        return self._current(PAIRS)  # type: ignore[return-value]

    @property
    def between(self) -> tuple[ElectrodePair, ...] | None:
        """The electrode pairs with what lies between; ``None`` while they are computed."""
        return self._current(BETWEEN)  # type: ignore[return-value]

    def zone_names(self) -> dict[str, str]:
        """Name of each zone of the open body by id."""
        return {zone.id: describe.zone_name(zone) for zone in self._assessing.zones_now()}

    def why_not(self, key: str) -> str:
        """Why there is no answer of a kind; empty if there is one or will be."""
        failed = self._failed.get(key)
        return failed[1] if failed is not None and _same(failed[0], self._ask(key)) else ""

    def _current(self, key: str) -> object:
        made = self._made.get(key)
        return made[1] if made is not None and _same(made[0], self._ask(key)) else None

    # -- doing --------------------------------------------------------------------------------
    def select(self, needle_id: str) -> None:
        """Select a needle of the plan."""
        if any(planned.id == needle_id for planned in self.plan.needles):
            self._session.select(needle_id, _BY)

    def rename(self, needle_id: str, name: str) -> bool:
        """Name a needle; an empty name goes back to its number."""
        return self._apply(edits.rename(needle_id, name.strip() or needle_id))

    def choose_technique(self, technique_id: str) -> bool:
        """Choose a technique by id, empty for none: one step of undo."""
        return self._apply(edits.set_technique(technique_id))

    def pair(self, first: str, second: str) -> bool:
        """Make two needles the electrodes of one pair: one step of undo."""
        edit = Edit("edit.pair_needles", "", lambda plan: paired(plan, first, second))
        return self._kept_selected(first, edit)

    @property
    def can_release(self) -> bool:
        """Whether one needle stays without partner: only in an odd number."""
        return self.is_paired and len(self.plan.needles) % 2 == 1

    def release(self, needle_id: str) -> bool:
        """Leave a needle without partner; its old partner gets the one that had none."""
        if not self.can_release:
            return False
        edit = Edit("edit.pair_needles", "", lambda plan: released(plan, needle_id))
        return self._kept_selected(needle_id, edit)

    def _kept_selected(self, needle_id: str, edit: Edit) -> bool:
        """Without a selection the last needle counts as chosen, and the last is another one now."""
        done = self._apply(edit)
        self.select(needle_id)
        return done

    def add(self) -> None:
        """Add a copy of the chosen needle: one step of undo."""
        self._desk.add_beside()

    def _apply(self, edit: Edit) -> bool:
        try:
            return self._session.apply(edit, by=_BY)
        except (ZoneError, MeshError) as error:
            self._desk.on_refused(str(error))
            return False

    # -- computing ----------------------------------------------------------------------------
    def look(self, watcher: object, wanted: bool) -> None:
        """A watcher begins or ends to look: nothing is computed unseen."""
        (self._watchers.add if wanted else self._watchers.discard)(watcher)
        self.refresh()

    def _hear(self, change: Change) -> None:
        if change.kinds & _READS:
            self.refresh()

    def _ask(self, key: str) -> Asked:
        """What an answer depends on; each part is the same object while it is unchanged."""
        if key == PAIRS:
            return (self.plan.needles,)
        return self._session.body, self.plan.needles, self._assessing.zones_now()

    def refresh(self) -> None:
        """Compute anew what is neither current nor on its way."""
        wanted = bool(self._watchers) and len(self.plan.needles) > 1
        ready = self._assessing.index is not None
        self._want(PAIRS, wanted)
        self._want(BETWEEN, wanted and ready and self.is_paired)
        for tell in tuple(self.on_change) if self._watchers else ():
            tell()

    def _want(self, key: str, wanted: bool) -> None:
        if not wanted:
            self._tasks.cancel(key)
            self._asked.pop(key, None)
            return
        ask = self._ask(key)
        known = [self._asked.get(key), *(d[key][0] for d in (self._made, self._failed) if key in d)]
        if not any(one is not None and _same(one, ask) for one in known):
            self._submit(key, ask)

    def _submit(self, key: str, ask: Asked) -> None:
        body, plan, index = self._session.body, self.plan, self._assessing.index
        zones = list(self._assessing.zones_now())
        self._asked[key] = ask

        def work(cancelled: Callable[[], bool]) -> object:
            if key == PAIRS:
                found = pair_table([(p.id, p.needle) for p in plan.needles])
                return tuple(sorted(found, key=lambda pair: pair.distance))
            return electrodes(body, plan, zones, index=index, cancelled=cancelled)

        def done(value: object) -> None:
            self._made[key] = (ask, value)
            self._asked.pop(key, None)
            self._failed.pop(key, None)
            self.refresh()

        def failed(error: Exception) -> None:
            self._failed[key] = (ask, str(error) or type(error).__name__)
            self._asked.pop(key, None)
            self.refresh()

        near = key == PAIRS
        self._tasks.submit(key, work, done, failed, "read" if near else "map",
                           _PATIENCE_MS if near else 0.0)  # fmt: skip

    def close(self) -> None:
        """Stop listening and cancel."""
        self._stop()
        for key in (PAIRS, BETWEEN):
            self._tasks.cancel(key)


def _same(one: Asked, other: Asked) -> bool:
    return len(one) == len(other) and all(a is b for a, b in zip(one, other, strict=True))
