"""Heart, great vessels, airway, cord and the solid organs of the upper abdomen."""

from __future__ import annotations

from typing import Any

import numpy as np

from meshes.reference.curves import Path, framed, profile, through
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.shapes import ellipsoid
from meshes.reference.spine import Vertebra
from meshes.reference.sweep import sweep, swept_box
from meshes.reference.tables import read_table


def tube(line: Any, radius: Any, step: float = 1.5) -> tuple[Grid, Field]:
    """A round vessel along ``line``; ``radius`` is one number or rows (share, radius)."""
    path = framed(through(line), (0.31, 0.47, 0.83))
    r = np.full(len(path.points), float(radius)) if np.isscalar(radius) else profile(radius, path.u)
    grid = Grid.around(*swept_box(path, float(np.max(r)) + 2), step, 2.0)
    return grid, sweep(grid, path, r, r, 1e3, 8.0)


def heart(step: float = 1.5) -> tuple[Grid, Field]:
    """Heart with its pericardium, as one body."""
    grid = Grid.around((-56, -86, -136), (88, 26, -6), step)
    ax = grid.axes()
    out = None
    for row in read_table("organs")["heart"]["chambers"]:
        part = ellipsoid(ax, row[:3], row[3:])
        out = part if out is None else blend(out, part, 14.0)
    assert out is not None
    return grid, out


def spinal_cord(spine: dict[str, Vertebra]) -> tuple[Path, Any]:
    """Path of the cord from C3 to L1 and its half sizes (side, front-back) per sample."""
    levels = [k for k in spine if not k.startswith("l") or k == "l1"]
    p = np.array([spine[k].canal_centre for k in levels])
    path = framed(through(p), (1.0, 0.0, 0.0))
    return path, profile(read_table("organs")["spinal_cord"]["half"], path.u)


def kidney(side: str, step: float = 1.5) -> tuple[Grid, Field]:
    """Bean with its hilum towards the spine."""
    t = read_table("organs")[f"kidney_{side}"]
    a, b = np.array(t["axis"], float)
    sign = 1.0 if side == "left" else -1.0
    bow = np.array([5.0 * sign, 3.0, 0.0])
    path = framed(through([a, (a + b) / 2 + bow, b]), (0.75 * sign, 0.65, 0.0))
    u = path.u
    wide = 27 * np.sqrt(np.clip(1 - (2 * np.abs(u - 0.5)) ** 2.6, 0.02, 1))
    thick = 17 * np.sqrt(np.clip(1 - (2 * np.abs(u - 0.5)) ** 2.4, 0.02, 1))
    grid = Grid.around(*swept_box(path, 34), step, 2.0)
    out = sweep(grid, path, wide, thick, 30.0, 12.0)
    hilum = np.array(t["centre"], float) + np.array([-26.0 * sign, -13.0, 0.0])
    cut = ellipsoid(grid.axes(), hilum, (16, 13, 17))
    return grid, blend_cut(out, -cut, 6.0)


def spleen(diaphragm: tuple[Grid, Field], step: float = 1.5) -> tuple[Grid, Field]:
    """Slipper under the left dome, along rib 10."""
    a, b = np.array(read_table("organs")["spleen"]["axis"], float)
    path = framed(through([a, (a + b) / 2 + np.array([6.0, 6.0, 3.0]), b]), (0.72, 0.55, 0.2))
    u = path.u
    wide = 34 * np.sqrt(np.clip(1 - (2 * np.abs(u - 0.5)) ** 2.5, 0.02, 1))
    grid = Grid.around(*swept_box(path, 44), step, 2.0)
    out = sweep(grid, path, 0.55 * wide, wide, 14.0, 12.0)
    return grid, under(out, grid, diaphragm, 3.0)


def liver(diaphragm: tuple[Grid, Field], step: float = 2.0) -> tuple[Grid, Field]:
    """Wedge filling the right dome, thinning to the left."""
    grid = Grid.around((-125, -105, -255), (85, 75, -55), step)
    x, y, z = grid.axes()
    mass = ellipsoid(grid.axes(), (-48, -14, -130), (78, 84, 92))
    mass = blend(mass, ellipsoid(grid.axes(), (18, -52, -122), (62, 40, 40)), 30.0)
    # the visceral face rises from right to left
    under_face = (z - (-196 + 0.55 * np.maximum(x + 70, 0) - 0.35 * (y + 40))) * 0.85
    out = blend_cut(mass, np.asarray(-under_face + 0 * mass, np.float32), 18.0)
    return grid, under(out, grid, diaphragm, 3.0)


def under(field: Field, grid: Grid, diaphragm: tuple[Grid, Field], gap: float) -> Field:
    """Keep what lies inside the abdomen: ``diaphragm`` is negative there."""
    room = diaphragm[0].resample(diaphragm[1], grid)
    return blend_cut(field, room + np.float32(gap), 8.0)
