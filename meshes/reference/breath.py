"""Data of the breath: how the ribs turn, and what the diaphragm's descent is charted on.

The descent itself is a function (`meshes.morph_map`): within the pleura, down along it. It needs
the pleura's outer face as a radial chart, and the heights of its and the lung's lower edge.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.interpolate import RBFInterpolator

from meshes.body import Body
from meshes.index.body_index import body_index
from meshes.morph_table import family_table
from meshes.reference.cage import AXIS_Y, AXIS_Z, Z_LOW, Z_STEP, axis_y
from meshes.reference.context import BuildContext
from meshes.reference.curves import unit
from meshes.reference.kidneys import kidney_arrays
from meshes.reference.pleura import edge_heights
from meshes.reference.tables import read_table

MOST_INWARDS = 30.0
"""Farther inside the cage than this it is not the costal face, mm."""


def breath_arrays(body: Body, context: BuildContext) -> dict[str, Any]:
    """All arrays of the breath, by their names in the family file."""
    t, edges = family_table()["breathing"], read_table("organs")["pleura"]
    field, origin, size = rib_field(context)
    return {
        "breath": field, "origin": origin, "step": size,
        "wall": pleural_wall(body, context).astype(np.float32),
        "wall_grid": np.array([Z_LOW, Z_STEP]),
        "axis": np.array([AXIS_Z, AXIS_Y]),
        "edge": edge_heights(context.cage, edges["lung_edge"]),
        "bottom": edge_heights(context.cage, edges["edge"]),
        "piston": np.array([
            t["excursion"], t["edge_fall"], t["bottom_kept"], t["middle_share"], *t["cupola"],
            *t["pelvis"], *t["inwards"], *t["heart"], *t["spine"],
        ], float),
        **kidney_arrays(body),
    }  # fmt: skip


def pleural_wall(body: Body, context: BuildContext) -> NDArray[np.float64]:
    """Radius of the outer face of the pleura, charted as the cage; near the cage beyond its ends.

    What slides along this chart comes to lie where the pleura lay before, clear of the ribs.
    """
    index = body_index([body["parietal_pleura_left"]])
    chart = context.cage.radius
    inwards = np.full(chart.shape, np.nan)
    for j in range(chart.shape[1]):
        z = Z_LOW + j * Z_STEP
        axis = np.array([0.0, float(axis_y(z)), z])
        for degree in range(chart.shape[0]):
            turn = np.radians(degree)
            way = np.array([np.sin(turn), -np.cos(turn), 0.0])
            for depths, signs in index.crossings(axis, way).values():
                if (signs > 0).any():
                    inwards[degree, j] = chart[degree, j] - depths[signs > 0].max()
    seen = np.isfinite(inwards) & (inwards < MOST_INWARDS)
    near = ndimage.distance_transform_edt(~seen, return_distances=False, return_indices=True)
    return np.asarray(chart - ndimage.gaussian_filter(inwards[tuple(near)], (1.0, 1.0)))


def rib_field(
    context: BuildContext,
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Displacement (nx, ny, nz, 3) in mm from end expiration to full inspiration, left half."""
    t = family_table()["breathing"]
    points, moves = _rib_moves(context, t)
    fixed = _fixed_points(context)
    points = np.concatenate([points, fixed])
    moves = np.concatenate([moves, np.zeros_like(fixed)])
    mirror = points[:, 0] > 4.0
    points = np.concatenate([points, points[mirror] * (-1, 1, 1)])
    moves = np.concatenate([moves, moves[mirror] * (-1, 1, 1)])
    low, high, step = np.array([0.0, -180.0, -600.0]), np.array([288.0, 172.0, 296.0]), t["step"]
    shape = tuple(int(v) for v in np.round((high - low) / step) + 1)
    at = np.stack(np.meshgrid(*[low[i] + step * np.arange(shape[i]) for i in range(3)],
                              indexing="ij"), -1)  # fmt: skip
    rbf = RBFInterpolator(points, moves, neighbors=40, kernel="linear", smoothing=0.5)
    field = rbf(at.reshape(-1, 3)).reshape(*shape, 3)
    field = np.stack([ndimage.gaussian_filter(field[..., i], 1.2) for i in range(3)], -1)
    field[0, :, :, 0] = 0.0
    return field, low, float(step)


def _rib_moves(context: BuildContext, t: dict[str, object]) -> tuple[NDArray, NDArray]:  # type: ignore[type-arg]
    points, moves = [], []
    degrees: list[float] = t["rib_degrees"]  # type: ignore[assignment]
    for n, bar in context.ribs.items():
        p = bar.path.points
        head, joint = p[0], p[int(0.09 * len(p))]
        axis = unit(joint - head)
        angle = np.radians(degrees[n - 1])
        line = [p[:: max(len(p) // 14, 1)]]
        if n in context.cartilages:
            q = context.cartilages[n].path.points
            line.append(q[:: max(len(q) // 5, 1)])
        r = np.concatenate(line)
        turned = _rotated(r - head, axis, angle) + head
        if turned[len(turned) // 2, 2] < r[len(r) // 2, 2]:
            turned = _rotated(r - head, axis, -angle) + head
        fade = np.ones(len(r))
        if n in context.cartilages:
            k = len(line[1])
            fade[-k:] = np.linspace(1.0, float(t["sternum_share"]), k)  # type: ignore[arg-type]
        points.append(r)
        moves.append((turned - r) * fade[:, None])
    plate = context.sternum.path.points[::12]
    up = np.array([m[-1] for m in moves[:7]]).mean(axis=0) * float(t["sternum_share"])  # type: ignore[arg-type]
    up[0] = 0.0
    points.append(plate)
    moves.append(np.broadcast_to(up, plate.shape))
    return np.concatenate(points), np.concatenate(moves)


def _rotated(
    v: NDArray[np.float64], axis: NDArray[np.float64], angle: float
) -> NDArray[np.float64]:
    c, s = np.cos(angle), np.sin(angle)
    out = v * c + np.cross(axis, v) * s + axis * (v @ axis)[:, None] * (1 - c)
    return np.asarray(out)


def _fixed_points(context: BuildContext) -> NDArray[np.float64]:
    """Points that do not move: spine, pelvis, head, arms, the far field."""
    fixed = [v.world(np.array([[0, 0, 0], [0, v.row["sp_behind"], -v.row["sp_below"]]]))
             for v in context.column.values()]  # fmt: skip
    extra = [[x, y, z] for x in (0, 90, 170) for y in (-90, 0, 90) for z in (-600, -480, -400)]
    extra += [[x, y, z] for x in (0, 60) for y in (-60, 20, 80) for z in (150, 220, 290)]
    extra += [[x, y, z] for x in (200, 280) for y in (-60, 20, 80) for z in (-260, -140, -20, 60)]
    extra += [[110, 84, 10], [90, 92, -60], [140, 50, 20], [60, 88, -330], [60, 60, 120]]
    return np.concatenate([*fixed, np.array(extra, float)])
