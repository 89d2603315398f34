"""`safe_cone`: every direction from one entry point, how deep it may go, and which zone says so.

Each limit is exactly the one that `zones.assess` gives for a needle in that direction: the largest
depth at which the whole needle keeps every margin. World frame (LPS), mm, angles in degrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.body import Body
from zones.cone_directions import about, blocks, grid_offsets
from zones.danger import DangerZone
from zones.errors import BadNeedleError
from zones.grid import ZoneGrid, stopped_by_grid
from zones.limits import SEARCHED_LENGTH_MM
from zones.needle import Needle
from zones.progress import Cancelled, Progress, ignore, never, stop_if
from zones.skin import skin_normal
from zones.skin_normals import skin_normals
from zones.zone_reach import (
    LineState,
    States,
    inside_of_all,
    leaving_depths,
    line_states,
    stopped,
    zone_reach,
    zones_of,
)  # fmt: skip

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

HALF_ANGLE_DEG = 80.0
"""How far from the inward normal directions are asked: flatter ones are hardly in the body."""

SIDE = 101
"""Directions along one edge of the grid: 10,201 in all, the normal itself in the middle."""

MOST_EDGE = 3
"""Neighbours along one edge of a bundle, at most."""

BUNDLE_DEG = 4.8
"""How wide a bundle of directions may be: wider ones share too little of the way down the trees."""


@dataclass(frozen=True, eq=False)
class SafeCone:
    """Limit depths of directions from one entry point.

    Attributes
    ----------
    entry, normal
        (3,) entry point, mm; inward unit skin normal the directions stand about.
    directions
        (n, 3) unit vectors. With ``side`` > 0 they are a ``side`` × ``side`` grid, row by row:
        `zones.cone_directions.grid_offsets`; with 0 they are the caller's own.
    limit_depth
        (n,) deepest tip that keeps every margin, mm; 0 where the entry point does not; infinite
        where nothing was found: read ``state`` before calling that anything.
    limiting_zone
        (n,) index into ``zone_ids`` of a zone that sets the limit, -1 for none.
    leaves_at
        (n,) depth where the line leaves the body through its skin; infinite for never within it,
        NaN where the body has no closed skin.
    state
        (n,) `zones.zone_reach.LineState` codes.
    not_assessed
        Ids of zones that cannot be answered for in full: they may lie before any limit.
    exact, early_margin
        Whether every limit is exact. If not, it is never later than the exact one, and never
        earlier than the exact one for margins larger by ``early_margin`` mm.
    through_breath
        Whether the limits hold at every moment of the breath (`zones.breath_lines`); then nothing
        is said of how early they are.
    """

    entry: Floats
    normal: Floats
    directions: Floats
    limit_depth: Floats
    limiting_zone: Longs
    leaves_at: Floats
    state: States
    zone_ids: tuple[str, ...]
    not_assessed: tuple[str, ...]
    radius: float
    max_depth: float
    half_angle_deg: float
    side: int
    exact: bool
    early_margin: float = 0.0
    through_breath: bool = False

    def count(self, state: LineState) -> int:
        """How many directions are in a state."""
        return int((self.state == state).sum())

    def nearest_to(self, direction: ArrayLike) -> int:
        """Index of the direction nearest to one given."""
        return int(np.argmax(self.directions @ np.asarray(direction, np.float64)))


def safe_cone(
    body: Body,
    entry: ArrayLike,
    *,
    radius: float = 0.15,
    zones: Sequence[DangerZone] | None = None,
    margins: Mapping[str, float] | None = None,
    normal: ArrayLike | None = None,
    directions: ArrayLike | None = None,
    half_angle_deg: float = HALF_ANGLE_DEG,
    side: int = SIDE,
    max_depth: float = SEARCHED_LENGTH_MM,
    index: BodyIndex | None = None,
    grid: ZoneGrid | None = None,
    leaving: bool = True,
    cancelled: Cancelled = never,
    progress: Progress = ignore,
) -> SafeCone:
    """Find the limit depth of every direction within a cone about the skin normal.

    Parameters
    ----------
    entry
        (3,) entry point, mm.
    radius
        Of the needle, mm.
    zones, margins
        Default: every row of the catalogue on this body; ``margins`` (zone id → mm) replace its
        own.
    normal
        (3,) inward; default: the skin's (`zones.skin.skin_normal`).
    directions
        (n, 3) own directions of any length but zero, instead of the grid of ``side`` × ``side``
        within ``half_angle_deg``.
    max_depth
        How far to look, mm.
    grid
        Of `zones.grid.zone_grid`, for the same zones and margins: the answer comes at once, never
        later than the exact one (``exact`` is False, ``early_margin`` says how early).
    leaving
        Whether to find where lines leave the body; without it no line is known to leave.

    Raises
    ------
    BadNeedleError
        A point, direction, radius, angle or depth that cannot be.
    NoSkinError
        No normal is given and the body has no skin.
    CancelledError
        ``cancelled()`` said so.
    """
    stop_if(cancelled)
    if index is None:
        from meshes.index.body_index import body_index  # compiles: not at import

        index = body_index(body)
    start = Needle(np.asarray(entry), np.array([0.0, 0.0, 1.0]), 0.0, radius).entry
    length = checked_depth(max_depth)
    chosen = zones_of(body, zones, margins)
    inward = _normal_at(body, index, start) if normal is None else _one_unit(normal)
    lines, order, stops = _lines(inward, directions, half_angle_deg, side)
    prepared = zone_reach(index, chosen, radius)
    origins = np.repeat(start[None], len(stops), axis=0)
    sorted_lines = lines.take(order, axis=0)
    limit, zone = np.empty(len(lines)), np.empty(len(lines), np.int64)
    more: dict[str, Any] = {
        "inner": inside_of_all(prepared, start, len(stops)), "cancelled": cancelled,
        "progress": progress,
    }  # fmt: skip
    if grid is None:
        found = stopped(prepared, origins, stops, sorted_lines, length, **more)
    else:
        found = stopped_by_grid(prepared, grid, origins, stops, sorted_lines, length, **more)
    limit[order], zone[order] = found
    leaves = np.full(len(lines), np.nan)
    if leaving:
        leaves[order] = leaving_depths(body, index, origins, stops, sorted_lines)
    for array in (lines, limit, zone, leaves):
        array.flags.writeable = False
    return SafeCone(
        start, inward, lines, limit, zone, leaves,
        line_states(limit, leaves, length, not prepared.not_assessed), prepared.zone_ids,
        prepared.not_assessed, float(radius), length, float(half_angle_deg),
        side if directions is None else 0, grid is None,
        0.0 if grid is None else grid.early_margin_for(radius),
    )  # fmt: skip


def _normal_at(body: Body, index: BodyIndex, start: Floats) -> Floats:
    """The skin's inward normal, from the index where it holds the skin: in a tenth of the time."""
    if body.skin is None or body.skin.id not in index.row:
        return skin_normal(body, start)
    inward: Floats = skin_normals(body, index, start[None])[0]
    return inward


def _lines(
    inward: Floats, directions: ArrayLike | None, half_angle_deg: float, side: int
) -> tuple[Floats, Longs, Longs]:
    """Directions, the order that brings neighbours together, and where each bundle of them ends."""
    if directions is None:
        lines = about(inward, grid_offsets(side, half_angle_deg)).reshape(-1, 3)
        return lines, *blocks(side, bundle_edge(side, half_angle_deg))
    lines = unit_rows(directions, "direction")
    # Along a curve through the cells of a grid on the sphere: neighbours mostly stay together.
    cells = np.floor((lines + 1.0) * 24.0).astype(np.int64)
    order = np.lexsort((cells[:, 2], cells[:, 1], cells[:, 0])).astype(np.int64)
    inside = np.flatnonzero(np.diff(cells[order] @ [10_000, 100, 1]) != 0) + 1
    size = MOST_EDGE * MOST_EDGE
    stops: list[int] = []
    for low, high in zip([0, *inside.tolist()], [*inside.tolist(), len(lines)], strict=True):
        stops += [*range(low + size, high, size), high]
    return lines, order, np.array(stops, np.int64)


def bundle_edge(side: int, half_angle_deg: float) -> int:
    """Return how many neighbours along an edge of the grid make a bundle, 1 to `MOST_EDGE`."""
    return max(1, min(MOST_EDGE, round(BUNDLE_DEG * (side - 1) / (2.0 * half_angle_deg))))


def unit_rows(value: ArrayLike, what: str) -> Floats:
    """Return (n, 3) unit vectors; those that are unit already keep their last bits."""
    rows = np.array(value, np.float64)
    if rows.ndim != 2 or rows.shape[1] != 3 or not len(rows):
        raise BadNeedleError(f"the {what}s have the shape {rows.shape}; expected (n, 3)")
    scale = np.abs(rows).max(axis=1, keepdims=True)
    if not np.isfinite(rows).all() or not (scale > 0.0).all():
        raise BadNeedleError(f"a {what} is zero or no number; expected vectors with a length")
    square = (rows * rows).sum(axis=1, keepdims=True)
    scaled = rows / scale
    made = scaled / np.sqrt((scaled * scaled).sum(axis=1, keepdims=True))
    unit: Floats = np.ascontiguousarray(np.where(np.abs(square - 1.0) > 1e-15, made, rows))
    return unit


def _one_unit(normal: ArrayLike) -> Floats:
    rows = np.atleast_2d(np.asarray(normal, np.float64))
    unit: Floats = unit_rows(rows, "normal")[0]
    return unit


def checked_depth(max_depth: float) -> float:
    """Return the depth to search, > 0 and finite."""
    if not (np.isfinite(max_depth) and max_depth > 0.0):
        raise BadNeedleError(f"the depth to search is {max_depth} mm; expected a number > 0")
    return float(max_depth)
