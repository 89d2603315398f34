"""`depth_map`: for skin vertices, how deep a needle may go, and which zone says so.

The direction at each vertex stands about its own inward skin normal: straight in, at a tilt and an
azimuth, or every direction within a half angle of that, the worst counting. World frame (LPS), mm,
angles in degrees.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.body import Body
from zones.cone import checked_depth
from zones.cone_directions import ring_gap_deg, ring_offsets
from zones.danger import DangerZone
from zones.errors import BadNeedleError, NoSkinError
from zones.grid import ZoneGrid, stopped_by_grid
from zones.limits import SEARCHED_LENGTH_MM
from zones.progress import Cancelled, Progress, ignore, never, stop_if
from zones.skin_normals import vertex_normals
from zones.zone_reach import (
    LineState,
    States,
    ZoneReach,
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

RINGS = 4
"""Rings of directions in a cone: 61 directions."""

PART = 2048
"""Vertices whose cones of directions are in memory at a time: they stay in the processor's."""


@dataclass(frozen=True, eq=False)
class DepthMap:
    """Limit depths at skin vertices.

    Attributes
    ----------
    vertices, points
        (k,) numbers of the skin's points; (k, 3) where they are, mm.
    normals, directions
        (k, 3) inward unit skin normals, and the direction asked at each vertex (with a spread: the
        middle of its cone).
    limit_depth
        (k,) deepest tip that keeps every margin, mm; with a spread, for every direction of the
        cone. 0 where the entry point does not keep them; infinite where nothing was found: read
        ``state`` before calling that anything.
    limiting_zone
        (k,) index into ``zone_ids`` of a zone that sets the limit, -1 for none.
    leaves_at
        (k,) depth where the line (with a spread: the middle one) leaves the body through its skin;
        infinite for never within it, NaN where the skin is not closed.
    state
        (k,) `zones.zone_reach.LineState` codes.
    not_assessed
        Ids of zones that cannot be answered for in full: they may lie before any limit.
    exact, early_margin, early_share
        Whether every limit is exact. If not, it is never later than the exact one, and never
        earlier than the exact one of the directions tried for margins larger by ``early_margin`` mm
        plus ``early_share`` times the depth: between the directions of a cone the reach is widened.
    through_breath
        As in `zones.cone.SafeCone`.
    """

    vertices: Longs
    points: Floats
    normals: Floats
    directions: Floats
    limit_depth: Floats
    limiting_zone: Longs
    leaves_at: Floats
    state: States
    zone_ids: tuple[str, ...]
    not_assessed: tuple[str, ...]
    radius: float
    max_depth: float
    tilt_deg: float
    azimuth_deg: float
    spread_deg: float
    exact: bool
    early_margin: float = 0.0
    early_share: float = 0.0
    through_breath: bool = False

    def count(self, state: LineState) -> int:
        """How many vertices are in a state."""
        return int((self.state == state).sum())


def depth_map(
    body: Body,
    *,
    vertices: ArrayLike | None = None,
    tilt_deg: float = 0.0,
    azimuth_deg: float = 0.0,
    spread_deg: float = 0.0,
    rings: int = RINGS,
    radius: float = 0.15,
    zones: Sequence[DangerZone] | None = None,
    margins: Mapping[str, float] | None = None,
    max_depth: float = SEARCHED_LENGTH_MM,
    index: BodyIndex | None = None,
    grid: ZoneGrid | None = None,
    leaving: bool = True,
    cancelled: Cancelled = never,
    progress: Progress = ignore,
) -> DepthMap:
    """Find the limit depth at skin vertices.

    Parameters
    ----------
    vertices
        Numbers of the skin's points, default all; see `vertices_near`.
    tilt_deg, azimuth_deg
        Direction at each vertex from its own inward normal (`zones.angles`).
    spread_deg
        Half angle of a cone about that direction; the worst in it counts. It is found for the
        middle and ``rings`` rings of directions whose reach grows with depth by what lies between
        them, so that it holds for every direction of the cone.
    radius, zones, margins, max_depth, grid, leaving
        As for `zones.cone.safe_cone`.

    Raises
    ------
    NoSkinError
        The body has no skin.
    BadNeedleError
        A vertex, angle, radius or depth that cannot be.
    CancelledError
        ``cancelled()`` said so.
    """
    stop_if(cancelled)
    if body.skin is None:
        raise NoSkinError(f"body {body.id} has no skin; a depth map needs one")
    if index is None:
        from meshes.index.body_index import body_index  # compiles: not at import

        index = body_index(body)
    chosen = checked_vertices(vertices, len(body.skin.surface.points))
    length = checked_depth(max_depth)
    for name, value in (("tilt", tilt_deg), ("azimuth", azimuth_deg), ("spread", spread_deg)):
        if not np.isfinite(value):
            raise BadNeedleError(f"{name} is {value}; expected a number of degrees")
    prepared = zone_reach(index, zones_of(body, zones, margins), radius)
    points = np.ascontiguousarray(body.skin.surface.points[chosen], np.float64)
    normals = np.ascontiguousarray(vertex_normals(body, index)[chosen])
    middle = tilted(normals, tilt_deg, azimuth_deg)
    widen = spread_widening(spread_deg, rings) if spread_deg > 0.0 else 0.0
    inner = _inside(body, prepared, chosen)
    limit, zone = np.empty(len(points)), np.empty(len(points), np.int64)
    size = PART if spread_deg > 0.0 else len(points)
    for first in range(0, len(points), size):
        part = slice(first, min(first + size, len(points)))
        lines = spread_lines(middle[part], spread_deg, rings)[0] if widen else middle[part]
        each = len(lines) // (part.stop - first)
        stops = np.arange(1, part.stop - first + 1, dtype=np.int64) * each
        more: dict[str, Any] = {
            "widen": widen, "shared": each > 1, "inner": inner[part], "cancelled": cancelled,
            "progress": _part_of(progress, first / len(points), part.stop / len(points)),
        }  # fmt: skip
        if grid is None:
            found = stopped(prepared, points[part], stops, lines, length, **more)
        else:
            found = stopped_by_grid(prepared, grid, points[part], stops, lines, length, **more)
        limit[part], zone[part] = found[0][::each], found[1][::each]
    alone = np.arange(1, len(points) + 1, dtype=np.int64)
    leaves = np.full(len(points), np.nan)
    if leaving:
        leaves = leaving_depths(body, index, points, alone, middle)
    for array in (chosen, points, normals, middle, limit, zone, leaves):
        array.flags.writeable = False
    return DepthMap(
        chosen, points, normals, middle, limit, zone, leaves,
        line_states(limit, leaves, length, not prepared.not_assessed), prepared.zone_ids,
        prepared.not_assessed, float(radius), length, float(tilt_deg), float(azimuth_deg),
        float(spread_deg), widen == 0.0 and grid is None,
        0.0 if grid is None else grid.early_margin_for(radius, widen), widen,
    )  # fmt: skip


def _part_of(progress: Progress, low: float, high: float) -> Progress:
    """Tell of the share done of one part, as a share of all."""
    return lambda share: progress(low + (high - low) * share)


_INNER: WeakKeyDictionary[Any, dict[bytes, Longs]] = WeakKeyDictionary()


def _inside(body: Body, prepared: ZoneReach, chosen: Longs) -> Longs:
    """What each vertex lies inside of; for all vertices found once per set of structures."""
    from meshes.index.reaches import inside_of

    found = prepared.reaches
    points = np.ascontiguousarray(body.skin.surface.points if body.skin else np.zeros((0, 3)))
    if len(chosen) < len(points) // 2:
        return inside_of(found, points[chosen])
    kept = _INNER.setdefault(found.index, {})
    key = found.rows.tobytes()
    if key not in kept:
        kept[key] = inside_of(found, points)
    return kept[key][chosen]


def vertices_near(body: Body, centre: ArrayLike, within_mm: float) -> Longs:
    """Numbers of the skin's points within a distance of a point, ascending.

    Raises
    ------
    NoSkinError
        The body has no skin.
    BadNeedleError
        No vertex is that near.
    """
    if body.skin is None:
        raise NoSkinError(f"body {body.id} has no skin; a depth map needs one")
    gap = body.skin.surface.points - np.asarray(centre, np.float64)
    found = np.flatnonzero((gap * gap).sum(axis=1) <= float(within_mm) ** 2).astype(np.int64)
    if not len(found):
        raise BadNeedleError(
            f"no skin vertex lies within {within_mm} mm of {np.asarray(centre).tolist()}; expected "
            "a point on the skin"
        )
    return found


def checked_vertices(vertices: ArrayLike | None, count: int) -> Longs:
    """Return vertex numbers, all ``count`` of them for ``None``."""
    if vertices is None:
        return np.arange(count, dtype=np.int64)
    found = np.array(vertices)
    if found.ndim != 1 or not len(found) or found.dtype.kind not in "iu":
        raise BadNeedleError("the vertices are no list of whole numbers; expected at least one")
    if int(found.min()) < 0 or int(found.max()) >= count:
        raise BadNeedleError(f"a vertex is not on the skin; expected numbers from 0 to {count - 1}")
    return found.astype(np.int64)


def tilted(normals: Floats, tilt_deg: float, azimuth_deg: float) -> Floats:
    """Return the direction at each inward normal: `zones.angles.direction_from_angles`, (n, 3)."""
    if tilt_deg == 0.0:
        return normals.copy()
    tilt, turn = np.deg2rad(tilt_deg), np.deg2rad(azimuth_deg)
    zero, quarter = frames(normals)
    aside = np.cos(turn) * zero + np.sin(turn) * quarter
    return _unit(np.cos(tilt) * normals + np.sin(tilt) * aside)


def spread_lines(middle: Floats, spread_deg: float, rings: int) -> tuple[Floats, float]:
    """Directions of a cone about each (n, 3) one, one after the other, and how their reach grows.

    Within the gap between neighbouring directions a point at depth t is off the nearest of them by
    at most 2 t sin(gap / 2).
    """
    from meshes.index.turned import turned_about_each  # compiles: not at import

    offsets = ring_offsets(spread_deg, rings)
    zero, quarter = frames(middle)
    lines = np.empty((len(offsets) * len(middle), 3))
    turned_about_each(offsets, zero, quarter, np.ascontiguousarray(middle), lines)
    return lines, spread_widening(spread_deg, rings)


def spread_widening(spread_deg: float, rings: int) -> float:
    """How the reach of `spread_lines` grows with depth."""
    gap = np.deg2rad(ring_gap_deg(spread_deg, rings))
    return float(2.0 * np.sin(0.5 * gap)) * (1.0 + 1e-12)


def frames(normals: Floats) -> tuple[Floats, Floats]:
    """Directions of azimuth 0 and 90 at each inward normal: `zones.angles.skin_frame`, (n, 3)."""
    up = np.tile([0.0, 0.0, 1.0], (len(normals), 1))
    zero = up - normals[:, 2:3] * normals
    pole = np.sqrt((zero * zero).sum(axis=1)) < 1e-6
    if pole.any():
        up[pole] = (0.0, 1.0, 0.0)
        zero = up - (up * normals).sum(axis=1, keepdims=True) * normals
    zero = _unit(zero)
    zero = _unit(zero - (zero * normals).sum(axis=1, keepdims=True) * normals)
    return zero, np.cross(-normals, zero)


def _unit(rows: Floats) -> Floats:
    return np.ascontiguousarray(rows / np.sqrt((rows * rows).sum(axis=1, keepdims=True)))
