"""What the checks say of a moved body, without doing them all again.

Triangles, and with them every edge and its direction, are those of the body that was checked; what
moving points could still do is turn a component inside out or crush it flat.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from meshes.body import Finding
from meshes.catalogue import Structure
from meshes.morph_kernel import standalone
from meshes.surface import Surface
from meshes.topology import FLAT_VOLUME

Floats = NDArray[np.float64]


def still_closed(surface: Surface, components: NDArray[np.int32] | None) -> bool:
    """Whether a surface that was closed before its points moved is so still.

    Parameters
    ----------
    surface
        The moved one.
    components
        (m,) component of each triangle; ``None`` for a surface in one piece.
    """
    labels = np.zeros(0, np.int32) if components is None else components
    if len(labels) not in (0, len(surface.triangles)):
        return False
    n = int(labels.max()) + 1 if len(labels) else 1
    volumes, areas = _volumes(surface.points, surface.triangles, labels, n)
    is_flat = np.abs(volumes) <= FLAT_VOLUME * areas**1.5
    return bool((is_flat | (volumes > 0.0)).all() and not is_flat.all())


def moved_findings(
    before: Mapping[str, Structure], after: Mapping[str, Structure]
) -> tuple[Finding, ...]:
    """One warning per structure that lost its inside."""
    return tuple(
        Finding(
            key,
            "moved",
            f"{key} is turned inside out or crushed in this body; its inside cannot be told",
        )
        for key, structure in after.items()
        if before[key].closed and not structure.closed
    )


@standalone
def _volumes(
    points: Floats, triangles: NDArray[np.int32], labels: NDArray[np.int32], n: int
) -> tuple[Floats, Floats]:
    """Signed volume and area per component, about the component's own first point."""
    volumes, areas = np.zeros(n), np.zeros(n)
    origin = np.full(n, -1, np.int64)
    for i in range(len(triangles)):
        k = labels[i] if len(labels) else 0
        if origin[k] < 0:
            origin[k] = triangles[i, 0]
        o = points[origin[k]]
        a, b, c = points[triangles[i, 0]], points[triangles[i, 1]], points[triangles[i, 2]]
        ux, uy, uz = b[0] - a[0], b[1] - a[1], b[2] - a[2]
        vx, vy, vz = c[0] - a[0], c[1] - a[1], c[2] - a[2]
        nx, ny, nz = uy * vz - uz * vy, uz * vx - ux * vz, ux * vy - uy * vx
        volumes[k] += ((a[0] - o[0]) * nx + (a[1] - o[1]) * ny + (a[2] - o[2]) * nz) / 6.0
        areas[k] += 0.5 * np.sqrt(nx * nx + ny * ny + nz * nz)
    return volumes, areas
