"""Ribs and costal cartilages: authored centre lines, flat sections that turn with the cage."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meshes.reference.curves import Path, Points, framed, profile, through, unit
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.shapes import ellipsoid
from meshes.reference.spine import Vertebra
from meshes.reference.sweep import stamp, sweep, swept_box
from meshes.reference.tables import read_table


@dataclass(frozen=True, eq=False)
class Bar:
    """A swept bone or cartilage: its path and half sizes per sample, mm."""

    path: Path
    half_thickness: NDArray[np.float64]
    half_height: NDArray[np.float64]
    corner: float

    def grid(self, step: float) -> Grid:
        """A grid around the bar."""
        return Grid.around(*swept_box(self.path, float(self.half_height.max()) + 2.0), step, 2.0)

    def field(self, grid: Grid, grow: float = 0.0, reach: float = 6.0) -> Field:
        """Field of the bar, grown by ``grow`` mm."""
        return sweep(
            grid, self.path, self.half_thickness + grow, self.half_height + grow,
            self.corner + max(grow, 0.0), reach,
        )  # fmt: skip


def rib_points(number: int, spine: dict[str, Vertebra]) -> Points:
    """Control points of the left rib ``number`` (1-12), head to costochondral end."""
    t = read_table("ribs")
    i = number - 1
    v = spine[f"t{number}"]
    angle, end = np.array(t["angle"][i], float), np.array(t["end"][i], float)
    start = [v.costal_facet, v.transverse_tip - (1.0, 7.5, 1.0)]
    if number == 12:
        return np.array([*start, angle, end])
    side = np.array(t["lateral"][i], float)
    back = _arc_point(angle, side, (t["arc_back"], t["arc_back"]))
    front = _arc_point(end, side, (t["arc_front"][1], t["arc_front"][0]))
    if number == 11:
        return np.array([*start, angle, back, side, end])
    return np.array([*start, angle, back, side, front, end])


def _arc_point(pole: Points, side: Points, weight: tuple[float, float]) -> Points:
    """A point on the bulge between ``pole`` (front or back) and ``side``, on a rounded corner."""
    hub_x, hub_y = pole[0], side[1]
    x = hub_x + weight[1] * (side[0] - hub_x)
    y = hub_y + weight[0] * (pole[1] - hub_y)
    return np.array([x, y, 0.5 * (pole[2] + side[2])])


def outward(points: Points, tilt_up: float) -> Points:
    """Direction away from the axis of the cage, tilted up where the rib lies flat."""
    axis_y = np.interp(points[:, 2], [-240, -60, 80], [5, 0, 20])
    radial = np.stack([points[:, 0], points[:, 1] - axis_y, np.zeros(len(points))], axis=1)
    radial = unit(radial)
    side = np.clip(np.abs(radial[:, 0]), 0.25, 1.0)
    radial[:, 2] = tilt_up * side
    return radial


def rib(number: int, spine: dict[str, Vertebra]) -> Bar:
    """Left rib ``number``."""
    t = read_table("ribs")
    p = through(rib_points(number, spine))
    path = framed(p, outward(p, t["tilt_up"][number - 1]))
    size = profile(t["section"]["rows"], path.u)
    height, thick = size[:, 0].copy(), size[:, 1].copy()
    if number == 1:
        height, thick = height * t["section"]["first"][0], thick * t["section"]["first"][1]
    if number >= 11:
        taper = 1 - 0.45 * np.clip((path.u - 0.75) / 0.25, 0, 1)
        height = height * t["section"]["last"][0] * taper
        thick = thick * t["section"]["last"][1] * taper
    return Bar(path, thick, height, t["section"]["corner"])


def rib_field(number: int, bar: Bar, grid: Grid) -> Field:
    """Field of a rib with its tubercle and its costal groove (ribs 2-11)."""
    t = read_table("ribs")["relief"]
    out = bar.field(grid)
    u, path = bar.path.u, bar.path
    if number <= 10:
        at = int(np.searchsorted(u, t["tubercle_at"]))
        rear = path.points[at] + (0.0, bar.half_thickness[at] * 0.8, -bar.half_height[at] * 0.35)
        out = blend(out, ellipsoid(grid.axes(), rear, t["tubercle"]), 3.5)
    if number in (1, 12):
        return out
    down = np.where(path.binormal[:, 2:] > 0, -1.0, 1.0) * path.binormal
    line = path.points + down * (bar.half_height - t["groove_above_edge"])[:, None]
    line = line - path.normal * (bar.half_thickness + t["groove_off"])[:, None]
    keep = (u > t["groove"][0]) & (u < t["groove"][1])
    size = t["groove_radius"] * np.interp(
        u[keep], [t["groove"][0], 0.25, 0.6, t["groove"][1]], [0.5, 1, 1, 0.4]
    )
    return blend_cut(out, -stamp(grid, line[keep], size, 4.0), 1.4)


def sternum_line() -> Points:
    """Centre line of the sternum, notch to xiphoid tip, (n, 3)."""
    line = np.array(read_table("ribs")["sternum"]["line"], float)
    return through(np.column_stack([np.zeros(len(line)), line]))


def cartilage_points(number: int, ribs: dict[int, Bar]) -> Points:
    """Control points of the left costal cartilage ``number`` (1-10), rib end to its seat.

    1-7 reach the sternum at their notch, 8-10 the cartilage above; the bends between are authored.
    """
    t = read_table("ribs")
    end = ribs[number].path.points[-1]
    bends = np.array(t["cartilage"]["bends"][number - 1], float).reshape(-1, 3)
    if number > 7:
        return np.concatenate([end[None], bends])
    x, z = t["sternum"]["seats"][number - 1]
    line = sternum_line()
    y = float(np.interp(-z, -line[:, 2], line[:, 1]))
    seat = np.array([x, y, z])
    if len(bends) == 0:
        bends = ((end + seat) / 2 + (0, -2.0, 0))[None]
    return np.concatenate([end[None], bends, seat[None]])


def cartilage(number: int, ribs: dict[int, Bar]) -> Bar:
    """Left costal cartilage ``number``, starting inside the rib's end face."""
    p = through(cartilage_points(number, ribs))
    bar = ribs[number]
    path = framed(p, np.column_stack([p[:, 0] * 0.008, np.full(len(p), -1.0), np.zeros(len(p))]))
    height = np.interp(path.u, [0, 0.15, 1], [bar.half_height[-1] * 0.98, 6.8, 5.6])
    thick = np.interp(path.u, [0, 0.15, 1], [bar.half_thickness[-1] * 0.98, 4.0, 4.2])
    if number >= 8:
        height, thick = height * np.interp(path.u, [0.4, 1], [1, 0.62]), thick * 0.92
    return Bar(path, thick, height, 3.2)


def sternum() -> Bar:
    """The sternum in one piece: manubrium, body, xiphoid process."""
    s = read_table("ribs")["sternum"]
    path = framed(sternum_line(), (0.0, -1.0, 0.0))
    return Bar(path, profile(s["half_thickness"], path.u), profile(s["half_width"], path.u), 3.5)
