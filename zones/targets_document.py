"""Paths to a target as a JSON document, schema ``needlewise/targets/1``; ids stay ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from meshes.body import Body
from zones.document import document_head
from zones.targets import Path, Paths

SCHEMA = "needlewise/targets/1"


def targets_document(
    body: Body, found: Paths, *, notice: str = "", report_card: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """Return the document, ready for `json.dumps`; frame LPS, unit mm, angles degrees."""
    return {
        **document_head(SCHEMA, body),
        "target": found.target.tolist(),
        "inside": list(found.inside),
        "muscles": list(found.muscles),
        "tried": found.tried,
        "admissible": found.admissible,
        "refused": dict(found.refused),
        "not_assessed": list(found.unknown),
        "paths": [_path(path) for path in found.paths],
        "report_card": dict(report_card or {"sites": [], "worst_deviation": None}),
        "notice": notice,
    }


def _path(path: Path) -> dict[str, Any]:
    needle = path.needle
    return {
        "entry": needle.entry.tolist(),
        "direction": needle.direction.tolist(),
        "tip": needle.tip.tolist(),
        "depth": needle.depth,
        "radius": needle.radius,
        "tilt": path.tilt_deg,
        "azimuth": path.azimuth_deg,
        "verdict": path.verdict.value,
        "spare": path.spare,
        "spare_zone": path.zone_id,
        "limit_depth": path.assessment.limit_depth,
    }
