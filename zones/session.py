"""`Session`: body, plan, history, selection, latest results, and one notice per thing that happens.

The single place where state changes. It computes nothing: results come in from outside and are
taken only while everything they read is unchanged. Main thread only, like its listeners.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Mapping
from typing import Any

from meshes.body import Body
from zones.change import Change, ChangeKind, Listener, Notices, changed_kinds
from zones.edits import Edit
from zones.errors import BadPlanError
from zones.history import History
from zones.plan import Plan, empty_plan, says_the_same
from zones.points import entry_of as entry_of_point
from zones.refit import EntryOf, refit_plan, require_body
from zones.results import Result, Results


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
        self._results = Results()
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
        return self._results.revision

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
        return self._saved is None or not says_the_same(self.plan, self._saved)

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

    @property
    def undo_body(self) -> str | None:
        """Id of the body that `undo` needs, where the step before lies on another one."""
        return self._elsewhere(self._history.undo_plan)

    @property
    def redo_body(self) -> str | None:
        """Id of the body that `redo` needs, where the step after lies on another one."""
        return self._elsewhere(self._history.redo_plan)

    def _elsewhere(self, plan: Plan | None) -> str | None:
        here = plan is None or plan.body_hash == self._body.content_hash
        return None if here or plan is None else plan.body_id

    def undo(self, by: str = "", body: Body | None = None) -> bool:
        """Take the last step back; return False if there is none.

        Raises
        ------
        BadPlanError
            The step before lies on another body (`undo_body`) and ``body`` is not it.
        """
        return self._go(self._history.undo_plan, self._history.undo, by, body)

    def redo(self, by: str = "", body: Body | None = None) -> bool:
        """Bring the step back; return False if there is none. Raises as `undo`, by `redo_body`."""
        return self._go(self._history.redo_plan, self._history.redo, by, body)

    def _go(self, to: Plan | None, step: Callable[[], bool], by: str, body: Body | None) -> bool:
        before, away = self.plan, self._elsewhere(to)
        if away and (body is None or to is None or body.content_hash != to.body_hash):
            raise BadPlanError(f"that step lies on body {away}; open it and give it with the step")
        if not step():
            return False
        if away and body is not None:
            self._arrive(body, by)
        else:
            self._changed(before, by)
        return True

    def _arrive(self, body: Body, by: str) -> None:
        """Another body with the plan as the history has it: all is new, no result is current."""
        self._body = body
        self._keep_selection()
        self._results.clear()
        self._results.note(ChangeKind)
        self._tell(set(ChangeKind), by)

    def _changed(self, before: Plan, by: str) -> None:
        kinds = set(changed_kinds(before, self.plan))
        self._results.note(kinds)
        if self._keep_selection():
            kinds.add(ChangeKind.SELECTION)
        self._tell(kinds | {ChangeKind.HISTORY}, by)

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
        self._arrive(body, by)

    def carry(self, body: Body, plan: Plan, label_id: str, by: str = "") -> None:
        """Open another state of the same body with the plan taken there: a step like any edit.

        Undo leads back to the plan as it was, on the body it was made on (`undo_body`); steps keep
        ids, not bodies. No result is current afterwards.

        Raises
        ------
        BadPlanError
            The plan is for another body; body and plan stay as they were.
        """
        self._history.put(require_body(plan, body), label_id)
        self._arrive(body, by)

    def accept(self, result: Result, by: str = "") -> bool:
        """Take a result in if everything it read is as it was; return whether it was taken."""
        if not self._results.accept(result, self._body.content_hash):
            return False
        self._tell({ChangeKind.RESULTS}, by)
        return True

    def drop(self, key: str, by: str = "") -> None:
        """Forget a result that was asked in another way than is wanted now."""
        if self._results.drop(key):
            self._tell({ChangeKind.RESULTS}, by)

    def is_current(self, result: Result) -> bool:
        """Whether nothing that a result read has changed since its revision."""
        return self._results.is_current(result, self._body.content_hash)

    @property
    def results(self) -> Mapping[str, Result]:
        """The current results by key; one that has gone stale is not among them."""
        return self._results.current(self._body.content_hash)

    def last_result(self, key: str) -> Result | None:
        """The last accepted result, stale or not: for showing it greyed, never as current."""
        return self._results.last(key)

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call a listener with every later change; call what is returned to stop."""
        return self._notices.subscribe(listener)

    def _tell(self, kinds: Iterable[ChangeKind], by: str) -> None:
        self._notices.tell(Change(frozenset(kinds), by, self.revision))


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
