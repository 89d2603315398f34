"""Bones, muscles and skin of Z-Anatomy as a body: what points and landmarks need, nothing more."""

from __future__ import annotations

import csv
import shutil
import tempfile
from functools import cache
from pathlib import Path

from atlases import atlas

from meshes.body import Body
from meshes.importers.run import build_body

SYSTEMS = {"bone", "muscle", "skin_merged", "cartilage"}


@cache
def _built(folder: Path) -> Body:
    with tempfile.TemporaryDirectory() as name:
        part = Path(name)
        (part / "surfaces").mkdir()
        for file in folder.iterdir():
            if file.is_file() and file.name != "manifest.csv":
                shutil.copy(file, part)
        with (folder / "manifest.csv").open(encoding="utf-8", newline="") as source:
            reader = csv.DictReader(source)
            rows = [row for row in reader if row["system"] in SYSTEMS]
        with (part / "manifest.csv").open("w", encoding="utf-8", newline="") as target:
            writer = csv.DictWriter(target, list(rows[0]))
            writer.writeheader()
            writer.writerows(rows)
        for row in rows:
            shutil.copy(folder / row["file"], part / row["file"])
        return build_body(part, "z-anatomy-part")


def z_anatomy_part() -> Body:
    """The body, built once per run; skips where the atlas is absent."""
    return _built(atlas("z-anatomy"))
