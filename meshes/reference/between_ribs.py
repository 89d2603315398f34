"""The spaces between neighbouring ribs: surfaces ruled between the edges that face each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d, minimum_filter1d

from meshes.reference.cage import angle_of, axis_y
from meshes.reference.curves import unit
from meshes.reference.drape import Sheet, stamped
from meshes.reference.grid import Grid
from meshes.reference.ribs import Bar
from meshes.reference.solid import REACH, Solid

Points = NDArray[np.float64]
STEP = 1.2


@dataclass(frozen=True, eq=False)
class Space:
    """Surface between two ribs: nodes (n angles, m across, 3), unit normals, angles in degrees."""

    number: int
    nodes: Points
    normal: Points
    angle: NDArray[np.float64]
    smooth: NDArray[np.bool_]

    @property
    def sheet(self) -> Sheet:
        """The whole space as a sheet as thick as the ribs."""
        return Sheet(self.nodes, np.full(self.nodes.shape[:2], 3.2)).refined(2.0)


def spaces(
    ribs: Mapping[int, Bar], cartilages: Mapping[int, Bar], across: int = 7
) -> dict[int, Space]:
    """The eleven left spaces by number, from the tubercles to the front end of the rib above."""
    return {n: _space(ribs, cartilages, n, across) for n in range(1, 12)}


def filled(ribs: Mapping[int, Bar], cartilages: Mapping[int, Bar]) -> list[Solid]:
    """The left spaces as solids as thick as the ribs: what their muscles may fill."""
    made = []
    for space in spaces(ribs, cartilages).values():
        grid = Grid.around(*space.sheet.box(REACH), STEP)
        made.append(Solid(grid, stamped(grid, space.sheet, REACH)[0], "left"))
    return made


def _edge(bars: list[Bar], side: float, angle: NDArray[np.float64]) -> tuple[Points, Points]:
    """Upper (+1) or lower (-1) edge and outward normal at given angles around the trunk."""
    p = np.concatenate([b.path.points for b in bars])
    n = np.concatenate([b.path.normal for b in bars])
    edge = np.concatenate(
        [b.path.points + side * b.path.binormal * (b.half_height[:, None] + 0.2) for b in bars]
    )
    phi = angle_of(p[:, 0], p[:, 1], p[:, 2])
    first = int(0.07 * len(bars[0].path.points))
    keep = np.arange(len(p)) >= first
    lowest = np.minimum.accumulate(np.where(keep, phi, 999.0))
    keep &= phi <= lowest + 1e-9
    order = np.argsort(phi[keep])
    at = phi[keep][order]
    columns = [np.interp(angle, at, v[keep][order][:, i]) for v in (edge, n) for i in range(3)]
    return np.stack(columns[:3], axis=1), unit(np.stack(columns[3:], axis=1))


def _bars(ribs: Mapping[int, Bar], cartilages: Mapping[int, Bar], n: int) -> list[Bar]:
    return [ribs[n]] + ([cartilages[n]] if n in cartilages else [])


def _reach(bars: list[Bar]) -> tuple[float, float]:
    p = bars[0].path.points
    back = angle_of(*p[int(0.09 * len(p))])
    q = bars[-1].path.points[-1]
    return float(back), float(angle_of(*q))


def _space(ribs: Mapping[int, Bar], cartilages: Mapping[int, Bar], n: int, across: int) -> Space:
    upper, lower = _bars(ribs, cartilages, n), _bars(ribs, cartilages, n + 1)
    back = min(_reach(upper)[0], _reach(lower)[0]) - 0.5
    front = max(_reach(upper)[1], _reach(lower)[1]) + 1.5
    angle = np.linspace(back, front, max(int((back - front) / 1.6), 12))
    a, na = _edge(upper, -1.0, angle)
    b, nb = _edge(lower, 1.0, angle)
    # where the ribs meet (costal arch) keep a sliver rather than cross over
    w = np.linspace(0, 1, across)[None, :, None]
    cyl = []
    for p in (a, b):
        ay = axis_y(p[:, 2])
        rho = np.hypot(p[:, 0], p[:, 1] - ay)
        cyl.append(np.stack([rho, p[:, 2], np.degrees(np.arctan2(p[:, 0], ay - p[:, 1]))], axis=1))
    mix = cyl[0][:, None] * (1 - w) + cyl[1][:, None] * w
    phi = np.radians(mix[..., 2])
    y = axis_y(mix[..., 1]) - mix[..., 0] * np.cos(phi)
    nodes = np.stack([mix[..., 0] * np.sin(phi), y, mix[..., 1]], axis=-1)
    nodes = gaussian_filter1d(nodes, 1.5, axis=0, mode="nearest")
    normal = unit(na[:, None] * (1 - w) + nb[:, None] * w)
    across_ = np.cross(np.gradient(nodes, axis=0), np.gradient(nodes, axis=1))
    own = unit(across_) * np.sign(np.sum(across_ * normal, axis=2, keepdims=True))
    own = np.stack([gaussian_filter(own[..., i], (3.0, 1.0), mode="nearest") for i in range(3)], -1)
    # where the ribs' cartilages hook, the ruled surface folds: such rows are left out
    flat = np.sum(unit(across_) * unit(own), axis=2).min(axis=1) > 0.75
    return Space(n, nodes, unit(own), angle, minimum_filter1d(flat, 3))
