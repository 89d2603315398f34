"""A cone as a round picture: which line lies under each pixel, and its colour."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtGui import QImage

from viewer.depth_scale import limit_colors
from viewer.theme.style import px
from zones.cone import SafeCone

Longs = NDArray[np.int64]


def cells(size: int, side: int, half_angle_deg: float) -> Longs:
    """Which line of a cone's grid lies under each pixel of a disc, (size, size); -1 beside it."""
    middle = (size - 1) / 2.0
    rows, columns = np.mgrid[0:size, 0:size]
    left, up = (middle - columns) / (size / 2.0), (middle - rows) / (size / 2.0)
    share = np.hypot(left, up)
    tilt = np.deg2rad(half_angle_deg) * np.minimum(share, 1.0)
    radius = np.sqrt((1.0 - np.cos(tilt)) / (1.0 - np.cos(np.deg2rad(half_angle_deg))))
    turn = np.arctan2(left, up)
    sector = np.round(turn / (0.5 * np.pi))
    along = (turn - sector * 0.5 * np.pi) / (0.25 * np.pi) * radius
    quarter = sector.astype(np.int64) % 4
    a = np.choose(quarter, [radius, -along, -radius, along])
    b = np.choose(quarter, [along, radius, -along, -radius])
    i, j = (np.clip(np.rint((x + 1.0) * 0.5 * (side - 1)), 0, side - 1).astype(int) for x in (a, b))
    return np.where(share <= 1.0, i * side + j, -1)


def cone_image(cone: SafeCone, size: int) -> QImage:
    """Paint a cone as a disc of ``size`` pixels; what was not assessed is grey and striped."""
    at = cells(size, cone.side, cone.half_angle_deg)
    rows, columns = np.mgrid[0:size, 0:size]
    stripe = (((rows + columns) // max(px(4), 2)) % 2 == 0).ravel()
    flat = np.maximum(at, 0).ravel()
    colors = limit_colors(cone.limit_depth[flat], cone.state[flat], stripe)
    made = np.zeros((size * size, 4), np.uint8)
    made[:, :3] = colors
    made[:, 3] = np.where(at.ravel() >= 0, 255, 0)
    data = np.ascontiguousarray(made).tobytes()
    return QImage(data, size, size, 4 * size, QImage.Format.Format_RGBA8888).copy()
