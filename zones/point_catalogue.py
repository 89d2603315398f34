"""The trigger-point catalogue as read from `data/trigger_points.toml`: rules, not yet a body.

A row without a source, an evidence mark, or a stated origin of its depth is refused; so is an
anchor on a landmark that does not exist. Whether a point may be needled is data as well: a point
that is not recommended has a reason, and neither needle nor depth.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from zones.danger_catalogue import danger_catalogue
from zones.errors import BadCatalogueError, UnknownPointError
from zones.landmarks import landmark_catalogue

SCHEMA = "needlewise/trigger-points/1"
_BASES = ("published", "partly published", "convention")
_ORIGINS = ("published", "convention", "derived")
_NEEDED = (
    "id", "name", "muscle_name", "region", "sides", "muscle", "location", "anchor", "project",
    "position", "direction_text", "safeguard", "referral", "sources", "evidence",
)  # fmt: skip
_DIRECTIONS = {"normal": (), "tilt": ("tilt_deg", "lean"), "aim": ("aim",), "to": ("to",)}


@dataclass(frozen=True)
class NeedleRange:
    """The needles a source names, mm; ``below`` is a length that must not be reached."""

    lengths: tuple[float, ...]
    diameters: tuple[float, ...]
    below: float | None = None


@dataclass(frozen=True)
class DepthRule:
    """How deep a source or convention lets the needle go, mm, and what that rests on.

    ``perpendicular`` says that ``max_mm`` is measured at right angles to the skin, so that a
    tilted needle goes farther along itself. ``basis`` is ``published``, ``partly published`` or
    ``convention``; only the first two rest on a source.
    """

    low_mm: float
    max_mm: float
    perpendicular: bool
    category: str
    basis: str
    note: str


@dataclass(frozen=True, eq=False)
class TriggerPoint:
    """One point of the catalogue.

    ``not_recommended`` is the reason why the point is shown but never planned, else empty; then
    ``needle``, ``depth`` and ``direction`` are ``None``. ``fold``: the technique lifts the tissue,
    which no body models. ``sources`` are citations with how far each was read.
    """

    id: str
    name: str
    muscle_name: str
    region: str
    sides: tuple[str, ...]
    muscle: tuple[re.Pattern[str], ...]
    pick: str
    location: str
    anchors: tuple[Mapping[str, Any], ...]
    project: tuple[float, float, float] | None
    seek_mm: float
    max_project_mm: float
    posture_barrier: str
    technique: tuple[str, ...]
    position: str
    direction_text: str
    direction: Mapping[str, Any] | None
    fold: bool
    needle: NeedleRange | None
    depth: DepthRule | None
    safeguard: str
    referral: str
    sources: tuple[str, ...]
    evidence: Mapping[str, str]
    not_recommended: str


@dataclass(frozen=True)
class PointCatalogue:
    """All points by id, with the figures they share."""

    points: Mapping[str, TriggerPoint]
    over_muscle_mm: float
    scale_from: str
    scale_to: str
    scale_nominal_mm: float
    always_named: str
    """The rule of the danger zone that a summary names however many others lie nearer."""
    always_named_within_mm: float


@cache
def point_catalogue() -> PointCatalogue:
    """Return the shipped catalogue, points in its order.

    Raises
    ------
    BadCatalogueError
        A row that cannot be answered for.
    """
    text = files("zones").joinpath("data/trigger_points.toml").read_text(encoding="utf-8")
    return parse_points(tomllib.loads(text))


def trigger_point(point_id: str) -> TriggerPoint:
    """Return one point; capital and small letters are the same.

    Raises
    ------
    UnknownPointError
        There is no such point; the sentence names the nearest ids.
    """
    points = point_catalogue().points
    for key, point in points.items():
        if key.casefold() == point_id.casefold():
            return point
    close = [key for key in points if key[:1].casefold() == point_id[:1].casefold()][:6]
    raise UnknownPointError(
        f"there is no trigger point {point_id!r}; "
        f"did you mean {', '.join(close) or ', '.join(list(points)[:6])}? "
        "`needlewise points list` shows all"
    )


def parse_points(data: Mapping[str, Any]) -> PointCatalogue:
    """Validate a catalogue and return it; every defect is named in one error."""
    problems = list(point_problems(data))
    if problems:
        raise BadCatalogueError("the point catalogue is not usable: " + "; ".join(problems))
    return PointCatalogue(
        points=MappingProxyType({row["id"]: _point(row, data) for row in data["point"]}),
        over_muscle_mm=float(data["over_muscle_mm"]),
        scale_from=data["scale"]["from"],
        scale_to=data["scale"]["to"],
        scale_nominal_mm=float(data["scale"]["nominal_mm"]),
        always_named=str(data["always_named"]),
        always_named_within_mm=float(data["always_named_within_mm"]),
    )


def point_problems(data: Mapping[str, Any]) -> Iterable[str]:
    """Say what is wrong with a catalogue, one sentence each; nothing if it is sound."""
    if data.get("schema") != SCHEMA:
        yield f"schema is {data.get('schema')!r}, expected {SCHEMA!r}"
    origins = {key: data.get(key, "") for key in data if key.endswith("_origin")}
    for table in ("scale", "depth_low"):
        origins[table] = data.get(table, {}).get("origin", "")
    for key, origin in origins.items():
        if not str(origin).startswith(_ORIGINS):
            yield f"{key} does not say where its figure comes from"
    if data.get("always_named") not in {rule.id for rule in danger_catalogue()}:
        yield f"always_named is {data.get('always_named')!r}, which is no danger zone"
    if not data.get("always_named_within_mm", 0) > 0:
        yield "always_named_within_mm is not above 0"
    if not data.get("point"):
        yield "it has no [[point]]"
    seen: set[str] = set()
    for row in data.get("point", []):
        name = str(row.get("id", "(no id)"))
        if name.casefold() in seen:
            yield f"point {name} occurs twice"
        seen.add(name.casefold())
        yield from (f"point {name}: {problem}" for problem in _row_problems(row, data))


def _row_problems(row: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[str]:
    missing = [key for key in _NEEDED if not row.get(key)]
    if missing:
        yield f"lacks {', '.join(missing)}"
        return
    if row.get("pick", "highest") not in ("highest", "lowest"):
        yield f"pick is {row['pick']!r}, expected highest or lowest"
    if not set(row["sides"]) <= {"left", "right"}:
        yield f"sides {row['sides']} are not among left, right"
    for key in row["sources"]:
        source = data.get("sources", {}).get(key, {})
        if not source.get("text") or not source.get("read"):
            yield f"source {key!r} is not listed with its text and how far it was read"
    for part in ("location", "technique"):
        if not row["evidence"].get(part):
            yield f"evidence of its {part} is not stated"
    for pattern in row["muscle"]:
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"muscle pattern {pattern!r} cannot be read: {error}"
    yield from _anchor_problems(row)
    if row.get("not_recommended"):
        if {"needle", "depth", "direction"} & set(row):
            yield "is not recommended, so it must have neither needle, depth nor direction"
        return
    yield from _approach_problems(row)


def _anchor_problems(row: Mapping[str, Any]) -> Iterable[str]:
    known = {rule.base for rule in landmark_catalogue().values()}
    for anchor in (row["anchor"], row.get("or_anchor", row["anchor"])):
        if ("muscle_at" in anchor) == ("from" in anchor):
            yield "an anchor needs either a landmark or a fraction of the muscle"
        if ("to" in anchor) != ("at" in anchor):
            yield "an anchor between two landmarks needs both `to` and `at`"
        for name in (anchor.get("from"), anchor.get("to")):
            if name and name not in known:
                yield f"anchor on {name!r}, which is no landmark"


def _approach_problems(row: Mapping[str, Any]) -> Iterable[str]:
    lacking = [key for key in ("technique", "needle", "depth", "direction") if not row.get(key)]
    if lacking:
        yield f"lacks {', '.join(lacking)}"
        return
    kind = row["direction"].get("kind")
    if kind not in _DIRECTIONS or any(k not in row["direction"] for k in _DIRECTIONS[kind]):
        yield f"direction {row['direction']} is none of {', '.join(_DIRECTIONS)}"
    if row["depth"].get("basis") not in _BASES or not row["depth"].get("note"):
        yield f"depth does not say its basis ({', '.join(_BASES)}) with a note"
    if not row["depth"].get("max_mm", 0) > 0:
        yield "depth has no max_mm above 0"
    if not row["needle"].get("length_mm") or not row["needle"].get("diameter_mm"):
        yield "needle lacks length_mm or diameter_mm"


def _point(row: Mapping[str, Any], data: Mapping[str, Any]) -> TriggerPoint:
    sources = data["sources"]
    project = row["project"]
    return TriggerPoint(
        id=row["id"],
        name=row["name"],
        muscle_name=row["muscle_name"],
        region=row["region"],
        sides=tuple(row["sides"]),
        muscle=tuple(map(re.compile, row["muscle"])),
        pick=row.get("pick", ""),
        location=row["location"],
        anchors=tuple(row[key] for key in ("anchor", "or_anchor") if key in row),
        project=None if project == "nearest" else (project[0], project[1], project[2]),
        seek_mm=float(row.get("seek_mm", 0.0)),
        max_project_mm=float(row.get("max_project_mm", data["max_project_mm"])),
        posture_barrier=row.get("posture_barrier", ""),
        technique=tuple(row.get("technique", [])),
        position=row["position"],
        direction_text=row["direction_text"],
        direction=row.get("direction"),
        fold=bool(row.get("fold", False)),
        needle=_needle(row),
        depth=_depth(row, data["depth_low"]),
        safeguard=row["safeguard"],
        referral=row["referral"],
        sources=tuple(f"{sources[key]['text']} [{sources[key]['read']}]" for key in row["sources"]),
        evidence=MappingProxyType(dict(row["evidence"])),
        not_recommended=row.get("not_recommended", ""),
    )


def _needle(row: Mapping[str, Any]) -> NeedleRange | None:
    if "needle" not in row:
        return None
    needle = row["needle"]
    return NeedleRange(
        tuple(map(float, needle["length_mm"])),
        tuple(map(float, needle["diameter_mm"])),
        needle.get("length_below_mm"),
    )


def _depth(row: Mapping[str, Any], low: Mapping[str, Any]) -> DepthRule | None:
    if "depth" not in row:
        return None
    depth = row["depth"]
    deepest = float(depth["max_mm"])
    start = float(low["deep_mm"] if deepest > low["deep_mm"] else low["superficial_mm"])
    return DepthRule(
        low_mm=min(start, deepest),
        max_mm=deepest,
        perpendicular=depth.get("measured") == "perpendicular",
        category=depth["category"],
        basis=depth["basis"],
        note=depth["note"],
    )
