"""The rows of one needle's assessment, made of the numbers when they are first read.

A drag asks thirty times a second for a verdict and a limit depth; a hundred records are wanted only
where somebody looks at the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import fields
from typing import Any, overload

import numpy as np
from numpy.typing import NDArray

from meshes.index.states import MAYBE_INSIDE, NO_SIGN
from zones import clearance as near
from zones.assessment import Verdict, ZoneResult, record
from zones.clearance import VERDICTS, ZoneMeasures, ZoneRows, verdict_ranks
from zones.needle import Needle

_FIELDS = tuple(field.name for field in fields(ZoneResult))
_BEYOND: dict[str, Any] = {
    "clearance": None, "clearance_worst": None, "at_depth": None, "nearest": None,
    "on_axis": None, "nearest_structure": "",
}  # fmt: skip


class ZoneResults(Sequence[ZoneResult]):
    """The results of one needle, one per zone asked for, in that order; cannot be changed.

    Parameters
    ----------
    ids
        Structure ids, by row of the index.
    rows
        The zones as rows of the index.
    needle
        What was measured.
    found
        Its numbers.
    """

    def __init__(
        self, ids: tuple[str, ...], rows: ZoneRows, needle: Needle, found: ZoneMeasures
    ) -> None:
        has_sign = found.flags & NO_SIGN == 0
        self._of = (ids, rows, needle, found)
        self._ranks = verdict_ranks(found.clearance, rows.margins, rows.complete, has_sign)
        self._made: tuple[ZoneResult, ...] | None = None

    @property
    def worst(self) -> Verdict:
        """The worst verdict; of nothing, ``NOT_ASSESSED``: an empty catalogue clears nobody."""
        rows = self._of[1]
        least = int(self._ranks.min(initial=len(VERDICTS)))
        unknown = VERDICTS.index(Verdict.NOT_ASSESSED)
        if len(rows.present) < len(rows.unmeasured) or least == len(VERDICTS):
            least = min(least, unknown)
        return VERDICTS[least]

    def __len__(self) -> int:
        return len(self._of[1].unmeasured)

    @overload
    def __getitem__(self, at: int) -> ZoneResult: ...

    @overload
    def __getitem__(self, at: slice) -> tuple[ZoneResult, ...]: ...

    def __getitem__(self, at: int | slice) -> ZoneResult | tuple[ZoneResult, ...]:
        return self._records()[at]

    def __iter__(self) -> Iterator[ZoneResult]:
        return iter(self._records())

    def __repr__(self) -> str:
        return f"ZoneResults({self._records()!r})"

    def _records(self) -> tuple[ZoneResult, ...]:
        if self._made is None:  # two threads may both make them: alike
            self._made = _records(*self._of, self._ranks)
        return self._made


def _records(
    ids: tuple[str, ...],
    rows: ZoneRows,
    needle: Needle,
    found: ZoneMeasures,
    ranks: NDArray[np.int64],
) -> tuple[ZoneResult, ...]:
    """Fill the numbers in, column by column, in the order of `ZoneResult`'s fields."""
    spots = found.spots
    at_depth = spots[:, 1]
    on_axis = needle.entry + at_depth[:, None] * needle.direction
    near_rows, clearance = found.row.tolist(), found.clearance.tolist()
    columns = [
        *rows.named, clearance, clearance, at_depth.tolist(), spots[:, 2:], on_axis,
        _depths_or_none(found.contact), _depths_or_none(found.limit),
        map(VERDICTS.__getitem__, ranks.tolist()), *rows.noted, map(ids.__getitem__, near_rows),
        [None] * len(near_rows), [None] * len(near_rows),
    ]  # fmt: skip
    made = [
        record(ZoneResult, dict(zip(_FIELDS, row, strict=True)))
        for row in zip(*columns, strict=True)
    ]
    for i in np.flatnonzero((found.row < 0) | (found.flags & NO_SIGN != 0)).tolist():
        values = vars(made[i])
        if near_rows[i] < 0:
            values |= _BEYOND
        values["note"] = _note(values["note"], int(found.flags[i]), near_rows[i] >= 0)
    if len(made) == len(rows.unmeasured):
        return tuple(made)
    results = list(rows.unmeasured)
    for number, result in zip(rows.present, made, strict=True):
        results[number] = result
    return tuple(results)


def _depths_or_none(depths: NDArray[np.float64]) -> list[float | None]:
    return [None if depth == np.inf else depth for depth in depths.tolist()]


def _note(note: str, flags: int, known: bool) -> str:
    notes = [note] if note else []
    if flags & NO_SIGN:
        notes.append(near.MAYBE_INSIDE if flags & MAYBE_INSIDE else near.SIGN_UNAVAILABLE)
    if not known:
        notes.append(near.BEYOND)
    return ";".join(notes)
