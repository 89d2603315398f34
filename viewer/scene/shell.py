"""Presenter of a danger shell: where a zone may be in other people, seen through, in its colour.

The colour says which tissue, as everywhere; how dangerous it is says the caption, in words. Only a
piece is computed: it fades out before its rim, which would look like an edge of the body.
"""

from __future__ import annotations

import textwrap

import numpy as np

from viewer.canvas.protocol import Canvas, Color, Look, TextLook, Triangles
from viewer.scene.colors import SceneColors
from viewer.scene.cube import cube_box
from viewer.scene.screen import Screen
from zones.shell import Shell

KEY, CAPTION = "shell", "shell/caption"
_DENSEST, _FADES = 125, (0.6, 1.0)
"""Opacity of 255, and the shares of the piece's half edge between which it fades."""
_LINE, _LETTER_PX = 64, 6.6
"""Characters of a line where there is room, and about the width of one, logical pixels."""


def shell_mesh(shell: Shell, color: Color) -> Triangles | None:
    """Triangles with smooth normals; ``None`` where the shell has none here."""
    if not len(shell.triangles):
        return None
    corners = shell.points[shell.triangles]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat, weight = shell.triangles.ravel(), np.repeat(across, 3, axis=0)
    normals = np.stack(
        [np.bincount(flat, weight[:, k], len(shell.points)) for k in range(3)], axis=1
    )
    normals /= np.maximum(np.linalg.norm(normals, axis=1, keepdims=True), 1e-12)
    away = np.linalg.norm(shell.points - shell.box.mean(axis=0), axis=1)
    share = away / (0.5 * np.ptp(shell.box, axis=0).min())
    rgba = np.empty((len(shell.points), 4), np.uint8)
    rgba[:, :3] = np.rint(np.array(color) * 255)
    rgba[:, 3] = np.rint(_DENSEST * np.interp(share, _FADES, (1.0, 0.0)))
    return Triangles(
        shell.points.astype(np.float32), shell.triangles.astype(np.int32),
        normals.astype(np.float32), rgba,
    )  # fmt: skip


class ShellPresenter:
    """Draws one shell; ``shown`` is what it was drawn from, ``caption`` what is written."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.shown: Shell | None = None
        self.caption = ""
        self.color: Color | None = None

    def show(self, shell: Shell | None, color: Color, caption: str, theme: SceneColors) -> None:
        """Draw this shell; ``None`` takes it away. An empty caption is none."""
        self._write(caption, theme)
        if shell is self.shown and (shell is None or color == self.color):
            return
        shape = None if shell is None else shell_mesh(shell, color)
        if shape is not None:
            # Drawn over the body, faintly where that hides it: the zone lies below the skin.
            self._canvas.show(KEY, shape, Look(level="needle"))
        elif self.shown is not None:
            self._canvas.remove(KEY)
        self.shown, self.color = (shell, color) if shape is not None else (None, None)

    def _write(self, caption: str, theme: SceneColors) -> None:
        if caption:
            look = TextLook(
                theme.text, theme.size(12), False, theme.plate, 0.9, ("centre", "bottom")
            )
            text = "\n".join(f" {line} " for line in textwrap.wrap(caption, self._letters(theme)))
            self._canvas.label(CAPTION, text, (0.5, 0.075), look)  # above the letter and the scale
        elif self.caption:
            self._canvas.remove(CAPTION)
        self.caption = caption

    def _letters(self, theme: SceneColors) -> int:
        """How many fit between the cube and its mirror image: the caption stands in the middle."""
        screen = Screen.of(self._canvas)
        room = screen.width - 2 * cube_box(screen)[2]
        return max(min(_LINE, int(room / (_LETTER_PX * theme.text_scale))), 12)
