"""Clavicle and humerus of the left side."""

from __future__ import annotations

import numpy as np

from meshes.reference.curves import even, framed, profile, through
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.ribs import Bar
from meshes.reference.shapes import ellipsoid, round_cone
from meshes.reference.sweep import sweep
from meshes.reference.tables import read_table


def clavicle() -> Bar:
    """Left clavicle."""
    t = read_table("girdle")["clavicle"]
    path = framed(through(t["line"]), (0.0, 1.0, 0.0))
    depth, height = profile(t["half_depth"], path.u), profile(t["half_height"], path.u)
    return Bar(path, depth, height, 8.0)


def humerus_grid(step: float) -> Grid:
    """Grid around the left humerus."""
    return Grid.around((140, -16, -244), (222, 56, 34), step)


def humerus_field(grid: Grid) -> Field:
    """Field of the left humerus, cut across the lower shaft."""
    t = read_table("girdle")["humerus"]
    ax = grid.axes()
    p = even(through(t["shaft"]), 0.7)
    path = framed(p, (1.0, 0.0, 0.0))
    r = profile(t["radius"], path.u)
    out = sweep(grid, path, r, r * 0.95, 30.0, 8.0)
    out = blend(out, ellipsoid(ax, t["head"], [t["head_radius"]] * 3), 6.0)
    for row in t["tubercles"]:
        out = blend(out, ellipsoid(ax, row[:3], row[3:]), 6.0)
    bump = t["deltoid_tuberosity"]
    out = blend(out, round_cone(ax, bump[0], bump[1], bump[2][0]), 8.0)
    groove = t["groove"]
    out = blend_cut(out, -round_cone(ax, groove[0], groove[1], groove[2][0]), 3.0)
    return blend_cut(out, np.asarray(t["cut"] - ax[2] + 0 * out, np.float32), 3.0)
