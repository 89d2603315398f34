"""Distance fields by fast sweeping: smooth below the voxel, where an exact transform of a mask
leaves terraces that show on skin."""

from __future__ import annotations

import numpy as np
from numba import njit

from meshes.reference.grid import Field

BIG = 1e6


def redistanced(field: Field, step: float, rounds: int = 1) -> Field:
    """Signed distance (mm) to the zero level of ``field``, negative inside, all over the grid."""
    out = np.full(field.shape, BIG, np.float32)
    source = np.ascontiguousarray(field, np.float32)
    _seed(source, out, np.float32(step))
    if not (out < BIG).any():
        return source
    for _ in range(rounds):
        _sweeps(out, np.float32(step))
    return np.where(source < 0, -out, out)


@njit(cache=True)
def _seed(f, out, h):  # type: ignore[no-untyped-def]
    """Distance of nodes beside the surface, from the crossings of their edges."""
    nx, ny, nz = f.shape
    for i in range(nx):
        for j in range(ny):
            for k in range(nz):
                c = f[i, j, k]
                total = 0.0
                for axis in range(3):
                    best = 2.0
                    for s in (-1, 1):
                        a = i + (s if axis == 0 else 0)
                        b = j + (s if axis == 1 else 0)
                        d = k + (s if axis == 2 else 0)
                        if a < 0 or b < 0 or d < 0 or a >= nx or b >= ny or d >= nz:
                            continue
                        o = f[a, b, d]
                        if (c < 0.0) != (o < 0.0):
                            share = c / (c - o)
                            best = min(best, share)
                    if best <= 1.0:
                        total += 1.0 / max(best, 1e-3) ** 2
                if total > 0.0:
                    out[i, j, k] = h / np.sqrt(total)


@njit(cache=True)
def _sweeps(d, h):  # type: ignore[no-untyped-def]
    """Eight Gauss-Seidel sweeps of the eikonal equation."""
    nx, ny, nz = d.shape
    for turn in range(8):
        for ii in range(nx):
            i = ii if turn & 1 == 0 else nx - 1 - ii
            for jj in range(ny):
                j = jj if turn & 2 == 0 else ny - 1 - jj
                for kk in range(nz):
                    k = kk if turn & 4 == 0 else nz - 1 - kk
                    a = min(d[i - 1, j, k] if i > 0 else BIG, d[i + 1, j, k] if i < nx - 1 else BIG)
                    b = min(d[i, j - 1, k] if j > 0 else BIG, d[i, j + 1, k] if j < ny - 1 else BIG)
                    c = min(d[i, j, k - 1] if k > 0 else BIG, d[i, j, k + 1] if k < nz - 1 else BIG)
                    old = d[i, j, k]
                    if min(a, b, c) + h * 0.2 >= old:
                        continue
                    if a > b:
                        a, b = b, a
                    if b > c:
                        b, c = c, b
                    if a > b:
                        a, b = b, a
                    u = a + h
                    if u > b:
                        r = 2 * h * h - (a - b) ** 2
                        u = 0.5 * (a + b + np.sqrt(max(r, 0.0)))
                        if u > c:
                            q = (a + b + c) ** 2 - 3 * (a * a + b * b + c * c - h * h)
                            u = (a + b + c + np.sqrt(max(q, 0.0))) / 3
                    if u < old:
                        d[i, j, k] = u
