"""Building blocks of a bone in a frame of its own: limbs, plates, cuts.

A `Block` holds the coordinates (side = |x|, behind, above) of every grid node in the bone's frame,
so that both halves of a midline bone are made at once and are mirror images to the last bit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.reference.grid import Field, blend

Triple = ArrayLike


@dataclass(frozen=True, eq=False)
class Block:
    """Coordinates of the nodes in the bone's frame, float32, mm."""

    side: Field
    behind: Field
    above: Field

    def _from(self, origin: NDArray[np.float64]) -> list[Field]:
        parts = zip((self.side, self.behind, self.above), origin, strict=True)
        return [axis - np.float32(start) for axis, start in parts]

    def limb(
        self, a: Triple, b: Triple, radius: float, end: float | None = None,
        stretch: float = 1.0, along: Triple = (0.0, 0.0, 1.0),
    ) -> Field:  # fmt: skip
        """Round cone from ``a`` to ``b``, its section stretched by ``stretch`` along a vector."""
        a, b = np.asarray(a, float), np.asarray(b, float)
        d = np.subtract(b, a).astype(np.float32)
        rel = self._from(a)
        share = (rel[0] * d[0] + rel[1] * d[1] + rel[2] * d[2]) / np.float32(max(d @ d, 1e-6))
        share = np.clip(share, 0, 1)
        gap = [rel[i] - share * d[i] for i in range(3)]
        size = np.float32(radius) + np.float32((radius if end is None else end) - radius) * share
        squared = gap[0] ** 2 + gap[1] ** 2 + gap[2] ** 2
        if stretch != 1.0:
            w = np.asarray(along, np.float32)
            w = w / np.linalg.norm(w)
            part = gap[0] * w[0] + gap[1] * w[1] + gap[2] * w[2]
            squared = squared - part**2 * np.float32(1 - 1 / stretch**2)
        return np.asarray(np.sqrt(np.maximum(squared, 0)) - size, np.float32)

    def chain(
        self, points: ArrayLike, radii: Sequence[float], stretch: float = 1.0,
        along: Triple = (0.0, 0.0, 1.0),
    ) -> Field:  # fmt: skip
        """Limbs end to end through ``points``."""
        p = np.asarray(points, float)
        out = self.limb(p[0], p[1], radii[0], radii[1], stretch, along)
        for i in range(1, len(p) - 1):
            piece = self.limb(p[i], p[i + 1], radii[i], radii[i + 1], stretch, along)
            out = np.minimum(out, piece)
        return out

    def plate(
        self, centre: Triple, normal: Triple, up: Triple, half: Triple, corner: float
    ) -> Field:
        """Rounded box: half sizes across (square to both), along ``normal`` and along ``up``."""
        c, h = np.asarray(centre, float), np.asarray(half, float)
        n, u = frame(normal, up)
        side = np.cross(n, u)
        rel = self._from(c)
        q = []
        for axis, size in zip((side, n, u), h, strict=True):
            v = axis.astype(np.float32)
            across = np.abs(rel[0] * v[0] + rel[1] * v[1] + rel[2] * v[2])
            q.append(across - np.float32(size - corner))
        outside = np.sqrt(sum(np.maximum(v, 0) ** 2 for v in q))
        inside = np.minimum(np.maximum(np.maximum(q[0], q[1]), q[2]), 0)
        return np.asarray(outside + inside - corner, np.float32)

    def ball(self, centre: Triple, half: Triple) -> Field:
        """Ellipsoid along the frame's axes (first-order distance)."""
        c, h = np.asarray(centre, float), np.asarray(half, float)
        q = [rel / np.float32(size) for rel, size in zip(self._from(c), h, strict=True)]
        k0 = np.sqrt(sum(v**2 for v in q))
        k1 = np.sqrt(sum((v / np.float32(size)) ** 2 for v, size in zip(q, h, strict=True)))
        raw = k0 * (k0 - 1) / np.maximum(k1, 1e-6)
        return np.asarray(np.where(k0 < 1e-3, -h.min(), raw), np.float32)

    def blob(self, centre: Triple, normal: Triple, up: Triple, half: Triple) -> Field:
        """Ellipsoid turned in space: half sizes across, along ``normal`` and along ``up``."""
        c, h = np.asarray(centre, float), np.asarray(half, float)
        n, u = frame(normal, up)
        side = np.cross(n, u)
        rel = self._from(c)
        k0, k1 = np.float32(0), np.float32(0)
        for axis, size in zip((side, n, u), h, strict=True):
            v = axis.astype(np.float32)
            q = (rel[0] * v[0] + rel[1] * v[1] + rel[2] * v[2]) / np.float32(size)
            k0, k1 = k0 + q**2, k1 + (q / np.float32(size)) ** 2
        k0, k1 = np.sqrt(k0), np.sqrt(k1)
        raw = k0 * (k0 - 1) / np.maximum(k1, 1e-6)
        return np.asarray(np.where(k0 < 1e-3, -h.min(), raw), np.float32)

    def bore(self, side: float, behind: float, radius: float, lean: float = 0.0) -> Field:
        """Upright hole's field (negative within): a cylinder leaning back by ``lean`` per mm."""
        gap = np.sqrt((self.side - side) ** 2 + (self.behind - behind + lean * self.above) ** 2)
        return np.asarray(gap - np.float32(radius), np.float32)


def frame(normal: Triple, up: Triple) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Unit ``normal`` and the part of ``up`` square to it, unit."""
    n = np.asarray(normal, float)
    n = n / np.linalg.norm(n)
    u = np.asarray(up, float)
    u = u - (u @ n) * n
    return n, u / np.linalg.norm(u)


def joined(first: Field, *rest: tuple[Field, float]) -> Field:
    """Blend further parts onto the first, each with its own width."""
    out = first
    for part, width in rest:
        out = blend(out, part, width)
    return out
