"""Clearance along a line at the worst moment of the breath; world frame (LPS), mm."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.breath_lines import Met, index_of, met_through_breath
from zones.clearance import zone_rows
from zones.danger import DangerZone
from zones.needle import Needle
from zones.profile import Profile, least_between, needle_profile
from zones.progress import Cancelled, never

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


def profile_through_breath(
    body: Body,
    needle: Needle,
    zones: Sequence[DangerZone],
    *,
    index: BodyIndex | None = None,
    cancelled: Cancelled = never,
    **asked: Any,
) -> Profile:
    """Clearance along a needle's line at the worst moment of the breath, from below.

    Parameters as of `zones.profile.needle_profile`. From where a surface may cross the line at some
    moment, the clearance falls as fast as it may: how deep inside is not known.
    """
    index = index_of(body, index)
    own = needle_profile(body, needle, zones, index=index, **asked)
    met = met_through_breath(body, needle.entry, zones, index, cancelled)
    place = {zone_id: k for k, zone_id in enumerate(own.zone_ids)}
    clearance, between = own.clearance.copy(), own.between.copy()
    rows, whose, reach = _in_question(met, zones, own, needle, place)
    line = np.concatenate([needle.entry, needle.direction])
    distance, _, crossings = met.index.signed_along(line, own.depths, rows)
    for row, k in enumerate(whose):
        left = distance[row] - reach[row]
        low = least_between(own.depths, distance[row], crossings[row]) - reach[row]
        clearance[k] = np.minimum(clearance[k], left - needle.radius)
        between[k] = np.minimum(between[k], low - needle.radius)
    for k in range(len(clearance)):
        _inside_from_contact(clearance[k], between[k], own.depths, needle.radius)
    known = own.signed & ~np.isin(own.zone_ids, met.not_followed)
    return Profile(own.depths, own.zone_ids, clearance, between, known)


def _in_question(
    met: Met, zones: Sequence[DangerZone], own: Profile, needle: Needle, place: Mapping[str, int]
) -> tuple[list[Longs], list[int], list[float]]:
    """Rows that may come nearer than the zone at one phase, their place in it, and their reach."""
    found = zone_rows(met.index, met.zones)
    groups = np.split(found.members, found.stop[:-1]) if len(found.stop) else []
    axis = needle.entry + own.depths[:, None] * needle.direction
    step = float(np.diff(own.depths).max(initial=0.0))
    rows, whose, reach = [], [], []
    for group, i in zip(groups, found.present, strict=True):
        zone = zones[met.owner[i]]
        k, wider = place[zone.id], met.zones[i].margin_mm - zone.margin_mm
        box = met.index.boxes[group].astype(np.float64)
        outside = np.abs(axis[:, None] - box[:, :3]) - box[:, 3:6]
        far = np.linalg.norm(np.maximum(outside, 0.0), axis=2).min(axis=1)
        if (far - step - wider - needle.radius < own.clearance[k]).any():
            rows.append(group)
            whose.append(k)
            reach.append(wider)
    return rows, whose, reach


def _inside_from_contact(clearance: Floats, between: Floats, depths: Floats, radius: float) -> None:
    """Behind the first touch of the axis a moving surface may lie around the needle.

    How deep inside is not known; a signed distance falls by no more than the way from there.
    """
    touched = np.flatnonzero(clearance <= -radius)
    passed = np.flatnonzero(between <= -radius)
    first = min([*touched[:1].tolist(), *(passed[:1] + 1).tolist()], default=len(clearance))
    before = max(first - 1, 0)
    deepest = depths[before] - depths - radius
    clearance[first:] = np.minimum(clearance[first:], deepest[first:])
    between[before:] = np.minimum(between[before:], deepest[before + 1 :])
