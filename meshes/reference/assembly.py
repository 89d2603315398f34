"""Skeleton, cavities, organs, vessels and nerves put together into one build context."""

from __future__ import annotations

import hashlib
import pickle
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from meshes.body import Subject
from meshes.reference import between_ribs, organs, pleura, tubes, viscera
from meshes.reference.bones import joints
from meshes.reference.context import BuildContext, frozen
from meshes.reference.grid import Field
from meshes.reference.landmarks import landmark_points
from meshes.reference.meshing import Mesh, mesh_of
from meshes.reference.settle import BUNDLES, Room, settled, settled_bundles
from meshes.reference.skeleton import Skeleton, build_skeleton, skeleton_meshes
from meshes.reference.solid import Solid
from meshes.reference.tables import read_table
from meshes.reference.tubes import Tube

PLEURA_STEP = 1.5
OURS = (
    "muscles", "skin", "catalogue_muscles", "family", "breath", "kidneys", "build.py", "pack.py"
)  # fmt: skip
"""Files of later stages: a change there leaves a kept context valid."""


def build_context(cache_dir: Path | None = None) -> BuildContext:
    """Everything the muscles and the skin are laid on.

    With ``cache_dir`` the context is kept there under the hash of the code and tables that made it.
    """
    kept = None if cache_dir is None else cache_dir / f"context-{_recipe_hash()}.pickle"
    if kept is not None and kept.exists():
        found: BuildContext = pickle.loads(kept.read_bytes())
        return found
    made = _build()
    if kept is not None:
        kept.parent.mkdir(parents=True, exist_ok=True)
        part = kept.with_suffix(".part")
        part.write_bytes(pickle.dumps(made))
        part.replace(kept)
    return made


def _recipe_hash() -> str:
    folder = Path(__file__).parent
    digest = hashlib.sha256()
    for path in sorted([*folder.rglob("*.py"), *folder.rglob("*.toml")]):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(OURS) and not path.name.startswith(OURS):
            digest.update(name.encode() + path.read_bytes())
    return digest.hexdigest()[:16]


def _build() -> BuildContext:
    bones = build_skeleton()
    middle = viscera.mediastinum(bones.solids)
    cord, dura = organs.cord_and_dura(bones.column, 0.9)
    dura = joints.carved(dura, viscera.near_bones(bones.solids, dura.grid), 0.15)
    ropes, branched, roots = _lines(
        bones, _room(bones, middle), dura, [sac for sac, _ in _sacs(bones, middle, {})]
    )
    soft = _soft(bones, middle, ropes)
    soft |= branched | {"spinal_cord": cord, "dura_mater": dura}
    made = skeleton_meshes(bones) | _organ_meshes(soft) | _canal_mesh(bones, dura)
    made |= {key: tubes.tube_mesh(one) for key, one in ropes.items()}
    for side, parts in roots.items():
        made[f"spinal_roots_{side}"] = joined_meshes([tubes.tube_mesh(one) for one in parts])
        ropes |= {f"spinal_root_{n}_{side}": one for n, one in enumerate(parts)}
    return frozen(
        subject=Subject("male", 173.0, 65.8), column=bones.column, ribs=bones.ribs,
        cartilages=bones.cartilages, sternum=bones.sternum, clavicle=bones.clavicle,
        cage=bones.cage, bones=bones.solids, cavities=soft, tubes=ropes, meshes=made,
        landmarks=landmark_points(bones, made),
    )  # fmt: skip


def _both_sides(solids: Mapping[str, Solid]) -> list[Solid]:
    out = list(solids.values())
    return out + [s.mirrored() for s in solids.values() if s.side == "left"]


def _room(bones: Skeleton, middle: Mapping[str, Solid]) -> Room:
    return Room([*_both_sides(bones.solids), *middle.values()])


def _lines(
    bones: Skeleton, room: Room, dura: Solid, sacs: list[Solid]
) -> tuple[dict[str, Tube], dict[str, Solid], dict[str, list[Tube]]]:
    """Vessels and nerves, branched nerves, and the roots of both sides, all settled.

    The bundles of the ribs lie between the intercostal muscles; all others keep out of them. The
    roots begin in the dura. The plexus leaves the pleura where it is without it, bundles push it in
    by little: one that gave way to all would lie too deep.
    """
    wanted = all_tubes(bones)
    filled = between_ribs.filled(bones.ribs, bones.cartilages)
    outside = room.with_solids([dura, *filled, *(one.mirrored() for one in filled)])
    own = {k: t for k, t in wanted.items() if k.startswith(BUNDLES)}
    vessels = {k: t for k, t in wanted.items() if "nerve" not in k and k not in own}
    out = settled(vessels, outside)
    branched = viscera.plexus(bones.column, outside.with_solids(sacs))
    out |= settled({k: t for k, t in wanted.items() if k not in out and k not in own}, outside)
    roots: dict[str, list[Tube]] = {"left": [], "right": []}
    for one in tubes.spinal_roots(bones.column):
        for side, way in (("left", one), ("right", one.mirrored())):
            roots[side].append(room.settle(way))
            room.take(roots[side][-1])
    give = np.float32(read_table("tubes")["bundle"]["into_pleura"])
    soft = [Solid(sac.grid, sac.field + give, sac.side) for sac in sacs]
    return out | settled_bundles(own, room.with_solids(soft)), branched, roots


def joined_meshes(parts: list[Mesh]) -> Mesh:
    """Several closed surfaces as one mesh of several components."""
    starts = np.cumsum([0, *(len(points) for points, _ in parts[:-1])])
    faces = [f + start for (_, f), start in zip(parts, starts, strict=True)]
    return np.concatenate([points for points, _ in parts]), np.concatenate(faces)


def all_tubes(bones: Skeleton) -> dict[str, Tube]:
    """Authored vessels and nerves and the bundle of every rib, sides included."""
    out = tubes.authored(bones.column)
    for key, one in tubes.bundles(bones.ribs).items():
        out[f"{key}_left"], out[f"{key}_right"] = one, one.mirrored()
    return out


def _soft(bones: Skeleton, middle: dict[str, Solid], ropes: Mapping[str, Tube]) -> dict[str, Solid]:
    out = dict(middle)
    made = _sacs(bones, middle, ropes)
    for sac, low in made:
        out[f"parietal_pleura_{sac.side}"] = sac
        out |= {f"{k}_{sac.side}": s for k, s in pleura.lung(sac, low).items()}
    return out | viscera.abdomen(bones.cage, [sac for sac, _ in made], out, bones.solids)


def _sacs(
    bones: Skeleton, middle: Mapping[str, Solid], ropes: Mapping[str, Tube]
) -> list[tuple[Solid, Field]]:
    """Left and right parietal pleura, and the lower bound of the lung in each."""
    spine = [s for k, s in bones.solids.items() if _is_chest_spine(k)]
    made = []
    for side in ("left", "right"):
        near = [one for key, one in ropes.items() if not _is_other_side(key, side)]
        hard = viscera.near_bones(bones.solids, pleura.side_grid(side, PLEURA_STEP))
        made.append(
            pleura.sac(bones.cage, spine, hard, list(middle.values()), near, side, PLEURA_STEP)
        )
    return made


def _canal_mesh(bones: Skeleton, dura: Solid) -> dict[str, Mesh]:
    """The vertebral canal: a surface only, for muscles keep clear of its arches by themselves."""
    canal = organs.vertebral_canal(bones.column, dura, 0.9)
    canal = joints.carved(canal, viscera.near_bones(bones.solids, canal.grid), 0.05)
    count = read_table("joints")["organ_triangles"]["vertebral_canal"]
    return {"vertebral_canal": mesh_of(canal.field, canal.grid, count, 6)}


def _is_chest_spine(key: str) -> bool:
    return key.startswith(("vertebra_t", "intervertebral_disc_t")) or key == "vertebra_l1"


def _is_other_side(key: str, side: str) -> bool:
    return key.endswith("_right" if side == "left" else "_left")


def _organ_meshes(soft: Mapping[str, Solid]) -> dict[str, Mesh]:
    budget = read_table("joints")["organ_triangles"]
    out: dict[str, Mesh] = {}
    for key, solid in soft.items():
        family = max((f for f in budget if key.startswith(f)), key=len)
        mesh = mesh_of(solid.field, solid.grid, budget[family], 6)
        out[key] = mesh
    return out
