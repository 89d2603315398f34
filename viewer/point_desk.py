"""The trigger points of the open body: found off the main thread, chosen, assessed, placed. No Qt.

Nothing is found before somebody wants to see it (`want`): then batch by batch, so that an index or
a file never waits long behind it. What lies under the chosen point is computed with the plan's own
zones and margins, each time they change; it is never read from the catalogue.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from itertools import islice

import numpy as np

from meshes.body import Body
from viewer.assessing import Assessing
from viewer.i18n.text import tr
from viewer.point_words import reason_text
from viewer.tasks import Tasks
from zones import edits
from zones.assess import assess_needles
from zones.assessment import NeedleAssessment
from zones.change import Change, ChangeKind
from zones.pain_first import Hurting, points_that_hurt
from zones.plan import Plan, PlannedNeedle
from zones.point_catalogue import point_catalogue, trigger_point
from zones.point_check import PointCheck
from zones.points import NOT_RECOMMENDED, ResolvedPoint
from zones.points_kept import FoundPoint, find_point, keep_points, read_points
from zones.referral import Referral, referral_region
from zones.session import Session

Key = tuple[str, str]
"""Catalogue id and side."""
BY = "points"
_BATCH = 8
_FIND, _CHECK, _REFERRAL, _PAIN = "points", "point", "referral", "pain"
STATES = ("pending", "found", "no_muscle", "missed", "absent", "blocked")
"""Not looked for yet; over its muscle; body lacks the muscle; not over it; not on it; never."""


class PointDesk:
    """``found`` grows while points are looked for; ``chosen`` is the one whose card is open."""

    def __init__(self, session: Session, tasks: Tasks, assessing: Assessing) -> None:
        self._session, self._tasks, self._assessing = session, tasks, assessing
        self._body: Body | None = None
        self.found: dict[Key, ResolvedPoint] = {}
        self.normals: dict[Key, np.ndarray] = {}
        self.chosen: Key | None = None
        self.check: PointCheck | None = None
        self.referral: Referral | None = None
        self.hurting: list[Hurting] | None = None
        """The points that refer pain to the place asked for, ranked; ``None``: none was asked."""
        self.failure = ""
        self.on_hurting: list[Callable[[], None]] = []
        self.on_found: list[Callable[[], None]] = []
        self.on_chosen: list[Callable[[], None]] = []
        self.on_standing: Callable[[PlannedNeedle], None] = lambda planned: None
        """A needle stands where one was to be placed, and was selected instead."""
        self._stop = session.subscribe(self._hear)
        assessing.on_status.append(self._ready)

    @property
    def body(self) -> Body:
        """The open body."""
        return self._session.body

    # -- finding ------------------------------------------------------------------------------
    def want(self) -> None:
        """Somebody looks at the points: find them, unless that is done or going on."""
        body = self._session.body
        if self._body is body:
            return
        self._body = body
        self._forget()
        self._tasks.submit(
            _FIND, lambda _: read_points(body), lambda kept: self._begin(body, kept), self._failed,
            lane="long",
        )  # fmt: skip

    def _begin(self, body: Body, kept: Mapping[Key, FoundPoint] | None) -> None:
        """Show what was found in an earlier session, or start finding."""
        if body is not self._session.body:
            return
        if kept is not None:
            self._take(kept.values())
            return
        keys = [(k, side) for k, p in point_catalogue().points.items() for side in p.sides]
        self._find_next(body, iter(sorted(keys, key=lambda k: k[1] != "left")))

    def _find_next(self, body: Body, keys: Iterable[Key]) -> None:
        batch = list(islice(keys, _BATCH))
        if body is not self._session.body:
            return
        if not batch:
            self._keep(body)
            return

        def work(cancelled: Callable[[], bool]) -> list[FoundPoint]:
            made = []
            for key in batch:
                if cancelled():
                    break
                if key not in self.found:
                    made.append(find_point(body, *key))
            return made

        def done(made: list[FoundPoint]) -> None:
            self._take(made)
            self._find_next(body, keys)

        self._tasks.submit(_FIND, work, done, self._failed, lane="long")

    def _keep(self, body: Body) -> None:
        """All are found: the next session reads them."""
        if len(self.found) < sum(len(p.sides) for p in point_catalogue().points.values()):
            return  # some were cancelled
        made = [FoundPoint(one, self.normals.get(key)) for key, one in self.found.items()]
        self._tasks.submit(
            _FIND, lambda _: keep_points(body, made), lambda _: None, self._failed, lane="long"
        )

    def _take(self, made: Iterable[FoundPoint]) -> None:
        for one in made:
            self.found[one.key] = one.resolved
            if one.outward is not None:
                self.normals[one.key] = one.outward
        for tell in tuple(self.on_found):
            tell()

    def state(self, key: Key) -> str:
        """One of `STATES`."""
        if trigger_point(key[0]).not_recommended:
            return "blocked"
        found = self.found.get(key)
        if found is None:
            return "pending"
        if not found.on_body:
            return "absent"
        if found.reason == NOT_RECOMMENDED:
            return "blocked"
        if found.over_muscle is None:
            return "no_muscle"
        return "found" if found.over_muscle else "missed"

    # -- choosing -----------------------------------------------------------------------------
    def choose(self, key: Key | None) -> None:
        """Open the card of a point, and compute what lies under it."""
        if key == self.chosen:
            return
        self.chosen, self.check, self.referral = key, None, None
        self._tell_chosen()
        self._compute()
        self._lay_referral()

    def _compute(self) -> None:
        """Resolve the chosen point if need be, and assess its stored approach."""
        key, body, assessing = self.chosen, self._session.body, self._assessing
        self.check, self.failure = None, ""
        self._tasks.cancel(_CHECK)
        if key is None or not assessing.is_ready:
            return
        known, zones, index = self.found.get(key), assessing.zones_now(), assessing.index

        def work(cancelled: Callable[[], bool]) -> tuple[PointCheck, FoundPoint]:
            here = FoundPoint(known, None) if known is not None else find_point(body, *key)
            found = here.resolved
            result: NeedleAssessment | None = None
            if found.needle is not None:
                result = assess_needles(
                    body, [found.needle], zones, index=index, cancelled=cancelled
                ).needles[0]
            return PointCheck(found, result), here

        def done(made: tuple[PointCheck, FoundPoint]) -> None:
            if key != self.chosen or body is not self._session.body:
                return
            self.check, here = made
            if key not in self.found:
                self._take([here])
            self._tell_chosen()

        self._tasks.submit(_CHECK, work, done, self._failed)

    def _lay_referral(self) -> None:
        """Lay the chosen point's referral pattern onto the skin."""
        key, body = self.chosen, self._session.body
        self._tasks.cancel(_REFERRAL)
        if key is None or body.skin is None:
            return
        known = self.found.get(key)

        def work(_: Callable[[], bool]) -> Referral:
            found = known if known is not None else find_point(body, *key).resolved
            return referral_region(body, trigger_point(key[0]), key[1], found.entry)

        def done(made: Referral) -> None:
            if key == self.chosen and body is self._session.body:
                self.referral = made
                self._tell_chosen()

        self._tasks.submit(_REFERRAL, work, done, self._failed, lane="read")

    def ask_pain(self, spot: np.ndarray | None) -> None:
        """Rank the points by where it hurts, (3,) on the skin; ``None``: forget the place."""
        body = self._session.body
        self._tasks.cancel(_PAIN)
        if spot is None:
            self._hurts(None)
            return
        entries = {k: f.entry for k, f in self.found.items() if f.entry is not None}

        def done(made: list[Hurting]) -> None:
            if body is self._session.body:
                self._hurts(made)

        self._tasks.submit(
            _PAIN, lambda _: points_that_hurt(body, spot, entries), done, self._failed, lane="read"
        )

    def _hurts(self, made: list[Hurting] | None) -> None:
        self.hurting = made
        for tell in tuple(self.on_hurting):
            tell()

    def _ready(self) -> None:
        if self.chosen is not None and self.check is None and not self._tasks.is_running(_CHECK):
            self._compute()

    @property
    def phase(self) -> str:
        """The phase of the breath at which a point is judged: the open body's."""
        return self._session.body.phase

    def refusal(self, key: Key) -> str:
        """Why the approach of a point cannot be placed; empty if it can."""
        point = trigger_point(key[0])
        if point.not_recommended:
            return tr("Blocked from planning: {why}.", why=tr(point.not_recommended))
        found = self.found.get(key)
        if found is None:
            return tr("The point is still being looked for on this body.")
        if found.needle is None:
            return reason_text(found) or tr("This point has no stored approach.")
        return ""

    def place(self) -> bool:
        """Add the stored approach of the chosen point as a needle: one step of undo.

        A needle that stands in the same place already is selected instead: two needles cannot
        enter in one place, and what was changed on the first is kept.
        """
        key = self.chosen
        if key is None or self.refusal(key):
            return False
        found, session = self.found[key], self._session
        needle = found.needle
        if needle is None:
            return False
        standing = _standing_at(session.plan, needle.entry)
        if standing is not None:
            session.select(standing.id, BY)
            self.on_standing(standing)
            return True
        new_id = session.plan.free_needle_id()
        side = {"left": tr("left"), "right": tr("right")}[key[1]]
        edit = edits.add_needle(
            needle, f"{key[0]} {side}", needle_id=new_id, anchor=found.plan_anchor,
            length=found.length,
        )  # fmt: skip
        if not session.apply(edit, by=BY):
            return False
        session.select(new_id, BY)
        return True

    # -- following ----------------------------------------------------------------------------
    def _hear(self, change: Change) -> None:
        if self._body is not None and self._session.body is not self._body:
            chosen, self._body = self.chosen, None
            self._forget()
            for tell in (*self.on_found, *self.on_chosen):
                tell()
            self.choose(chosen)  # the same point in somebody else
        elif ChangeKind.ZONES in change.kinds and self.chosen is not None:
            self._compute()

    def _forget(self) -> None:
        self._tasks.cancel(_FIND)
        self._tasks.cancel(_CHECK)
        self._tasks.cancel(_REFERRAL)
        self.ask_pain(None)
        self.found, self.normals = {}, {}
        self.chosen, self.check, self.referral, self.failure = None, None, None, ""

    def _failed(self, error: Exception) -> None:
        self.failure = str(error) or type(error).__name__
        self._tell_chosen()

    def _tell_chosen(self) -> None:
        for tell in tuple(self.on_chosen):
            tell()

    def close(self) -> None:
        """Stop listening and cancel."""
        self._stop()
        for key in (_FIND, _CHECK, _REFERRAL, _PAIN):
            self._tasks.cancel(key)


def _standing_at(plan: Plan, entry: np.ndarray) -> PlannedNeedle | None:
    """The needle that enters within a shaft's width of a place, if one does."""
    return next(
        (
            planned
            for planned in plan.needles
            if np.linalg.norm(planned.needle.entry - entry) < planned.diameter
        ),
        None,
    )
