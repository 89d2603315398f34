"""Points authored beside the first, shorter column, carried to the present one.

The first column's vertebrae were 7 to 12 % lower than a man's of 173 cm: its fourth lumbar vertebra
lay 40 mm above the height of the iliac crest in ANSUR II. Tables authored beside it (the muscle
polylines of the trial) are restacked level by level. Shoulder girdle and sternum moved as wholes.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

FIRST_Z = (
    -350.0, -316.5, -283.2, -249.4, -216.5, -185.1, -156.4, -129.4, -103.9, -79.4, -55.5,
    -32.3, -10.0, 10.7, 30.3, 49.3, 67.6, 84.7, 101.6, 118.2, 135.3, 152.6, 169.6,
)  # fmt: skip
PRESENT_Z = (
    -393.8, -360.3, -323.5, -285.2, -247.6, -212.2, -179.8, -149.9, -121.9, -95.4, -69.7,
    -44.7, -20.7, 2.1, 23.9, 44.6, 64.4, 83.2, 101.6, 117.7, 133.6, 149.8, 166.5,
)  # fmt: skip
GIRDLE_DROP = 8.0
"""Clavicle, scapula, humerus and sternum lie this much lower than in the first tables, mm."""


def restacked(points: ArrayLike) -> NDArray[np.float64]:
    """Points on or beside the spine and ribs: z follows the vertebrae, (..., 3) mm."""
    p = np.array(points, float)
    p[..., 2] = np.interp(p[..., 2], FIRST_Z, PRESENT_Z) + (p[..., 2] > FIRST_Z[-1]) * (
        p[..., 2] - FIRST_Z[-1]
    )
    return p


def on_girdle(points: ArrayLike) -> NDArray[np.float64]:
    """Points on the scapula, clavicle, humerus or sternum, (..., 3) mm."""
    return np.asarray(points, float) - (0.0, 0.0, GIRDLE_DROP)
