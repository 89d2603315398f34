"""Diaphragm: a thin dome under the base of both pleural sacs and under the heart."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from meshes.reference.context import BuildContext
from meshes.reference.grid import Field, Grid
from meshes.reference.meshing import Mesh, mesh_of
from meshes.reference.redistance import redistanced
from meshes.reference.solid import union
from meshes.reference.sweep import stamp
from meshes.reference.tables import read_table

LOW, HIGH = (-130.0, -115.0, -290.0), (130.0, 95.0, -20.0)
HELD = ("parietal_pleura", "visceral_pleura", "lung", "heart", "pericardium")
SACS = ("parietal_pleura_left", "parietal_pleura_right")


def diaphragm_mesh(context: BuildContext, step: float = 1.5) -> Mesh:
    """Closed surface of the diaphragm (both halves in one)."""
    t = read_table("muscles_front")["diaphragm"]
    grid = Grid.around(LOW, HIGH, step)
    sacs = grid.filled(60.0)
    for name in SACS:
        context.cavities[name].onto(grid, sacs)
    lungs = sacs.copy()
    for name in ("heart", "pericardium"):
        if name in context.cavities:
            context.cavities[name].onto(grid, sacs)
    z = grid.axes()[2]
    base = _base(lungs, z.ravel(), t["highest"])
    above = ndimage.gaussian_filter(np.clip(base[:, :, None] - z, -12, 12), 1.0)
    depth = redistanced(np.minimum(above, sacs).astype(np.float32), step)
    middle, half = t["gap"] + t["thickness"] / 2, t["thickness"] / 2
    out = np.abs(depth - np.float32(middle)) - np.float32(half)
    out = np.maximum(out, context.cage.field(grid) + np.float32(t["wall_inset"]))
    hard = ("vertebra", "interv", "rib_", "costal_cartilage", "xiphoid")
    bones = context.bone_field(grid, lambda key: key.startswith(hard), far=False)
    out = np.maximum(out, np.float32(0.6) - bones)
    organs = union([s for k, s in context.cavities.items() if not k.startswith(HELD)], grid, False)
    out = np.maximum(out, np.float32(0.5) - organs)
    for tube in context.tubes.values():
        low, high = tube.points.min(axis=0) - 8, tube.points.max(axis=0) + 8
        where = grid.window(low, high)
        if min(s.stop - s.start for s in where) < 2:
            continue
        hole = stamp(grid.part(where), tube.points, tube.radius + 0.8)
        out[where] = np.maximum(out[where], -hole)
    out = ndimage.gaussian_filter(out, 0.5)
    return mesh_of(np.maximum(out, np.float32(0.3) - sacs).astype(np.float32), grid, 26000, 6)


def _base(sacs: Field, z: NDArray[np.float32], highest: float) -> NDArray[np.float64]:
    """Height of the lowest pleura over every (x, y); between the sacs, their smooth bridge."""
    inside = sacs < 0
    first = np.maximum(np.argmax(inside, axis=2), 1)
    upper = np.take_along_axis(sacs, first[..., None], 2)[..., 0]
    lower = np.take_along_axis(sacs, first[..., None] - 1, 2)[..., 0]
    step = float(z[1] - z[0])
    height = z[first] - step * np.clip(upper / np.minimum(upper - lower, -1e-3), 0, 1)
    # beside the heart the sac ends on the heart, not on the diaphragm
    known = inside.any(axis=2) & (height < highest)
    known = ndimage.binary_opening(known, iterations=3)
    height = np.where(known, height, 0.0)
    weight = ndimage.gaussian_filter(known.astype(float), 9.0)
    bridge = ndimage.gaussian_filter(height * known, 9.0) / np.maximum(weight, 1e-6)
    far = ndimage.distance_transform_edt(~known, return_distances=False, return_indices=True)
    near = height[tuple(far)]
    share = np.clip(weight / 0.05, 0, 1)
    filled = np.where(known, height, share * bridge + (1 - share) * near)
    smooth = ndimage.gaussian_filter(filled, 2.5)
    return np.where(known, filled, smooth)
