"""Safe cones and depth maps as JSON documents and as rows of a table.

What does not exist is null or empty, never a large number: no depth is written where nothing was
found, and ``state`` says whether that was looked at in full. Ids stay ids.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np

from meshes.body import Body
from zones.assess import not_modelled_of
from zones.breathing import not_modelled_through
from zones.cone import SafeCone
from zones.depth_map import DepthMap
from zones.document import document_head
from zones.zone_reach import LineState

CONE_SCHEMA = "needlewise/cone/1"
MAP_SCHEMA = "needlewise/depth-map/1"

STATE_IDS = {state: state.name.lower() for state in LineState}
"""``limited``, ``leaves``, ``none_found``, ``unknown``."""

CONE_COLUMNS = (
    "dir_x", "dir_y", "dir_z", "tilt_deg", "azimuth_deg", "limit_depth", "limiting_zone",
    "leaves_at", "state",
)  # fmt: skip
MAP_COLUMNS = (
    "vertex", "x", "y", "z", "normal_x", "normal_y", "normal_z", "dir_x", "dir_y", "dir_z",
    "limit_depth", "limiting_zone", "leaves_at", "state",
)  # fmt: skip


def cone_document(
    cone: SafeCone, body: Body, *, notice: str = "", report_card: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the document of a cone, ready for `json.dumps`; LPS, mm, degrees."""
    return {
        **_head(CONE_SCHEMA, cone, body),
        "entry": cone.entry.tolist(),
        "normal": cone.normal.tolist(),
        "half_angle_deg": cone.half_angle_deg,
        "directions": [dict(zip(CONE_COLUMNS, row, strict=True)) for row in cone_rows(cone)],
        **_tail(cone, body, notice, report_card),
    }


def map_document(
    found: DepthMap, body: Body, *, notice: str = "", report_card: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the document that goes with a map: how it was asked and what was found, counted."""
    finite = found.limit_depth[np.isfinite(found.limit_depth)]
    return {
        **_head(MAP_SCHEMA, found, body),
        "tilt_deg": found.tilt_deg,
        "azimuth_deg": found.azimuth_deg,
        "spread_deg": found.spread_deg,
        "vertices": len(found.vertices),
        "limit_depth": {
            "least": float(finite.min()) if len(finite) else None,
            "median": float(np.median(finite)) if len(finite) else None,
            "most": float(finite.max()) if len(finite) else None,
        },
        **_tail(found, body, notice, report_card),
    }


def cone_rows(cone: SafeCone) -> Iterator[tuple[object, ...]]:
    """Rows of `CONE_COLUMNS`; ``None`` where there is no value."""
    tilt, azimuth = cone_angles(cone)
    for k, direction in enumerate(cone.directions.tolist()):
        yield (*direction, float(tilt[k]), float(azimuth[k]), *_found(cone, k))


def cone_angles(cone: SafeCone) -> tuple[Any, Any]:
    """Tilt and azimuth of every direction, degrees: `zones.angles.angles_from_direction`."""
    from zones.angles import skin_frame

    inward, zero, quarter = skin_frame(cone.normal)
    along, north, east = (cone.directions @ v for v in (inward, zero, quarter))
    aside = np.hypot(north, east)
    tilt = np.rad2deg(np.arctan2(aside, along))
    azimuth = np.where(aside < 1e-12, 0.0, np.rad2deg(np.arctan2(east, north)) % 360.0 % 360.0)
    return tilt, azimuth


def map_rows(found: DepthMap) -> Iterator[tuple[object, ...]]:
    """Rows of `MAP_COLUMNS`; ``None`` where there is no value."""
    places = np.hstack([found.points, found.normals, found.directions]).tolist()
    for k, place in enumerate(places):
        yield (int(found.vertices[k]), *place, *_found(found, k))


def _found(lines: SafeCone | DepthMap, k: int) -> tuple[object, ...]:
    zone = int(lines.limiting_zone[k])
    return (
        _finite(lines.limit_depth[k]),
        lines.zone_ids[zone] if zone >= 0 else None,
        _finite(lines.leaves_at[k]),
        STATE_IDS[LineState(int(lines.state[k]))],
    )


def _finite(value: float) -> float | None:
    return float(value) if np.isfinite(value) else None


def _head(schema: str, lines: SafeCone | DepthMap, body: Body) -> dict[str, Any]:
    return {
        **document_head(schema, body),
        "radius": lines.radius,
        "searched_length": lines.max_depth,
        "exact": lines.exact,
        "through_breath": lines.through_breath,
        "early_margin": lines.early_margin,
        "early_share": getattr(lines, "early_share", 0.0),
        "zones": list(lines.zone_ids),
        "not_assessed": list(lines.not_assessed),
        "counts": {STATE_IDS[state]: lines.count(state) for state in LineState},
    }  # fmt: skip


def _tail(
    lines: SafeCone | DepthMap, body: Body, notice: str, report_card: Mapping[str, Any] | None
) -> dict[str, Any]:
    told = not_modelled_of(body)
    if lines.through_breath:
        told = not_modelled_through(body, told)
    return {
        "not_modelled": list(told),
        "report_card": dict(report_card or {"sites": [], "worst_deviation": None}),
        "notice": notice,
    }
