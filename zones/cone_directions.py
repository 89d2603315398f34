"""Sets of directions about a normal: an even grid for the picture, rings for "the worst within".

The grid maps a square of ``side`` × ``side`` cells onto the cap with equal areas (concentric rings
of the square become circles), so that neighbours in the grid are neighbours in direction: the map
is an image, the dome a grid of quads, and no index of neighbours is needed.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zones.angles import skin_frame
from zones.errors import BadNeedleError

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@lru_cache(maxsize=8)
def grid_offsets(side: int, half_angle_deg: float) -> Floats:
    """Directions about +z on a concentric grid: (side, side, 3) unit vectors.

    The outermost cells lie on the edge of the cap, the middle one of an odd ``side`` on its axis.
    First index along azimuth 0, second along azimuth 90. Read-only: kept for the next call.
    """
    if side < 2 or not 0.0 < half_angle_deg < 90.0:
        raise BadNeedleError(
            f"a cone of {half_angle_deg} degrees in {side} × {side} directions; expected an angle "
            "between 0 and 90 and a side of at least 2"
        )
    steps = np.linspace(-1.0, 1.0, side)
    a, b = np.meshgrid(steps, steps, indexing="ij")
    radius = np.maximum(np.abs(a), np.abs(b))
    scale = np.where(radius > 0.0, radius, 1.0)
    upright = np.abs(a) >= np.abs(b)
    turn = np.where(upright, 0.25 * np.pi * b / scale, 0.5 * np.pi - 0.25 * np.pi * a / scale)
    turn = np.where(upright, np.where(a < 0, np.pi - turn, turn), np.where(b < 0, -turn, turn))
    # Lambert: the height above the rim falls with the square of the disc's radius.
    height = 1.0 - radius**2 * (1.0 - np.cos(np.deg2rad(half_angle_deg)))
    flat = np.sqrt(np.clip(1.0 - height**2, 0.0, None))
    made = np.stack([flat * np.cos(turn), flat * np.sin(turn), height], axis=-1)
    made.flags.writeable = False
    return made


def ring_offsets(half_angle_deg: float, rings: int = 4) -> Floats:
    """Directions about +z in the middle and on rings of 6, 12, 18 …: 61 for four rings, (n, 3)."""
    _check_rings(half_angle_deg, rings)
    made = [np.array([[0.0, 0.0, 1.0]])]
    for k in range(1, rings + 1):
        tilt = np.deg2rad(half_angle_deg) * k / rings
        turn = 2.0 * np.pi * np.arange(6 * k) / (6 * k)
        flat = np.sin(tilt)
        made.append(
            np.stack([flat * np.cos(turn), flat * np.sin(turn), 0 * turn + np.cos(tilt)], 1)
        )
    return np.concatenate(made)


def _check_rings(half_angle_deg: float, rings: int) -> None:
    if rings < 1 or not 0.0 < half_angle_deg < 90.0:
        raise BadNeedleError(
            f"a cone of {half_angle_deg} degrees in {rings} rings; expected an angle between 0 and "
            "90 and at least one ring"
        )


def ring_gap_deg(half_angle_deg: float, rings: int = 4) -> float:
    """Largest angle between any direction of the cone and the nearest of `ring_offsets`.

    A direction between two rings is nearest in tilt to one of them by at most half a step, and in
    turn to a member of it by at most half its spacing; for a given turn the angle is largest at an
    end of the tilts. Raises `BadNeedleError` as `ring_offsets` does.
    """
    _check_rings(half_angle_deg, rings)
    alpha = np.deg2rad(half_angle_deg)
    step = alpha / rings
    worst = 0.5 * step
    for k in range(1, rings + 1):
        tilt, turn = k * step, np.pi / (6 * k)
        for end in (tilt - 0.5 * step, min(tilt + 0.5 * step, alpha)):
            cosine = np.cos(tilt) * np.cos(end) + np.sin(tilt) * np.sin(end) * np.cos(turn)
            worst = max(worst, float(np.arccos(min(cosine, 1.0))))
    return float(np.rad2deg(worst)) * (1.0 + 1e-9)


def about(normal: ArrayLike, offsets: Floats) -> Floats:
    """Turn directions about +z into directions about an inward skin normal; same shape.

    x goes to azimuth 0, y to azimuth 90 of `zones.angles.skin_frame`. Unit to the last bits.
    """
    from meshes.index.turned import turned  # compiles: not at import

    inward, zero, quarter = skin_frame(normal)
    made = np.empty_like(offsets, order="C")
    turned(offsets.reshape(-1, 3), np.stack([zero, quarter, inward]), made.reshape(-1, 3))
    return made


@lru_cache(maxsize=8)
def blocks(side: int, edge: int) -> tuple[Longs, Longs]:
    """Cut a grid into blocks of neighbours; read-only: kept for the next call.

    Returns
    -------
    tuple
        (side²,) flat grid indices, block after block; (b,) where each block ends.
    """
    cells = np.arange(side * side, dtype=np.int64).reshape(side, side)
    cuts = range(0, side, edge)
    parts = [cells[i : i + edge, j : j + edge].ravel() for i in cuts for j in cuts]
    order, stops = np.concatenate(parts), np.cumsum([len(p) for p in parts]).astype(np.int64)
    order.flags.writeable = stops.flags.writeable = False
    return order, stops
