"""Bodies of closed form for drawn needles: a wall, a ball, and one zone per structure."""

from __future__ import annotations

import numpy as np
from nasty import box
from shapes import ball_arrays

from meshes.body import Body, Subject
from meshes.catalogue import Structure
from meshes.surface import Surface
from zones.danger import DangerZone


def zone(structure_id: str, margin: float = 5.0, **fields) -> DangerZone:
    """A zone of one structure."""
    return DangerZone(structure_id, structure_id, "mid", (structure_id,), margin, "convention",
                      "serious", "", "convention", "none", **fields)  # fmt: skip


def body_of(closed: bool = True, **surfaces: Surface) -> Body:
    """A body of surfaces without a skin."""
    parts = {k: Structure(k, k, "mid", "organ", s, closed=closed) for k, s in surfaces.items()}
    name = "-".join(sorted(surfaces)) + ("" if closed else "-open")
    return Body(name, name, "1", "CC0", "", "standing", "none", Subject(), parts, name)


def wall(height: float = 0.0) -> Surface:
    """A slab 2 m wide whose top face lies at a height; below it is danger."""
    return box((2000.0, 2000.0, 400.0), (0.0, 0.0, height - 200.0))


def ball(radius: float = 10.0, centre=(0.0, 0.0, 0.0), rings: int = 60) -> Surface:
    """A ball; its facets lie inside the true sphere."""
    return Surface.of(*ball_arrays(radius, centre, rings=rings))


def scatter(n: int, seed: int, spread=(3.0, 8.0, 4.0), length: float = 40.0):
    """Entries, unit directions and lengths of needles about one that points down."""
    rng = np.random.default_rng(seed)
    directions = np.array([0.0, 0.0, -1.0]) + rng.normal(0, np.radians(spread[1]), (n, 3))
    for _ in range(2):
        directions /= np.linalg.norm(directions, axis=1)[:, None]
    entries = np.array([0.0, 0.0, 30.0]) + rng.normal(0, spread[0], (n, 3))
    return entries, directions, np.abs(length + rng.normal(0, spread[2], n))
