"""Trees that follow moved points: the same branches and leaves, every box anew.

A body of the reference family has the very triangles of the one that was built, at other points. A
tree only groups triangles; whether its boxes hold them is all that answers depend on. Refitting
takes a fraction of the time of building, and saves a file per person and breath.
"""

from __future__ import annotations

import hashlib
import threading
import weakref

import numpy as np
from numpy.typing import NDArray

from meshes.index.build import Boxes, Floats, Integers, Tree, above, below
from meshes.index.compiled import kernel

_KNOWN: dict[int, tuple[weakref.ref[NDArray[np.int32]], Tree]] = {}
_LOCK = threading.Lock()


def shape_hash(triangles: NDArray[np.int32]) -> str:
    """SHA-256 of (m, 3) triangles alone: what surfaces that a tree can be refitted to share."""
    return hashlib.sha256(np.ascontiguousarray(triangles).data).hexdigest()


def remember(triangles: NDArray[np.int32], tree: Tree) -> None:
    """Keep a tree for as long as this array of triangles lives."""
    key = id(triangles)

    def forget(_: object) -> None:
        _KNOWN.pop(key, None)

    with _LOCK:
        _KNOWN[key] = (weakref.ref(triangles, forget), tree)


def remembered(triangles: NDArray[np.int32]) -> Tree | None:
    """Return the tree kept for this very array, not one like it; ``None`` if there is none."""
    with _LOCK:
        found = _KNOWN.get(id(triangles))
    return found[1] if found is not None and found[0]() is triangles else None


def refitted(tree: Tree, rows: Floats) -> Tree:
    """Return a tree over (m, 9) moved corners, mm, with the branches of ``tree``.

    The links must be sound (`meshes.index.cache.is_linked`), the triangles as many.
    """
    nodes = tree.nodes.copy()
    refit(rows, tree.order, nodes, nodes.view(np.int32))
    return Tree(nodes, tree.order)


@kernel
def refit(rows: Floats, order: Integers, nodes: Boxes, links: Integers) -> None:
    """Make every box hold the triangles below it, rounded as in `meshes.index.build`.

    Children stand in later rows than their parent: backwards, a parent finds them done.
    """
    n_nodes = len(nodes)
    low, high = np.empty((n_nodes, 3), np.float32), np.empty((n_nodes, 3), np.float32)
    for node in range(n_nodes - 1, -1, -1):
        if node == 1:
            continue
        first, n = links[node, 6], links[node, 7]
        for k in range(3):
            if n > 0:
                a, b = np.inf, -np.inf
                for i in range(first, first + n):
                    j = order[i]
                    x, y, z = rows[j, k], rows[j, 3 + k], rows[j, 6 + k]
                    a, b = min(a, x, y, z), max(b, x, y, z)
                low[node, k], high[node, k] = below(a), above(b)
            else:
                low[node, k] = min(low[first, k], low[first + 1, k])
                high[node, k] = max(high[first, k], high[first + 1, k])
            bottom, top = np.float64(low[node, k]), np.float64(high[node, k])
            centre = np.float32(0.5 * (bottom + top))
            nodes[node, k] = centre
            nodes[node, 3 + k] = above(max(top - centre, centre - bottom))
