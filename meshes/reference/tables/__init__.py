"""Authored tables of the reference body, one TOML per region; every block carries its mark.

A text ``"@id"`` or ``"@id * 0.5"`` in a table stands for the figure of that id in
`meshes.measurements`.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any

from meshes.measurements.figures import value


@cache
def _text(name: str) -> str:
    return (resources.files(__name__) / f"{name}.toml").read_text("utf-8")


def read_table(name: str) -> dict[str, Any]:
    """Return the table ``name`` (without suffix) as a fresh dictionary, figures filled in."""
    found: dict[str, Any] = _filled(tomllib.loads(_text(name)))
    return found


def figure_ids(name: str) -> list[str]:
    """Ids of the figures a table reads, in order."""
    return [t[1:].split("*")[0].strip() for t in _texts(tomllib.loads(_text(name)))]


def _filled(part: Any) -> Any:
    if isinstance(part, dict):
        return {key: _filled(v) for key, v in part.items()}
    if isinstance(part, list):
        return [_filled(v) for v in part]
    if isinstance(part, str) and part.startswith("@"):
        key, _, factor = part[1:].partition("*")
        return value(key.strip()) * (float(factor) if factor else 1.0)
    return part


def _texts(part: Any) -> list[str]:
    if isinstance(part, dict):
        return [t for v in part.values() for t in _texts(v)]
    if isinstance(part, list):
        return [t for v in part for t in _texts(v)]
    return [part] if isinstance(part, str) and part.startswith("@") else []
