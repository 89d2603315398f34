"""Intercostal muscles: three layers ruled between the facing edges of neighbouring ribs."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import (
    gaussian_filter,
    gaussian_filter1d,
    maximum_filter,
    maximum_filter1d,
    minimum_filter1d,
)
from scipy.spatial import cKDTree

from meshes.reference.between_ribs import spaces
from meshes.reference.cage import angle_of
from meshes.reference.context import BuildContext
from meshes.reference.curves import unit
from meshes.reference.meshing import QUANTUM, Mesh, volume
from meshes.reference.tables import read_table

Points = NDArray[np.float64]
BESIDE = 0.35
"""Room between a layer and the vessels and nerve of its space, mm."""


def intercostal_meshes(context: BuildContext) -> dict[str, Mesh]:
    """Left meshes by name without side: ``external_intercostal_4`` and so on."""
    made: dict[str, Mesh] = {}
    layers = read_table("muscles_front")["intercostals"]["layers"]
    for number, space in spaces(context.ribs, context.cartilages).items():
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
            thinner = _off_pleura(context, p + n * low, high - low)
            made[f"{name}_{number}"] = slab_mesh(p + n * (low + thinner)[..., None], p + n * high)
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
    above = ropes & (shares < 0.8) | bone & (shares < 0.5)
    below = bone & (shares >= 0.5)
    last = np.where(above.any(axis=1), shares[len(shares) - 1 - above[:, ::-1].argmax(axis=1)], 0.0)
    first = np.where(below.any(axis=1), shares[below.argmax(axis=1)], 1.0)
    start = gaussian_filter1d(maximum_filter1d(last, 7), 1.2, mode="nearest")
    stop = gaussian_filter1d(minimum_filter1d(first, 5), 1.5, mode="nearest")
    start = np.where(start > 0.01, start + 0.04, 0.0)
    stop = np.maximum(np.where(stop < 0.99, stop - 0.04, 1.0), start + 0.06)
    at = start[:, None] + (stop - start)[:, None] * np.linspace(0, 1, nodes.shape[1])
    where = at * (len(shares) - 1)
    low = np.clip(where.astype(int), 0, len(shares) - 2)
    share = (where - low)[..., None]
    rows = np.arange(len(nodes))[:, None]
    found = [v[rows, low] * (1 - share) + v[rows, low + 1] * share for v in (fine, out)]
    return found[0], unit(found[1])


def _off_pleura(context: BuildContext, inner: Points, thick: float) -> NDArray[np.float64]:
    """How much thinner a layer must be for its inner face to clear the pleura, mm."""
    sac = context.cavities["parietal_pleura_left"]
    lack = BESIDE - sac.grid.sample(sac.field, inner.reshape(-1, 3)).reshape(inner.shape[:2])
    wide = gaussian_filter(maximum_filter(np.maximum(lack, 0.0), 3), 0.8, mode="nearest")
    return np.asarray(np.minimum(wide, 0.7 * thick))


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
