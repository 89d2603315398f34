"""Presenter of a cut: caps, the clipped body, and the handle that moves the plane.

The drawn body is clipped by the renderer at the plane of the caps in the moment they are shown, so
that caps and body never part.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.canvas.protocol import Canvas, Look
from viewer.scene.colors import SceneColors
from viewer.scene.screen import Screen
from viewer.scene.shapes import INK, Spindle
from viewer.section_caps import Caps

Vector = NDArray[np.float64]
CAPS, EDGES, HANDLE = "section/caps", "section/edges", "section/handle"


class CutPresenter:
    """Draws caps, clips the body, keeps the handle where it can be reached."""

    def __init__(self, canvas: Canvas, theme: SceneColors) -> None:
        self._canvas = canvas
        self.theme = theme
        self.shown: Caps | None = None
        self.grip: Vector | None = None
        self._hot = False

    def show(self, caps: Caps | None, screen: Screen) -> None:
        """Draw these caps and clip at their plane; ``None`` gives the whole body back."""
        if caps is None:
            self.clear()
            return
        self.shown = caps
        plane = caps.cut.plane
        self._canvas.clip(plane.origin, plane.normal)
        if caps.faces is not None and caps.edges is not None:
            self._canvas.show(CAPS, caps.faces, Look(finish="flat"))
            self._canvas.show(EDGES, caps.edges, Look(INK, 0.75, finish="flat", width=1.0))
        else:
            self._canvas.remove(CAPS)
            self._canvas.remove(EDGES)
        self.follow(screen)

    def follow(self, screen: Screen) -> None:
        """Put the handle on the plane, right of the middle of the picture."""
        if self.shown is None:
            return
        plane, pose = self.shown.cut.plane, screen.pose
        focal = np.asarray(pose.focal)
        base = focal - plane.height(focal)[0] * plane.normal
        right, up = (way - (way @ plane.normal) * plane.normal for way in (pose.right, pose.up))
        way = right if np.linalg.norm(right) > 0.5 else up
        reach = 0.5 * pose.half_height
        self.grip = base + reach * way / np.linalg.norm(way)
        px = screen.mm_per_pixel(self.grip)
        mesh = Spindle(self.grip, plane.normal)
        color = self.theme.accent
        for side in (-1.0, 1.0):
            ends = sorted((side * 7 * px, side * 24 * px))
            mesh.tube(*ends, 1.6 * px, color)
            mesh.halo(*ends, 1.6 * px, px)
            mesh.ball(side * 26 * px, 4.2 * px, color, px)
        mesh.ball(0.0, (9.0 if self._hot else 7.5) * px, color, px)
        self._canvas.show(HANDLE, mesh.triangles(), Look(level="front", finish="sheen"))

    def warm(self, on: bool, screen: Screen) -> None:
        """Show that the handle is under the mouse."""
        if on != self._hot:
            self._hot = on
            self.follow(screen)

    def clear(self) -> None:
        """Give the whole body back."""
        if self.shown is not None:
            for key in (CAPS, EDGES, HANDLE):
                self._canvas.remove(key)
            self._canvas.clip(None, None)
            self.shown, self.grip = None, None


def pull(grip: Vector, normal: Vector, by_px: Vector, screen: Screen) -> float:
    """Millimetres along the normal that a drag of ``by_px`` (2,) pixels asks for.

    Where the normal points at the eye, dragging down pulls it nearer.
    """
    step = screen.mm_per_pixel(grip)
    ends = screen.pixel([grip, grip + normal])
    along = ends[1] - ends[0]
    if np.linalg.norm(along) * step > 0.25:
        return float(by_px @ along / (along @ along))
    toward = 1.0 if normal @ screen.pose.toward_eye > 0 else -1.0
    return float(toward * by_px[1] * step)
