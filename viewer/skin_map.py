"""The skin's limit depths as far as they are asked: a record that grows part by part. No Qt."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.depth_map import DepthMap
from zones.limits import SEARCHED_LENGTH_MM
from zones.zone_reach import LineState

WAITING = 4
"""Beside the codes of `zones.zone_reach.LineState`: not asked yet."""
_NEIGHBOURS = 3
Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class SkinMap:
    """Limits at ``vertices`` (k,) of the skin: ``limit``, ``zone`` (index or -1), ``state``,
    ``leaves_at``; ``share`` is how much of it is asked, ``through_breath`` whether all of it holds
    at every moment of the breath. ``shown_limit`` and ``shown_state`` are to
    be drawn: what waits looks like the worst of its nearest neighbours.
    """

    body_hash: str
    vertices: Longs
    points: Floats
    limit: Floats
    zone: Longs
    state: NDArray[np.int8]
    leaves_at: Floats
    zone_ids: tuple[str, ...]
    not_assessed: tuple[str, ...]
    max_depth: float
    share: float
    shown_limit: Floats
    shown_state: NDArray[np.int8]
    through_breath: bool = False


def empty_map(body: Body, vertices: Longs) -> SkinMap:
    """A map of which nothing was asked yet."""
    assert body.skin is not None
    n = len(vertices)
    return SkinMap(
        body.content_hash, vertices, body.skin.surface.points[vertices], np.full(n, np.nan),
        np.full(n, -1), np.full(n, WAITING, np.int8), np.full(n, np.nan), (), (),
        SEARCHED_LENGTH_MM, 0.0, np.full(n, np.nan), np.full(n, WAITING, np.int8),
    )  # fmt: skip


def filled(
    known: SkinMap, at: Longs, part: DepthMap, share: float, through_breath: bool = False
) -> SkinMap:
    """Return the map with one more part of it known."""
    limit, zone, state, leaves = (
        x.copy() for x in (known.limit, known.zone, known.state, known.leaves_at)
    )
    limit[at], zone[at] = part.limit_depth, part.limiting_zone
    state[at], leaves[at] = part.state, part.leaves_at
    return SkinMap(known.body_hash, known.vertices, known.points, limit, zone, state, leaves,
                   part.zone_ids, part.not_assessed, part.max_depth, share,
                   *_to_show(known.points, limit, state), through_breath)  # fmt: skip


def _to_show(
    points: Floats, limit: Floats, state: NDArray[np.int8]
) -> tuple[Floats, NDArray[np.int8]]:
    """Fill what waits with the worst of its nearest neighbours: a picture, never a reading."""
    from scipy.spatial import cKDTree  # costs a tenth of a second: not at import

    waits = state == WAITING
    if not waits.any():
        return limit, state
    asked = np.flatnonzero(~waits)
    _, near = cKDTree(points[asked]).query(points[waits], k=min(_NEIGHBOURS, len(asked)))
    near = asked[near.reshape(int(waits.sum()), -1)]
    limits = np.where(state[near] == LineState.LIMITED, limit[near], np.inf).min(axis=1)
    unknown = (state[near] == LineState.UNKNOWN).any(axis=1)
    open_state = np.where(unknown, LineState.UNKNOWN, state[near[:, 0]])
    shown_limit, shown_state = limit.copy(), state.copy()
    shown_limit[waits] = limits
    shown_state[waits] = np.where(np.isfinite(limits), LineState.LIMITED, open_state)
    return shown_limit, shown_state
