"""The scene muscles are laid into: what is taken already, and the fields of the muscles so far.

Built on the left half only (x from just across the midplane); the right half is its mirror.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from meshes.reference.context import BuildContext
from meshes.reference.grid import Field, Grid
from meshes.reference.meshing import Mesh, mesh_of
from meshes.reference.redistance import redistanced
from meshes.reference.solid import Solid

FAR = 12.0
"""Fields of new parts are right up to this many mm from their surface."""


@dataclass(eq=False)
class Scene:
    """Half grid, the taken space (negative inside), and each muscle's field in its window."""

    context: BuildContext
    grid: Grid
    taken: Field
    girdle: Field
    """Scapula, clavicle, humerus: they carve every part, but nothing rests on them until shown."""
    tubes: Field
    """Vessels and nerves: they only carve."""
    gap: float = 0.15
    parts: dict[str, Solid] = field(default_factory=dict)
    """Muscles by name without side."""
    layers: dict[str, Field] = field(default_factory=dict)
    """What some sheets rest on instead: the abdominal cavity, within the ribs."""
    meshes: dict[str, Mesh] = field(default_factory=dict)
    """Sheets too thin for the grid, meshed from their nodes."""
    thin: dict[str, Solid] = field(default_factory=dict)
    """The space those sheets take."""

    def window(self, low: object, high: object) -> tuple[tuple[slice, slice, slice], Grid]:
        """Index window of a world box and the grid of it."""
        where = self.grid.window(low, high)  # type: ignore[arg-type]
        return where, self.grid.part(where)

    def rest(self, on: str | None) -> Field:
        """What a sheet rests on: everything taken, or the named layer."""
        return self.taken if on is None else self.layers[on]

    def add(
        self, name: str, where: tuple[slice, slice, slice], raw: Field, on: str | None = None
    ) -> None:
        """Carve ``raw`` by the taken space, keep it under ``name`` and take its space."""
        self.store(name, where, self.carved(where, raw))
        self.take(where, raw)
        if on is not None:
            layer = self.layers[on]
            far = np.where(raw < FAR - 0.01, raw, np.float32(1e3))
            np.minimum(layer[where], far, out=layer[where])

    def carved(self, where: tuple[slice, slice, slice], raw: Field) -> Field:
        """``raw`` without the taken space and the strip at the midplane."""
        x = self.grid.part(where).axes()[0]
        rest = np.minimum(self.taken[where], np.minimum(self.girdle[where], self.tubes[where]))
        own = np.maximum(raw, np.float32(self.gap) - rest)
        return np.asarray(np.maximum(own, np.float32(self.gap) - x), np.float32)

    def show_girdle(self) -> None:
        """From now on muscles rest on the shoulder girdle too."""
        far = np.where(self.girdle < 5.9, self.girdle, np.float32(1e3))
        self.taken = redistanced(np.minimum(self.taken, far), self.grid.step)

    def store(self, name: str, where: tuple[slice, slice, slice], own: Field) -> None:
        """Keep the field of a muscle."""
        self.parts[name] = Solid(self.grid.part(where), own, "left")

    def take(self, where: tuple[slice, slice, slice], raw: Field) -> None:
        """Count ``raw`` as taken from now on."""
        far = np.where(raw < FAR - 0.01, raw, np.float32(1e3))
        np.minimum(self.taken[where], far, out=self.taken[where])

    def split(
        self,
        where: tuple[slice, slice, slice],
        whole: Field,
        own: dict[str, Field],
        spread: float = 0.25,
    ) -> None:
        """Divide the carved ``whole`` among ``own`` fields: each keeps what lies nearest to it."""
        names = list(own)
        body = self.carved(where, whole)
        for name in names:
            others = np.minimum.reduce([own[k] for k in names if k != name])
            edge = (own[name] - others) / 2 + np.float32(spread / 2)
            self.store(name, where, np.maximum(body, edge).astype(np.float32))
        self.take(where, whole)


def mesh_part(part: Solid, triangles: int, smooth: int = 8) -> Mesh:
    """Closed surface of a muscle field, cut to the box that holds it."""
    inside = np.argwhere(part.field < 0)
    low = np.maximum(inside.min(axis=0) - 2, 0)
    high = np.minimum(inside.max(axis=0) + 3, part.field.shape)
    where = tuple(slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    grid = part.grid.part(where)  # type: ignore[arg-type]
    field_ = np.pad(part.field[where], 1, constant_values=np.float32(grid.step))
    origin = tuple(float(o - grid.step) for o in grid.origin)
    bigger = Grid(origin, grid.step, field_.shape)  # type: ignore[arg-type]
    return mesh_of(field_, bigger, triangles, smooth)
