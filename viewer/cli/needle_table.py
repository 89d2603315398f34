"""Tables of needles: CSV rows to `Needle` records, each mistake with its line."""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from viewer.cli.outcome import BadInputError
from viewer.i18n.text import tr
from zones.errors import BadNeedleError
from zones.needle import MOST_MM, Needle

COLUMNS = (
    "id", "entry_x", "entry_y", "entry_z", "dir_x", "dir_y", "dir_z", "depth", "diameter",
)  # fmt: skip
MARGIN = "margin"
_MAX_BYTES = 1 << 26


@dataclass(frozen=True, eq=False)
class TableRow:
    """One needle of a table. ``margin`` in mm, ``None`` where the catalogue's margins hold."""

    id: str
    needle: Needle
    margin: float | None


def read_needle_table(path: Path) -> list[TableRow]:
    """Read a table of needles, in LPS mm; the order of its lines is kept.

    Raises
    ------
    BadInputError
        The file cannot be read, lacks a column, or a line is not a needle; nothing is half read.
    """
    reader = csv.reader(io.StringIO(_text(path)), strict=True)
    rows: list[TableRow] = []
    try:
        header = [name.strip() for name in next(reader, [])]
        _check_header(path, header)
        for cells in reader:
            if not any(cell.strip() for cell in cells):
                continue
            where = f"{path}, line {reader.line_num}"
            if len(cells) != len(header):
                raise BadInputError(
                    tr("{where}: {found} cells; expected {wanted}, one per column",
                       where=where, found=len(cells), wanted=len(header))
                )  # fmt: skip
            named = dict(zip(header, (c.strip() for c in cells), strict=True))
            rows.append(_row(where, named))
    except csv.Error as error:
        raise BadInputError(f"{path}, line {reader.line_num}: {error}") from error
    if not rows:
        raise BadInputError(tr("{path} holds no needle; expected one per line", path=path))
    _check_ids(path, rows)
    return rows


def margin_mm(text: str | float, where: str) -> float:
    """Return a margin, or refuse what is none."""
    try:
        value = float(text)
    except ValueError:
        value = math.nan
    if not math.isfinite(value) or value < 0:
        raise BadInputError(
            tr("{where}: the margin is {text}; expected a number of mm ≥ 0", where=where, text=text)
        )
    if value > MOST_MM:  # here, for a table is printed while it is assessed
        raise BadInputError(f"{where}: the margin is {text}; expected mm from 0 to {MOST_MM:g}")
    return value


def _text(path: Path) -> str:
    if not path.is_file():
        raise BadInputError(tr("{path} is not a file; expected a table of needles", path=path))
    if path.stat().st_size > _MAX_BYTES:
        raise BadInputError(
            tr("{path} is larger than {limit} MiB; split it", path=path, limit=_MAX_BYTES >> 20)
        )
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadInputError(
            tr("{path} is not UTF-8 text (byte {byte})", path=path, byte=error.start)
        ) from error


def _check_header(path: Path, header: list[str]) -> None:
    missing = [name for name in COLUMNS if name not in header]
    if missing:
        raise BadInputError(
            tr("{path} has no column {missing}; expected {wanted}, and optionally {more}",
               path=path, missing=", ".join(missing), wanted=",".join(COLUMNS), more=MARGIN)
        )  # fmt: skip
    unknown = sorted({n for n in header if header.count(n) > 1 or n not in (*COLUMNS, MARGIN)})
    if unknown:
        raise BadInputError(
            tr("{path} has a column {name!r} that is unknown or occurs twice; expected {wanted}",
               path=path, name=unknown[0], wanted=",".join((*COLUMNS, MARGIN)))
        )  # fmt: skip


def _row(where: str, cells: Mapping[str, str]) -> TableRow:
    number = {name: _number(where, name, cells[name]) for name in COLUMNS[1:]}
    try:
        needle = Needle(
            [number["entry_x"], number["entry_y"], number["entry_z"]],
            [number["dir_x"], number["dir_y"], number["dir_z"]],
            number["depth"],
            number["diameter"] / 2,
        )
    except BadNeedleError as error:
        raise BadInputError(f"{where}: {error}") from error
    text = cells.get(MARGIN, "")
    return TableRow(cells["id"], needle, margin_mm(text, where) if text else None)


def _number(where: str, column: str, text: str) -> float:
    try:
        if "_" in text:  # Python's own way to write 10 as 1_0
            raise ValueError(text)
        return float(text)
    except ValueError:
        raise BadInputError(
            tr("{where}: {column} is {text!r}; expected a number",
               where=where, column=column, text=text)
        ) from None  # fmt: skip


def _check_ids(path: Path, rows: list[TableRow]) -> None:
    seen: set[str] = set()
    for row in rows:
        if not row.id or row.id in seen:
            raise BadInputError(
                tr("{path}: the id {id!r} is empty or occurs twice; expected one per needle",
                   path=path, id=row.id)
            )  # fmt: skip
        seen.add(row.id)
