"""Which reader takes which file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from meshes.errors import BadFileError, MissingFileError
from meshes.io.gltf import read_gltf
from meshes.io.limits import RawMesh
from meshes.io.obj import read_obj
from meshes.io.ply import read_ply
from meshes.io.stl import read_stl
from meshes.io.vtp import read_vtp

READERS: dict[str, Callable[[Path], list[RawMesh]]] = {
    ".glb": read_gltf,
    ".gltf": read_gltf,
    ".obj": read_obj,
    ".ply": lambda path: [read_ply(path)],
    ".stl": lambda path: [read_stl(path)],
    ".vtp": lambda path: [read_vtp(path)],
}


def mesh_suffix(path: Path) -> str:
    """Return the ending that decides the reader; a file named ``.ply`` is a nameless PLY."""
    return (path.suffix or path.name[path.name.rfind(".") :]).casefold() if "." in path.name else ""


def read_meshes(path: Path) -> list[RawMesh]:
    """Read every part of a mesh file, in the file's own frame and unit.

    Raises
    ------
    MissingFileError
        No such file.
    BadFileError
        The format is not known or the content is not what the format asks for.
    """
    reader = READERS.get(mesh_suffix(path))
    if reader is None:
        raise BadFileError(
            f"{path.name} has an unknown format; expected one of {', '.join(sorted(READERS))}"
        )
    if not path.is_file():
        raise MissingFileError(f"{path} is not a file; check the path")
    return reader(path)
