"""The danger-zone catalogue as read from `data/danger_zones.toml`: rules, not yet a body.

Every rule carries a margin with its origin and at least one source, or says that it is a
convention; a catalogue that does not is refused whole, because a number nobody answers for must
not decide a verdict.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from meshes.catalogue import SIDES, SYSTEMS
from zones.errors import BadCatalogueError

SCHEMA = "needlewise/danger-zones/1"
_ORIGINS = ("derived", "published", "convention")
_REQUIRED = ("id", "name", "sides", "systems", "margin_mm", "margin_origin", "severity",
             "consequence", "source", "evidence")  # fmt: skip


@dataclass(frozen=True)
class ZoneRule:
    """One ``[[zone]]`` of the catalogue. ``margin_mm`` in mm; patterns are compiled.

    ``needs`` and ``reaches`` pair the name of a part with the pattern of the structure that must
    be there, or that the zone must reach down to, before the zone can be called clear.
    """

    id: str
    name: str
    sides: tuple[str, ...]
    systems: tuple[str, ...]
    match: tuple[re.Pattern[str], ...]
    exclude: tuple[re.Pattern[str], ...]
    fma: tuple[str, ...]
    needs: tuple[tuple[str, re.Pattern[str]], ...]
    reaches: tuple[tuple[str, re.Pattern[str]], ...]
    rest_of: bool
    margin_mm: float
    margin_origin: str
    severity: str
    consequence: str
    source: str
    evidence: str

    def row_id(self, side: str) -> str:
        """The id of this rule's row for a side; the bare id where the rule has one row."""
        return self.id if len(self.sides) == 1 else f"{self.id}_{side}"


@cache
def danger_catalogue() -> tuple[ZoneRule, ...]:
    """Return the shipped catalogue in its order.

    Raises
    ------
    BadCatalogueError
        A row has no source, no origin of its margin, or a selector that cannot be read.
    """
    text = files("zones").joinpath("data/danger_zones.toml").read_text(encoding="utf-8")
    return parse_catalogue(tomllib.loads(text))


def parse_catalogue(data: Mapping[str, Any]) -> tuple[ZoneRule, ...]:
    """Validate a catalogue and return its rules; every defect is named in one error."""
    problems = list(catalogue_problems(data))
    if problems:
        raise BadCatalogueError("the danger-zone catalogue is not usable: " + "; ".join(problems))
    margins, sources = data["margins"], data["sources"]
    return tuple(_rule(row, margins, sources) for row in data["zone"])


def catalogue_problems(data: Mapping[str, Any]) -> Iterable[str]:
    """Say what is wrong with a catalogue, one sentence each; nothing if it is sound."""
    if data.get("schema") != SCHEMA:
        yield f"schema is {data.get('schema')!r}, expected {SCHEMA!r}"
    for key, origin in data.get("margins", {}).items():
        if not str(origin).startswith(_ORIGINS):
            yield f"margin origin {key!r} does not start with {', '.join(_ORIGINS)}"
    rows = data.get("zone", [])
    if not rows:
        yield "it has no [[zone]]"
    seen: set[str] = set()
    for row in rows:
        name = str(row.get("id", "(no id)"))
        if name in seen:
            yield f"zone {name} occurs twice"
        seen.add(name)
        for problem in _row_problems(row, data):
            yield f"zone {name}: {problem}"


def _row_problems(row: Mapping[str, Any], data: Mapping[str, Any]) -> Iterable[str]:
    missing = [key for key in _REQUIRED if row.get(key) in (None, "", [])]
    if missing:
        yield f"lacks {', '.join(missing)}"
        return
    if not set(row["sides"]) <= set(SIDES) - {"both"}:
        yield f"sides {row['sides']} are not among left, right, mid"
    if not set(row["systems"]) <= set(SYSTEMS):
        yield f"systems {row['systems']} are not among {', '.join(SYSTEMS)}"
    if not row["margin_mm"] > 0:
        yield f"margin {row['margin_mm']} mm is not above 0"
    if row["margin_origin"] not in data.get("margins", {}):
        yield f"margin_origin {row['margin_origin']!r} is not explained under [margins]"
    if row["severity"] not in data.get("severities", []):
        yield f"severity {row['severity']!r} is not listed"
    for source in row["source"]:
        if not str(data.get("sources", {}).get(source, "")).strip():
            yield f"source {source!r} is not listed under [sources]"
    if not (row.get("match") or row.get("fma") or row.get("rest_of")):
        yield "selects nothing: expected match, fma or rest_of"
    patterns = [*row.get("match", []), *row.get("exclude", []), *row.get("needs", {}).values(),
                *row.get("reaches", {}).values()]  # fmt: skip
    for pattern in patterns:
        try:
            re.compile(pattern)
        except re.error as error:
            yield f"pattern {pattern!r} cannot be read: {error}"


def _rule(
    row: Mapping[str, Any], margins: Mapping[str, str], sources: Mapping[str, str]
) -> ZoneRule:
    return ZoneRule(
        id=row["id"],
        name=row["name"],
        sides=tuple(row["sides"]),
        systems=tuple(row["systems"]),
        match=tuple(map(re.compile, row.get("match", []))),
        exclude=tuple(map(re.compile, row.get("exclude", []))),
        fma=tuple(row.get("fma", [])),
        needs=tuple((part, re.compile(p)) for part, p in row.get("needs", {}).items()),
        reaches=tuple((part, re.compile(p)) for part, p in row.get("reaches", {}).items()),
        rest_of=bool(row.get("rest_of", False)),
        margin_mm=float(row["margin_mm"]),
        margin_origin=margins[row["margin_origin"]],
        severity=row["severity"],
        consequence=row["consequence"],
        source="; ".join(sources[key] for key in row["source"]),
        evidence=row["evidence"],
    )
