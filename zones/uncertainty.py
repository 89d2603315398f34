"""What may differ between a plan and a real needle: named contributions, each with its origin.

Read from `data/uncertainty.toml`. Nothing is drawn here (`zones.uncertainty_draws`), nothing
measured (`zones.sampling`).
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache
from importlib.resources import files
from types import MappingProxyType
from typing import Any

from zones.danger import DangerZone
from zones.errors import BadCatalogueError, UnknownContributionError
from zones.needle import MOST_MM

SCHEMA = "needlewise/uncertainty/1"
SHAPES = ("normal", "uniform", "phases")

LARGEST = {"mm": MOST_MM, "deg": 180.0, "N": 100.0, "level": 33.0, "share": 1.0}
"""Largest size by unit: beyond it a number says nothing of a hand or a body. All vertebrae; the
whole depth; more than a hand can press on a needle. Convention."""

Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Contribution:
    """One source of uncertainty.

    Attributes
    ----------
    id, about
        Its name, and what it stands for in plain words.
    shape
        ``normal`` about 0 with SD ``size``, ``uniform`` from 0 to ``size``, or ``phases`` (no
        number: the worst of the phases given).
    size, unit
        mm, deg, N, level or a share.
    active
        Whether it is drawn. One that is not is reported as not assessed.
    by_rule
        Another size for single catalogue zones, by the zone's rule.
    constants
        What turns a draw into millimetres.
    sources, evidence
        Who says so, and how sure that is.
    is_default
        False once somebody set another size.
    """

    id: str
    about: str
    shape: str
    size: float
    unit: str
    active: bool = True
    by_rule: Numbers = field(default_factory=dict)
    constants: Numbers = field(default_factory=dict)
    sources: tuple[str, ...] = ()
    evidence: str = "assumed"
    is_default: bool = True

    def size_for(self, zone: DangerZone) -> float:
        """The size for one zone; 0 while inactive."""
        if not self.active:
            return 0.0
        return float(self.by_rule.get(zone.rule, self.size))


@cache
def contributions() -> tuple[Contribution, ...]:
    """Return every contribution of the catalogue, in its order.

    Raises
    ------
    BadCatalogueError
        The file holds a row that cannot be answered for.
    """
    text = files("zones").joinpath("data/uncertainty.toml").read_text(encoding="utf-8")
    return read_contributions(tomllib.loads(text))


def read_contributions(data: Mapping[str, Any]) -> tuple[Contribution, ...]:
    """Check and build the rows of a catalogue; see `contributions`."""
    if data.get("schema") != SCHEMA:
        raise BadCatalogueError(f"uncertainty: schema {data.get('schema')!r}; expected {SCHEMA!r}")
    sources = data.get("sources", {})
    rows = tuple(_row(row, sources) for row in data.get("contribution", ()))
    ids = [row.id for row in rows]
    if len(set(ids)) < len(ids):
        raise BadCatalogueError("uncertainty: two contributions have the same id; expected one")
    return rows


def _row(row: Mapping[str, Any], sources: Mapping[str, str]) -> Contribution:
    name = row.get("id", "?")
    unknown = [s for s in row.get("source", ()) if s not in sources]
    if unknown or not row.get("source") or not row.get("evidence"):
        raise BadCatalogueError(
            f"uncertainty {name!r}: source {unknown or row.get('source')!r}, evidence "
            f"{row.get('evidence')!r}; expected a listed source and a grade"
        )
    shape = row.get("shape")
    if shape not in SHAPES:
        raise BadCatalogueError(f"uncertainty {name!r}: shape {shape!r}; expected one of {SHAPES}")
    size = row.get("sd" if shape == "normal" else "high", 0.0)
    by_rule = MappingProxyType(dict(row.get("by_rule", {})))
    for value in (size, *by_rule.values()):
        _check_size(name, value, row["unit"])
    return Contribution(
        name, row["about"], shape, float(size), row["unit"], bool(row.get("active", True)), by_rule,
        MappingProxyType(dict(row.get("constants", {}))),
        tuple(sources[s] for s in row["source"]), row["evidence"],
    )  # fmt: skip


def _check_size(name: str, value: float, unit: str) -> None:
    most = LARGEST.get(unit, MOST_MM)
    if not (isinstance(value, (int, float)) and 0.0 <= value <= most):
        raise BadCatalogueError(
            f"the size of uncertainty {name!r} is {value!r} {unit}; expected a number from 0 to "
            f"{most:g}: give one, or 0 to leave it out"
        )


def with_sizes(rows: Iterable[Contribution], sizes: Numbers) -> tuple[Contribution, ...]:
    """Return the rows with other sizes; a size of 0 switches one off, any other switches it on.

    A size set here holds for all zones alike.

    Raises
    ------
    UnknownContributionError
        An id that no row has, or a row that has no size.
    BadCatalogueError
        A size that is no number from 0 to the largest of its unit (`LARGEST`).
    """
    rows = tuple(rows)
    known = {row.id: row.unit for row in rows if row.shape != "phases"}
    for name, value in sizes.items():
        if name not in known:
            raise UnknownContributionError(
                f"there is no contribution {name!r} with a size; expected one of "
                + ", ".join(sorted(known))
            )
        _check_size(name, value, known[name])
    return tuple(
        replace(
            row, size=float(sizes[row.id]), active=sizes[row.id] > 0.0, by_rule={},
            sources=("given by the user",), evidence="given", is_default=False,
        )
        if row.id in sizes
        else row
        for row in rows
    )  # fmt: skip


def only(rows: Iterable[Contribution], ids: Sequence[str]) -> tuple[Contribution, ...]:
    """Return the rows with all but these switched off."""
    return tuple(replace(row, active=row.active and row.id in ids) for row in rows)
