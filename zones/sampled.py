"""What sampled clearances say: distributions, and shares of needles with their intervals.

Pure numbers: (n,) clearances in, frozen records out. Percentiles are values that occurred, the
lower neighbour where none falls on the share: none is larger than the truth of the sample.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zones.assessment import Verdict
from zones.danger import DangerZone

Floats = NDArray[np.float64]

SHARES = (1, 5, 25, 50, 75, 95, 99)
CONFIDENCE = 0.95


@dataclass(frozen=True)
class Interval:
    """A probability estimated from ``count`` of ``n``, with its 95 % interval (Clopper-Pearson).

    ``at_least`` says that what is unknown may add to it: then ``high`` is 1.
    """

    count: int
    n: int
    low: float
    high: float
    at_least: bool = False

    @property
    def share(self) -> float:
        """``count`` over ``n``."""
        return self.count / self.n


def interval(count: int, n: int, at_least: bool = False) -> Interval:
    """Return the exact binomial interval; covers the truth in at least 95 of 100 samples."""
    from scipy.special import betaincinv  # costs a tenth of a second: not at import

    tail = (1.0 - CONFIDENCE) / 2.0
    low = 0.0 if count == 0 else float(betaincinv(count, n - count + 1, tail))
    high = 1.0 if count == n else float(betaincinv(count + 1, n - count, 1.0 - tail))
    return Interval(count, n, low, 1.0 if at_least else high, at_least)


@dataclass(frozen=True)
class Distribution:
    """Clearances of n needles, mm: ``percentiles`` at `SHARES` per cent, ``lowest`` of all."""

    mean: float
    sd: float
    lowest: float
    percentiles: tuple[float, ...]

    def at(self, share: int) -> float:
        """The percentile at one of `SHARES`."""
        return self.percentiles[SHARES.index(share)]

    @property
    def span(self) -> tuple[float, float]:
        """5th and 95th percentile: the range a value is shown as, with ``lowest`` as its worst."""
        return self.at(5), self.at(95)


def distribution(values: Floats) -> Distribution:
    """Summarise (n,) clearances, mm; all finite."""
    found = np.percentile(values, SHARES, method="lower")
    return Distribution(
        float(values.mean()), float(values.std()), float(values.min()), tuple(map(float, found))
    )


@dataclass(frozen=True)
class Tally:
    """How many needles got which verdict; ``unknown`` are those that nothing clears."""

    breach: Interval
    margin_lost: Interval
    unknown: int
    clear: int

    @property
    def verdict(self) -> Verdict:
        """The worst that any of them got."""
        if self.breach.count:
            return Verdict.BREACH
        if self.margin_lost.count:
            return Verdict.WITHIN_MARGIN
        return Verdict.NOT_ASSESSED if self.unknown else Verdict.CLEAR


def tally(lowest: Floats, slack: Floats, is_known: bool) -> Tally:
    """Count needles by clearance (n,) and by what it exceeds the margin, mm.

    ``margin_lost`` counts the breaches too.
    """
    n = len(lowest)
    breach = int(np.count_nonzero(lowest <= 0.0))
    lost = int(np.count_nonzero((slack < 0.0) | (lowest <= 0.0)))
    rest = n - lost
    return Tally(
        interval(breach, n, not is_known), interval(lost, n, not is_known),
        0 if is_known else rest, rest if is_known else 0,
    )  # fmt: skip


@dataclass(frozen=True)
class SampledZone:
    """One zone. ``clearance`` and ``tally`` are ``None`` if the body does not show it."""

    zone_id: str
    name: str
    side: str
    margin: float
    clearance: Distribution | None
    tally: Tally | None
    note: str = ""

    @property
    def verdict(self) -> Verdict:
        """The worst verdict that any needle got from this zone."""
        return Verdict.NOT_ASSESSED if self.tally is None else self.tally.verdict


def sampled_zones(
    zones: Sequence[DangerZone],
    notes: Sequence[str],
    present: Sequence[int],
    known: NDArray[np.bool_],
    table: Floats,
) -> tuple[SampledZone, ...]:
    """Summarise the rows of a table (present, n) of clearances, mm, in the order of the zones."""
    place = {i: k for k, i in enumerate(present)}
    made = []
    for i, zone in enumerate(zones):
        k = place.get(i)
        spread = None if k is None else distribution(table[k])
        counts = None
        if k is not None:
            counts = tally(table[k], table[k] - zone.margin_mm, bool(known[k]))
        made.append(
            SampledZone(zone.id, zone.name, zone.side, zone.margin_mm, spread, counts, notes[i])
        )
    return tuple(made)
