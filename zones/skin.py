"""The skin under a point: its inward normal, its nearest point, where a line meets it.

Works on the full-resolution skin alone. Caches what it precomputes per body object, outside the
frozen records.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.body import Body
from zones.errors import NoSkinError

if TYPE_CHECKING:
    from scipy.spatial import cKDTree

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Skin:
    corners: NDArray[np.float64]
    """(m, 3, 3) corners of the triangles."""
    centres: NDArray[np.float64]
    reach: NDArray[np.float64]
    """(m,) the farthest corner of each triangle from its centre."""
    normals: NDArray[np.float64]
    """(m, 3) outward, of twice the triangle's area."""
    long: NDArray[np.intp]
    """The few triangles much longer than the others, such as the caps of a cut limb."""
    tree: cKDTree
    """Of the centres of the others, ``short``; looked up instead of trying every triangle."""
    short: NDArray[np.intp]
    longest: float
    """Reach of the longest of ``short``."""

    def near(self, point: Vector, within_mm: float) -> NDArray[np.intp]:
        """All triangles, in order, within a length of a point or as near as the nearest; and more.

        The nearest lies no farther than the nearest centre, a triangle no farther from the point
        than its centre less its reach.
        """
        first = float(self.tree.query(point)[0])
        radius = max(within_mm + self.longest, 1.002 * first + 2.0 * self.longest)
        found = np.asarray(self.tree.query_ball_point(point, radius), dtype=np.intp)
        return np.sort(np.concatenate([self.short[found], self.long]))


_LONG = 6.0
"""A triangle this many times the median is tried for every point, not looked up."""

_SKINS: WeakKeyDictionary[Body, _Skin] = WeakKeyDictionary()


def _skin(body: Body) -> _Skin:
    if body not in _SKINS:
        structure = body.skin
        if structure is None:
            raise NoSkinError(
                f"body {body.id} has no skin; an entry point needs one: import a body with skin"
            )
        from scipy.spatial import cKDTree  # slow to import: not before it is used

        corners = structure.surface.points[structure.surface.triangles]
        centres = corners.mean(axis=1)
        reach = np.linalg.norm(corners - centres[:, None, :], axis=2).max(axis=1)
        normals = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
        is_long = reach > _LONG * float(np.median(reach))
        short = np.flatnonzero(~is_long)
        _SKINS[body] = _Skin(
            corners, centres, reach, normals, np.flatnonzero(is_long), cKDTree(centres[short]),
            short, float(reach[short].max()),
        )  # fmt: skip
    return _SKINS[body]


def skin_normal(body: Body, point: ArrayLike, disc_mm: float = 10.0) -> Vector:
    """Return the inward unit normal of the skin around a point.

    The area-weighted mean over the skin within ``disc_mm`` of the point, near parts counting most,
    so that it turns smoothly while the point moves and no single triangle decides. Skin that faces
    away from the nearest part (the other side of a thin fold) is left out.

    Parameters
    ----------
    body
        A body with a skin wound outward.
    point
        (3,) world mm, on or near the skin; if no skin lies within the disc, the nearest decides.
    disc_mm
        Radius of the averaged patch, > 0.

    Returns
    -------
    (3,) unit vector into the body, LPS.

    Raises
    ------
    NoSkinError
        The body has no skin.
    """
    skin = _skin(body)
    p = np.asarray(point, dtype=np.float64)
    near = skin.near(p, disc_mm)
    distance = np.linalg.norm(closest_on_triangles(skin.corners[near], p) - p, axis=1)
    nearest = float(distance.min())
    normals = skin.normals[near]
    facing = normals @ normals[distance <= nearest + 1e-9].sum(axis=0) > 0
    weight = np.clip(1.0 - (distance / max(disc_mm, nearest * 1.001 + 1e-9)) ** 2, 0.0, None) ** 2
    total = (normals * (weight * facing)[:, None]).sum(axis=0)
    length = float(np.linalg.norm(total))
    if length == 0.0:  # only slivers without area around the point
        total = normals[np.argmin(distance)]
        length = float(np.linalg.norm(total)) or 1.0
    inward: Vector = -total / length
    return inward


def nearest_on_skin(body: Body, point: ArrayLike) -> Vector:
    """Return the (3,) skin point nearest to a point, world mm; exact. Raises `NoSkinError`."""
    skin = _skin(body)
    p = np.asarray(point, dtype=np.float64)
    candidates = closest_on_triangles(skin.corners[skin.near(p, 0.0)], p)
    best: Vector = candidates[np.argmin(np.linalg.norm(candidates - p, axis=1))]
    return best


def seat_on_skin(body: Body, point: ArrayLike) -> tuple[int, Vector]:
    """Return the skin triangle nearest to a point, and the (3,) shares of its corners.

    The shares sum to 1 and give the nearest point, so that it can be found again on the same skin
    in another state. Raises `NoSkinError`.
    """
    skin = _skin(body)
    p = np.asarray(point, dtype=np.float64)
    near = skin.near(p, 0.0)
    spots = closest_on_triangles(skin.corners[near], p)
    first = int(np.argmin(np.linalg.norm(spots - p, axis=1)))
    corners = skin.corners[near[first]]
    edges = (corners[1:] - corners[0]).T
    along = np.linalg.lstsq(edges, spots[first] - corners[0], rcond=None)[0]
    return int(near[first]), np.array([1.0 - along.sum(), *along])


def skin_hits(body: Body, origin: ArrayLike, direction: ArrayLike) -> NDArray[np.float64]:
    """Return where a whole line meets the skin: (k,) sorted signed distances along it, mm.

    The line runs both ways from ``origin``; ``direction`` is a (3,) unit vector. Empty if the line
    misses the skin. Raises `NoSkinError`.
    """
    skin = _skin(body)
    o = np.asarray(origin, dtype=np.float64)
    d = np.asarray(direction, dtype=np.float64)
    offset = skin.centres - o
    aside = np.linalg.norm(offset - (offset @ d)[:, None] * d, axis=1)
    near = np.flatnonzero(aside <= skin.reach)
    a, b, c = (skin.corners[near, i] for i in range(3))
    n = skin.normals[near]
    slope = n @ d
    with np.errstate(divide="ignore", invalid="ignore"):
        t = ((a - o) * n).sum(axis=1) / slope
        hit = o + t[:, None] * d
        inside = np.ones(len(near), dtype=bool)
        for first, second in ((a, b), (b, c), (c, a)):
            side = (np.cross(second - first, hit - first) * n).sum(axis=1)
            inside &= side >= -1e-12 * (n * n).sum(axis=1)
    return np.sort(t[inside & np.isfinite(t)])


def closest_on_triangles(corners: NDArray[np.float64], point: Vector) -> NDArray[np.float64]:
    """Return the (m, 3) points of (m, 3, 3) triangles nearest to a (3,) point."""
    a, b, c = corners[:, 0], corners[:, 1], corners[:, 2]
    ab, ac, ap = b - a, c - a, point - a
    normal = np.cross(ab, ac)
    square = (normal * normal).sum(axis=1)
    safe = np.where(square > 0, square, 1.0)
    gamma = (np.cross(ab, ap) * normal).sum(axis=1) / safe
    beta = (np.cross(ap, ac) * normal).sum(axis=1) / safe
    inside = (square > 0) & (beta >= 0) & (gamma >= 0) & (beta + gamma <= 1)
    best = a + beta[:, None] * ab + gamma[:, None] * ac
    gap = np.where(inside, ((best - point) ** 2).sum(axis=1), np.inf)
    for start, edge in ((a, ab), (b, c - b), (c, a - c)):
        length = (edge * edge).sum(axis=1)
        along = ((point - start) * edge).sum(axis=1) / np.where(length > 0, length, 1.0)
        foot = start + np.clip(along, 0.0, 1.0)[:, None] * edge
        square_gap = ((foot - point) ** 2).sum(axis=1)
        nearer = square_gap < gap
        gap = np.where(nearer, square_gap, gap)
        best = np.where(nearer[:, None], foot, best)
    return np.asarray(best)
