"""The colours of limit depths: vermillion, yellow, blue in bands of 5 mm. No Qt.

A band has the colour of its shallow edge, so that no colour is kinder than the number. What no zone
limits is pale, what was not assessed grey and striped: neither has a colour of the scale.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.theme.palette import BLUE, GREY, VERMILLION, YELLOW, rgb
from zones.zone_reach import LineState

Bytes = NDArray[np.uint8]
Floats = NDArray[np.float64]

BAND_MM = 5.0
FULL_MM = 60.0
"""From here on everything is as blue as it gets. Convention: the deepest table band is 60 mm."""
TICKS_MM = (0, 15, 30, 45, 60)
_STOPS = np.array([rgb(VERMILLION), rgb(YELLOW), rgb(BLUE)])
OPEN = tuple(np.round(255 * (0.30 * np.array(rgb(BLUE)) + 0.70)).astype(int).tolist())
"""Where no limit was found."""
UNKNOWN = tuple(round(255 * c) for c in rgb(GREY))
UNKNOWN_STRIPE = tuple(round(0.62 * c) for c in UNKNOWN)


def scale_colors(depth_mm: ArrayLike) -> Bytes:
    """Colours (n, 3) of limit depths (n,) mm."""
    depth = np.clip(np.asarray(depth_mm, np.float64), 0.0, FULL_MM)
    share = np.floor(depth / BAND_MM) * BAND_MM / FULL_MM
    places = np.linspace(0.0, 1.0, len(_STOPS))
    rows = [np.interp(share, places, _STOPS[:, k]) for k in range(3)]
    return np.round(255.0 * np.stack(rows, axis=-1)).astype(np.uint8)


def limit_colors(limit: Floats, state: NDArray[np.int8], stripe: NDArray[np.bool_]) -> Bytes:
    """Colours (n, 3) of lines by limit depth and state; ``stripe`` darkens the unknown in turn."""
    found = scale_colors(np.where(np.isfinite(limit), limit, FULL_MM))
    unlimited = state != LineState.LIMITED
    found[unlimited] = OPEN
    unknown = state == LineState.UNKNOWN
    found[unknown] = np.where(stripe[unknown, None], UNKNOWN_STRIPE, UNKNOWN)
    return found
