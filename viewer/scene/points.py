"""Presenter of trigger points and landmarks: small marks that keep their size on the screen.

Points lie on the skin and are drawn only where the skin faces the eye. Labels go where there is
room; the chosen point always has one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from viewer.canvas.protocol import Canvas, Color, Look, TextLook, Triangles
from viewer.scene import colors
from viewer.scene.colors import SceneColors
from viewer.scene.screen import Screen
from viewer.scene.shapes import INK, PAPER, Spindle, joined

MARKS, CHOSEN, LABEL = "points/marks", "points/chosen", "points/label/"
_RADIUS_PX, _CHOSEN_PX, _LANDMARK_PX = 4.2, 7.0, 3.0
_PIN_PX, _PIN_HEAD_PX = 13.0, 4.8
_MOST_LABELS, _ROOM_PX = 14, (96.0, 22.0)
_FACING = 0.12
_RESIZE = 1.18
"""Marks are made anew when a pixel has grown or shrunk by this factor."""

Vector = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Mark:
    """One mark. ``outward`` is the (3,) skin normal, ``None`` for a landmark inside the body.

    ``kind``: ``found``, ``no_muscle``, ``missed``, ``blocked``, ``landmark``, or ``own`` for a
    point of the user's own, which stands on the skin like a pin.
    """

    key: object
    label: str
    point: Vector
    outward: Vector | None = None
    kind: str = "found"
    chosen: bool = False


class PointMarks:
    """Keeps the drawn marks equal to what `show` was told."""

    def __init__(self, canvas: Canvas, theme: SceneColors) -> None:
        self._canvas = canvas
        self._theme = theme
        self.marks: tuple[Mark, ...] = ()
        self._drawn: tuple[object, ...] = ()
        self._px = 0.0
        self._labels: set[str] = set()
        self._shapes: set[str] = set()

    @property
    def theme(self) -> SceneColors:
        """Colours beside anatomy."""
        return self._theme

    @theme.setter
    def theme(self, theme: SceneColors) -> None:
        self._theme, self._drawn = theme, ()

    def show(self, marks: Sequence[Mark], screen: Screen) -> None:
        """Draw these marks from now on."""
        self.marks, self._drawn = tuple(marks), ()
        self.follow(screen)

    def follow(self, screen: Screen) -> None:
        """The eye moved."""
        if not self.marks:
            self.clear()
            return
        px = screen.mm_per_pixel()
        if not self._px or not 1 / _RESIZE < px / self._px < _RESIZE:
            self._px, self._drawn = px, ()
        seen = self._facing(screen)
        labelled = self._labelled(seen, screen)
        self._write(labelled, screen)
        wanted = tuple(map(id, seen))
        if wanted == self._drawn:
            return
        self._drawn = wanted
        self._draw(MARKS, [self._mark(m) for m in seen if not m.chosen])
        self._draw(CHOSEN, [self._mark(m) for m in seen if m.chosen])

    def at(self, pixel: Sequence[float], screen: Screen, reach_px: float = 9.0) -> object:
        """The key of the point under a pixel, ``None`` if there is none; landmarks have none."""
        seen = [m for m in self._facing(screen) if m.kind != "landmark"] if self.marks else []
        if not seen:
            return None
        gaps = np.linalg.norm(screen.pixel([m.point for m in seen]) - np.asarray(pixel), axis=1)
        nearest = int(np.argmin(gaps))
        return seen[nearest].key if gaps[nearest] <= reach_px else None

    def _facing(self, screen: Screen) -> list[Mark]:
        eye = screen.pose.eye
        seen = []
        for mark in self.marks:
            if mark.outward is not None:
                toward = eye - mark.point
                if float(mark.outward @ toward) < _FACING * float(np.linalg.norm(toward)):
                    continue
            seen.append(mark)
        return seen

    def _labelled(self, seen: list[Mark], screen: Screen) -> list[Mark]:
        """Whose label has room: the chosen one first, then in the order of the list."""
        if not seen:
            return []
        places = screen.pixel([m.point for m in seen])
        order = sorted(range(len(seen)), key=lambda i: not seen[i].chosen)
        taken: list[int] = []
        for i in order:
            x, y = places[i]
            if not (0 <= x <= screen.width and 0 <= y <= screen.height):
                continue
            gaps = np.abs(places[taken] - places[i]) if taken else np.empty((0, 2))
            if len(gaps) and bool(((gaps[:, 0] < _ROOM_PX[0]) & (gaps[:, 1] < _ROOM_PX[1])).any()):
                continue
            taken.append(i)
            if len(taken) == _MOST_LABELS:
                break
        return [seen[i] for i in taken]

    def _mark(self, mark: Mark) -> Triangles:
        spindle = Spindle(mark.point, (0.0, 0.0, 1.0) if mark.outward is None else mark.outward)
        size = _CHOSEN_PX if mark.chosen else _RADIUS_PX
        if mark.kind == "own":
            spindle.tube(0.0, _PIN_PX * self._px, 1.1 * self._px, INK)
            spindle.ball(_PIN_PX * self._px, _PIN_HEAD_PX * self._px, colors.REFERRAL, self._px)
            return spindle.triangles()
        color: Color = {
            "found": self.theme.accent, "landmark": PAPER, "blocked": INK,
        }.get(mark.kind, colors.UNKNOWN)  # fmt: skip
        if mark.kind == "landmark":
            size = _LANDMARK_PX
        if mark.chosen:
            spindle.ring(0.0, (size + 5.0) * self._px, 1.3 * self._px, color, 0.9 * self._px)
        spindle.ball(0.0, size * self._px, color, self._px)
        return spindle.triangles()

    def _draw(self, key: str, parts: list[Triangles]) -> None:
        if parts:
            self._canvas.show(key, joined(parts), Look(level="needle", finish="matte"))
            self._shapes.add(key)
        elif key in self._shapes:
            self._canvas.remove(key)
            self._shapes.discard(key)

    def _write(self, marks: list[Mark], screen: Screen) -> None:
        """Write each label beside its mark, not over it."""
        wanted = set()
        for mark in marks:
            key = f"{LABEL}{mark.key}"
            wanted.add(key)
            gap = _CHOSEN_PX + 11.0 if mark.chosen else _RADIUS_PX + 5.0
            at = screen.fraction(screen.pixel([mark.point])[0] + [gap, 0.0])
            size = self.theme.size(14 if mark.chosen else 12)
            look = TextLook(
                self.theme.text, size, mark.chosen, self.theme.plate,
                0.9 if mark.chosen else 0.72, ("left", "centre"),
            )  # fmt: skip
            self._canvas.label(key, f" {mark.label} ", at, look)
        for key in self._labels - wanted:
            self._canvas.remove(key)
        self._labels = wanted

    def chosen_pixels(self, screen: Screen) -> list[Vector]:
        """Where the chosen mark and its label are."""
        return [
            pixel + [along, 0.0]
            for mark in self.marks
            if mark.chosen
            for pixel in screen.pixel([mark.point])
            for along in (0.0, _CHOSEN_PX + 11.0, _CHOSEN_PX + 41.0)
        ]

    def clear(self) -> None:
        """Take every mark off the canvas."""
        for key in (*self._shapes, *self._labels):
            self._canvas.remove(key)
        self._shapes, self._labels, self._drawn = set(), set(), ()
