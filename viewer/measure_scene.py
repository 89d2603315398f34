"""Measuring in the scene: two clicks on what can be seen make a ruled line with its length."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from viewer.canvas.protocol import Look, Pointer, TextLook
from viewer.i18n.text import tr
from viewer.measure import Distance, Measures, Point
from viewer.scene.director import SceneDirector
from viewer.scene.screen import Screen
from viewer.scene.shapes import Spindle, joined

LINES, PENDING = "measure/lines", "measure/pending"
_CLICK_PX = 4.0
Under = Callable[[np.ndarray], tuple[str, np.ndarray] | None]


class MeasureScene:
    """Draws the distances of a view, and sets points while the tool is on.

    ``under`` finds structure and point below a pixel, or ``None``.
    """

    def __init__(self, director: SceneDirector, measures: Measures, under: Under) -> None:
        self._director, self._measures, self._under = director, measures, under
        self.is_on = False
        self.on_toggle: Callable[[bool], None] = lambda on: None
        self._pressed: np.ndarray | None = None
        self._labels = 0
        self._stop = measures.subscribe(self.draw)

    def toggle(self, on: bool | None = None) -> None:
        """Begin or end measuring; a waiting point is dropped at the end."""
        self.is_on = not self.is_on if on is None else on
        if not self.is_on and self._measures.pending is not None:
            self._measures.forget_last()
        self.on_toggle(self.is_on)

    def handle(self, pointer: Pointer) -> bool:
        """Set a point at a click; drags are left to navigation."""
        at = np.array([pointer.x, pointer.y]) / self._director.canvas.scale
        if pointer.kind == "press":
            self._pressed = at if pointer.button == "left" and not pointer.shift else None
        elif pointer.kind == "release":
            pressed, self._pressed = self._pressed, None
            if pressed is not None and np.abs(at - pressed).max() <= _CLICK_PX:
                found = self._under(at)
                if found is not None:
                    self._measures.put(found[1])
                return True
        return False

    # -- drawing ------------------------------------------------------------------------------
    def draw(self) -> None:
        """Draw what is measured as seen from here."""
        canvas, screen = self._director.canvas, self._director.screen
        kept = self._measures.kept
        if kept:
            shape = joined([self._line(d, screen).triangles() for d in kept])
            canvas.show(LINES, shape, Look(level="front", finish="matte"))
        else:
            canvas.remove(LINES)
        for number, distance in enumerate(kept):
            self._write(number, distance, screen)
        for number in range(len(kept), self._labels):
            canvas.remove(f"measure/{number}")
        self._labels = len(kept)
        if self._measures.pending is not None:
            canvas.show(PENDING, self._dot(self._measures.pending, screen).triangles(),
                        Look(level="front", finish="matte"))  # fmt: skip
        else:
            canvas.remove(PENDING)

    def _dot(self, point: Point, screen: Screen) -> Spindle:
        px = screen.mm_per_pixel(point)
        mesh = Spindle(point, (0.0, 0.0, 1.0))
        mesh.ball(0.0, 4.0 * px, self._director.theme.accent, px)
        return mesh

    def _line(self, distance: Distance, screen: Screen) -> Spindle:
        px = screen.mm_per_pixel(distance.stop)
        way = np.subtract(distance.stop, distance.start)
        mesh = Spindle(distance.start, way if distance.mm > 1e-6 else (0.0, 0.0, 1.0))
        color = self._director.theme.accent
        mesh.tube(0.0, max(distance.mm, 1e-3), 1.1 * px, color)
        mesh.halo(0.0, max(distance.mm, 1e-3), 1.1 * px, px)
        for at in (0.0, distance.mm):
            mesh.ball(at, 3.6 * px, color, px)
        return mesh

    def _write(self, number: int, distance: Distance, screen: Screen) -> None:
        theme = self._director.theme
        ends = screen.pixel([distance.start, distance.stop])
        at = ends.mean(axis=0) - (0.0, 14.0)
        plate = self._director.closest_plate
        if plate is not None and _covers(plate, at):
            at[1] = plate[1] - 14.0  # two lengths on each other would be read as one
        at = np.clip(at, (30.0, 14.0), (screen.width - 30.0, screen.height - 14.0))
        look = TextLook(theme.text, theme.size(14), True, theme.plate, 0.9, ("centre", "centre"))
        text = tr("{mm} mm", mm=f"{distance.mm:.1f}")
        self._director.canvas.label(f"measure/{number}", f" {text} ", screen.fraction(at), look)

    def close(self) -> None:
        """Stop listening."""
        self._stop()


def _covers(plate: tuple[float, float, float, float], at: np.ndarray) -> bool:
    left, top, right, bottom = plate
    return bool(left - 34.0 < at[0] < right + 34.0 and top - 14.0 < at[1] < bottom + 14.0)
