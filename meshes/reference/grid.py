"""Regular grids for distance fields, and the blends between fields.

A field is a float32 array on a `Grid`, negative inside, in mm, close to a distance near zero. Every
part is built on its own small grid, so that fine parts can afford a fine step.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage

Field = NDArray[np.float32]


@dataclass(frozen=True)
class Grid:
    """An axis-aligned grid in world mm (LPS): ``origin`` of the first node, ``step``, ``shape``."""

    origin: tuple[float, float, float]
    step: float
    shape: tuple[int, int, int]

    @classmethod
    def around(cls, low: ArrayLike, high: ArrayLike, step: float, pad: float = 0.0) -> Grid:
        """Cover the box ``low``-``high`` grown by ``pad``; nodes lie on whole multiples of step."""
        first = np.floor((np.asarray(low, float) - pad) / step).astype(int)
        last = np.ceil((np.asarray(high, float) + pad) / step).astype(int)
        shape = tuple(int(n) for n in last - first + 1)
        origin = tuple(float(v) for v in first * step)
        return cls(origin, step, shape)  # type: ignore[arg-type]

    @property
    def high(self) -> NDArray[np.float64]:
        """Last node, (3,) mm."""
        return np.asarray(self.origin) + (np.asarray(self.shape) - 1) * self.step

    def axes(self) -> tuple[Field, Field, Field]:
        """The three coordinates, shaped to broadcast over the grid."""
        x, y, z = (
            (o + self.step * np.arange(n)).astype(np.float32)
            for o, n in zip(self.origin, self.shape, strict=True)
        )
        return x[:, None, None], y[None, :, None], z[None, None, :]

    def filled(self, value: float) -> Field:
        """Return a new field of one value."""
        return np.full(self.shape, value, np.float32)

    def index_of(self, points: ArrayLike) -> NDArray[np.float64]:
        """Fractional node indices, (3, n), of world points (n, 3)."""
        return ((np.asarray(points, float) - self.origin) / self.step).T

    def sample(self, field: Field, points: ArrayLike) -> NDArray[np.float64]:
        """Trilinear value of ``field`` at world points (n, 3); the border value outside."""
        where = self.index_of(points)
        return np.asarray(ndimage.map_coordinates(field, where, order=1, mode="nearest"), float)

    def window(self, low: ArrayLike, high: ArrayLike) -> tuple[slice, slice, slice]:
        """Index slices covering the world box ``low``-``high``, clipped to the grid."""
        a = np.floor((np.asarray(low, float) - self.origin) / self.step).astype(int)
        b = np.ceil((np.asarray(high, float) - self.origin) / self.step).astype(int) + 1
        a, b = np.maximum(a, 0), np.minimum(b, self.shape)
        return tuple(slice(int(i), int(max(i, j))) for i, j in zip(a, b, strict=True))  # type: ignore[return-value]

    def part(self, where: tuple[slice, slice, slice]) -> Grid:
        """The grid of a window of this grid."""
        start = np.array([s.start for s in where])
        origin = tuple(float(v) for v in np.asarray(self.origin) + start * self.step)
        return Grid(origin, self.step, tuple(s.stop - s.start for s in where))  # type: ignore[arg-type]

    def resample(self, field: Field, onto: Grid) -> Field:
        """Trilinear copy of ``field`` on another grid; the border value outside."""
        axes = [
            np.asarray((o + onto.step * np.arange(n) - o0) / self.step, float)
            for o, n, o0 in zip(onto.origin, onto.shape, self.origin, strict=True)
        ]
        out = np.asarray(field, np.float32)
        for axis, where in enumerate(axes):
            out = _resample_axis(out, axis, where)
        return out


def _resample_axis(field: Field, axis: int, where: NDArray[np.float64]) -> Field:
    last = field.shape[axis] - 1
    clipped = np.clip(where, 0, last)
    low = np.minimum(np.floor(clipped).astype(int), max(last - 1, 0))
    high = np.minimum(low + 1, last)
    shape = [1, 1, 1]
    shape[axis] = len(where)
    share = (clipped - low).astype(np.float32).reshape(shape)
    mixed = np.take(field, low, axis) * (1 - share) + np.take(field, high, axis) * share
    return np.asarray(mixed, np.float32)


def blend(a: Field, b: Field, width: float) -> Field:
    """Smooth union: within ``width`` mm of equality the two flow into one another."""
    h = np.maximum(width - np.abs(a - b), 0.0)
    return np.asarray(np.minimum(a, b) - h * h / (4.0 * width), np.float32)


def blend_cut(a: Field, b: Field, width: float) -> Field:
    """Smooth intersection of two fields."""
    h = np.maximum(width - np.abs(a - b), 0.0)
    return np.asarray(np.maximum(a, b) + h * h / (4.0 * width), np.float32)


def distance(field: Field, step: float) -> Field:
    """Re-distance a field: signed Euclidean distance with sub-voxel accuracy near the surface."""
    inside = field < 0
    if not inside.any() or inside.all():
        return field
    out = ndimage.distance_transform_edt(~inside) - ndimage.distance_transform_edt(inside)
    far = np.asarray(out * step, np.float32) - np.float32(step * 0.5) * np.sign(out)
    slope = np.maximum(gradient_norm(field, step), 0.35)
    near = np.clip(field / slope, -2 * step, 2 * step)
    close = np.abs(far) < 1.6 * step
    return np.where(close, near, far).astype(np.float32)


def opened(field: Field, step: float, radius: float) -> Field:
    """Drop what is thinner than twice ``radius``: shrink, re-distance, grow; never larger."""
    shrunk = distance(distance(field, step) + np.float32(radius), step)
    return np.asarray(np.maximum(field, shrunk - np.float32(radius)), np.float32)


def gradient_norm(field: Field, step: float) -> Field:
    """Length of the gradient."""
    parts = np.gradient(field, step)
    return np.asarray(np.sqrt(sum(p * p for p in parts)), np.float32)
