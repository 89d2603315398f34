"""`zone_grid`: distances to the zones on a grid, for pictures that must come at once.

Limits found on a grid are never later than the exact ones; how much earlier they may be is stated
(`ZoneGrid.early_margin`): as if every margin were larger by that. The proof that this holds between
the nodes is in docs/adr. One grid per margin, because a margin is where a grid must be fine. World
frame (LPS), mm.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.danger import DangerZone
from zones.errors import ZoneError
from zones.progress import Cancelled, CancelledError, Progress, ignore, never
from zones.zone_reach import ZoneReach, stop_where_inside, zone_reach, zones_of

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex
    from meshes.index.distance_grid import DistanceGrid

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

FIRST_MM, FINE_MM = 4.0, 2.0
"""Spacing of the grid that is there at once, and of the one that follows."""

MOST_GRIDS = 8
"""More different margins share a grid with the next larger one: earlier, by that difference."""

MOST_RADIUS_MM = 0.5
"""Needles up to this radius find the grid fine where they are stopped; thicker ones stop early."""


class GridError(ZoneError, ValueError):
    """A grid of other zones, margins or another body than the question is about."""


@dataclass(frozen=True, eq=False)
class ZoneGrid:
    """Grids of the distances to zones, one per margin.

    ``key`` says what they were made of; ``margins`` (g,) what each stops lines at, mm; ``groups``
    (per structure of the index) the zone it speaks for; ``shared_mm`` by how much a margin was
    raised to share a grid.
    """

    key: tuple[object, ...]
    grids: tuple[DistanceGrid, ...]
    margins: tuple[float, ...]
    groups: Longs
    step: float
    shared_mm: float

    @property
    def early_margin(self) -> float:
        """No limit is earlier than the exact one for margins larger by this, mm."""
        return max((grid.early_mm for grid in self.grids), default=0.0) + self.shared_mm

    def early_margin_for(self, radius: float, widen: float = 0.0) -> float:
        """Return the same for a needle: where its reach leaves the fine part, the coarse counts."""
        if radius <= MOST_RADIUS_MM and widen == 0.0:
            return self.early_margin
        return max((grid.loose_mm for grid in self.grids), default=0.0) + self.shared_mm


def zone_grid(
    body: Body,
    zones: Sequence[DangerZone] | None = None,
    margins: Mapping[str, float] | None = None,
    *,
    step_mm: float = FIRST_MM,
    box: Floats | None = None,
    index: BodyIndex | None = None,
    cancelled: Cancelled = never,
    progress: Progress = ignore,
) -> ZoneGrid:
    """Fill the grids for zones and margins; any needle radius may be asked of them.

    Parameters
    ----------
    step_mm
        Between nodes, > 0.
    box
        (6,) low and high corner of the region wanted, default all; outside it answers stay valid
        and become early.

    Raises
    ------
    GridError
        A step that is no number > 0.
    CancelledError
        ``cancelled()`` said so.
    """
    from meshes.index.body_index import CancelledError as IndexCancelledError
    from meshes.index.body_index import body_index
    from meshes.index.distance_grid import distance_grid

    if not (np.isfinite(step_mm) and step_mm > 0.0):
        raise GridError(f"the step of the grid is {step_mm} mm; expected a number > 0")
    if index is None:
        index = body_index(body)
    prepared = zone_reach(index, zones_of(body, zones, margins), 0.0)
    found = prepared.reaches
    parts, shared = _by_margin(found.rows, found.reach)
    grids = []
    for number, (margin, rows) in enumerate(parts):

        def part(share: float, number: int = number) -> None:
            progress((number + share) / len(parts))

        try:
            grids.append(
                distance_grid(
                    index, rows, float(step_mm), margin, margin + MOST_RADIUS_MM, box=box,
                    cancelled=cancelled, progress=part,
                )
            )  # fmt: skip
        except IndexCancelledError as error:
            raise CancelledError(str(error)) from error
    return ZoneGrid(
        grid_key(index, prepared), tuple(grids), tuple(margin for margin, _ in parts), found.group,
        float(step_mm), shared,
    )  # fmt: skip


def _by_margin(rows: Longs, reach: Floats) -> tuple[list[tuple[float, Longs]], float]:
    """Rows by their margin, at most `MOST_GRIDS` parts, and by how much a margin was raised."""
    different = np.unique(reach[rows])
    shared = 0.0
    while len(different) > MOST_GRIDS:
        at = int(np.argmin(np.diff(different)))
        different = np.delete(different, at)
    places = np.searchsorted(different, reach[rows])
    if len(rows):
        shared = float((different[places] - reach[rows]).max())
    parts = [(float(m), rows[places == i]) for i, m in enumerate(different)]
    return parts, shared


def grid_key(index: BodyIndex, prepared: ZoneReach) -> tuple[object, ...]:
    """Return what a grid depends on."""
    return (index.content_hash, prepared.zone_ids, tuple(prepared.margins.tolist()))


def stopped_by_grid(
    prepared: ZoneReach,
    grid: ZoneGrid,
    origins: Floats,
    stops: Longs,
    lines: Floats,
    depth: float,
    *,
    inner: Longs | None = None,
    widen: float = 0.0,
    shared: bool = False,
    cancelled: Cancelled,
    progress: Progress,
) -> tuple[Floats, Longs]:
    """Do what `zones.zone_reach.stopped` does, from a grid: never later, at once.

    Raises
    ------
    GridError
        The grid is of other zones, margins or surfaces.
    CancelledError
        ``cancelled()`` said so.
    """
    from meshes.index.body_index import CancelledError as IndexCancelledError
    from meshes.index.distance_grid import cast_lines

    if grid.key != grid_key(prepared.reaches.index, prepared):
        raise GridError(
            "the grid is of other zones, margins or surfaces; expected one made by zone_grid for "
            "the same body, zones and margins"
        )
    limit, owner = np.full(len(lines), np.inf), np.full(len(lines), -1, np.int64)
    # The largest margins first: they stop most lines, and what is stopped is not followed again.
    order = sorted(range(len(grid.grids)), key=lambda number: -grid.margins[number])
    try:
        cast_lines(
            [grid.grids[k] for k in order], grid.groups,
            [grid.margins[k] + prepared.radius for k in order], origins, stops, lines, depth, limit,
            owner, widen=widen, shared=shared, cancelled=cancelled, progress=progress,
        )  # fmt: skip
    except IndexCancelledError as error:
        raise CancelledError(str(error)) from error
    stop_where_inside(prepared, origins, stops, lines, limit, owner, inner, shared)
    return limit, owner
