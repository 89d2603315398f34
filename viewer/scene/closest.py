"""Presenter of the closest approach: a line from the shaft to the nearest zone, with its number.

The number is the worst clearance the verdict is taken from, rounded down; on a breach it is
negative and the line is the depth of penetration.
"""

from __future__ import annotations

import numpy as np

from viewer.canvas.protocol import Canvas, Look, TextLook
from viewer.describe import by_danger, clearance_text, worst_clearance, zone_name
from viewer.i18n.text import tr
from viewer.scene import colors
from viewer.scene.colors import SceneColors
from viewer.scene.screen import Screen
from viewer.scene.shapes import Spindle, dashes
from zones.assessment import NeedleAssessment, ZoneResult

LINE, LABEL = "closest/line", "closest/label"
_LABEL_AWAY_PX = 22.0
_LETTER_PX, _LINE_PX = 8.2, 20.0
"""About the width of a letter of the label, and the height of a line."""


def nearest_zone(needle: NeedleAssessment) -> ZoneResult | None:
    """The most dangerous zone that has a place; ``None`` if no zone was measured."""
    for zone in by_danger(needle.zones):
        if zone.nearest is not None and zone.on_axis is not None:
            return zone
    return None


def closest_text(zone: ZoneResult) -> str:
    """The label of the line: clearance and name."""
    return tr("{mm} mm – {zone}", mm=clearance_text(worst_clearance(zone)), zone=zone_name(zone))


class ClosestPresenter:
    """Keeps the line and its label equal to the assessment."""

    def __init__(self, canvas: Canvas, theme: SceneColors) -> None:
        self._canvas = canvas
        self.theme = theme
        self._drawn: tuple[object, ...] = ()
        self.plate: tuple[float, float, float, float] | None = None
        """Left, top, right, bottom of the label, pixels, about; ``None`` while there is none."""

    def show(self, needle: NeedleAssessment | None, screen: Screen) -> None:
        """Draw the closest approach of this needle; ``None`` hides it."""
        zone = nearest_zone(needle) if needle is not None else None
        if zone is None or zone.nearest is None or zone.on_axis is None:
            self.clear()
            return
        wanted = (needle, screen, self.theme)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        color = colors.of_verdict(zone.verdict)
        start, stop = np.asarray(zone.on_axis), np.asarray(zone.nearest)
        px = screen.mm_per_pixel(stop)
        gap = float(np.linalg.norm(stop - start))
        mesh = Spindle(start, stop - start if gap > 1e-9 else (0.0, 0.0, 1.0))
        for low, high in dashes(0.0, gap, 5 * px, 3 * px):
            mesh.tube(low, high, 0.8 * px, self.theme.text)
            mesh.rim(low, high, 0.8 * px, 0.9 * px, self.theme.plate)
        mesh.ball(gap, 3.2 * px, color, px)
        self._canvas.show(LINE, mesh.triangles(), Look(level="front", finish="matte"))
        self._write(zone, screen)

    def _write(self, zone: ZoneResult, screen: Screen) -> None:
        """Put the label beside the nearest point, away from the shaft, inside the picture."""
        stop, start = screen.pixel([zone.nearest, zone.on_axis])
        side = 1.0 if stop[0] >= start[0] else -1.0
        at = np.array([stop[0] + side * _LABEL_AWAY_PX, stop[1] + 14.0])
        at[0] = np.clip(at[0], 8.0, screen.width - 8.0)
        at[1] = np.clip(at[1], 20.0, screen.height - 20.0)
        text = closest_text(zone)
        wide = _LETTER_PX * (len(text) + 4)
        if at[0] + side * wide < 0 or at[0] + side * wide > screen.width:
            # Never to the other side, where it would cover the shaft: below, as far as it fits.
            side = 1.0
            mm = tr("{mm} mm", mm=clearance_text(worst_clearance(zone)))
            text = f"{mm}\n {zone_name(zone)}"
            wide = _LETTER_PX * (len(zone_name(zone)) + 4)
            left = max(min(float(stop[0]), screen.width - wide), 8.0)
            at = np.array([left, min(at[1] + 34.0, screen.height - 30.0)])
        tall = _LINE_PX * (1.0 + text.count("\n"))
        left = float(at[0]) if side > 0 else float(at[0]) - wide
        self.plate = (left, float(at[1]) - tall / 2, left + wide, float(at[1]) + tall / 2)
        look = TextLook(self.theme.text, 15, True, self.theme.plate, 0.88,
                        ("left" if side > 0 else "right", "centre"))  # fmt: skip
        self._canvas.label(LABEL, f" {text} ", screen.fraction(at), look)

    def clear(self) -> None:
        """Hide the line."""
        self.plate = None
        if self._drawn:
            self._canvas.remove(LINE)
            self._canvas.remove(LABEL)
            self._drawn = ()
