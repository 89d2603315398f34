"""Compile every kernel before it is needed: call `warm_up` in a thread at start.

The first start on a machine compiles for some seconds, later ones read the compiled code from disk.
The kernels run once on a tetrahedron, with the very types that real bodies have.
"""

from __future__ import annotations

import numpy as np

from meshes.catalogue import Structure
from meshes.surface import Surface, SurfaceKind


def warm_up() -> None:
    """Compile, or load from disk, every kernel of this package. Safe to call from any thread."""
    from meshes.index import cache
    from meshes.index.body_index import BodyIndex, as_line
    from meshes.index.build import build_tree, corners
    from meshes.index.packed import pack

    points = np.array([[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1]], float)
    faces = [[0, 2, 1], [0, 1, 3], [0, 3, 2], [1, 2, 3]]
    solid = Structure("solid", "solid", "mid", "organ", Surface.of(points, faces))
    tube = Structure(
        "tube", "tube", "mid", "vessel", Surface.of(points, faces[1:], SurfaceKind.TUBE),
        closed=False,
    )  # fmt: skip
    rows = corners(solid.surface)
    cache.is_tree_of(build_tree(rows), rows)
    packed = pack([solid, tube], None)
    if packed is None:  # never: nothing cancels it
        return
    index = BodyIndex(["solid", "tube"], packed, "")
    line = as_line([0.2, 0.2, -1.0], [0.0, 0.0, 1.0])
    found = index.measured(line, 1.5, index.every_row, np.ones(2, np.int8), np.inf)
    one = np.array([2], np.int64)
    index.zone_depths(
        line, 1.5, 9.0, 0.1, np.inf, one, np.array([0, 1], np.int64), np.ones(1), found
    )
    index.signed_along(line, np.array([0.0, 1.0]), [one - 1])
    index.first_reach(line[:3], line[3:], 9.0, 1.0)
    index.inside(line[:3])
    index.nearest(line[:3])
    index.pick(line[:3], line[3:])
