"""Aerial perspective: what lies behind the focal point fades into the background.

Each actor has uniforms of its own, so they are told again only when the distance or the background
changed, not while the view turns.
"""

from __future__ import annotations

from vtkmodules.vtkRenderingCore import vtkActor

from viewer.canvas import shaders
from viewer.canvas.protocol import Color

_DENSITY = 0.45


class Air:
    """The actors that fade, and how."""

    def __init__(self) -> None:
        self._actors: dict[vtkActor, float] = {}
        self._view = (1000.0, (2.0, 2500.0), False)
        self._color: Color = (0.9, 0.92, 0.94)

    def join(self, actor: vtkActor, fades: bool) -> None:
        """Tell this actor about the air from now on; one that does not fade gets none."""
        self._actors[actor] = _DENSITY if fades else 0.0
        self._tell(actor)

    def leave(self, actor: vtkActor) -> None:
        """Forget an actor."""
        self._actors.pop(actor, None)

    @property
    def color(self) -> Color:
        """What things fade into."""
        return self._color

    @color.setter
    def color(self, color: Color) -> None:
        if color != self._color:
            self._color = color
            self._tell_all()

    def look_from(self, distance: float, clip: tuple[float, float], parallel: bool) -> None:
        """Follow the camera: distance to the focal point and clipping planes, mm."""
        if (distance, clip, parallel) != self._view:
            self._view = (distance, clip, parallel)
            self._tell_all()

    def _tell_all(self) -> None:
        for actor in self._actors:
            self._tell(actor)

    def _tell(self, actor: vtkActor) -> None:
        shaders.set_air(actor, self._color, self._actors[actor], *self._view)
