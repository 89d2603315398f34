"""All bones and cartilages: fields on fine grids of their own, then surfaces."""

from __future__ import annotations

from dataclasses import dataclass

from meshes.reference import cage as cages
from meshes.reference import girdle, ribs, spine
from meshes.reference.meshing import Mesh, mesh_of, mirrored
from meshes.reference.ribs import Bar
from meshes.reference.solid import Solid
from meshes.reference.spine import Vertebra

STEP = 1.0
TRIANGLES = {
    "rib": 6000, "costal_cartilage": 2500, "sternum": 6000, "vertebra": 7000, "clavicle": 5000,
    "scapula": 16000, "humerus": 6000,
}  # fmt: skip


@dataclass(frozen=True, eq=False)
class Skeleton:
    """Frames, bars and fields of the skeleton (left and midline)."""

    column: dict[str, Vertebra]
    ribs: dict[int, Bar]
    cartilages: dict[int, Bar]
    sternum: Bar
    clavicle: Bar
    cage: cages.Cage
    solids: dict[str, Solid]


def build_skeleton() -> Skeleton:
    """Every bone and cartilage as a field on its own grid."""
    column = spine.column()
    rib = {n: ribs.rib(n, column) for n in range(1, 13)}
    cart = {n: ribs.cartilage(n, rib) for n in range(1, 11)}
    plate, clav = ribs.sternum(), girdle.clavicle()
    solids = {f"rib_{n}": _bar(bar) for n, bar in rib.items()}
    solids |= {f"costal_cartilage_{n}": _bar(bar) for n, bar in cart.items()}
    solids["sternum"] = _bar(plate, "mid")
    for level, v in column.items():
        grid = spine.vertebra_grid(v, STEP)
        solids[f"vertebra_{level}"] = Solid(grid, spine.vertebra_field(v, grid))
    solids["clavicle"] = _bar(clav)
    grid = girdle.scapula_grid(STEP)
    solids["scapula"] = Solid(grid, girdle.scapula_field(grid), "left")
    grid = girdle.humerus_grid(STEP)
    solids["humerus"] = Solid(grid, girdle.humerus_field(grid), "left")
    return Skeleton(column, rib, cart, plate, clav, cages.chart(rib, cart, plate), solids)


def _bar(bar: Bar, side: str = "left") -> Solid:
    grid = bar.grid(STEP)
    return Solid(grid, bar.field(grid), side)


def skeleton_meshes(skeleton: Skeleton) -> dict[str, Mesh]:
    """Surfaces by structure id, both sides."""
    made: dict[str, Mesh] = {}
    for key, solid in skeleton.solids.items():
        family = next(f for f in TRIANGLES if key.startswith(f))
        mesh = mesh_of(solid.field, solid.grid, TRIANGLES[family], 6)
        if solid.side == "left":
            made[f"{key}_left"] = mesh
            made[f"{key}_right"] = mirrored(mesh)
        else:
            made[key] = mesh
    return made
