"""A body made ready for measuring: its index, its parts by role, lines and plane sections.

Every measurement here is taken on the full-resolution surfaces, by rule, from geometry alone: the
landmarks a body brings are not believed while it is being graded. World frame (LPS), mm.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.body import Body
from meshes.index.body_index import BodyIndex, body_index
from zones.anatomy import structures_of
from zones.skin import skin_normal

Vector = NDArray[np.float64]
Points = NDArray[np.float64]

SEARCH_MM = 400.0
SIDES = ("left", "right")


class NotRunError(Exception):
    """The row needs a part, a pose or another body that is not there; the text says which."""


class Probe:
    """One body under measurement."""

    def __init__(self, body: Body) -> None:
        self.body = body
        self._points: dict[tuple[str, ...], Points] = {}

    @cached_property
    def index(self) -> BodyIndex:
        """The exact index of the body."""
        return body_index(self.body)

    def ids(self, role: str, side: str = "") -> tuple[str, ...]:
        """Structures of a role.

        Raises
        ------
        NotRunError
            The body has none.
        """
        found = structures_of(self.body, role, side)
        if not found:
            where = f" on the {side}" if side else ""
            raise NotRunError(f"the body has no {role.replace('_', ' ')}{where}")
        return found

    def points(self, role: str, side: str = "") -> Points:
        """(n, 3) vertices of a role; of a mesh that holds both sides, that side's half."""
        found = self.ids(role, side)
        key = (*found, side)
        if key not in self._points:
            surfaces = [self.body[i].surface for i in found]
            points = np.concatenate([s.points[np.unique(s.triangles)] for s in surfaces])
            if side and any(self.body[i].side in ("both", "mid") for i in found):
                points = points[points[:, 0] * sign(side) > 0]
            self._points[key] = points
        return self._points[key]

    def crossings(
        self, origin: ArrayLike, direction: ArrayLike, ids: Sequence[str]
    ) -> list[tuple[float, str]]:
        """Where a line ahead of ``origin`` crosses structures: (depth, id), nearest first."""
        found = self.index.crossings(origin, direction, SEARCH_MM, ids)
        return sorted((float(t), key) for key, (depths, _) in found.items() for t in depths)

    def depth(
        self, origin: ArrayLike, direction: ArrayLike, role: str, side: str = ""
    ) -> float | None:
        """First depth at which a line meets a role, or ``None``."""
        picked = self.index.pick(origin, direction, self.ids(role, side), SEARCH_MM)
        return None if picked is None else picked.depth

    def thickness(
        self, origin: ArrayLike, direction: ArrayLike, role: str, side: str = ""
    ) -> float | None:
        """Length of the first stretch of a line inside a role; parts that touch count as one."""
        crossed = self.crossings(origin, direction, self.ids(role, side))
        per: dict[str, list[float]] = {}
        for t, key in crossed:
            per.setdefault(key, []).append(t)
        spans = sorted((ts[i], ts[i + 1]) for ts in per.values() for i in range(0, len(ts) - 1, 2))
        if not spans:
            return None
        start, end = spans[0]
        for a, b in spans[1:]:
            if a - end <= 0.8:
                end = max(end, b)
        return end - start

    def skin_from(self, outside: ArrayLike, direction: ArrayLike) -> Vector:
        """(3,) first skin point of a line that comes from outside.

        Raises
        ------
        NotRunError
            The line misses the skin.
        """
        hit = self.index.pick(outside, direction, self.ids("skin"), 4 * SEARCH_MM)
        if hit is None:
            raise NotRunError("the line to the site misses the skin")
        return hit.point

    def skin_behind(self, x: float, z: float) -> Vector:
        """(3,) skin point of the back at (x, z)."""
        return self.skin_from((x, 900.0, z), (0.0, -1.0, 0.0))

    def skin_in_front(self, x: float, z: float) -> Vector:
        """(3,) skin point of the front at (x, z)."""
        return self.skin_from((x, -900.0, z), (0.0, 1.0, 0.0))

    def normal(self, point: ArrayLike) -> Vector:
        """(3,) mean inward skin normal over a 10 mm disc."""
        return skin_normal(self.body, point, 10.0)

    def section(self, ids: Sequence[str], axis: int, value: float) -> Points:
        """(n, 2, 3) segments in which the plane ``axis = value`` cuts structures."""
        cuts = [plane_section(self.body[i].surface.points, self.body[i].surface.triangles,
                              axis, value) for i in ids]  # fmt: skip
        return np.concatenate(cuts) if cuts else np.zeros((0, 2, 3))


def sign(side: str) -> float:
    """+1 left, -1 right: the sign of x."""
    return 1.0 if side == "left" else -1.0


def plane_section(points: Points, triangles: NDArray[np.int32], axis: int, value: float) -> Points:
    """Segments (n, 2, 3) in which a plane across a world axis cuts a surface."""
    above = points[:, axis] > value
    state = above[triangles]
    cut = triangles[state.any(axis=1) & ~state.all(axis=1)]
    if not len(cut):
        return np.zeros((0, 2, 3))
    ends = []
    for a, b in ((0, 1), (1, 2), (2, 0)):
        first, second = np.minimum(cut[:, a], cut[:, b]), np.maximum(cut[:, a], cut[:, b])
        p, q = points[first], points[second]  # one order for both neighbours: one crossing point
        crosses = above[cut[:, a]] != above[cut[:, b]]
        span = q[:, axis] - p[:, axis]
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(crosses, (value - p[:, axis]) / span, np.nan)
        ends.append(p + share[:, None] * (q - p))
    stacked = np.stack(ends, axis=1)
    good = np.isfinite(stacked[:, :, 0])
    order = np.argsort(~good, axis=1, kind="stable")[:, :2]
    rows = np.arange(len(cut))[:, None]
    segments: Points = stacked[rows, order]
    return segments
