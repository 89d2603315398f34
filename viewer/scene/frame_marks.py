"""Presenter of what tells where one looks from: edge letters, view name, scale bar."""

from __future__ import annotations

import numpy as np

from viewer.canvas import camera
from viewer.canvas.protocol import Canvas, Look, Segments, TextLook
from viewer.i18n.text import tr
from viewer.scene.colors import SceneColors
from viewer.scene.cube import cube_box
from viewer.scene.screen import Screen

BAR = "frame/bar"
_PLATE = 0.55
"""Opacity behind letters: over bone they would not be read in a dark theme."""
Box = tuple[float, float, float, float]
"""Left, top, right, bottom, logical pixels."""
_STEPS_MM = (1, 2, 5, 10, 20, 50, 100, 200, 500)
_EDGES = {
    "left": ((12.0, 0.5), ("left", "centre")),
    "right": ((-12.0, 0.5), ("right", "centre")),
    "top": ((0.5, 10.0), ("centre", "top")),
    "bottom": ((0.5, -10.0), ("centre", "bottom")),
}


def view_words(screen: Screen) -> str:
    """Name of the view for people; empty for an oblique one."""
    names = {
        "anterior": tr("Front (anterior)"),
        "posterior": tr("Back (posterior)"),
        "left": tr("Left side"),
        "right": tr("Right side"),
        "superior": tr("From above"),
        "inferior": tr("From below"),
    }
    return names.get(camera.view_name(screen.pose), "")


def bar_length(screen: Screen, share: float = 0.16) -> float:
    """The longest round length, mm, that spans no more than ``share`` of the width."""
    most = screen.mm_per_pixel() * screen.width * share
    return float(max((s for s in _STEPS_MM if s <= most), default=_STEPS_MM[0]))


class FrameMarks:
    """Keeps letters, name and bar equal to the camera."""

    def __init__(self, canvas: Canvas, theme: SceneColors) -> None:
        self._canvas = canvas
        self.theme = theme
        self._drawn: tuple[object, ...] = ()

    def show(self, screen: Screen) -> None:
        """Draw the marks for this view."""
        if (screen, self.theme) == self._drawn:
            return
        self._drawn = (screen, self.theme)
        self._letters(screen)
        look = TextLook(self.theme.text, self.theme.size(14), True, anchor=("left", "top"))
        self._canvas.label("frame/view", view_words(screen), screen.fraction((16.0, 14.0)), look)
        self._bar(screen)

    def _letters(self, screen: Screen) -> None:
        letters = camera.edge_letters(screen.pose)
        size = (screen.width, screen.height)
        for edge, (place, anchor) in _EDGES.items():
            pixel = [v * n if v == 0.5 else v if v > 0 else n + v
                     for v, n in zip(place, size, strict=True)]  # fmt: skip
            look = TextLook(
                self.theme.text, self.theme.size(20), True, self.theme.plate, _PLATE, anchor
            )
            text = f" {tr(letters[edge][:1])} "
            self._canvas.label(f"frame/{edge}", text, screen.fraction(pixel), look)

    def _bar(self, screen: Screen) -> None:
        mm = bar_length(screen)
        px = screen.mm_per_pixel()
        right, y = screen.width - 22.0, screen.height - 26.0
        left = right - mm / px
        ends = [(left, y), (right, y), (left, y - 5), (left, y + 5), (right, y - 5), (right, y + 5)]
        points = np.array([screen.world(end) for end in ends], dtype=np.float32)
        look = Look(self.theme.text, level="front", finish="flat", width=1.6)
        self._canvas.show(BAR, Segments(points), look)
        text = TextLook(
            self.theme.text, self.theme.size(13), False, self.theme.plate, _PLATE,
            ("centre", "bottom"),
        )  # fmt: skip
        words = tr("{mm} mm", mm=f"{mm:g}")
        at = screen.fraction(((left + right) / 2, y - 6))
        self._canvas.label("frame/bar_text", f" {words} ", at, text)

    def boxes(self, screen: Screen) -> list[Box]:
        """What the marks take of the picture, about, with the cube: other words keep off it."""
        grown, wide, tall = self.theme.text_scale, screen.width, screen.height
        half, high = 15.0 * grown, 26.0 * grown
        bar = bar_length(screen) / screen.mm_per_pixel()
        words = 8.5 * grown * len(view_words(screen))
        return [
            (wide / 2 - half, 6.0, wide / 2 + half, 10.0 + high),
            (wide / 2 - half, tall - 10.0 - high, wide / 2 + half, tall - 6.0),
            (8.0, (tall - high) / 2, 12.0 + 2 * half, (tall + high) / 2),
            (wide - 12.0 - 2 * half, (tall - high) / 2, wide - 8.0, (tall + high) / 2),
            (16.0, 10.0, 16.0 + words, 10.0 + 20.0 * grown),
            (wide - 32.0 - max(bar, 52.0 * grown), tall - 34.0 - 20.0 * grown, wide, tall - 16.0),
            cube_box(screen),
        ]

    def clear(self) -> None:
        """Take the marks off the canvas."""
        for key in (BAR, "frame/bar_text", "frame/view", *(f"frame/{edge}" for edge in _EDGES)):
            self._canvas.remove(key)
        self._drawn = ()
