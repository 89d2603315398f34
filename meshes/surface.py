"""`Surface`: triangles in world millimetres, frozen. A record, not a toolbox.

Geometry on surfaces lives in `meshes.index` (exact queries), `meshes.checks` (findings) and
`meshes.repair` (declared repairs). Nothing here mutates, caches a derived shape or draws.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from enum import Enum
from functools import cached_property

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.errors import BadFileError, EmptySurfaceError


class SurfaceKind(Enum):
    """What a surface is meant to enclose.

    ``SOLID`` bounds a volume, ``TUBE`` is a nerve or vessel with capped ends, ``SHEET`` has no
    inside (a membrane): only its crossing is a hit.
    """

    SOLID = "solid"
    SHEET = "sheet"
    TUBE = "tube"


@dataclass(frozen=True, eq=False)
class Surface:
    """Triangles of one structure.

    Attributes
    ----------
    points
        (n, 3) float64, world frame (LPS), mm; read-only.
    triangles
        (m, 3) int32 indices into ``points``; counter-clockwise seen from outside; read-only.
    kind
        What the surface is meant to be; whether it *is* closed is a finding (`meshes.checks`).
    """

    points: NDArray[np.float64]
    triangles: NDArray[np.int32]
    kind: SurfaceKind = SurfaceKind.SOLID

    @classmethod
    def of(
        cls, points: ArrayLike, triangles: ArrayLike, kind: SurfaceKind = SurfaceKind.SOLID
    ) -> Surface:
        """Copy arrays into a frozen surface.

        Raises
        ------
        EmptySurfaceError
            No triangle.
        BadFileError
            Wrong shape, an index out of range, or a coordinate that is not finite.
        """
        p = np.array(points, dtype=np.float64, order="C")
        raw = np.asarray(triangles)
        if raw.size == 0:
            raise EmptySurfaceError("the surface has no triangle; expected at least one")
        t = np.array(raw, dtype=np.int64, order="C")
        if p.ndim != 2 or p.shape[1] != 3:
            raise BadFileError(f"points have shape {p.shape}; expected (n, 3)")
        if t.ndim != 2 or t.shape[1] != 3:
            raise BadFileError(f"triangles have shape {t.shape}; expected (m, 3)")
        if t.min() < 0 or t.max() >= len(p):
            raise BadFileError(
                f"a triangle names point {int(t.max())} of {len(p)}; the file is damaged"
            )
        bad = int(np.count_nonzero(~np.isfinite(p).all(axis=1)))
        if bad:
            raise BadFileError(f"{bad} of {len(p)} points are not finite numbers")
        t32 = t.astype(np.int32)
        p.flags.writeable = False
        t32.flags.writeable = False
        return cls(p, t32, kind)

    @cached_property
    def content_hash(self) -> str:
        """SHA-256 over points, triangles and kind: the identity every cache goes by."""
        digest = hashlib.sha256()
        digest.update(self.kind.value.encode())
        digest.update(np.ascontiguousarray(self.points).tobytes())
        digest.update(np.ascontiguousarray(self.triangles).tobytes())
        return digest.hexdigest()

    @cached_property
    def bounds(self) -> NDArray[np.float64]:
        """(2, 3) smallest and largest coordinate, mm."""
        is_used = np.zeros(len(self.points), np.bool_)
        is_used[self.triangles.ravel()] = True
        used = self.points[is_used]
        return np.stack([used.min(axis=0), used.max(axis=0)])
