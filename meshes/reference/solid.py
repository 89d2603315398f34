"""A part as a field on its own grid, and the union of many such parts on any grid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np

from meshes.reference.grid import Field, Grid, distance

REACH = 6.0
"""Part fields are right within this many mm of the surface; beyond, they are cut to it."""


@dataclass(frozen=True, eq=False)
class Solid:
    """One part: ``field`` (negative inside, mm) on ``grid``; ``side`` left, right or mid."""

    grid: Grid
    field: Field
    side: str = "mid"

    def mirrored(self) -> Solid:
        """The part on the other side of the midplane."""
        x = -float(self.grid.high[0])
        grid = Grid((x, *self.grid.origin[1:]), self.grid.step, self.grid.shape)
        side = {"left": "right", "right": "left", "mid": "mid"}[self.side]
        return Solid(grid, np.ascontiguousarray(self.field[::-1]), side)

    def onto(self, grid: Grid, out: Field) -> None:
        """Take the smaller of ``out`` and this part, in place, where the grids overlap."""
        pad = self.grid.step
        where = grid.window(np.asarray(self.grid.origin) + pad, np.asarray(self.grid.high) - pad)
        if any(s.stop - s.start < 1 for s in where):
            return
        part = grid.part(where)
        inside = np.ones((1, 1, 1), bool)
        for axis, values in enumerate(part.axes()):
            low, high = self.grid.origin[axis], float(self.grid.high[axis])
            inside = inside & (values >= low) & (values <= high)
        found = np.where(inside, self.grid.resample(self.field, part), REACH)
        out[where] = np.minimum(out[where], found)


def union(solids: Iterable[Solid], grid: Grid, far: bool = True) -> Field:
    """Signed field of all ``solids`` on ``grid``, mm.

    With ``far`` the result is a distance everywhere (within half a step); without, it is cut at
    6 mm and much quicker.
    """
    out = grid.filled(REACH)
    for solid in solids:
        solid.onto(grid, out)
    return distance(out, grid.step) if far else out
