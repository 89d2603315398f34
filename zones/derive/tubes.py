"""Intercostal bundles along each rib's lower border, and the closed tubes they are drawn as.

Beside the spine the bundle runs free below the rib, comes nearer along the rib's angle and lies in
the costal groove beyond. Artery, vein and nerve are one tube on the outside of the pleura.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from meshes.surface import Surface, SurfaceKind
from meshes.voxels import Floats
from zones.acceptance.probe import NotRunError, Probe
from zones.derive.figures import figures
from zones.derive.wall import Wall

_SIDES = 10
_STEP_MM = 4.0
_LEAST_MM = 30.0
_ROOF = 2


def bundle_course(probe: Probe, wall: Wall, number: int) -> Floats:
    """Centre line (n, 3) of the bundle below a rib, from beside the spine forwards, mm.

    Raises
    ------
    NotRunError
        The rib is not there, or too short to follow.
    """
    f = figures("bundle")
    if number not in wall.ribs:
        raise NotRunError(f"rib {number} is not there on the {wall.side}")
    cloud = wall.ribs[number]
    angle, low, inner = _lower_border(wall, cloud)
    is_roof = number <= _ROOF  # the chart has no wall there; the rib's own inner face stands in
    border = wall.axis.point(angle, inner if is_roof else wall.at(wall.radius, angle, low), low)
    start = int(np.argmax(wall.aside(border) >= f["from_midline"]))
    angle, low, inner, border = angle[start:], low[start:], inner[start:], border[start:]
    along = _length(border)
    if len(angle) < 3 or along[-1] < _LEAST_MM:
        raise NotRunError(f"the lower border of rib {number} is too short to follow")
    corner = float(along[np.argmax(border[:, 1])])
    z = low - below_border(along, corner)
    out = figures("pleura")["wall_gap"] + f["radius"]
    radius = inner if is_roof else wall.at(wall.radius, angle, z)
    line = wall.axis.point(angle, radius + out, z)
    return _resampled(line, _STEP_MM)


def below_border(along: ArrayLike, angle_at: float) -> Floats:
    """Distance of the bundle below the rib's lower border, mm, along the border.

    Parameters
    ----------
    along
        Length from beside the spine, mm.
    angle_at
        Where the rib's angle lies, mm; the published figures are given there and beyond it.
    """
    f = figures("bundle")
    slope = (f["below_at_angle"] - f["below_lateral"]) / f["lateral_of_angle"]
    past = angle_at + f["lateral_of_angle"]
    groove = past + (f["below_lateral"] + f["groove"]) / slope
    at = [0.0, max(angle_at, 1.0), max(past, 2.0), max(groove, 3.0)]
    below = [f["below_beside_spine"], f["below_at_angle"], f["below_lateral"], -f["groove"]]
    found: Floats = np.interp(np.asarray(along, float), at, below)
    return found


def _lower_border(wall: Wall, cloud: Floats) -> tuple[Floats, Floats, Floats]:
    """Angles from the spine forwards, height of the lower border, radius of the inner face."""
    angle, rho = wall.axis.polar(cloud)
    angle = (angle + 90.0) % 360.0 - 90.0
    # In front the wall is cartilage; the bundle is followed along bone and cartilage alike.
    kept = (wall.aside(cloud) > 0.0) & (angle > -45.0) & (angle < 262.0)
    whole = np.round(angle[kept] / 2.0).astype(int)
    order = np.argsort(-whole, kind="stable")
    turns, first = np.unique(-whole[order], return_index=True)
    z = cloud[kept][order, 2]
    low = np.minimum.reduceat(z, first)
    tall = np.maximum.reduceat(z, first) - low
    inner = np.minimum.reduceat(rho[kept][order], first)
    full = tall > 0.5 * np.median(tall)  # at its ends a bin holds a part of the section only
    return -2.0 * turns[full], _smooth(low[full]), _smooth(inner[full])


def _smooth(values: Floats) -> Floats:
    found: Floats = ndimage.gaussian_filter1d(values, 1.5, mode="nearest")
    return found


def _length(line: Floats) -> Floats:
    found: Floats = np.concatenate(
        [[0.0], np.cumsum(np.linalg.norm(np.diff(line, axis=0), axis=1))]
    )
    return found


def _resampled(line: Floats, step: float) -> Floats:
    along = _length(line)
    at = np.linspace(0.0, along[-1], max(3, int(along[-1] / step) + 1))
    smooth = ndimage.gaussian_filter1d(line, 1.0, axis=0, mode="nearest")
    return np.stack([np.interp(at, along, smooth[:, k]) for k in range(3)], 1)


def tube(line: Floats, radius: float) -> Surface:
    """Closed tube of a radius around a polyline (n, 3), outward; mm.

    The tube is round about its corners: its faces lie within ``radius`` of the line by 5 % at most,
    so the radius is widened by as much.
    """
    n = len(line)
    tangent = np.gradient(line, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    first = np.cross(tangent[0], (1.0, 0.0, 0.0))
    if np.linalg.norm(first) < 0.1:
        first = np.cross(tangent[0], (0.0, 1.0, 0.0))
    turn = 2.0 * np.pi * np.arange(_SIDES) / _SIDES
    wide = radius / np.cos(np.pi / _SIDES)
    rings = []
    for k in range(n):
        first = first - (first @ tangent[k]) * tangent[k]
        first = first / np.linalg.norm(first)
        second = np.cross(tangent[k], first)
        around = np.cos(turn)[:, None] * first + np.sin(turn)[:, None] * second
        rings.append(line[k] + wide * around)
    points = np.concatenate([*rings, line[:1], line[-1:]])
    i = np.arange(_SIDES)
    j = (i + 1) % _SIDES
    faces = []
    for k in range(n - 1):
        a, b = k * _SIDES, (k + 1) * _SIDES
        faces += [np.stack([a + i, a + j, b + j], 1), np.stack([a + i, b + j, b + i], 1)]
    end = (n - 1) * _SIDES
    faces.append(np.stack([np.full(_SIDES, n * _SIDES), j, i], 1))
    faces.append(np.stack([np.full(_SIDES, n * _SIDES + 1), end + i, end + j], 1))
    return Surface.of(points, np.concatenate(faces), SurfaceKind.TUBE)


def bundle_tube(probe: Probe, wall: Wall, number: int) -> Surface:
    """Closed tube of one bundle; raises as `bundle_course`."""
    return tube(bundle_course(probe, wall, number), figures("bundle")["radius"])
