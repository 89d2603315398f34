"""Small drawing shapes strung on an axis: tubes, balls, rings, one mesh with a colour per point.

Pure arrays, world mm. Everything is closed and wound outward; a rim is the same shape, larger and
wound inward, so that with hidden back faces only its edge is seen around the shape. Built from
templates in one go, because a needle is made again for every picture of a drag.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.canvas.protocol import Color, Triangles

Vector = NDArray[np.float64]
INK: Color = (0.06, 0.08, 0.10)
PAPER: Color = (0.98, 0.985, 0.99)
_PAPER_PX, _INK_PX = 1.25, 0.85


@dataclass(frozen=True, eq=False)
class _Template:
    """Points and unit normals (n, 3), faces (m, 3), about the third axis."""

    points: Vector
    normals: Vector
    faces: NDArray[np.int64]


_Part = tuple[_Template, Vector, Vector, Color, bool]
"""Template, scale, shift, colour, whether it is wound inward."""


@dataclass
class Spindle:
    """Shapes along the line from ``origin`` in ``direction``; places on it are depths, mm."""

    origin: ArrayLike
    direction: ArrayLike
    _parts: list[_Part] = field(default_factory=list)

    def tube(self, low: float, high: float, radius: float, color: Color) -> None:
        """Add a closed tube between two depths."""
        self._add("tube", (radius, radius, high - low), low, color)

    def ball(self, depth: float, radius: float, color: Color, px: float = 0.0) -> None:
        """Add a ball; with ``px``, the size of a pixel in mm, it gets a halo."""
        self._add("ball", (radius,) * 3, depth, color)
        if px > 0:
            for grown, rgb in ((_PAPER_PX, PAPER), (_PAPER_PX + _INK_PX, INK)):
                self._add("ball", (radius + grown * px,) * 3, depth, rgb, inward=True)

    def halo(self, low: float, high: float, radius: float, px: float) -> None:
        """Add a bright rim and a thin dark one around a tube: seen on bone and by night."""
        self.rim(low, high, radius, _PAPER_PX * px, PAPER)
        self.rim(low, high, radius, (_PAPER_PX + _INK_PX) * px, INK)

    def rim(self, low: float, high: float, radius: float, width: float, color: Color) -> None:
        """Add a rim of ``width`` mm around a tube."""
        scale = (radius + width, radius + width, high - low + 2 * width)
        self._add("tube", scale, low - width, color, inward=True)

    def ring(self, depth: float, radius: float, thickness: float, color: Color, rim: float) -> None:
        """Add a ring about the axis, with a dark rim of ``rim`` mm."""
        for grown, rgb, inward in ((0.0, color, False), (rim, INK, True)):
            template = _torus(thickness + grown, radius)
            self._parts.append((template, np.ones(3), np.array([0, 0, depth]), rgb, inward))

    def _add(
        self, kind: str, scale: Sequence[float], depth: float, color: Color, inward: bool = False
    ) -> None:
        shift = np.array([0.0, 0.0, depth])
        self._parts.append((_TEMPLATES[kind], np.array(scale), shift, color, inward))

    def triangles(self) -> Triangles:
        """The mesh as it stands; at least one part must have been added."""
        points, normals, faces, colors = [], [], [], []
        start = 0
        for part, scale, shift, color, inward in self._parts:
            points.append(part.points * scale + shift)
            normals.append(-part.normals if inward else part.normals)
            faces.append((part.faces[:, ::-1] if inward else part.faces) + start)
            colors.append(np.broadcast_to(np.array(color) * 255.0 + 0.5, part.points.shape))
            start += len(part.points)
        turn = np.stack(frame(self.direction))
        world = np.concatenate(points) @ turn + np.asarray(self.origin, dtype=np.float64)
        return Triangles(
            world.astype(np.float32),
            np.concatenate(faces).astype(np.int32),
            (np.concatenate(normals) @ turn).astype(np.float32),
            np.concatenate(colors).astype(np.uint8),
        )


def joined(parts: Sequence[Triangles]) -> Triangles:
    """Several meshes, all with normals and colours, as one."""
    starts = np.cumsum([0, *(len(p.points) for p in parts[:-1])])
    return Triangles(
        np.concatenate([p.points for p in parts]),
        np.concatenate([p.triangles + np.int32(s) for p, s in zip(parts, starts, strict=True)]),
        np.concatenate([p.normals for p in parts if p.normals is not None]),
        np.concatenate([p.colors for p in parts if p.colors is not None]),
    )


def frame(axis: ArrayLike) -> tuple[Vector, Vector, Vector]:
    """A right-handed frame of unit vectors whose third is along ``axis``."""
    w = np.asarray(axis, dtype=np.float64)
    w = w / np.sqrt(w @ w)
    x, y, z = (float(c) for c in w)
    # Cross products with the coordinate axis that is least along w, written out: it is quicker.
    least = min((abs(x), 0), (abs(y), 1), (abs(z), 2))[1]
    u = np.array([(0.0, -z, y), (z, 0.0, -x), (-y, x, 0.0)][least])
    u = u / np.sqrt(u @ u)
    a, b, c = (float(k) for k in u)
    return u, np.array([y * c - z * b, z * a - x * c, x * b - y * a]), w


def dashes(start: float, stop: float, dash: float, gap: float) -> list[tuple[float, float]]:
    """Cut ``start``…``stop`` into dashes; the last one ends where the line ends."""
    out = []
    at = start
    while at < stop - 1e-9 and len(out) < 400:
        out.append((at, min(at + dash, stop)))
        at += dash + gap
    return out


def _tube_template(sides: int = 14) -> _Template:
    a = np.linspace(0, 2 * np.pi, sides, endpoint=False)
    out = np.stack([np.cos(a), np.sin(a), np.zeros(sides)], axis=1)
    up = np.array([0.0, 0.0, 1.0])
    points = np.concatenate([out, out, out + up, out + up])
    ends = np.tile(up, (sides, 1))
    normals = np.concatenate([-ends, out, out, ends])
    j = np.arange(sides)
    p, q = sides + j, sides + (j + 1) % sides
    fan = np.arange(1, sides - 1)
    zero, last = np.zeros_like(fan), 3 * sides
    faces = [
        np.stack([p, q, q + sides], 1), np.stack([p, q + sides, p + sides], 1),
        np.stack([zero, fan + 1, fan], 1), np.stack([zero + last, fan + last, fan + 1 + last], 1),
    ]  # fmt: skip
    return _Template(points, normals, np.concatenate(faces))


def _ball_template(rings: int = 12) -> _Template:
    theta = np.linspace(0, np.pi, rings + 1)
    phi = np.linspace(0, 2 * np.pi, 2 * rings, endpoint=False)
    t, p = np.meshgrid(theta, phi, indexing="ij")
    points = np.stack([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)], -1).reshape(-1, 3)
    n = 2 * rings
    i, j = np.meshgrid(np.arange(rings), np.arange(n), indexing="ij")
    a, b = (i * n + j).ravel(), (i * n + (j + 1) % n).ravel()
    faces = np.concatenate([np.stack([a, a + n, b + n], 1), np.stack([a, b + n, b], 1)])
    return _Template(points, points, faces)


def _torus(thickness: float, radius: float, n: int = 40, m: int = 10) -> _Template:
    a = np.linspace(0, 2 * np.pi, n, endpoint=False)[:, None]
    b = np.linspace(0, 2 * np.pi, m, endpoint=False)[None, :]
    flat = np.cos(b) * np.ones_like(a)
    normals = np.stack([np.cos(a) * flat, np.sin(a) * flat, np.sin(b) * np.ones_like(a)], -1)
    middle = np.stack([np.cos(a), np.sin(a), np.zeros_like(a)], -1) * radius
    i, j = np.meshgrid(np.arange(n), np.arange(m), indexing="ij")
    p, q = (i * m + j).ravel(), (((i + 1) % n) * m + j).ravel()
    r, s = (((i + 1) % n) * m + (j + 1) % m).ravel(), (i * m + (j + 1) % m).ravel()
    faces = np.concatenate([np.stack([p, q, r], 1), np.stack([p, r, s], 1)])
    points = (middle + thickness * normals).reshape(-1, 3)
    return _Template(points, normals.reshape(-1, 3), faces)


_TEMPLATES = {"tube": _tube_template(), "ball": _ball_template()}
