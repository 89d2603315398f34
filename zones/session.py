"""`Session`: body, plan, history, selection, latest results, and one notice per thing that happens.

The single place where state changes. It computes nothing: results come in from outside and are
taken only while everything they read is unchanged. Main thread only, like its listeners.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from meshes.body import Body
from zones.change import Change, ChangeKind, Listener, Notices, changed_kinds
from zones.edits import Edit
from zones.errors import BadPlanError
from zones.history import History
from zones.plan import Plan, empty_plan
from zones.points import entry_of as entry_of_point
from zones.refit import EntryOf, refit_plan


@dataclass(frozen=True, eq=False)
class Result:
    """A computed value and what it was computed from.

    ``reads`` are the change kinds it depends on besides the body: it is current while none of
    them changed since ``revision``. One result is kept per ``key``.
    """

    key: str
    revision: int
    body_hash: str
    reads: frozenset[ChangeKind]
    value: Any


class Session:
    """What is being worked on.

    Parameters
    ----------
    body
        The open body.
    plan
        A plan, fitted to the body if it was made for another; an empty one if left out.
    clock
        Seconds, rising; tests pass their own.
    entry_of
        Finds a catalogue anchor on a body.

    Raises
    ------
    PostureError
        The plan was made for a body in another posture.
    """

    def __init__(
        self,
        body: Body,
        plan: Plan | None = None,
        clock: Callable[[], float] = time.monotonic,
        entry_of: EntryOf = entry_of_point,
    ) -> None:
        self._clock = clock
        self._entry_of = entry_of
        self._revision = 0
        self._last_change: dict[ChangeKind, int] = dict.fromkeys(ChangeKind, 0)
        self._results: dict[str, Result] = {}
        self._selection: str | None = None
        self._notices = Notices()
        self._start(body, empty_plan(body) if plan is None else plan)

    def _start(self, body: Body, plan: Plan) -> None:
        fitted = refit_plan(plan, body, self._entry_of)
        self._body = body
        self._history = History(fitted, self._clock)
        self._saved: Plan | None = plan
        self._keep_selection()

    # ---- what there is ---------------------------------------------------------------------------

    @property
    def body(self) -> Body:
        """The open body."""
        return self._body

    @property
    def plan(self) -> Plan:
        """The plan as it is now."""
        return self._history.plan

    @property
    def revision(self) -> int:
        """Rises with every change of plan or body, on undo too; never falls."""
        return self._revision

    @property
    def selection(self) -> str | None:
        """The id of the selected needle, or ``None``."""
        return self._selection

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self._history.undo_label is not None

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to bring back."""
        return self._history.redo_label is not None

    @property
    def undo_label(self) -> str | None:
        """The message id of the edit that undo takes back."""
        return self._history.undo_label

    @property
    def redo_label(self) -> str | None:
        """The message id of the edit that redo brings back."""
        return self._history.redo_label

    @property
    def is_modified(self) -> bool:
        """Whether the plan differs from the one opened or saved last."""
        return self.plan != self._saved

    @property
    def gesture(self) -> str | None:
        """The open gesture, or ``None``."""
        return self._history.gesture

    # ---- the plan --------------------------------------------------------------------------------

    def apply(self, edit: Edit, gesture: str | None = None, by: str = "") -> bool:
        """Apply an edit; return whether it changed anything. An edit that fails changes nothing.

        ``gesture`` names the press the edit belongs to: all its edits are one undo step. It is
        opened by `begin_gesture` or by its first edit, and closed by `end_gesture` or by the first
        edit outside it.

        Raises
        ------
        ZoneError
            What the edit refuses, such as a locked needle.
        """
        before = self.plan
        after = edit(before)
        if gesture != self._history.gesture:
            if gesture is None:
                self._history.end()
            else:
                self._history.begin(gesture)
        if not self._history.record(after, edit.label_id, edit.key):
            return False
        self._changed(before, by)
        return True

    def begin_gesture(self, gesture: str) -> None:
        """Open a gesture (mouse press); the one open before is closed."""
        self._history.begin(gesture)

    def end_gesture(self, by: str = "") -> None:
        """Close the gesture (release): what it did is one step. Tells that undo has changed."""
        if self._history.gesture is not None:
            self._history.end()
            self._tell({ChangeKind.HISTORY}, by)

    def cancel_gesture(self, by: str = "") -> bool:
        """Give up the gesture (Esc): the plan at the press is back, without a step."""
        before = self.plan
        if not self._history.cancel():
            return False
        self._changed(before, by)
        return True

    def undo(self, by: str = "") -> bool:
        """Take the last step back; return False if there is none."""
        before = self.plan
        if not self._history.undo():
            return False
        self._changed(before, by)
        return True

    def redo(self, by: str = "") -> bool:
        """Bring the step back; return False if there is none."""
        before = self.plan
        if not self._history.redo():
            return False
        self._changed(before, by)
        return True

    def _changed(self, before: Plan, by: str) -> None:
        kinds = set(changed_kinds(before, self.plan))
        self._note(kinds)
        if self._keep_selection():
            kinds.add(ChangeKind.SELECTION)
        self._tell(kinds | {ChangeKind.HISTORY}, by)

    def _note(self, kinds: Iterable[ChangeKind]) -> None:
        self._revision += 1
        for kind in kinds:
            self._last_change[kind] = self._revision

    def _keep_selection(self) -> bool:
        if self._selection in {None, *(planned.id for planned in self.plan.needles)}:
            return False
        self._selection = None
        return True

    def mark_saved(self, by: str = "") -> None:
        """Say that the plan as it is now lies in a file."""
        if self.is_modified:
            self._saved = self.plan
            self._tell({ChangeKind.HISTORY}, by)

    # ---- selection, body, results ----------------------------------------------------------------

    def select(self, needle_id: str | None, by: str = "") -> bool:
        """Select a needle or nothing; return False if it is selected already.

        Raises
        ------
        BadPlanError
            The plan has no such needle.
        """
        if needle_id is not None:
            self.plan.needle(needle_id)
        if needle_id == self._selection:
            return False
        self._selection = needle_id
        self._tell({ChangeKind.SELECTION}, by)
        return True

    def open(
        self, body: Body, plan: Plan | None = None, by: str = "", is_saved: bool = True
    ) -> None:
        """Open a body, with a plan or with the present one fitted to it; the history starts anew.

        Loading is not an edit: there is nothing to undo. Everything has changed afterwards, and no
        result is current. With ``is_saved`` false the needles of the plan are on no disk yet.

        Raises
        ------
        PostureError
            The plan was made for another posture; body and plan stay as they were.
        """
        self._history.end()
        self._start(body, self.plan if plan is None else plan)
        if not is_saved and self.plan.needles:
            self._saved = None
        self._results.clear()
        self._note(ChangeKind)
        self._tell(set(ChangeKind), by)

    def carry(self, body: Body, carried: Callable[[Plan], Plan], by: str = "") -> None:
        """Open another state of the same body: the plan and every step of undo are taken along.

        ``carried`` takes a plan of the body that is open to the other one (`zones.carry`). What is
        on no disk yet says so; no result is current afterwards.

        Raises
        ------
        ZoneError
            The present plan cannot be carried; body and plan stay as they were.
        """
        self._history.carry(carried)
        self._body = body
        self._saved = None if self.plan.needles else self.plan
        self._results.clear()
        self._note(ChangeKind)
        self._tell(set(ChangeKind), by)

    def accept(self, result: Result, by: str = "") -> bool:
        """Take a result in if everything it read is as it was; return whether it was taken."""
        newer = self._results.get(result.key)
        if not self.is_current(result) or (newer and newer.revision > result.revision):
            return False
        self._results[result.key] = result
        self._tell({ChangeKind.RESULTS}, by)
        return True

    def drop(self, key: str, by: str = "") -> None:
        """Forget a result that was asked in another way than is wanted now."""
        if self._results.pop(key, None) is not None:
            self._tell({ChangeKind.RESULTS}, by)

    def is_current(self, result: Result) -> bool:
        """Whether nothing that a result read has changed since its revision."""
        if result.body_hash != self._body.content_hash or result.revision > self._revision:
            return False
        reads = {ChangeKind.BODY, *result.reads}
        return all(self._last_change[kind] <= result.revision for kind in reads)

    @property
    def results(self) -> Mapping[str, Result]:
        """The current results by key; one that has gone stale is not among them."""
        return MappingProxyType({k: r for k, r in self._results.items() if self.is_current(r)})

    def last_result(self, key: str) -> Result | None:
        """The last accepted result, stale or not: for showing it greyed, never as current."""
        return self._results.get(key)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call a listener with every later change; call what is returned to stop."""
        return self._notices.subscribe(listener)

    def _tell(self, kinds: Iterable[ChangeKind], by: str) -> None:
        self._notices.tell(Change(frozenset(kinds), by, self._revision))


def result_for(session: Session, key: str, reads: Iterable[ChangeKind], value: Any) -> Result:
    """Wrap a value computed from the session as it is now.

    Raises
    ------
    BadPlanError
        ``reads`` is empty: a result that depends on nothing can never go stale.
    """
    kinds = frozenset(reads)
    if not kinds:
        raise BadPlanError(f"result {key!r} reads nothing; name the change kinds it depends on")
    return Result(key, session.revision, session.body.content_hash, kinds, value)
