"""Base of the skull: occipital bone and the mastoid parts of the temporal bones.

Only what the neck hangs on: squama up to a level above the inion, foramen magnum, condyles, clivus,
mastoid processes. The vault and the face are left out.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from meshes.reference.bones.local import Block
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.spine import Vertebra
from meshes.reference.tables import read_table


def seat(column: dict[str, Vertebra]) -> NDArray[np.float64]:
    """The origin of the skull's table: midway between the condyles, (3,) mm."""
    return column["c1"].world([0.0, 0.5, read_table("skull")["above_atlas"]])


def skull_fields(column: dict[str, Vertebra], step: float) -> tuple[Grid, Field, Field]:
    """Grid (both sides), occipital bone, and both mastoid parts in one field."""
    t = read_table("skull")
    origin = seat(column)
    grid = Grid.around(origin + np.array(t["low"]), origin + np.array(t["high"]), step)
    x, y, z = (np.asarray(a, np.float32) for a in grid.axes())
    p = Block(*np.broadcast_arrays(np.abs(x), y - np.float32(origin[1]), z - np.float32(origin[2])))
    bone = _shell(p, t)
    hole = np.sqrt(
        (p.side / t["foramen"][0]) ** 2 + ((p.behind - t["foramen"][2]) / t["foramen"][1]) ** 2
    )
    ring = ((hole - 1) * t["foramen"][0]).astype(np.float32)
    below = np.where(p.above < 40, ring, np.float32(30.0))
    bone = blend_cut(bone, -below, 4.0)
    for row in t["parts"]:
        piece = p.chain(
            row["points"], row["radii"], row.get("stretch", 1.0), row.get("along", (0, 0, 1))
        )
        bone = blend(bone, piece, row["blend"])
    bone = blend_cut(bone, (p.above - t["cut_above"]).astype(np.float32), 2.0)
    suture = p.side - t["suture"][0] - t["suture"][1] * (p.behind - t["suture"][2])
    gap = np.float32(0.2)
    middle = np.maximum(bone, (suture + gap).astype(np.float32))
    outer = np.maximum(bone, (gap - suture).astype(np.float32))
    return grid, middle, outer


def _shell(p: Block, t: dict[str, Any]) -> Field:
    """Back and floor of the braincase: an ellipsoid's shell, cut in front of the clivus."""
    c, half = t["vault_centre"], np.array(t["vault_half"], float)
    thick = t["thickness"]
    outer = p.ball(c, half)
    # flatter where the neck muscles insert
    slope = np.array([0.0, t["nuchal_slope"][0], -1.0])
    slope = slope / np.linalg.norm(slope)
    plane = p.behind * slope[1] + p.above * slope[2] - t["nuchal_slope"][1]
    outer = blend_cut(outer, plane.astype(np.float32), 14.0)
    inner = p.ball(c, half - thick)
    inner = blend_cut(inner, (plane + thick).astype(np.float32), 14.0)
    front = (t["front"] - p.behind + 0.25 * (p.above - 10)).astype(np.float32)
    return blend_cut(blend_cut(outer, -inner, 1.0), front, 2.0)


def hyoid(step: float) -> tuple[Grid, Field]:
    """Hyoid bone: body and greater horns."""
    t = read_table("skull")["hyoid"]
    points = np.array(t["points"], float)
    grid = Grid.around(
        points.min(axis=0) * (0, 1, 1) - (34, 9, 9),
        points.max(axis=0) * (0, 1, 1) + (34, 9, 9),
        step,
    )
    x, y, z = grid.axes()
    p = Block(*np.broadcast_arrays(np.abs(x), y, z))
    return grid, p.chain(points, t["radii"], 1.15)
