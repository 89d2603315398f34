"""The two tables and the header of a body folder: text in, records out, and back.

Knows column names and what each cell may hold; touches no geometry. A bad cell is reported with
file, line, what was expected and what came.
"""

from __future__ import annotations

import csv
import io
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np

from meshes.body import Landmark, Subject
from meshes.catalogue import SIDES, SYSTEMS, Structure
from meshes.errors import BadFileError, MissingFileError
from meshes.frames import AssetFrame, asset_frame
from meshes.surface import SurfaceKind

SCHEMA = "needlewise/body/1"
STRUCTURE_COLUMNS = (
    "id", "name", "latin", "synonyms", "fma", "side", "system", "layer", "file", "closed",
    "derived", "source", "kind", "asset_id", "measurements",
)  # fmt: skip
LANDMARK_COLUMNS = ("id", "name", "x", "y", "z", "rule", "source")
_NEEDED = ("id", "name", "version", "licence", "attribution", "units", "frame", "posture", "phase")
_MAX_TABLE_BYTES = 1 << 26
_BODY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*")
_STRUCTURE_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]*")
_TRUTH = {"true": True, "1": True, "yes": True, "false": False, "0": False, "no": False, "": None}


@dataclass(frozen=True)
class Header:
    """What ``body.toml`` says."""

    id: str
    name: str
    version: str
    licence: str
    attribution: str
    frame: AssetFrame
    posture: str
    phase: str
    subject: Subject
    sources: tuple[str, ...] = ()
    content_hash: str = ""


@dataclass(frozen=True)
class StructureRow:
    """One line of ``structures.csv``. ``closed`` is a claim; the shape decides."""

    id: str
    name: str
    side: str
    system: str
    file: str
    kind: SurfaceKind
    closed: bool | None = None
    layer: int = 0
    latin: str = ""
    synonyms: tuple[str, ...] = ()
    fma: str = ""
    derived: bool = False
    source: str = ""
    asset_id: str = ""
    measurements: tuple[str, ...] = field(default=())


def check_body_id(body_id: str) -> str:
    """Return the id, or refuse one that could not be a folder name."""
    if not _BODY_ID.fullmatch(body_id):
        raise BadFileError(
            f"{body_id!r} is no body id; expected letters, digits, dot, dash or underscore"
        )
    return body_id


def read_header(path: Path) -> Header:
    """Read ``body.toml``.

    Raises
    ------
    BadFileError
        Not TOML, a field missing, units or frame not known, or written for a newer schema.
    """
    text = _read_text(path)
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadFileError(f"{path.name} is not valid TOML: {error}") from error
    schema = str(data.get("schema", SCHEMA))
    if schema != SCHEMA:
        raise BadFileError(
            f"{path.name} has schema {schema!r}; this version reads {SCHEMA!r}: update needlewise"
        )
    missing = [key for key in _NEEDED if str(data.get(key, "")).strip() == ""]
    if missing:
        raise BadFileError(
            f"{path} does not declare {', '.join(missing)}; a body is read only with "
            "its units, frame and origin stated"
        )
    units = data["units"]
    return Header(
        id=check_body_id(str(data["id"])),
        name=str(data["name"]),
        version=str(data["version"]),
        licence=str(data["licence"]),
        attribution=str(data["attribution"]),
        frame=asset_frame(
            str(data["frame"]), units if isinstance(units, int | float) else str(units)
        ),
        posture=str(data["posture"]),
        phase=str(data["phase"]),
        subject=_subject(path, data.get("subject", {})),
        sources=tuple(_source_text(source) for source in data.get("sources", [])),
        content_hash=str(data.get("content_hash", "")),
    )


def _subject(path: Path, data: object) -> Subject:
    if not isinstance(data, Mapping):
        raise BadFileError(f"{path.name}: subject must be a table with sex, stature and mass")

    def number(*keys: str) -> float | None:
        for key in keys:
            if data.get(key) is not None:
                try:
                    return float(data[key])
                except (TypeError, ValueError):
                    raise BadFileError(
                        f"{path.name}: subject {key} is {data[key]!r}; expected a number"
                    ) from None
        return None

    sex = data.get("sex")
    return Subject(
        None if sex in (None, "") else str(sex),
        number("stature_cm", "stature"),
        number("mass_kg", "mass"),
    )


def _source_text(source: object) -> str:
    if isinstance(source, Mapping):
        return "; ".join(f"{key}: {value}" for key, value in source.items())
    return str(source)


def write_header(header: Header) -> str:
    """Return the text of ``body.toml``; units and frame are always written."""
    subject = header.subject
    lines = [f"schema = {_toml(SCHEMA)}"]
    for key in ("id", "name", "version", "licence", "attribution"):
        lines.append(f"{key} = {_toml(getattr(header, key))}")
    unit = {1.0: "mm", 10.0: "cm", 1000.0: "m"}.get(header.frame.unit_mm)
    lines.append(f"units = {_toml(unit or repr(header.frame.unit_mm))}")
    lines.append(f"frame = {_toml(header.frame.axes)}")
    lines += [f"posture = {_toml(header.posture)}", f"phase = {_toml(header.phase)}"]
    lines.append(f"content_hash = {_toml(header.content_hash)}")
    lines.append("sources = [" + ", ".join(_toml(text) for text in header.sources) + "]")
    lines += ["", "[subject]"]
    for key in ("sex", "stature_cm", "mass_kg"):
        value = getattr(subject, key)
        if value is not None:
            lines.append(f"{key} = {_toml(value)}")
    return "\n".join(lines) + "\n"


def _toml(value: str | float) -> str:
    if isinstance(value, str):
        plain = value.replace("\\", "\\\\").replace('"', '\\"')
        escaped = "".join(c if c >= " " and c != "\x7f" else f"\\u{ord(c):04x}" for c in plain)
        return f'"{escaped}"'
    return repr(float(value))


def read_structure_rows(path: Path) -> list[StructureRow]:
    """Read ``structures.csv``; the order of its lines is kept.

    Raises
    ------
    BadFileError
        A column or cell is missing or not understood, or an id occurs twice.
    """
    rows = []
    seen: set[str] = set()
    for line, cells in read_csv(path, ("id", "name", "side", "system", "file")):
        where = f"{path.name} line {line}"
        row = _structure_row(where, cells)
        if row.id in seen:
            raise BadFileError(f"{where}: structure id {row.id!r} occurs twice")
        seen.add(row.id)
        rows.append(row)
    if not rows:
        raise BadFileError(f"{path.name} lists no structure; expected at least one")
    return rows


def _structure_row(where: str, cells: Mapping[str, str]) -> StructureRow:
    structure_id = cells["id"]
    if not _STRUCTURE_ID.fullmatch(structure_id):
        raise BadFileError(
            f"{where}: {structure_id!r} is no structure id; expected letters, digits, _ . -"
        )
    _one_of(where, "side", cells["side"], SIDES)
    _one_of(where, "system", cells["system"], SYSTEMS)
    default = "tube" if cells["system"] in ("nerve", "vessel") else "solid"
    kind = cells.get("kind", "") or default
    _one_of(where, "kind", kind, [k.value for k in SurfaceKind])
    try:
        layer = int(cells.get("layer", "") or 0)
    except ValueError:
        raise BadFileError(
            f"{where}: layer is {cells['layer']!r}; expected a whole number"
        ) from None
    return StructureRow(
        id=structure_id,
        name=cells["name"] or structure_id,
        side=cells["side"],
        system=cells["system"],
        file=cells["file"],
        kind=SurfaceKind(kind),
        closed=_truth(where, "closed", cells.get("closed", "")),
        layer=layer,
        latin=cells.get("latin", ""),
        synonyms=_split(cells.get("synonyms", "")),
        fma=cells.get("fma", ""),
        derived=bool(_truth(where, "derived", cells.get("derived", ""))),
        source=cells.get("source", ""),
        asset_id=cells.get("asset_id", ""),
        measurements=_split(cells.get("measurements", "")),
    )


def write_structure_rows(structures: Iterable[tuple[Structure, str]]) -> str:
    """Return the text of ``structures.csv`` for ``(structure, file)`` pairs."""
    rows = [
        [
            s.id, s.name, s.latin, "; ".join(s.synonyms), s.fma, s.side, s.system, str(s.layer),
            file, str(s.closed).lower(), str(s.derived).lower(), s.source, s.surface.kind.value,
            s.asset_id, "; ".join(s.measurements),
        ]
        for s, file in structures
    ]  # fmt: skip
    return csv_text(STRUCTURE_COLUMNS, rows)


def read_landmarks(path: Path, frame: AssetFrame) -> dict[str, Landmark]:
    """Read ``landmarks.csv`` into world mm; a missing file means no landmark."""
    if not path.exists():
        return {}
    matrix = frame.world_from_asset
    found: dict[str, Landmark] = {}
    for line, cells in read_csv(path, ("id", "x", "y", "z")):
        try:
            point = np.array([float(cells[axis]) for axis in "xyz"])
        except ValueError:
            point = np.full(3, np.nan)
        if not np.isfinite(point).all() or not cells["id"] or cells["id"] in found:
            raise BadFileError(
                f"{path.name} line {line}: expected a new id and three finite numbers x, y, z"
            )
        world = point if frame == asset_frame("LPS", "mm") else matrix[:3, :3] @ point
        world.flags.writeable = False
        found[cells["id"]] = Landmark(
            cells["id"], cells.get("name", "") or cells["id"], world,
            cells.get("rule", ""), cells.get("source", ""),
        )  # fmt: skip
    return found


def write_landmarks(landmarks: Iterable[Landmark]) -> str:
    """Return the text of ``landmarks.csv``; numbers are written so that they read back exactly."""
    return csv_text(
        LANDMARK_COLUMNS,
        [
            [m.id, m.name, *(repr(float(value)) for value in m.point), m.rule, m.source]
            for m in landmarks
        ],
    )


def read_csv(path: Path, needed: Sequence[str]) -> list[tuple[int, dict[str, str]]]:
    """Read a table as (line number, cells by column), cells stripped; or say what is wrong."""
    reader = csv.DictReader(io.StringIO(_read_text(path)), strict=True)
    try:
        names = list(reader.fieldnames or [])
        missing = [name for name in needed if name not in names]
        if missing:
            raise BadFileError(f"{path.name} has no column {', '.join(missing)}")
        rows = []
        for cells in reader:
            if None in cells or None in cells.values():
                raise BadFileError(
                    f"{path.name} line {reader.line_num}: expected {len(names)} cells"
                )
            rows.append((reader.line_num, {key: value.strip() for key, value in cells.items()}))
    except csv.Error as error:
        raise BadFileError(f"{path.name} line {reader.line_num}: {error}") from error
    return rows


def _read_text(path: Path) -> str:
    if not path.is_file():
        raise MissingFileError(f"{path} is missing; a body folder needs {path.name}")
    if path.stat().st_size > _MAX_TABLE_BYTES:
        raise BadFileError(f"{path.name} is larger than {_MAX_TABLE_BYTES >> 20} MiB")
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise BadFileError(f"{path.name} is not UTF-8 text (byte {error.start})") from error


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    """Return a table as text, header first, lines ended by a newline."""
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return buffer.getvalue()


def _split(text: str) -> tuple[str, ...]:
    return tuple(part.strip() for part in text.split(";") if part.strip())


def _truth(where: str, column: str, text: str) -> bool | None:
    if text.casefold() not in _TRUTH:
        raise BadFileError(f"{where}: {column} is {text!r}; expected true or false")
    return _TRUTH[text.casefold()]


def _one_of(where: str, column: str, value: str, allowed: Sequence[str]) -> None:
    if value not in allowed:
        raise BadFileError(f"{where}: {column} is {value!r}; expected one of {', '.join(allowed)}")
