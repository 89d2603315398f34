"""Exact plane sections of triangle surfaces: closed loops in the plane's own coordinates.

Knows no anatomy and draws nothing. A point on the plane counts as above it, everywhere the same, so
that every triangle is cut in no edge or in two and the section of a closed surface is closed loops
by construction, whatever the plane touches. Where a triangle's edge is cut is computed from the two
ends in one order, so neighbours agree to the last bit. Float64 throughout; an open surface gives
open chains, marked as such.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.errors import BadFileError
from meshes.surface import Surface

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Plane:
    """A plane with axes. ``origin`` (3,) mm; ``across``, ``down``, ``normal`` unit (3,), world.

    A world point p has the plane coordinates ``(p - origin) · across`` and ``· down``. The normal
    is across × down; what lies on its side is *above*.
    """

    origin: Vector
    across: Vector
    down: Vector
    normal: Vector

    @classmethod
    def of(cls, origin: ArrayLike, normal: ArrayLike, down: ArrayLike | None = None) -> Plane:
        """Plane through ``origin``; ``down`` is projected on it, or chosen where it is parallel.

        Raises
        ------
        BadFileError
            A number that is not finite, or a normal without length.
        """
        o = np.asarray(origin, dtype=np.float64)
        n = np.asarray(normal, dtype=np.float64)
        length = float(np.linalg.norm(n))
        if not (np.isfinite(o).all() and np.isfinite(length) and length > 0):
            raise BadFileError(f"a plane needs a finite point and a normal; got {o} and {n}")
        n = n / length
        wanted = [np.asarray(down, dtype=np.float64)] if down is not None else []
        axes = np.eye(3)[np.argsort(np.abs(n), kind="stable")]
        for way in (*wanted, *axes):
            d = way - (way @ n) * n
            size = float(np.linalg.norm(d))
            if size > 1e-6 * max(float(np.linalg.norm(way)), 1e-300):
                d = d / size
                return cls(o, np.cross(d, n), d, n)
        raise BadFileError("a plane needs a finite normal")  # pragma: no cover - axes always serve

    def flat(self, points: ArrayLike) -> Vector:
        """World (n, 3) → plane coordinates (n, 2), mm."""
        rel = np.asarray(points, dtype=np.float64).reshape(-1, 3) - self.origin
        return rel @ np.stack([self.across, self.down], axis=1)

    def world(self, flat: ArrayLike, lift: float = 0.0) -> Vector:
        """Plane coordinates (n, 2) → world (n, 3), ``lift`` mm above the plane."""
        uv = np.asarray(flat, dtype=np.float64).reshape(-1, 2)
        return self.origin + lift * self.normal + uv @ np.stack([self.across, self.down])

    def height(self, points: ArrayLike) -> Vector:
        """Signed distance of world (n, 3) from the plane, mm; positive above."""
        return (np.asarray(points, dtype=np.float64).reshape(-1, 3) - self.origin) @ self.normal


@dataclass(frozen=True, eq=False)
class Section:
    """The cut through one surface: loops back to back, plane coordinates, mm.

    ``points`` (n, 2); loop k is ``points[starts[k]:starts[k + 1]]``, its last point joined to its
    first. Going along a loop of an outward surface, the inside is always on the same hand: `area`
    of an outer loop is positive, of a hole negative. ``closed`` is False where the surface is open;
    then ``points`` holds chains and there is no inside.
    """

    points: Vector
    starts: NDArray[np.int64]
    closed: bool = True

    @property
    def loops(self) -> list[Vector]:
        """Each loop by itself, (k, 2)."""
        return [self.points[a:b] for a, b in zip(self.starts[:-1], self.starts[1:], strict=True)]

    def area(self) -> float:
        """Enclosed area, mm²; holes taken away; 0 for an open section."""
        if not self.closed:
            return 0.0
        return float(sum(_loop_area(loop) for loop in self.loops))


def cut(surface: Surface, plane: Plane) -> Section | None:
    """Section of a surface by a plane; ``None`` where they do not meet."""
    from meshes.section_kernels import crossings, heights_over  # compiles: not at import

    heights = heights_over(surface.points, plane.origin, plane.normal)
    keys, ends = crossings(surface.points, surface.triangles, heights)
    if len(ends) == 0:
        return None
    points, starts, closed = _chained(keys[:, 0], keys[:, 1], ends)
    return Section(plane.flat(points), starts, closed)


def cuts(
    surfaces: Mapping[str, Surface],
    plane: Plane,
    window: ArrayLike | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Section]:
    """Sections of those surfaces that meet the plane, in the order given.

    ``window`` (2, 2), lowest and highest plane coordinates: surfaces whose box stays outside it are
    left out; what is cut is never trimmed. A cancelled call returns what it has.
    """
    out: dict[str, Section] = {}
    if not surfaces:
        return out
    bounds = np.stack([surface.bounds for surface in surfaces.values()])
    near = _may_meet(bounds, plane, None if window is None else np.asarray(window, np.float64))
    for key, wanted in zip(surfaces, near, strict=True):
        if cancelled():
            break
        section = cut(surfaces[key], plane) if wanted else None
        if section is not None:
            out[key] = section
    return out


def _may_meet(bounds: Vector, plane: Plane, window: Vector | None) -> NDArray[np.bool_]:
    """Which boxes (n, 2, 3) the plane may meet, within the window."""
    middle = bounds.mean(axis=1) - plane.origin
    half = (bounds[:, 1] - bounds[:, 0]) / 2
    met: NDArray[np.bool_] = np.abs(middle @ plane.normal) <= half @ np.abs(plane.normal) + 1e-6
    if window is not None:
        axes = np.stack([plane.across, plane.down], axis=1)
        at, reach = middle @ axes, half @ np.abs(axes)
        met &= ((at + reach >= window[0]) & (at - reach <= window[1])).all(axis=1)
    return met


def winding(section: Section, spot: ArrayLike) -> int:
    """How often a closed section winds round a spot (2,); 0 outside and in holes."""
    x, y = np.asarray(spot, dtype=np.float64)
    total = 0
    for loop in section.loops:
        (x0, y0), (x1, y1) = loop.T, np.roll(loop, -1, axis=0).T
        side = (x1 - x0) * (y - y0) - (x - x0) * (y1 - y0)
        total += int(np.sum((y0 <= y) & (y1 > y) & (side > 0)))
        total -= int(np.sum((y0 > y) & (y1 <= y) & (side < 0)))
    return total


def _loop_area(loop: Vector) -> float:
    x, y = (loop - loop[0]).T
    return float(0.5 * np.sum(x * np.roll(y, -1) - np.roll(x, -1) * y))


def _chained(
    begin: NDArray[np.int64], end: NDArray[np.int64], ends: Vector
) -> tuple[Vector, NDArray[np.int64], bool]:
    """Join segments whose edge keys meet; (points, starts, whether every chain closes)."""
    by_begin, by_end = np.argsort(begin, kind="stable"), np.argsort(end, kind="stable")
    after = np.full(len(begin), -1, np.int64)
    if np.array_equal(begin[by_begin], end[by_end]):
        after[by_end] = by_begin
    else:
        first = np.searchsorted(begin[by_begin], end)
        at = by_begin[np.minimum(first, len(begin) - 1)]
        after[:] = np.where(begin[at] == end, at, -1)
    from meshes.section_kernels import walk

    order, starts, closed = walk(after)
    if closed:
        return ends[order, 0], starts, True
    return _open_chains(order, starts, ends, after)


def _open_chains(
    order: NDArray[np.int64], starts: NDArray[np.int64], ends: Vector, after: NDArray[np.int64]
) -> tuple[Vector, NDArray[np.int64], bool]:
    parts = []
    for a, b in zip(starts[:-1], starts[1:], strict=True):
        links = order[a:b]
        last = ends[links[-1], 1][None]
        parts.append(np.concatenate([ends[links, 0], last]))
    sizes = np.cumsum([0, *(len(part) for part in parts)])
    return np.concatenate(parts), sizes.astype(np.int64), False


def united_bounds(sections: Iterable[Section]) -> Vector | None:
    """(2, 2) lowest and highest plane coordinates of all sections; ``None`` without any."""
    points = [section.points for section in sections if len(section.points)]
    if not points:
        return None
    return np.stack([np.min([p.min(axis=0) for p in points], axis=0),
                     np.max([p.max(axis=0) for p in points], axis=0)])  # fmt: skip
