"""Trees on disk, by the hash of the triangles. The cache can be lost or damaged; the answer cannot.

A file holds only boxes and an order; coordinates always come from the surface. Whatever is read is
checked against the triangles, box by box, before it is used; where only the points have moved the
boxes are made anew, anything else is built from nothing.
"""

from __future__ import annotations

import contextlib
from pathlib import Path

import numpy as np

from meshes.index.build import LEAF_SIZE, N_BINS, Boxes, Floats, Integers, Tree, build_tree
from meshes.index.compiled import kernel
from meshes.index.refit import refitted
from meshes.io.whole_file import whole_file

FORMAT = 2
"""Raise it when the node layout changes: older files are then passed over."""


def tree_path(shape_hash: str, cache_dir: Path) -> Path:
    """Where the tree over triangles of this hash lies under ``cache_dir``."""
    return cache_dir / f"{shape_hash[:40]}-tree{FORMAT}-{LEAF_SIZE}-{N_BINS}.npy"


def cached_tree(shape_hash: str, rows: Floats, cache_dir: Path | None) -> Tree:
    """Read the tree over (m, 9) corners, or build and keep it. Disk trouble is never an error."""
    if cache_dir is None:
        return build_tree(rows)
    path = tree_path(shape_hash, cache_dir)
    found = read_tree(path)
    if found is not None and is_linked(found.order, found.nodes.view(np.int32), len(rows)):
        if is_enclosing(rows, found.order, found.nodes, found.nodes.view(np.int32)):
            return found
        return refitted(found, rows)
    tree = build_tree(rows)
    with contextlib.suppress(OSError):  # a full or read-only disk costs time, not the answer
        write_tree(tree, path)
    return tree


def read_tree(path: Path) -> Tree | None:
    """Read a file of `write_tree`; ``None`` if it is missing or not one."""
    try:
        with path.open("rb") as stream:
            nodes = np.load(stream, allow_pickle=False)
            order = np.load(stream, allow_pickle=False)
    except (OSError, ValueError, EOFError, MemoryError, SyntaxError):
        return None
    if nodes.dtype != np.float32 or nodes.ndim != 2 or nodes.shape[1] != 8:
        return None
    if order.dtype != np.int32 or order.ndim != 1:
        return None
    return Tree(np.ascontiguousarray(nodes), np.ascontiguousarray(order))


def write_tree(tree: Tree, path: Path) -> None:
    """Write a tree beside its final name, then move it there in one step."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with whole_file(path, binary=True) as stream:
        np.save(stream, tree.nodes, allow_pickle=False)
        np.save(stream, tree.order, allow_pickle=False)


def is_tree_of(tree: Tree, rows: Floats) -> bool:
    """Whether a tree read from disk is a tree over exactly these triangles."""
    links = tree.nodes.view(np.int32)
    return bool(
        is_linked(tree.order, links, len(rows))
        and is_enclosing(rows, tree.order, tree.nodes, links)
    )


@kernel
def is_linked(order: Integers, links: Integers, count: int) -> bool:
    """Whether each triangle is in one leaf, and each child in a later row than its parent."""
    n_nodes = len(links)
    if len(order) != count or n_nodes < 2:
        return False
    wanted = np.ones(count, np.bool_)
    for i in order:
        if i < 0 or i >= count or not wanted[i]:
            return False
        wanted[i] = False
    wanted[:] = True
    stack = np.zeros((256, 2), np.int64)
    size, visited = 1, 0
    while size > 0:
        size -= 1
        node, depth = stack[size]
        visited += 1
        first, n = links[node, 6], links[node, 7]
        if depth > 100 or visited > n_nodes or n < 0 or n > LEAF_SIZE or first < 0:
            return False
        if n > 0:
            if first + n > count:
                return False
            for i in range(first, first + n):
                if not wanted[i]:
                    return False
                wanted[i] = False
        else:
            if first <= node or first + 1 >= n_nodes:
                return False
            for k in range(2):
                stack[size, 0] = first + k
                stack[size, 1] = depth + 1
                size += 1
    return not wanted.any()


@kernel
def is_enclosing(rows: Floats, order: Integers, nodes: Boxes, links: Integers) -> bool:
    """Whether every box holds every triangle below it; the links are known to be sound."""
    n_nodes = len(nodes)
    low = np.full((n_nodes, 3), np.inf)
    high = np.full((n_nodes, 3), -np.inf)
    for node in range(n_nodes - 1, -1, -1):
        if node == 1:
            continue
        first, n = links[node, 6], links[node, 7]
        if n > 0:
            for i in range(first, first + n):
                for j in range(9):
                    k, x = j % 3, rows[order[i], j]
                    low[node, k] = min(low[node, k], x)
                    high[node, k] = max(high[node, k], x)
        else:
            for k in range(3):
                low[node, k] = min(low[first, k], low[first + 1, k])
                high[node, k] = max(high[first, k], high[first + 1, k])
        for k in range(3):
            centre, half = np.float64(nodes[node, k]), np.float64(nodes[node, 3 + k])
            if not (low[node, k] >= centre - half and high[node, k] <= centre + half):
                return False
    return True
