"""The body folder: ``body.toml``, ``structures.csv``, ``surfaces/*`` or one npz, ``landmarks.csv``.

An import adds ``findings.csv``, what it repaired (`meshes.packs.findings`).

`read_body_folder` is the only way geometry becomes a `Body`, for the shipped reference body and for
a stranger's folder alike. A missing field, a wrong hash, a file that is named but absent or present
but not named is refused whole: there is no half-loaded body.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import tempfile
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path, PurePosixPath
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body, Finding
from meshes.catalogue import Structure
from meshes.content import content_hash as content_hash  # many ask here
from meshes.errors import BadFileError, MissingFileError, UnwritableError
from meshes.frames import WORLD, to_world
from meshes.io.npz import read_npz, write_npz
from meshes.io.ply import write_ply
from meshes.packs import tables
from meshes.packs.findings import FINDINGS_FILE, is_stored, read_findings, write_findings
from meshes.packs.tables import Header, StructureRow
from meshes.packs.verdicts import verdicts
from meshes.surface import Surface

SURFACE_FOLDER = "surfaces"
SURFACE_FILE = "surfaces.npz"


def read_body_folder(path: Path | str, strict: bool = True) -> Body:
    """Read, verify and check a body folder.

    Parameters
    ----------
    path
        The folder that holds ``body.toml``.
    strict
        Refuse a body with a blocking finding (a flipped body, say). ``body check`` alone passes
        False, to list what is wrong.

    Returns
    -------
    Body
        World frame, mm. Each ``closed`` is the verdict of `meshes.checks` on the shape; where the
        folder claims otherwise, a finding says so.

    Raises
    ------
    MissingFileError
        A file the folder must have or names is not there.
    BadFileError
        Anything else that keeps the folder from being a body, in one sentence.
    """
    folder = Path(path)
    if not folder.is_dir():
        raise MissingFileError(f"{folder} is not a folder; expected a body folder")
    header = tables.read_header(folder / "body.toml")
    rows = tables.read_structure_rows(folder / "structures.csv")
    landmarks = tables.read_landmarks(folder / "landmarks.csv", header.frame)
    surfaces = _read_surfaces(folder, header, rows)
    structures = {row.id: _structure(row, surfaces[row.id]) for row in rows}
    found = content_hash(structures.values(), landmarks.values())
    if header.content_hash and header.content_hash != found:
        raise BadFileError(
            f"{folder}: content hash is {found[:12]}…, body.toml says "
            f"{header.content_hash[:12]}…; the folder was changed: fetch or export it again"
        )
    closed, checked = verdicts(found, structures)
    structures = {key: replace(s, closed=closed[key]) for key, s in structures.items()}
    findings = read_findings(folder / FINDINGS_FILE, structures)
    findings += checked + _claim_findings(rows, structures)
    if not header.content_hash:
        findings.append(Finding("", "hash", "body.toml has no content hash", "info"))
    body = Body(
        header.id, header.name, header.version, header.licence, header.attribution,
        header.posture, header.phase, header.subject, MappingProxyType(structures), found,
        MappingProxyType(landmarks), tuple(findings), header.sources,
    )  # fmt: skip
    return refuse_blocked(body) if strict else body


def refuse_blocked(body: Body) -> Body:
    """Return the body, or raise its first blocking finding."""
    blocking = [finding for finding in body.findings if finding.severity == "block"]
    if blocking:
        raise BadFileError(
            f"body {body.id} is refused: {blocking[0].message}"
            + (f" (and {len(blocking) - 1} more)" if len(blocking) > 1 else "")
        )
    return body


def _structure(row: StructureRow, surface: Surface) -> Structure:
    return Structure(
        id=row.id, name=row.name, side=row.side, system=row.system, surface=surface,
        layer=row.layer, latin=row.latin, synonyms=row.synonyms, fma=row.fma, closed=False,
        derived=row.derived, source=row.source, asset_id=row.asset_id,
        measurements=row.measurements,
    )  # fmt: skip


def _claim_findings(
    rows: Iterable[StructureRow], structures: Mapping[str, Structure]
) -> list[Finding]:
    return [
        Finding(
            row.id,
            "closed claim",
            f"{row.id} is listed as {'closed' if row.closed else 'open'}; its surface is "
            f"{'closed' if structures[row.id].closed else 'open'}; the surface decides",
        )
        for row in rows
        if row.closed is not None and row.closed != structures[row.id].closed
    ]


def _read_surfaces(
    folder: Path, header: Header, rows: Iterable[StructureRow]
) -> dict[str, Surface]:
    from meshes.io.formats import read_meshes

    archives: dict[str, dict[str, tuple[NDArray[np.float64], NDArray[np.int32]]]] = {}
    used: dict[str, set[str]] = {}
    surfaces = {}
    matrix = header.frame.world_from_asset
    for row in rows:
        file, _, part = row.file.partition("#")
        path = _inside(folder, file, row.id)
        used.setdefault(file, set()).add(part)
        if part:
            if file not in archives:
                archives[file] = read_npz(path)
            if part not in archives[file]:
                raise MissingFileError(f"{file} holds no surface {part!r}, named by {row.id}")
            points, triangles = archives[file][part]
        else:
            meshes = read_meshes(path)
            if len(meshes) != 1:
                raise BadFileError(
                    f"{file} holds {len(meshes)} parts; a body folder needs one per file"
                )
            points, triangles = meshes[0].points, meshes[0].triangles
        points, triangles = to_world(points, triangles, matrix)
        points.flags.writeable = triangles.flags.writeable = False
        surfaces[row.id] = Surface(points, triangles, row.kind)
    _refuse_unregistered(folder, used, archives)
    return surfaces


def _inside(folder: Path, file: str, structure_id: str) -> Path:
    pure = PurePosixPath(file)
    path = folder / pure
    if not file or pure.is_absolute() or ".." in pure.parts or "\\" in file or ":" in file:
        raise BadFileError(f"{structure_id}: file {file!r} must lie inside the body folder")
    if not path.is_file():
        raise MissingFileError(f"{structure_id}: {file} is listed in structures.csv but missing")
    if not path.resolve().is_relative_to(folder.resolve()):
        raise BadFileError(f"{structure_id}: file {file!r} leads out of the body folder")
    return path


def _refuse_unregistered(
    folder: Path, used: Mapping[str, set[str]], archives: Mapping[str, Mapping[str, object]]
) -> None:
    for file, parts in archives.items():
        extra = sorted(set(parts) - used[file])
        if extra:
            raise BadFileError(f"{file} holds {extra[0]!r}, which structures.csv does not list")
    present = [p.relative_to(folder).as_posix() for p in (folder / SURFACE_FOLDER).rglob("*")
               if p.is_file()]  # fmt: skip
    present += [p.name for p in folder.glob("*.npz")]
    extra = sorted(set(present) - set(used))
    if extra:
        raise BadFileError(f"{extra[0]} is in the folder but structures.csv does not list it")


def write_body_folder(
    body: Body,
    path: Path | str,
    surfaces: str = "npz",
    compress: bool = True,
    replace_existing: bool = False,
) -> str:
    """Write a body folder in world mm and return its content hash.

    Parameters
    ----------
    body
        Its ``content_hash`` is computed anew from what is written.
    path
        The folder to make. Written beside it under a temporary name, then renamed.
    surfaces
        ``npz`` for one file (packs), ``ply`` for one double-precision file per structure (export).
    compress
        Deflate the npz; imported atlases trade disk for loading time.
    replace_existing
        Put the new folder in place of an old one; otherwise a folder with content is refused.

    Raises
    ------
    BadFileError
        ``path`` has content and ``replace_existing`` is not set.
    UnwritableError
        The system refuses; nothing is left, an old folder stays as it was.
    """
    target = Path(path)
    if target.exists() and (not target.is_dir() or any(target.iterdir())) and not replace_existing:
        raise BadFileError(f"{target} is not empty; name a new or empty folder")
    found = content_hash(body.structures.values(), body.landmarks.values())
    absent = [p for p in target.parents if not os.path.exists(p)]
    try:
        if os.path.isfile(target.parent):  # which making it would call *File exists*
            raise NotADirectoryError(errno.ENOTDIR, os.strerror(errno.ENOTDIR))
        target.parent.mkdir(parents=True, exist_ok=True)
        _write_folder(body, target, surfaces, compress, found)
    except OSError as error:
        for folder in absent:
            with contextlib.suppress(OSError):
                folder.rmdir()
        raise UnwritableError.of(error, target) from error
    return found


def _write_folder(body: Body, target: Path, surfaces: str, compress: bool, found: str) -> None:
    with tempfile.TemporaryDirectory(prefix=f".{target.name}-", dir=target.parent) as scratch:
        made = Path(scratch) / "body"
        made.mkdir()
        _write_surfaces(body, made, surfaces, compress)
        header = Header(
            body.id, body.name, body.version, body.licence, body.attribution, WORLD, body.posture,
            body.phase, body.subject, body.sources, found,
        )  # fmt: skip
        (made / "body.toml").write_text(tables.write_header(header), encoding="utf-8")
        listed = [(s, _file_of(s.id, surfaces)) for s in body.structures.values()]
        (made / "structures.csv").write_text(tables.write_structure_rows(listed), encoding="utf-8")
        (made / "landmarks.csv").write_text(
            tables.write_landmarks(body.landmarks.values()), encoding="utf-8"
        )
        if any(map(is_stored, body.findings)):
            (made / FINDINGS_FILE).write_text(write_findings(body.findings), encoding="utf-8")
        old = Path(scratch) / "old"
        if target.is_dir() and any(target.iterdir()):
            shutil.move(target, old)
        elif target.is_dir():
            target.rmdir()
        try:
            os.replace(made, target)
        except OSError:
            if old.exists():
                shutil.move(old, target)
            raise


def _file_of(structure_id: str, surfaces: str) -> str:
    if surfaces == "npz":
        return f"{SURFACE_FILE}#{structure_id}"
    return f"{SURFACE_FOLDER}/{structure_id}.ply"


def _write_surfaces(body: Body, folder: Path, surfaces: str, compress: bool) -> None:
    if surfaces not in ("npz", "ply"):
        raise ValueError(f"surfaces is {surfaces!r}; expected npz or ply")
    if surfaces == "npz":
        rows = ((s.id, s.surface.points, s.surface.triangles) for s in body.structures.values())
        write_npz(folder / SURFACE_FILE, rows, compress)
        return
    (folder / SURFACE_FOLDER).mkdir()
    for s in body.structures.values():
        write_ply(folder / SURFACE_FOLDER / f"{s.id}.ply", s.surface.points, s.surface.triangles)
