"""`Results`: the latest computed values of a session, and what may still be called current.

A value carries what it was computed from; it is current while nothing that it read has changed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from zones.change import ChangeKind


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


class Results:
    """One result per key, and when each kind of change happened last."""

    def __init__(self) -> None:
        self.revision = 0
        self._last_change: dict[ChangeKind, int] = dict.fromkeys(ChangeKind, 0)
        self._results: dict[str, Result] = {}

    def note(self, kinds: Iterable[ChangeKind]) -> None:
        """These kinds have changed just now."""
        self.revision += 1
        for kind in kinds:
            self._last_change[kind] = self.revision

    def is_current(self, result: Result, body_hash: str) -> bool:
        """Whether nothing that a result read has changed since its revision."""
        if result.body_hash != body_hash or result.revision > self.revision:
            return False
        reads = {ChangeKind.BODY, *result.reads}
        return all(self._last_change[kind] <= result.revision for kind in reads)

    def accept(self, result: Result, body_hash: str) -> bool:
        """Keep a result that is current and not older than the one there; return whether it is."""
        newer = self._results.get(result.key)
        if not self.is_current(result, body_hash) or (newer and newer.revision > result.revision):
            return False
        self._results[result.key] = result
        return True

    def current(self, body_hash: str) -> Mapping[str, Result]:
        """The current results by key; one that has gone stale is not among them."""
        kept = {k: r for k, r in self._results.items() if self.is_current(r, body_hash)}
        return MappingProxyType(kept)

    def last(self, key: str) -> Result | None:
        """The last accepted result, stale or not."""
        return self._results.get(key)

    def drop(self, key: str) -> bool:
        """Forget a result; return whether there was one."""
        return self._results.pop(key, None) is not None

    def clear(self) -> None:
        """Forget them all."""
        self._results.clear()
