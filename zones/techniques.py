"""Needling techniques: their own depth limits, and what a plan says against them.

Data with sources in `data/techniques.toml`; a technique without a published limit has none here.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

import numpy as np

from zones.errors import BadCatalogueError, UnknownTechniqueError
from zones.needle import Needle
from zones.plan import Plan

TOO_DEEP = "technique.too_deep"
TOO_SHALLOW = "technique.too_shallow"
TOO_FEW = "technique.too_few_needles"
UNPAIRED = "technique.unpaired_needle"


@dataclass(frozen=True)
class Technique:
    """One technique. Depths in mm along the needle; ``max_mm`` is ``None`` where none is given."""

    id: str
    name: str
    low_mm: float
    max_mm: float | None
    min_needles: int
    note: str
    sources: tuple[str, ...]
    evidence: str


@dataclass(frozen=True)
class TechniqueFinding:
    """What a plan says against its technique: a message id, the needle (or ""), a figure in mm."""

    code: str
    needle_id: str = ""
    limit_mm: float | None = None


@cache
def techniques() -> Mapping[str, Technique]:
    """Return the techniques by id, in their order.

    Raises
    ------
    BadCatalogueError
        A row without source or evidence.
    """
    text = files("zones").joinpath("data/techniques.toml").read_text(encoding="utf-8")
    return parse_techniques(tomllib.loads(text))


def parse_techniques(data: Mapping[str, Any]) -> Mapping[str, Technique]:
    """Validate and return the techniques of a document."""
    sources, made = data["sources"], {}
    for row in data["technique"]:
        bad = [key for key in row.get("source", []) if key not in sources]
        if bad or not row.get("source") or not row.get("evidence"):
            raise BadCatalogueError(
                f"technique {row.get('id')!r} lacks a listed source or evidence"
            )
        made[row["id"]] = Technique(
            id=row["id"],
            name=row["name"],
            low_mm=float(row["low_mm"]),
            max_mm=float(row["max_mm"]) if "max_mm" in row else None,
            min_needles=int(row["min_needles"]),
            note=row["note"],
            sources=tuple(sources[key] for key in row["source"]),
            evidence=row["evidence"],
        )
    return MappingProxyType(made)


def technique(technique_id: str) -> Technique:
    """Return one technique.

    Raises
    ------
    UnknownTechniqueError
        There is no such technique.
    """
    try:
        return techniques()[technique_id]
    except KeyError:
        raise UnknownTechniqueError(
            f"there is no technique {technique_id!r}; expected one of {', '.join(techniques())}"
        ) from None


def technique_findings(plan: Plan) -> list[TechniqueFinding]:
    """Say where a plan's needles leave the limits of its technique; nothing without a technique."""
    if not plan.technique:
        return []
    chosen = technique(plan.technique)
    found = []
    for planned in plan.needles:
        depth = planned.needle.depth
        if chosen.max_mm is not None and depth > chosen.max_mm:
            found.append(TechniqueFinding(TOO_DEEP, planned.id, chosen.max_mm))
        if depth < chosen.low_mm:
            found.append(TechniqueFinding(TOO_SHALLOW, planned.id, chosen.low_mm))
    if len(plan.needles) < chosen.min_needles:
        found.append(TechniqueFinding(TOO_FEW))
    elif chosen.min_needles == 2 and len(plan.needles) % 2:
        found.append(TechniqueFinding(UNPAIRED, plan.needles[-1].id))
    return found


def electrode_pairs(plan: Plan) -> list[tuple[str, str, float]]:
    """Pair the needles in their order; ids of each pair and the distance of their shafts, mm.

    The last of an odd number has no partner. The distance is wall to wall, 0 where they touch.
    """
    needles = plan.needles
    return [
        (a.id, b.id, needle_distance(a.needle, b.needle))
        for a, b in zip(needles[::2], needles[1::2], strict=False)
    ]


def needle_distance(first: Needle, second: Needle) -> float:
    """Return the distance of two needles' walls, mm, ≥ 0; exact for straight shafts."""
    axis = _segment_distance(first.entry, first.tip, second.entry, second.tip)
    return max(0.0, axis - first.radius - second.radius)


def _segment_distance(p0: Any, p1: Any, q0: Any, q1: Any) -> float:
    """Distance of two segments: of their inner points if they come closest there, else an end."""
    u, v, w = p1 - p0, q1 - q0, p0 - q0
    a, b, c, d, e = u @ u, u @ v, v @ v, u @ w, v @ w
    best = min(
        _point_distance(p0, q0, v), _point_distance(p1, q0, v),
        _point_distance(q0, p0, u), _point_distance(q1, p0, u),
    )  # fmt: skip
    square = a * c - b * b
    if square > 1e-12 * max(a * c, 1e-300):
        s, t = (b * e - c * d) / square, (a * e - b * d) / square
        if 0 < s < 1 and 0 < t < 1:
            best = min(best, float(np.linalg.norm(w + s * u - t * v)))
    return best


def _point_distance(point: Any, start: Any, along: Any) -> float:
    square = along @ along
    at = 0.0 if square == 0 else min(1.0, max(0.0, float((point - start) @ along / square)))
    return float(np.linalg.norm(start + at * along - point))


def paired(plan: Plan, first: str, second: str) -> Plan:
    """Put two needles into one pair of the plan's order; the one displaced takes the free place."""
    order = list(plan.needles)
    ids = [planned.id for planned in order]
    here, there = sorted((ids.index(first), ids.index(second)))
    partner = here ^ 1  # pairs are (0, 1), (2, 3) …
    order[partner], order[there] = order[there], order[partner]
    return replace(plan, needles=tuple(order))


def released(plan: Plan, needle_id: str) -> Plan:
    """Put a needle last, where an odd number has no partner; the last takes its place."""
    order = list(plan.needles)
    at = next(k for k, planned in enumerate(order) if planned.id == needle_id)
    order[at], order[-1] = order[-1], order[at]
    return replace(plan, needles=tuple(order))
