"""Inward normals of the skin at many points: the answers of `zones.skin.skin_normal`, compiled."""

from __future__ import annotations

from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.body import Body
from zones.errors import NoSkinError

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]

DISC_MM = 10.0
"""Radius of the averaged patch, as in `zones.skin.skin_normal`."""

_VERTICES: WeakKeyDictionary[Body, Floats] = WeakKeyDictionary()


def skin_normals(body: Body, index: BodyIndex, points: ArrayLike) -> Floats:
    """Return (n, 3) inward unit normals of the skin around (n, 3) points, world frame (LPS).

    Raises
    ------
    NoSkinError
        The body has no skin.
    """
    from meshes.index.discs import disc_normals

    if body.skin is None:
        raise NoSkinError(f"body {body.id} has no skin; a depth map needs one")
    p, row = index.packed, index.row[body.skin.id]
    at = np.ascontiguousarray(points, np.float64)
    inward, room = np.zeros((len(at), 3)), 4096
    while True:
        needed = disc_normals(
            at, DISC_MM, p.roots[row], p.wide_roots[row], p.nodes, p.links, p.wide, p.ways, p.tri,
            p.spheres, np.zeros(1024, np.int64), np.zeros(1024), np.zeros(room, np.int64),
            np.zeros(room), inward,
        )  # fmt: skip
        if needed <= room:
            return inward
        room = needed


def vertex_normals(body: Body, index: BodyIndex) -> Floats:
    """Inward normals at all skin vertices, (n, 3); computed once per body object."""
    if body not in _VERTICES:
        if body.skin is None:
            raise NoSkinError(f"body {body.id} has no skin; a depth map needs one")
        made = skin_normals(body, index, body.skin.surface.points)
        made.flags.writeable = False
        _VERTICES[body] = made
    return _VERTICES[body]
