"""Where bones meet: gaps between neighbours, intervertebral discs, the parts of the sternum."""

from __future__ import annotations

import numpy as np

from meshes.reference.bones.local import Block
from meshes.reference.curves import Path, arc
from meshes.reference.grid import Field, Grid, blend_cut
from meshes.reference.solid import REACH, Solid, union
from meshes.reference.spine import Vertebra


def other_on(a: Solid, others: list[Solid]) -> Field:
    """Fields of ``others`` on the grid of ``a``, cut at 6 mm."""
    return union(others, a.grid, far=False)


def carved(a: Solid, others: list[Solid], gap: float) -> Solid:
    """``a`` less whatever lies within ``gap`` mm of the others."""
    return Solid(a.grid, np.maximum(a.field, np.float32(gap) - other_on(a, others)), a.side)


def parted(a: Solid, b: Solid, gap: float) -> tuple[Solid, Solid]:
    """Two neighbours, each giving half of what they share, ``gap`` mm apart."""
    fa, fb = a.field, b.field
    on_a, on_b = other_on(a, [b]), other_on(b, [a])
    near = np.float32(gap / 2)
    first = np.where(on_a < REACH - 0.5, np.maximum(fa, (fa - on_a) / 2 + near), fa)
    second = np.where(on_b < REACH - 0.5, np.maximum(fb, (fb - on_b) / 2 + near), fb)
    return Solid(a.grid, first, a.side), Solid(b.grid, second, b.side)


def disc(upper: Vertebra, lower: Vertebra, bones: list[Solid], step: float, bulge: float) -> Solid:
    """The disc between two vertebral bodies: fills the gap, bulging by ``bulge`` mm."""
    a = upper.world([0, 0, -upper.row["height"] / 2])
    b = lower.world([0, 0, lower.row["height"] / 2])
    middle = (a + b) / 2
    tilt = (upper.tilt + lower.tilt) / 2
    half_x = (upper.next_width + lower.row["width"]) / 4 + bulge
    half_y = (upper.next_depth + lower.row["depth"]) / 4 + bulge
    tall = float(np.linalg.norm(a - b)) / 2 + 2.6
    reach = np.array([half_x, half_y + 6, tall + 0.4 * half_y]) + 3
    grid = Grid.around(middle - reach, middle + reach, step)
    x, y, z = grid.axes()
    c, s = np.cos(tilt), np.sin(tilt)
    dy, dz = y - middle[1], z - middle[2]
    p = Block(*np.broadcast_arrays(np.abs(x), c * dy + s * dz, -s * dy + c * dz))
    back = np.where(p.behind > 0, 0.90, 1.0)
    power = 2.3
    q = ((p.side / half_x) ** power + (np.abs(p.behind) / (half_y * back)) ** power) ** (1 / power)
    wall = (q - 1) * np.sqrt(p.side**2 + p.behind**2) / np.maximum(q, 1e-3)
    # rounded rim between the two end plates
    rim = wall + bulge * np.clip(np.abs(p.above) / tall, 0, 1) ** 2
    field = blend_cut(rim.astype(np.float32), (np.abs(p.above) - tall).astype(np.float32), 1.5)
    return carved(Solid(grid, field.astype(np.float32)), bones, 0.12)


def cut_at(solid: Solid, path: Path, shares: list[float], gap: float) -> list[Solid]:
    """The bar ``solid`` in pieces, cut square to its path at shares of its length."""
    along = arc(path.points)
    x, y, z = solid.grid.axes()
    planes = []
    for share in shares:
        i = int(np.searchsorted(along, share * along[-1]))
        o, t = path.points[i], path.tangent[i]
        planes.append(
            ((x - o[0]) * t[0] + (y - o[1]) * t[1] + (z - o[2]) * t[2]).astype(np.float32)
        )
    out, half = [], np.float32(gap / 2)
    for i in range(len(shares) + 1):
        field = solid.field
        if i > 0:
            field = np.maximum(field, half - planes[i - 1])
        if i < len(shares):
            field = np.maximum(field, planes[i] + half)
        out.append(Solid(solid.grid, np.asarray(field, np.float32), solid.side))
    return out
