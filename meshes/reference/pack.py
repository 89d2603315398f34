"""Surfaces and landmarks to the body folder; the seam where muscles and skin come in."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import numpy as np

from meshes.body import Body
from meshes.catalogue import Structure
from meshes.errors import BadFileError
from meshes.morph_family import family_file
from meshes.reference.assembly import build_context
from meshes.reference.catalogue import record
from meshes.reference.context import BuildContext
from meshes.reference.landmarks import landmarks
from meshes.reference.meshing import Mesh
from meshes.surface import Surface

VERSION = "0.2.0"


def context(cache_dir: Path | None = None) -> BuildContext:
    """Skeleton, cage, cavities, organs, vessels and nerves."""
    return build_context(cache_dir)


def _muscles(state: BuildContext) -> dict[str, Mesh]:
    if find_spec("meshes.reference.muscles") is None:
        return {}
    made: dict[str, Mesh] = import_module("meshes.reference.muscles.build").build_muscles(state)
    return made


def _skin(state: BuildContext) -> dict[str, Mesh]:
    if find_spec("meshes.reference.skin") is None:
        return import_module("meshes.reference.envelope").envelope()  # type: ignore[no-any-return]
    made: dict[str, Mesh] = import_module("meshes.reference.skin").build_skin(state)
    return made


def body_of(made: dict[str, Mesh], state: BuildContext) -> Body:
    """The body of the given surfaces, its content hash still empty."""
    structures: dict[str, Structure] = {}
    for key in sorted(made, key=lambda k: (record(k).order, k)):
        points, triangles = made[key]
        entry = record(key)
        structures[key] = entry.structure(Surface.of(points, triangles, entry.kind))
    return Body(
        id="reference", name="Needlewise reference body M1", version=VERSION,
        licence="CC-BY-4.0",
        attribution="Needlewise reference body, generated from published measurements",
        posture="prone, arms at the side", phase="quiet breathing, mid-tidal",
        subject=state.subject, structures=MappingProxyType(structures), content_hash="",
        landmarks=MappingProxyType(landmarks(state.landmarks)),
        sources=("meshes/measurements",),
    )  # fmt: skip


def write_pack(target: Path, cache_dir: Path | None = None, with_muscles: bool = True) -> str:
    """Build all, write the body folder and its family beside it; returns the content hash."""
    from meshes.packs.schema import write_body_folder

    state = context(cache_dir)
    made = dict(state.meshes)
    if with_muscles:
        made |= _muscles(state)
    made |= _skin(replace(state, meshes=MappingProxyType(made)))
    body = body_of(made, state)
    found = write_body_folder(body, target, replace_existing=True)
    if with_muscles:  # without layers there is nothing that could gain thickness
        from meshes.reference.family import write_family

        write_family(replace(body, content_hash=found), state, family_file(target))
        write_postures_of(target)
    write_checks_of(target)
    return found


def write_checks_of(folder: Path) -> Path:
    """Write what the checks say of a pack beside it, where a start finds it; returns the path."""
    from meshes.packs.schema import read_body_folder
    from meshes.packs.verdicts import write_shipped

    body = read_body_folder(folder)
    path = folder.parent / f"{folder.name}_checks.json"
    write_shipped(body.content_hash, body.structures, path)
    path.chmod(0o644)
    return path


def write_family_of(folder: Path, cache_dir: Path | None = None) -> Path:
    """Write the family of a pack built from these very tables; returns the file's path.

    Raises
    ------
    BadFileError
        The pack was built from others: a rib does not lie where these tables put it.
    """
    from meshes.packs.schema import read_body_folder
    from meshes.reference.family import write_family

    body, state = read_body_folder(folder), context(cache_dir)
    for key, (points, _) in state.meshes.items():
        found = body.structures.get(key)
        there = None if found is None else found.surface.points
        if there is None or there.shape != points.shape or np.abs(there - points).max() > 0.01:
            raise BadFileError(f"{folder} has another {key} than these tables; build it anew")
    write_family(body, state, family_file(folder))
    return family_file(folder)


def write_postures_of(folder: Path) -> Path:
    """Write the other postures of a pack beside it; returns the file's path."""
    from meshes.packs.schema import read_body_folder
    from meshes.reference.postures import write_postures

    path = folder.with_name(f"{folder.name}_postures.npz")
    write_postures(read_body_folder(folder), path)
    return path
