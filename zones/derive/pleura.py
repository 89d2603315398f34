"""Parietal pleura of one side: what a body has of it, completed to the published reflection.

A layer along the inner wall of the chest, down to the reflection and thin at its edge, joined with
the surface that is there (pleura and lung, slightly widened) and with a cupola where that is too
low. The result holds the existing surface whole: it can only make the model more careful.
"""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from scipy import ndimage

from meshes.catalogue import Structure
from meshes.index.body_index import body_index
from meshes.isosurface import isosurface
from meshes.surface import Surface
from meshes.voxels import Floats, Grid, signed_distance
from zones.acceptance.landmarks import THORACIC
from zones.acceptance.probe import NotRunError, Probe
from zones.anatomy import structures_of
from zones.derive.figures import figures
from zones.derive.reflection import edge_table, seat_of
from zones.derive.wall import Wall, chest_wall, grid_points

_ROUNDS = 4
_TRIES = 4
_TOP_MM = 20.0
_BLUR = 0.6


def derive_sac(probe: Probe, side: str, own: Sequence[str], is_pleura: bool) -> Surface:
    """Closed parietal pleura of one side, outward, world mm.

    Parameters
    ----------
    own
        Ids of the surfaces it must hold: pleura and lung of that side.
    is_pleura
        Whether there is a pleura among them; if not, the gaps between lobes are closed.

    Raises
    ------
    NotRunError
        The ribs or lines that the reflection is read off are not there.
    """
    wall = chest_wall(probe, side)
    edge = edge_table(probe, wall)
    grid = _grid(probe, wall, own, edge)
    own_field = signed_distance(grid, [probe.body[i].surface for i in own])
    held = _own_half(grid, wall, own_field.astype(np.float64))
    if not is_pleura:
        held = _closed(held, grid.step)
    layer = wall_layer(probe, wall, grid, edge)
    layer = np.minimum(layer, _cupola(probe, wall, grid, held))
    near = (layer < 0) & (held > -grid.step)
    bones = signed_distance(grid, [probe.body[i].surface for i in _bones(probe, side)], near)
    layer = np.maximum(layer, figures("pleura")["bone_gap"] - bones.astype(np.float64))
    spread = figures("pleura")["spread"]
    for _ in range(_TRIES):
        surface = _surface(layer, held - spread, grid)
        if _holds(surface, probe, wall, own):
            return surface
        spread += 0.5 * grid.step
    raise NotRunError(f"the surface on the {side} could not be enclosed")


def wall_layer(probe: Probe, wall: Wall, grid: Grid, edge: Floats) -> Floats:
    """Field (mm, negative inside) of the layer along the wall, above the reflection."""
    f = figures("pleura")
    points = grid_points(grid)
    deep, angle = wall.depth(points)
    deep = deep - f["wall_gap"]
    z = points[..., 2]
    above = z - np.interp(angle, np.arange(360), edge, period=360)
    share = np.clip(above / f["diaphragm_rise"], 0.0, 1.0)
    thick = f["diaphragm_reach"] * (1.0 - (1.0 - share) ** (1.0 / f["diaphragm_power"]))
    thick = np.clip(thick, f["least_recess"], f["most_recess"])
    field = np.maximum(-deep, deep - thick)
    field = np.maximum(field, -above - 0.5 * grid.step)  # a node short of the edge would round up
    aside = wall.aside(points)
    is_behind = points[..., 1] > np.polyval(wall.axis.y, z)
    limit = np.where(is_behind, f["posterior_reflection"], front_limit(probe, wall, z))
    field = np.maximum(field, limit - aside)
    inward = (angle > f["mediastinum_from"]) & (angle < f["mediastinum_to"])
    field = np.maximum(field, z - float(wall.ribs[int(f["layer_up_to_rib"])][:, 2].mean()))
    result: Floats = np.where(inward, np.maximum(field, grid.step), field)
    return result


def front_limit(probe: Probe, wall: Wall, z: Floats) -> Floats:
    """Distance of the anterior reflection from the midline at heights, mm."""
    f = figures("pleura")
    seats = {n: seat_of(probe, wall.side, n) for n in (1, 2, 4, 5, 6)}
    aside = {1: f["front_of_first_rib"], 2: 0.0, 4: 0.0, 5: 0.0, 6: 0.0}
    if wall.side == "left":
        aside |= {5: f["left_at_fifth_cartilage"], 6: f["left_at_sixth_cartilage"]}
    known = sorted((float(s[2]), aside[n]) for n, s in seats.items() if s is not None)
    if not known:
        return np.zeros_like(z)
    heights, limits = np.array(known).T
    result: Floats = np.interp(z, heights, limits)
    return result


def _cupola(probe: Probe, wall: Wall, grid: Grid, held: Floats) -> Floats:
    """Field of a dome over the existing top, up to the published height above the clavicle."""
    f = figures("pleura")
    nowhere = np.full(grid.shape, 10.0 * grid.step)
    ids = structures_of(probe.body, "clavicle", wall.side)
    within = held < 0
    if not ids or not within.any():
        return nowhere
    clavicle = np.concatenate([probe.body[i].surface.points for i in ids])
    aside = wall.aside(clavicle)
    third = clavicle[aside < aside.min() + np.ptp(aside) / 3]
    target = float(third[:, 2].mean()) + f["apex_above_clavicle"]
    x, y, z = grid.axes()
    top = float(z.ravel()[np.flatnonzero(within.any(axis=(0, 1)))[-1]])
    if top >= target - f["apex_tolerance"]:
        return nowhere
    base = top - _TOP_MM
    cut = np.argwhere(within[:, :, int((base - grid.origin[2]) / grid.step)])
    if not len(cut):
        return nowhere
    low, high = cut.min(axis=0), cut.max(axis=0)
    centre = grid.origin[:2] + grid.step * (low + high) / 2
    reach = grid.step * (high - low + 1) / 2
    ball = np.sqrt(
        ((x - centre[0]) / reach[0]) ** 2
        + ((y - centre[1]) / reach[1]) ** 2
        + (np.maximum(z - base, 0.0) / (target - base)) ** 2
    )
    dome: Floats = np.maximum((ball - 1.0) * float(reach.min()), base - z)
    return dome


def _grid(probe: Probe, wall: Wall, own: Sequence[str], edge: Floats) -> Grid:
    """A grid around one half of the chest."""
    f = figures("pleura")
    clouds = [c for n, c in wall.ribs.items() if n <= 10]
    clouds += [probe.body[i].surface.points for i in own]
    points = np.concatenate(clouds)
    points = points[wall.aside(points) > -20.0]
    low, high = points.min(axis=0) - 8.0, points.max(axis=0) + 8.0
    low[2] = min(low[2], float(edge.min()) - 8.0)
    high[2] += f["apex_above_clavicle"] + f["apex_tolerance"]
    return Grid.around(low, high, f["step"])


def _own_half(grid: Grid, wall: Wall, held: Floats) -> Floats:
    """Keep of a mesh that holds both sides what lies on this one."""
    labels, count = ndimage.label(held < 0)
    if count < 2:
        return held
    x = wall.axis.turn * (grid.axes()[0] - wall.midline)
    middle = ndimage.mean(np.broadcast_to(x, held.shape), labels, np.arange(1, count + 1))
    away = np.concatenate([[False], middle < -10.0])[labels]
    return np.where(away, grid.step, held)


def _closed(held: Floats, step: float) -> Floats:
    """Close gaps narrower than the figure, fissures above all."""
    reach = figures("pleura")["closes_gaps"] / 2 + 0.5 * step
    wide = held < reach
    shut = ndimage.distance_transform_edt(wide) * step > reach
    return np.where(shut & (held >= 0), -0.25 * step, held)


def _bones(probe: Probe, side: str) -> list[str]:
    roles = [f"rib_{n}" for n in range(1, 13)] + [f"costal_cartilage_{n}" for n in range(1, 11)]
    found = [i for role in roles for i in structures_of(probe.body, role, side)]
    for role in ("sternum", *(f"vertebra_{level}" for level in (*THORACIC, "l1"))):
        found += structures_of(probe.body, role)
    return found


def _surface(layer: Floats, held: Floats, grid: Grid) -> Surface:
    """Join, smooth, keep what hangs together with the existing surface, and mesh it."""
    field = ndimage.gaussian_filter(np.minimum(layer, held), _BLUR)
    field = np.minimum(field, held)
    labels, count = ndimage.label(field < 0)
    if count > 1:
        kept = np.unique(labels[held < 0])
        away = (labels > 0) & ~np.isin(labels, kept[kept > 0])
        field = np.where(away, grid.step, field)
    points, triangles = isosurface(field, grid.origin, grid.step, _ROUNDS)
    return Surface.of(points, triangles)


def _holds(surface: Surface, probe: Probe, wall: Wall, own: Sequence[str]) -> bool:
    """Whether every vertex of the existing surfaces lies inside the derived one."""
    probed = Structure("sac", "sac", wall.side, "pleura", surface)
    with tempfile.TemporaryDirectory() as folder:
        index = body_index([probed], Path(folder))
        for i in own:
            s = probe.body[i]
            points = s.surface.points[np.unique(s.surface.triangles)]
            if s.side not in ("left", "right"):
                points = points[wall.aside(points) > 0.0]
            if not all(index.inside(p)[0] == 1 for p in points):
                return False
    return True
