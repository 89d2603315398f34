"""Sacrum and coccyx: five fused segments, each in its own frame, with foramina and crests."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.reference.bones.local import Block
from meshes.reference.bones.vertebra import block
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.spine import Vertebra
from meshes.reference.tables import read_table

SACRAL = ("s1", "s2", "s3", "s4", "s5")


def sacrum_grid(column: dict[str, Vertebra], step: float) -> Grid:
    """Grid around the sacrum, symmetric in x."""
    points = np.concatenate([_corners(column[k]) for k in SACRAL])
    low, high = points.min(axis=0), points.max(axis=0)
    low[0], high[0] = -70.0, 70.0
    return Grid.around(low, high, step, 10.0)


def _corners(v: Vertebra) -> NDArray[np.float64]:
    r = v.row
    flat = [(0, -r["depth"] / 2, r["height"] / 2), (0, -r["depth"] / 2, -r["height"] / 2)]
    return v.world([*flat, (0, r["sp_behind"], 0), (0, r["sp_behind"], -r["sp_below"])])


def sacrum_field(column: dict[str, Vertebra], grid: Grid) -> Field:
    """Field of the sacrum on ``grid``."""
    t = read_table("pelvis")["sacrum"]
    out: Field | None = None
    for key in SACRAL:
        v = column[key]
        piece = _segment(v, block(v, grid), key)
        out = piece if out is None else blend(out, piece, 8.0)
    assert out is not None
    first = column["s1"]
    out = blend(out, _ala(first, block(first, grid)), 8.0)
    out = blend(out, _facet(first, block(first, grid)), 3.0)
    for upper, lower, side, radius in zip(
        SACRAL[:-1], SACRAL[1:], t["foramen_side"], t["foramen"], strict=True
    ):
        out = blend_cut(out, -_hole(column[upper], column[lower], grid, side, radius), 2.0)
    canal = _canal(column, grid)
    return blend_cut(out, -canal, 1.5)


def _segment(v: Vertebra, p: Block, key: str) -> Field:
    r = v.row
    h, back, deep = r["height"], r["depth"] / 2, r["canal_depth"]
    half_x, half_y = r["width"] / 2, r["depth"] / 2
    q = np.sqrt((p.side / half_x) ** 2 + (p.behind / half_y) ** 2)
    wall = ((q - 1) * np.sqrt(p.side**2 + p.behind**2) / np.maximum(q, 1e-3)).astype(np.float32)
    body = blend_cut(wall, (np.abs(p.above) - h / 2 - 0.4).astype(np.float32), 2.5)
    mass = p.limb(
        (half_x - 4, back * 0.4, 0), (r["tp_half_span"] - r["tp_knob"] * 0.8, r["tp_behind"], 0),
        0.9 * back, r["tp_knob"] * 0.8, stretch=(h / 2 + 3.0) / (r["tp_knob"] * 0.8),
    )  # fmt: skip
    plate = p.limb(
        (r["canal_width"] / 2 + 5, back + deep * 0.55, -1), (0, back + deep + 1.6, -2), 3.6,
        2.8, stretch=h / 5.0,
    )  # fmt: skip
    out = blend(blend(body, mass, 6.0), plate, 3.0)
    if key == "s5":
        return out
    crest = p.limb(
        (0, back + deep, -1), (0, r["sp_behind"] - 3, -r["sp_below"]), r["sp_half_thick"],
        r["sp_half_thick"], stretch=r["sp_half_height"] / r["sp_half_thick"],
    )  # fmt: skip
    lateral = p.ball((r["tp_half_span"] * 0.62, r["tp_behind"] + back + 2, -2), (4.0, 4.0, 5.0))
    return blend(blend(out, crest, 3.0), lateral, 4.0)


def _ala(v: Vertebra, p: Block) -> Field:
    r = v.row
    span = r["tp_half_span"]
    wing = p.chain(
        [(r["width"] / 2 - 2, 4, 7), (span - 15, 6, 5), (span - 10, 8, -12)], (10.0, 11.0, 11.0)
    )
    return blend_cut(wing, (p.side - span).astype(np.float32), 3.0)


def _facet(v: Vertebra, p: Block) -> Field:
    r = v.row
    back, wide = r["depth"] / 2, r["canal_width"] / 2
    return p.limb(
        (wide + 6, back + 9, 4), (wide + 6.5, back + 12, r["height"] / 2 + 5), 4.2, 3.2,
        stretch=1.7, along=(0.8, -0.4, 0),
    )  # fmt: skip


def _hole(a: Vertebra, b: Vertebra, grid: Grid, side: float, radius: float) -> Field:
    """Tunnel from the pelvic to the dorsal face between two segments."""
    p = Block(*np.broadcast_arrays(np.abs(grid.axes()[0]), *grid.axes()[1:]))
    front = (
        a.world([side, -30, -a.row["height"] / 2]) + b.world([side, -30, b.row["height"] / 2])
    ) / 2
    rear = (
        a.world([side - 2, 40, -a.row["height"] / 2]) + b.world([side - 2, 40, b.row["height"] / 2])
    ) / 2
    return p.limb(front, rear, radius, radius * 0.72, stretch=1.15, along=(1, 0, 0))


def _canal(column: dict[str, Vertebra], grid: Grid) -> Field:
    p = Block(*np.broadcast_arrays(np.abs(grid.axes()[0]), *grid.axes()[1:]))
    first = column["s1"]
    start = first.canal_centre + (0, -14 * np.sin(first.tilt), 22)
    points = [start, *(column[k].canal_centre for k in SACRAL)]
    radii = [8.0] + [column[k].row["canal_depth"] * 0.46 for k in SACRAL]
    return p.chain(points, radii, stretch=1.7, along=(1, 0, 0))


def coccyx_points(column: dict[str, Vertebra]) -> NDArray[np.float64]:
    """Centres of the coccygeal vertebrae, (4, 3) mm."""
    steps = np.array(read_table("pelvis")["coccyx"]["steps"], float)
    low = column["s5"]
    start = low.world([0, 0.5, -low.row["height"] / 2])
    return np.asarray(start + np.cumsum(steps, axis=0))


def coccyx(column: dict[str, Vertebra], step: float) -> tuple[Grid, Field]:
    """Four beads of falling size, bent forward."""
    t = read_table("pelvis")["coccyx"]
    centres = coccyx_points(column)
    grid = Grid.around(
        centres.min(axis=0) - (14, 9, 9), centres.max(axis=0) + (14, 9, 9), step, 2.0
    )
    p = Block(*np.broadcast_arrays(np.abs(grid.axes()[0]), *grid.axes()[1:]))
    out: Field | None = None
    for centre, half in zip(centres, t["half"], strict=True):
        bead = p.ball(centre, half)
        out = bead if out is None else blend(out, bead, 2.5)
    assert out is not None
    horn = p.limb(centres[0] + (7, 3, 0), centres[0] + (7.5, 5, 8), 2.4, 1.8)
    wing = p.limb(centres[0], centres[0] + (11, 1, 1.5), 3.4, 2.4)
    return grid, blend(blend(out, horn, 2.0), wing, 3.0)
