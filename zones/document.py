"""The assessment as a JSON document, schema ``needlewise/assessment/1`` of the contract.

Numbers are written as they were computed, unrounded; what does not exist is null, never a large
number. Message ids stay ids: wording belongs to the reader.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from meshes.body import Body
from zones.assessment import Assessment, LayerSpan, NeedleAssessment, ZoneResult
from zones.needle import Vector

SCHEMA = "needlewise/assessment/1"
ENGINE = "needlewise exact 1, float64"


def assessment_document(
    assessment: Assessment,
    body: Body | None = None,
    *,
    notice: str = "",
    report_card: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the contract's document, ready for `json.dumps`; frame LPS, unit mm.

    ``notice`` is the intended-use text of the surface that writes the document. Without a
    ``report_card`` the document says that no site was compared.
    """
    return {
        "schema": SCHEMA,
        "engine": ENGINE,
        "body": {
            "id": assessment.body_id,
            "name": body.name if body is not None else assessment.body_id,
            "version": assessment.body_version,
            "hash": assessment.body_hash,
            "posture": assessment.posture,
            "phase": assessment.phase,
        },
        "frame": "LPS",
        "units": "mm",
        "verdict": assessment.verdict.value,
        "needles": [_needle(n) for n in assessment.needles],
        "not_modelled": list(assessment.not_modelled),
        "report_card": dict(report_card or {"sites": [], "worst_deviation": None}),
        "notice": notice,
    }


def document_head(schema: str, body: Body) -> dict[str, Any]:
    """Return what every document about a body begins with: schema, engine, body, frame, units."""
    return {
        "schema": schema,
        "engine": ENGINE,
        "body": {
            "id": body.id,
            "name": body.name,
            "version": body.version,
            "hash": body.content_hash,
            "posture": body.posture,
            "phase": body.phase,
        },
        "frame": "LPS",
        "units": "mm",
    }


def _vector(vector: Vector | None) -> list[float] | None:
    return None if vector is None else [float(x) for x in vector]


def _needle(result: NeedleAssessment) -> dict[str, Any]:
    needle = result.needle
    return {
        "entry": _vector(needle.entry),
        "tip": _vector(needle.tip),
        "direction": _vector(needle.direction),
        "depth": needle.depth,
        "radius": needle.radius,
        "verdict": result.verdict.value,
        "limit_depth": result.limit_depth,
        "searched_length": result.searched_length,
        "zones": [_zone(z) for z in result.zones],
        "layers": [_layer(span) for span in result.layers],
    }


def _zone(zone: ZoneResult) -> dict[str, Any]:
    return {
        "id": zone.zone_id,
        "name": zone.name,
        "side": zone.side,
        "structures": list(zone.structures),
        "margin": zone.margin,
        "clearance": zone.clearance,
        "clearance_worst": zone.clearance_worst,
        "worst_phase": zone.worst_phase,
        "at_depth": zone.at_depth,
        "nearest": _vector(zone.nearest),
        "nearest_structure": zone.nearest_structure,
        "first_contact": zone.first_contact,
        "limit_depth": zone.limit_depth,
        "verdict": zone.verdict.value,
        "derived": zone.derived,
        "note": zone.note,
    }


def _layer(span: LayerSpan) -> dict[str, Any]:
    return {
        "structure": span.structure,
        "enter": span.enter,
        "exit": span.exit,
        "bone": span.bone,
        "open": span.open,
    }
