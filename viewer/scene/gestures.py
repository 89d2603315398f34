"""Drags of the needle as pure geometry: pointer in, needle out. Each remembers how it began.

Angles are kept relative to the skin as they were at the press, so that a long drag does not drift.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.body import Body
from viewer.scene.needle import grip_depth
from viewer.scene.screen import Screen
from zones import edits
from zones.angles import angles_from_direction, direction_from_angles, skin_normal
from zones.edits import Edit
from zones.needle import Needle
from zones.plan import PlannedNeedle

Vector = NDArray[np.float64]
Part = Literal["entry", "tip", "hub", "shaft"]

_REACH_PX: dict[Part, float] = {"tip": 13.0, "hub": 14.0, "entry": 12.0, "shaft": 7.0}
_END_ON_COS = 0.97


@lru_cache(maxsize=1)
def numbers() -> dict[str, Any]:
    """The interface's own numbers (`viewer/data/scene.toml`)."""
    return tomllib.loads((files("viewer") / "data" / "scene.toml").read_text(encoding="utf-8"))


def part_at(planned: PlannedNeedle, pixel: ArrayLike, screen: Screen) -> Part | None:
    """The part of a needle under a pixel; the nearest handle wins over the shaft."""
    needle = planned.needle
    grip = grip_depth(planned)
    at = np.asarray(pixel, dtype=np.float64)[:2]
    spots = screen.pixel([needle.tip, needle.point_at(grip), needle.entry])
    gaps = np.linalg.norm(spots - at, axis=1)
    names: tuple[Part, ...] = ("tip", "hub", "entry")
    near = [(gap / _REACH_PX[name], name) for gap, name in zip(gaps, names, strict=True)
            if gap <= _REACH_PX[name]]  # fmt: skip
    if near:
        return min(near)[1]
    a, b = spots[1], spots[0]
    along = b - a
    length = float(along @ along)
    t = float(np.clip((at - a) @ along / length, 0, 1)) if length > 0 else 0.0
    return "shaft" if np.linalg.norm(a + t * along - at) <= _REACH_PX["shaft"] else None


def placed(body: Body, needle: Needle, point: ArrayLike) -> Needle:
    """The needle entering at another skin point, its tilt and azimuth to the skin kept."""
    tilt, azimuth = angles_from_direction(skin_normal(body, needle.entry), needle.direction)
    direction = direction_from_angles(skin_normal(body, point), tilt, azimuth)
    return Needle(np.asarray(point), direction, needle.depth, needle.radius)


@dataclass
class EntryDrag:
    """The entry point along the skin; the needle leans as it leaned."""

    body: Body
    start: Needle
    tilt_deg: float = field(init=False)
    azimuth_deg: float = field(init=False)

    def __post_init__(self) -> None:
        normal = skin_normal(self.body, self.start.entry)
        self.tilt_deg, self.azimuth_deg = angles_from_direction(normal, self.start.direction)

    def to(self, point: ArrayLike) -> Needle:
        """The needle with its entry at a point of the skin."""
        normal = skin_normal(self.body, point)
        direction = direction_from_angles(normal, self.tilt_deg, self.azimuth_deg)
        return Needle(np.asarray(point), direction, self.start.depth, self.start.radius)


@dataclass
class TurnDrag:
    """The handle on a sphere about the entry point; depth stays."""

    start: Needle
    reach: float
    """Handle to entry point, mm."""
    inward: Vector
    _last: Vector = field(init=False)

    def __post_init__(self) -> None:
        self._last = self.start.entry - self.reach * self.start.direction

    def to(self, pixel: ArrayLike, screen: Screen) -> Needle:
        """The needle whose handle lies under a pixel, on the side where it was."""
        origin, sight = screen.ray(pixel)
        gap = origin - self.start.entry
        half = float(gap @ sight)
        left = half * half - float(gap @ gap) + self.reach * self.reach
        if left > 0:
            spots = [origin + t * sight for t in (-half - np.sqrt(left), -half + np.sqrt(left))]
            grip = min(spots, key=lambda p: float(np.linalg.norm(p - self._last)))
        else:
            grip = origin - half * sight
        out = grip - self.start.entry
        out = out / np.linalg.norm(out)
        direction = _not_flat(self.inward, -out)
        self._last = self.start.entry - self.reach * direction
        return Needle(self.start.entry, direction, self.start.depth, self.start.radius)


def _not_flat(inward: Vector, direction: Vector) -> Vector:
    """The direction, leaning at most as far as the interface allows."""
    most = float(numbers()["reach"]["steepest_tilt_deg"])
    tilt, azimuth = angles_from_direction(inward, direction)
    return direction if tilt <= most else direction_from_angles(inward, most, azimuth)


@dataclass
class DepthDrag:
    """The tip along the axis; seen end-on, moving down the screen pushes."""

    start: Needle
    pixel: Vector
    deepest: float
    _from: float | None = field(init=False, default=None)

    def to(self, pixel: ArrayLike, screen: Screen) -> Needle:
        """The needle with its tip under a pixel."""
        at = np.asarray(pixel, dtype=np.float64)[:2]
        origin, sight = screen.ray(at)
        across = float(sight @ self.start.direction)
        if abs(across) > _END_ON_COS:
            moved = (at[1] - self.pixel[1]) * screen.mm_per_pixel(self.start.entry)
        else:
            began = self._along(*screen.ray(self.pixel)) if self._from is None else self._from
            self._from = began
            moved = self._along(origin, sight) - began
        depth = float(np.clip(self.start.depth + moved, 0.0, self.deepest))
        return Needle(self.start.entry, self.start.direction, depth, self.start.radius)

    def _along(self, origin: Vector, sight: Vector) -> float:
        """Depth of the axis point nearest to a line of sight, mm."""
        d = self.start.direction
        gap = origin - self.start.entry
        across = float(sight @ d)
        return float((gap @ d - (gap @ sight) * across) / (1.0 - across * across))


def first_needle(body: Body, point: ArrayLike, needle_id: str) -> Edit:
    """An edit that adds a needle straight in at a skin point, with the sizes on offer first."""
    sizes = tomllib.loads(
        (files("viewer") / "data" / "needle_sizes.toml").read_text(encoding="utf-8")
    )
    depth, radius = float(numbers()["new_needle"]["depth_mm"]), sizes["default_diameter_mm"] / 2
    needle = Needle(np.asarray(point), skin_normal(body, point), depth, radius)
    return edits.add_needle(needle, needle_id=needle_id, length=float(sizes["default_length_mm"]))


def deepest(planned: PlannedNeedle) -> float:
    """The deepest tip the mouse may set, mm: the needle's length, or the interface's bound."""
    bound = float(numbers()["reach"]["deepest_mm"])
    return min(bound, planned.length) if planned.length is not None else bound
