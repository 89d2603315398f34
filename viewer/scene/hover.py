"""Presenter of the hover highlight: the structure under the mouse, lit up over the kept body.

Drawn with the needle, not with the body, so that moving the mouse does not draw the body again.
"""

from __future__ import annotations

from viewer.canvas.protocol import Canvas, Look, Triangles
from viewer.scene.colors import SceneColors

KEY = "hover"


class Hover:
    """Keeps at most one structure lit."""

    def __init__(self, canvas: Canvas, theme: SceneColors) -> None:
        self._canvas = canvas
        self.theme = theme
        self.shown: str | None = None

    def show(self, structure_id: str | None, shape: Triangles | None) -> None:
        """Light up this structure; ``None`` lights nothing."""
        wanted = structure_id if shape is not None else None
        if wanted == self.shown:
            return
        if wanted is None or shape is None:
            self._canvas.remove(KEY)
        else:
            look = Look(self.theme.accent, 0.42, level="needle", finish="matte")
            self._canvas.show(KEY, Triangles(shape.points, shape.triangles, shape.normals), look)
        self.shown = wanted
