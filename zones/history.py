"""`History`: plans with a cursor. Undo is an earlier plan, never an inverse command.

Snapshots and not commands, because an edit that forgets to say how it is undone cannot exist here;
frozen plans share their parts, so a step costs a few hundred bytes. The clock is passed in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from zones.plan import Plan

COALESCE_S = 0.8
"""Edits of one key that follow each other within this time are one step."""


@dataclass(frozen=True)
class _Step:
    """A plan and the edit that led to it; the first step has no label."""

    plan: Plan
    label_id: str = ""


class History:
    """The plans so far. Holds no listener and knows no session."""

    def __init__(
        self, plan: Plan, clock: Callable[[], float], interval_s: float = COALESCE_S
    ) -> None:
        self._clock = clock
        self._interval_s = interval_s
        self._steps = [_Step(plan)]
        self._cursor = 0
        self._key = ""
        self._edited_at = float("-inf")
        self._gesture: str | None = None
        self._pending: _Step | None = None

    @property
    def plan(self) -> Plan:
        """The plan as it is now, an open gesture included."""
        return (self._pending or self._steps[self._cursor]).plan

    @property
    def gesture(self) -> str | None:
        """The open gesture, or ``None``."""
        return self._gesture

    @property
    def undo_label(self) -> str | None:
        """The label id of what undo would take back; ``None`` if there is nothing."""
        if self._moved():
            return self._pending.label_id if self._pending else None
        return self._steps[self._cursor].label_id if self._cursor else None

    @property
    def redo_label(self) -> str | None:
        """The label id of what redo would bring back; ``None`` if there is nothing."""
        if self._moved() or self._cursor + 1 == len(self._steps):
            return None
        return self._steps[self._cursor + 1].label_id

    @property
    def undo_plan(self) -> Plan | None:
        """The plan that undo leads to; ``None`` if there is nothing to take back."""
        if self._moved():
            return self._steps[self._cursor].plan
        return self._steps[self._cursor - 1].plan if self._cursor else None

    @property
    def redo_plan(self) -> Plan | None:
        """The plan that redo leads to; ``None`` if there is nothing to bring back."""
        return None if self.redo_label is None else self._steps[self._cursor + 1].plan

    def _moved(self) -> bool:
        return self._pending is not None and self._pending.plan != self._steps[self._cursor].plan

    def record(self, plan: Plan, label_id: str, key: str = "") -> bool:
        """Take in the plan after an edit; return False if it changes nothing.

        Inside a gesture it replaces what the gesture did so far. Outside, an edit with the key of
        the one before, soon enough after it, joins that step.
        """
        if plan == self.plan:
            return False
        if self._gesture is not None:
            label = self._pending.label_id if self._pending else label_id
            self._pending = _Step(plan, label)
            return True
        now = self._clock()
        joins = bool(key) and key == self._key and now - self._edited_at <= self._interval_s
        self._key, self._edited_at = key, now
        if joins:
            self._steps[self._cursor] = _Step(plan, label_id)
            if plan == self._steps[self._cursor - 1].plan:  # there and back: no step
                self._drop_step()
        else:
            self._append(_Step(plan, label_id))
        return True

    def _append(self, step: _Step) -> None:
        del self._steps[self._cursor + 1 :]
        self._steps.append(step)
        self._cursor += 1

    def _drop_step(self) -> None:
        del self._steps[self._cursor :]
        self._cursor -= 1
        self._key = ""

    def begin(self, gesture: str) -> None:
        """Open a gesture; one that is open already is ended first."""
        self.end()
        self._gesture = gesture
        self._key = ""

    def end(self) -> None:
        """Close the gesture: one step, or none if it came back to where it began."""
        if self._pending is not None and self._moved():
            self._append(self._pending)
        self._gesture = self._pending = None
        self._key = ""

    def cancel(self) -> bool:
        """Give up the gesture: the plan at the press, no step; return whether the plan changed."""
        changed = self._moved()
        self._gesture = self._pending = None
        return changed

    def put(self, plan: Plan, label_id: str) -> None:
        """Take in a plan as a step of its own; an open gesture is ended first."""
        self.end()
        self._append(_Step(plan, label_id))

    def undo(self) -> bool:
        """Go one step back; return False at the beginning. An open gesture is ended first."""
        self.end()
        if self._cursor == 0:
            return False
        self._cursor -= 1
        return True

    def redo(self) -> bool:
        """Go one step forward again; return False at the end. An open gesture is ended first."""
        self.end()
        if self._cursor + 1 == len(self._steps):
            return False
        self._cursor += 1
        return True
