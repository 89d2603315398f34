"""What an importer is told and what a source hands over."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from meshes.body import Subject
from meshes.io.limits import RawMesh


@dataclass(frozen=True)
class ImportOptions:
    """What the user states about a foreign set; empty means not stated.

    ``units`` and ``frame`` are needed unless the format or a recognised atlas implies them: nothing
    is guessed. ``table`` is a CSV that names the files (`meshes.importers.table`).
    """

    units: str = ""
    frame: str = ""
    name: str = ""
    licence: str = ""
    attribution: str = ""
    posture: str = ""
    phase: str = ""
    table: Path | None = None


@dataclass(frozen=True)
class Origin:
    """What is known of the set as a whole, from the user, a recognised atlas or not at all."""

    name: str
    version: str
    licence: str
    attribution: str
    posture: str
    phase: str
    subject: Subject = field(default_factory=Subject)
    source: str = ""
    units: str = ""
    frame: str = ""
    doubtful: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Part:
    """One mesh of the source with what its table or file says of it, nothing interpreted yet."""

    file: str
    mesh: RawMesh
    name: str
    side: str = ""
    system: str = ""
    fma: str = ""
    asset_id: str = ""
    latin: str = ""
    synonyms: tuple[str, ...] = ()


@dataclass(frozen=True, eq=False)
class Source:
    """A foreign set: ``parts`` reads file after file: only a few are in memory at a time."""

    origin: Origin
    parts: Iterator[Part]
    n_files: int
