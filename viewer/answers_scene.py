"""What the questions around a needle draw in the view, and what the mouse does there.

Pointing at the dome or the coloured skin reads; a click on the dome turns the needle, in Edit only.
A needle's own handles come first.
"""

from __future__ import annotations

import numpy as np

from viewer import answer_words
from viewer.answers import Answers
from viewer.appearance import default_appearance
from viewer.canvas.protocol import Pointer
from viewer.i18n.text import tr
from viewer.scene.colors import UNKNOWN
from viewer.scene.cone import DomePresenter
from viewer.scene.depth_map import DepthMapPresenter
from viewer.scene.director import SceneDirector
from viewer.scene.picking import pick_skin
from viewer.scene.shell import ShellPresenter
from viewer.skin_map import WAITING, SkinMap

_CLICK_PX = 4.0
Vector = np.ndarray


class AnswersScene:
    """Keeps dome and map equal to `Answers`."""

    def __init__(self, director: SceneDirector, answers: Answers) -> None:
        self._director, self._answers = director, answers
        self._cone, self._map = answers.cone, answers.map
        self.dome = DomePresenter(director.canvas)
        self.skin = DepthMapPresenter(director.canvas)
        self.shell = ShellPresenter(director.canvas)
        self._pressed: Vector | None = None
        self._pointed = False
        answers.on_toggle.append(self._toggled)
        self._cone.on_change.append(self.draw_dome)
        self._map.on_change.append(self.draw_map)
        answers.shell.on_change.append(self.draw_shell)

    # -- drawing ------------------------------------------------------------------------------
    def _toggled(self) -> None:
        self._cone.look(self, self._answers.dome_on)
        self.draw_dome()

    def draw_dome(self) -> None:
        """Draw the dome as it is now."""
        found = self._cone.drawable if self._answers.dome_on else None
        self.dome.show(found, self._cone.current is not None)

    def draw_shell(self) -> None:
        """Draw the danger shell as it is now."""
        desk, director = self._answers.shell, self._director
        zone = desk.zone
        nearest = director.body.structures.get(zone.nearest_structure) if zone else None
        color = default_appearance(nearest).color if nearest is not None else UNKNOWN
        self.shell.show(desk.current, color, desk.words, director.theme)

    def draw_map(self) -> None:
        """Draw the map as it is now; one that is not what is asked is no map."""
        found = self._map.current if self._map.is_wanted else None
        dragged = self._director.session.gesture is not None
        if found is None and dragged and self._map.is_wanted and self._map.asked.mode != "needle":
            found = self.skin.shown  # true where it lies, until the needle rests
        if found is not self.skin.shown:
            self._read(None)
        self._director.referral.cover(found is not None)
        self.skin.show(self._director.body, found, self._director.theme, self._director.screen)
        self.camera_moved()

    def camera_moved(self) -> None:
        """The eye moved."""
        if self.skin.shown is not None:
            director = self._director
            self.skin.follow(director.theme, director.screen, director.closest_plate)

    # -- the mouse ----------------------------------------------------------------------------
    def handle(self, pointer: Pointer) -> bool:
        """Take a click on the dome; everything else goes on to the scene."""
        if self.dome.shown is None and self.skin.shown is None:
            return False
        pixel = np.array([pointer.x, pointer.y]) / self._director.canvas.scale
        if pointer.kind == "hover":
            self._point(pixel)
        elif pointer.kind == "leave":
            self._read(None)
        elif pointer.kind == "press":
            self._pressed = pixel if self._is_mine(pointer, pixel) else None
        elif pointer.kind == "release" and self._pressed is not None:
            pressed, self._pressed = self._pressed, None
            dragged = self._director.session.gesture is not None
            if not dragged and np.abs(pixel - pressed).max() <= _CLICK_PX:
                return self._clicked(pixel)
        return False

    def _point(self, pixel: Vector) -> None:
        found = self.dome.direction_at(pixel, self._director.screen)
        if found is not None or self._pointed:
            self._cone.probe(found)
        self._pointed = found is not None
        if self.skin.shown is not None:
            self._read(pixel if found is None else None)

    def _read(self, pixel: Vector | None) -> None:
        at = self._vertex_under(pixel) if pixel is not None else None
        shown = self.skin.shown
        text = self._words(shown, at) if shown is not None and at is not None else ""
        self.skin.point_at(at, text, pixel, self._director.theme, self._director.screen)
        self._map.point_at(at)

    def _vertex_under(self, pixel: Vector) -> int | None:
        """The vertex of the map nearest to the skin under a pixel, within its triangle."""
        director, shown = self._director, self.skin.shown
        hit = pick_skin(director.body, director.data.index, pixel, director.screen)
        if hit is None or shown is None:
            return None
        gap = ((shown.points - hit.point) ** 2).sum(axis=1)
        nearest = int(np.argmin(gap))
        assert director.body.skin is not None
        surface = director.body.skin.surface
        corners = np.asarray(surface.triangles[hit.triangle])
        return nearest if shown.vertices[nearest] in corners else None

    def _words(self, shown: SkinMap, at: int) -> str:
        if shown.state[at] == WAITING:
            return tr("Computing…")
        number = answer_words.limit_words(
            float(shown.limit[at]), int(shown.state[at]), shown.max_depth
        )
        zone = self._map.zone_at(shown, at)
        return f"{number} – {answer_words.zone_words(zone)}" if zone is not None else number

    def _is_mine(self, pointer: Pointer, pixel: Vector) -> bool:
        free = pointer.button == "left" and not pointer.shift and not any(self._director.mouse.hot)
        return free and self.dome.direction_at(pixel, self._director.screen) is not None

    def _clicked(self, pixel: Vector) -> bool:
        found = self.dome.direction_at(pixel, self._director.screen)
        if found is None:
            return False
        if self._director.mode == "edit" and self._cone.current is not None:
            self._cone.set_direction(found)
        return True

    def close(self) -> None:
        """Stop listening."""
        self._answers.on_toggle.remove(self._toggled)
        self._cone.on_change.remove(self.draw_dome)
        self._map.on_change.remove(self.draw_map)
        self._answers.shell.on_change.remove(self.draw_shell)
