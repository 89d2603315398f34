"""How long work says how far it is, and how it is stopped: two callables, nothing else."""

from __future__ import annotations

from collections.abc import Callable

from zones.errors import ZoneError

Cancelled = Callable[[], bool]
"""Asked now and then; True stops the work."""

Progress = Callable[[float], None]
"""Told the share done, 0 to 1, rising."""


class CancelledError(ZoneError):
    """The work was stopped on request; there is no result. Not a fault of anybody."""


def never() -> bool:
    """Let the work run to its end."""
    return False


def ignore(_share: float) -> None:
    """Take no notice of progress."""


def stop_if(cancelled: Cancelled) -> None:
    """Raise `CancelledError` if the work is no longer wanted."""
    if cancelled():
        raise CancelledError("the computation was cancelled; ask again for a result")
