"""Intercostal muscles: three layers ruled between the facing edges of neighbouring ribs."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter, gaussian_filter1d, maximum_filter1d, minimum_filter1d
from scipy.spatial import cKDTree

from meshes.reference.cage import angle_of, axis_y
from meshes.reference.context import BuildContext
from meshes.reference.curves import unit
from meshes.reference.drape import Sheet
from meshes.reference.meshing import QUANTUM, Mesh, volume
from meshes.reference.ribs import Bar
from meshes.reference.tables import read_table

Points = NDArray[np.float64]
BESIDE = 0.35
"""Room between a layer and the vessels and nerve of its space, mm."""


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


def spaces(context: BuildContext, across: int = 7) -> dict[int, Space]:
    """The eleven left spaces by number, from the tubercles to the front end of the rib above."""
    return {n: _space(context, n, across) for n in range(1, 12)}


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


def _bars(context: BuildContext, n: int) -> list[Bar]:
    return [context.ribs[n]] + ([context.cartilages[n]] if n in context.cartilages else [])


def _reach(bars: list[Bar]) -> tuple[float, float]:
    p = bars[0].path.points
    back = angle_of(*p[int(0.09 * len(p))])
    q = bars[-1].path.points[-1]
    return float(back), float(angle_of(*q))


def _space(context: BuildContext, n: int, across: int) -> Space:
    upper, lower = _bars(context, n), _bars(context, n + 1)
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


def intercostal_meshes(context: BuildContext) -> dict[str, Mesh]:
    """Left meshes by name without side: ``external_intercostal_4`` and so on."""
    made: dict[str, Mesh] = {}
    layers = read_table("muscles_front")["intercostals"]["layers"]
    for number, space in spaces(context).items():
        joint = _front_of_rib(context, number)
        gap = np.linalg.norm(space.nodes[:, -1] - space.nodes[:, 0], axis=1)
        open_ = (space.nodes[:, 0, 2] - space.nodes[:, -1, 2] > 3.0) & (gap > 4.0) & space.smooth
        for name, t in layers.items():
            front = joint + t["front_of_joint"] if t["to_sternum"] is False else -1.0
            back = space.angle[0] - t["from_tubercle"]
            keep = open_ & (space.angle <= back) & (space.angle >= front)
            run = _longest(keep)
            if run is None or run[1] - run[0] < 6:
                continue
            part = slice(*run)
            low, high = t["offset"]
            p, n = space.nodes[part], space.normal[part]
            p, n = _beside_bundle(context, number, p, n, (low, high))
            made[f"{name}_{number}"] = slab_mesh(p + n * low, p + n * high)
    return made


def _beside_bundle(
    context: BuildContext, number: int, nodes: Points, normal: Points, offset: tuple[float, float]
) -> tuple[Points, Points]:
    """The layer between the ribs' own faces, from below the vessels and the nerve on."""
    shares = np.linspace(0.0, 1.0, 25)
    fine, out = _at_shares(nodes, shares), unit(_at_shares(normal, shares))
    middle = fine + out * (sum(offset) / 2)
    half = (offset[1] - offset[0]) / 2
    ropes = _rope_distance(context, number, middle) < half + BESIDE
    bone = _rib_distance(context, number, middle) < half + 0.1
    above = ropes & (shares < 0.7) | bone & (shares < 0.5)
    below = bone & (shares >= 0.5)
    last = np.where(above.any(axis=1), shares[len(shares) - 1 - above[:, ::-1].argmax(axis=1)], 0.0)
    first = np.where(below.any(axis=1), shares[below.argmax(axis=1)], 1.0)
    start = gaussian_filter1d(maximum_filter1d(last, 5), 1.5, mode="nearest")
    stop = gaussian_filter1d(minimum_filter1d(first, 5), 1.5, mode="nearest")
    start = np.where(start > 0.01, start + 0.04, 0.0)
    stop = np.maximum(np.where(stop < 0.99, stop - 0.04, 1.0), start + 0.12)
    at = start[:, None] + (stop - start)[:, None] * np.linspace(0, 1, nodes.shape[1])
    where = at * (len(shares) - 1)
    low = np.clip(where.astype(int), 0, len(shares) - 2)
    share = (where - low)[..., None]
    rows = np.arange(len(nodes))[:, None]
    found = [v[rows, low] * (1 - share) + v[rows, low + 1] * share for v in (fine, out)]
    return found[0], unit(found[1])


def _rope_distance(context: BuildContext, number: int, points: Points) -> NDArray[np.float64]:
    """Distance of points from the space's vessels and nerve, mm, negative within."""
    lines = [
        tube
        for key, tube in context.tubes.items()
        if key.endswith(f"_{number}_left") and "intercostal" in key
    ]
    away, near = cKDTree(np.concatenate([t.points for t in lines])).query(points)
    return np.asarray(away - np.concatenate([t.radius for t in lines])[near])


def _rib_distance(context: BuildContext, number: int, points: Points) -> NDArray[np.float64]:
    """Distance of points from the space's ribs and cartilages, mm, cut at 6 mm."""
    out = np.full(points.shape[:-1], 6.0)
    keys = [f"{kind}_{n}" for n in (number, number + 1) for kind in ("rib", "costal_cartilage")]
    keys += ["manubrium", "sternal_body"]
    for bone in (context.bones[key] for key in keys if key in context.bones):
        low, high = np.asarray(bone.grid.origin), np.asarray(bone.grid.high)
        within = ((points > low) & (points < high)).all(axis=-1)
        found = bone.grid.sample(bone.field, points[within])
        out[within] = np.minimum(out[within], found)
    return out


def _at_shares(nodes: Points, shares: NDArray[np.float64]) -> Points:
    at = shares * (nodes.shape[1] - 1)
    below = np.minimum(at.astype(int), nodes.shape[1] - 2)
    share = (at - below)[None, :, None]
    return np.asarray(nodes[:, below] * (1 - share) + nodes[:, below + 1] * share)


def _front_of_rib(context: BuildContext, n: int) -> float:
    p = context.ribs[n].path.points[-1]
    return float(angle_of(*p))


def _longest(keep: NDArray[np.bool_]) -> tuple[int, int] | None:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], keep, [False]]).astype(int)))
    if not len(edges):
        return None
    runs = edges.reshape(-1, 2)
    start, stop = runs[np.argmax(runs[:, 1] - runs[:, 0])]
    return int(start), int(stop)


def slab_mesh(bottom: Points, top: Points) -> Mesh:
    """Closed outward slab between two node grids (nu, nv, 3)."""
    nu, nv = top.shape[:2]
    index = np.arange(nu * nv).reshape(nu, nv)
    points = np.concatenate([top.reshape(-1, 3), bottom.reshape(-1, 3)])
    quad = np.stack([index[:-1, :-1], index[1:, :-1], index[1:, 1:], index[:-1, 1:]], -1).reshape(
        -1, 4
    )
    faces = [_cut(quad), _cut(quad[:, ::-1] + nu * nv)]
    rim = np.concatenate([index[:, 0], index[-1, 1:], index[-2::-1, -1], index[0, -2:0:-1]])
    after = np.roll(rim, -1)
    faces.append(_cut(np.stack([after, rim, rim + nu * nv, after + nu * nv], -1)))
    points = np.round(points / QUANTUM) * QUANTUM
    out = np.concatenate(faces)
    return points, (out if volume(points, out) > 0 else np.ascontiguousarray(out[:, ::-1]))


def _cut(quads: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate([quads[:, [0, 1, 2]], quads[:, [0, 2, 3]]]).astype(np.int64)
