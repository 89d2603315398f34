"""Rounded-rectangle and elliptic sections swept along a framed path, as a distance field.

Each voxel listens to the nearest sample of the path only; the section turns with the frame, so that
a rib is a flat bone that twists, not a tube.
"""

from __future__ import annotations

import math

import numpy as np
from numba import njit
from numpy.typing import ArrayLike, NDArray

from meshes.reference.curves import Path
from meshes.reference.grid import Field, Grid


def sweep(
    grid: Grid,
    path: Path,
    half_normal: ArrayLike,
    half_binormal: ArrayLike,
    corner: ArrayLike = 2.2,
    reach: float = 6.0,
) -> Field:
    """Field of a section of the given half sizes (scalar or one per sample) along ``path``.

    ``corner`` is the corner radius; at or above the smaller half size the section is an oval.
    Values are right within ``reach`` mm of the surface and ``reach`` beyond that.
    """
    n = len(path.points)
    a = np.broadcast_to(np.asarray(half_normal, float), n).copy()
    b = np.broadcast_to(np.asarray(half_binormal, float), n).copy()
    r = np.minimum(np.broadcast_to(np.asarray(corner, float), n), np.minimum(a, b)).copy()
    out = grid.filled(reach)
    near = np.full(grid.shape, 1e9, np.float32)
    _sweep(
        out, near, np.asarray(grid.origin), grid.step,
        path.points, path.tangent, path.normal, path.binormal, a, b, r, reach,
    )  # fmt: skip
    return out


def swept_box(path: Path, half: float) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Low and high corner of the box around a swept section of half size ``half``."""
    return path.points.min(axis=0) - half, path.points.max(axis=0) + half


@njit(cache=True)
def _sweep(out, near, origin, step, p, t, nrm, bin_, a, b, r, reach):  # type: ignore[no-untyped-def]
    nx, ny, nz = out.shape
    last = p.shape[0] - 1
    for i in range(p.shape[0]):
        span = math.sqrt(a[i] * a[i] + b[i] * b[i]) + reach
        x0 = max(int((p[i, 0] - span - origin[0]) / step), 0)
        x1 = min(int((p[i, 0] + span - origin[0]) / step) + 1, nx - 1)
        y0 = max(int((p[i, 1] - span - origin[1]) / step), 0)
        y1 = min(int((p[i, 1] + span - origin[1]) / step) + 1, ny - 1)
        z0 = max(int((p[i, 2] - span - origin[2]) / step), 0)
        z1 = min(int((p[i, 2] + span - origin[2]) / step) + 1, nz - 1)
        for ix in range(x0, x1 + 1):
            dx = origin[0] + ix * step - p[i, 0]
            for iy in range(y0, y1 + 1):
                dy = origin[1] + iy * step - p[i, 1]
                for iz in range(z0, z1 + 1):
                    dz = origin[2] + iz * step - p[i, 2]
                    d2 = dx * dx + dy * dy + dz * dz
                    if d2 >= near[ix, iy, iz]:
                        continue
                    near[ix, iy, iz] = d2
                    along = dx * t[i, 0] + dy * t[i, 1] + dz * t[i, 2]
                    u = dx * nrm[i, 0] + dy * nrm[i, 1] + dz * nrm[i, 2]
                    v = dx * bin_[i, 0] + dy * bin_[i, 1] + dz * bin_[i, 2]
                    qx = abs(u) - a[i] + r[i]
                    qy = abs(v) - b[i] + r[i]
                    ex, ey = max(qx, 0.0), max(qy, 0.0)
                    flat = math.sqrt(ex * ex + ey * ey) + min(max(qx, qy), 0.0) - r[i]
                    over = 0.0
                    if i == 0 and along < 0.0:
                        over = -along
                    elif i == last and along > 0.0:
                        over = along
                    if over > 0.0:
                        rise = max(flat + r[i], 0.0)
                        flat = math.sqrt(rise * rise + over * over) - r[i]
                    out[ix, iy, iz] = min(flat, reach)


def stamp(grid: Grid, points: ArrayLike, radii: ArrayLike, reach: float = 6.0) -> Field:
    """Union of spheres: the field of a sheet or a rope given by dense nodes with half thickness.

    Nodes must lie closer than about half their radius for a smooth result.
    """
    p = np.ascontiguousarray(points, np.float64)
    r = np.broadcast_to(np.asarray(radii, float), len(p)).copy()
    out = grid.filled(reach)
    _stamp(out, np.asarray(grid.origin), grid.step, p, r, reach)
    return out


@njit(cache=True)
def _stamp(out, origin, step, p, r, reach):  # type: ignore[no-untyped-def]
    nx, ny, nz = out.shape
    for i in range(p.shape[0]):
        span = r[i] + reach
        x0 = max(int(math.ceil((p[i, 0] - span - origin[0]) / step)), 0)
        x1 = min(int((p[i, 0] + span - origin[0]) / step), nx - 1)
        y0 = max(int(math.ceil((p[i, 1] - span - origin[1]) / step)), 0)
        y1 = min(int((p[i, 1] + span - origin[1]) / step), ny - 1)
        z0 = max(int(math.ceil((p[i, 2] - span - origin[2]) / step)), 0)
        z1 = min(int((p[i, 2] + span - origin[2]) / step), nz - 1)
        for ix in range(x0, x1 + 1):
            dx = origin[0] + ix * step - p[i, 0]
            for iy in range(y0, y1 + 1):
                dy = origin[1] + iy * step - p[i, 1]
                flat = dx * dx + dy * dy
                for iz in range(z0, z1 + 1):
                    dz = origin[2] + iz * step - p[i, 2]
                    limit = out[ix, iy, iz] + r[i]
                    d2 = flat + dz * dz
                    if limit > 0.0 and d2 < limit * limit:
                        out[ix, iy, iz] = math.sqrt(d2) - r[i]
