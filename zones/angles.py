"""Directions in the conventions people use, each with its way back.

*Tilt and azimuth* are measured from the skin, *anatomical angles* from the body's planes, a
*target* needs none. All three end in one unit vector, world frame (LPS); angles are degrees.
"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from zones.errors import BadNeedleError
from zones.needle import Needle
from zones.skin import skin_normal

__all__ = [
    "AZIMUTH_ZERO_ID", "anatomical_angles", "angles_from_direction", "direction_from_anatomical",
    "direction_from_angles", "direction_to_target", "entry_moved", "pushed", "skin_normal",
    "tip_moved", "turned",
]  # fmt: skip

AZIMUTH_ZERO_ID = "azimuth.zero.cranial"
"""Message id: azimuth 0 points the tip cranially along the skin; it rises counter-clockwise seen
from outside, that is towards the subject's left on the back and the subject's right on the front;
where the skin faces straight up or down, 0 is posterior."""

Vector = NDArray[np.float64]
About = Literal["entry", "tip"]
Aim = Literal["anterior", "posterior"]

_POLE = 1e-6
"""Below this sine between normal and vertical the skin has no cranial direction of its own."""


def _unit(value: ArrayLike, what: str) -> Vector:
    v = np.array(value, dtype=np.float64)
    if v.shape != (3,) or not np.isfinite(v).all():
        raise BadNeedleError(f"the {what} is {value!r}; expected three finite numbers")
    scale = float(np.abs(v).max())
    if scale == 0.0:
        raise BadNeedleError(f"the {what} is zero; expected a vector with a length")
    v /= scale
    unit: Vector = v / np.sqrt(v @ v)
    return unit


def _finite(**angles: float) -> None:
    for name, value in angles.items():
        if not np.isfinite(value):
            raise BadNeedleError(f"{name} is {value}; expected a number of degrees")


def skin_frame(normal: ArrayLike) -> tuple[Vector, Vector, Vector]:
    """Return inward normal, the direction of azimuth 0 and that of azimuth 90, all unit (3,).

    Azimuth 0 is the cranial direction (+z) laid into the skin plane; within `_POLE` of the vertical
    it is posterior (+y). Azimuth 90 lies counter-clockwise of it, seen from outside.
    """
    inward = _unit(normal, "skin normal")
    up = np.array([0.0, 0.0, 1.0])
    zero = up - (up @ inward) * inward
    if np.sqrt(zero @ zero) < _POLE:
        up = np.array([0.0, 1.0, 0.0])
        zero = up - (up @ inward) * inward
    zero = _unit(zero, "cranial direction")
    zero = _unit(zero - (zero @ inward) * inward, "cranial direction")
    quarter: Vector = np.cross(-inward, zero)
    return inward, zero, quarter


def direction_from_angles(normal: ArrayLike, tilt_deg: float, azimuth_deg: float) -> Vector:
    """Return the direction with a tilt from the inward skin normal and an azimuth about it.

    Parameters
    ----------
    normal
        (3,) inward skin normal, LPS.
    tilt_deg
        0 is straight in, 90 lies in the skin plane.
    azimuth_deg
        Where along the skin the tip leans: 0 cranial, counter-clockwise seen from outside
        (`AZIMUTH_ZERO_ID`). Any turn is accepted.

    Returns
    -------
    (3,) unit vector.

    Raises
    ------
    BadNeedleError
        An angle or the normal is no number, or the normal is zero.
    """
    _finite(tilt=tilt_deg, azimuth=azimuth_deg)
    inward, zero, quarter = skin_frame(normal)
    tilt, azimuth = np.deg2rad(tilt_deg), np.deg2rad(azimuth_deg)
    aside = np.cos(azimuth) * zero + np.sin(azimuth) * quarter
    return _unit(np.cos(tilt) * inward + np.sin(tilt) * aside, "direction")


def angles_from_direction(normal: ArrayLike, direction: ArrayLike) -> tuple[float, float]:
    """Return ``(tilt_deg, azimuth_deg)``; the way back of `direction_from_angles`.

    Tilt is in [0, 180], azimuth in [0, 360); at tilt 0 and 180 the azimuth means nothing and is 0.
    Raises `BadNeedleError` for a zero or unreadable vector.
    """
    inward, zero, quarter = skin_frame(normal)
    d = _unit(direction, "direction")
    along, north, east = float(d @ inward), float(d @ zero), float(d @ quarter)
    aside = float(np.hypot(north, east))
    tilt = float(np.rad2deg(np.arctan2(aside, along)))
    if aside < 1e-12:
        return tilt, 0.0
    return tilt, float(np.rad2deg(np.arctan2(east, north))) % 360.0 % 360.0


def direction_from_anatomical(
    side: str, medial_deg: float, cranial_deg: float, aim: Aim = "anterior"
) -> Vector:
    """Return the direction given by its angles to the body's planes.

    Parameters
    ----------
    side
        ``left`` or ``right``: which way is medial. ``mid`` counts as the left side.
    medial_deg
        Turn in the transverse plane from straight anterior (or posterior, see ``aim``) towards the
        midline; negative is lateral.
    cranial_deg
        Rise out of the transverse plane; negative is caudal. Within ±90.
    aim
        Where zero angles point: ``anterior`` for a needle through the back, ``posterior`` for one
        through the front.

    Returns
    -------
    (3,) unit vector, LPS.
    """
    _finite(medial=medial_deg, cranial=cranial_deg)
    medial, cranial = np.deg2rad(medial_deg), np.deg2rad(cranial_deg)
    inwards = 1.0 if side == "right" else -1.0
    forward = -1.0 if aim == "anterior" else 1.0
    flat = np.cos(cranial)
    return _unit(
        [inwards * np.sin(medial) * flat, forward * np.cos(medial) * flat, np.sin(cranial)],
        "direction",
    )


def anatomical_angles(
    side: str, direction: ArrayLike, aim: Aim = "anterior"
) -> tuple[float, float]:
    """Return ``(medial_deg, cranial_deg)``; the way back of `direction_from_anatomical`.

    Medial is in (-180, 180], cranial in [-90, 90]; straight up or down medial is 0.
    """
    d = _unit(direction, "direction")
    inwards = d[0] if side == "right" else -d[0]
    forward = -d[1] if aim == "anterior" else d[1]
    flat = float(np.hypot(inwards, forward))
    cranial = float(np.rad2deg(np.arctan2(d[2], flat)))
    if flat < 1e-12:
        return 0.0, cranial
    return float(np.rad2deg(np.arctan2(inwards, forward))), cranial


def direction_to_target(entry: ArrayLike, target: ArrayLike) -> tuple[Vector, float]:
    """Return the unit direction and the depth, mm, from an entry point to a target point.

    Raises
    ------
    BadNeedleError
        The two points coincide or hold something that is no number.
    """
    gap = np.asarray(target, dtype=np.float64) - np.asarray(entry, dtype=np.float64)
    if gap.shape == (3,) and np.isfinite(gap).all() and not gap.any():
        raise BadNeedleError("entry and target are the same point; expected two different ones")
    direction = _unit(gap, "way from entry to target")
    return direction, float(gap @ direction)


def entry_moved(needle: Needle, entry: ArrayLike, keep: Literal["direction", "tip"]) -> Needle:
    """Return the needle with another entry point; the tip follows, or it stays and all else does.

    ``keep="direction"`` carries direction and depth along; ``keep="tip"`` holds the tip, so that
    direction and depth follow. Raises `BadNeedleError` if the entry point is put on a held tip.
    """
    if keep == "direction":
        return Needle(np.asarray(entry), needle.direction, needle.depth, needle.radius)
    direction, depth = direction_to_target(entry, needle.tip)
    return Needle(np.asarray(entry), direction, depth, needle.radius)


def tip_moved(needle: Needle, tip: ArrayLike, keep: Literal["direction", "entry"]) -> Needle:
    """Return the needle with another tip; the entry point follows, or it stays and all else does.

    The mirror of `entry_moved`.
    """
    if keep == "direction":
        moved = np.asarray(tip, dtype=np.float64) - needle.depth * needle.direction
        return Needle(moved, needle.direction, needle.depth, needle.radius)
    direction, depth = direction_to_target(needle.entry, tip)
    return Needle(needle.entry, direction, depth, needle.radius)


def turned(needle: Needle, direction: ArrayLike, about: About = "entry") -> Needle:
    """Return the needle turned to a direction about its entry point or its tip; depth stays.

    About the tip, the entry point leaves the skin: let `zones.skin` seat it again.
    """
    entry = needle.entry
    if about == "tip":
        entry = needle.tip - needle.depth * _unit(direction, "direction")
    return Needle(entry, np.asarray(direction), needle.depth, needle.radius)


def pushed(needle: Needle, depth: float, about: About = "entry") -> Needle:
    """Return the needle with another depth, mm: the tip moves, or the entry point if it is held."""
    entry = needle.entry
    if about == "tip" and np.isfinite(depth):
        entry = needle.tip - float(depth) * needle.direction
    return Needle(entry, needle.direction, depth, needle.radius)
