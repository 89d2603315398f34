"""Clearances of drawn needles to every zone, on a body and through its breath. Exact, mm.

A zone nearer to the skin than modelled meets the needle as if it had been moved inwards; a surface
nearer than modelled takes what it is nearer off the clearance.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.clearance import TOUCH_MM, ZoneRows, zone_rows
from zones.danger import DangerZone
from zones.derive.figures import kind_of
from zones.needle import Needle
from zones.progress import Cancelled, Progress, ignore, never, stop_if
from zones.uncertainty import Contribution
from zones.uncertainty_draws import Draws

if TYPE_CHECKING:
    from meshes.bundle.bundle import Bundle
    from meshes.index.body_index import BodyIndex
    from zones.breath_phases import Breath

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Model:
    """One body with its index, the zones as rows of it, and how far the skin carries the entry."""

    index: BodyIndex
    rows: ZoneRows
    has_sign: NDArray[np.bool_]
    shift: Floats


def model_of(body: Body, zones: tuple[DangerZone, ...], index: BodyIndex | None) -> Model:
    """Return a body as it is, its skin where it is."""
    from meshes.index.body_index import body_index  # compiles: not at import

    return _indexed(body_index(body) if index is None else index, zones, np.zeros(3))


def breathing(breath: Breath, needle: Needle, zones: tuple[DangerZone, ...]) -> list[Model]:
    """The phases of a breath, each with the way the skin carries the planned entry."""
    from zones.breath_phases import carried

    return [
        _indexed(phase.index, zones, carried(breath, needle, phase).entry - needle.entry)
        for phase in breath.phases
    ]


def _indexed(index: BodyIndex, zones: tuple[DangerZone, ...], shift: Floats) -> Model:
    from meshes.index.states import UNSIGNED

    rows = zone_rows(index, zones)
    kinds = index.packed.kinds[rows.members] == UNSIGNED
    begin = np.concatenate([[0], rows.stop[:-1]]).astype(np.int64)
    spans = zip(begin, rows.stop, strict=False)
    has_sign = np.array([not kinds[a:b].any() for a, b in spans], np.bool_)
    return Model(index, rows, has_sign, shift)


def clearances(
    models: Sequence[Model],
    needle: Needle,
    draws: Draws,
    rows: Sequence[Contribution],
    workers: int | None = None,
    cancelled: Cancelled = never,
    progress: Progress = ignore,
    every_zone: bool = True,
) -> Floats:
    """Return the clearance of every drawn needle to every present zone, (z, n) mm; worst phase.

    With ``every_zone`` false a row is the least over zones that vary alike: less work where only
    the least of all is wanted.
    """
    from meshes.bundle.bundle import least_distances
    from meshes.index.body_index import CancelledError as IndexCancelledError

    kinds = _kinds(models[0].rows, rows)
    places = [[z] for z in range(len(kinds))]
    if not every_zone:
        places = [[z for z, k in enumerate(kinds) if k == kind] for kind in sorted(set(kinds))]
    worst = np.full((len(places), len(draws)), np.inf)
    sizes = sorted({size for size, _ in kinds})
    done, steps = 0, len(models) * max(len(sizes), 1)
    for size in sizes:
        chosen = [p for p, zones in enumerate(places) if kinds[zones[0]][0] == size]
        for model in models:
            bundled = _bundled(draws, size, model.shift, workers)
            stop, members = _subset(model.rows, [places[p] for p in chosen])
            try:
                found, _ = least_distances(
                    model.index, bundled, stop, members, workers=workers, cancelled=cancelled,
                    progress=_part_of(progress, done, steps),
                )  # fmt: skip
            except IndexCancelledError:
                stop_if(lambda: True)
            worst[chosen] = np.minimum(worst[chosen], found)
            done += 1
    worst -= needle.radius + draws.bow + draws.surface
    worst -= np.outer([kinds[zones[0]][1] for zones in places], draws.derived)
    worst[(worst > 0.0) & (worst <= TOUCH_MM)] = 0.0
    return worst


def _part_of(progress: Progress, done: int, steps: int) -> Progress:
    """Tell of the share of one step out of several."""
    return lambda share: progress((done + share) / steps)


def _kinds(shown: ZoneRows, rows: Sequence[Contribution]) -> list[tuple[float, float]]:
    """Per present zone the SD of its depth below the skin, and that of its derivation, mm."""
    by_id = {row.id: row for row in rows}
    people, derivation = by_id.get("population"), by_id.get("derivation")
    return [
        (people.size_for(zone) if people else 0.0,
         derived_sd(derivation, zone) if derivation else 0.0)
        for zone in (shown.zones[i] for i in shown.present)
    ]  # fmt: skip


def derived_sd(row: Contribution, zone: DangerZone) -> float:
    """Return the error of a derived zone, mm: that of its own derivation where it is on file."""
    if not zone.derived or not row.active:
        return 0.0
    own = kind_of(zone.rule) if row.is_default else None
    return row.size_for(zone) if own is None else own.uncertainty_mm


def _bundled(draws: Draws, people_mm: float, shift: Floats, workers: int | None) -> Bundle:
    from meshes.bundle.bundle import bundle

    entries = draws.entries_for(people_mm) + shift
    return bundle(entries, draws.directions, draws.depths, workers)


def _subset(
    rows: ZoneRows, places: Sequence[Sequence[int]]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Stop and members of groups of present zones."""
    parts = np.split(rows.members, rows.stop[:-1]) if len(rows.stop) else []
    kept = [np.concatenate([parts[z] for z in place]) for place in places]
    stop = np.cumsum([len(part) for part in kept]).astype(np.int64)
    return stop, np.concatenate([*kept, np.zeros(0, np.int64)]).astype(np.int64)
