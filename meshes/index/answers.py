"""What an index answers, as frozen records that anyone may import without numba."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Pick:
    """The first surface a line meets: where, how deep, outward unit normal, triangle of it."""

    structure_id: str
    point: Floats
    depth: float
    normal: Floats
    triangle: int


@dataclass(frozen=True, eq=False)
class Crossed:
    """Crossings ahead of the entry of one line, structure by structure, nearest first.

    ``hit_depth`` mm with ``hit_sign`` (+1 leaving, -1 entering), split by ``hit_stop``.
    """

    hit_depth: Floats
    hit_sign: NDArray[np.int8]
    hit_stop: Longs

    def crossings_of(self, row: int) -> tuple[Floats, NDArray[np.int8]]:
        """Depths and signs of one structure's crossings, nearest first."""
        span = slice(int(self.hit_stop[row - 1]) if row else 0, int(self.hit_stop[row]))
        return self.hit_depth[span], self.hit_sign[span]


@dataclass(frozen=True, eq=False)
class Measured(Crossed):
    """One axis against several structures, row by row in the order of ``ids``.

    ``distance`` is signed: positive outside, 0 where the axis meets an open surface, negative by
    how deep its deepest point lies inside a closed one; infinite where `states.BEYOND` is set in
    ``state``. ``at_depth`` is where it comes closest (or lies deepest), ``nearest`` (k, 3) the
    surface point there, ``triangle`` its triangle (-1: none).
    """

    ids: tuple[str, ...]
    table: Floats
    triangle: Longs
    state: Longs

    @property
    def distance(self) -> Floats:
        """(k,) signed distance of the axis, mm."""
        return self.table[:, 0]

    @property
    def at_depth(self) -> Floats:
        """(k,) depth of the closest approach or of the deepest point, mm."""
        return self.table[:, 1]

    @property
    def nearest(self) -> Floats:
        """(k, 3) point of the surface, mm."""
        return self.table[:, 2:]


@dataclass(frozen=True, eq=False)
class ByZone:
    """One axis against danger zones, a row each; see `meshes.index.by_zone`.

    ``row`` is the index row of the nearest structure (-1: all beyond the interest radius),
    ``flags`` the union of `meshes.index.states` bits, ``clearance`` mm with the radius taken off
    (infinite where beyond), ``contact`` and ``limit`` depths (infinite: none). ``spots`` (z, 5):
    signed distance of the axis, depth of it, nearest point. ``crossed`` is of every structure.
    """

    row: Longs
    flags: Longs
    clearance: Floats
    contact: Floats
    limit: Floats
    spots: Floats
    crossed: Crossed
