"""The real atlases beside the checkout: test data only, never part of the project."""

from __future__ import annotations

from pathlib import Path

import pytest

ATLASES = Path(__file__).resolve().parents[2].parent / "shared" / "atlases"


def atlas(name: str) -> Path:
    """The folder of an atlas, or skip the test with the reason."""
    folder = ATLASES / name
    if not folder.is_dir():
        pytest.skip(f"no atlas {name} beside the checkout (../shared/atlases)")
    return folder
