"""Presenter of the dome: every direction from the entry point, where the needle's handle would be.

A point of the dome lies opposite to the direction it stands for, outside the skin, and has the
colour of its limit depth. What was not assessed is striped grey.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.canvas.protocol import Canvas, Look, Triangles
from viewer.depth_scale import limit_colors
from viewer.scene.screen import Screen
from zones.cone import SafeCone

DOME = "cone/dome"
RADIUS_MM = 42.0
_STRIPES = 36
_OPAQUE, _STALE = 0.82, 0.25
Vector = NDArray[np.float64]


class DomePresenter:
    """Draws a cone as a dome. ``shown`` is what it was drawn from."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.shown: SafeCone | None = None
        self._is_current = False

    def show(self, cone: SafeCone | None, is_current: bool) -> None:
        """Draw this cone, faintly while it is not current; ``None`` takes the dome away."""
        if cone is None:
            self.clear()
            return
        look = Look(opacity=_OPAQUE if is_current else _STALE, level="needle", finish="flat")
        if cone is not self.shown:
            self._canvas.show(DOME, dome_mesh(cone), look)
        elif is_current != self._is_current:
            self._canvas.restyle(DOME, look)
        self.shown, self._is_current = cone, is_current

    def direction_at(self, pixel: Vector, screen: Screen) -> Vector | None:
        """The direction under a pixel, unit (3,); ``None`` beside the dome."""
        if self.shown is None:
            return None
        origin, ray = screen.ray(pixel)
        return dome_hit(self.shown, np.asarray(origin), np.asarray(ray))

    def clear(self) -> None:
        """Take the dome off the canvas."""
        if self.shown is not None:
            self._canvas.remove(DOME)
            self.shown = None


def dome_mesh(cone: SafeCone) -> Triangles:
    """The grid of a cone as quads about the entry point, mm."""
    side = cone.side
    points = cone.entry - RADIUS_MM * cone.directions
    cell = np.arange(side * side, dtype=np.int32).reshape(side, side)
    a, b, c, d = (x.ravel() for x in (cell[:-1, :-1], cell[1:, :-1], cell[1:, 1:], cell[:-1, 1:]))
    faces = np.concatenate([np.stack([a, b, c], 1), np.stack([a, c, d], 1)])
    bands = np.add.outer(np.arange(side), np.arange(side)) * _STRIPES // side
    colors = limit_colors(cone.limit_depth, cone.state, (bands % 2 == 0).ravel())
    return Triangles(
        points.astype(np.float32), faces.astype(np.int32),
        (-cone.directions).astype(np.float32), colors,
    )  # fmt: skip


def dome_hit(cone: SafeCone, origin: Vector, ray: Vector) -> Vector | None:
    """The direction of the dome's point that a ray meets first, unit (3,); ``None`` for none."""
    to_middle = cone.entry - origin
    along = float(to_middle @ ray)
    square = along * along - float(to_middle @ to_middle) + RADIUS_MM**2
    if square < 0.0:
        return None
    root = float(np.sqrt(square))
    least = np.cos(np.deg2rad(cone.half_angle_deg))
    for way in (along - root, along + root):
        direction = (cone.entry - (origin + way * ray)) / RADIUS_MM
        if way > 0.0 and float(direction @ cone.normal) >= least:
            made: Vector = direction / np.linalg.norm(direction)
            return made
    return None
