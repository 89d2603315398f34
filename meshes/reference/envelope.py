"""First envelope of skin from authored sections; used until the layered skin is there."""

from __future__ import annotations

import numpy as np
from scipy import ndimage

from meshes.reference import shapes
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.meshing import Mesh, mesh_of
from meshes.reference.tables import read_table


def envelope(step: float = 3.0) -> dict[str, Mesh]:
    """Trunk and neck by sections, shoulders and arms by cones."""
    grid = Grid.around((-272, -150, -620), (272, 150, 280), step)
    ax = grid.axes()
    out: Field = shapes.loft(ax, read_table("envelope")["trunk"])
    for sign in (1.0, -1.0):
        line = [(sign * 178, 22, -4), (sign * 198, 22, -98), (sign * 204, 22, -256)]
        arm = blend(
            shapes.round_cone(ax, line[0], line[1], 50, 46),
            shapes.round_cone(ax, line[1], line[2], 46, 40), 10.0,
        )  # fmt: skip
        top = shapes.round_cone(ax, (sign * 40, 26, 60), (sign * 170, 33, 14), 40, 38)
        out = blend(blend(out, top, 40.0), arm, 14.0)
    outer = np.where(np.abs(ax[0]) > 170, -233.2 - ax[2], np.float32(-1e3))
    cut = np.maximum(np.maximum(ax[2] - 273.3, -609.2 - ax[2]), outer)
    field = blend_cut(out, np.asarray(cut + 0 * out, np.float32), 6.0)
    # the step between arm and trunk cut would leave triangles without area
    field = ndimage.gaussian_filter(field, 1.0)
    return {"skin": mesh_of(field, grid, 60000, 6)}
