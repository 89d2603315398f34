"""The figures that structures are derived by, each with its source: `data/derived.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from zones.errors import BadCatalogueError

EVIDENCE = ("verified", "second-hand", "unverified", "convention", "assumed")
_GROUPS = ("pleura", "bundle", "pericardium")


@dataclass(frozen=True)
class Kind:
    """What is said about every structure of a kind: how far off it may be, and who says so."""

    id: str
    uncertainty_mm: float
    uncertainty_origin: str
    source: str
    evidence: str

    def text(self, means: str) -> str:
        """Source text of a derived structure; ``means`` is what it was made of."""
        return (
            f"derived from {means}; {self.source} ({self.evidence}); "
            f"uncertainty ± {self.uncertainty_mm:g} mm: {self.uncertainty_origin}"
        )


@cache
def _table() -> Mapping[str, Mapping[str, Mapping[str, object]]]:
    text = resources.files("zones").joinpath("data/derived.toml").read_text("utf-8")
    table = tomllib.loads(text)
    check_figures(table)
    return table


def check_figures(table: Mapping[str, object]) -> None:
    """Refuse a table with a figure nobody answers for.

    Raises
    ------
    BadCatalogueError
        A figure without source, or with an evidence word that is not one of `EVIDENCE`.
    """
    for group in ("structure", *_GROUPS):
        rows = table.get(group)
        if not isinstance(rows, dict) or not rows:
            raise BadCatalogueError(f"derived.toml has no group {group!r}")
        for name, row in rows.items():
            needed = "uncertainty_mm" if group == "structure" else "value"
            if not isinstance(row.get(needed), (int, float)):
                raise BadCatalogueError(f"derived.toml: {group}.{name} has no number {needed!r}")
            if not row.get("source"):
                raise BadCatalogueError(f"derived.toml: {group}.{name} has no source")
            if row.get("evidence") not in EVIDENCE:
                raise BadCatalogueError(
                    f"derived.toml: {group}.{name} has evidence {row.get('evidence')!r}; "
                    f"expected one of {', '.join(EVIDENCE)}"
                )


@cache
def figures(group: str) -> Mapping[str, float]:
    """Figures of a group (``pleura``, ``bundle``, ``pericardium``) by name; mm unless stated."""
    return {name: float(str(row["value"])) for name, row in _table()[group].items()}


@cache
def kind(name: str) -> Kind:
    """Return what is said about derived structures of a kind, such as ``parietal_pleura``."""
    row = _table()["structure"][name]
    return Kind(
        name, float(str(row["uncertainty_mm"])), str(row["uncertainty_origin"]),
        str(row["source"]), str(row["evidence"]),
    )  # fmt: skip


def kind_of(rule: str) -> Kind | None:
    """Return what is said about derived structures of a danger-zone rule; ``None`` if nothing."""
    return kind(rule) if rule in _table()["structure"] else None
