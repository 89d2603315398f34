"""Presenter of the closest approach: a line from the shaft to the nearest zone, with its number.

The number is the worst clearance the verdict is taken from, rounded down; on a breach it is
negative and the line is the depth of penetration.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from viewer.canvas.protocol import Canvas, Look, TextLook
from viewer.describe import by_danger, clearance_text, worst_clearance, zone_name
from viewer.i18n.text import tr
from viewer.scene import colors
from viewer.scene.colors import SceneColors
from viewer.scene.frame_marks import Box
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

    def show(
        self,
        needle: NeedleAssessment | None,
        screen: Screen,
        keep_clear: Sequence[ArrayLike] = (),
        taken: Sequence[Box] = (),
    ) -> None:
        """Draw the closest approach of this needle; ``None`` hides it.

        ``keep_clear`` are pixels that the label must not cover, such as those of other needles;
        ``taken`` are boxes it keeps off, such as the letters at the edges.
        """
        zone = nearest_zone(needle) if needle is not None else None
        if zone is None or zone.nearest is None or zone.on_axis is None:
            self.clear()
            return
        wanted = (needle, screen, self.theme, np.asarray(keep_clear).tobytes(), tuple(taken))
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
        self._write(zone, screen, keep_clear, taken)

    def _write(
        self,
        zone: ZoneResult,
        screen: Screen,
        keep_clear: Sequence[ArrayLike],
        taken: Sequence[Box],
    ) -> None:
        """Put the label beside the nearest point, away from the shaft, inside the picture.

        Where the point is out of the picture there is nothing to point at, and no label.
        """
        stop, start = screen.pixel([zone.nearest, zone.on_axis])
        if not (0 <= stop[0] <= screen.width and 0 <= stop[1] <= screen.height):
            self._canvas.remove(LABEL)
            self.plate = None
            return
        side = 1.0 if stop[0] >= start[0] else -1.0
        grown = self.theme.text_scale
        text = closest_text(zone)
        wide, line = grown * _LETTER_PX * (len(text) + 4), grown * _LINE_PX
        x = float(np.clip(stop[0] + side * _LABEL_AWAY_PX, 8.0, screen.width - 8.0))
        y, least = float(stop[1]) + 14.0 * grown, 20.0 * grown
        if not 0 <= x + side * wide <= screen.width:
            # Never to the other side, where it would cover the shaft: below, as far as it fits.
            side = 1.0
            mm = tr("{mm} mm", mm=clearance_text(worst_clearance(zone)))
            text = f"{mm}\n {zone_name(zone)}"
            wide, y, least = (
                grown * _LETTER_PX * (len(zone_name(zone)) + 4),
                y + 1.7 * line,
                1.5 * line,
            )
            x = max(min(float(stop[0]), screen.width - wide), 8.0)
        left, tall = x if side > 0 else x - wide, line * (1.0 + text.count("\n"))
        rows = [
            float(np.clip(y + step * line, least, screen.height - least))
            for step in (0.0, 2.0, -2.5, 4.0, -4.5, -7.0)
        ]
        plates = [(left, v - tall / 2, left + wide, v + tall / 2) for v in rows]
        free = [
            not any(_is_in(plate, at, line) for at in keep_clear)
            and not any(_meet(plate, box) for box in taken)
            for plate in plates
        ]
        row = free.index(True) if any(free) else 0
        self.plate = plates[row]
        look = TextLook(self.theme.text, self.theme.size(15), True, self.theme.plate, 0.88,
                        ("left" if side > 0 else "right", "centre"))  # fmt: skip
        self._canvas.label(LABEL, f" {text} ", screen.fraction((x, rows[row])), look)

    def clear(self) -> None:
        """Hide the line."""
        self.plate = None
        if self._drawn:
            self._canvas.remove(LINE)
            self._canvas.remove(LABEL)
            self._drawn = ()


def _meet(plate: Box, box: Box) -> bool:
    """Whether two boxes share more than an edge."""
    return plate[0] < box[2] and box[0] < plate[2] and plate[1] < box[3] and box[1] < plate[3]


def _is_in(plate: tuple[float, float, float, float], at: ArrayLike, room: float) -> bool:
    """Whether a pixel is on a label, or within half a line of it."""
    x, y = (float(v) for v in np.asarray(at)[:2])
    left, top, right, bottom = plate
    half = room / 2
    return left - half <= x <= right + half and top - half <= y <= bottom + half
