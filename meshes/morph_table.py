"""The authored table of the family, as data: ranges, variants, regressions, layers, breath.

Read here and not through `meshes.reference`, which is the workshop: a body opens without it.
"""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


def family_table() -> dict[str, Any]:
    """Return ``reference/tables/family.toml``; do not write to it."""
    return _read()


@cache
def _read() -> dict[str, Any]:
    text = resources.files("meshes").joinpath("reference/tables/family.toml").read_text("utf-8")
    return tomllib.loads(text)
