"""Which reader takes which file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from meshes.errors import BadFileError
from meshes.io.limits import RawMesh
from meshes.io.ply import read_ply

READERS: dict[str, Callable[[Path], list[RawMesh]]] = {".ply": lambda path: [read_ply(path)]}


def read_meshes(path: Path) -> list[RawMesh]:
    """Read every part of a mesh file, in the file's own frame and unit.

    Raises
    ------
    BadFileError
        The format is not known or the content is not what the format asks for.
    """
    reader = READERS.get(path.suffix.casefold())
    if reader is None:
        raise BadFileError(
            f"{path.name} has an unknown format; expected one of {', '.join(sorted(READERS))}"
        )
    return reader(path)
