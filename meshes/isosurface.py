"""Field to surface by surface nets: one point per cell the surface passes, one quad per crossing.

Always closed and wound outwards: faces of the grid on which the field's signs form a chequer, which
would put four quads on an edge, are filled first. Filling adds material and never takes any away.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import ndimage, sparse

from meshes.errors import EmptySurfaceError

Floats = NDArray[np.float64]
Triangles = NDArray[np.int64]

_LEAST = 0.05
"""A crossing keeps this share of an edge from its nodes, or triangles would collapse."""


def isosurface(
    field: NDArray[np.floating], origin: ArrayLike, step: float, smooth: int = 0
) -> tuple[Floats, Triangles]:
    """Surface of ``field`` < 0.

    Parameters
    ----------
    field
        (nx, ny, nz), negative inside. What is negative on the border of the grid is closed there.
    origin, step
        World position of node (0, 0, 0) and the distance of nodes, mm.
    smooth
        Rounds of smoothing that keeps the volume (`taubin`).

    Returns
    -------
    points, triangles
        (n, 3) world mm, (m, 3) counter-clockwise from outside. Hollows are filled.

    Raises
    ------
    EmptySurfaceError
        The field is nowhere negative.
    """
    padded = np.pad(np.asarray(field, np.float64), 1, constant_values=step)
    if not (padded < 0).any():
        raise EmptySurfaceError("the field is nowhere negative; there is no surface in it")
    padded = _filled(padded, step)
    points, cell = _net_points(padded)
    triangles = _net_triangles(padded, cell, points)
    world = (points - 1.0) * step + np.asarray(origin, float)
    return (taubin(world, triangles, smooth), triangles) if smooth else (world, triangles)


def _filled(field: Floats, step: float) -> Floats:
    """Fill hollows and chequered faces until there are none."""
    within = field < 0
    while True:
        within = ndimage.binary_fill_holes(within)
        added = np.zeros_like(within)
        for axis in range(3):
            view, put = np.moveaxis(within, axis, 2), np.moveaxis(added, axis, 2)
            a, b, c, d = view[:-1, :-1], view[1:, :-1], view[:-1, 1:], view[1:, 1:]
            put[1:, :-1] |= a & d & ~b & ~c
            put[:-1, :-1] |= b & c & ~a & ~d
        if not added.any():
            break
        within |= added
    out = np.where(within & (field >= 0), -_LEAST * step, field)
    filled: Floats = out
    return filled


def _slices(axis: int) -> tuple[tuple[slice, ...], tuple[slice, ...]]:
    low = tuple(slice(None, -1) if k == axis else slice(None) for k in range(3))
    high = tuple(slice(1, None) if k == axis else slice(None) for k in range(3))
    return low, high


def _net_points(field: Floats) -> tuple[Floats, NDArray[np.int64]]:
    """Points (n, 3) in index units, and the number of each cell's point (-1: none)."""
    cells = tuple(n - 1 for n in field.shape)
    total = np.zeros((*cells, 3))
    count = np.zeros(cells)
    for axis in range(3):
        low, high = _slices(axis)
        a, b = field[low], field[high]
        where = np.argwhere((a < 0) != (b < 0))
        u, v = a[tuple(where.T)], b[tuple(where.T)]
        crossing = where.astype(float)
        crossing[:, axis] += np.clip(u / (u - v), _LEAST, 1.0 - _LEAST)
        others = [k for k in range(3) if k != axis]
        for i in (0, 1):
            for j in (0, 1):
                cell = where.copy()
                cell[:, others[0]] -= i
                cell[:, others[1]] -= j
                key = tuple(cell.T)
                total[key] += crossing
                count[key] += 1
    active = count > 0
    number = np.full(cells, -1, np.int64)
    number[active] = np.arange(int(active.sum()))
    return total[active] / count[active][:, None], number


def _net_triangles(field: Floats, cell: NDArray[np.int64], points: Floats) -> Triangles:
    """Two triangles per grid edge that crosses, split along the shorter diagonal."""
    made = []
    for axis in range(3):
        low, high = _slices(axis)
        a, b = field[low] < 0, field[high] < 0
        where = np.argwhere(a != b)
        leaving = a[tuple(where.T)]
        p, q = (axis + 1) % 3, (axis + 2) % 3
        corners = []
        for i, j in ((1, 1), (0, 1), (0, 0), (1, 0)):
            at = where.copy()
            at[:, p] -= i
            at[:, q] -= j
            corners.append(cell[tuple(at.T)])
        quad = np.stack(corners, 1)
        quad[~leaving] = quad[~leaving][:, ::-1]
        length = np.linalg.norm(points[quad[:, :2]] - points[quad[:, 2:]], axis=2)
        turn = length[:, 1] < length[:, 0]
        quad[turn] = np.roll(quad[turn], 1, axis=1)
        made += [quad[:, [0, 1, 2]], quad[:, [0, 2, 3]]]
    return np.concatenate(made)


def taubin(points: Floats, triangles: Triangles, rounds: int) -> Floats:
    """Smooth without shrinking: alternate steps along and against the umbrella vector."""
    a = triangles[:, [0, 1, 2, 1, 2, 0]].ravel()
    b = triangles[:, [1, 2, 0, 0, 1, 2]].ravel()
    links = sparse.csr_matrix((np.ones(len(a)), (a, b)), shape=(len(points), len(points)))
    links.data[:] = 1.0
    degree = np.maximum(np.asarray(links.sum(axis=1)).ravel(), 1.0)
    average = sparse.diags(1.0 / degree) @ links
    for _ in range(rounds):
        points = points + 0.5 * (average @ points - points)
        points = points - 0.53 * (average @ points - points)
    return points
