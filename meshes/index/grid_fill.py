"""Kernels that fill a grid with distances to some structures, never more than the truth.

A coarse lattice is measured exactly. The squared distance less the squared position is concave
(docs/adr: the certificate), so that the lattice bounds the distance everywhere between its nodes
from below; only where a line could be stopped, near the distances that margins ask for, the fine
nodes are measured as well. Everything stored is squared and rounded down.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.bounds import Nodes
from meshes.index.build import below
from meshes.index.compiled import kernel
from meshes.index.drums import Wide, WideWays
from meshes.index.nearest import Spheres, nearest_to_point
from meshes.index.triangle import Floats

Counts = NDArray[np.int64]
Marks = NDArray[np.bool_]
Squares = NDArray[np.float32]
Labels = NDArray[np.int16]

ROUNDING = 1e-9
"""What is taken off every distance, mm: far more than float64 can have added."""


@kernel
def nearest_of(
    x: float, y: float, z: float, start: int, seed: int, rows: Counts,
    nodes: Nodes, roots: Counts, wide_roots: Counts, wide: Wide, ways: WideWays, tri: Floats,
    spheres: Spheres, stack: Counts, bounds: Floats,
) -> tuple[float, int, int]:  # fmt: skip
    """Squared distance of a point to the nearest of some structures, which of ``rows``, triangle.

    ``start`` and ``seed`` are a place in ``rows`` and a triangle of it to try first.
    """
    best, which, near = np.inf, start, seed
    for turn in range(len(rows) + 1):
        k = start if turn == 0 else turn - 1
        if turn > 0 and k == start:
            continue
        root = roots[rows[k]]
        gx = max(abs(x - nodes[root, 0]) - nodes[root, 3], 0.0)
        gy = max(abs(y - nodes[root, 1]) - nodes[root, 4], 0.0)
        gz = max(abs(z - nodes[root, 2]) - nodes[root, 5], 0.0)
        if (gx * gx + gy * gy + gz * gz) * (1.0 - 1e-12) > best:
            continue
        d2, _, _, _, found = nearest_to_point(
            x, y, z, np.sqrt(best), seed if turn == 0 else -1, wide_roots[rows[k]],
            wide, ways, tri, spheres, stack, bounds,
        )  # fmt: skip
        if found >= 0 and d2 < best:
            best, which, near = d2, k, found
    return best, which, near


@kernel
def fill_coarse(
    first: int, stop: int, ox: float, oy: float, oz: float, step: float, shape: Counts,
    rows: Counts, nodes: Nodes, roots: Counts, wide_roots: Counts, wide: Wide, ways: WideWays,
    tri: Floats, spheres: Spheres, stack: Counts, bounds: Floats, square: Floats, label: Labels,
) -> None:  # fmt: skip
    """Measure the layers [first, stop) of a lattice: squared distances, nearest row's place."""
    which, near = 0, -1
    for i in range(first, stop):
        for j in range(shape[1]):
            for k in range(shape[2]):
                at = (i * shape[1] + j) * shape[2] + k
                d2, which, near = nearest_of(
                    ox + i * step, oy + j * step, oz + k * step, which, near, rows,
                    nodes, roots, wide_roots, wide, ways, tri, spheres, stack, bounds,
                )  # fmt: skip
                square[at] = d2
                label[at] = which


@kernel
def mark_cells(
    step: float, shape: Counts, square: Floats, low: float, high: float, marks: Marks
) -> None:
    """Mark the coarse cells in which a distance may lie in [low, high]."""
    reach = 0.5 * np.sqrt(3.0) * step
    for i in range(shape[0] - 1):
        for j in range(shape[1] - 1):
            for k in range(shape[2] - 1):
                least, most = np.inf, 0.0
                for c in range(8):
                    at = ((i + (c >> 2)) * shape[1] + j + ((c >> 1) & 1)) * shape[2] + k + (c & 1)
                    least, most = min(least, square[at]), max(most, square[at])
                floor = max(np.sqrt(least) - reach, np.sqrt(max(least - 0.75 * step * step, 0.0)))
                marks[i, j, k] = floor <= high and np.sqrt(most) + reach >= low


@kernel
def is_marked(marks: Marks, i: int, j: int, k: int, x: int, y: int, z: int) -> bool:
    """Whether a fine node, the (x, y, z)-th of a coarse cell, lies in or on a marked one."""
    for a in range(i - 1 if x == 0 else i, i + 1):
        for b in range(j - 1 if y == 0 else j, j + 1):
            for c in range(k - 1 if z == 0 else k, k + 1):
                inside = 0 <= a < marks.shape[0] and 0 <= b < marks.shape[1]
                if inside and 0 <= c < marks.shape[2] and marks[a, b, c]:
                    return True
    return False


@kernel
def between(
    square: Floats, shape: Counts, step: float, i: int, j: int, k: int,
    u: float, v: float, w: float,
) -> float:  # fmt: skip
    """Least squared distance that the lattice allows at the place (u, v, w) of cell (i, j, k)."""
    i, j, k = min(i, shape[0] - 2), min(j, shape[1] - 2), min(k, shape[2] - 2)
    total, nearest, gap = 0.0, 0.0, np.inf
    for c in range(8):
        a, b, d = c >> 2, (c >> 1) & 1, c & 1
        s = square[((i + a) * shape[1] + j + b) * shape[2] + k + d]
        du, dv, dw = abs(a - u), abs(b - v), abs(d - w)
        total += s * (1.0 - du) * (1.0 - dv) * (1.0 - dw)
        away = du * du + dv * dv + dw * dw
        if away < gap:
            gap, nearest = away, s
    bend = u * (1.0 - u) + v * (1.0 - v) + w * (1.0 - w)
    straight = max(np.sqrt(nearest) - np.sqrt(gap) * step, 0.0)
    return float(max(total * (1.0 - 1e-12) - step * step * bend, straight * straight))


@kernel
def near_rows(
    x: float, y: float, z: float, room: float, start: int, seed: int, rows: Counts,
    nodes: Nodes, roots: Counts, wide_roots: Counts, wide: Wide, ways: WideWays, tri: Floats,
    spheres: Spheres, stack: Counts, bounds: Floats, kept: Counts, seeds: Counts, away: Floats,
) -> int:  # fmt: skip
    """List in ``kept`` the places in ``rows`` that can be nearest within ``room`` of a point.

    Their triangles nearest to the point go to ``seeds``, their distances to ``away``; returns how
    many. A distance changes by no more than the point moves: what is farther than the nearest by
    twice the room is nearest nowhere.
    """
    best, which, near = nearest_of(
        x,
        y,
        z,
        start,
        seed,
        rows,
        nodes,
        roots,
        wide_roots,
        wide,
        ways,
        tri,
        spheres,
        stack,
        bounds,
    )
    limit = (np.sqrt(best) + 2.0 * room) * (1.0 + 1e-9) + ROUNDING
    kept[0], seeds[0], away[0], used = which, near, np.sqrt(best), 1
    for k in range(len(rows)):
        root = roots[rows[k]]
        gx = max(abs(x - nodes[root, 0]) - nodes[root, 3], 0.0)
        gy = max(abs(y - nodes[root, 1]) - nodes[root, 4], 0.0)
        gz = max(abs(z - nodes[root, 2]) - nodes[root, 5], 0.0)
        if k == which or gx * gx + gy * gy + gz * gz > limit * limit:
            continue
        d2, _, _, _, found = nearest_to_point(
            x, y, z, limit, -1, wide_roots[rows[k]], wide, ways, tri, spheres, stack, bounds
        )
        if found >= 0:
            kept[used], seeds[used], away[used] = k, found, np.sqrt(d2)
            used += 1
    return used


@kernel
def nearest_kept(
    x: float, y: float, z: float, moved: float, n: int, rows: Counts, kept: Counts, seeds: Counts,
    away: Floats, wide_roots: Counts, wide: Wide, ways: WideWays, tri: Floats, spheres: Spheres,
    stack: Counts, bounds: Floats,
) -> tuple[float, int]:  # fmt: skip
    """Squared distance of a point to the nearest of the first ``n`` rows kept, and which it is.

    It is ``moved`` from the point of `near_rows`, rounded up. The nearest comes to stand first: the
    next point begins with it.
    """
    best, which = np.inf, 0
    for k in range(n):
        least = away[k] - moved
        if least > 0.0 and least * least > best:
            continue
        d2, _, _, _, found = nearest_to_point(
            x, y, z, np.sqrt(best), seeds[k], wide_roots[rows[kept[k]]],
            wide, ways, tri, spheres, stack, bounds,
        )  # fmt: skip
        if found >= 0 and d2 < best:
            best, which, seeds[k] = d2, k, found
    kept[0], kept[which] = kept[which], kept[0]
    seeds[0], seeds[which] = seeds[which], seeds[0]
    away[0], away[which] = away[which], away[0]
    return best, kept[0]


@kernel
def fill_fine(
    ci: int, ox: float, oy: float, oz: float, step: float, shape: Counts,
    parts: int, coarse: Floats, coarse_label: Labels, coarse_shape: Counts, marks: Marks,
    rows: Counts, nodes: Nodes, roots: Counts, wide_roots: Counts, wide: Wide, ways: WideWays,
    tri: Floats, spheres: Spheres, stack: Counts, bounds: Floats, square: Squares, label: Labels,
) -> int:  # fmt: skip
    """Fill the fine nodes of layer ``ci`` of the coarse grid; return how many were measured.

    ``parts`` fine steps make a coarse one. Elsewhere the coarse lattice's bound is stored. The
    nodes of a coarse cell are measured against what is near to it, and nothing else.
    """
    measured = 0
    kept, seeds = np.zeros(len(rows), np.int64), np.zeros(len(rows), np.int64)
    away = np.zeros(len(rows))
    middle = 0.5 * (parts - 1) * step
    room = np.sqrt(3.0) * middle
    for cj in range(coarse_shape[1]):
        for ck in range(coarse_shape[2]):
            c = (ci * coarse_shape[1] + cj) * coarse_shape[2] + ck
            n = 0
            for x in range(parts if ci < marks.shape[0] else 1):
                for y in range(parts if cj < marks.shape[1] else 1):
                    for z in range(parts if ck < marks.shape[2] else 1):
                        i, j, k = ci * parts + x, cj * parts + y, ck * parts + z
                        at = (i * shape[1] + j) * shape[2] + k
                        label[at] = coarse_label[c]
                        if x == 0 and y == 0 and z == 0:
                            d2 = coarse[c]
                        elif is_marked(marks, ci, cj, ck, x, y, z):
                            if n == 0:
                                n = near_rows(
                                    ox + ci * parts * step + middle,
                                    oy + cj * parts * step + middle,
                                    oz + ck * parts * step + middle, room, coarse_label[c], -1,
                                    rows, nodes, roots, wide_roots, wide, ways, tri, spheres,
                                    stack, bounds, kept, seeds, away,
                                )  # fmt: skip
                            u, v, w = x * step - middle, y * step - middle, z * step - middle
                            moved = np.sqrt(u * u + v * v + w * w) + ROUNDING
                            d2, label[at] = nearest_kept(
                                ox + i * step, oy + j * step, oz + k * step, moved, n, rows, kept,
                                seeds, away, wide_roots, wide, ways, tri, spheres, stack, bounds,
                            )  # fmt: skip
                            measured += 1
                        else:
                            di, dj = min(ci, marks.shape[0] - 1), min(cj, marks.shape[1] - 1)
                            dk = min(ck, marks.shape[2] - 1)
                            d2 = between(
                                coarse, coarse_shape, step * parts, di, dj, dk,
                                (i - di * parts) / parts, (j - dj * parts) / parts,
                                (k - dk * parts) / parts,
                            )  # fmt: skip
                        d = max(np.sqrt(d2) - ROUNDING, 0.0)
                        square[at] = max(below(d * d), 0.0)
    return measured
