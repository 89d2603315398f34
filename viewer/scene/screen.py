"""Between pixels and millimetres: where things that keep their size on the screen go."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.canvas import camera
from viewer.canvas.camera import CameraPose
from viewer.canvas.protocol import Canvas

Vector = NDArray[np.float64]


@dataclass(frozen=True)
class Screen:
    """A pose, the picture's size in device pixels, and device pixels per logical pixel.

    Pixels in arguments and results are logical, origin top left, y down.
    """

    pose: CameraPose
    size: tuple[int, int]
    scale: float = 1.0

    @classmethod
    def of(cls, canvas: Canvas) -> Screen:
        """The screen as the canvas stands."""
        width, height = canvas.size
        return cls(canvas.camera, (max(width, 1), max(height, 1)), canvas.scale)

    @property
    def width(self) -> float:
        """Logical pixels across."""
        return self.size[0] / self.scale

    @property
    def height(self) -> float:
        """Logical pixels down."""
        return self.size[1] / self.scale

    def mm_per_pixel(self, point: ArrayLike | None = None) -> float:
        """Millimetres one pixel spans at a world point, or in the focal plane."""
        flat = 2 * self.pose.half_height / self.height
        if point is None or self.pose.parallel:
            return flat
        gap = np.asarray(point, dtype=np.float64) - np.asarray(self.pose.focal)
        away = self.pose.distance - float(gap @ self.pose.toward_eye)
        return flat * max(away, 1.0) / self.pose.distance

    def pixel(self, points: ArrayLike) -> Vector:
        """World points (n, 3) → logical pixels (n, 2)."""
        return camera.project(self.pose, points, (self.width, self.height))[:, :2]

    def fraction(self, pixel: ArrayLike) -> Vector:
        """A pixel → fractions of the view, origin bottom left."""
        x, y = np.asarray(pixel, dtype=np.float64)[:2]
        return np.array([x / self.width, 1.0 - y / self.height])

    def world(self, pixel: ArrayLike, lift: float = 0.0) -> Vector:
        """The world point behind a pixel in the focal plane, ``lift`` mm nearer to the eye."""
        origin, direction = camera.ray(self.pose, pixel, (self.width, self.height))
        toward = self.pose.toward_eye
        plane = np.asarray(self.pose.focal) + lift * toward
        share = float((plane - origin) @ toward) / float(direction @ toward)
        return origin + share * direction

    def ray(self, pixel: ArrayLike) -> tuple[Vector, Vector]:
        """Origin and unit direction of the line of sight through a pixel."""
        return camera.ray(self.pose, pixel, (self.width, self.height))
