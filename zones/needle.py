"""`Needle`: the capsule around its axis, entry to tip. World frame (LPS), mm, float64."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zones.errors import BadNeedleError

Vector = NDArray[np.float64]


MOST_MM = 1e6
"""No body is a kilometre away and no margin as wide: beyond it numbers lose their meaning."""


def _vector(value: ArrayLike, what: str) -> Vector:
    try:
        v = np.array(value, dtype=np.float64)
    except (TypeError, ValueError):
        raise BadNeedleError(f"the {what} is {value!r}; expected three numbers") from None
    if v.shape != (3,) or not np.isfinite(v).all():
        raise BadNeedleError(f"the {what} is {value!r}; expected three finite numbers")
    return v


@dataclass(frozen=True, eq=False)
class Needle:
    """A straight needle.

    Parameters
    ----------
    entry
        (3,) point where it enters the skin, mm.
    direction
        (3,) direction of travel; any length but zero, stored as a unit vector.
    depth
        Entry to physical tip along the axis, mm, 0 to `MOST_MM`.
    radius
        Shaft radius, mm, 0 to `MOST_MM`.

    Raises
    ------
    BadNeedleError
        For anything that is no needle, in one sentence.
    """

    entry: Vector
    direction: Vector
    depth: float
    radius: float = 0.15

    def __post_init__(self) -> None:
        entry = _vector(self.entry, "entry point")
        direction = _vector(self.direction, "direction")
        scale = float(np.abs(direction).max())
        if scale == 0.0:
            raise BadNeedleError("the direction is zero; expected a vector with a length")
        if scale > 1.0 or abs(float(direction @ direction) - 1.0) > 1e-15:  # else saved ones drift
            direction = direction / scale  # before the norm: 1e-200 and 1e200 are directions too
            direction = direction / float(np.sqrt(direction @ direction))
        if np.abs(entry).max() > MOST_MM:
            raise BadNeedleError(
                f"the entry point is {entry.tolist()}; expected mm up to {MOST_MM:g}: give LPS mm "
                "of the body"
            )
        for name, value in (("depth", self.depth), ("radius", self.radius)):
            if not 0.0 <= value <= MOST_MM:
                raise BadNeedleError(
                    f"the {name} is {value} mm; expected 0 to {MOST_MM:g}: give a length in mm"
                )
        for v in (entry, direction):
            v.flags.writeable = False
        object.__setattr__(self, "entry", entry)
        object.__setattr__(self, "direction", direction)
        object.__setattr__(self, "depth", float(self.depth))
        object.__setattr__(self, "radius", float(self.radius))

    @cached_property
    def tip(self) -> Vector:
        """(3,) physical tip, mm."""
        return self.point_at(self.depth)

    def point_at(self, depth: float) -> Vector:
        """(3,) point of the axis ``depth`` mm beyond the entry point."""
        point: Vector = self.entry + depth * self.direction
        point.flags.writeable = False
        return point
