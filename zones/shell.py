"""The shell around a danger zone: as far from its surface as other people's may be off.

Where a needle is within the shell, the bad side of the clearance's range (`zones.contributions`) is
a breach. Found on a grid, then every point is moved onto the exact offset. World frame (LPS), mm.
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
Longs = NDArray[np.int64]
STEP_MM, HALF_MM, MOST_STEPS = 3.0, 40.0, 30
"""Spacing of the grid and half the edge of a piece; near shells get a finer and smaller one."""
TOLERANCE_MM = 0.1
"""No point of a shell is farther than this from the true offset."""
_SHARE = 0.7
"""Most of a step as a share of the offset: no cell then reaches from outside to within a zone."""
_ROUNDS, _HALVINGS, _CHUNK = 4, 16, 8000
_GOOD_MM = 0.02


@dataclass(frozen=True, eq=False)
class Shell:
    """A piece of the surface at ``offset_mm`` outside a zone.

    ``points`` (n, 3), mm, and ``triangles`` (m, 3), counter-clockwise from outside. The distance of
    every point to the zone is the offset to within ``within_mm`` (measured, at most
    `TOLERANCE_MM`); between points of a bulging shell a triangle may cut in by its sagitta.
    ``box`` (2, 3) is what it was looked for in. Empty where the shell does not pass through.
    """

    zone_id: str
    offset_mm: float
    points: Floats
    triangles: Longs
    within_mm: float
    box: Floats


def shell_offset(known: ZoneUncertainty) -> float | None:
    """Return how far the bad side of a clearance's range lies below it, mm.

    ``None`` where something that moves the zone has no known size: there is no shell then.
    """
    if known.unknown or known.breath_mm is None:
        return None
    return COVER * known.sd_mm + known.breath_mm


def box_around(place: ArrayLike, offset_mm: float) -> Floats:
    """Return the (2, 3) box about a place (3,) in which a shell is found in well under a second."""
    half = min(HALF_MM, MOST_STEPS * min(STEP_MM, _SHARE * offset_mm))
    middle = np.asarray(place, np.float64)
    return np.stack([middle - half, middle + half])


def danger_shell(
    body: Body,
    zone: DangerZone,
    offset_mm: float,
    *,
    index: BodyIndex | None = None,
    step_mm: float = STEP_MM,
    box: ArrayLike | None = None,
    cancelled: Cancelled = never,
) -> Shell:
    """Find the surface at a distance from a zone, on its outside.

    What lies within a closed structure of the zone is within its shell: there is no inner surface.
    Open structures have no inside and get a shell on both sides. Hollows that the shell closes off
    are filled: that takes more for dangerous, never less.

    Parameters
    ----------
    offset_mm
        > 0; see `shell_offset`.
    step_mm
        > 0, between nodes; made smaller for small offsets. What is finer than a step is rounded.
    box
        (2, 3) low and high; the shell beyond is cut off, with an open rim. Default: all of it,
        which for a large zone takes seconds. See `box_around`.

    Raises
    ------
    BadNeedleError
        An offset or a step that is no number > 0.
    CancelledError
        ``cancelled()`` said so.
    """
    for what, value in (("offset", offset_mm), ("step", step_mm)):
        if not (np.isfinite(value) and value > 0.0):
            raise BadNeedleError(f"the shell's {what} is {value} mm; expected a number > 0")
    stop_if(cancelled)
    ids = [name for name in zone.structures if name in body.structures]
    step = min(step_mm, _SHARE * offset_mm)
    if box is not None:
        low, high = np.asarray(box, np.float64)
    elif ids:
        bounds = np.stack([body[name].surface.bounds for name in ids])
        pad = offset_mm + 2.0 * step
        low, high = bounds[:, 0].min(axis=0) - pad, bounds[:, 1].max(axis=0) + pad
    else:
        low = high = np.zeros(3)
    nothing = Shell(zone.id, offset_mm, np.zeros((0, 3)), np.zeros((0, 3), np.int64), 0.0,
                    np.stack([low, high]))  # fmt: skip
    if not ids:
        return nothing
    if index is None:
        from meshes.index.body_index import body_index  # compiles: not at import

        index = body_index(body)
    from meshes.isosurface import isosurface

    asked = _Offset(index, ids, offset_mm, cancelled)
    field = _field(asked, low, high, step)
    if not (field < 0.0).any() or not (field >= 0.0).any():
        return nothing
    points, triangles = isosurface(field, low, step)
    # The net closes what the box cuts; its points there lie beyond the outermost nodes.
    last = low + step * (np.array(field.shape) - 1)
    kept = ((points >= low) & (points <= last)).all(axis=1)
    points, triangles = _parts(points, triangles, kept)
    points, off = _onto_offset(asked, points, field, low, step)
    good = np.abs(off) <= TOLERANCE_MM
    points, triangles = _parts(points, triangles, good)
    within = float(np.abs(off[good]).max(initial=0.0))
    return Shell(zone.id, offset_mm, points, triangles, within, nothing.box)


def _parts(points: Floats, triangles: Longs, kept: NDArray[np.bool_]) -> tuple[Floats, Longs]:
    """Points that are kept, and the triangles that have all three."""
    number = np.cumsum(kept) - 1
    whole = triangles[kept[triangles].all(axis=1)]
    return points[kept], number[whole].reshape(-1, 3).astype(np.int64)


@dataclass(frozen=True, eq=False)
class _Offset:
    """Exact distances to a zone less the offset: negative within the shell."""

    index: BodyIndex
    ids: list[str]
    offset_mm: float
    cancelled: Cancelled

    def near(self, points: Floats) -> tuple[Floats, Floats]:
        """At (n, 3) points: (n,) mm, and the nearest places (n, 3). Looks at the token."""
        from meshes.index.places import closest_places  # compiles: not at import

        apart, places = np.empty(len(points)), np.empty((len(points), 3))
        for first in range(0, len(points), _CHUNK):
            stop_if(self.cancelled)
            span = slice(first, first + _CHUNK)
            apart[span], places[span] = closest_places(self.index, points[span], self.ids)
        return apart - self.offset_mm, places

    def holds(self, point: Floats) -> bool:
        """Whether a point is inside one of the closed structures."""
        return bool((self.index.inside(point, self.ids) == 1).any())


def _field(asked: _Offset, low: Floats, high: Floats, step: float) -> Floats:
    """Distance less the offset on a grid from ``low``, negative within the shell and the zone.

    Every second node is measured. Distances differ by no more than the way between two nodes, so
    that the others are measured only where the shell may pass; elsewhere the sign alone is right.
    """
    from scipy import ndimage

    count = 2 * np.maximum(np.ceil((high - low) / (2.0 * step)).astype(int), 1) + 1
    nodes = np.moveaxis(np.indices(tuple(count)), 0, -1) * step + low
    rough = asked.near(nodes[::2, ::2, ::2].reshape(-1, 3))[0].reshape((count + 1) // 2)
    field: Floats = rough
    for axis in range(3):  # each node takes the value of a measured one beside it
        field = np.repeat(field, 2, axis=axis).take(np.arange(count[axis]), axis=axis)
    close = np.abs(field) <= (np.sqrt(3.0) + 1.0) * step
    field[close] = asked.near(nodes[close])[0]
    # What the band about the surface parts from outside lies inside as a whole.
    parts, _ = ndimage.label(field >= 0.0)
    for part, place in enumerate(ndimage.find_objects(parts), 1):
        first = np.argwhere(parts[place] == part)[0] + [span.start for span in place]
        if asked.holds(nodes[tuple(first)]):
            field[parts == part] = -asked.offset_mm
    return field


def _onto_offset(
    asked: _Offset, points: Floats, field: Floats, low: Floats, step: float
) -> tuple[Floats, Floats]:
    """Points (n, 3) moved onto the offset by no more than about a cell, and (n,) how far off, mm.

    First along the way from the nearest place. That leaps to and fro in a crease, where two places
    are nearest: there the offset is found between two nodes of the point's cell.
    """
    made = points.copy()
    off, near = asked.near(made)
    for _ in range(_ROUNDS):
        todo = np.flatnonzero(np.abs(off) > _GOOD_MM)
        way = made[todo] - near[todo]
        stretch = asked.offset_mm / np.maximum(off[todo] + asked.offset_mm, 1e-9)
        tried = near[todo] + way * stretch[:, None]
        there = np.linalg.norm(tried - points[todo], axis=1) <= step
        if not there.any():
            break
        made[todo[there]] = tried[there]
        off[todo[there]], near[todo[there]] = asked.near(tried[there])
    todo = np.flatnonzero(np.abs(off) > _GOOD_MM)
    if len(todo):
        made[todo] = _between(asked, points[todo], field, low, step)
        off[todo] = asked.near(made[todo])[0]
    return made, off


def _between(asked: _Offset, points: Floats, field: Floats, low: Floats, step: float) -> Floats:
    """Places on the offset, between the worst and the best node of each point's cell."""
    cell = np.clip(np.floor((points - low) / step).astype(int), 0, np.array(field.shape) - 2)
    corners = cell[:, None, :] + np.indices((2, 2, 2)).reshape(3, 8).T
    values = field[corners[..., 0], corners[..., 1], corners[..., 2]]
    row = np.arange(len(points))
    inner: Floats = low + step * corners[row, values.argmin(axis=1)]
    outer: Floats = low + step * corners[row, values.argmax(axis=1)]
    # The point itself takes the place of the node on its own side: it moves as little as it may.
    outside = asked.near(points)[0] >= 0.0
    outer[outside], inner[~outside] = points[outside], points[~outside]
    for _ in range(_HALVINGS):
        middle = 0.5 * (inner + outer)
        beyond = asked.near(middle)[0] >= 0.0
        outer[beyond], inner[~beyond] = middle[beyond], middle[~beyond]
    return outer  # the side that errs outward
