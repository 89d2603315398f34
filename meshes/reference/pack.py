"""All regions put together: fields to surfaces, surfaces to the body folder."""

from __future__ import annotations

from dataclasses import replace
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import MappingProxyType

import numpy as np

from meshes.body import Body, Landmark, Subject
from meshes.catalogue import Structure
from meshes.reference import cage as cages
from meshes.reference import organs, pleura, shapes, spine
from meshes.reference.catalogue import record
from meshes.reference.context import BuildContext, frozen
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.meshing import Mesh, mesh_of
from meshes.reference.skeleton import build_skeleton, skeleton_meshes
from meshes.reference.solid import Solid
from meshes.reference.sweep import sweep, swept_box
from meshes.reference.tables import read_table
from meshes.surface import Surface


def context() -> BuildContext:
    """Skeleton, cage, cavities and organs, ready for the muscles and the skin."""
    bones = build_skeleton()
    made = skeleton_meshes(bones)
    parts: dict[str, object] = {"column": bones.column, "cage": bones.cage}
    path, half = organs.spinal_cord(bones.column)
    grid = Grid.around(*swept_box(path, 10), 1.0, 2)
    made["spinal_cord"] = mesh_of(
        sweep(grid, path, half[:, 0], half[:, 1], 20.0), grid, 5000, 6
    )
    sacs: dict[str, Solid] = {}
    made |= trunk(parts, sacs)
    return frozen(
        subject=Subject("male", 173.0, 65.8), column=bones.column, ribs=bones.ribs,
        cartilages=bones.cartilages, sternum=bones.sternum, clavicle=bones.clavicle,
        cage=bones.cage, bones=bones.solids, cavities=sacs, meshes=made,
        landmarks={k: m.point for k, m in landmarks(parts).items()},
    )  # fmt: skip


def trunk(parts: dict[str, object], sacs: dict[str, Solid], step: float = 2.0) -> dict[str, Mesh]:
    """Pleura, lungs and organs."""
    made: dict[str, Mesh] = {}
    grid = Grid.around((-132, -112, -310), (132, 112, 110), step)
    cage: cages.Cage = parts["cage"]  # type: ignore[assignment]
    wall = cage.field(grid)
    body = _vertebral_bodies(grid, parts["column"])  # type: ignore[arg-type]
    middle = pleura.mediastinum(grid)
    abdomen = None
    for side in ("left", "right"):
        sac, lung = pleura.cavities(grid, cage, wall, body, middle, side)
        sacs[f"parietal_pleura_{side}"] = Solid(grid, sac, side)
        made[f"parietal_pleura_{side}"] = mesh_of(sac, grid, 26000, 8)
        made[f"lung_{side}"] = mesh_of(lung, grid, 24000, 8)
        away = -sac
        abdomen = away if abdomen is None else np.maximum(abdomen, away)
    assert abdomen is not None
    inside = np.maximum(np.maximum(abdomen, wall + 8), -(body - 3)).astype(np.float32)
    for side in ("left", "right"):
        made[f"kidney_{side}"] = _of(organs.kidney(side), 4000)
    made["spleen"] = _of(organs.spleen((grid, inside)), 4000)
    made["liver"] = _of(organs.liver((grid, inside)), 12000)
    made["heart"] = _of(organs.heart(), 10000)
    t = read_table("organs")
    made["aorta"] = _of(organs.tube(t["aorta"]["line"], t["aorta"]["radius"]), 8000)
    made["trachea"] = _of(organs.tube(t["trachea"]["line"], t["trachea"]["radius"]), 3000)
    return made


def _of(made: tuple[Grid, Field], triangles: int) -> Mesh:
    return mesh_of(made[1], made[0], triangles, 8)


def _vertebral_bodies(grid: Grid, column: dict[str, spine.Vertebra]) -> Field:
    out = grid.filled(60.0)
    items = list(column.values())
    for a, b in zip(items[:-1], items[1:], strict=True):
        r = (a.row["width"] + b.row["width"]) / 4 + 1
        cone = shapes.round_cone(
            grid.axes(), (0, a.y, a.z), (0, b.y, b.z), min(r, a.row["depth"] / 2 + 3)
        )
        out = np.minimum(out, cone)
    return out


def skin(step: float = 3.0) -> dict[str, Mesh]:
    """First envelope: sections of trunk and neck, shoulders, arms."""
    grid = Grid.around((-262, -150, -500), (262, 150, 206), step)
    ax = grid.axes()
    t = read_table("skin")
    out = shapes.loft(ax, t["trunk"])
    for sign in (1.0, -1.0):
        line = [(sign * 176, 22, 4), (sign * 196, 22, -90), (sign * 203, 25, -250)]
        arm = blend(
            shapes.round_cone(ax, line[0], line[1], 50, 46),
            shapes.round_cone(ax, line[1], line[2], 46, 40), 10.0,
        )
        top = shapes.round_cone(ax, (sign * 40, 26, 66), (sign * 168, 33, 22), 40, 38)
        out = blend(blend(out, top, 40.0), arm, 14.0)
    cut = np.maximum(np.maximum(ax[2] - 192.0, -490.0 - ax[2]), np.where(np.abs(ax[0]) > 150, -226.0 - ax[2], -1e3))
    return {"skin": mesh_of(blend_cut(out, np.asarray(cut + 0 * out, np.float32), 6.0), grid, 60000, 6)}


def landmarks(parts: dict[str, object]) -> dict[str, Landmark]:
    """Palpable and skeletal landmarks, world mm."""
    found = {}
    column: dict[str, spine.Vertebra] = parts["column"]  # type: ignore[assignment]
    for level, v in column.items():
        key = f"{level}_spinous_process"
        found[key] = Landmark(
            key, f"{level.upper()} spinous process", v.spinous_tip,
            "most posterior point of the spinous process", "tables/spine.toml",
        )
    return found


def _muscles(state: BuildContext) -> dict[str, Mesh]:
    if find_spec("meshes.reference.muscles") is None:
        return {}
    made: dict[str, Mesh] = import_module("meshes.reference.muscles.build").build_muscles(state)
    return made


def _skin(state: BuildContext) -> dict[str, Mesh]:
    if find_spec("meshes.reference.skin") is None:
        return skin()
    made: dict[str, Mesh] = import_module("meshes.reference.skin").build_skin(state)
    return made


def write_pack(target: Path) -> str:
    """Build everything and write the body folder; returns the content hash."""
    from meshes.packs.schema import write_body_folder

    state = context()
    made = dict(state.meshes) | _muscles(state)
    made |= _skin(replace(state, meshes=MappingProxyType(made)))
    structures: dict[str, Structure] = {}
    for key in sorted(made, key=lambda k: record(k).order):
        points, triangles = made[key]
        entry = record(key)
        structures[key] = entry.structure(Surface.of(points, triangles, entry.kind))
    body = Body(
        id="reference", name="Needlewise reference body M1", version="0.1.0",
        licence="CC-BY-4.0",
        attribution="Needlewise reference body, generated from published measurements",
        posture="prone, arms at the side", phase="quiet breathing, mid-tidal",
        subject=Subject("male", 173.0, 65.8), structures=MappingProxyType(structures),
        content_hash="", landmarks=MappingProxyType(landmarks({"column": state.column})),
        sources=("meshes/measurements",),
    )  # fmt: skip
    return write_body_folder(body, target, replace_existing=True)
