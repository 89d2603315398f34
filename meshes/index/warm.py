"""Compile every kernel before it is needed: call `warm_up` in a thread at start.

The first start on a machine compiles for some seconds, later ones read the compiled code from disk.
The kernels run once on a tetrahedron, with the very types that real bodies have.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from meshes.catalogue import Structure
from meshes.surface import Surface, SurfaceKind
from meshes.topology import surface_topology

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex


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
    surface_topology(solid.surface)
    rows = corners(solid.surface)
    cache.is_tree_of(build_tree(rows), rows)
    packed = pack([solid, tube], None)
    if packed is None:  # never: nothing cancels it
        return
    index = BodyIndex(["solid", "tube"], packed, "")
    line = as_line([0.2, 0.2, -1.0], [0.0, 0.0, 1.0])
    index.measured(line, 1.5, index.every_row, np.ones(2, np.int8), np.inf)
    one = np.array([2], np.int64)
    index.by_zone(line, 1.5, 9.0, 0.1, np.inf, one, np.array([0, 1], np.int64), np.ones(1))
    index.signed_along(line, np.array([0.0, 1.0]), [one - 1])
    index.first_reach(line[:3], line[3:], 9.0, 1.0)
    index.inside(line[:3])
    index.nearest(line[:3])
    index.pick(line[:3], line[3:])
    _warm_lines(index)
    _warm_moving(solid.surface)


def _warm_moving(surface: Surface) -> None:
    """The kernels of surfaces on their way through a breath."""
    from meshes.index.swept import swept_distance, swept_reach

    points, corners, still = surface.points, surface.triangles, np.zeros(len(surface.points))
    direction = np.array([0.0, 0.0, 1.0])
    direction.flags.writeable = False  # as a needle's is
    way = (points, points, corners, still, np.zeros((2, 3)), direction)
    swept_distance(*way, 1.0, 9.0, 0.1)
    swept_reach(*way, 1.0, 0.1, 9.0, 0.1)


def _warm_lines(index: BodyIndex) -> None:
    """The kernels of many lines at once: cones, maps, skin normals."""
    from meshes.index.discs import disc_normals
    from meshes.index.distance_grid import cast_lines, distance_grid
    from meshes.index.reaches import (
        first_exits,
        first_reaches,
        inside_of,
        maybe_inside_along,
        met_within,
        reaches,
    )
    from meshes.index.turned import turned_about_each

    p, rows = index.packed, index.every_row
    found = reaches(index, rows, np.full(2, 0.5), rows)
    origins, stops = np.array([[0.2, 0.2, -1.0]]), np.array([1], np.int64)
    lines = np.array([[0.0, 0.0, 1.0]])
    first_reaches(found, origins, stops, lines, 9.0)
    inside_of(found, origins)
    maybe_inside_along(found, origins[0], lines)
    first_exits(index, 0, origins, stops, lines)
    met_within(index, 0, np.concatenate([origins, lines], axis=1), 9.0)
    disc_normals(
        origins, 1.0, p.roots[0], p.wide_roots[0], p.nodes, p.links, p.wide, p.ways, p.tri,
        p.spheres, np.zeros(64, np.int64), np.zeros(64), np.zeros(64, np.int64), np.zeros(64),
        np.zeros((1, 3)),
    )  # fmt: skip
    turned_about_each(origins, lines, lines, lines, np.zeros((1, 3)))
    grid = distance_grid(index, rows, 1.0, 0.5, 1.0)
    grid.bounds(origins)
    limit, owner = np.full(1, np.inf), np.full(1, -1, np.int64)
    cast_lines([grid], rows, [0.5], origins, stops, lines, 9.0, limit, owner)
