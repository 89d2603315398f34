"""A cut through the body as arrays: which plane, and its caps.

Pure, to be run off the main thread: exact sections of the full surfaces, filled and coloured as one
mesh that lies in the plane.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from meshes.section import Plane, Section, cuts
from meshes.section_fill import filled
from viewer.appearance import Color
from viewer.canvas.protocol import Segments, Triangles
from viewer.section_slice import back_to_front

Vector = NDArray[np.float64]
_LIFT_MM = 0.012
"""Between one cap and the next on top of it, so that they do not flicker."""
KINDS = ("axial", "sagittal", "coronal", "needle", "free")
NORMALS = {"axial": (0.0, 0.0, 1.0), "sagittal": (1.0, 0.0, 0.0), "coronal": (0.0, 1.0, 0.0)}


@dataclass(frozen=True)
class Cut:
    """What lies on the normal's side of the plane is taken away. World frame, mm."""

    kind: str
    origin: tuple[float, float, float]
    normal: tuple[float, float, float]

    @property
    def plane(self) -> Plane:
        """The plane with axes."""
        return Plane.of(self.origin, self.normal, (0.0, 0.0, -1.0))

    def moved(self, mm: float) -> Cut:
        """The same cut, ``mm`` along its normal."""
        x, y, z = (o + mm * n for o, n in zip(self.origin, self.normal, strict=True))
        return replace(self, origin=(x, y, z))

    def flipped(self) -> Cut:
        """The other half is taken away."""
        x, y, z = (-n for n in self.normal)
        return replace(self, normal=(x, y, z))


@dataclass(frozen=True, eq=False)
class Caps:
    """Cut faces ready to be drawn. ``sections`` by structure id, the last on top."""

    cut: Cut
    sections: Mapping[str, Section]
    faces: Triangles | None
    edges: Segments | None


def make_caps(
    body: Body,
    cut: Cut,
    shown: Sequence[str],
    color_of: Mapping[str, Color],
    cancelled: Callable[[], bool] = lambda: False,
) -> Caps:
    """Cut the shown structures and fill what is closed."""
    plane = cut.plane
    surfaces = {key: body.structures[key].surface for key in shown}
    found = cuts(surfaces, plane, cancelled=cancelled)
    points, triangles, colors, lines = [], [], [], []
    start = 0
    order = back_to_front(body, found.items())
    for rank, (key, section) in enumerate(order):
        if cancelled():
            break
        lift = _LIFT_MM * (rank + 1)
        flat, faces = filled(section)
        points.append(plane.world(flat, lift))
        triangles.append(faces + np.int32(start))
        rgb = np.rint(255 * np.array(color_of[key])).astype(np.uint8)
        colors.append(np.broadcast_to(rgb, (len(flat), 3)))
        lines.append(plane.world(_pairs(section), lift + _LIFT_MM / 2))
        start += len(flat)
    if not start:
        return Caps(cut, dict(order), None, None)
    whole = np.concatenate(points).astype(np.float32)
    normals = np.broadcast_to(plane.normal.astype(np.float32), whole.shape).copy()
    mesh = Triangles(whole, np.concatenate(triangles), normals, np.concatenate(colors))
    return Caps(cut, dict(order), mesh, Segments(np.concatenate(lines).astype(np.float32)))


def _pairs(section: Section) -> Vector:
    """Ends of every edge of the section, (2k, 2)."""
    out = []
    for loop in section.loops:
        after = np.roll(loop, -1, axis=0) if section.closed else loop[1:]
        out.append(np.stack([loop[: len(after)], after], axis=1).reshape(-1, 2))
    return np.concatenate(out) if out else np.empty((0, 2))
