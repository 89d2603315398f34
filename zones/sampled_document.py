"""Sampled needles as a JSON document, schema ``needlewise/sample/1``.

Numbers are written unrounded; what does not exist is null. Message ids stay ids.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from meshes.body import Body
from zones.document import document_head
from zones.sampled import CONFIDENCE, SHARES, Distribution, Interval, SampledZone, Tally
from zones.sampling import Sampled
from zones.uncertainty import Contribution

SCHEMA = "needlewise/sample/1"


def sample_document(
    body: Body,
    named: Sequence[tuple[str, Sampled]],
    *,
    notice: str = "",
    report_card: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the document of needles sampled with the same contributions; frame LPS, unit mm."""
    first = named[0][1]
    absent = [f"{z.note}:{z.zone_id}" for z in first.zones if z.clearance is None]
    return {
        **document_head(SCHEMA, body),
        "samples": first.n,
        "seed": first.seed,
        "confidence": CONFIDENCE,
        "contributions": [_contribution(row) for row in first.contributions],
        "not_assessed": list(first.not_assessed),
        "needles": [_needle(name, found) for name, found in named],
        "not_modelled": ["not_modelled.individual_anatomy", *absent],
        "report_card": dict(report_card or {"sites": [], "worst_deviation": None}),
        "notice": notice,
    }


def _contribution(row: Contribution) -> dict[str, Any]:
    return {
        "id": row.id,
        "about": row.about,
        "shape": row.shape,
        "size": row.size,
        "unit": row.unit,
        "active": row.active,
        "by_rule": dict(row.by_rule),
        "constants": dict(row.constants),
        "sources": list(row.sources),
        "evidence": row.evidence,
        "default": row.is_default,
    }


def _needle(name: str, found: Sampled) -> dict[str, Any]:
    needle = found.needle
    return {
        "id": name,
        "entry": needle.entry.tolist(),
        "tip": needle.tip.tolist(),
        "direction": needle.direction.tolist(),
        "depth": needle.depth,
        "radius": needle.radius,
        **_tally(found.tally),
        "clearance": distribution_document(found.least),
        "nearest_zone": dict(found.least_zone),
        "influences": [
            {"id": i.id, "sd": i.sd, "percentile_5": i.low, "loss": i.loss}
            for i in found.influences
        ],
        "entries_off_skin": found.unseated,
        "phases": found.phases,
        "zones": [_zone(zone) for zone in found.zones],
    }


def _zone(zone: SampledZone) -> dict[str, Any]:
    return {
        "id": zone.zone_id,
        "name": zone.name,
        "side": zone.side,
        "margin": zone.margin,
        **_tally(zone.tally),
        "clearance": distribution_document(zone.clearance),
        "note": zone.note,
    }


def distribution_document(found: Distribution | None) -> dict[str, Any] | None:
    """A distribution as the range of its middle nine tenths, and its worst."""
    if found is None:
        return None
    low, high = found.span
    return {
        "range": [low, high],
        "worst": found.lowest,
        "mean": found.mean,
        "sd": found.sd,
        "percentiles": {str(p): v for p, v in zip(SHARES, found.percentiles, strict=True)},
    }


def _tally(counts: Tally | None) -> dict[str, Any]:
    if counts is None:
        return {"verdict": "not_assessed", "breach": None, "margin_lost": None, "unknown": None,
                "clear": None}  # fmt: skip
    return {
        "verdict": counts.verdict.value,
        "breach": interval_document(counts.breach),
        "margin_lost": interval_document(counts.margin_lost),
        "unknown": counts.unknown,
        "clear": counts.clear,
    }


def interval_document(found: Interval) -> dict[str, Any]:
    """A probability with its interval; ``at_least``: what is unknown may add to it."""
    return {
        "count": found.count,
        "share": found.share,
        "low": found.low,
        "high": found.high,
        "at_least": found.at_least,
    }
