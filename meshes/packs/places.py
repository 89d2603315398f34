"""Where the user's files live. Nothing is created by asking."""

from __future__ import annotations

import os
from pathlib import Path

import platformdirs


def home_dir() -> Path:
    """The user's data folder; ``NEEDLEWISE_HOME`` overrides it. Nothing is created."""
    override = os.environ.get("NEEDLEWISE_HOME")
    return Path(override) if override else Path(platformdirs.user_data_dir("needlewise", False))


def cache_dir() -> Path:
    """Where recomputable files go: below ``NEEDLEWISE_HOME`` if that is set."""
    override = os.environ.get("NEEDLEWISE_HOME")
    if override:
        return Path(override) / "cache"
    return Path(platformdirs.user_cache_dir("needlewise", False))


def bodies_dir() -> Path:
    """Where imported and installed bodies are kept, one folder per id."""
    return home_dir() / "bodies"
