"""Primitive distance fields: ellipsoid, round cone, rounded box, lofted outline.

All take broadcastable coordinates (`Grid.axes`) and return float32 fields, negative inside, mm.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from meshes.reference.curves import profile
from meshes.reference.grid import Field

Axes = tuple[Field, Field, Field]


def ellipsoid(axes: Axes, centre: ArrayLike, half: ArrayLike) -> Field:
    """Ellipsoid with half axes along x, y, z (first-order distance)."""
    c, h = np.asarray(centre, np.float32), np.asarray(half, np.float32)
    q = [(a - c[i]) / h[i] for i, a in enumerate(axes)]
    k0 = np.sqrt(q[0] ** 2 + q[1] ** 2 + q[2] ** 2)
    k1 = np.sqrt((q[0] / h[0]) ** 2 + (q[1] / h[1]) ** 2 + (q[2] / h[2]) ** 2)
    return np.asarray(
        np.where(k0 < 1e-3, -h.min(), k0 * (k0 - 1) / np.maximum(k1, 1e-6)), np.float32
    )


def round_cone(
    axes: Axes, start: ArrayLike, end: ArrayLike, radius: float, end_radius: float | None = None
) -> Field:
    """Capsule from ``start`` to ``end`` whose radius changes linearly."""
    a, b = np.asarray(start, np.float32), np.asarray(end, np.float32)
    d = b - a
    rel = [axis - a[i] for i, axis in enumerate(axes)]
    share = sum(rel[i] * d[i] for i in range(3)) / float(d @ d)
    share = np.clip(share, 0, 1)
    gap = np.sqrt(sum((rel[i] - share * d[i]) ** 2 for i in range(3)))
    last = radius if end_radius is None else end_radius
    return np.asarray(gap - (radius + (last - radius) * share), np.float32)


def rounded_box(axes: Axes, centre: ArrayLike, half: ArrayLike, corner: float) -> Field:
    """Box with rounded edges."""
    c, h = np.asarray(centre, np.float32), np.asarray(half, np.float32)
    q = [np.abs(a - c[i]) - (h[i] - corner) for i, a in enumerate(axes)]
    outside = np.sqrt(sum(np.maximum(v, 0) ** 2 for v in q))
    inside = np.minimum(np.maximum(np.maximum(q[0], q[1]), q[2]), 0)
    return np.asarray(outside + inside - corner, np.float32)


def loft(axes: Axes, table: ArrayLike) -> Field:
    """Stack of superellipses: rows (z, x, y of the centre, half x, half y front and back, power).

    Between rows every column is interpolated monotonically; above and below the table the end
    section goes on (close it with a cut).
    """
    x, y, z = axes
    t = np.asarray(table, float)
    t = t[np.argsort(t[:, 0])]
    cx, cy, hx, front, back, power = (
        profile(t[:, [0, i]], z.ravel()).astype(np.float32)[None, None, :] for i in range(1, 7)
    )
    dy = y - cy
    hy = np.where(dy < 0, front, back)
    u, v = np.abs(x - cx) / hx, np.abs(dy) / hy
    rho = (u**power + v**power) ** (1 / power)
    slope = np.sqrt((x - cx) ** 2 + dy**2) / np.maximum(rho, 1e-3)
    return np.asarray((rho - 1) * slope, np.float32)
