"""Opening a foreign set: a recognised atlas, a folder with a table, a folder of files, one file."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from meshes.body import Subject
from meshes.errors import BadFileError, MissingFileError
from meshes.importers.records import ImportOptions, Origin, Part, Source
from meshes.importers.table import TableRow, read_table
from meshes.io.formats import READERS, mesh_suffix, read_meshes
from meshes.io.limits import RawMesh

ATLASES_FILE = Path(__file__).resolve().parents[1] / "data" / "atlases.toml"
NOT_STATED = "not stated"

_CONCEPT = re.compile(r"\b(FMA|UBERON)[:_ ]?(\d+)\b", re.IGNORECASE)
_MAX_FILES = 20_000


def open_source(path: Path, options: ImportOptions) -> Source:
    """Look at a path and say what is there; meshes are read when their turn comes.

    Raises
    ------
    MissingFileError
        Nothing there, or a file that the table names is missing.
    BadFileError
        No mesh file, or a table that is not one.
    """
    if path.is_file():
        return Source(_origin(path, options, {}), _file_parts([path], path.parent), 1)
    if not path.is_dir():
        raise MissingFileError(f"{path} does not exist; expected a mesh file or a folder of them")
    profile = _recognise(path)
    table = options.table or (path / profile["table"] if profile else _own_table(path))
    origin = _origin(path, options, profile)
    if table is not None:
        rows = read_table(table, tuple(profile.get("columns", ())))
        for row in rows:
            if not _inside(path, row.file).is_file():
                raise MissingFileError(
                    f"{table.name} line {row.line}: {row.file} is listed but missing"
                )
        return Source(origin, _table_parts(path, rows), len(rows))
    files = [f for f in sorted(path.rglob("*")) if mesh_suffix(f) in READERS and f.is_file()]
    if not files:
        raise BadFileError(
            f"{path} holds no mesh file; expected {', '.join(sorted(READERS))} or a manifest.csv"
        )
    if len(files) > _MAX_FILES:
        raise BadFileError(f"{path} holds {len(files)} mesh files; at most {_MAX_FILES} are read")
    return Source(origin, _file_parts(files, path), len(files))


@cache
def _atlases() -> tuple[Mapping[str, Any], ...]:
    with ATLASES_FILE.open("rb") as stream:
        return tuple(tomllib.load(stream)["atlas"])


def _recognise(folder: Path) -> Mapping[str, Any]:
    """Return the atlas whose table and licence lie in the folder, else an empty mapping."""
    for atlas in _atlases():
        table, licence = folder / atlas["table"], folder / atlas["licence_file"]
        if not table.is_file() or not licence.is_file():
            continue
        with table.open("rb") as stream:
            columns = stream.readline(4096).decode("utf-8", "replace").strip().split(",")
        with licence.open("rb") as stream:
            text = stream.read(1 << 16).decode("utf-8", "replace")
        if set(atlas["columns"]) <= set(columns) and atlas["licence_says"] in text:
            return atlas
    return {}


def _own_table(folder: Path) -> Path | None:
    table = folder / "manifest.csv"
    return table if table.is_file() else None


def _origin(path: Path, options: ImportOptions, atlas: Mapping[str, Any]) -> Origin:
    name = options.name or atlas.get("name") or path.stem or path.name
    return Origin(
        name=name,
        version=atlas.get("version", "as delivered"),
        licence=options.licence or atlas.get("licence", NOT_STATED),
        attribution=options.attribution or atlas.get("attribution", f"{NOT_STATED}; {path.name}"),
        posture=options.posture or atlas.get("posture", NOT_STATED),
        phase=options.phase or atlas.get("phase", NOT_STATED),
        subject=Subject(sex=atlas.get("sex")),
        source=atlas.get("source", path.name),
        units=options.units or atlas.get("units", ""),
        frame=options.frame or atlas.get("frame", ""),
        doubtful=tuple(atlas.get("doubtful", ())),
    )


def _table_parts(folder: Path, rows: list[TableRow]) -> Iterator[Part]:
    for row in rows:
        meshes = read_meshes(_inside(folder, row.file))
        for mesh in meshes:
            own = row.name if len(meshes) == 1 else f"{row.name or row.file} {mesh.name}"
            yield Part(
                row.file, mesh, own or _name(mesh), row.side, row.system,
                concept_id(row.fma) or _concept(mesh), row.asset_id or mesh.name, row.latin,
                row.synonyms,
            )  # fmt: skip


def _file_parts(files: list[Path], folder: Path) -> Iterator[Part]:
    for file in files:
        for mesh in read_meshes(file):
            yield Part(
                file.relative_to(folder).as_posix(), mesh, _name(mesh), fma=_concept(mesh),
                asset_id=str(mesh.extras.get("File ID") or mesh.name),
            )  # fmt: skip


def _inside(folder: Path, file: str) -> Path:
    path = folder / file
    if path.exists() and not path.resolve().is_relative_to(folder.resolve()):
        raise BadFileError(f"file {file!r} leads out of the folder")
    return path


def _name(mesh: RawMesh) -> str:
    """Return the name the file gives: in English (BodyParts3D), else of node or file."""
    stated = mesh.extras.get("English name")
    return str(stated) if stated else mesh.name.replace("_", " ").strip()


def _concept(mesh: RawMesh) -> str:
    """Return the first FMA id, else UBERON id, among what the file says of the part."""
    found = [_CONCEPT.search(str(value)) for value in mesh.extras.values()]
    ids = [f"{m.group(1).upper()}{m.group(2)}" for m in found if m]
    return next((i for i in ids if i.startswith("FMA")), ids[0] if ids else "")


def concept_id(text: str) -> str:
    """Write ``FMA:7487`` as ``FMA7487``; anything else that is no concept id becomes ""."""
    match = _CONCEPT.search(text)
    return f"{match.group(1).upper()}{match.group(2)}" if match else ""
