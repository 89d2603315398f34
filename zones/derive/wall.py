"""The inner wall of one half of the chest as a chart: radius over angle and height.

The axis runs through the middle of that half, so that the groove beside the spine is seen as well
as the ribs. Angles run from 0 in front over 90 at the side and 180 behind to 270 at the midline.
The wall is the inner face of ribs, cartilages, sternum and vertebrae, spanned straight across the
spaces between them.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import ndimage

from meshes.voxels import Floats, Grid, surface_samples
from zones.acceptance.landmarks import THORACIC, spine_x
from zones.acceptance.probe import NotRunError, Probe, sign
from zones.anatomy import structures_of

HEIGHT_STEP = 2.0
"""Resolution of the chart in height, mm; in angle it is one degree."""

SPACING = 3.0
_INNER_WITHIN = 2.0
_INNER_REACH = 2
_SMOOTH = (2.0, 1.5)


@dataclass(frozen=True, eq=False)
class Axis:
    """x and y of the axis of a half chest as polynomials of z; ``turn`` is +1 left, −1 right."""

    turn: float
    x: Floats
    y: Floats

    def polar(self, points: Floats) -> tuple[Floats, Floats]:
        """Angle (0 to 360 degrees) and radius (mm) of points (…, 3)."""
        z = points[..., 2]
        across = self.turn * (points[..., 0] - np.polyval(self.x, z))
        along = points[..., 1] - np.polyval(self.y, z)
        angle = np.degrees(np.arctan2(across, -along)) % 360.0
        return angle, np.hypot(across, along)

    def point(self, angle: ArrayLike, radius: ArrayLike, z: ArrayLike) -> Floats:
        """(…, 3) world points."""
        turn = np.radians(np.asarray(angle, float))
        height, rho = np.asarray(z, float), np.asarray(radius, float)
        x = np.polyval(self.x, height) + self.turn * rho * np.sin(turn)
        y = np.polyval(self.y, height) - rho * np.cos(turn)
        found: Floats = np.stack(np.broadcast_arrays(x, y, height), axis=-1)
        return found


@dataclass(frozen=True, eq=False)
class Wall:
    """The chart of one side.

    ``radius`` and ``steepness`` are (360, n) tables over whole degrees and heights from ``bottom``
    up; ``ribs`` holds (n, 3) samples of each rib with its cartilage.
    """

    side: str
    midline: float
    axis: Axis
    bottom: float
    radius: Floats
    steepness: Floats
    ribs: dict[int, Floats]

    def at(self, table: Floats, angle: ArrayLike, z: ArrayLike) -> Floats:
        """Read ``radius`` or ``steepness`` at angles and heights."""
        a, h = np.broadcast_arrays(np.asarray(angle, float) % 360.0, np.asarray(z, float))
        where = np.stack([a.ravel(), (h.ravel() - self.bottom) / HEIGHT_STEP])
        around = np.concatenate([table, table[:1]])
        found: Floats = ndimage.map_coordinates(around, where, order=1, mode="nearest")
        return found.reshape(a.shape)

    def depth(self, points: Floats) -> tuple[Floats, Floats]:
        """Distance within the wall (mm, positive inside) and angle of points (…, 3)."""
        angle, rho = self.axis.polar(points)
        z = points[..., 2]
        raw = self.at(self.radius, angle, z) - rho
        return raw / self.at(self.steepness, angle, z), angle

    def aside(self, points: Floats) -> Floats:
        """Distance from the midline, positive on this side, mm."""
        found: Floats = self.axis.turn * (points[..., 0] - self.midline)
        return found


def grid_points(grid: Grid) -> Floats:
    """(nx, ny, nz, 3) world positions of a grid's nodes."""
    return np.stack(np.broadcast_arrays(*grid.axes()), axis=-1)


def chest_wall(probe: Probe, side: str) -> Wall:
    """Chart one side's wall.

    Raises
    ------
    NotRunError
        Ribs 1 to 10 are not all there on that side, or no vertebrae to find the midline by.
    """
    ribs = {n: cloud for n in range(1, 13) if len(cloud := _rib(probe, side, n))}
    missing = [str(n) for n in range(1, 11) if n not in ribs]
    if missing:
        raise NotRunError(f"rib {', '.join(missing)} is not there on the {side}")
    axis = _axis(sign(side), ribs)
    spine = [f"vertebra_{level}" for level in (*THORACIC, "l1")]
    rest = [_samples(probe, structures_of(probe.body, role)) for role in ("sternum", *spine)]
    cloud = np.concatenate([*ribs.values(), *rest])
    angle, rho = axis.polar(cloud)
    bottom = float(cloud[:, 2].min()) - 10.0
    radius = _table(angle, cloud[:, 2], rho, bottom, float(cloud[:, 2].max()) + 40.0)
    around = np.concatenate([radius[-1:], radius, radius[:1]])
    across = np.gradient(around, np.radians(1.0), axis=0)[1:-1] / np.maximum(radius, 1.0)
    along = np.gradient(radius, HEIGHT_STEP, axis=1)
    steepness = np.clip(np.sqrt(1.0 + across**2 + along**2), 1.0, 3.0)
    return Wall(side, spine_x(probe), axis, bottom, radius, steepness, ribs)


def _samples(probe: Probe, ids: tuple[str, ...]) -> Floats:
    clouds = [surface_samples(probe.body[i].surface, SPACING) for i in ids]
    return np.concatenate([np.zeros((0, 3)), *clouds])


def _rib(probe: Probe, side: str, number: int) -> Floats:
    """Samples of a rib with its cartilage, (n, 3); none where the rib is missing."""
    ids = structures_of(probe.body, f"rib_{number}", side)
    if ids and number <= 10:
        ids += structures_of(probe.body, f"costal_cartilage_{number}", side)
    return _samples(probe, ids)


def _axis(turn: float, ribs: dict[int, Floats]) -> Axis:
    """Through the middle of the boxes around ribs 1 to 10."""
    boxes = np.array([[c.min(axis=0), c.max(axis=0)] for n, c in ribs.items() if n <= 10])
    middle = boxes.mean(axis=1)
    return Axis(
        turn, np.polyfit(middle[:, 2], middle[:, 0], 2), np.polyfit(middle[:, 2], middle[:, 1], 1)
    )


def _table(angle: Floats, z: Floats, rho: Floats, bottom: float, top: float) -> Floats:
    """Radius over angle and height from samples: their inner faces, spanned and smoothed."""
    n_height = int(np.ceil((top - bottom) / HEIGHT_STEP)) + 1
    i = np.floor(angle + 0.5).astype(int) % 360
    j = np.clip(np.round((z - bottom) / HEIGHT_STEP).astype(int), 0, n_height - 1)
    least = np.full((360, n_height), np.inf)
    np.minimum.at(least, (i, j), rho)
    near = ndimage.minimum_filter(least, size=(1, 2 * _INNER_REACH + 1), mode="nearest")
    known = np.isfinite(least) & (least <= near + _INNER_WITHIN)
    heights, table = np.arange(n_height), np.full((360, n_height), np.nan)
    for column in np.flatnonzero(known.any(axis=1)):
        there = np.flatnonzero(known[column])
        table[column] = np.interp(heights, there, least[column, there])
    found = np.flatnonzero(known.any(axis=1))
    for height in heights:
        table[:, height] = np.interp(np.arange(360), found, table[found, height], period=360)
    smooth: Floats = ndimage.gaussian_filter(table, _SMOOTH, mode=("wrap", "nearest"))
    return smooth
