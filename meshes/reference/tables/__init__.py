"""Authored tables of the reference body, one TOML per region; every block carries its mark."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def _text(name: str) -> str:
    return (resources.files(__name__) / f"{name}.toml").read_text("utf-8")


def read_table(name: str) -> dict[str, Any]:
    """Return the table ``name`` (without suffix) as a fresh dictionary."""
    return tomllib.loads(_text(name))
