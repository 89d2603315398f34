"""Presenter of a danger shell: where a zone may be in other people, as glass in its own hue."""

from __future__ import annotations

import numpy as np

from viewer.canvas.protocol import Canvas, Look, Triangles
from zones.shell import Shell

KEY = "shell"
_COLOR = (0.83, 0.37, 0.0)
_DENSITY = 62
"""Opacity of 255: what lies within is seen through it."""


def shell_mesh(shell: Shell) -> Triangles | None:
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
    colors = np.empty((len(shell.points), 4), np.uint8)
    colors[:, :3], colors[:, 3] = np.rint(np.array(_COLOR) * 255), _DENSITY
    return Triangles(
        shell.points.astype(np.float32), shell.triangles.astype(np.int32),
        normals.astype(np.float32), colors,
    )  # fmt: skip


class ShellPresenter:
    """Draws one shell; ``shown`` is what it was drawn from."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.shown: Shell | None = None

    def show(self, shell: Shell | None) -> None:
        """Draw this shell; ``None`` takes it away."""
        if shell is self.shown:
            return
        shape = None if shell is None else shell_mesh(shell)
        if shape is not None:
            self._canvas.show(KEY, shape, Look(finish="flat"))
        elif self.shown is not None:
            self._canvas.remove(KEY)
        self.shown = shell if shape is not None else None
