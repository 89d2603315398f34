"""The whole truth about a needle and a set of surfaces, from all triangles and nothing else.

Independent of the engine: distances from `viewer.bench.truth` (a quadratic programme over all
triangles), inside by the generalised winding number, first contact in rational arithmetic, limit
depth by bisection of convex functions, penetration by branch and bound. Plain on purpose; the loops
over all triangles are compiled.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction

import numba
import numpy as np

from viewer.bench.truth import (
    Soup,
    nearest,
    point_triangle,
    point_triangles,
    segment_triangle,
    segment_triangles,
)  # fmt: skip

NEAR = 1e-4
"""Closer than this, floating point does not decide whether there is a contact; fractions do."""


@dataclass(frozen=True)
class Fact:
    """What is true of one needle and one surface, mm.

    ``distance``: axis to surface, 0 if it touches. ``clearance``: minus the radius, or minus the
    depth of penetration and the radius. ``contact``: first depth on the searched line, or None.
    ``inside``: the entry point lies inside a closed surface. ``is_breach``: touching counts.
    ``limit``: first depth where the axis comes within margin and radius, or None, as a pair: a
    tangent line decides in the last bit, so reach is taken 1e-9 mm less, then 1e-7 mm more.
    """

    distance: float
    clearance: float
    contact: float | None
    inside: bool
    is_breach: bool
    limit: tuple[float | None, float | None] = (None, None)


def is_closed(triangles) -> bool:
    """Whether every directed edge has its opposite, as often: no boundary, one winding."""
    edges = np.concatenate([triangles[:, [i, j]] for i, j in ((0, 1), (1, 2), (2, 0))])
    edges = edges[edges[:, 0] != edges[:, 1]].astype(np.int64)
    n = int(triangles.max()) + 1
    forward, backward = edges @ [n, 1], edges @ [1, n]
    return bool(np.array_equal(np.sort(forward), np.sort(backward)))


def winding_number(point, corners) -> float:
    """Turns of a surface about a point: 0 outside, 1 inside, any integer where it overlaps itself.

    Sum of the solid angles of its triangles (Van Oosterom and Strackee 1983), over 4 pi.
    """
    return _turns(np.asarray(point, float), np.asarray(corners, float))


@numba.njit(cache=True, error_model="numpy")
def _turns(point, corners):
    total = 0.0
    for k in range(len(corners)):
        a0, a1, a2 = (corners[k, 0, 0] - point[0], corners[k, 0, 1] - point[1],
                      corners[k, 0, 2] - point[2])  # fmt: skip
        b0, b1, b2 = (corners[k, 1, 0] - point[0], corners[k, 1, 1] - point[1],
                      corners[k, 1, 2] - point[2])  # fmt: skip
        c0, c1, c2 = (corners[k, 2, 0] - point[0], corners[k, 2, 1] - point[1],
                      corners[k, 2, 2] - point[2])  # fmt: skip
        la = np.sqrt(a0 * a0 + a1 * a1 + a2 * a2)
        lb = np.sqrt(b0 * b0 + b1 * b1 + b2 * b2)
        lc = np.sqrt(c0 * c0 + c1 * c1 + c2 * c2)
        top = a0 * (b1 * c2 - b2 * c1) + a1 * (b2 * c0 - b0 * c2) + a2 * (b0 * c1 - b1 * c0)
        low = la * lb * lc + (a0 * b0 + a1 * b1 + a2 * b2) * lc
        low += (b0 * c0 + b1 * c1 + b2 * c2) * la + (c0 * a0 + c1 * a1 + c2 * a2) * lb
        total += np.arctan2(top, low)
    return total / (2 * np.pi)


def is_inside(point, corners) -> bool:
    """Whether a point off the surface lies inside a closed one, whichever way it is wound."""
    return abs(winding_number(point, corners)) > 0.5


# ---- first contact, in fractions ----------------------------------------------------------------


def exact_contact(entry, direction, length, corners) -> Fraction | None:
    """First t in [0, length] with entry + t * direction on the triangle, exactly; or None."""
    p, d = _fractions(entry), _fractions(direction)
    a, b, c = (_fractions(corner) for corner in corners)
    stop = Fraction(float(length))
    normal = _cross(_minus(b, a), _minus(c, a))
    if any(normal):
        rise = _dot(normal, d)
        height = _dot(normal, _minus(p, a))
        if rise:
            t = -height / rise
            if not 0 <= t <= stop:
                return None
            x = _along(p, d, t)
            sides = [_dot(normal, _cross(_minus(v, u), _minus(x, u)))
                     for u, v in ((a, b), (b, c), (c, a))]  # fmt: skip
            return t if min(sides) >= 0 else None
        return None if height else _coplanar_contact(p, d, stop, (a, b, c), normal)
    ends = max(((a, b), (b, c), (c, a)), key=lambda e: _dot(_minus(*e), _minus(*e)))
    return _segment_contact(p, d, stop, *ends)


def _coplanar_contact(p, d, stop, corners, normal):
    low, high = Fraction(0), stop
    for k in range(3):
        u, v = corners[k], corners[(k + 1) % 3]
        inward = _cross(normal, _minus(v, u))
        value, slope = _dot(inward, _minus(p, u)), _dot(inward, d)
        if slope == 0:
            if value < 0:
                return None
        elif slope > 0:
            low = max(low, -value / slope)
        else:
            high = min(high, -value / slope)
    return low if low <= high else None


def _segment_contact(p, d, stop, a, b):
    w, r = _minus(b, a), _minus(a, p)
    if not any(w):
        t = _dot(r, d) / _dot(d, d)
        return t if 0 <= t <= stop and _along(p, d, t) == a else None
    n = _cross(d, w)
    if any(n):
        if _dot(r, n):
            return None
        nn = _dot(n, n)
        t, s = _dot(_cross(r, w), n) / nn, _dot(_cross(r, d), n) / nn
        return t if 0 <= t <= stop and 0 <= s <= 1 else None
    if any(_cross(r, d)):
        return None
    dd = _dot(d, d)
    t1, t2 = sorted((_dot(r, d) / dd, _dot(_minus(b, p), d) / dd))
    low, high = max(t1, Fraction(0)), min(t2, stop)
    return low if low <= high else None


def _fractions(values):
    return tuple(Fraction(float(v)) for v in values)


def _minus(a, b):
    return tuple(x - y for x, y in zip(a, b, strict=True))


def _dot(a, b):
    return sum(x * y for x, y in zip(a, b, strict=True))


def _cross(a, b):
    return (a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0])


def _along(p, d, t):
    return tuple(x + t * y for x, y in zip(p, d, strict=True))


def contact_depths(entry, direction, length, corners) -> list[float]:
    """Every depth in [0, length] where the line meets a triangle (of a coplanar one the first)."""
    distance, _, _ = segment_triangles(entry, direction, length, corners)
    found = []
    for k in np.flatnonzero(distance <= NEAR):
        t = exact_contact(entry, direction, length, corners[k])
        if t is not None:
            found.append(float(t))
    return sorted(found)


# ---- how deep inside ----------------------------------------------------------------------------


def deepest(entry, direction, depth, corners, cuts) -> float:
    """Largest distance to the surface of an axis point that lies inside it; 0 if none does.

    ``cuts`` are the depths where the axis meets the surface: between them it is all in or all out.
    """
    p, d = np.asarray(entry, float), np.asarray(direction, float)
    ends = [0.0, *[t for t in cuts if 0 < t < depth], depth]
    best = 0.0
    for a, b in zip(ends, ends[1:], strict=False):
        for low, high in _of_one_side(p, d, a, b, corners):
            best = max(best, _deepest_between(p, d, low, high, corners)[0])
    return best if depth > 0 else (_at(p, corners) if is_inside(p, corners) else 0.0)


def _of_one_side(p, d, a, b, corners) -> list[tuple[float, float]]:
    """The pieces of an interval without cuts that lie inside.

    A needle that runs along a face within rounding has no exact cut there, yet can dip in beyond
    it: so the side is asked at several depths, and only where the surface is not touched.
    """
    if b - a <= 1e-12:
        return []
    most, peak = _deepest_between(p, d, a, b, corners)
    if most <= 1e-7:  # whichever side it is on: a tenth of what a comparison may differ by
        return []
    at = np.linspace(a, b, 9)
    away = [t for t in at if _at(p + t * d, corners) > 1e-9]
    sides = [is_inside(p + t * d, corners) for t in away]
    if any(sides) and not all(sides):
        k = next(i for i in range(1, len(sides)) if sides[i] != sides[i - 1])
        middle = (away[k - 1] + away[k]) / 2
        return [
            *_of_one_side(p, d, a, middle, corners), *_of_one_side(p, d, middle, b, corners)
        ]  # fmt: skip
    if sides:
        return [(a, b)] if sides[0] else []
    # Along a face all the way, as far as was asked: where it leaves it most, the side can be told.
    if is_inside(p + peak * d, corners):
        return [(a, b)]
    peak = peak if a + 1e-9 < peak < b - 1e-9 else (a + b) / 2
    return [*_of_one_side(p, d, a, peak, corners), *_of_one_side(p, d, peak, b, corners)]


def _at(x, corners) -> float:
    return float(point_triangles(np.broadcast_to(x, (len(corners), 3)), corners)[0].min())


def _deepest_between(p, d, a, b, corners) -> tuple[float, float]:
    """Max over [a, b] of the distance to the surface, to 1e-9, and where.

    The distance to one triangle is convex in t, so on an interval it is largest at an end; the
    least of these maxima bounds the distance to the surface from above.
    """
    centroid, reach = _balls(corners)

    def distances(t, keep):
        return _point_distances(p + t * d, corners, keep)

    def relevant(a, b, keep):
        return keep[_may_be_nearest(p, d, a, b, centroid, reach, keep)]

    def push(a, b, keep):
        keep = relevant(a, b, keep)
        da, db = distances(a, keep), distances(b, keep)
        nonlocal best, at
        for distance, t in ((da.min(), a), (db.min(), b)):
            if distance > best:
                best, at = distance, t
        heapq.heappush(queue, (-float(np.maximum(da, db).min()), a, b, keep))

    queue: list = []
    best, at = 0.0, a
    push(a, b, np.arange(len(corners)))
    for _ in range(4000):
        bound, a, b, keep = heapq.heappop(queue)
        if -bound <= best + 1e-9 or b - a < 1e-12:
            break
        push(a, (a + b) / 2, keep)
        push((a + b) / 2, b, keep)
    return float(best), float(at)


@numba.njit(cache=True, error_model="numpy")
def _point_distances(x, corners, keep):
    found = np.empty(len(keep))
    for i in range(len(keep)):
        found[i] = np.sqrt(point_triangle((x[0], x[1], x[2]), corners[keep[i]])[0])
    return found


@numba.njit(cache=True, error_model="numpy")
def _may_be_nearest(p, d, a, b, centroid, reach, keep):
    """Which triangles can be the nearest of an axis point between depths a and b."""
    near, least = np.empty(len(keep)), np.inf
    for i in range(len(keep)):
        k = keep[i]
        x, y, z = centroid[k, 0] - p[0], centroid[k, 1] - p[1], centroid[k, 2] - p[2]
        s = min(max(x * d[0] + y * d[1] + z * d[2], a), b)
        near[i] = _length(x - s * d[0], y - s * d[1], z - s * d[2]) - reach[k]
        at_a = _length(x - a * d[0], y - a * d[1], z - a * d[2])
        at_b = _length(x - b * d[0], y - b * d[1], z - b * d[2])
        least = min(least, max(at_a, at_b))
    return near <= least + 1e-9


@numba.njit(cache=True, error_model="numpy")
def _length(x, y, z):
    return np.sqrt(x * x + y * y + z * z)


@numba.njit(cache=True, error_model="numpy")
def _balls(corners):
    """Centre and radius of a ball about each triangle, rounded up."""
    centre, reach = np.empty((len(corners), 3)), np.empty(len(corners))
    for k in range(len(corners)):
        t = corners[k]
        for j in range(3):
            centre[k, j] = (t[0, j] + t[1, j] + t[2, j]) / 3
        reach[k] = 1e-12
        for i in range(3):
            r = _length(t[i, 0] - centre[k, 0], t[i, 1] - centre[k, 1], t[i, 2] - centre[k, 2])
            reach[k] = max(reach[k], r * (1 + 1e-12))
    return centre, reach


# ---- limit depth --------------------------------------------------------------------------------


def first_reach(entry, direction, length, corners, reach) -> float | None:
    """First depth in [0, length] whose axis point is within ``reach`` of a triangle; None if none.

    Convex per triangle: on the way to its nearest point the distance falls, so bisection is sure.
    The value errs to the late side by rounding only.
    """
    return first_reaches(entry, direction, length, {0: corners}, (reach,)).get((0, 0))


def first_reaches(entry, direction, length, groups, reaches) -> dict[tuple[int, int], float]:
    """`first_reach` of many surfaces for several reaches at once: by (surface, number of reach).

    ``groups`` maps a surface to its triangles. What is never reached is left out.
    """
    p, d = np.asarray(entry, float), np.asarray(direction, float)
    if not groups:
        return {}
    found: dict[tuple[int, int], float] = {}
    for surface, corners in groups.items():
        for which, reach in enumerate(reaches):
            first = _first_within(p, d, float(length), corners, float(reach))
            if first < np.inf:
                found[surface, which] = first
    return found


@numba.njit(cache=True, error_model="numpy")
def _first_within(p, d, length, corners, reach):
    p, d = (p[0], p[1], p[2]), (d[0], d[1], d[2])
    first = np.inf
    for k in range(len(corners)):
        triangle = corners[k]
        square, t, _ = segment_triangle(p, d, length, triangle)
        if np.sqrt(square) > reach:
            continue
        low, high = 0.0, t
        if _is_within(p, d, 0.0, triangle, reach):
            return 0.0
        if first < high:
            if not _is_within(p, d, first, triangle, reach):
                continue  # it falls until t: reached later than the first
            high = first
        for _ in range(60):
            middle = 0.5 * (low + high)
            if _is_within(p, d, middle, triangle, reach):
                high = middle
            else:
                low = middle
        first = min(first, high)
    return first


@numba.njit(cache=True, error_model="numpy")
def _is_within(p, d, t, triangle, reach):
    x = (p[0] + t * d[0], p[1] + t * d[1], p[2] + t * d[2])
    return np.sqrt(point_triangle(x, triangle)[0]) <= reach


# ---- all of it ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class Scene:
    """Surfaces with their names, gathered for brute force; ``bounds`` (k, 2, 3)."""

    ids: tuple[str, ...]
    soup: Soup
    closed: tuple[bool, ...]
    bounds: np.ndarray

    @classmethod
    def of(cls, surfaces) -> Scene:
        """Gather a mapping of id to `Surface`."""
        soup = Soup.of(list(surfaces.values()))
        flat = [soup.corners[soup.part(k)].reshape(-1, 3) for k in range(len(surfaces))]
        return cls(
            tuple(surfaces),
            soup,
            tuple(is_closed(s.triangles) for s in surfaces.values()),
            np.array([[f.min(axis=0), f.max(axis=0)] for f in flat]),
        )

    def corners(self, k):
        """Triangles (n, 3, 3) of surface k."""
        return self.soup.corners[self.soup.part(k)]

    def near_line(self, p, d, length, reach):
        """Per surface, its triangles that can lie within ``reach`` of the line; empty ones out."""
        return self.within(self.soup.centroid_distances(p, d, length) - self.soup.radii, reach)

    def within(self, gap, reach):
        """Per surface, its triangles with a gap up to ``reach``; empty ones out."""
        chosen = np.flatnonzero(gap <= reach)
        owners = np.searchsorted(self.soup.starts, chosen, side="right") - 1
        cuts = np.flatnonzero(np.diff(owners)) + 1
        groups = np.split(chosen, cuts) if len(chosen) else []
        return {int(owners[np.searchsorted(chosen, g[0])]): self.soup.corners[g] for g in groups}


def facts(scene: Scene, needle, searched_length, margin=0.0) -> dict[str, Fact]:
    """What is true of a needle and every surface of a scene.

    ``searched_length``: how far along the line, from the entry point, contact and limit are sought.
    """
    p, d = needle.entry, needle.direction
    reach = margin + needle.radius
    length = max(searched_length, needle.depth)
    distances, _, _ = nearest(scene.soup, p, d, needle.depth)
    gap = scene.soup.centroid_distances(p, d, length) - scene.soup.radii
    touching, within = (scene.within(gap, r) for r in (NEAR, reach + 2e-7))
    limits = first_reaches(p, d, length, within, (reach - 1e-9, reach + 1e-7))
    held = ((scene.bounds[:, 0] <= p) & (p <= scene.bounds[:, 1])).all(axis=1)
    found = {}
    for k, name in enumerate(scene.ids):
        contacts = contact_depths(p, d, length, touching[k]) if k in touching else []
        depths = [t for t in contacts if t <= needle.depth]
        inside = bool(scene.closed[k] and held[k] and is_inside(p, scene.corners(k)))
        distance = 0.0 if depths else float(distances[k])
        inner = 0.0
        if scene.closed[k] and (depths or inside):
            inner = deepest(p, d, needle.depth, scene.corners(k), depths)
        clearance = float(-inner if depths or inside else distance) - needle.radius
        limit = (0.0, 0.0) if inside else (limits.get((k, 0)), limits.get((k, 1)))
        found[name] = Fact(
            distance, clearance, contacts[0] if contacts else None, inside,
            bool(depths) or inside or distance <= needle.radius, limit,
        )  # fmt: skip
    return found
