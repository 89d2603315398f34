"""Order of the soft organs: each gives way to bone and to what was placed before it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np

from meshes.reference import organs
from meshes.reference.bones.joints import carved
from meshes.reference.cage import Cage
from meshes.reference.curves import even
from meshes.reference.grid import Field, Grid, opened
from meshes.reference.settle import Room
from meshes.reference.solid import Solid, union
from meshes.reference.spine import Vertebra
from meshes.reference.sweep import stamp
from meshes.reference.tables import read_table
from meshes.reference.tubes import named, tube

STEP = 1.2
GAP = 0.2
WIDE_GAP = 0.8
GROOVE = 0.5
SIDES = {"left_only": "left", "right_only": "right", "mid": "mid", "left": "left"}


def near_bones(bones: Mapping[str, Solid], grid: Grid) -> list[Solid]:
    """Bones of both sides whose grids meet ``grid``."""
    low, high = np.asarray(grid.origin), grid.high
    out = []
    for solid in bones.values():
        for one in (solid, solid.mirrored()) if solid.side == "left" else (solid,):
            if np.all(np.asarray(one.grid.origin) < high) and np.all(one.grid.high > low):
                out.append(one)
    return out


def mediastinum(bones: Mapping[str, Solid]) -> dict[str, Solid]:
    """Pericardium with the heart in it, great vessels, airway, gullet, thyroid."""
    heart, sac = organs.heart(STEP)
    placed: dict[str, Solid] = {"pericardium": carved(sac, near_bones(bones, sac.grid), 2.0)}
    rows = read_table("tubes")["solid"]
    for row in rows:
        made = organs.swept(
            row["line"], row["radius"], 1.0, row.get("flat", 1.0), SIDES[row["side"]]
        )
        if "grooved_by" in row:
            made = _grooved(made, row["grooved_by"])
        placed[row["id"]] = _placed(made, placed.values(), bones)
    placed["thyroid_gland"] = _placed(organs.thyroid(1.0), placed.values(), bones)
    inner = placed["pericardium"]
    t = read_table("organs")["heart"]
    lining = np.maximum(heart.field, inner.field + np.float32(0.4 * t["pericardium_offset"]))
    return placed | {"heart": Solid(heart.grid, lining)}


def _grooved(made: Solid, by: str) -> Solid:
    """A solid less the way of an authored nerve that has no other way than along it."""
    row = next(r for r in read_table("tubes")["tube"] if r["id"] == by)
    way = tube(row["line"], row["radius"])
    room = stamp(made.grid, way.points, way.radius + GROOVE)
    return Solid(made.grid, np.maximum(made.field, -room), made.side)


def _placed(
    made: Solid, before: Iterable[Solid], bones: Mapping[str, Solid], gap: float = GAP
) -> Solid:
    others = [s for s in before if _meet(s.grid, made.grid)]
    out = carved(made, others, gap) if others else made
    hard = near_bones(bones, made.grid)
    return carved(out, hard, gap) if hard else out


def _meet(a: Grid, b: Grid) -> bool:
    return bool(np.all(np.asarray(a.origin) < b.high) and np.all(np.asarray(b.origin) < a.high))


def abdomen(
    cage: Cage, sacs: Iterable[Solid], placed: Mapping[str, Solid], bones: Mapping[str, Solid]
) -> dict[str, Solid]:
    """Liver, spleen, kidneys, pancreas, stomach, gallbladder, colon, below the diaphragm."""
    t = read_table("organs")
    grid = Grid.around((-130, -110, -400), (130, 96, -60), 2.5)
    wall = cage.field(grid)
    lungs = union(sacs, grid)
    room = np.maximum(
        np.float32(t["abdomen"]["diaphragm"]) - lungs, wall + np.float32(t["abdomen"]["wall"])
    )
    space = (grid, room.astype(np.float32))
    vessels = {k: placed[k] for k in ("aorta", "inferior_vena_cava", "oesophagus", "pericardium")}
    out: dict[str, Solid] = {}
    makers = {
        "kidney_left": organs.kidney("left", STEP), "kidney_right": organs.kidney("right", STEP),
        "pancreas": organs.swept(t["pancreas"]["line"], t["pancreas"]["radius"], STEP, 0.75),
        "gallbladder": organs.swept(
            t["gallbladder"]["line"], t["gallbladder"]["radius"], STEP, side="right"
        ),
        "spleen": organs.spleen(STEP),
        "stomach": organs.swept(t["stomach"]["line"], t["stomach"]["radius"], 1.5, side="left"),
        "liver": organs.liver(1.5),
        "colon": organs.swept(t["colon"]["line"], t["colon"]["radius"], 1.6),
    }  # fmt: skip
    for key, made in makers.items():
        inside = organs.within(made, space)
        fit = _placed(inside, [*vessels.values(), *out.values()], bones, WIDE_GAP)
        out[key] = Solid(
            fit.grid, opened(fit.field, fit.grid.step, t["abdomen"]["opening"]), fit.side
        )
    return out


def plexus(column: Mapping[str, Vertebra], room: Room, step: float = 0.8) -> dict[str, Solid]:
    """Branched nerves as one solid each, sides included; their cords find room first."""
    out = {}
    for row in read_table("tubes")["plexus"]:
        cords = [
            tube([named(spec, column) for spec in branch], row["radius"], 0.5)
            for branch in row["branches"]
        ]
        for side in ("left", "right"):
            own = [room.settle(c if side == "left" else c.mirrored()) for c in cords]
            for cord in own:
                room.take(cord)
            points = np.concatenate([even(c.points, 0.5) for c in own])
            grid = Grid.around(points.min(axis=0) - 4, points.max(axis=0) + 4, step, 1.0)
            field: Field = stamp(grid, points, row["radius"], 4.0)
            out[f"{row['id']}_{side}"] = Solid(grid, field, side)
    return out
