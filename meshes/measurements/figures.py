"""The one table of published figures: each once, with its spread, people, geometry and source.

Whatever shapes or grades a body reads its numbers here by id. An assumed figure is in the table
too, and says so: ``evidence`` is *assumed*.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from types import MappingProxyType

from meshes.errors import MeshError

EVIDENCE = ("verified", "second-hand", "derived", "unverified", "assumed")
"""How far the text stating a figure was read; ``unverified`` may add its confidence."""


class UnknownFigureError(MeshError):
    """No figure has the id that was asked for."""


@dataclass(frozen=True)
class Figure:
    """One published (or assumed) figure.

    ``value``, ``sd``, ``low`` and ``high`` are in ``unit``; ``None`` where the source gives none.
    ``used_to_build`` says that the reference body was shaped by it: a body earns no marks there.
    """

    id: str
    quantity: str
    value: float | None
    sd: float | None
    low: float | None
    high: float | None
    unit: str
    n: str
    sex: str
    population: str
    posture: str
    geometry: str
    source: str
    evidence: str
    used_to_build: bool
    note: str


@cache
def figures() -> Mapping[str, Figure]:
    """Every figure by id, in the order of the table."""
    text = (resources.files("meshes.measurements") / "figures.csv").read_text("utf-8")
    found: dict[str, Figure] = {}
    for row in csv.DictReader(io.StringIO(text)):
        numbers = {k: _number(row.pop(k)) for k in ("value", "sd", "low", "high")}
        used = row.pop("used_to_build") == "true"
        found[row["id"]] = Figure(**numbers, **row, used_to_build=used)  # type: ignore[arg-type]
    return MappingProxyType(found)


def figure(figure_id: str) -> Figure:
    """Return the figure with this id.

    Raises
    ------
    UnknownFigureError
        The table has none.
    """
    try:
        return figures()[figure_id]
    except KeyError:
        raise UnknownFigureError(
            f"no figure {figure_id!r} in meshes/measurements/figures.csv; check the id"
        ) from None


def value(figure_id: str) -> float:
    """Return the value of a figure that has one.

    Raises
    ------
    UnknownFigureError
        No such figure, or one without a single value.
    """
    found = figure(figure_id).value
    if found is None:
        raise UnknownFigureError(f"figure {figure_id!r} has no single value; use its range")
    return found


def _number(cell: str) -> float | None:
    return float(cell) if cell.strip() else None
