"""Keeps the assessment current: every change that a verdict reads starts one, the last one wins.

A verdict usually takes a few milliseconds, so the answer is awaited for a moment before the turn
goes on: nothing is painted in between, and the panels need not flicker through *computing*. What
takes longer arrives later, and until then there is no number. The index of a body is built in the
long lane; without it nothing is computed. Asked to look through the breath, the answer holds at the
worst phase, takes about a second, and until it is there none is shown.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from meshes.body import Body
from meshes.packs.store import cache_dir
from viewer.tasks import Tasks
from zones.assess import assess_needles
from zones.assessment import Assessment, NeedleAssessment
from zones.breathing import with_breath
from zones.change import Change, ChangeKind
from zones.danger import DangerZone, danger_zones
from zones.needle import Needle
from zones.planned import planned_zones
from zones.session import Result, Session

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

KEY = "assess"
"""Under which the session keeps the `Assessment`; the scene looks there too."""
READS = frozenset({ChangeKind.NEEDLES, ChangeKind.ZONES})
_PATIENCE_MS = 15.0
_TRIAL = Needle((0.0, 0.0, 0.0), (0.0, -1.0, 0.0), 30.0)
"""Computed once per body and thrown away: the first call loads compiled code."""


class Assessing:
    """Listens to a session, computes in `Tasks`, hands results to `Session.accept`."""

    def __init__(self, session: Session, tasks: Tasks) -> None:
        self._session = session
        self._tasks = tasks
        self._index: BodyIndex | None = None
        self._body = session.body
        self._zones: list[DangerZone] = []
        self._chosen: tuple[object, list[DangerZone]] = (None, [])
        self.failure = ""
        self.through_breath = False
        self.on_status: list[Callable[[], None]] = []
        self._stop = session.subscribe(self._hear)

    def start(self) -> None:
        """Prepare the body that is open: index, zones, and one trial that warms the engine."""
        body = self._session.body
        self._body, self._index, self.failure = body, None, ""
        self._tasks.cancel(KEY)

        def prepare(cancelled: Callable[[], bool]) -> Any:
            from meshes.index.body_index import body_index  # compiles: not at import

            zones = danger_zones(body)
            index = body_index(body, cache_dir=cache_dir(), cancelled=cancelled)
            assess_needles(body, [_TRIAL], zones, index=index, cancelled=cancelled)
            return body, index, zones

        self._tasks.submit("index", prepare, self._prepared, self._failed, lane="long")
        self._tell()

    def _prepared(self, made: tuple[Body, BodyIndex, list[DangerZone]]) -> None:
        body, index, zones = made
        if body is not self._session.body:
            return
        self._index, self._zones, self._chosen = index, zones, (None, zones)
        self.compute(patience_ms=0.0)
        self._tell()

    @property
    def is_ready(self) -> bool:
        """Whether the body's index is there."""
        return self._index is not None

    @property
    def index(self) -> BodyIndex | None:
        """The body's index, ``None`` while it is built."""
        return self._index

    def zones_now(self) -> list[DangerZone]:
        """The open body's zones with the plan's margins; a muted row is not assessed."""
        plan = self._session.plan
        chosen = (plan.margins, plan.muted_zones)
        if chosen != self._chosen[0]:
            self._chosen = (chosen, list(planned_zones(plan, self._zones)))
        return self._chosen[1]

    def _hear(self, change: Change) -> None:
        if self._session.body is not self._body:
            self.start()
        elif change.kinds & (READS | {ChangeKind.BODY}):
            self.compute()

    def look_through_breath(self, on: bool) -> None:
        """Judge by the worst phase of the breath, or by the open body's own phase alone."""
        if on == self.through_breath:
            return
        self.through_breath = on
        self._tasks.cancel(KEY)
        self._session.drop(KEY, "assessing")
        self.compute()
        self._tell()

    def compute(self, patience_ms: float = _PATIENCE_MS) -> None:
        """Assess the plan as it is now, off the main thread."""
        session, index = self._session, self._index
        self.failure = ""
        if index is None:
            return
        body, plan, revision = session.body, session.plan, session.revision
        if not plan.needles:
            self._tasks.cancel(KEY)
            return
        zones, breath = self.zones_now(), self.through_breath

        def work(cancelled: Callable[[], bool]) -> Assessment:
            needles = [planned.needle for planned in plan.needles]
            found = assess_needles(body, needles, zones, index=index, cancelled=cancelled)
            return with_breath(body, found, zones, cancelled=cancelled) if breath else found

        def done(value: Assessment) -> None:
            session.accept(Result(KEY, revision, body.content_hash, READS, value), "assessing")

        self._tasks.submit(KEY, work, done, self._failed, patience_ms=patience_ms)

    def _failed(self, error: Exception) -> None:
        self.failure = str(error) or type(error).__name__
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self.on_status):
            listener()

    def close(self) -> None:
        """Stop listening and cancel."""
        self._stop()
        for key in (KEY, "index"):
            self._tasks.cancel(key)


def current(session: Session, needle_id: str) -> NeedleAssessment | None:
    """Return the current assessment of one needle; ``None`` while there is none."""
    result = session.results.get(KEY)
    if result is None:
        return None
    for planned, value in zip(session.plan.needles, result.value.needles, strict=False):
        if planned.id == needle_id:
            return value
    return None
