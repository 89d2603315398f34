"""The outer layer of a two-sided shell: the skin of an atlas that modelled skin with a thickness.

Such a shell has an outer and an inner face a few millimetres apart, joined at its openings, often
wound differently left and right. Which face is the outer one is asked of space itself: a triangle
belongs to it if the open air is seen from it (straight lines through a grid) and no other triangle
covers it towards that side. Triangles are chosen and turned, never moved.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.catalogue import Structure
from meshes.errors import BadFileError
from meshes.index.body_index import body_index
from meshes.index.reaches import met_within
from meshes.repair import Repair
from meshes.surface import Surface

CELL_MM = 3.0
"""Edge of the grid through which the open air is looked for; about one wall thickness."""

LOOK_FROM_MM = 4.0
"""How far off the triangle the look begins: clear of its own cells, short of the next limb."""

WALL_MM = 6.0
"""Thickest wall: a triangle covered by another within this distance is the inner face."""

SMALLEST_SHELL_MM = 100.0
"""A smaller shell is not told from its wall, nor is it the skin of a body in millimetres."""

FEWEST_WAYS_OUT = 2
"""Of 26 straight ways out, how many must be free; one may be a nostril."""

_MAX_CELLS = 60_000_000
_SAMPLES = tuple(np.array(row) / sum(row) for row in ((1, 1, 1), (8, 1, 1), (1, 8, 1), (1, 1, 8)))


def outer_layer(surface: Surface) -> Repair:
    """Keep the outer face of a shell that has two, every triangle turned outwards.

    Returns
    -------
    Repair
        Where limbs touch and no air is between them, both faces are left out: no needle enters
        there. Open where the two faces of the shell cross or touch.

    Raises
    ------
    BadFileError
        Nothing of the surface sees the open air, or it is too small: no skin in millimetres.
    """
    size = float(np.ptp(surface.bounds, axis=0).max())
    if size < SMALLEST_SHELL_MM:
        raise BadFileError(f"the shell measures {size:.3g} mm; expected a skin in millimetres")
    corners = surface.points[surface.triangles]
    normal = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    length = np.linalg.norm(normal, axis=1)
    normal /= np.where(length > 0.0, length, 1.0)[:, None]
    centre = corners.mean(axis=1)
    air = _ways_out(surface, np.concatenate([centre + LOOK_FROM_MM * normal,
                                             centre - LOOK_FROM_MM * normal]))  # fmt: skip
    ahead, behind = air[: len(centre)], air[len(centre) :]
    outward = np.where(ahead >= behind, 1.0, -1.0)
    seen = (np.maximum(ahead, behind) >= FEWEST_WAYS_OUT) & (length > 0.0)
    if not seen.any():
        raise BadFileError("nothing of the shell sees the open air; expected a skin in millimetres")
    direction = normal * outward[:, None]
    kept = np.flatnonzero(seen)
    kept = kept[~_covered(surface, kept, direction[kept])]
    triangles = np.where(
        outward[kept, None] > 0, surface.triangles[kept], surface.triangles[kept][:, ::-1]
    )
    used, number = np.unique(triangles, return_inverse=True)
    made = Surface.of(surface.points[used], number.reshape(-1, 3), surface.kind)
    turned = int(np.count_nonzero(outward[kept] < 0))
    n = len(surface.triangles)
    return Repair(
        made,
        f"kept the outer layer of a two-sided shell, {len(kept)} of {n} triangles, {turned} of "
        "them turned outwards",
    )


def _covered(
    surface: Surface, kept: NDArray[np.int64], direction: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Tell which of the ``kept`` triangles lie under another one, at every sample, near by.

    The middle is asked first; the corners only where the two faces of the shell meet or cross,
    which shows in neighbours that are covered and not.
    """
    shell = Structure("shell", "shell", "mid", "skin", surface)
    index = body_index([shell], cache_dir=None)
    faces = surface.triangles[kept]
    corners = surface.points[faces]
    covered = np.ones(len(kept), dtype=bool)
    for weights in _SAMPLES:
        asked = np.flatnonzero(covered)
        if weights is not _SAMPLES[0]:
            is_open = np.zeros(len(surface.points), dtype=bool)
            is_open[faces[~covered]] = True
            asked = asked[is_open[faces[asked]].any(axis=1)]
        points = np.einsum("k,ikj->ij", weights, corners[asked]) + 1e-4 * direction[asked]
        lines = np.concatenate([points, direction[asked]], axis=1)
        covered[asked] = met_within(index, 0, lines, WALL_MM)
    return covered


def _ways_out(surface: Surface, points: NDArray[np.float64]) -> NDArray[np.int8]:
    """Count, for (k, 3) points, the free ones of 26 straight ways out of the surface's box."""
    low = surface.bounds[0] - 3.0 * CELL_MM
    shape = np.ceil((surface.bounds[1] + 3.0 * CELL_MM - low) / CELL_MM).astype(int)
    if shape.prod() > _MAX_CELLS:
        raise BadFileError(f"the shell measures {np.ptp(surface.bounds, axis=0)} mm; too large")
    filled = np.zeros(shape, dtype=bool)
    cells = ((_dense(surface) - low) / CELL_MM).astype(int)
    filled[tuple(cells.T)] = True
    at = tuple(np.clip((points - low) / CELL_MM, 0, shape - 1).astype(int).T)
    count = np.zeros(len(points), dtype=np.int8)
    for step in np.ndindex(3, 3, 3):
        way = np.array(step) - 1
        if way.any():
            count += _free(filled, way)[at]
    return count


def _free(filled: NDArray[np.bool_], way: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Tell from which cells the straight line along ``way`` meets no other filled cell."""
    axis = int(np.flatnonzero(way)[0])
    stack = np.moveaxis(filled, axis, 0)
    steps = np.delete(way, axis)
    n = len(stack)
    order = range(n) if way[axis] < 0 else range(n - 1, -1, -1)
    free = np.empty_like(stack)
    ahead = np.ones(stack.shape[1:], dtype=bool)  # of the slice before, shifted by the step
    for i in order:
        free[i] = ahead
        ahead = _shifted(ahead & ~stack[i], steps)
    return np.moveaxis(free, 0, axis)


def _shifted(free: NDArray[np.bool_], steps: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Give every cell the value of the cell one step ahead; beyond the border all is free."""
    result = np.ones_like(free)
    here, there = [], []
    for step, size in zip(steps, free.shape, strict=True):
        here.append(slice(max(0, -step), size - max(0, step)))
        there.append(slice(max(0, step), size - max(0, -step)))
    result[tuple(here)] = free[tuple(there)]
    return result


def _dense(surface: Surface) -> NDArray[np.float64]:
    """Points of the surface no farther apart than half a cell."""
    corners = surface.points[surface.triangles]
    edges = corners - np.roll(corners, 1, axis=1)
    longest = np.sqrt((edges**2).sum(axis=2)).max(axis=1)
    n_steps = np.maximum(1, np.ceil(longest / (0.5 * CELL_MM)).astype(int))
    pieces = []
    for n in np.unique(n_steps):
        i, j = (v.reshape(-1) for v in np.meshgrid(np.arange(n + 1), np.arange(n + 1)))
        inside = i + j <= n
        weights = np.stack([i, j, n - i - j], axis=1)[inside] / n
        pieces.append(np.einsum("wk,ikj->iwj", weights, corners[n_steps == n]).reshape(-1, 3))
    return np.concatenate(pieces)
