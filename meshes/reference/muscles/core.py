"""What muscles lie on: bones, the wall of the cage, the spine's discs and canal, the pleura."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.reference.between_ribs import spaces
from meshes.reference.cage import angle_of
from meshes.reference.context import BuildContext
from meshes.reference.drape import stamped
from meshes.reference.grid import Field, Grid
from meshes.reference.muscles.scene import FAR, Scene
from meshes.reference.redistance import redistanced
from meshes.reference.shapes import round_cone
from meshes.reference.solid import Solid
from meshes.reference.sweep import stamp
from meshes.reference.tables import read_table

GIRDLE = ("scapula", "clavicle", "humerus")
NARROWEST = 1.3
"""A groove narrower than twice this would close as the muscle's surface is smoothed, mm."""
LOW, HIGH = (-12.0, -160.0, -584.0), (264.0, 150.0, 276.0)


def empty_scene(context: BuildContext, step: float) -> Scene:
    """Scene with bones, discs, canal and the closed cage taken."""
    grid = Grid.around(LOW, HIGH, step)
    taken = context.bone_field(grid, lambda key: key not in GIRDLE, far=False)
    girdle = context.bone_field(grid, lambda key: key in GIRDLE, far=False)
    for name in ("parietal_pleura_left", "parietal_pleura_right"):
        context.cavities[name].onto(grid, taken)
    for space in spaces(context.ribs, context.cartilages).values():
        sheet = space.sheet
        low, high = sheet.box(8.0)
        where = grid.window(low, high)
        np.minimum(taken[where], stamped(grid.part(where), sheet)[0], out=taken[where])
    _spine_core(context, grid, taken)
    np.minimum(taken, _cage_core(context, grid), out=taken)
    ropes = _tubes(context, grid)
    _organs(context, grid, ropes)
    return Scene(context, grid, redistanced(taken, step), girdle, ropes)


def _tubes(context: BuildContext, grid: Grid) -> Field:
    """Vessels and nerves, each a little wider than it is."""
    out = grid.filled(FAR)
    for tube in context.tubes.values():
        radius = np.maximum(tube.radius + 0.5, NARROWEST)
        low, high = tube.points.min(axis=0) - 12, tube.points.max(axis=0) + 12
        where = grid.window(low, high)
        if min(s.stop - s.start for s in where) < 2:
            continue
        np.minimum(out[where], stamp(grid.part(where), tube.points, radius), out=out[where])
    return out


def _organs(context: BuildContext, grid: Grid, out: Field) -> None:
    """Organs give way to nothing: muscles are carved by them, but rest on other things.

    The right half of a muscle is its left one mirrored, so organs of both sides count here.
    """
    for name, solid in context.cavities.items():
        if not name.startswith(("parietal_pleura", "visceral_pleura", "lung")):
            wide = np.float32(0.4 if "plexus" in name else 0.0)  # as around other nerves
            whole = Solid(solid.grid, solid.field - wide, solid.side)
            whole.onto(grid, out)
            whole.mirrored().onto(grid, out)


def _spine_core(context: BuildContext, grid: Grid, taken: Field) -> None:
    levels = list(context.column.values())
    for a, b in zip(levels[:-1], levels[1:], strict=True):
        body = min(a.row["depth"], b.row["depth"]) / 2 - 1.0
        canal = min(a.row["canal_width"], b.row["canal_width"]) / 2 + 1.0
        ends = [((0, a.y, a.z), (0, b.y, b.z), body)]
        ends.append((tuple(a.canal_centre), tuple(b.canal_centre), canal))
        deep = np.array([0.0, 3.5, 0.0])
        # interspinous ligaments: without them sheets sag between the spinous processes
        ends.append((tuple(a.spinous_tip - deep), tuple(b.spinous_tip - deep), 3.0))
        for start, end, radius in ends:
            p = np.array([start, end], float)
            where = grid.window(p.min(axis=0) - radius - 8, p.max(axis=0) + radius + 8)
            cone = round_cone(grid.part(where).axes(), start, end, float(radius))
            np.minimum(taken[where], cone, out=taken[where])


def _cage_core(context: BuildContext, grid: Grid) -> Field:
    """Inside of the wall between the first rib and the costal margin."""
    wall = context.cage.field(grid) + np.float32(read_table("muscles_front")["core"]["cage_inset"])
    x, y, z = grid.axes()
    phi = angle_of(x, y, z)
    angles = np.arange(181.0)
    top = context.cage.rib_height(1, angles)
    low = _lower_margin(context, angles)
    above = z - np.interp(phi, angles, top)
    below = np.interp(phi, angles, low) - z
    return np.asarray(np.maximum(wall, np.maximum(above, below) * 0.7), np.float32)


def _lower_margin(context: BuildContext, angles: NDArray[np.float64]) -> NDArray[np.float64]:
    """Lowest bone or cartilage at each angle: the costal margin, rib 12 behind."""
    low = np.full(len(angles), np.inf)
    for n in range(6, 13):
        line = context.cage.lines[n]
        phi = angle_of(line[:, 0], line[:, 1], line[:, 2])
        there = (angles >= phi.min() - 1) & (angles <= phi.max() + 1)
        height = context.cage.rib_height(n, angles)
        low = np.where(there, np.minimum(low, height), low)
    known = np.isfinite(low)
    low = np.interp(angles, angles[known], low[known])
    return np.convolve(np.pad(low, 5, mode="edge"), np.ones(11) / 11, mode="valid")
