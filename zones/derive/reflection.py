"""Where the parietal pleura ends: the published reflection lines read off a body's own ribs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy.interpolate import PchipInterpolator

from meshes.voxels import Floats
from zones.acceptance.chest import edge_height, rib_heights
from zones.acceptance.landmarks import midaxillary_y, midclavicular_x, paravertebral_x
from zones.acceptance.probe import NotRunError, Probe, sign
from zones.anatomy import structures_of
from zones.derive.figures import figures
from zones.derive.wall import Wall

LINES = (("mcl", "rib_midclavicular"), ("mal", "rib_midaxillary"), ("pv", "rib_paravertebral"))


@dataclass(frozen=True)
class Level:
    """A rib on a published line: its height and the rib spacing there, mm."""

    line: str
    rib: int
    height: float
    spacing: float


def levels(probe: Probe, side: str) -> dict[str, Level]:
    """Return the ribs that the pleura's edge is published to meet, by line.

    Raises
    ------
    NotRunError
        A line, or the ribs on it, cannot be found on this body.
    """
    found = {}
    for line, name in LINES:
        rib = int(figures("pleura")[name])
        heights = rib_heights(probe, line, side)
        above = sorted(n for n in heights if n <= rib)
        if len(above) < 3:
            raise NotRunError(f"fewer than three ribs cross the {line} line on the {side}")
        last = above[-1]
        spacing = (heights[above[-3]] - heights[last]) / (last - above[-3])
        if not 5.0 < spacing < 80.0 or rib - last > 2:
            raise NotRunError(f"rib {rib} does not reach the {line} line on the {side}")
        # a rib that ends before the line: the spacing of the last ones is carried on
        found[line] = Level(line, rib, heights[last] - spacing * (rib - last), spacing)
    return found


def short_by(probe: Probe, role: str, side: str) -> dict[str, float]:
    """How far the edge of a role stays above its published rib, by line, in rib spaces.

    Raises
    ------
    NotRunError
        As `levels`, or the surface does not reach a line at all.
    """
    return {
        level.line: (edge_height(probe, role, level.line, side) - level.height) / level.spacing
        for level in levels(probe, side).values()
    }


def edge_table(probe: Probe, wall: Wall) -> Floats:
    """z of the reflection at every whole degree of the chart, (360,).

    Between the published lines the height is interpolated over the angle. Towards the mediastinum
    the last value is held: where no wall layer is wanted is not said here.
    """
    anchors = _anchors(probe, wall)
    turn = np.array([a for a, _ in anchors])
    height = np.array([z for _, z in anchors])
    order = np.argsort(turn)
    turn, height = turn[order], height[order]
    kept = np.concatenate([[True], np.diff(turn) > 1.0])
    curve = PchipInterpolator(turn[kept], height[kept], extrapolate=False)
    asked = (np.arange(360) + 90.0) % 360.0 - 90.0  # −90 … 269: the front is one stretch
    table: Floats = np.asarray(curve(np.clip(asked, turn[kept][0], turn[kept][-1])))
    return table


def _anchors(probe: Probe, wall: Wall) -> list[tuple[float, float]]:
    """(angle, z) of the points that the reflection is published to pass."""
    side, turn = wall.side, sign(wall.side)
    found = levels(probe, side)
    x, y = midclavicular_x(probe, side), midaxillary_y(probe, side)
    anchors = [
        (_angle_at(wall, 0, x, found["mcl"].height, -1), found["mcl"].height),
        (_angle_at(wall, 1, y, found["mal"].height, turn), found["mal"].height),
    ]
    front = _front(probe, wall)
    if front is not None:
        anchors.append(front)
    anchors.append(_beside_spine(probe, wall, found["pv"]))
    middle = _across_last_rib(wall)
    if middle is not None and middle[0] < anchors[-1][0] - 5.0 and middle[1] < anchors[-1][1]:
        anchors.append(middle)
    return anchors


def _angle_at(wall: Wall, axis: int, value: float, z: float, ahead: float) -> float:
    """Angle of the wall where the plane ``axis = value`` meets it at a height; −90 to 270."""
    angle = np.arange(-90.0, 270.0, 0.5)
    points = wall.axis.point(angle, wall.at(wall.radius, angle, z), z)
    other = 1 - axis
    middle = wall.axis.point(0.0, 0.0, z)
    there = (points[:, other] - middle[other]) * ahead > 0
    off = np.where(there, np.abs(points[:, axis] - value), np.inf)
    return float(angle[np.argmin(off)])


def _front(probe: Probe, wall: Wall) -> tuple[float, float] | None:
    """Where the edge leaves the sternum: the seat of the sixth cartilage."""
    seat = seat_of(probe, wall.side, 6)
    if seat is None:
        return None
    left = figures("pleura")["left_at_sixth_cartilage"]
    aside = left if wall.side == "left" else max(5.0, float(wall.aside(seat)))
    x = wall.midline + sign(wall.side) * aside
    return _angle_at(wall, 0, x, float(seat[2]), -1), float(seat[2])


def seat_of(probe: Probe, side: str, number: int) -> Floats | None:
    """(3,) medial end of a costal cartilage, or ``None`` if the body has none."""
    ids = structures_of(probe.body, f"costal_cartilage_{number}", side)
    if not ids:
        return None
    points = np.concatenate([probe.body[i].surface.points for i in ids])
    seat: Floats = points[np.argmin(points[:, 0] * sign(side))]
    return seat


def _beside_spine(probe: Probe, wall: Wall, level: Level) -> tuple[float, float]:
    """The paravertebral line: below rib 12, yet within half a rib space of its middle."""
    f = figures("pleura")
    x = paravertebral_x(probe, wall.side)
    cloud = wall.ribs.get(12, np.zeros((0, 3)))
    near = cloud[np.abs(wall.aside(cloud) - abs(x - wall.midline)) < 2.5]
    z = float(near[:, 2].min()) - f["below_rib_12"] if len(near) else level.height
    z = max(z, level.height - f["too_high"] * level.spacing + f["step"])
    return _angle_at(wall, 0, x, level.height, 1), z


def _across_last_rib(wall: Wall) -> tuple[float, float] | None:
    """The lateral half of rib 12 lies below the pleura: the edge crosses it half way."""
    cloud = wall.ribs.get(12)
    if cloud is None:
        return None
    x = wall.aside(cloud)
    half = cloud[np.abs(x - (x.min() + x.max()) / 2) < 4.0]
    if not len(half):
        return None
    angle, _ = wall.axis.polar(half.mean(axis=0))
    return float((angle + 90.0) % 360.0 - 90.0), float(half[:, 2].mean())
