"""Conditions → muscles → points: a way into the catalogue, and no claim that needling helps."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from zones.errors import BadCatalogueError
from zones.point_catalogue import TriggerPoint, point_catalogue


@dataclass(frozen=True)
class Condition:
    """A complaint and the points looked at for it, in the order of the data file."""

    id: str
    name: str
    points: tuple[TriggerPoint, ...]
    source: str

    @property
    def muscles(self) -> tuple[str, ...]:
        """Names of the muscles of its points, each once."""
        return tuple(dict.fromkeys(point.muscle_name for point in self.points))


@cache
def conditions() -> Mapping[str, Condition]:
    """Return the conditions by id, in their order.

    Raises
    ------
    BadCatalogueError
        A row names a point the catalogue does not have, none at all, or no source.
    """
    text = files("zones").joinpath("data/conditions.toml").read_text(encoding="utf-8")
    return parse_conditions(tomllib.loads(text))


def parse_conditions(data: Mapping[str, Any]) -> Mapping[str, Condition]:
    """Validate and return the conditions of a document."""
    known, made = point_catalogue().points, {}
    if not str(data.get("points_origin", "")).startswith("convention"):
        raise BadCatalogueError("conditions do not say on what their points rest")
    for row in data["condition"]:
        unknown = [key for key in row["points"] if key not in known]
        if unknown or not row["points"] or row.get("source") not in data["sources"]:
            raise BadCatalogueError(
                f"condition {row['id']!r} names no point, no source, or points that do not exist: "
                f"{', '.join(unknown)}"
            )
        made[row["id"]] = Condition(
            row["id"], row["name"], tuple(known[key] for key in row["points"]),
            data["sources"][row["source"]],
        )  # fmt: skip
    return MappingProxyType(made)


def conditions_of(point_id: str) -> list[Condition]:
    """Conditions that a point stands under, in their order; empty if none."""
    return [c for c in conditions().values() if any(p.id == point_id for p in c.points)]
