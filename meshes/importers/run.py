"""Import a foreign set as a body: read, label, repair as declared, check, store."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

from meshes.body import Body
from meshes.errors import BadFileError
from meshes.importers.records import ImportOptions, Part, Source
from meshes.importers.source import open_source
from meshes.importers.structures import Made, Piece, enter, pieces_of
from meshes.packs.schema import (
    content_hash,
    read_body_folder,
    refuse_blocked,
    write_body_folder,
)
from meshes.packs.store import REFERENCE, body_folder, open_body
from meshes.packs.verdicts import verdicts

_AT_ONCE = 2
_AHEAD = 16

Progress = Callable[[int, int, str], None]
"""Called with (files done, files in all, name of the current one)."""


def build_body(
    path: Path,
    body_id: str,
    options: ImportOptions | None = None,
    progress: Progress | None = None,
) -> Body:
    """Make a body of a foreign file or folder without storing it.

    Returns
    -------
    Body
        World frame, mm. Its findings list every repair and every doubt, structure by structure.

    Raises
    ------
    MissingFileError, BadFileError
        In one sentence; a body that fails a whole-body test is refused with the reason.
    """
    stated = options or ImportOptions()
    if (path / "body.toml").is_file():
        return replace(read_body_folder(path), id=body_id)
    source = open_source(path, stated)
    made = Made()
    for number, (part, pieces) in enumerate(_prepared(source)):
        if progress:
            progress(number, source.n_files, part.file)
        enter(made, part, source.origin, pieces)
    found = content_hash(made.structures.values(), ())
    closed, checked = verdicts(found, made.structures)
    structures = {key: replace(s, closed=closed[key]) for key, s in made.structures.items()}
    findings = made.findings + checked
    origin = source.origin
    return refuse_blocked(
        Body(
            body_id,
            origin.name,
            origin.version,
            origin.licence,
            origin.attribution,
            origin.posture,
            origin.phase,
            origin.subject,
            MappingProxyType(structures),
            content_hash(structures.values(), ()),
            findings=tuple(findings),
            sources=(origin.source,),
        )  # fmt: skip
    )


def _prepared(source: Source) -> Iterator[tuple[Part, list[Piece]]]:
    """Parts with their pieces, in order, two prepared at a time and a few ahead.

    Threads help, for numpy's sorts and scipy's labels let go of the interpreter.
    """
    waiting: deque[tuple[Part, Future[list[Piece]]]] = deque()
    with ThreadPoolExecutor(_AT_ONCE) as pool:
        for part in source.parts:
            waiting.append((part, pool.submit(pieces_of, part, source.origin)))
            if len(waiting) > _AHEAD:
                first, made = waiting.popleft()
                yield first, made.result()
        while waiting:
            first, made = waiting.popleft()
            yield first, made.result()


def import_body(
    path: Path,
    body_id: str,
    options: ImportOptions | None = None,
    progress: Progress | None = None,
    replace_existing: bool = False,
    complete: Callable[[Body], Body] | None = None,
) -> Body:
    """Make a body and store it under its id; return it as it will be loaded.

    Parameters
    ----------
    complete
        Adds the structures that a higher layer derives (`derived` set), before anything is stored.

    Raises
    ------
    MissingFileError, BadFileError
        As `build_body`; the id is taken or reserved. Nothing is written then.
    """
    target = body_folder(body_id)
    if body_id == REFERENCE:
        raise BadFileError("the id 'reference' is the project's own body; choose another --id")
    if target.exists() and not replace_existing:
        raise BadFileError(f"there is already a body {body_id!r}; choose another --id or --replace")
    body = build_body(path, body_id, options, progress)
    if complete is not None:
        body = complete(body)
    write_body_folder(body, target, "npz", compress=False, replace_existing=replace_existing)
    return open_body(body_id)
