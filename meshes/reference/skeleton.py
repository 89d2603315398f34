"""All bones and cartilages: fields on fine grids of their own, then surfaces."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from meshes.reference import cage as cages
from meshes.reference import girdle, ribs, spine, tubes
from meshes.reference.bones import cervical, hip, joints, sacrum, scapula, skull, vertebra
from meshes.reference.grid import Field, Grid
from meshes.reference.meshing import Mesh, mesh_of, mirrored
from meshes.reference.ribs import Bar
from meshes.reference.solid import Solid
from meshes.reference.spine import Vertebra
from meshes.reference.sweep import stamp
from meshes.reference.tables import read_table

STEP = 0.8


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
    """Every bone and cartilage as a field on its own grid, none inside another."""
    column = spine.column()
    rib = {n: ribs.rib(n, column) for n in range(1, 13)}
    cart = {n: ribs.cartilage(n, rib) for n in range(1, 11)}
    plate, clav = ribs.sternum(), girdle.clavicle()
    solids = _column_solids(column)
    solids |= _girdle_solids(clav)
    solids |= _cage_solids(rib, cart, plate, solids)
    chart = cages.chart(rib, cart, plate)
    return Skeleton(column, rib, cart, plate, clav, chart, solids)


def _column_solids(column: dict[str, Vertebra]) -> dict[str, Solid]:
    t = read_table("joints")
    out: dict[str, Solid] = {}
    grid, occipital, mastoids = skull.skull_fields(column, 1.0)
    out["occipital_bone"] = Solid(grid, occipital)
    out["temporal_bone"] = _left_half(Solid(grid, mastoids))
    out["hyoid_bone"] = Solid(*skull.hyoid(STEP))
    for level, v in column.items():
        if level[0] == "s":
            continue
        fine = spine.vertebra_grid(v, STEP)
        out[f"vertebra_{level}"] = Solid(fine, _vertebra(level, v, fine))
    grid = sacrum.sacrum_grid(column, 1.0)
    out["sacrum"] = Solid(grid, both_halves(grid, lambda half: sacrum.sacrum_field(column, half)))
    out["coccyx"] = Solid(*sacrum.coccyx(column, STEP))
    stack = ["occipital_bone", *(k for k in out if k.startswith("vertebra_")), "sacrum", "coccyx"]
    for a, b in zip(stack[:-1], stack[1:], strict=True):
        out[a], out[b] = joints.parted(out[a], out[b], t["facet_gap"])
    out["occipital_bone"] = joints.carved(out["occipital_bone"], [out["vertebra_c2"]], 0.4)
    out["temporal_bone"] = joints.carved(out["temporal_bone"], [out["vertebra_c1"]], 0.4)
    out |= _with_passages(column, out)
    levels = [k for k in column if k[0] != "s"] + ["s1"]
    for upper, lower in zip(levels[1:-1], levels[2:], strict=True):
        below = "sacrum" if lower == "s1" else f"vertebra_{lower}"
        bones = [out[f"vertebra_{upper}"], out[below]]
        bulge = t["disc_bulge"][upper[0]]
        out[f"intervertebral_disc_{upper}_{lower}"] = joints.disc(
            column[upper], column[lower], bones, STEP, bulge
        )
    grid = hip.hip_grid(1.0)
    bone = Solid(grid, hip.hip_field(grid), "left")
    out["hip_bone"] = joints.carved(bone, [out["sacrum"], out["vertebra_l5"]], t["sacroiliac_gap"])
    return out


def _left_half(solid: Solid) -> Solid:
    """The part with x > 0 of a field that holds both sides."""
    where = solid.grid.window((0.0, -1e4, -1e4), (1e4, 1e4, 1e4))
    return Solid(solid.grid.part(where), solid.field[where].copy(), "left")


def _vertebra(level: str, v: Vertebra, grid: Grid) -> Field:
    make = {"c1": cervical.atlas, "c2": cervical.axis}.get(level) or {
        "c": cervical.cervical, "t": vertebra.thoracic, "l": vertebra.lumbar,
    }[level[0]]  # fmt: skip
    return both_halves(grid, lambda half: make(v, vertebra.block(v, half)))


def _with_passages(column: dict[str, Vertebra], bones: dict[str, Solid]) -> dict[str, Solid]:
    """The neck's vertebrae and the skull's base with room for the roots and the vertebral artery.

    Foramina and the groove on the atlas come out of the shapes too narrow in places; what passes
    through them is what their width is known by.
    """
    t = read_table("joints")["passages"]
    named = zip(read_table("tubes")["roots"]["nerves"], tubes.spinal_roots(column), strict=True)
    roots = [one for nerve, one in named if nerve in t["nerves"]]
    artery = tubes.authored(column)["vertebral_artery_left"]
    made = {}
    for key in {*t["of_nerves"], *t["of_artery"]}:
        ways = roots if key in t["of_nerves"] else []
        ways = [*ways, artery] if key in t["of_artery"] else ways
        bone, field = bones[key], bones[key].field
        for way in (*ways, *(one.mirrored() for one in ways)):
            room = stamp(bone.grid, way.points, way.radius + t["gap"])
            field = np.maximum(field, -room)
        made[key] = Solid(bone.grid, field, bone.side)
    return made


def both_halves(grid: Grid, make: Callable[[Grid], Field]) -> Field:
    """Field of a midline bone on a grid symmetric in x, made on one half only."""
    middle = round(-grid.origin[0] / grid.step)
    _, ny, nz = grid.shape
    half = make(grid.part((slice(middle, grid.shape[0]), slice(0, ny), slice(0, nz))))
    return np.concatenate([half[:0:-1], half])


def _girdle_solids(clav: Bar) -> dict[str, Solid]:
    arm = read_table("girdle")["humerus"]
    out = {"clavicle": _bar(clav)}
    grid = scapula.scapula_grid(STEP)
    blade = Solid(grid, scapula.scapula_field(grid, (arm["head"], arm["head_radius"])), "left")
    out["clavicle"], out["scapula"] = joints.parted(out["clavicle"], blade, 1.5)
    grid = girdle.humerus_grid(1.0)
    out["humerus"] = Solid(grid, girdle.humerus_field(grid), "left")
    return out


def _cage_solids(
    rib: dict[int, Bar], cart: dict[int, Bar], plate: Bar, known: dict[str, Solid]
) -> dict[str, Solid]:
    t = read_table("joints")
    out: dict[str, Solid] = {}
    breast = joints.carved(
        _bar(plate, "mid"), [known["clavicle"], known["clavicle"].mirrored()], 1.5
    )
    for n, bar in rib.items():
        grid = bar.grid(STEP)
        near = [known[f"vertebra_t{k}"] for k in (n - 1, n, n + 1) if 1 <= k <= 12]
        near += [known[k] for k in known if k.startswith("intervertebral_disc_t") and f"t{n}" in k]
        bone = Solid(grid, ribs.rib_field(n, bar, grid), "left")
        out[f"rib_{n}"] = joints.carved(bone, near, t["costovertebral_gap"])
    for n, bar in cart.items():
        soft = joints.carved(_bar(bar), [breast, out[f"rib_{n}"]], t["cartilage_gap"])
        if n == 1:
            soft = joints.carved(soft, [known["clavicle"]], 1.0)
        if n > 7:
            soft = joints.carved(soft, [out[f"costal_cartilage_{n - 1}"]], t["cartilage_gap"])
        out[f"costal_cartilage_{n}"] = soft
    pieces = joints.cut_at(breast, plate.path, t["sternum_cuts"], t["sternum_gap"])
    names = ("manubrium", "sternal_body", "xiphoid_process")
    return out | dict(zip(names, pieces, strict=True))


def _bar(bar: Bar, side: str = "left") -> Solid:
    grid = bar.grid(STEP)
    return Solid(grid, bar.field(grid), side)


def skeleton_meshes(skeleton: Skeleton) -> dict[str, Mesh]:
    """Surfaces by structure id, both sides."""
    made: dict[str, Mesh] = {}
    budget = read_table("joints")["triangles"]
    for key, solid in skeleton.solids.items():
        family = max((f for f in budget if key.startswith(f)), key=len)
        mesh = mesh_of(solid.field, solid.grid, budget[family], 4)
        if solid.side == "left":
            made[f"{key}_left"] = mesh
            made[f"{key}_right"] = mirrored(mesh)
        else:
            made[key] = mesh
    return made
