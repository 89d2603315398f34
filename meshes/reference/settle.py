"""Vessels and nerves find room: pushed out of bone, organs and each other, kept smooth.

Courses are authored by eye; here they give way by the least that is needed, so that no two solids
share space. What was settled first stays: arteries, veins, plexus, nerves, then the bundles.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np

from meshes.reference.curves import Points, even
from meshes.reference.grid import Field, Grid
from meshes.reference.solid import Solid, union
from meshes.reference.sweep import stamp
from meshes.reference.tubes import Tube

STEP = 1.5
NODE = 2.0
ROUNDS = 60
LAST = 15
GAP = 0.35
REACH = 6.0


@dataclass(eq=False)
class Room:
    """What space is taken: a signed field (negative inside) that grows as tubes are settled."""

    grid: Grid
    field: Field

    @classmethod
    def of(cls, solids: Iterable[Solid], low: Points, high: Points) -> Room:
        """Room around ``solids`` in a box."""
        grid = Grid.around(low, high, STEP)
        return cls(grid, union(solids, grid))

    def settle(self, tube: Tube, gap: float = GAP) -> Tube:
        """The tube moved out of what is taken; its own length is about kept."""
        p = even(tube.points, NODE)
        r = np.interp(np.linspace(0, 1, len(p)), np.linspace(0, 1, len(tube.radius)), tube.radius)
        for _ in range(ROUNDS):
            need = r + gap - self.grid.sample(self.field, p)
            short = need > 0
            if short.any():
                away = self._gradient(p[short])
                p[short] += away * np.minimum(0.6 * need[short], 0.8)[:, None]
            p[1:-1] += 0.2 * (0.5 * (p[:-2] + p[2:]) - p[1:-1])
            if not short.any():
                break
        p = self._pushed(p, r, gap)
        fine = even(p, 1.0)
        radius = np.interp(np.linspace(0, 1, len(fine)), np.linspace(0, 1, len(r)), r)
        return Tube(fine, radius)

    def _pushed(self, p: Points, radius: Points, gap: float) -> Points:
        """A last push without smoothing, which would draw the tube back into what it left."""
        for _ in range(LAST):
            need = radius + 0.6 * gap - self.grid.sample(self.field, p)
            short = need > 0
            if not short.any():
                break
            push = np.zeros_like(p)
            push[short] = self._gradient(p[short]) * np.minimum(0.5 * need[short], 0.5)[:, None]
            push[1:-1] = 0.5 * push[1:-1] + 0.25 * (push[:-2] + push[2:])
            p = p + push
        return p

    def take(self, tube: Tube) -> None:
        """Count the tube's space as taken."""
        reach = float(tube.radius.max()) + REACH
        where = self.grid.window(tube.points.min(axis=0) - reach, tube.points.max(axis=0) + reach)
        part = self.grid.part(where)
        if 0 in part.shape:
            return
        found = stamp(part, even(tube.points, 0.6), float(tube.radius.max()), REACH)
        near = np.where(found < REACH - 0.01, found, np.float32(1e3))
        np.minimum(self.field[where], near, out=self.field[where])

    def _gradient(self, points: Points) -> Points:
        parts = []
        for axis in range(3):
            shift = np.zeros(3)
            shift[axis] = self.grid.step
            ahead = self.grid.sample(self.field, points + shift)
            parts.append(ahead - self.grid.sample(self.field, points - shift))
        g = np.stack(parts, axis=1)
        return np.asarray(g / np.maximum(np.linalg.norm(g, axis=1, keepdims=True), 1e-6))


def in_order(keys: Iterable[str]) -> list[str]:
    """Ids in the order of settling: arteries, veins, nerves; bundles of the ribs after the rest."""

    def rank(key: str) -> tuple[int, int, str]:
        bundle = key.startswith(("posterior_intercostal", "subcostal", "intercostal"))
        kind = 0 if "artery" in key else 1 if "vein" in key else 2
        return int(bundle), kind, key

    return sorted(keys, key=rank)


def settled(tubes: Mapping[str, Tube], room: Room) -> dict[str, Tube]:
    """Every tube settled in order, each taking its space."""
    out = {}
    for key in in_order(tubes):
        out[key] = room.settle(tubes[key])
        room.take(out[key])
    return out
