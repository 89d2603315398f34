"""How deep a line may go: first contact and limit depth of one needle's line. World frame, mm.

First contact is the depth where the endless line first meets a zone, the earliest one where it
grazes or lies in a face; 0 if the entry is inside. Limit depth is the deepest tip for which the
whole needle, entry to tip, keeps the margin: the first depth where the axis comes within margin +
radius, found by Newton's method from the left on the convex distance to each triangle. Both may be
early by rounding (about 1e-9 mm over the sine of the angle of approach); neither is ever late.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from zones.clearance import ZoneMeasures

SEARCHED_LENGTH_MM = 300.0
"""How far along the line limits and layers are sought; more than any trunk is deep. Convention."""


@dataclass(frozen=True)
class LineLimit:
    """Limit of one line over several zones; ``depth`` is ``None`` beyond the searched length."""

    depth: float | None
    zone_id: str | None


def searched_length(depth: float, wanted_mm: float = SEARCHED_LENGTH_MM) -> float:
    """Return how far to search: at least to the tip."""
    return max(float(wanted_mm), float(depth))


def finite(depth: float) -> float | None:
    """Return a depth, or ``None`` for an infinite one."""
    return float(depth) if math.isfinite(depth) else None


def line_limit(found: ZoneMeasures, zone_ids: Sequence[str]) -> LineLimit:
    """Return the least limit over zones and which zone sets it; ties go to the first.

    ``zone_ids`` name the rows of ``found``. Zones that are not on the body do not limit: their
    verdict, not the depth, says that they are unknown.
    """
    limits: NDArray[np.float64] = found.limit
    if not len(limits):
        return LineLimit(None, None)
    i = int(np.argmin(limits))
    if not np.isfinite(limits[i]):
        return LineLimit(None, None)
    return LineLimit(float(limits[i]), zone_ids[i])
