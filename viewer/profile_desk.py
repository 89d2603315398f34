"""Keeps clearance against depth of the selected needle current, for the panel that draws it.

Computed off the main thread while somebody looks, for the newest needle; what is older than the
needle is never handed out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from viewer import describe
from viewer.assessing import Assessing, current
from viewer.needle_desk import NeedleDesk
from viewer.tasks import Tasks
from zones.assessment import NeedleAssessment
from zones.breath_profile import profile_through_breath
from zones.change import Change, ChangeKind
from zones.path_score import PathScore, path_score
from zones.profile import Profile, needle_profile
from zones.session import Session

KEY = "profile"
MOST_LINES = 4
"""Zones drawn: those most in danger."""
LEAST_REACH_MM, BEYOND = 40.0, 1.35
"""How deep the picture goes: at least this, and this many times the tip and the limit."""
_PATIENCE_MS = 12.0
_READS = {ChangeKind.NEEDLES, ChangeKind.SELECTION, ChangeKind.BODY, ChangeKind.ZONES,
          ChangeKind.RESULTS}  # fmt: skip


def reach_of(depth: float, limit: float | None) -> float:
    """How deep the pictures along the line go, mm."""
    return max(LEAST_REACH_MM, depth * BEYOND, (limit or 0.0) * BEYOND)


@dataclass(frozen=True, eq=False)
class Graph:
    """Clearance against depth of one assessed needle.

    ``rows`` are the places in ``profile.zone_ids`` of the zones to draw, the worst first.
    """

    needle: NeedleAssessment
    profile: Profile
    rows: tuple[int, ...]
    reach: float
    score: PathScore


def graph_of(needle: NeedleAssessment, profile: Profile, reach: float) -> Graph:
    """Choose the zones to draw, by danger, and integrate what the path loses."""
    order = [zone.zone_id for zone in describe.by_danger(needle.zones)]
    place = {zone_id: k for k, zone_id in enumerate(profile.zone_ids)}
    rows = tuple(place[i] for i in order if i in place)[:MOST_LINES]
    margins = {zone.zone_id: zone.margin for zone in needle.zones}
    complete = all(zone.clearance is not None for zone in needle.zones)
    score = path_score(profile, margins, needle.needle.depth, complete)
    return Graph(needle, profile, rows, reach, score)


class ProfileDesk:
    """Listens to a session; ``on_change`` is called when the graph should be drawn anew."""

    def __init__(
        self, session: Session, desk: NeedleDesk, tasks: Tasks, assessing: Assessing
    ) -> None:
        self._session, self._desk, self._tasks = session, desk, tasks
        self._assessing = assessing
        self.on_change: list[Callable[[], None]] = []
        self._made: Graph | None = None
        self._asked: NeedleAssessment | None = None
        self._watchers: set[object] = set()
        self._stop = session.subscribe(self._hear)

    @property
    def current(self) -> Graph | None:
        """The graph of the present needle, ``None`` while there is none."""
        made = self._made
        return made if made is not None and made.needle is self._value() else None

    def _value(self) -> NeedleAssessment | None:
        planned = self._desk.planned
        return current(self._session, planned.id) if planned is not None else None

    def look(self, watcher: object, wanted: bool) -> None:
        """A watcher begins or ends to look: nothing is computed unseen."""
        (self._watchers.add if wanted else self._watchers.discard)(watcher)
        self.refresh()

    def _hear(self, change: Change) -> None:
        if change.kinds & _READS:
            self.refresh()

    def refresh(self) -> None:
        """Compute anew unless the graph is current or on its way."""
        value = self._value()
        if not self._watchers or value is None or self._assessing.index is None:
            self._tasks.cancel(KEY)
            self._asked = None
        elif value is not self._asked and self.current is None:
            self._submit(value)
        self._tell()

    def _submit(self, value: NeedleAssessment) -> None:
        body, index = self._session.body, self._assessing.index
        zones = list(self._assessing.zones_now())
        reach = reach_of(value.needle.depth, value.limit_depth)
        self._asked = value

        through = self._assessing.through_breath

        def work(cancelled: Callable[[], bool]) -> Graph:
            if through:
                found = profile_through_breath(
                    body, value.needle, zones, index=index, cancelled=cancelled, length_mm=reach
                )
            else:
                found = needle_profile(body, value.needle, zones, length_mm=reach, index=index)
            return graph_of(value, found, reach)

        def done(made: Graph) -> None:
            self._made = made
            self._asked = None
            self._tell()

        def failed(error: Exception) -> None:
            self._asked = None

        self._tasks.submit(KEY, work, done, failed, "read", patience_ms=_PATIENCE_MS)

    def _tell(self) -> None:
        for tell in tuple(self.on_change):
            tell()

    def close(self) -> None:
        """Stop listening and cancel."""
        self._stop()
        self._tasks.cancel(KEY)
