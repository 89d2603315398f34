"""PLY: the body folder's own format, written in binary little-endian double precision.

Our reader and writer, not a library's: the exported files must hold exactly the float64 arrays the
distances are computed on, and a header must be weighed against the file size before reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from meshes.errors import BadFileError
from meshes.io.limits import (
    HEAD_BYTES,
    MAX_TEXT_BYTES,
    RawMesh,
    checked_counts,
    checked_mesh,
    checked_size,
)

_TYPES = {
    "char": "i1", "int8": "i1", "uchar": "u1", "uint8": "u1", "short": "i2", "int16": "i2",
    "ushort": "u2", "uint16": "u2", "int": "i4", "int32": "i4", "uint": "u4", "uint32": "u4",
    "float": "f4", "float32": "f4", "double": "f8", "float64": "f8",
}  # fmt: skip
_ORDERS = {"binary_little_endian": "<", "binary_big_endian": ">", "ascii": ""}


@dataclass
class _Element:
    name: str
    count: int
    scalars: list[tuple[str, str]]
    list_at: int | None = None  # how many scalars come before the one list property
    list_types: tuple[str, str] = ("", "")


@dataclass
class _Header:
    order: str
    elements: list[_Element]
    size: int
    comments: dict[str, str]


def write_ply(
    path: Path,
    points: NDArray[np.float64],
    triangles: NDArray[np.integer],
    frame: str = "LPS",
    units: str = "mm",
) -> None:
    """Write (n, 3) points as float64 and (m, 3) triangles, little-endian; frame and unit named."""
    header = (
        "ply\nformat binary_little_endian 1.0\n"
        f"comment frame {frame}\ncomment units {units}\n"
        f"element vertex {len(points)}\n"
        "property double x\nproperty double y\nproperty double z\n"
        f"element face {len(triangles)}\nproperty list uchar int vertex_indices\nend_header\n"
    )
    faces = np.empty(len(triangles), dtype=[("n", "u1"), ("corners", "<i4", (3,))])
    faces["n"] = 3
    faces["corners"] = triangles
    with path.open("wb") as stream:
        stream.write(header.encode("ascii"))
        stream.write(np.ascontiguousarray(points, dtype="<f8").tobytes())
        stream.write(faces.tobytes())


def read_ply(path: Path) -> RawMesh:
    """Read the points and faces of a PLY file, any of its three encodings; polygons are fanned.

    Raises
    ------
    BadFileError
        Not a PLY, a header without x, y, z or faces, fewer bytes than the header announces, no
        face, a coordinate that is not finite, or an index out of range.
    """
    size = checked_size(path)
    with path.open("rb") as stream:
        header = _read_header(path, stream)
        counts = {element.name: element.count for element in header.elements}
        if "vertex" not in counts or "face" not in counts:
            raise BadFileError(f"{path.name} has no vertex and face elements; expected a surface")
        checked_counts(path, counts["vertex"], counts["face"])
        if any(e.count < 0 or e.count > size for e in header.elements):
            raise BadFileError(f"{path.name} announces more elements than the file has bytes")
        body = size - header.size
        needed = sum(_smallest_bytes(e, header.order) for e in header.elements)
        if needed > body:
            raise BadFileError(
                f"{path.name} is truncated: its header announces at least {needed} bytes of data, "
                f"{body} are there"
            )
        if not header.order and size > MAX_TEXT_BYTES:
            raise BadFileError(f"{path.name} is a text file of {size >> 20} MiB; save it as binary")
        stream.seek(header.size)
        data = stream.read(body)
    points, triangles = (_read_binary if header.order else _read_ascii)(path, header, data)
    points, faces = checked_mesh(path, points, triangles)
    return RawMesh(
        path.stem, points, faces, header.comments.get("frame", ""), header.comments.get("units", "")
    )


def _read_header(path: Path, stream: BinaryIO) -> _Header:
    head = stream.read(HEAD_BYTES)
    start = head[:5].replace(b"\r", b"")
    end = head.find(b"end_header")
    newline = head.find(b"\n", end)
    if not start.startswith(b"ply\n") or end < 0 or newline < 0:
        raise BadFileError(f"{path.name} is not a PLY file; its header is missing or damaged")
    header = _Header("", [], newline + 1, {})
    known_order = None
    for number, line in enumerate(head[:end].decode("latin-1").splitlines(), start=1):
        words = line.split()
        try:
            if words[:1] == ["format"]:
                known_order = _ORDERS[words[1]]
            elif words[:1] == ["comment"] and words[1:2] in (["frame"], ["units"]):
                header.comments[words[1]] = " ".join(words[2:])
            elif words[:1] == ["element"]:
                header.elements.append(_Element(words[1], int(words[2]), []))
            elif words[:1] == ["property"]:
                _add_property(header.elements[-1], words[1:])
        except (IndexError, KeyError, ValueError) as error:
            raise BadFileError(
                f"{path.name} line {number}: {line.strip()[:60]!r} is not a PLY header line"
            ) from error
    if known_order is None:
        raise BadFileError(f"{path.name} has no format line; it is not a PLY file")
    header.order = known_order
    return header


def _add_property(element: _Element, words: list[str]) -> None:
    if words[0] != "list":
        element.scalars.append((words[1], _TYPES[words[0]]))
        return
    if element.list_at is not None:
        raise ValueError("two lists")
    element.list_at = len(element.scalars)
    element.list_types = (_TYPES[words[1]], _TYPES[words[2]])
    if element.list_types[0][0] == "f" or (element.name == "face" and "f" in element.list_types[1]):
        raise ValueError("a list of face corners must hold integers")


def _smallest_bytes(element: _Element, order: str) -> int:
    """Fewest bytes the element can take: faces are at least triangles, a text value two."""
    width = 3 if element.name == "face" else 0
    if not order:
        n_values = len(element.scalars) + (0 if element.list_at is None else 1 + width)
        return max(0, 2 * n_values * element.count - 1)
    row = sum(np.dtype(kind).itemsize for _, kind in element.scalars)
    if element.list_at is not None:
        row += np.dtype(element.list_types[0]).itemsize
        row += width * np.dtype(element.list_types[1]).itemsize
    return row * element.count


def _read_binary(
    path: Path, header: _Header, data: bytes
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    offset = 0
    points: NDArray[np.float64] | None = None
    triangles: NDArray[np.int64] | None = None
    for element in header.elements:
        if element.list_at is None:
            dtype = np.dtype([(f"{i}", header.order + k) for i, (_, k) in
                              enumerate(element.scalars)])  # fmt: skip
            if offset + dtype.itemsize * element.count > len(data):
                raise _truncated(path, element)
            rows = np.frombuffer(data, dtype, element.count, offset)
            offset += dtype.itemsize * element.count
            if element.name == "vertex":
                points = np.stack([rows[f"{i}"] for i in _xyz(path, element)], axis=1).astype("f8")
        else:
            lists, offset = _binary_lists(path, header, element, data, offset)
            if element.name == "face":
                triangles = lists
    if points is None or triangles is None:
        raise BadFileError(f"{path.name}: its faces have no list of corners")
    return points, triangles


def _binary_lists(
    path: Path, header: _Header, element: _Element, data: bytes, offset: int
) -> tuple[NDArray[np.int64], int]:
    """Corners of list rows, fanned to triangles, and the offset behind them."""
    at = element.list_at or 0
    kinds = [header.order + kind for _, kind in element.scalars]
    n_type, item_type = (header.order + kind for kind in element.list_types)
    triangle_row = np.dtype(
        [(f"a{i}", kind) for i, kind in enumerate(kinds[:at])]
        + [("n", n_type), ("corners", item_type, (3,))]
        + [(f"b{i}", kind) for i, kind in enumerate(kinds[at:])]
    )
    if offset + triangle_row.itemsize * element.count <= len(data):
        rows = np.frombuffer(data, triangle_row, element.count, offset)
        if (rows["n"] == 3).all():
            return rows["corners"].astype(np.int64), offset + triangle_row.itemsize * element.count
    before = sum(np.dtype(kind).itemsize for kind in kinds[:at])
    after = sum(np.dtype(kind).itemsize for kind in kinds[at:])
    count_type, corner_type = np.dtype(n_type), np.dtype(item_type)
    rows_out: list[NDArray[np.int64]] = []
    for _ in range(element.count):
        offset += before
        if offset + count_type.itemsize > len(data):
            raise _truncated(path, element)
        n = int(np.frombuffer(data, count_type, 1, offset)[0])
        offset += count_type.itemsize
        if n < 0 or offset + n * corner_type.itemsize > len(data):
            raise _truncated(path, element)
        rows_out.append(np.frombuffer(data, corner_type, n, offset).astype(np.int64))
        offset += n * corner_type.itemsize + after
    return fan(rows_out), offset


def fan(polygons: list[NDArray[np.int64]]) -> NDArray[np.int64]:
    """Cut polygons into triangles from their first corner; fewer than three corners give none."""
    pieces = [
        np.stack([np.full(len(p) - 2, p[0]), p[1:-1], p[2:]], axis=1)
        for p in polygons
        if len(p) >= 3
    ]
    return np.concatenate(pieces) if pieces else np.zeros((0, 3), np.int64)


def _read_ascii(
    path: Path, header: _Header, data: bytes
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    lines = [line for line in data.decode("latin-1").splitlines() if line.strip()]
    if len(lines) < sum(element.count for element in header.elements):
        raise BadFileError(f"{path.name} is truncated: it has {len(lines)} data lines, the header "
                           f"announces {sum(e.count for e in header.elements)}")  # fmt: skip
    start = 0
    points = np.zeros((0, 3))
    triangles = np.zeros((0, 3), np.int64)
    for element in header.elements:
        rows = [line.split() for line in lines[start : start + element.count]]
        start += element.count
        try:
            if element.name == "vertex":
                columns = _xyz(path, element)
                points = np.array([[float(row[i]) for i in columns] for row in rows])
            elif element.name == "face" and element.list_at is not None:
                triangles = fan([_ascii_corners(row, element.list_at) for row in rows])
        except (ValueError, IndexError) as error:
            raise BadFileError(
                f"{path.name}: a {element.name} line is not numbers ({error}); the file is damaged"
            ) from error
    return points, triangles


def _ascii_corners(row: list[str], at: int) -> NDArray[np.int64]:
    n = int(row[at])
    corners = np.array(row[at + 1 : at + 1 + n], dtype=np.int64)
    if len(corners) != n:
        raise ValueError(f"{len(corners)} corners of {n}")
    return corners


def _xyz(path: Path, element: _Element) -> list[int]:
    names = [name for name, _ in element.scalars]
    if not {"x", "y", "z"} <= set(names):
        raise BadFileError(f"{path.name}: its vertices have no x, y and z")
    return [names.index(axis) for axis in "xyz"]


def _truncated(path: Path, element: _Element) -> BadFileError:
    return BadFileError(
        f"{path.name} is truncated inside its {element.count} {element.name} rows; copy it again"
    )
