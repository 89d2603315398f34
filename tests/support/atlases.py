"""Real anatomy beside the checkout: test data only, never in the repository."""

from __future__ import annotations

from pathlib import Path

import pytest

_ATLASES = Path(__file__).resolve().parents[3] / "shared" / "atlases"


def atlas(name: str) -> Path:
    """The folder of an atlas, or skip the test with a reason."""
    folder = _ATLASES / name
    if not (folder / "manifest.csv").is_file():
        pytest.skip(f"the atlas {name} is not beside the checkout (../shared/atlases/{name})")
    return folder
