"""Keeps the scene's marks equal to the panel of points: what is listed is drawn, a click chooses.

The one place where desk, panel and presenter of points meet. Points of one's own are drawn beside
those of the catalogue, as pins.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from viewer.own_points_desk import OwnPointsDesk
from viewer.panels.points import PointsPanel
from viewer.point_desk import Key, PointDesk
from viewer.scene.director import SceneDirector
from viewer.scene.picking import pick_skin
from viewer.scene.points import Mark
from zones.errors import NoSkinError
from zones.landmarks import landmarks
from zones.needle import Needle
from zones.skin import skin_normal

_SHOWN = ("found", "no_muscle", "missed", "blocked")


@dataclass(frozen=True)
class OwnKey:
    """Key of the mark of a point of one's own."""

    id: str


def point_marks(desk: PointDesk, keys: Iterable[Key]) -> list[Mark]:
    """Marks of the points that lie on the body; the others have no place to draw."""
    made = []
    for key in keys:
        found, outward = desk.found.get(key), desk.normals.get(key)
        state = desk.state(key)
        if found is None or found.entry is None or outward is None or state not in _SHOWN:
            continue
        made.append(Mark(key, key[0], found.entry, outward, state, key == desk.chosen))
    return made


def landmark_marks(desk: PointDesk, side: str) -> list[Mark]:
    """Marks of the landmarks the chosen point is found from; without one, of all on this side."""
    marks: list[Mark] = []
    used = desk.found[desk.chosen].landmarks if desk.chosen in desk.found else ()
    fixes = landmarks(desk.body).values()
    for fix in fixes:
        wanted = fix.id in used if used else fix.side in (side, "mid")
        if wanted and fix.point is not None:
            marks.append(Mark(fix.id, fix.name, np.asarray(fix.point), None, "landmark"))
    return marks


def own_marks(own: OwnPointsDesk, desk: PointDesk) -> list[Mark]:
    """Marks of the user's own points on the open body."""
    made = []
    for point in own.kept.points:
        if not own.is_here(point):
            continue
        inward = point.direction if point.direction is not None else _inward(desk, point.position)
        outward = None if inward is None else -np.asarray(inward, np.float64)
        made.append(Mark(OwnKey(point.id), point.name, np.asarray(point.position), outward, "own"))
    return made


def _inward(desk: PointDesk, place: Sequence[float]) -> Sequence[float] | None:
    try:
        return tuple(float(v) for v in skin_normal(desk.body, place))
    except NoSkinError:
        return None


def fly_to(director: SceneDirector, desk: PointDesk, key: Key) -> bool:
    """Show a point from outside the skin; ``False`` if it has no place on this body (yet)."""
    found, outward = desk.found.get(key), desk.normals.get(key)
    if found is None or found.entry is None or outward is None:
        return False
    needle = found.needle or Needle(found.entry, -outward, 1.0)
    director.look_at(needle, outward)
    return True


class PointScene:
    """Follows the panel that ``panel`` returns; a new text size makes another one."""

    def __init__(
        self, director: SceneDirector, desk: PointDesk, panel: Callable[[], PointsPanel],
        own: OwnPointsDesk,
    ) -> None:  # fmt: skip
        self._director, self._desk, self._panel, self._own = director, desk, panel, own
        self._waiting: Key | None = None
        self.on_own: Callable[[str], None] = lambda point_id: None
        own.on_change.append(self.draw)

    def follow(self) -> None:
        """Listen to the panel that is there now."""
        self._panel().listed_changed.connect(self.draw)
        self._panel().chosen.connect(self.fly)
        self.draw()

    def draw(self) -> None:
        """Draw what the panel lists."""
        panel = self._panel()
        marks = point_marks(self._desk, panel.drawn())
        if panel.isVisible() and panel.landmarks.isChecked():
            marks += landmark_marks(self._desk, panel.side)
        marks += own_marks(self._own, self._desk)
        self._director.show_points(marks)
        told = panel.isVisible() and panel.pain.isChecked()
        self._director.referral.show(self._desk.body, self._desk.referral if told else None)
        if self._waiting is not None:
            self.fly(self._waiting)

    def fly(self, key: Key) -> None:
        """Look at a point; at one still looked for as soon as it is found."""
        self._waiting = key if key == self._desk.chosen and key not in self._desk.found else None
        fly_to(self._director, self._desk, key)

    def clicked(self, point: Sequence[float] | None) -> bool:
        """Choose the point drawn where the mouse was clicked; ``False`` if there is none."""
        if point is None:
            return False
        screen = self._director.screen
        if self._panel().where.isChecked():
            hit = pick_skin(
                self._desk.body, self._director.data.index, screen.pixel([point])[0], screen
            )
            if hit is not None:
                self._desk.ask_pain(hit.point)
            return True
        key = self._director.points.at(screen.pixel([point])[0], screen)
        if isinstance(key, OwnKey):
            self.on_own(key.id)
            return True
        if not isinstance(key, tuple):
            return False
        self._panel().reveal(key)
        return True
