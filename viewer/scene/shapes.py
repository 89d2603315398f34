"""Small drawing shapes: tubes, balls, rings, joined into one mesh with a colour per point.

Pure arrays, world mm. Everything is closed and wound outward; an outline is the same shape, larger
and wound inward, so that with hidden back faces only its rim is seen around the shape.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.canvas.protocol import Color, Triangles

Vector = NDArray[np.float64]
INK: Color = (0.06, 0.08, 0.10)
PAPER: Color = (0.98, 0.985, 0.99)


class Mesh:
    """A growing mesh: add parts, then take the `Triangles`."""

    def __init__(self) -> None:
        self._points: list[Vector] = []
        self._normals: list[Vector] = []
        self._faces: list[NDArray[np.int32]] = []
        self._colors: list[NDArray[np.uint8]] = []
        self._n = 0

    def add(self, points: Vector, normals: Vector, faces: ArrayLike, colors: ArrayLike) -> None:
        """Add points (n, 3), unit normals (n, 3), faces (m, 3), colours (3,) or (n, 3) in 0–1."""
        rgb = np.broadcast_to(np.asarray(colors, dtype=np.float64), (len(points), 3))
        self._points.append(points)
        self._normals.append(normals)
        self._faces.append(np.asarray(faces, dtype=np.int32) + np.int32(self._n))
        self._colors.append(np.rint(255 * np.clip(rgb, 0, 1)).astype(np.uint8))
        self._n += len(points)

    def tube(
        self, centres: ArrayLike, radii: ArrayLike, colors: ArrayLike, sides: int = 14
    ) -> None:
        """Add a straight tube through (k, 3) centres with (k,) radii, its ends closed."""
        c = np.asarray(centres, dtype=np.float64)
        r = np.broadcast_to(np.asarray(radii, dtype=np.float64), (len(c),))
        points, normals, faces = _lathe(c, r, sides)
        rgb = np.broadcast_to(np.asarray(colors, dtype=np.float64), (len(c), 3))
        rgb = np.concatenate([rgb[:1], rgb, rgb[-1:]])
        self.add(points, normals, faces, np.repeat(rgb, sides, axis=0))

    def tube_rim(
        self, start: ArrayLike, stop: ArrayLike, radius: float, width: float,
        color: Color = INK, sides: int = 14,
    ) -> None:  # fmt: skip
        """Add a rim of ``width`` mm around a tube."""
        ends = np.array([start, stop], dtype=np.float64)
        axis = _unit(ends[1] - ends[0])
        ends += np.outer([-width, width], axis)
        points, normals, faces = _lathe(ends, np.full(2, radius + width), sides)
        self.add(points, -normals, faces[:, ::-1], color)

    def halo(self, start: ArrayLike, stop: ArrayLike, radius: float, px: float) -> None:
        """Add a bright rim and a thin dark one around it: seen on any ground, bone or night."""
        self.tube_rim(start, stop, radius, 1.25 * px, PAPER)
        self.tube_rim(start, stop, radius + 1.25 * px, 0.85 * px, INK)

    def ball(self, centre: ArrayLike, radius: float, color: Color, px: float = 0.0) -> None:
        """Add a ball; with ``px``, the size of a pixel in mm, it gets the same halo."""
        unit, faces = _BALL
        c = np.asarray(centre, dtype=np.float64)
        self.add(c + radius * unit, unit, faces, color)
        for grown, rgb in ((1.25, PAPER), (2.1, INK)) if px > 0 else ():
            self.add(c + (radius + grown * px) * unit, -unit, faces[:, ::-1], rgb)

    def ring(
        self, centre: ArrayLike, axis: ArrayLike, radius: float, thickness: float, color: Color
    ) -> None:
        """Add a torus about ``axis``."""
        n, m = 40, 10
        u, v = frame(axis)
        w = _unit(np.asarray(axis, dtype=np.float64))
        a = np.linspace(0, 2 * np.pi, n, endpoint=False)
        b = np.linspace(0, 2 * np.pi, m, endpoint=False)
        out = np.cos(a)[:, None] * u + np.sin(a)[:, None] * v
        normals = np.cos(b)[None, :, None] * out[:, None] + np.sin(b)[None, :, None] * w
        points = np.asarray(centre) + radius * out[:, None] + thickness * normals
        i, j = np.meshgrid(np.arange(n), np.arange(m), indexing="ij")
        p, q = (i * m + j).ravel(), (((i + 1) % n) * m + j).ravel()
        r, s = (((i + 1) % n) * m + (j + 1) % m).ravel(), (i * m + (j + 1) % m).ravel()
        faces = np.concatenate([np.stack([p, q, r], 1), np.stack([p, r, s], 1)])
        self.add(points.reshape(-1, 3), normals.reshape(-1, 3), faces, color)

    def triangles(self) -> Triangles:
        """The mesh as it stands; at least one part must have been added."""
        return Triangles(
            np.concatenate(self._points).astype(np.float32),
            np.concatenate(self._faces),
            np.concatenate(self._normals).astype(np.float32),
            np.concatenate(self._colors),
        )


def frame(axis: ArrayLike) -> tuple[Vector, Vector]:
    """Two unit vectors that make a right-handed frame with ``axis``."""
    w = _unit(np.asarray(axis, dtype=np.float64))
    helper = np.eye(3)[int(np.argmin(np.abs(w)))]
    u = _unit(np.cross(helper, w))
    return u, np.cross(w, u)


def dashes(start: float, stop: float, dash: float, gap: float) -> list[tuple[float, float]]:
    """Cut ``start``…``stop`` into dashes; the last one ends where the line ends."""
    out = []
    at = start
    while at < stop - 1e-9 and len(out) < 400:
        out.append((at, min(at + dash, stop)))
        at += dash + gap
    return out


def _unit(v: Vector) -> Vector:
    return v / np.linalg.norm(v)


def _lathe(c: Vector, r: Vector, sides: int) -> tuple[Vector, Vector, NDArray[np.int32]]:
    axis = _unit(c[-1] - c[0]) if np.linalg.norm(c[-1] - c[0]) > 0 else np.array([0.0, 0, 1])
    u, v = frame(axis)
    a = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    out = np.cos(a)[:, None] * u + np.sin(a)[:, None] * v
    rows: Sequence[Vector] = [c[i] + r[i] * out for i in range(len(c))]
    points = np.concatenate([rows[0], *rows, rows[-1]])
    k = len(c)
    normals = np.concatenate(
        [np.tile(-axis, (sides, 1)), np.tile(out, (k, 1)), np.tile(axis, (sides, 1))]
    )
    i, j = np.meshgrid(np.arange(1, k), np.arange(sides), indexing="ij")
    p, q = (i * sides + j).ravel(), (i * sides + (j + 1) % sides).ravel()
    faces = [np.stack([p, q, q + sides], 1), np.stack([p, q + sides, p + sides], 1)]
    fan = np.arange(1, sides - 1)
    zero = np.zeros_like(fan)
    faces.append(np.stack([zero, fan + 1, fan], 1))
    last = (k + 1) * sides
    faces.append(np.stack([zero + last, fan + last, fan + 1 + last], 1))
    return points, normals, np.concatenate(faces).astype(np.int32)


def _make_ball(rings: int = 12) -> tuple[Vector, NDArray[np.int32]]:
    theta = np.linspace(0, np.pi, rings + 1)
    phi = np.linspace(0, 2 * np.pi, 2 * rings, endpoint=False)
    t, p = np.meshgrid(theta, phi, indexing="ij")
    points = np.stack([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)], -1)
    n = 2 * rings
    i, j = np.meshgrid(np.arange(rings), np.arange(n), indexing="ij")
    a, b = (i * n + j).ravel(), (i * n + (j + 1) % n).ravel()
    faces = np.concatenate([np.stack([a, a + n, b + n], 1), np.stack([a, b + n, b], 1)])
    return points.reshape(-1, 3), faces.astype(np.int32)


_BALL = _make_ball()
