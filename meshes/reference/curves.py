"""Curves through authored points: smooth, sampled by arc length, with their frames."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.interpolate import CubicSpline, PchipInterpolator

Points = NDArray[np.float64]


def through(points: ArrayLike, step: float = 0.7) -> Points:
    """Natural cubic through (k, 3) points, resampled every ``step`` mm of arc length."""
    p = np.asarray(points, float)
    chord = np.concatenate([[0.0], np.cumsum(np.sqrt(np.linalg.norm(np.diff(p, axis=0), axis=1)))])
    dense = CubicSpline(chord, p, bc_type="natural")(np.linspace(0, chord[-1], 60 * len(p)))
    return even(dense, step)


def even(points: ArrayLike, step: float) -> Points:
    """Resample a polyline every ``step`` mm (rounded to whole intervals)."""
    p = np.asarray(points, float)
    s = arc(p)
    count = max(int(round(s[-1] / step)), 2)
    at = np.linspace(0, s[-1], count + 1)
    return np.stack([np.interp(at, s, p[:, i]) for i in range(p.shape[1])], axis=1)


def arc(points: Points) -> NDArray[np.float64]:
    """Arc length at every point, starting at 0."""
    return np.concatenate([[0.0], np.cumsum(np.linalg.norm(np.diff(points, axis=0), axis=1))])


def profile(table: ArrayLike, at: ArrayLike) -> NDArray[np.float64]:
    """Monotone interpolation of a table of rows (u, value, ...) at ``at``; columns follow."""
    t = np.asarray(table, float)
    u = np.clip(np.asarray(at, float), t[0, 0], t[-1, 0])
    columns = [PchipInterpolator(t[:, 0], t[:, i])(u) for i in range(1, t.shape[1])]
    return columns[0] if len(columns) == 1 else np.stack(columns, axis=-1)


@dataclass(frozen=True, eq=False)
class Path:
    """A centre line with frames: at each sample the tangent, ``normal`` and ``binormal``."""

    points: Points
    tangent: Points
    normal: Points
    binormal: Points

    @property
    def u(self) -> NDArray[np.float64]:
        """Share of the arc length, 0 to 1."""
        s = arc(self.points)
        return np.asarray(s / s[-1])

    @property
    def length(self) -> float:
        """Arc length, mm."""
        return float(arc(self.points)[-1])


def framed(points: Points, toward: ArrayLike) -> Path:
    """Frames whose normal is ``toward`` (one vector or one per sample) made square to the path."""
    p = np.asarray(points, float)
    t = unit(np.gradient(p, axis=0))
    n = np.broadcast_to(np.asarray(toward, float), p.shape)
    n = unit(n - np.sum(n * t, axis=1, keepdims=True) * t)
    return Path(p, t, n, np.cross(t, n))


def unit(vectors: ArrayLike) -> Points:
    """Vectors of length one along the last axis."""
    v = np.asarray(vectors, float)
    return np.asarray(v / np.maximum(np.linalg.norm(v, axis=-1, keepdims=True), 1e-12))
