"""The rib cage as a radial field: how far the wall is, all around the trunk axis.

Rib, cartilage and sternum centre lines are charted as (angle, z) -> radius. The field built on the
chart is 0 on the centre lines' smooth surface, negative within the cage, in mm.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage
from scipy.interpolate import LinearNDInterpolator, NearestNDInterpolator

from meshes.reference.curves import Points
from meshes.reference.grid import Field, Grid
from meshes.reference.ribs import Bar

Z_LOW, Z_HIGH, Z_STEP = -369.0, 135.0, 3.0
NECK = 0.08
"""Share of a rib's length before its tubercle."""
AXIS_Z = (-369.0, -160.0, -30.0, 55.0, 135.0)
AXIS_Y = (-5.0, -8.0, -2.0, 12.0, 20.0)


def axis_y(z: ArrayLike) -> NDArray[np.float64]:
    """y of the trunk axis at height z (x = 0)."""
    return np.asarray(np.interp(np.asarray(z, float), AXIS_Z, AXIS_Y))


def angle_of(x: ArrayLike, y: ArrayLike, z: ArrayLike) -> NDArray[np.float64]:
    """Degrees around the axis: 0 in front, 180 behind, either side alike."""
    dy = np.asarray(y, float) - axis_y(z)
    return np.asarray(np.degrees(np.arctan2(np.abs(np.asarray(x, float)), -dy)))


@dataclass(frozen=True, eq=False)
class Cage:
    """The chart: ``radius`` over (angle in whole degrees, z), and the ribs' lines on it."""

    radius: NDArray[np.float64]
    lines: dict[int, Points]

    def field(self, grid: Grid) -> Field:
        """Signed distance to the centre surface of the wall on ``grid``."""
        x, y, z = grid.axes()
        ay = axis_y(z.ravel()).astype(np.float32)[None, None, :]
        rho = np.sqrt(x * x + (y - ay) ** 2)
        phi = np.degrees(np.arctan2(np.abs(x), ay - y))
        where = np.stack([phi, np.broadcast_to((z - Z_LOW) / Z_STEP, phi.shape)])
        wall = ndimage.map_coordinates(
            self.radius, where, order=1, mode="nearest", output=np.float32
        )
        raw = (rho - wall).astype(np.float32)
        grad = np.gradient(raw, grid.step)
        slope = np.sqrt(sum(g * g for g in grad))
        return np.asarray(raw / np.clip(ndimage.gaussian_filter(slope, 1.5), 0.8, 3.0), np.float32)

    def rib_height(self, number: int, angle: ArrayLike) -> NDArray[np.float64]:
        """z of rib (with its cartilage) ``number`` at the given angles; ends are held."""
        line = self.lines[number]
        phi = angle_of(line[:, 0], line[:, 1], line[:, 2])
        order = np.argsort(phi)
        return np.asarray(np.interp(np.asarray(angle, float), phi[order], line[order, 2]))


def chart(ribs: dict[int, Bar], cartilages: dict[int, Bar], sternum: Bar) -> Cage:
    """Chart the wall of the trunk from the left ribs, cartilages and the sternum."""
    lines = {}
    for i, bar in ribs.items():
        parts = [bar.path.points]
        if i in cartilages:
            parts.append(cartilages[i].path.points)
        lines[i] = np.concatenate(parts)
    # heads and necks lie deep and would draw the wall inwards: from the tubercle outwards only
    outer = (p[int(NECK * len(ribs[i].path.points)) :: 4] for i, p in lines.items())
    cloud = np.concatenate([*outer, sternum.path.points[::4]])
    cloud = cloud[cloud[:, 0] >= -1.0]
    phi = angle_of(cloud[:, 0], cloud[:, 1], cloud[:, 2])
    rho = np.hypot(cloud[:, 0], cloud[:, 1] - axis_y(cloud[:, 2]))
    scale = 1.2
    keys = np.column_stack([phi * scale, cloud[:, 2]])
    a, z = np.meshgrid(
        np.arange(181.0) * scale, np.arange(Z_LOW, Z_HIGH + 1, Z_STEP), indexing="ij"
    )
    found = LinearNDInterpolator(keys, rho)(a, z)
    near = NearestNDInterpolator(keys, rho)(a, z)
    table = np.where(np.isfinite(found), found, near)
    table = ndimage.gaussian_filter(table, (3.0, 2.5), mode="nearest")
    return Cage(table, lines)
