"""VTP (VTK XML PolyData): points and polygons, inline or appended, text, base64 or zlib.

A small reader of our own: VTK must not be imported here, and the few encodings that writers use are
quickly told. Strips, lines and point data are passed over; LZ4 and LZMA are refused.
"""

from __future__ import annotations

import base64
import binascii
import re
import zlib
from dataclasses import dataclass
from pathlib import Path
from xml.etree import ElementTree

import numpy as np
from numpy.typing import NDArray

from meshes.errors import BadFileError
from meshes.io.limits import (
    MAX_POINTS,
    MAX_TEXT_BYTES,
    MAX_TRIANGLES,
    RawMesh,
    checked_mesh,
    checked_size,
)
from meshes.io.polygons import compact, fan_ragged

_TYPES = {
    "Int8": "i1", "UInt8": "u1", "Int16": "i2", "UInt16": "u2", "Int32": "i4", "UInt32": "u4",
    "Int64": "i8", "UInt64": "u8", "Float32": "f4", "Float64": "f8",
}  # fmt: skip
_APPENDED = re.compile(rb"<AppendedData[^>]*>\s*_", re.DOTALL)
_ENCODING = re.compile(rb'encoding\s*=\s*"(\w+)"')
_MAX_VALUES = 3 * MAX_TRIANGLES


@dataclass
class _File:
    path: Path
    order: str
    header: np.dtype[np.unsignedinteger]
    is_packed: bool
    appended: bytes
    is_appended_text: bool


def read_vtp(path: Path) -> RawMesh:
    """Read the polygons of a VTP file as triangles, all pieces together.

    Raises
    ------
    BadFileError
        Not VTK XML PolyData, truncated, an unknown encoding, a coordinate that is not finite, an
        index without a point, or no polygon.
    """
    checked_size(path, MAX_TEXT_BYTES)
    with path.open("rb") as stream:
        head = stream.read(4096)
        if b"<VTKFile" not in head:
            raise BadFileError(f"{path.name} is not a VTP file; it has no VTKFile element")
        data = head + stream.read()
    root, file = _open(path, data)
    try:
        parts = [_piece(file, piece) for piece in root.findall("PolyData/Piece")]
    except (KeyError, ValueError, TypeError, zlib.error, binascii.Error, OverflowError) as error:
        if isinstance(error, BadFileError):
            raise
        raise BadFileError(f"{path.name} is damaged ({error}); export it again") from error
    if not parts:
        raise BadFileError(f"{path.name} holds no PolyData piece; expected a surface")
    before = np.cumsum([0] + [len(points) for points, _ in parts])
    points = np.concatenate([points for points, _ in parts])
    triangles = np.concatenate([t + n for (_, t), n in zip(parts, before, strict=False)])
    points, faces = compact(*checked_mesh(path, points, triangles))
    return RawMesh(path.stem, points, faces)


def _open(path: Path, data: bytes) -> tuple[ElementTree.Element, _File]:
    appended, is_text = b"", False
    match = _APPENDED.search(data)
    if match:
        encoding = _ENCODING.search(match.group(0))
        is_text = encoding is not None and encoding.group(1) == b"base64"
        appended = data[match.end() :]
        data = data[: match.start()] + b"</VTKFile>"
    if b"<!DOCTYPE" in data or b"<!ENTITY" in data:
        raise BadFileError(f"{path.name} declares entities; a VTP file has none")
    try:
        root = ElementTree.fromstring(data)
    except (ElementTree.ParseError, ValueError) as error:
        raise BadFileError(f"{path.name} is not valid XML ({error}); truncated?") from error
    if root.tag != "VTKFile" or root.get("type") != "PolyData":
        raise BadFileError(f"{path.name} holds {root.get('type')!r}; expected PolyData")
    compressor = root.get("compressor", "")
    if compressor not in ("", "vtkZLibDataCompressor"):
        raise BadFileError(f"{path.name} is packed by {compressor}; save it with zlib or unpacked")
    order = ">" if root.get("byte_order") == "BigEndian" else "<"
    width = root.get("header_type", "UInt32")
    if width not in ("UInt32", "UInt64"):
        raise BadFileError(f"{path.name} has header type {width!r}; expected UInt32 or UInt64")
    header = np.dtype(order + _TYPES[width])
    return root, _File(path, order, header, bool(compressor), appended, is_text)


def _piece(
    file: _File, piece: ElementTree.Element
) -> tuple[NDArray[np.float64], NDArray[np.int64]]:
    stored = piece.find("Points/DataArray")
    if stored is None:
        raise BadFileError(f"{file.path.name}: a piece has no points")
    values = _values(file, stored)
    if len(values) % 3 or len(values) > 3 * MAX_POINTS:
        raise BadFileError(f"{file.path.name}: its points are not three numbers each")
    points = values.reshape(-1, 3).astype(np.float64)
    arrays = {a.get("Name"): _values(file, a) for a in piece.findall("Polys/DataArray")}
    corners, ends = (
        _whole_numbers(file, arrays.get(name, np.zeros(0, np.int64)))
        for name in ("connectivity", "offsets")
    )
    sizes = np.diff(np.concatenate([[0], ends]))
    if len(sizes) and (sizes.min() < 0 or ends[-1] != len(corners)):
        raise BadFileError(f"{file.path.name}: its polygons do not add up; the file is damaged")
    return points, fan_ragged(corners, sizes)


def _whole_numbers(file: _File, values: NDArray[np.generic]) -> NDArray[np.int64]:
    if values.dtype.kind not in "iu":
        raise BadFileError(f"{file.path.name}: its polygons name points by {values.dtype} numbers")
    return values.astype(np.int64)


def _values(file: _File, array: ElementTree.Element) -> NDArray[np.generic]:
    """Return the numbers of a DataArray, flat."""
    kind = np.dtype(file.order + _TYPES[array.get("type", "")])
    form = array.get("format", "ascii")
    text = (array.text or "").strip()
    if form == "ascii":
        return np.array(text.split(), dtype=np.float64 if kind.kind == "f" else np.int64)
    if form == "binary":
        raw = _inline(file, text.encode("ascii"))
    elif form == "appended":
        offset = int(array.get("offset", "0"))
        if not 0 <= offset < len(file.appended):
            raise BadFileError(f"{file.path.name} is truncated: no data at offset {offset}")
        rest = file.appended[offset:]
        raw = _inline(file, rest) if file.is_appended_text else _blocks(file, rest, rest)
    else:
        raise BadFileError(f"{file.path.name} has data of format {form!r}; it is not read")
    if len(raw) % kind.itemsize:
        raise BadFileError(f"{file.path.name} is truncated inside {array.get('Name')!r}")
    return np.frombuffer(raw, kind)


def _inline(file: _File, text: bytes) -> bytes:
    """Decode base64: the block header is encoded apart from the data when there is packing."""
    if not file.is_packed:
        n_header = -(-file.header.itemsize // 3) * 4
        size = int(np.frombuffer(_b64(text[:n_header]), file.header, 1)[0])
        n_text = -(-(file.header.itemsize + size) // 3) * 4
        return _blocks(file, _b64(text[: min(n_text, len(text))]), b"")
    first = np.frombuffer(_b64(text[: -(-3 * file.header.itemsize // 3) * 4]), file.header, 3)
    n_header = -(-(3 + int(first[0])) * file.header.itemsize // 3) * 4
    if n_header > len(text):
        raise BadFileError(f"{file.path.name} is truncated inside packed data")
    header = _b64(text[:n_header])
    sizes = np.frombuffer(header, file.header, 3 + int(first[0]))[3:]
    n_text = -(-int(sizes.sum()) // 3) * 4
    return _blocks(file, header, _b64(text[n_header : n_header + n_text]))


def _b64(text: bytes) -> bytes:
    return base64.b64decode(text, validate=True)


def _blocks(file: _File, header: bytes, data: bytes) -> bytes:
    """Return the plain bytes behind a block header.

    Unpacked: ``header`` holds one length and the bytes. Packed: it holds the block count, the block
    size, the last block's size and each packed size; the blocks follow, in ``data`` or behind it.
    """
    step = file.header.itemsize
    if not file.is_packed:
        size = int(np.frombuffer(header, file.header, 1)[0])
        if step + size > len(header):
            raise BadFileError(f"{file.path.name} is truncated: {size} bytes are announced")
        return header[step : step + size]
    n_blocks, block, last = (int(v) for v in np.frombuffer(header, file.header, 3))
    if n_blocks * max(block, 1) > 8 * _MAX_VALUES or (3 + n_blocks) * step > len(header):
        raise BadFileError(f"{file.path.name} announces {n_blocks} packed blocks; damaged file")
    sizes = np.frombuffer(header, file.header, 3 + n_blocks)[3:].astype(np.int64)
    at = (3 + n_blocks) * step if data is header else 0
    plain = []
    for i, size in enumerate(sizes):
        room = last if i == n_blocks - 1 and last else block
        packed = zlib.decompressobj()
        plain.append(packed.decompress(data[at : at + int(size)], room))
        if len(plain[-1]) != room:
            raise BadFileError(f"{file.path.name} is truncated inside packed data")
        at += int(size)
    return b"".join(plain)
