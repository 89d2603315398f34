"""`Change`: the one notice of a session. Kinds come from a closed list, never from a field."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from enum import Enum

from zones.plan import Plan


class ChangeKind(Enum):
    """What may have changed. At most ten members, so that a view can know them all."""

    BODY = "body"
    NEEDLES = "needles"
    ZONES = "zones"
    """Margins and muted rows."""
    PROTOCOL = "protocol"
    """Technique and screening answers."""
    SUBJECT = "subject"
    NOTES = "notes"
    """Title, notes and review: words that decide no number."""
    SELECTION = "selection"
    RESULTS = "results"
    HISTORY = "history"
    """What undo and redo offer, and whether there is something to save."""


PLAN_KINDS = frozenset(
    {ChangeKind.NEEDLES, ChangeKind.ZONES, ChangeKind.PROTOCOL, ChangeKind.SUBJECT,
     ChangeKind.NOTES}
)  # fmt: skip

_FIELDS = {
    "needles": ChangeKind.NEEDLES,
    "margins": ChangeKind.ZONES,
    "muted_zones": ChangeKind.ZONES,
    "technique": ChangeKind.PROTOCOL,
    "screening": ChangeKind.PROTOCOL,
    "subject": ChangeKind.SUBJECT,
    "title": ChangeKind.NOTES,
    "notes": ChangeKind.NOTES,
    "review": ChangeKind.NOTES,
}


@dataclass(frozen=True)
class Change:
    """What happened, who did it, and the revision after it.

    ``by`` names the part that acted, so that a view can leave out what it did itself.
    """

    kinds: frozenset[ChangeKind]
    by: str
    revision: int


def changed_kinds(before: Plan, after: Plan) -> frozenset[ChangeKind]:
    """Return the kinds in which two plans differ; empty for equal ones."""
    return frozenset(
        kind
        for name, kind in _FIELDS.items()
        if getattr(before, name) is not getattr(after, name)
        and getattr(before, name) != getattr(after, name)
    )


Listener = Callable[[Change], None]


class Notices:
    """Listeners of one session. A notice sent by a listener waits until all have heard the first.

    A listener that raises ends the telling; the notices still waiting are dropped with it.
    """

    def __init__(self) -> None:
        self._listeners: list[Listener] = []
        self._waiting: deque[Change] = deque()
        self._telling = False

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call a listener with every later change; call what is returned to stop."""
        self._listeners.append(listener)

        def stop() -> None:
            if listener in self._listeners:
                self._listeners.remove(listener)

        return stop

    def tell(self, change: Change) -> None:
        """Send one notice to every listener, in the order of their subscription."""
        self._waiting.append(change)
        if self._telling:
            return
        self._telling = True
        try:
            while self._waiting:
                first = self._waiting.popleft()
                for listener in tuple(self._listeners):
                    listener(first)
        finally:
            self._telling = False
            self._waiting.clear()
