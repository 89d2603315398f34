"""The mapping table of a foreign set: which file is which structure.

CSV with a header. ``file`` is needed; ``name`` (or ``english_name``), ``side``, ``system``, ``fma``
(or ``fma_id``), ``id`` (or ``source_id``), ``latin`` and ``synonyms`` are used where present, other
columns are passed over.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from meshes.errors import BadFileError, MissingFileError

_ALIASES = {
    "file": ("file", "path", "filename"),
    "name": ("name", "english_name", "english name"),
    "side": ("side",),
    "system": ("system", "category"),
    "fma": ("fma", "fma_id", "ontology_id"),
    "asset_id": ("id", "source_id", "asset_id"),
    "latin": ("latin",),
    "synonyms": ("synonyms",),
}
_SIDES = {
    "left": "left", "l": "left", "right": "right", "r": "right", "mid": "mid", "midline": "mid",
    "m": "mid", "both": "both", "both/mid": "", "bilateral": "both", "": "",
}  # fmt: skip
_MAX_BYTES = 1 << 26


@dataclass(frozen=True)
class TableRow:
    """One line; empty where the table says nothing. ``side`` "" leaves it to the shape."""

    line: int
    file: str
    name: str = ""
    side: str = ""
    system: str = ""
    fma: str = ""
    asset_id: str = ""
    latin: str = ""
    synonyms: tuple[str, ...] = ()


def read_table(path: Path, needed: tuple[str, ...] = ()) -> list[TableRow]:
    """Read the table; ``needed`` are literal column names that must be there.

    Raises
    ------
    MissingFileError
        No such file.
    BadFileError
        Not a table, no ``file`` column, a side that is not known, or a file outside the folder.
    """
    reader = csv.DictReader(io.StringIO(_text(path)), strict=True)
    try:
        names = [name.strip() for name in reader.fieldnames or []]
        missing = [name for name in needed if name not in names]
        columns = {
            key: next((n for n in names if n.casefold() in aliases), "")
            for key, aliases in _ALIASES.items()
        }
        if missing or not columns["file"]:
            raise BadFileError(
                f"{path.name} has no column {', '.join(missing) or 'file'}; expected a table of "
                "files with their names"
            )
        rows = [_row(path, reader.line_num, cells, columns) for cells in reader]
    except csv.Error as error:
        raise BadFileError(f"{path.name} line {reader.line_num}: {error}") from error
    if not rows:
        raise BadFileError(f"{path.name} lists no file; expected at least one")
    return rows


def _row(
    path: Path, line: int, cells: Mapping[str, str | None], columns: Mapping[str, str]
) -> TableRow:
    def cell(key: str) -> str:
        return (cells.get(columns[key]) or "").strip() if columns[key] else ""

    where = f"{path.name} line {line}"
    side = cell("side").casefold()
    if side not in _SIDES:
        raise BadFileError(f"{where}: side is {side!r}; expected left, right, mid or both")
    pure = PurePosixPath(cell("file"))
    odd = not cell("file").isprintable() or "\\" in cell("file")
    if not cell("file") or odd or pure.is_absolute() or ".." in pure.parts:
        raise BadFileError(f"{where}: file {cell('file')!r} must lie inside the folder")
    return TableRow(
        line, cell("file"), cell("name"), _SIDES[side], cell("system"), cell("fma"),
        cell("asset_id"), cell("latin"),
        tuple(word.strip() for word in cell("synonyms").split(";") if word.strip()),
    )  # fmt: skip


def _text(path: Path) -> str:
    if not path.is_file():
        raise MissingFileError(f"{path} is not a file; expected a table")
    if path.stat().st_size > _MAX_BYTES:
        raise BadFileError(f"{path.name} is larger than {_MAX_BYTES >> 20} MiB; it is no table")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFileError(f"{path.name} is not UTF-8 text (byte {error.start})") from error
