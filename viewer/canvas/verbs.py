"""The verbs both canvases share: each hands on to the stage and asks for a picture."""

from __future__ import annotations

from numpy.typing import ArrayLike

from viewer.canvas.camera import CameraPose
from viewer.canvas.protocol import Color, Look, Segments, TextLook, Triangles
from viewer.canvas.stage import Stage


class StageVerbs:
    """Mixed into a canvas that owns ``_stage``."""

    _stage: Stage

    def request_render(self) -> None:
        """Ask for a picture; the off-screen canvas draws when a picture is taken."""

    def show(self, key: str, shape: Triangles | Segments, look: Look) -> None:
        """Draw a shape under this key from now on."""
        self._stage.show(key, shape, look)
        self.request_render()

    def restyle(self, key: str, look: Look) -> None:
        """Change how a shape looks."""
        self._stage.restyle(key, look)
        self.request_render()

    def move(self, key: str, matrix: ArrayLike) -> None:
        """Place a shape by a (4, 4) rigid matrix."""
        self._stage.move(key, matrix)
        self.request_render()

    def label(self, key: str, text: str, at: ArrayLike, look: TextLook) -> None:
        """Write at a world point (3,) or at fractions (2,) of the view."""
        self._stage.label(key, text, at, look)
        self.request_render()

    def clip(self, origin: ArrayLike | None, normal: ArrayLike | None) -> None:
        """Leave out what of the body lies on the normal's side of a plane; ``None`` for nothing."""
        self._stage.clip(origin, normal)
        self.request_render()

    def remove(self, key: str) -> None:
        """Forget a shape or a label."""
        self._stage.remove(key)
        self.request_render()

    def background(self, bottom: Color, top: Color) -> None:
        """Set the gradient behind everything."""
        self._stage.background(bottom, top)
        self.request_render()

    @property
    def camera(self) -> CameraPose:
        """The pose drawn next."""
        return self._stage.camera

    @camera.setter
    def camera(self, pose: CameraPose) -> None:
        self._stage.camera = pose
        self.request_render()
