"""Structures and zones of known shape, for exact answers."""

from __future__ import annotations

import numpy as np
from scipy.spatial.transform import Rotation
from shapes import ball_arrays

from meshes.body import Body, Subject
from meshes.catalogue import Structure
from meshes.index.body_index import BodyIndex
from meshes.index.packed import pack
from meshes.surface import Surface, SurfaceKind
from zones.danger import DangerZone
from zones.needle import Needle

QUADS = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]


def slab_arrays(low, high):
    """An axis-parallel box from corner to corner, outward; everything about it is exact."""
    points = np.array([[x, y, z] for x in (0, 1) for y in (0, 1) for z in (0, 1)], float)
    faces = [t for a, b, c, d in QUADS for t in ((a, b, c), (a, c, d))]
    return np.where(points == 0, np.asarray(low, float), np.asarray(high, float)), np.array(faces)


def pipe_arrays(radius=5.0, length=60.0, sides=24, rings=13):
    """An open tube along z, from z = 0, wound outward; no ends."""
    z = np.linspace(0, length, rings)
    angle = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    points = np.array([[radius * np.cos(a), radius * np.sin(a), h] for h in z for a in angle])
    faces = []
    for i in range(rings - 1):
        for j in range(sides):
            a, b = i * sides + j, i * sides + (j + 1) % sides
            faces += [(a, b, b + sides), (a, b + sides, a + sides)]
    return points, np.array(faces)


def structure(name, arrays, kind=SurfaceKind.SOLID, closed=True, system="organ"):
    """One structure."""
    return Structure(name, name, "mid", system, Surface.of(*arrays, kind), closed=closed)


def index_of(*structures):
    """An index that touches no disk."""
    packed = pack(structures, None)
    return BodyIndex([s.id for s in structures], packed, "test")


def body_of(*structures):
    """A body of nothing but these."""
    content = " ".join(s.surface.content_hash for s in structures)
    return Body(
        "test", "Test", "1", "CC0", "tests", "standing", "none", Subject(),
        {s.id: s for s in structures}, content,
    )  # fmt: skip


def zone(*ids, margin=5.0, **more):
    """A zone of these structures, named after the first; ``zone()`` is missing on the body."""
    name = ids[0] if ids else "absent"
    return DangerZone(
        name, name, "mid", ids, margin, "convention", "serious", "", "test", "test", **more
    )


def motions(count, seed=0, shift=300.0):
    """Rigid motions as functions of (n, 3) points (or directions, with ``turn_only``)."""
    rng = np.random.default_rng(seed)
    for turn, offset in zip(
        Rotation.random(count, rng=rng), rng.normal(size=(count, 3)) * shift, strict=True
    ):
        yield (
            lambda x, turn_only=False, turn=turn, offset=offset: (
                turn.apply(np.array(x)) + (0 if turn_only else offset)
            )
        )


def moved_needle(needle, motion):
    """The needle after a rigid motion."""
    return Needle(
        motion(needle.entry), motion(needle.direction, turn_only=True), needle.depth, needle.radius
    )


def reversed_needle(needle):
    """The same capsule, entered from the tip."""
    return Needle(needle.tip, -needle.direction, needle.depth, needle.radius)


__all__ = [
    "ball_arrays", "body_of", "index_of", "motions", "moved_needle", "pipe_arrays",
    "reversed_needle", "slab_arrays", "structure", "zone",
]  # fmt: skip
