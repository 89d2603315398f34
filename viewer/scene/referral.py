"""Presenter of a referral pattern: a tint on the skin that fades at its edge, and its name.

A hue outside the verdict scale: it says where people feel pain, never what is near.
"""

from __future__ import annotations

import numpy as np

from meshes.body import Body
from viewer.canvas.protocol import Canvas, Look, Triangles
from viewer.scene.colors import REFERRAL
from zones.referral import Referral

KEY = "points/referral"
_OUT_MM = 0.7
_DENSEST = 165
"""Opacity where the pattern is, of 255: the skin shows through."""


def pattern(body: Body, found: Referral) -> Triangles | None:
    """Triangles of the skin within the pattern, just outside it; ``None`` where there is none."""
    skin = body.skin
    if skin is None or len(found.share) != len(skin.surface.points):
        return None
    points, triangles = skin.surface.points, skin.surface.triangles
    kept = triangles[(found.share[triangles] > 0.0).any(axis=1)]
    if not len(kept):
        return None
    corners = points[kept]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    used, number = np.unique(kept, return_inverse=True)
    flat, weight = number.ravel(), np.repeat(across, 3, axis=0)
    sums = [np.bincount(flat, weight[:, k], len(used)) for k in range(3)]
    outward = np.stack(sums, axis=1)
    outward /= np.maximum(np.linalg.norm(outward, axis=1, keepdims=True), 1e-12)
    colors = np.empty((len(used), 4), np.uint8)
    colors[:, :3] = np.rint(np.array(REFERRAL) * 255)
    colors[:, 3] = np.rint(_DENSEST * found.share[used])
    return Triangles(
        (points[used] + _OUT_MM * outward).astype(np.float32),
        number.reshape(-1, 3).astype(np.int32), outward.astype(np.float32), colors,
    )  # fmt: skip


class ReferralPresenter:
    """Draws one pattern; ``shown`` is what it was drawn from."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.shown: Referral | None = None
        self._wanted: tuple[Body, Referral | None] | None = None
        self._covered = False

    def cover(self, on: bool) -> None:
        """Take the tint away while other colours lie on the skin: mixed, neither can be read."""
        if on != self._covered:
            self._covered = on
            if self._wanted is not None:
                self._draw(*self._wanted)

    def show(self, body: Body, found: Referral | None) -> None:
        """Draw this pattern; ``None`` takes it away."""
        self._wanted = (body, found)
        self._draw(body, found)

    def _draw(self, body: Body, found: Referral | None) -> None:
        found = None if self._covered else found
        if found is self.shown:
            return
        shape = pattern(body, found) if found is not None else None
        if shape is not None:
            self._canvas.show(KEY, shape, Look(finish="flat"))
        elif self.shown is not None:
            self._canvas.remove(KEY)
        self.shown = found if shape is not None else None
