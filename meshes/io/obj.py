"""OBJ: points and faces of a text file, one part per ``o`` or ``g`` name.

Read in pieces, so that a large file of garbage costs one piece. Materials, normals and texture
coordinates are passed over; comments of the form ``# key : value`` are kept with every part,
because BodyParts3D says there what the file shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meshes.errors import BadFileError
from meshes.io.limits import (
    HEAD_BYTES,
    MAX_POINTS,
    MAX_TEXT_BYTES,
    MAX_TRIANGLES,
    RawMesh,
    checked_mesh,
    checked_size,
    is_text,
)
from meshes.io.polygons import compact, fan_ragged

_PIECE_BYTES = 1 << 24
_LONGEST_LINE = 1 << 20
_LONGEST_NUMBER = 64
_MAX_COMMENTS = 64


@dataclass
class _Part:
    name: str
    corners: list[NDArray[np.int64]] = field(default_factory=list)
    sizes: list[NDArray[np.int64]] = field(default_factory=list)


@dataclass
class _State:
    path: Path
    points: list[NDArray[np.float64]] = field(default_factory=list)
    n_points: int = 0
    n_corners: int = 0
    parts: list[_Part] = field(default_factory=list)
    comments: dict[str, object] = field(default_factory=dict)


def read_obj(path: Path) -> list[RawMesh]:
    """Read an OBJ file; polygons are fanned, negative (relative) indices are followed.

    Returns
    -------
    list of RawMesh
        One per object or group that has faces, in file order; a point used by two parts is in both.

    Raises
    ------
    BadFileError
        Not text, longer than the limit, a line that is not numbers, an index without a point, a
        coordinate that is not finite, or no face at all.
    """
    size = checked_size(path, MAX_TEXT_BYTES)
    with path.open("rb") as stream:
        if not is_text(stream.read(min(size, HEAD_BYTES))):
            raise BadFileError(f"{path.name} is not an OBJ file; its beginning is not text")
    state = _State(path, parts=[_Part(path.stem)])
    for lines in text_pieces(path):
        _read_piece(state, lines)
        if not state.n_points and not state.n_corners:
            raise BadFileError(f"{path.name} is not an OBJ file; no point in its first 16 MiB")
    points = np.concatenate(state.points) if state.points else np.zeros((0, 3))
    meshes = []
    for part in state.parts:
        if part.corners:
            triangles = fan_ragged(np.concatenate(part.corners), np.concatenate(part.sizes))
            if len(triangles):
                checked, faces = checked_mesh(path, points, triangles)
                meshes.append(RawMesh(part.name, *compact(checked, faces), extras=state.comments))
    if not meshes:
        raise BadFileError(
            f"{path.name} holds {len(points)} points and no face; expected a surface"
        )
    return meshes


def text_pieces(path: Path) -> Iterator[list[bytes]]:
    """Yield the lines of a text file, some 16 MiB at a time; a line of over 1 MiB is refused."""
    rest = b""
    with path.open("rb") as stream:
        while piece := stream.read(_PIECE_BYTES):
            lines = (rest + piece).replace(b"\\\n", b" ").replace(b"\r", b"\n").split(b"\n")
            rest = lines.pop()
            if len(rest) > _LONGEST_LINE or any(len(line) > _LONGEST_LINE for line in lines):
                raise BadFileError(f"{path.name} has a line of over 1 MiB; it is not a mesh file")
            yield lines
    if rest.strip():
        yield [rest]


def numbers(rows: list[list[bytes]]) -> NDArray[np.float64]:
    """Rows of texts as numbers, every digit and exponent of them.

    Raises
    ------
    ValueError
        A text that is no number, or has `_LONGEST_NUMBER` characters or more.
    """
    texts = np.array(rows, dtype=f"S{_LONGEST_NUMBER}")
    if texts.size and int(np.char.str_len(texts).max()) >= _LONGEST_NUMBER:
        raise ValueError(f"a number has {_LONGEST_NUMBER} characters or more")
    return texts.astype(np.float64)


def _read_piece(state: _State, lines: list[bytes]) -> None:
    """Take the lines of one piece in order; runs of the same kind are parsed at once."""
    points: list[bytes] = []
    faces: list[bytes] = []
    for line in lines:
        if line[:1] in (b" ", b"\t"):
            line = line.lstrip()
        kind = line[:2]
        if kind in (b"v ", b"v\t"):
            if faces:  # relative indices count from here, and later points come after
                _add_faces(state, faces)
                faces = []
            points.append(line)
        elif kind in (b"f ", b"f\t"):
            if points:
                _add_points(state, points)
                points = []
            faces.append(line)
        elif kind in (b"o ", b"g "):
            _add_faces(state, faces)
            faces = []
            name = line[2:].decode("utf-8", "replace").strip()
            state.parts.append(_Part(name or state.path.stem))
        elif kind[:1] == b"#" and b":" in line and len(state.comments) < _MAX_COMMENTS:
            key, _, value = line[1:].decode("utf-8", "replace").partition(":")
            state.comments.setdefault(key.strip(), value.strip())
    _add_points(state, points)
    _add_faces(state, faces)


def _add_points(state: _State, lines: list[bytes]) -> None:
    if not lines:
        return
    try:
        values = numbers([line.split(None, 4)[1:4] for line in lines])
    except ValueError as error:
        raise _damaged(state, "v", lines) from error
    if values.shape != (len(lines), 3):
        raise _damaged(state, "v", lines)
    state.points.append(values)
    state.n_points += len(values)
    if state.n_points > MAX_POINTS:
        raise BadFileError(f"{state.path.name} has over {MAX_POINTS} points; no more are read")


def _add_faces(state: _State, lines: list[bytes]) -> None:
    if not lines:
        return
    words = [line.split()[1:] for line in lines]
    sizes = np.array([len(row) for row in words])
    if sizes.min() < 3:
        raise _damaged(state, "f", lines)
    try:
        corners = np.array([int(word.split(b"/", 1)[0]) for row in words for word in row], np.int64)
    except (ValueError, OverflowError) as error:
        raise _damaged(state, "f", lines) from error
    if (corners == 0).any():
        raise _damaged(state, "f", lines)
    absolute = np.where(corners > 0, corners - 1, corners + state.n_points)
    state.parts[-1].corners.append(absolute)
    state.parts[-1].sizes.append(sizes)
    state.n_corners += len(corners)
    if state.n_corners > 3 * MAX_TRIANGLES:
        raise BadFileError(f"{state.path.name} has over {MAX_TRIANGLES} faces; no more are read")


def _damaged(state: _State, kind: str, lines: list[bytes]) -> BadFileError:
    """Name the first line that does not parse."""
    for line in lines:
        words = line.split()[1:]
        try:
            if kind == "v":
                usable = len([float(word) for word in words[:3]]) == 3
            else:
                corners = [int(word.split(b"/", 1)[0]) for word in words]
                usable = len(corners) >= 3 and 0 not in corners
        except ValueError:
            usable = False
        if not usable:
            text = line.decode("latin-1").strip()[:60]
            expected = "three numbers" if kind == "v" else "three or more point numbers from 1"
            return BadFileError(f"{state.path.name}: {text!r} is damaged; expected {expected}")
    return BadFileError(f"{state.path.name} has a {kind} line with too large a number")
