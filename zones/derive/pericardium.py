"""Pericardium: a convex hull of the heart and the roots of its vessels, widened, kept off bone.

A hull encloses more than the sac does, above all between atria and ventricles: the careful side.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from meshes.body import Body
from meshes.catalogue import Structure
from meshes.isosurface import isosurface
from meshes.surface import Surface
from meshes.voxels import Floats, Grid, signed_distance
from zones.danger import danger_zones
from zones.derive.figures import figures

_ROUNDS = 3
_PLANES = 300


def heart_parts(body: Body) -> list[Structure]:
    """Chambers of the heart (or the heart whole); empty unless the heart's zone is complete."""
    for zone in danger_zones(body):
        if zone.rule == "heart" and zone.complete:
            return [body[i] for i in zone.structures if body[i].system == "organ"]
    return []


def derive_pericardium(parts: Sequence[Structure], bones: Sequence[Surface]) -> Surface:
    """Closed outward surface around the parts, mm.

    Parameters
    ----------
    parts
        What it must hold; at least one.
    bones
        Sternum, cartilages and vertebrae that it does not enter.
    """
    f = figures("pericardium")
    points = np.concatenate([s.surface.points[np.unique(s.surface.triangles)] for s in parts])
    reach = f["offset"] + 4.0 * f["step"]
    grid = Grid.around(points.min(axis=0) - reach, points.max(axis=0) + reach, f["step"])
    hull = _outside(grid, points)
    bone = signed_distance(grid, bones)
    field = np.maximum(hull - f["offset"], 0.5 - bone)
    # What the heart itself fills stays in, even where a bone is said to be.
    held = signed_distance(grid, [s.surface for s in parts]) - 0.5 * f["step"]
    field = np.minimum(field, held)
    made, triangles = isosurface(field, grid.origin, grid.step, _ROUNDS)
    return Surface.of(made, triangles)


def _outside(grid: Grid, points: Floats) -> Floats:
    """Distance beyond the planes that touch a cloud from many sides; negative within them all.

    Few planes leave a body that holds the hull and a little more.
    """
    k = np.arange(_PLANES) + 0.5
    height, turn = 1.0 - 2.0 * k / _PLANES, np.pi * (1.0 + np.sqrt(5.0)) * k
    level = np.sqrt(1.0 - height**2)
    directions = np.stack([level * np.cos(turn), level * np.sin(turn), height], 1)
    reach = np.array([(points @ d).max() for d in directions])
    x, y, z = grid.axes()
    found = np.full(grid.shape, -np.inf)
    for (a, b, c), d in zip(directions, reach, strict=True):
        np.maximum(found, a * x + b * y + c * z - d, out=found)
    return found
