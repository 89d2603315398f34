"""Points along a needle, for peers that only know points."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from zones.needle import Needle

STEP_MM = 0.5
"""Distance between samples along the axis: half a millimetre is what such planners use."""


def axis_samples(needle: Needle) -> NDArray[np.float64]:
    """Points (n, 3) along the axis at most `STEP_MM` apart, both ends included."""
    n = int(np.ceil(needle.depth / STEP_MM)) + 1
    depths = np.linspace(0.0, needle.depth, max(n, 2))
    points: NDArray[np.float64] = needle.entry + depths[:, None] * needle.direction
    return points
