"""Heart, great vessels, airway, cord and abdominal organs, as fields on their own grids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

from meshes.reference.bones.local import Block
from meshes.reference.curves import framed, profile, through
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.shapes import ellipsoid
from meshes.reference.solid import Solid
from meshes.reference.spine import Vertebra
from meshes.reference.sweep import sweep, swept_box
from meshes.reference.tables import read_table


def swept(line: Any, radius: Any, step: float, flat: float = 1.0, side: str = "mid") -> Solid:
    """A round (or flattened, front to back) solid along ``line``."""
    path = framed(through(line), (0.05, 1.0, 0.12) if flat < 1 else (0.31, 0.47, 0.83))
    r = profile(radius, path.u)
    grid = Grid.around(*swept_box(path, float(np.max(r)) + 2), step, 2.0)
    return Solid(grid, sweep(grid, path, r * flat, r, 40.0, 8.0), side)


def heart(step: float) -> tuple[Solid, Solid]:
    """Heart, and the pericardium around it as a closed sac."""
    t = read_table("organs")["heart"]
    rows = np.array(t["chambers"], float)
    grid = Grid.around((-62, -92, -142), (96, 32, -24), step)
    p = Block(*np.broadcast_arrays(*grid.axes()))
    parts = []
    for row in rows:
        axis = row[3:6]
        n = (
            np.cross(axis, (0.3, 0.2, 1.0))
            if abs(axis[2]) < 0.9 * np.linalg.norm(axis)
            else (0, 1, 0.05)
        )
        parts.append(p.blob(row[:3], n, axis, (row[6], row[7], row[8])))
    out, sac = parts[0], parts[0]
    for part, width in zip(parts[1:], t["blends"], strict=True):
        out = blend(out, part, width)
        sac = blend(sac, part, t["pericardium_blend"])
    sac = np.minimum(sac, out) - np.float32(t["pericardium_offset"])
    return Solid(grid, out), Solid(grid, sac.astype(np.float32))


def cord_and_dura(column: Mapping[str, Vertebra], step: float) -> tuple[Solid, Solid]:
    """Spinal cord (C1 to L1-L2) and the dural sac around it (to S2)."""
    t = read_table("organs")["spinal_cord"]
    levels, centre = _canal_line(column)
    half = np.array(
        [[11.0, 9.0]]
        + [
            [
                min(column[k].row["canal_width"] / 2 - t["dura_wall"], 9.5),
                column[k].row["canal_depth"] / 2 - 0.62 * t["dura_wall"],
            ]
            for k in levels
        ]
    )
    half = np.maximum(half, 2.6)
    sac = _sac(centre, half, step)
    low = levels.index("l1") + 2
    tail = column["l1"].world(
        [0, column["l1"].row["depth"] / 2 + 7.0, -column["l1"].row["height"] / 2 - 6]
    )
    line = np.array([*centre[:low], tail]) - (0, t["forward"], 0)
    path = framed(through(line), (0.0, 1.0, 0.0))
    size = profile(t["half"], path.u)
    grid = Grid.around(*swept_box(path, 9), step, 2.0)
    return Solid(grid, sweep(grid, path, size[:, 1], size[:, 0], 20.0)), sac


def _canal_line(column: Mapping[str, Vertebra]) -> tuple[list[str], Any]:
    """Levels C1 to S2, and the middle of the canal from the skull's base through each of them."""
    up = column["c1"].canal_centre + (0.0, 1.0, 14.0)
    levels = [k for k in column if k[0] != "s"] + ["s1", "s2"]
    return levels, np.array([up, *(column[k].canal_centre for k in levels)])


def vertebral_canal(column: Mapping[str, Vertebra], dura: Solid, step: float) -> Solid:
    """The canal with all it holds, from the skull's base to S2: as wide as the foramina.

    Between two arches its wall runs straight from one to the next, where the yellow ligaments
    are; the dura lies within all along. To be carved by the bones about it.
    """
    t = read_table("organs")["vertebral_canal"]
    levels, centre = _canal_line(column)
    half = np.array(
        [t["top"]]
        + [[column[k].row["canal_width"] / 2, column[k].row["canal_depth"] / 2] for k in levels]
    )
    wide = _sac(centre, half, step, 19.0)
    within = wide.grid.filled(6.0)
    dura.onto(wide.grid, within)
    return Solid(wide.grid, np.minimum(wide.field, within - np.float32(t["round_dura"])))


def _sac(centre: Any, half: Any, step: float, reach: float = 13.0) -> Solid:
    path = framed(through(centre), (0.0, 1.0, 0.0))
    s = np.linspace(0, 1, len(half))
    at = np.searchsorted(path.u, s)
    share = path.u[np.clip(at, 0, len(path.u) - 1)]
    a, b = np.interp(path.u, share, half[:, 1]), np.interp(path.u, share, half[:, 0])
    grid = Grid.around(*swept_box(path, reach), step, 2.0)
    return Solid(grid, sweep(grid, path, a, b, 20.0))


def kidney(side: str, step: float) -> Solid:
    """Bean with its hilum forward and towards the spine; its lower pole lies before the upper."""
    t = read_table("organs")["kidney"]
    a, b = np.array(t[side], float)
    turn = np.array([1.0 if side == "left" else -1.0, 1.0, 1.0])
    middle = (a + b) / 2
    path = framed(through([a, middle + t["bow"] * turn, b]), tuple(t["behind"] * turn))
    u = path.u
    wide = t["half_width"] * np.sqrt(np.clip(1 - (2 * np.abs(u - 0.5)) ** 2.6, 0.02, 1))
    thick = t["half_thickness"] * np.sqrt(np.clip(1 - (2 * np.abs(u - 0.5)) ** 2.4, 0.02, 1))
    grid = Grid.around(*swept_box(path, t["half_width"] + 8), step, 2.0)
    out = sweep(grid, path, thick, wide, 30.0, 12.0)
    cut = ellipsoid(grid.axes(), middle + t["hilum"] * turn, tuple(t["hilum_half"]))
    return Solid(grid, blend_cut(out, -cut, 6.0), side)


def spleen(step: float) -> Solid:
    """Slipper under the left dome."""
    t = read_table("organs")["spleen"]
    a, b = np.array(t["axis"], float)
    path = framed(through([a, (a + b) / 2 + (6.0, 6.0, 3.0), b]), (0.72, 0.55, 0.2))
    wide = t["half_width"] * np.sqrt(np.clip(1 - (2 * np.abs(path.u - 0.5)) ** 2.5, 0.02, 1))
    grid = Grid.around(*swept_box(path, 44), step, 2.0)
    return Solid(grid, sweep(grid, path, 0.55 * wide, wide, 14.0, 12.0), "left")


def liver(step: float) -> Solid:
    """Wedge filling the right dome, thinning to the left."""
    t = read_table("organs")["liver"]
    grid = Grid.around((-130, -112, -262), (92, 80, -62), step)
    x, y, z = grid.axes()
    first, second = t["lobes"]
    mass = ellipsoid(grid.axes(), first[:3], first[3:])
    mass = blend(mass, ellipsoid(grid.axes(), second[:3], second[3:]), 30.0)
    low, rise, fall = t["under"]
    face = (z - (low + rise * np.maximum(x + 70, 0) + fall * (y + 40))) * 0.85
    return Solid(grid, blend_cut(mass, np.asarray(-face + 0 * mass, np.float32), 18.0), "right")


def thyroid(step: float) -> Solid:
    """Two lobes beside the trachea, joined in front of it."""
    t = read_table("organs")["thyroid"]
    grid = Grid.around((-32, -56, 78), (32, -18, 138), step)
    x, y, z = grid.axes()
    ax = (np.abs(x), y, z)
    out = ellipsoid(ax, t["lobe"][:3], t["lobe"][3:])
    return Solid(grid, blend(out, ellipsoid(ax, t["isthmus"][:3], t["isthmus"][3:]), 5.0))


def within(solid: Solid, room: tuple[Grid, Field], blend_width: float = 6.0) -> Solid:
    """The part of a solid inside the abdomen: ``room`` is negative there."""
    found = room[0].resample(room[1], solid.grid)
    return Solid(solid.grid, blend_cut(solid.field, found, blend_width), solid.side)
