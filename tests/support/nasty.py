"""Needles made to go wrong, and surfaces made to make them.

Every generator takes a random generator and the triangles (n, 3, 3) of the surfaces, and returns
one needle. `axis_aligned_*` are exact: their tips lie on the feature in every bit, because depth is
the difference of two floats that subtract without rounding.
"""

from __future__ import annotations

from fractions import Fraction

import numpy as np

from meshes.surface import Surface
from zones.needle import Needle

RADII = (0.0, 0.08, 0.15, 0.25, 1.0)


def _unit(rng):
    while True:
        v = rng.normal(size=3)
        if np.linalg.norm(v) > 1e-3:
            return v / np.linalg.norm(v)


def _triangle(rng, corners):
    return corners[rng.integers(len(corners))]


def _towards(rng, point, depth=None):
    """A needle whose line goes through a point, its tip before or behind it."""
    distance = 10 ** rng.uniform(-3, 2)
    direction = _unit(rng)
    depth = distance * rng.uniform(0.2, 2.0) if depth is None else depth
    return point - distance * direction, direction, depth


def random_needle(rng, corners):
    """Anywhere near the surfaces, pointing anywhere."""
    low, high = corners.reshape(-1, 3).min(axis=0), corners.reshape(-1, 3).max(axis=0)
    return rng.uniform(low - 20, high + 20), _unit(rng), rng.uniform(1, 120)


def at_the_surface(rng, corners):
    """Towards a random point of a random triangle: the ordinary case."""
    return _towards(rng, rng.dirichlet(np.ones(3)) @ _triangle(rng, corners))


def through_vertex(rng, corners):
    """The axis goes through a vertex."""
    return _towards(rng, _triangle(rng, corners)[rng.integers(3)])


def through_edge(rng, corners):
    """The axis goes through a point of an edge."""
    t, (i, j) = rng.uniform(), ((0, 1), (1, 2), (2, 0))[rng.integers(3)]
    triangle = _triangle(rng, corners)
    return _towards(rng, (1 - t) * triangle[i] + t * triangle[j])


def in_face(rng, corners):
    """The axis lies in the plane of a face and runs through it."""
    triangle = _triangle(rng, corners)
    inside = rng.dirichlet(np.ones(3)) @ triangle
    along = rng.normal(size=2) @ np.stack([triangle[1] - triangle[0], triangle[2] - triangle[0]])
    if not along.any():
        along = _unit(rng)
    along = along / np.linalg.norm(along)
    distance = 10 ** rng.uniform(-2, 1.5)
    return inside - distance * along, along, distance * rng.uniform(0.2, 2.0)


def along_edge(rng, corners):
    """The axis runs along an edge."""
    triangle = _triangle(rng, corners)
    along = triangle[1] - triangle[0]
    if not along.any():
        along = _unit(rng)
    along = along / np.linalg.norm(along)
    distance = 10 ** rng.uniform(-2, 1.5)
    return triangle[0] - distance * along, along, distance * rng.uniform(0.5, 3.0)


def tip_on_vertex(rng, corners):
    """The tip ends on a vertex, up to rounding."""
    point, direction, depth = _triangle(rng, corners)[rng.integers(3)], _unit(rng), 0.0
    depth = 10 ** rng.uniform(-2, 2)
    return point - depth * direction, direction, depth


def tip_in_face(rng, corners):
    """The tip ends in a face, up to rounding."""
    point, direction = rng.dirichlet(np.ones(3)) @ _triangle(rng, corners), _unit(rng)
    depth = 10 ** rng.uniform(-2, 2)
    return point - depth * direction, direction, depth


def start_on_vertex(rng, corners):
    """The entry point is a vertex, in every bit."""
    return _triangle(rng, corners)[rng.integers(3)].copy(), _unit(rng), 10 ** rng.uniform(-9, 2)


def axis_aligned_to_vertex(rng, corners):
    """Along a coordinate axis, the tip exactly on a vertex."""
    for _ in range(100):
        vertex = _triangle(rng, corners)[rng.integers(3)]
        k, sign = rng.integers(3), rng.choice([-1.0, 1.0])
        entry = vertex.copy()
        entry[k] = np.round(vertex[k] - sign * rng.uniform(0.5, 80))
        depth = abs(vertex[k] - entry[k])
        exact = abs(Fraction(float(vertex[k])) - Fraction(float(entry[k])))
        if depth > 0 and Fraction(float(depth)) == exact:
            direction = np.zeros(3)
            direction[k] = np.sign(vertex[k] - entry[k])
            return entry, direction, depth
    return at_the_surface(rng, corners)


def axis_aligned_past_vertex(rng, corners):
    """Along a coordinate axis, exactly through a vertex and on."""
    entry, direction, depth = axis_aligned_to_vertex(rng, corners)
    return entry, direction, depth * rng.uniform(1.0, 3.0)


def from_inside(rng, corners):
    """Starts just beneath a face; most of them stay inside."""
    triangle = _triangle(rng, corners)
    normal = np.cross(triangle[1] - triangle[0], triangle[2] - triangle[0])
    if not normal.any():
        normal = _unit(rng)
    normal = normal / np.linalg.norm(normal)
    depth = 10 ** rng.uniform(-9, 1.5)
    return triangle.mean(axis=0) - 10 ** rng.uniform(-9, 0.5) * normal, _unit(rng), depth


def tangent_at_reach(rng, corners):
    """Parallel to a face, at about the shaft's radius or a margin from it."""
    entry, along, depth = in_face(rng, corners)
    triangle = _triangle(rng, corners)
    normal = np.cross(triangle[1] - triangle[0], triangle[2] - triangle[0])
    size = np.linalg.norm(normal)
    offset = rng.choice([*RADII, 5.0, 10.0])
    return entry + (offset * normal / size if size else 0.0), along, depth


def tiny(rng, corners):
    """Hardly any depth, close to or on a surface; sometimes none at all."""
    point = rng.dirichlet(np.ones(3)) @ _triangle(rng, corners)
    depth = rng.choice([0.0, 1e-9, 1e-6, 1e-3])
    return point + rng.choice([0.0, 1e-9, 1e-3, 1.0]) * _unit(rng), _unit(rng), depth


def long(rng, corners):
    """A metre through everything."""
    entry, direction, _ = at_the_surface(rng, corners)
    return entry - 300 * direction, direction, 1000.0


KINDS = (
    random_needle, at_the_surface, through_vertex, through_edge, in_face, along_edge, tip_on_vertex,
    tip_in_face, start_on_vertex, axis_aligned_to_vertex, axis_aligned_past_vertex, from_inside,
    tangent_at_reach, tiny, long,
)  # fmt: skip


def nasty_needles(seed, count, corners) -> list[tuple[str, Needle]]:
    """``count`` needles, kinds in turn, with their kind; the same for the same seed."""
    rng = np.random.default_rng(seed)
    made = []
    for k in range(count):
        kind = KINDS[k % len(KINDS)]
        entry, direction, depth = kind(rng, corners)
        made.append((kind.__name__, Needle(entry, direction, depth, rng.choice(RADII))))
    return made


# ---- surfaces -----------------------------------------------------------------------------------


def moved(surface: Surface, by) -> Surface:
    """The surface somewhere else."""
    return Surface.of(surface.points + np.asarray(by, float), surface.triangles, surface.kind)


def dirty(surface: Surface, seed=0) -> Surface:
    """The surface with faces missing, doubled, collapsed and collinear, as found in the wild."""
    rng = np.random.default_rng(seed)
    points, triangles = surface.points, surface.triangles
    kept = triangles[rng.uniform(size=len(triangles)) > 0.03]
    some = kept[rng.integers(len(kept), size=max(3, len(kept) // 50))]
    collapsed = some[:, [0, 0, 1]]
    middle = points[some[:, [0, 1]]].mean(axis=1)
    collinear = np.stack([some[:, 0], some[:, 1], len(points) + np.arange(len(some))], axis=1)
    faces = np.concatenate([kept, some, collapsed, collinear])
    return Surface.of(np.concatenate([points, middle]), faces, surface.kind)


def merged(*surfaces: Surface) -> Surface:
    """Several surfaces as one, overlaps and all."""
    offsets = np.cumsum([0, *[len(s.points) for s in surfaces[:-1]]])
    return Surface.of(
        np.concatenate([s.points for s in surfaces]),
        np.concatenate([s.triangles + o for s, o in zip(surfaces, offsets, strict=True)]),
        surfaces[0].kind,
    )


def box(size=(20.0, 20.0, 20.0), centre=(0.0, 0.0, 0.0)) -> Surface:
    """A box of twelve triangles with round coordinates: everything about it is exact."""
    grid = np.array([[x, y, z] for x in (-0.5, 0.5) for y in (-0.5, 0.5) for z in (-0.5, 0.5)])
    quads = [(0, 1, 3, 2), (4, 6, 7, 5), (0, 4, 5, 1), (2, 3, 7, 6), (0, 2, 6, 4), (1, 5, 7, 3)]
    triangles = [t for a, b, c, d in quads for t in ((a, b, c), (a, c, d))]
    return Surface.of(grid * np.asarray(size) + np.asarray(centre), triangles)
