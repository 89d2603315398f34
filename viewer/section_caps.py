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
from viewer.appearance import Color
from viewer.canvas.protocol import Segments, Triangles
from viewer.section_slice import back_to_front

Vector = NDArray[np.float64]
_LIFT_MM = 0.012
"""Between one cap and the next on top of it, so that they do not flicker."""
_UNNAMED: Color = (0.80, 0.81, 0.83)
_UNNAMED_LINES: Color = (0.60, 0.62, 0.65)
_HATCH_MM = 3.5
"""Tissue inside the skin that no structure holds: grey and hatched, never in a tissue's colour."""
_INK: Color = (0.06, 0.08, 0.10)
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
    from meshes.section_fill import filled  # compiles: not at import

    plane = cut.plane
    surfaces = {key: body.structures[key].surface for key in shown}
    found = cuts(surfaces, plane, cancelled=cancelled)
    points, triangles, colors, lines, inks = [], [], [], [], []
    start = 0
    order = back_to_front(body, found.items())
    for rank, (key, section) in enumerate(order):
        if cancelled():
            break
        lift = _LIFT_MM * (rank + 1)
        flat, faces = filled(section)
        points.append(plane.world(flat, lift))
        triangles.append(faces + np.int32(start))
        is_skin = body.structures[key].system == "skin"
        colors.append(_painted(_UNNAMED if is_skin else color_of[key], len(flat)))
        drawn = [(_pairs(section), color_of[key] if is_skin else _INK)]
        if is_skin and section.closed:
            drawn.append((hatched(section, _HATCH_MM), _UNNAMED_LINES))
        for ends, color in drawn:
            lines.append(plane.world(ends, lift + _LIFT_MM / 2))
            inks.append(_painted(color, len(ends)))
        start += len(flat)
    if not start:
        return Caps(cut, dict(order), None, None)
    whole = np.concatenate(points).astype(np.float32)
    normals = np.broadcast_to(plane.normal.astype(np.float32), whole.shape).copy()
    mesh = Triangles(whole, np.concatenate(triangles), normals, np.concatenate(colors))
    edges = Segments(np.concatenate(lines).astype(np.float32), np.concatenate(inks))
    return Caps(cut, dict(order), mesh, edges)


def _painted(color: Color, count: int) -> NDArray[np.uint8]:
    rgb = np.rint(255 * np.array(color)).astype(np.uint8)
    return np.broadcast_to(rgb, (count, 3))


def hatched(section: Section, gap_mm: float) -> Vector:
    """Ends (2k, 2) of parallel lines at 45° inside a closed section, ``gap_mm`` apart.

    What lies inside an odd number of its loops is inside.
    """
    ends = _pairs(section).reshape(-1, 2, 2)
    turn = np.array([[1.0, 1.0], [-1.0, 1.0]]) / np.sqrt(2.0)  # rows of (along, across)
    turned = ends @ turn.T
    low, high = turned[..., 1].min(axis=1), turned[..., 1].max(axis=1)
    out = []
    first = np.ceil(low.min() / gap_mm) if len(ends) else 0.0
    for level in gap_mm * np.arange(first, (high.max() if len(ends) else 0.0) / gap_mm):
        met = turned[(low <= level) & (level < high)]
        share = (level - met[:, 0, 1]) / (met[:, 1, 1] - met[:, 0, 1])
        along = np.sort(met[:, 0, 0] + share * (met[:, 1, 0] - met[:, 0, 0]))
        along = along[: 2 * (len(along) // 2)]
        out.append(np.stack([along, np.full(len(along), level)], axis=1) @ turn)
    return np.concatenate(out) if out else np.empty((0, 2))


def _pairs(section: Section) -> Vector:
    """Ends of every edge of the section, (2k, 2)."""
    out = []
    for loop in section.loops:
        after = np.roll(loop, -1, axis=0) if section.closed else loop[1:]
        out.append(np.stack([loop[: len(after)], after], axis=1).reshape(-1, 2))
    return np.concatenate(out) if out else np.empty((0, 2))
