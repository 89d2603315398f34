"""The shell around a danger zone: as far from its surface as other people's may be off.

Where a needle is within the shell, the bad side of the clearance's range (`zones.contributions`) is
a breach. Found on a grid, then moved onto the exact offset; drawn around one place only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.body import Body
from zones.contributions import COVER, ZoneUncertainty
from zones.danger import DangerZone
from zones.errors import BadNeedleError
from zones.progress import Cancelled, never, stop_if

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]
STEP_MM, HALF_MM, MOST_STEPS = 3.0, 45.0, 30
"""Spacing of the grid and half its edge; near shells get a finer one, and a smaller piece."""
TOLERANCE_MM = 0.1
_ROUNDS = 8


@dataclass(frozen=True, eq=False)
class Shell:
    """A piece of surface at ``offset_mm`` from a zone, around one place.

    ``points`` (n, 3) and ``triangles`` (m, 3), outward; no point is nearer to the zone than the
    offset less `TOLERANCE_MM`, or farther than the offset and that. Empty where the shell does not
    come near the place, or where its points could not be found as exactly.
    """

    zone_id: str
    offset_mm: float
    points: Floats
    triangles: NDArray[np.int64]


def shell_offset(known: ZoneUncertainty) -> float | None:
    """Return how far the bad side of a clearance's range lies below it, mm.

    ``None`` where something that moves the zone has no known size: there is no shell then.
    """
    if known.unknown or known.breath_mm is None:
        return None
    return COVER * known.sd_mm + known.breath_mm


def danger_shell(
    body: Body,
    zone: DangerZone,
    offset_mm: float,
    centre: ArrayLike,
    *,
    index: BodyIndex | None = None,
    cancelled: Cancelled = never,
) -> Shell:
    """Find the shell of a zone within a cube of at most twice `HALF_MM` about a place (3,), mm.

    Parameters
    ----------
    offset_mm
        > 0; see `shell_offset`.

    Raises
    ------
    BadNeedleError
        An offset that is no number > 0.
    CancelledError
        ``cancelled()`` said so.
    """
    if not (np.isfinite(offset_mm) and offset_mm > 0.0):
        raise BadNeedleError(f"the shell's offset is {offset_mm} mm; expected a number > 0")
    if index is None:
        from meshes.index.body_index import body_index  # compiles: not at import

        index = body_index(body)
    from meshes.isosurface import isosurface

    stop_if(cancelled)
    ids, middle = list(zone.structures), np.asarray(centre, np.float64)
    nothing = Shell(zone.id, offset_mm, np.zeros((0, 3)), np.zeros((0, 3), np.int64))
    if not ids:
        return nothing
    step = min(STEP_MM, 0.7 * offset_mm)  # else what lies within touches what lies without
    field, origin = _field(index, ids, offset_mm, middle, step)
    if not (field < 0.0).any() or not (field >= 0.0).any():
        return nothing
    points, triangles = isosurface(field, origin, step)
    points, apart = _onto_offset(index, ids, points, offset_mm, cancelled)
    low, high = origin, origin + step * (np.array(field.shape) - 1)
    good = np.abs(apart - offset_mm) <= TOLERANCE_MM
    good &= ((points > low + step) & (points < high - step)).all(axis=1)
    kept = triangles[good[triangles].all(axis=1)]
    used, number = np.unique(kept, return_inverse=True)
    return Shell(zone.id, offset_mm, points[used], number.reshape(-1, 3).astype(np.int64))


def _field(
    index: BodyIndex, ids: list[str], offset_mm: float, middle: Floats, step: float
) -> tuple[Floats, Floats]:
    """Distance less the offset on a grid, negative within the shell and within the zone."""
    from scipy import ndimage

    from meshes.index.places import closest_places  # compiles: not at import

    half = min(HALF_MM, MOST_STEPS * step)
    axes = [np.arange(-half, half + 1e-9, step) + c for c in middle]
    nodes = np.stack(np.meshgrid(*axes, indexing="ij"), -1)
    flat = nodes.reshape(-1, 3)
    field = (closest_places(index, flat, ids)[0] - offset_mm).reshape(nodes.shape[:3])
    parts, count = ndimage.label(field >= 0.0)
    for part in range(1, count + 1):
        at = nodes[tuple(np.argwhere(parts == part)[0])]
        if (index.inside(at, ids) == 1).any():  # what the band parts from outside is all inside
            field[parts == part] = -offset_mm
    return field, np.array([axis[0] for axis in axes])


def _onto_offset(
    index: BodyIndex, ids: list[str], points: Floats, offset_mm: float, cancelled: Cancelled
) -> tuple[Floats, Floats]:
    """Move points along the way from their nearest place until they are at the offset."""
    from meshes.index.places import closest_places

    made = points.copy()
    for _ in range(_ROUNDS):
        stop_if(cancelled)
        apart, near = closest_places(index, made, ids)
        way = made - near
        made = near + way * (offset_mm / np.maximum(apart, 1e-9))[:, None]
    return made, closest_places(index, made, ids)[0]
