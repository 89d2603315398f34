"""Surfaces of a whole body in one ``.npz``: ``<id>/points`` and ``<id>/triangles``.

Read entry by entry with the zip directory's sizes checked first, never through pickle, so that a
zip bomb or a lying array header is refused before memory is taken.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meshes.errors import BadFileError
from meshes.io.limits import MAX_FILE_BYTES, MAX_POINTS, MAX_TRIANGLES, checked_mesh, checked_size

_PARTS = {"points": (MAX_POINTS, "f8"), "triangles": (MAX_TRIANGLES, "i4")}
_EPOCH = (1980, 1, 1, 0, 0, 0)  # a fixed date: same arrays, same bytes


def write_npz(
    path: Path,
    surfaces: Iterable[tuple[str, NDArray[np.float64], NDArray[np.int32]]],
    compress: bool = True,
) -> None:
    """Write ``(id, points, triangles)`` rows; the same rows give the same bytes.

    ``compress=False`` trades disk for loading time (imported atlases).
    """
    method = zipfile.ZIP_DEFLATED if compress else zipfile.ZIP_STORED
    with zipfile.ZipFile(path, "w", method) as archive:
        for surface_id, points, triangles in surfaces:
            for part, array in (("points", points), ("triangles", triangles)):
                info = zipfile.ZipInfo(f"{surface_id}/{part}.npy", _EPOCH)
                info.compress_type = method
                info.external_attr = 0o644 << 16
                buffer = io.BytesIO()
                dtype = np.dtype("<" + _PARTS[part][1])
                np.save(buffer, np.ascontiguousarray(array, dtype=dtype), allow_pickle=False)
                archive.writestr(info, buffer.getvalue())


def read_npz(path: Path) -> dict[str, tuple[NDArray[np.float64], NDArray[np.int32]]]:
    """Read every surface of the file: id → (n, 3) points, (m, 3) triangles, as stored.

    Raises
    ------
    BadFileError
        Not a zip of such arrays, truncated, too large once unpacked, or an array is damaged.
    """
    checked_size(path)
    try:
        with zipfile.ZipFile(path) as archive:
            return _read_archive(path, archive)
    except (zipfile.BadZipFile, EOFError, NotImplementedError, OSError) as error:
        raise BadFileError(f"{path.name} is not a readable .npz: {error}") from error


def _read_archive(
    path: Path, archive: zipfile.ZipFile
) -> dict[str, tuple[NDArray[np.float64], NDArray[np.int32]]]:
    entries = archive.infolist()
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > MAX_FILE_BYTES:
        raise BadFileError(
            f"{path.name} unpacks to {unpacked / 2**20:.0f} MiB; at most "
            f"{MAX_FILE_BYTES >> 20} MiB are read"
        )
    found: dict[str, dict[str, NDArray[np.generic]]] = {}
    for entry in entries:
        surface_id, _, part = entry.filename.removesuffix(".npy").rpartition("/")
        if part not in _PARTS or not surface_id or part in found.get(surface_id, {}):
            raise BadFileError(
                f"{path.name} holds {entry.filename!r}; expected <id>/points and <id>/triangles"
            )
        found.setdefault(surface_id, {})[part] = _read_entry(path, archive, entry, part)
    result = {}
    for surface_id, parts in found.items():
        if len(parts) != 2:
            raise BadFileError(f"{path.name}: {surface_id} has no {set(_PARTS) - set(parts)}")
        points, triangles = parts["points"], parts["triangles"]
        result[surface_id] = checked_mesh(
            Path(f"{path.name}#{surface_id}"),
            points.astype(np.float64, copy=False),
            triangles.astype(np.int64, copy=False),
        )
    return result


def _read_entry(
    path: Path, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, part: str
) -> NDArray[np.generic]:
    limit, _ = _PARTS[part]
    kinds = "f" if part == "points" else "iu"
    what = f"{path.name}: {entry.filename}"
    with archive.open(entry) as stream:
        try:
            version = np.lib.format.read_magic(stream)
            header = (
                np.lib.format.read_array_header_1_0(stream)
                if version == (1, 0)
                else np.lib.format.read_array_header_2_0(stream)
            )
        except ValueError as error:
            raise BadFileError(f"{what} is not an array: {error}") from error
        shape, is_fortran, dtype = header
        if dtype.kind not in kinds or len(shape) != 2 or shape[1] != 3 or shape[0] > limit:
            raise BadFileError(f"{what} has shape {shape} of {dtype}; expected (n, 3) numbers")
        data = stream.read()
    if len(data) != shape[0] * 3 * dtype.itemsize:
        raise BadFileError(f"{what} has {len(data)} bytes of data; the shape {shape} needs others")
    array = np.frombuffer(bytearray(data), dtype=dtype)
    return array.reshape(shape, order="F" if is_fortran else "C")
