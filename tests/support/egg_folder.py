"""The egg body as a body folder on disk: small, closed, with danger zones on both sides."""

from __future__ import annotations

from pathlib import Path

from shapes import egg_body

from meshes.packs.schema import write_body_folder


def egg_folder(path: Path) -> Path:
    """Write the folder and return it."""
    write_body_folder(egg_body(), path / "egg")
    return path / "egg"
