"""Many trees in one set of arrays: what the kernels read.

Each structure keeps its own tree, so that it can be found, left out or replaced alone; the arrays
are shared, so that a kernel gets them in one go.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from os import cpu_count
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meshes.catalogue import Structure
from meshes.errors import MeshError
from meshes.index.build import Boxes, Floats, Integers, Tree, above, build_tree, corners
from meshes.index.cache import cached_tree
from meshes.index.caps import capped
from meshes.index.compiled import kernel
from meshes.index.drums import gather, widen, wrap
from meshes.index.lanes import LANES
from meshes.index.refit import refitted, remember, remembered, shape_hash
from meshes.index.states import CLOSED, SHEET, UNSIGNED
from meshes.surface import SurfaceKind

SMALLEST_CACHED = 2000
"""Trees over fewer triangles are built faster than a file is opened."""

MOST_TRIANGLES = 2**31
"""A wide node names a triangle in 32 bits with a sign."""

Longs = NDArray[np.int64]
Wrapped = tuple[NDArray[np.float32], NDArray[np.int32], NDArray[np.int32]]
"""The drums of a tree, its leaves under each node, and the node that each wide node stands for."""


@dataclass(frozen=True, eq=False)
class Packed:
    """Trees, corners and spheres of all structures.

    ``nodes`` (n, 8) float32 with ``links``, the same memory as int32 (`meshes.index.bounds`);
    ``tri`` (m, 9) float64 corners in the order of the leaves; ``spheres`` (m, 4) float32 centre and
    radius around each triangle, rounded outwards; ``faces`` (m,) the triangle's number in its
    surface (caps follow the surface's own); ``wide`` (w, 8, 8) float32 with ``ways``, the same
    memory as int32 (`meshes.index.drums`). Per structure: ``roots`` its first node, ``wide_roots``
    its first wide node, ``starts`` its first row of ``tri``, ``kinds`` `UNSIGNED`, `CLOSED` or
    `SHEET`, ``n_caps``. ``largest`` is the largest coordinate, mm.
    """

    nodes: NDArray[np.float32]
    links: NDArray[np.int32]
    tri: Floats
    spheres: NDArray[np.float32]
    faces: NDArray[np.int32]
    wide: NDArray[np.float32]
    ways: NDArray[np.int32]
    wide_roots: Longs
    roots: Longs
    starts: Longs
    kinds: NDArray[np.int8]
    n_caps: Longs
    largest: float


@dataclass(frozen=True, eq=False)
class _Part:
    rows: Floats
    tree: Tree
    kind: int
    n_caps: int


def pack(
    structures: Sequence[Structure],
    cache_dir: Path | None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Packed | None:
    """Build or read all trees, on all cores, and pack them; ``None`` if cancelled."""

    def part(structure: Structure) -> _Part | None:
        return None if cancelled() else _part(structure, cache_dir)

    with ThreadPoolExecutor(max_workers=min(8, cpu_count() or 1)) as pool:
        # The largest first: a big tree begun last would leave the other cores idle.
        order = sorted(range(len(structures)), key=lambda i: -len(structures[i].surface.triangles))
        made = dict(zip(order, pool.map(part, [structures[i] for i in order]), strict=True))
        parts = []
        for i in range(len(structures)):
            found = made[i]
            if found is None:
                return None
            parts.append(found)
        return _join(parts, pool)


def pack_sheets(
    sheets: Sequence[Floats], cancelled: Callable[[], bool] = lambda: False
) -> Packed | None:
    """Pack triangles that are all surface, with no inside; ``None`` if cancelled.

    Each of ``sheets`` is (m, 9) corners, mm. For many small ones that live for one question: no
    tree of theirs is kept anywhere.
    """

    made: dict[int, _Part] = {}

    def part(i: int) -> None:
        if not cancelled():
            made[i] = _Part(sheets[i], build_tree(sheets[i]), SHEET, 0)

    with ThreadPoolExecutor(max_workers=min(8, cpu_count() or 1)) as pool:
        _each(pool, part, range(len(sheets)))
        if len(made) < len(sheets):
            return None
        return _join([made[i] for i in range(len(sheets))], pool)


def _part(structure: Structure, cache_dir: Path | None) -> _Part:
    surface, kind, n_caps = structure.surface, UNSIGNED, 0
    if surface.kind is SurfaceKind.SHEET:
        kind = SHEET
    elif structure.closed:
        kind = CLOSED
    elif surface.kind is SurfaceKind.TUBE:
        closed = capped(surface)
        surface, n_caps = closed.surface, closed.n_caps
        kind = CLOSED if closed.is_sound else UNSIGNED
    rows = corners(surface)
    return _Part(rows, _tree(surface.triangles, rows, cache_dir), kind, n_caps)


def _tree(triangles: Integers, rows: Floats, cache_dir: Path | None) -> Tree:
    """Tree of a surface: refitted if these triangles are known, else read, else built."""
    if len(rows) < SMALLEST_CACHED:
        return build_tree(rows)
    known = remembered(triangles)
    if known is not None:
        return refitted(known, rows)
    tree = cached_tree(shape_hash(triangles), rows, cache_dir)
    remember(triangles, tree)
    return tree


def _each(pool: ThreadPoolExecutor, work: Callable[[int], Any], items: Sequence[int]) -> None:
    """Do ``work`` for every item: one by one, or many at a time where there are very many."""
    step = len(items) // 256 + 1

    def several(first: int) -> None:
        for item in items[first : first + step]:
            work(item)

    list(pool.map(several, range(0, len(items), step)))


def _join(parts: Sequence[_Part], pool: ThreadPoolExecutor) -> Packed:
    n_rows = [len(p.rows) for p in parts]
    n_nodes = [len(p.tree.nodes) for p in parts]
    starts = np.concatenate([[0], np.cumsum(n_rows)]).astype(np.int64)
    roots = np.concatenate([[0], np.cumsum(n_nodes)]).astype(np.int64)
    if starts[-1] >= MOST_TRIANGLES:
        raise MeshError(
            f"{int(starts[-1])} triangles in one index; expected fewer than {MOST_TRIANGLES}: "
            "assess fewer structures at a time"
        )
    nodes = np.zeros((int(roots[-1]), 8), np.float32)
    links = nodes.view(np.int32)
    tri = np.zeros((int(starts[-1]), 9))
    spheres = np.zeros((int(starts[-1]), 4), np.float32)
    faces = np.zeros(int(starts[-1]), np.int32)

    made: dict[int, tuple[float, Wrapped]] = {}

    def fill(i: int) -> None:
        p, root, stop = parts[i], int(roots[i]), int(roots[i + 1])
        largest = place(
            p.rows, p.tree.nodes, p.tree.nodes.view(np.int32), p.tree.order,
            int(starts[i]), root, nodes, links, tri, spheres, faces,
        )  # fmt: skip
        drums, leaves = np.empty((stop - root, 7), np.float32), np.zeros(stop - root, np.int32)
        wrap(nodes[root:stop], links[root:stop], root, tri, drums, leaves)
        source = np.zeros(stop - root + 1, np.int32)
        used = gather(links[root:stop], root, leaves, source)
        made[i] = largest, (drums, leaves, source[:used])

    order = sorted(range(len(parts)), key=lambda i: -n_rows[i])
    _each(pool, fill, order)
    n_wide = [len(made[i][1][2]) for i in range(len(parts))]
    wide_roots = np.concatenate([[0], np.cumsum(n_wide)]).astype(np.int64)
    wide = np.empty((int(wide_roots[-1]), LANES, LANES), np.float32)
    ways = wide.view(np.int32)

    def spread(i: int) -> None:
        root = int(roots[i])
        drums, leaves, source = made[i][1]
        widen(
            links[root : int(roots[i + 1])], root, tri, drums, leaves, source,
            int(wide_roots[i]), wide, ways,
        )  # fmt: skip

    _each(pool, spread, order)
    largest = max((found for found, _ in made.values()), default=0.0)
    return Packed(
        nodes, links, tri, spheres, faces, wide, ways, wide_roots[:-1], roots[:-1], starts,
        np.array([p.kind for p in parts], np.int8), np.array([p.n_caps for p in parts], np.int64),
        largest,
    )  # fmt: skip


@kernel
def place(
    rows: Floats, own_nodes: Boxes, own_links: Integers, order: Integers, start: int, root: int,
    nodes: Boxes, links: Integers, tri: Floats, spheres: Boxes, faces: Integers,
) -> float:  # fmt: skip
    """Copy one structure's tree into the shared arrays, links shifted, triangles in leaf order.

    Returns the largest coordinate, whatever its sign.
    """
    largest = 0.0
    for i in range(len(own_nodes)):
        for k in range(6):
            nodes[root + i, k] = own_nodes[i, k]
        shift = start if own_links[i, 7] > 0 else root
        links[root + i, 6] = own_links[i, 6] + shift
        links[root + i, 7] = own_links[i, 7]
    centre = np.zeros(3, np.float32)
    for i in range(len(order)):
        j, row = order[i], start + i
        faces[row] = j
        for k in range(9):
            tri[row, k] = rows[j, k]
        for k in range(3):
            low = min(rows[j, k], rows[j, 3 + k], rows[j, 6 + k])
            high = max(rows[j, k], rows[j, 3 + k], rows[j, 6 + k])
            largest = max(largest, high, -low)
            centre[k] = np.float32(0.5 * (low + high))
        far = 0.0
        for corner in range(3):
            d2 = 0.0
            for k in range(3):
                d = rows[j, 3 * corner + k] - centre[k]
                d2 += d * d
            far = max(far, d2)
        for k in range(3):
            spheres[row, k] = centre[k]
        spheres[row, 3] = above(np.sqrt(far) * (1.0 + 1e-7))
    return largest
