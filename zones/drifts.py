"""Searching drifts: cells of them are certified whole, or halved until one is found that loses.

Knows nothing of needles but what `Spares` tells: how much clearance beyond the margins is left.
World frame (LPS), mm, radians.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from zones.clearance import TOUCH_MM, zone_rows
from zones.danger import DangerZone
from zones.needle import Needle, Vector
from zones.progress import Cancelled, never, stop_if
from zones.uncertainty_draws import turned_about

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]
Measured = Callable[[Floats], tuple[Floats, Longs]]

FIRST_CELLS = 8
MOST_CELLS = 4000
"""More than this at one level are not followed: what is certified by then is the answer."""
CLOSE_ENOUGH = 1e-3
"""The search ends when kept and lost are this near, as a share of how far it may go."""
ROUNDING_MM = 1e-9
"""Asked of a certified cell on top: no rounding may have made its spare."""
JOINT_BUDGET = 12_000
"""Needles measured for one joint drift before it is left undecided."""


class Spares:
    """What needles have to spare: least clearance beyond the margin, over all zones of the body."""

    def __init__(self, index: BodyIndex, zones: Sequence[DangerZone], radius: float) -> None:
        self.index, self.rows = index, zone_rows(index, tuple(zones))
        counts = np.diff(np.concatenate([[0], self.rows.stop])).astype(np.int64)
        self.owner = np.repeat(np.arange(len(counts)), counts)
        # A margin of nothing is lost by a touch.
        margins = np.maximum(self.rows.margins, 2.0 * TOUCH_MM)
        self.offsets = margins[self.owner] + radius

    def known(self) -> frozenset[str]:
        """Ids of the zones that the body shows whole and with a usable inside."""
        from meshes.index.states import UNSIGNED

        unsigned = self.index.packed.kinds[self.rows.members] == UNSIGNED
        without = set(self.owner[unsigned].tolist())
        return frozenset(
            self.rows.zones[i].id
            for k, i in enumerate(self.rows.present)
            if self.rows.complete[k] and k not in without
        )

    def zone_id(self, member: int) -> str | None:
        """The zone that a member structure belongs to; ``None`` for -1."""
        if member < 0:
            return None
        return self.rows.zones[self.rows.present[int(self.owner[member])]].id

    def measured(
        self, entries: Floats, directions: Floats, lengths: Floats, workers: int | None = 1
    ) -> tuple[Floats, Longs]:
        """Spare of each needle, (n,) mm (infinite on a body without zones), and whose it is."""
        from meshes.bundle.bundle import bundle, least_distances

        needles = bundle(entries, directions, lengths, workers)
        stop = np.array([len(self.rows.members)], np.int64)
        least, which = least_distances(
            self.index, needles, stop, self.rows.members, self.offsets, workers=workers
        )
        return least[0], which[0]

    def of(self, needle: Needle) -> tuple[float, str | None]:
        """Spare of one needle, and the zone that has it."""
        least, which = self.measured(
            needle.entry[None], needle.direction[None], np.array([needle.depth])
        )
        return float(least[0]), self.zone_id(int(which[0]))

    def carried(self, needle: Needle, plane: Sequence[Vector]) -> Moves:
        """Parallel shifts by (n, 2) mm in a plane."""

        def measured(at: Floats) -> tuple[Floats, Longs]:
            entries = needle.entry + at[:, :1] * plane[0] + at[:, 1:] * plane[1]
            return self.measured(entries, needle.direction[None], np.array([needle.depth]))

        return Moves(measured, lambda r: r, lambda m: m)

    def turned(self, needle: Needle) -> Moves:
        """Turns about the entry point by (n, 2) rad: a point at depth t moves by 2 t sin(r / 2)."""
        depth = needle.depth

        def measured(at: Floats) -> tuple[Floats, Longs]:
            directions = turned_about(needle.direction, at)
            return self.measured(needle.entry[None], directions, np.array([depth]))

        def back(spare: float) -> float:
            return np.pi if spare >= 2.0 * depth else 2.0 * float(np.arcsin(spare / (2.0 * depth)))

        return Moves(measured, lambda r: swing(depth, r), back)


def swing(depth: float, angle: float) -> float:
    """How far the tip moves when a needle turns by an angle, rad; no point moves more."""
    return 2.0 * depth * float(np.sin(min(angle, np.pi) / 2.0))


@dataclass(frozen=True)
class Moves:
    """Drifts in two numbers: what is to spare at each, how far a drift of size r moves any point of
    the needle at most, and the size that certainly moves none by more than a spare.
    """  # fmt: skip

    measured: Measured
    moved: Callable[[float], float]
    within: Callable[[float], float]


@dataclass(frozen=True)
class Searched:
    """``kept``: no drift up to it loses a margin. ``lost``: one that does, and of which member."""

    kept: float
    lost: float | None
    member: int = -1


def least_lost(moves: Moves, most: float, cancelled: Cancelled = never) -> Searched:
    """Find the smallest drift, of size up to ``most``, that loses a margin; from both sides.

    The drift 0 must lose none.
    """
    spare, _ = moves.measured(np.zeros((1, 2)))
    certain = min(moves.within(max(float(spare[0]) - ROUNDING_MM, 0.0)), most)
    half = most / FIRST_CELLS
    steps = (np.arange(FIRST_CELLS) * 2 + 1) * half - most
    cells = np.stack(np.meshgrid(steps, steps), -1).reshape(-1, 2)
    lost, member = np.inf, -1
    while True:
        stop_if(cancelled)
        near = np.linalg.norm(np.maximum(np.abs(cells) - half, 0.0), axis=1)
        open_cells = near < min(lost, most)
        cells, near = cells[open_cells], near[open_cells]
        if not len(cells):
            break
        spare, which = moves.measured(cells)
        size = np.linalg.norm(cells, axis=1)
        losing = np.flatnonzero((spare < 0.0) & (size < min(lost, most)))
        if len(losing):
            first = losing[np.argmin(size[losing])]
            lost, member = _first_on_way(moves, cells[first], int(which[first]))
        doubtful = spare < moves.moved(half * np.sqrt(2.0)) + ROUNDING_MM
        doubtful &= near < lost
        cells, near = cells[doubtful], near[doubtful]
        reached = float(near.min(initial=np.inf))
        if min(reached, lost, most) >= min(lost, most) - CLOSE_ENOUGH * most:
            break
        if 4 * len(cells) > MOST_CELLS:
            break
        half *= 0.5
        quarters = np.array([[-1.0, -1.0], [-1.0, 1.0], [1.0, -1.0], [1.0, 1.0]]) * half
        cells = (cells[:, None] + quarters).reshape(-1, 2)
    reached = float(near.min(initial=np.inf)) if len(cells) else np.inf
    kept = max(min(reached, lost * (1.0 - 1e-12), most), certain)
    return Searched(kept, float(lost) if np.isfinite(lost) else None, member)


def _first_on_way(moves: Moves, end: Floats, member: int) -> tuple[float, int]:
    """The smallest drift on the way to one that loses, of those looked at, that loses as well."""
    size = float(np.linalg.norm(end))
    low, high = 0.0, 1.0
    for _ in range(3):
        shares = np.linspace(low, high, 17)[1:]
        spare, which = moves.measured(shares[:, None] * end)
        first = int(np.argmax(spare < 0.0))
        if not spare[first] < 0.0:
            break
        low, high, member = shares[first] - (high - low) / 16.0, shares[first], int(which[first])
    return high * size, member


def is_kept(
    spares: Spares,
    needle: Needle,
    plane: Sequence[Vector],
    drift: tuple[float, float, float],
    cancelled: Cancelled = never,
) -> tuple[bool | None, int]:
    """Whether no drift of entry (mm), direction (rad) and depth (mm), up to these, loses a margin.

    ``None`` if that could not be decided. With False, which member loses. Deeper needles contain
    the shallower ones, so that only the deepest are looked at.
    """
    entry, angle, depth = drift[0], drift[1], needle.depth + drift[2]
    cells, halves = np.zeros((1, 4)), np.array([entry, angle])
    used = 0
    while len(cells):
        stop_if(cancelled)
        used += len(cells)
        if used > JOINT_BUDGET:
            return None, -1
        entries = needle.entry + cells[:, :1] * plane[0] + cells[:, 1:2] * plane[1]
        directions = turned_about(needle.direction, cells[:, 2:])
        spare, which = spares.measured(entries, directions, np.array([depth]))
        inner = (np.hypot(*cells[:, :2].T) <= entry) & (np.hypot(*cells[:, 2:].T) <= angle)
        losing = np.flatnonzero((spare < 0.0) & inner)
        if len(losing):
            return False, int(which[losing[0]])
        shift, turn = halves[0] * np.sqrt(2.0), swing(depth, halves[1] * np.sqrt(2.0))
        cells = cells[spare < shift + turn + ROUNDING_MM]
        pair = 0 if shift > turn else 1
        halves[pair] *= 0.5
        quarters = np.zeros((4, 4))
        quarters[:, 2 * pair : 2 * pair + 2] = [[-1, -1], [-1, 1], [1, -1], [1, 1]]
        cells = (cells[:, None] + quarters * halves[pair]).reshape(-1, 4)
        near = np.maximum(np.abs(cells) - np.repeat(halves, 2), 0.0)
        cells = cells[(np.hypot(*near[:, :2].T) <= entry) & (np.hypot(*near[:, 2:].T) <= angle)]
    return True, -1
