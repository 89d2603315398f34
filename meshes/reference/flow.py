"""How soft tissue follows the bones of the shoulder: weights that even out, moved in small steps.

Each moving bone has a weight, 1 in it and 0 in the trunk's core; in between the weights solve a
steady diffusion in which air conducts next to nothing and the layer on the core little, so that the
arm moves whole and the girdle slides on the ribs. Points follow the weighted sum of the bones'
twists; the weights are solved anew at every step, so nothing folds. World frame (LPS), mm, left
half.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from scipy import ndimage
from scipy.linalg import logm

from meshes.surface import Surface
from meshes.voxels import Grid, inside

Points = NDArray[np.float64]
Field = NDArray[np.float32]
Mask = NDArray[np.bool_]
Pose = NDArray[np.float64]
"""(4, 4) where a bone has come to lie, from where it was built."""

AIR = np.float32(1e-3)
_BONE_STEP = 1.5
_FAR = 99.0
_FIRST, _THEN = 700, 70
"""Sweeps of the first solution, and of the next ones, which begin from the one before."""


@dataclass(frozen=True, eq=False)
class Ground:
    """What does not change while the bones move.

    ``core`` nodes that stay; ``near_core`` mm to them; ``tissue`` 1 within the skin as built;
    ``bones`` grid and signed distance (mm, negative inside) of each moving bone, in their order.
    ``slide`` conducts the layer on the core, ``slide_width`` mm thick; ``bursa`` names a bone on
    whose head the tissue slides likewise: bone, middle of the head, radius, thickness (mm).
    """

    grid: Grid
    core: Mask
    near_core: Field
    tissue: Field
    bones: Mapping[str, tuple[Grid, Field]]
    slide: float
    slide_width: float
    bursa: tuple[str, Points, float, float]


def signed_distance(surface: Surface, margin: float = 12.0) -> tuple[Grid, Field]:
    """Grid around a closed surface and the distance to it, mm, negative inside."""
    low, high = surface.bounds
    grid = Grid.around(low - margin, high + margin, _BONE_STEP)
    within = inside(grid, surface)
    far = ndimage.distance_transform_edt(~within) - 0.5
    deep = 0.5 - ndimage.distance_transform_edt(within)
    return grid, (np.where(within, deep, far) * _BONE_STEP).astype(np.float32)


def carried(ground: Ground, poses: Sequence[Mapping[str, Pose]], points: Points) -> Points:
    """Where points (n, 3) come to lie as the bones go through their poses, the first as built."""
    grid = ground.grid
    low, h = np.asarray(grid.origin, float), float(grid.step)
    weights = np.zeros((*grid.shape, 3), np.float32)
    before = np.stack(np.meshgrid(*[low[i] + h * np.arange(grid.shape[i]) for i in range(3)],
                                  indexing="ij"), -1).astype(np.float32)  # fmt: skip
    tissue = ground.tissue > 0.5
    out = np.array(points, float)
    for number, (now, then) in enumerate(zip(poses[:-1], poses[1:], strict=True)):
        fixed, slippery = _held(ground, now, weights)
        if number == 0:
            nearest = ndimage.distance_transform_edt(
                ~fixed, return_distances=False, return_indices=True
            )
            weights = np.ascontiguousarray(weights[tuple(nearest)])
        conducts = np.where(tissue, np.float32(1.0), AIR)
        slippery |= ground.near_core <= ground.slide_width
        conducts[slippery & tissue] = ground.slide
        _even_out(weights, conducts, fixed, _FIRST if number == 0 else _THEN,
                  1.85 if number == 0 else 1.6)  # fmt: skip
        known = tissue | fixed
        nearest = ndimage.distance_transform_edt(
            ~known, return_distances=False, return_indices=True
        )
        smooth = np.ascontiguousarray(weights[tuple(nearest)])  # air follows the skin beside it
        twists = np.array([np.real(logm(then[k] @ np.linalg.inv(now[k]))) for k in ground.bones])
        _advect(out, smooth, low, h, twists)
        if number < len(poses) - 2:
            before = _pulled(before, smooth, low, h, twists)
            at = [(before[..., i] - low[i]) / h for i in range(3)]
            tissue = ndimage.map_coordinates(ground.tissue, at, order=1) > 0.5
    return out


def _held(ground: Ground, pose: Mapping[str, Pose], weights: Field) -> tuple[Mask, Mask]:
    """Write the weights of core and bones; return the nodes that have them, and the bursa's."""
    grid = ground.grid
    low, shape = np.asarray(grid.origin, float), np.array(grid.shape)
    fixed = ground.core.copy()
    slippery = np.zeros(grid.shape, bool)
    weights[ground.core] = 0.0
    for number, (key, (own, distance)) in enumerate(ground.bones.items()):
        there = np.empty(grid.shape, np.float32)
        _placed(distance, np.asarray(own.origin, float), own.step, np.linalg.inv(pose[key]), low,
                float(grid.step), shape, there)  # fmt: skip
        within = there < 0.5 * grid.step
        fixed |= within
        weights[within] = 0.0
        weights[within, number] = 1.0
        bone, head, radius, thick = ground.bursa
        if key == bone:
            middle = pose[key][:3, :3] @ head + pose[key][:3, 3]
            near = sum((a - m) ** 2 for a, m in zip(grid.axes(), middle, strict=True))
            slippery = (there < thick) & (near < radius**2)
    return fixed, slippery


@njit(cache=True)
def _even_out(w, c, fixed, sweeps, haste):  # type: ignore[no-untyped-def]
    """Gauss-Seidel sweeps, over-relaxed; conductances between nodes are harmonic means."""
    nx, ny, nz, _ = w.shape
    for _sweep in range(sweeps):
        for i in range(nx):
            for j in range(ny):
                for k in range(nz):
                    if fixed[i, j, k]:
                        continue
                    s0 = s1 = s2 = total = 0.0
                    own = c[i, j, k]
                    for side in range(6):
                        a, b, d = i, j, k
                        if side == 0:
                            a -= 1
                        elif side == 1:
                            a += 1
                        elif side == 2:
                            b -= 1
                        elif side == 3:
                            b += 1
                        elif side == 4:
                            d -= 1
                        else:
                            d += 1
                        if a < 0 or b < 0 or d < 0 or a >= nx or b >= ny or d >= nz:
                            continue
                        q = 2.0 * own * c[a, b, d] / (own + c[a, b, d])
                        total += q
                        s0 += q * w[a, b, d, 0]
                        s1 += q * w[a, b, d, 1]
                        s2 += q * w[a, b, d, 2]
                    w[i, j, k, 0] += haste * (s0 / total - w[i, j, k, 0])
                    w[i, j, k, 1] += haste * (s1 / total - w[i, j, k, 1])
                    w[i, j, k, 2] += haste * (s2 / total - w[i, j, k, 2])


@njit(cache=True)
def _velocity(w, low, h, twists, x, y, z, out):  # type: ignore[no-untyped-def]
    fx = min(max((x - low[0]) / h, 0.0), w.shape[0] - 1.001)
    fy = min(max((y - low[1]) / h, 0.0), w.shape[1] - 1.001)
    fz = min(max((z - low[2]) / h, 0.0), w.shape[2] - 1.001)
    a, b, c = int(fx), int(fy), int(fz)
    u, v, t = fx - a, fy - b, fz - c
    out[:] = 0.0
    for m in range(3):
        share = 0.0
        for i in range(2):
            for j in range(2):
                for k in range(2):
                    part = (u if i else 1 - u) * (v if j else 1 - v) * (t if k else 1 - t)
                    share += part * w[a + i, b + j, c + k, m]
        for r in range(3):
            out[r] += share * (
                twists[m, r, 0] * x + twists[m, r, 1] * y + twists[m, r, 2] * z + twists[m, r, 3]
            )


@njit(cache=True, parallel=True)
def _advect(p, w, low, h, twists):  # type: ignore[no-untyped-def]
    """Midpoint rule, four parts of a step."""
    for n in prange(p.shape[0]):
        v, mid = np.empty(3), np.empty(3)
        for _ in range(4):
            _velocity(w, low, h, twists, p[n, 0], p[n, 1], p[n, 2], v)
            _velocity(w, low, h, twists, p[n, 0] + 0.125 * v[0], p[n, 1] + 0.125 * v[1],
                      p[n, 2] + 0.125 * v[2], mid)  # fmt: skip
            for r in range(3):
                p[n, r] += 0.25 * mid[r]


@njit(cache=True, parallel=True)
def _pulled(before, w, low, h, twists):  # type: ignore[no-untyped-def]
    """Where what is now at each node was as built, after one more step."""
    nx, ny, nz, _ = before.shape
    out = np.empty_like(before)
    for i in prange(nx):
        v = np.empty(3)
        for j in range(ny):
            for k in range(nz):
                x, y, z = low[0] + i * h, low[1] + j * h, low[2] + k * h
                for _ in range(2):
                    _velocity(w, low, h, twists, x, y, z, v)
                    x, y, z = x - 0.5 * v[0], y - 0.5 * v[1], z - 0.5 * v[2]
                fx = min(max((x - low[0]) / h, 0.0), nx - 1.001)
                fy = min(max((y - low[1]) / h, 0.0), ny - 1.001)
                fz = min(max((z - low[2]) / h, 0.0), nz - 1.001)
                a, b, c = int(fx), int(fy), int(fz)
                u, s, t = fx - a, fy - b, fz - c
                for r in range(3):
                    total = 0.0
                    for ii in range(2):
                        for jj in range(2):
                            for kk in range(2):
                                part = (u if ii else 1 - u) * (s if jj else 1 - s)
                                part *= t if kk else 1 - t
                                total += part * before[a + ii, b + jj, c + kk, r]
                    out[i, j, k, r] = total
    return out


@njit(cache=True, parallel=True)
def _placed(d, origin, step, inverse, low, h, shape, out):  # type: ignore[no-untyped-def]
    """Signed distance of a bone at its place, on the nodes; far away where its grid ends."""
    nx, ny, nz = d.shape
    for i in prange(shape[0]):
        for j in range(shape[1]):
            for k in range(shape[2]):
                x, y, z = low[0] + i * h, low[1] + j * h, low[2] + k * h
                fx = (inverse[0, 0] * x + inverse[0, 1] * y + inverse[0, 2] * z + inverse[0, 3]
                      - origin[0]) / step  # fmt: skip
                fy = (inverse[1, 0] * x + inverse[1, 1] * y + inverse[1, 2] * z + inverse[1, 3]
                      - origin[1]) / step  # fmt: skip
                fz = (inverse[2, 0] * x + inverse[2, 1] * y + inverse[2, 2] * z + inverse[2, 3]
                      - origin[2]) / step  # fmt: skip
                if (fx < 0 or fy < 0 or fz < 0 or fx > nx - 1.001 or fy > ny - 1.001
                        or fz > nz - 1.001):  # fmt: skip
                    out[i, j, k] = 99.0
                    continue
                a, b, c = int(fx), int(fy), int(fz)
                u, v, t = fx - a, fy - b, fz - c
                total = 0.0
                for ii in range(2):
                    for jj in range(2):
                        for kk in range(2):
                            part = (u if ii else 1 - u) * (v if jj else 1 - v)
                            total += part * (t if kk else 1 - t) * d[a + ii, b + jj, c + kk]
                out[i, j, k] = total
