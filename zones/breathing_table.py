"""How far the breath moves what: `data/breathing.toml`, checked and by zone rule. Lengths in mm."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from zones.danger_catalogue import danger_catalogue
from zones.errors import BadCatalogueError

SCHEMA = "needlewise/breathing/1"


@dataclass(frozen=True)
class Displacement:
    """What is known of one zone rule on a body that stands still.

    ``mm`` is taken off the clearance; ``None`` where only the limit ``at_most_mm`` is known.
    ``within`` names the rule of a zone whose wall this one may reach but not pass, else empty.
    """

    rule: str
    mm: float | None
    at_most_mm: float
    within: str
    source: str
    evidence: str


@dataclass(frozen=True)
class BreathTable:
    """Phases to measure at, 0 end expiration to 1 full inspiration, and displacements by rule.

    ``looks`` are the phases and those between them at which only the points are looked at.
    """

    phases: tuple[float, ...]
    looks: tuple[float, ...]
    by_rule: Mapping[str, Displacement]
    default: Displacement

    def of(self, rule: str) -> Displacement:
        """What is known of a zone rule; the default where nothing is."""
        return self.by_rule.get(rule, self.default)


@cache
def breath_table() -> BreathTable:
    """Return the shipped table.

    Raises
    ------
    BadCatalogueError
        A row that cannot be answered for.
    """
    text = files("zones").joinpath("data/breathing.toml").read_text(encoding="utf-8")
    return parse_breath_table(tomllib.loads(text))


def parse_breath_table(data: Mapping[str, Any]) -> BreathTable:
    """Validate a table and return it; the first defect is named."""
    if data.get("schema") != SCHEMA:
        raise BadCatalogueError(f"breathing: schema {data.get('schema')!r}; expected {SCHEMA!r}")
    phases = tuple(map(float, data["phases"]))
    steps = {round(b - a, 9) for a, b in zip(phases, phases[1:], strict=False)}
    if phases[:1] != (0.0,) or phases[-1:] != (1.0,) or len(steps) != 1 or min(steps) <= 0.0:
        raise BadCatalogueError(f"breathing: phases {phases}; expected even steps from 0 to 1")
    between = data.get("looks_between", 0)
    if not isinstance(between, int) or between < 0:
        raise BadCatalogueError(f"breathing: looks_between {between!r}; expected 0, 1, 2 …")
    n = (len(phases) - 1) * (between + 1)
    looks = tuple(
        phases[i // (between + 1)] if i % (between + 1) == 0 else i / n for i in range(n + 1)
    )
    rows: dict[str, Displacement] = {}
    for group, key in (("displacement", "mm"), ("limit", "at_most_mm")):
        for row in data.get(group, ()):
            for made in _rows(row, key, data):
                if made.rule in rows:
                    raise BadCatalogueError(f"breathing: zone rule {made.rule!r} occurs twice")
                rows[made.rule] = made
    origin = str(data.get("default_origin", ""))
    if not origin.startswith("convention"):
        raise BadCatalogueError(
            "breathing: default_at_most_mm does not say that it is a convention"
        )
    default = Displacement("", None, float(data["default_at_most_mm"]), "", origin, "convention")
    return BreathTable(phases, looks, MappingProxyType(rows), default)


def _rows(row: Mapping[str, Any], key: str, data: Mapping[str, Any]) -> list[Displacement]:
    known = {rule.id for rule in danger_catalogue()}
    wrong = [name for name in (*row.get("rules", []), row.get("within", "")) if name not in known]
    if not row.get("rules") or [name for name in wrong if name]:
        raise BadCatalogueError(f"breathing: {row.get('rules')!r} names no danger-zone rule")
    texts = [data.get("sources", {}).get(name) for name in row.get("source", [])]
    if not texts or not all(texts) or not row.get("evidence"):
        raise BadCatalogueError(f"breathing: {row['rules']} has no listed source and evidence")
    if not row.get(key, -1.0) >= 0.0:
        raise BadCatalogueError(f"breathing: {row['rules']} has no {key} of 0 or more")
    size = float(row[key])
    return [
        Displacement(
            rule, size if key == "mm" else None, size, row.get("within", ""), "; ".join(texts),
            row["evidence"],
        )
        for rule in row["rules"]
    ]  # fmt: skip
