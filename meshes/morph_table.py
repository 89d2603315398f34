"""The authored tables of the family, as data: ranges, variants, layers, breath; and postures.

Read here and not through `meshes.reference`, which is the workshop: a body opens without it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


def family_table() -> dict[str, Any]:
    """Return ``reference/tables/family.toml``; do not write to it."""
    return _read("family")


def posture_table() -> dict[str, Any]:
    """Return ``reference/tables/postures.toml``, figures not filled in; do not write to it."""
    return _read("postures")


@cache
def _read(name: str) -> dict[str, Any]:
    text = resources.files("meshes").joinpath(f"reference/tables/{name}.toml").read_text("utf-8")
    return tomllib.loads(text)
