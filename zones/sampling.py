"""`sample`: how near a planned needle comes to each zone if it turns out as needles do.

Draws needles from named contributions and measures every one exactly. The same seed gives the same
bytes for any number of workers. What cannot be known is never counted as clear.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.change import ChangeKind
from zones.clearance import ZoneRows
from zones.danger import DangerZone, danger_zones
from zones.drawn_clearances import Model, breathing, clearances, model_of
from zones.needle import Needle
from zones.progress import Cancelled, Progress, ignore, never, stop_if
from zones.sampled import (
    Distribution,
    Interval,
    SampledZone,
    Tally,
    distribution,
    sampled_zones,
    tally,
)
from zones.uncertainty import Contribution, contributions, only
from zones.uncertainty_draws import Draws, draw

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex
    from zones.breath_phases import Breath

Floats = NDArray[np.float64]

RESULT_KEY = "sample"
READS = frozenset({ChangeKind.NEEDLES, ChangeKind.ZONES})
"""What a session's result reads besides the body."""

DEFAULT_SAMPLES = 10_000
RANKED_SAMPLES = 2_000
"""How many of the samples rank the contributions."""


@dataclass(frozen=True, eq=False)
class Influence:
    """What one contribution does alone, mm: spread of the least clearance, and its 5th percentile.

    ``loss`` is how far that percentile lies below the clearance of the plan.
    """

    id: str
    sd: float
    low: float
    loss: float


@dataclass(frozen=True, eq=False)
class Sampled:
    """A needle as it may turn out. Lengths in mm.

    ``least`` is the distribution of the least clearance over all zones that the body shows,
    ``least_zone`` says how often each zone has it; ``tally`` counts needles by their worst zone.
    ``influences`` rank the contributions, the most harmful first. ``not_assessed`` names the
    contributions that were left out. ``unseated`` counts entry points that drifted off the skin.
    """

    needle: Needle
    n: int
    seed: int
    contributions: tuple[Contribution, ...]
    zones: tuple[SampledZone, ...]
    least: Distribution | None
    least_zone: Mapping[str, int]
    tally: Tally
    influences: tuple[Influence, ...]
    not_assessed: tuple[str, ...]
    unseated: int
    phases: int

    @property
    def breach(self) -> Interval:
        """Probability that some zone is touched; a lower bound while a zone is unknown."""
        return self.tally.breach


def sample(
    body: Body,
    needle: Needle,
    zones: Sequence[DangerZone] | None = None,
    *,
    n: int = DEFAULT_SAMPLES,
    seed: int = 0,
    rows: Sequence[Contribution] | None = None,
    phases: Sequence[Body] = (),
    breath: Breath | None = None,
    ranked: int = RANKED_SAMPLES,
    index: BodyIndex | None = None,
    workers: int | None = None,
    progress: Progress = ignore,
    cancelled: Cancelled = never,
) -> Sampled:
    """Sample a needle against danger zones.

    Parameters
    ----------
    body
        World frame (LPS), mm.
    zones
        Default: every row of the catalogue on this body.
    n, seed
        How many needles, and which ones: the first n of an endless list that the seed names.
    rows
        The contributions; default: `zones.uncertainty.contributions`.
    breath
        The body through its breath (`zones.breathing.breath_of`): each needle rides on the skin and
        counts with its worst phase, for it stays in while the person breathes. Without it,
        breathing is not assessed.
    phases
        The same, of bodies at other phases whose skin does not move at the entry.
    ranked
        How many of the samples rank the contributions, each drawn alone; 0: no ranking.
    workers
        Threads. The answer does not depend on it.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    BadNeedleError
        A number of samples or a seed that is none.
    """
    wanted = tuple(danger_zones(body) if zones is None else zones)
    rows = contributions() if rows is None else tuple(rows)
    models = [model_of(b, wanted, index if b is body else None) for b in (body, *phases)]
    if breath is not None:
        models += breathing(breath, needle, wanted)
    draws = draw(body, needle, rows, n, seed, models[0].index, workers)
    stop_if(cancelled)

    def told(share: float) -> None:
        progress(0.9 * share)

    table = clearances(models, needle, draws, rows, workers, cancelled, told)
    shown, known = models[0].rows, models[0].rows.complete.copy()
    for model in models:
        known &= model.has_sign
    stop_if(cancelled)
    notes = [result.note for result in shown.unmeasured]
    results = sampled_zones(shown.zones, notes, shown.present, known, table)
    counts, least, least_zone = _overall(shown, known, table)
    ranking = _influences(models, body, needle, rows, min(ranked, n), seed, workers, cancelled)
    progress(1.0)
    left_out = tuple(
        row.id for row in rows if not row.active and not (row.shape == "phases" and len(models) > 1)
    )
    return Sampled(
        needle, n, seed, rows, results, least, least_zone, counts, ranking, left_out,
        draws.unseated, len(models) - 1,
    )  # fmt: skip


def _overall(
    rows: ZoneRows, known: NDArray[np.bool_], table: Floats
) -> tuple[Tally, Distribution | None, dict[str, int]]:
    """Count needles by their worst zone; of a body without zones nothing is known of any."""
    n = table.shape[1]
    is_known = bool(known.all()) and len(rows.present) == len(rows.zones) > 0
    if not len(table):
        return tally(np.full(n, np.inf), np.full(n, np.inf), False), None, {}
    lowest = table.min(axis=0)
    slack = (table - rows.margins[:, None]).min(axis=0)
    times = np.bincount(table.argmin(axis=0), minlength=len(table))
    order = np.argsort(-times, kind="stable")
    counted = {rows.zones[rows.present[k]].id: int(times[k]) for k in order if times[k]}
    return tally(lowest, slack, is_known), distribution(lowest), counted


def _influences(
    models: Sequence[Model],
    body: Body,
    needle: Needle,
    rows: Sequence[Contribution],
    n: int,
    seed: int,
    workers: int | None,
    cancelled: Cancelled,
) -> tuple[Influence, ...]:
    """Draw each contribution alone, and rank by how far the 5th percentile falls."""
    if n < 1 or not models[0].rows.present:
        return ()
    plan = _least(models, needle, draw(body, needle, (), 1, seed), (), workers, cancelled)
    nominal = float(plan[0])
    found = []
    for row in rows:
        if not row.active:
            continue
        alone = only(rows, [row.id])
        draws = draw(body, needle, alone, n, seed, models[0].index, workers)
        spread = distribution(_least(models, needle, draws, alone, workers, cancelled))
        found.append(Influence(row.id, spread.sd, spread.at(5), nominal - spread.at(5)))
    return tuple(sorted(found, key=lambda i: -i.loss))


def _least(
    models: Sequence[Model],
    needle: Needle,
    draws: Draws,
    rows: Sequence[Contribution],
    workers: int | None,
    cancelled: Cancelled,
) -> Floats:
    """Least clearance of each needle over all zones, (n,) mm."""
    table = clearances(models, needle, draws, rows, workers, cancelled, every_zone=False)
    least: Floats = table.min(axis=0)
    return least
