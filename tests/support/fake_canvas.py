"""A canvas that draws nothing and remembers what is shown: tests look at state, not at calls."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from viewer.canvas.camera import CameraPose


class FakeCanvas:
    """Implements `viewer.canvas.protocol.Canvas` in memory.

    ``shapes``, ``looks``, ``matrices`` and ``labels`` hold what is shown now, by key; ``made``
    counts how often a key was shown with new points.
    """

    def __init__(self, size=(800, 600), scale=1.0):
        self.size = size
        self.scale = scale
        self.camera = CameraPose((0.0, 0.0, 0.0), 180.0, 0.0, 1000.0)
        self.on_camera: Callable[[], None] = lambda: None
        self.shapes, self.looks, self.matrices, self.labels, self.made = {}, {}, {}, {}, {}
        self.colors = None
        self.clipped = None
        self.closed = False

    def show(self, key, shape, look):
        assert len(shape.points), f"{key} has no points"
        assert np.isfinite(shape.points).all()
        self.shapes[key], self.looks[key] = shape, look
        self.made[key] = self.made.get(key, 0) + 1

    def restyle(self, key, look):
        assert key in self.shapes, f"{key} was never shown"
        self.looks[key] = look

    def move(self, key, matrix):
        assert key in self.shapes, f"{key} was never shown"
        self.matrices[key] = np.asarray(matrix, dtype=float)

    def label(self, key, text, at, look):
        self.labels[key] = (text, tuple(float(v) for v in at), look)

    def clip(self, origin, normal):
        self.clipped = None if origin is None else (np.asarray(origin), np.asarray(normal))

    def remove(self, key):
        for known in (self.shapes, self.looks, self.matrices, self.labels):
            known.pop(key, None)

    def background(self, bottom, top):
        self.colors = (bottom, top)

    def request_render(self):
        pass

    def screenshot(self):
        return np.zeros((self.size[1], self.size[0], 3), np.uint8)

    def close(self):
        self.closed = True

    # -- for assertions -----------------------------------------------------------------------
    def has_color(self, key, color) -> bool:
        """Whether a shape holds this colour, 0–1, in any of its points."""
        wanted = np.rint(np.array(color) * 255)
        return bool((np.abs(self.shapes[key].colors[:, :3].astype(int) - wanted) <= 1).all(1).any())

    def text(self, key) -> str:
        return self.labels[key][0].strip() if key in self.labels else ""
