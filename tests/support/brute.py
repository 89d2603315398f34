"""The whole truth about a needle and a set of surfaces, from all triangles and nothing else.

Independent of the engine: distances from `viewer.bench.truth` (a quadratic programme over all
triangles), inside by the generalised winding number, first contact in rational arithmetic, limit
depth by bisection of convex functions, penetration by branch and bound. Slow and plain on purpose.
"""

from __future__ import annotations

import heapq
from dataclasses import dataclass
from fractions import Fraction

import numpy as np

from viewer.bench.truth import Soup, nearest, point_triangles, segment_triangles

NEAR = 1e-7
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
    a, b, c = (corners[:, k] - point for k in range(3))
    la, lb, lc = (np.linalg.norm(v, axis=1) for v in (a, b, c))
    top = np.einsum("ij,ij->i", a, np.cross(b, c))
    dots = [np.einsum("ij,ij->i", u, v) for u, v in ((a, b), (b, c), (c, a))]
    low = la * lb * lc + dots[0] * lc + dots[1] * la + dots[2] * lb
    return float(np.arctan2(top, low).sum() / (2 * np.pi))


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
        if b - a > 1e-12 and is_inside(p + (a + b) / 2 * d, corners):
            best = max(best, _deepest_between(p, d, a, b, corners))
    return best if depth > 0 else (_at(p, corners) if is_inside(p, corners) else 0.0)


def _at(x, corners) -> float:
    return float(point_triangles(np.broadcast_to(x, (len(corners), 3)), corners)[0].min())


def _deepest_between(p, d, a, b, corners) -> float:
    """Max over [a, b] of the distance to the surface, to 1e-9.

    The distance to one triangle is convex in t, so on an interval it is largest at an end; the
    least of these maxima bounds the distance to the surface from above.
    """
    centroid = corners.mean(axis=1)
    reach = np.linalg.norm(corners - centroid[:, None], axis=2).max(axis=1)

    def distances(t, keep):
        x = np.broadcast_to(p + t * d, (len(keep), 3))
        return point_triangles(x, corners[keep])[0]

    def relevant(a, b, keep):
        ends = [np.linalg.norm(centroid[keep] - (p + t * d), axis=1) for t in (a, b)]
        s = np.clip((centroid[keep] - p) @ d, a, b)
        near = np.linalg.norm(centroid[keep] - (p + s[:, None] * d), axis=1) - reach[keep]
        return keep[near <= np.maximum(*ends).min() + 1e-9]

    def push(a, b, keep):
        keep = relevant(a, b, keep)
        da, db = distances(a, keep), distances(b, keep)
        nonlocal best
        best = max(best, da.min(), db.min())
        heapq.heappush(queue, (-float(np.maximum(da, db).min()), a, b, keep))

    queue: list = []
    best = 0.0
    push(a, b, np.arange(len(corners)))
    for _ in range(4000):
        bound, a, b, keep = heapq.heappop(queue)
        if -bound <= best + 1e-9 or b - a < 1e-12:
            break
        push(a, (a + b) / 2, keep)
        push((a + b) / 2, b, keep)
    return best


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
    corners = np.concatenate(list(groups.values()))
    surface = np.repeat(list(groups), [len(g) for g in groups.values()])
    distance, t, _ = segment_triangles(p, d, length, corners)
    at_start = point_triangles(np.broadcast_to(p, (len(corners), 3)), corners)[0]
    which = np.repeat(np.arange(len(reaches)), len(corners))
    reach = np.asarray(reaches, float)[which]
    corners, distance, t, at_start, surface = (
        np.concatenate([x] * len(reaches)) for x in (corners, distance, t, at_start, surface)
    )
    keep = np.flatnonzero(distance <= reach)
    case = surface * len(reaches) + which
    high = np.where(at_start <= reach, 0.0, t)
    low = np.zeros(len(high))
    for _ in range(60):
        if not len(keep):
            break
        first = np.full(int(case.max()) + 1, np.inf)
        np.minimum.at(first, case[keep], high[keep])
        keep = keep[low[keep] <= first[case[keep]]]  # the others are reached later for certain
        middle = 0.5 * (low[keep] + high[keep])
        within = point_triangles(p + middle[:, None] * d, corners[keep])[0] <= reach[keep]
        high[keep], low[keep] = (
            np.where(within, middle, high[keep]), np.where(within, low[keep], middle)
        )  # fmt: skip
    found: dict[tuple[int, int], float] = {}
    for i in keep:
        key = (int(surface[i]), int(which[i]))
        found[key] = min(found.get(key, np.inf), float(high[i]))
    return found


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
