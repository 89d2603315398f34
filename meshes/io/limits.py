"""Bounds on what a file may ask for, looked at before a byte of its body is read.

A reader compares what a header promises with the bytes that are there, and both with these limits,
so that garbage of any size costs one small read and one sentence. The limits are about memory, not
about anatomy: a whole-body atlas of 2.7 million triangles is 40 MB.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meshes.errors import BadFileError, MissingFileError

MAX_FILE_BYTES = 1 << 30
MAX_TEXT_BYTES = 1 << 28
MAX_POINTS = 20_000_000
MAX_TRIANGLES = 40_000_000
HEAD_BYTES = 1 << 16


@dataclass(frozen=True, eq=False)
class RawMesh:
    """Triangles as a file gives them: in the file's own frame and unit.

    ``points`` (n, 3) float64, ``triangles`` (m, 3) int32. ``frame`` and ``units`` are empty unless
    the format or the file itself declares them. ``extras`` is whatever the file says of the part.
    """

    name: str
    points: NDArray[np.float64]
    triangles: NDArray[np.int32]
    frame: str = ""
    units: str = ""
    extras: dict[str, object] = field(default_factory=dict)


def checked_size(path: Path, limit: int = MAX_FILE_BYTES) -> int:
    """Return the size of a file in bytes, or refuse it.

    Raises
    ------
    MissingFileError
        It does not exist or is not a plain file.
    BadFileError
        It is empty or larger than ``limit``.
    """
    if not path.is_file():
        raise MissingFileError(f"{path} is not a file; check the path")
    size = path.stat().st_size
    if size == 0:
        raise BadFileError(f"{path.name} is empty; expected triangles")
    if size > limit:
        raise BadFileError(
            f"{path.name} has {size / 2**20:.0f} MiB; at most {limit >> 20} MiB are read"
        )
    return size


def checked_counts(path: Path, n_points: int, n_triangles: int) -> None:
    """Refuse a header that promises no triangles or more than memory is meant for."""
    if n_points < 3 or n_triangles < 1:
        raise BadFileError(
            f"{path.name} holds {n_points} points and {n_triangles} faces; expected a surface"
        )
    if n_points > MAX_POINTS or n_triangles > MAX_TRIANGLES:
        raise BadFileError(
            f"{path.name} announces {n_points} points and {n_triangles} faces; at most "
            f"{MAX_POINTS} and {MAX_TRIANGLES} are read"
        )


def checked_mesh(
    path: Path, points: NDArray[np.float64], triangles: NDArray[np.integer]
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Return the arrays as float64 and int32, or say what is wrong with them.

    Raises
    ------
    BadFileError
        No triangle, a coordinate that is not finite, or an index without a point.
    """
    checked_counts(path, len(points), len(triangles))
    bad = int(np.count_nonzero(~np.isfinite(points).all(axis=1)))
    if bad:
        raise BadFileError(
            f"{path.name}: {bad} of {len(points)} points are not finite numbers; "
            "export the mesh again"
        )
    low, high = int(triangles.min()), int(triangles.max())
    if low < 0 or high >= len(points):
        raise BadFileError(
            f"{path.name}: a face names point {low if low < 0 else high} of {len(points)}; "
            "the file is damaged"
        )
    return (
        np.ascontiguousarray(points, dtype=np.float64),
        np.ascontiguousarray(triangles, dtype=np.int32),
    )


def is_text(head: bytes) -> bool:
    """Tell whether the first bytes of a file can be text: no NUL, hardly a control character."""
    if b"\0" in head:
        return False
    odd = sum(head.count(bytes([c])) for c in range(32) if c not in (9, 10, 12, 13))
    return odd * 100 <= len(head)
