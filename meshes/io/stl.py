"""STL, binary and text. It knows neither frame nor unit and repeats every point per triangle."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meshes.errors import BadFileError
from meshes.io.limits import (
    HEAD_BYTES,
    MAX_TEXT_BYTES,
    MAX_TRIANGLES,
    RawMesh,
    checked_counts,
    checked_mesh,
    checked_size,
    is_text,
)
from meshes.io.obj import numbers, text_pieces
from meshes.io.polygons import join_equal

_HEADER_BYTES = 84
_ROW = np.dtype([("normal", "<f4", (3,)), ("corners", "<f4", (3, 3)), ("extra", "<u2")])


def read_stl(path: Path) -> RawMesh:
    """Read an STL file; equal corners are joined, the normals it stores are not used.

    Raises
    ------
    BadFileError
        Neither a binary STL of the announced length nor a text one, no triangle, or a coordinate
        that is not finite.
    """
    size = checked_size(path)
    with path.open("rb") as stream:
        head = stream.read(min(size, HEAD_BYTES))
        n_announced = int.from_bytes(head[80:84], "little") if len(head) >= _HEADER_BYTES else 0
        if size == _HEADER_BYTES + n_announced * _ROW.itemsize and n_announced:
            checked_counts(path, 3 * n_announced // 2 + 3, n_announced)
            stream.seek(_HEADER_BYTES)
            rows = np.frombuffer(stream.read(n_announced * _ROW.itemsize), _ROW)
            return _mesh(path, rows["corners"])
    if head.lstrip()[:5].lower() == b"solid" and is_text(head):
        return _mesh(path, _read_text(path))
    expected = (size - _HEADER_BYTES) // _ROW.itemsize
    raise BadFileError(
        f"{path.name} is not an STL file or is truncated: it announces {n_announced} triangles, "
        f"its {size} bytes hold {max(expected, 0)}"
    )


def _mesh(path: Path, corners: NDArray[np.floating]) -> RawMesh:
    if len(corners) == 0:
        raise BadFileError(f"{path.name} holds no triangle; expected a surface")
    with np.errstate(invalid="ignore"):  # not-a-number is reported below, in a sentence
        points, triangles = join_equal(corners.astype(np.float64))
    points, faces = checked_mesh(path, points, triangles)
    return RawMesh(path.stem, points, faces)


def _read_text(path: Path) -> NDArray[np.float64]:
    checked_size(path, MAX_TEXT_BYTES)
    pieces: list[NDArray[np.float64]] = []
    n_corners = 0
    for lines in text_pieces(path):
        rows = [words for line in lines for words in [line.split()] if words[:1] == [b"vertex"]]
        if rows:
            pieces.append(_numbers(path, rows))
            n_corners += len(rows)
        if not n_corners:
            raise BadFileError(f"{path.name} is not an STL file; no vertex in its first 16 MiB")
        if n_corners > 3 * MAX_TRIANGLES:
            raise BadFileError(f"{path.name} has over {MAX_TRIANGLES} triangles; no more are read")
    if n_corners % 3:
        raise BadFileError(f"{path.name} is truncated: it has {n_corners} corners, not triangles")
    return np.concatenate(pieces).reshape(-1, 3, 3)


def _numbers(path: Path, rows: list[list[bytes]]) -> NDArray[np.float64]:
    try:
        values = numbers([row[1:4] for row in rows])
    except ValueError as error:
        raise BadFileError(f"{path.name}: a vertex is not three numbers; damaged file") from error
    if values.shape != (len(rows), 3):
        raise BadFileError(f"{path.name}: a vertex is not three numbers; the file is damaged")
    return values
