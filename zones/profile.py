"""Clearance as a function of depth: exact where sampled, bounded from below in between.

The value at a depth is the clearance of the needle's wall at that depth of its axis. What a needle
of that length keeps is the least value down to there: `Profile.kept`.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.clearance import zone_rows
from zones.danger import DangerZone, danger_zones
from zones.errors import BadNeedleError
from zones.needle import Needle

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Profile:
    """Clearance along one line, mm. Zones that are not on the body are left out.

    Attributes
    ----------
    depths
        (n,) rising from 0.
    zone_ids
        The rows of the tables.
    clearance
        (z, n) at each depth: distance of the axis point from the zone's surfaces − radius,
        negative inside a closed one. Exact.
    between
        (z, n - 1) no clearance between two neighbouring depths is lower than this.
    signed
        (z,) False where a surface of the zone has no usable inside: its values are distances
        outside, and may hide that the line runs inside.
    """

    depths: Floats
    zone_ids: tuple[str, ...]
    clearance: Floats
    between: Floats
    signed: NDArray[np.bool_]

    @property
    def kept(self) -> Floats:
        """(z, n) at most the clearance of a needle whose tip is at each depth; never larger."""
        worst = self.clearance.copy()
        worst[:, 1:] = np.minimum(worst[:, 1:], self.between)
        least: Floats = np.minimum.accumulate(worst, axis=1)
        return least


def needle_profile(
    body: Body,
    needle: Needle,
    zones: Sequence[DangerZone] | None = None,
    *,
    length_mm: float | None = None,
    step_mm: float = 0.5,
    index: BodyIndex | None = None,
) -> Profile:
    """Sample the clearance of each zone along the needle's line; world frame (LPS), mm.

    Parameters
    ----------
    zones
        Default: all of the catalogue that the body has. Fewer are faster: one takes microseconds
        per sample.
    length_mm
        How far along the line; default: to the tip.
    step_mm
        Distance of the samples, the last one shorter, > 0.

    Raises
    ------
    BadNeedleError
        A step or length that is no positive number.
    """
    length = needle.depth if length_mm is None else float(length_mm)
    if not (np.isfinite(length) and length >= 0.0 and np.isfinite(step_mm) and step_mm > 0.0):
        raise BadNeedleError(
            f"a profile of {length} mm in steps of {step_mm} mm; expected a length ≥ 0, a step > 0"
        )
    if index is None:
        from meshes.index.body_index import body_index  # compiles: not at import

        index = body_index(body)
    rows = zone_rows(index, tuple(danger_zones(body) if zones is None else zones))
    groups = np.split(rows.members, rows.stop[:-1]) if len(rows.stop) else []
    depths = np.append(np.arange(0.0, length, step_mm), length)
    line = np.concatenate([needle.entry, needle.direction])
    distance, signed, met = index.signed_along(line, depths, groups)
    between = np.array(
        [least_between(depths, d, hits) for d, hits in zip(distance, met, strict=True)]
    ).reshape(len(groups), len(depths) - 1)
    ids = tuple(rows.zones[i].id for i in rows.present)
    return Profile(
        depths, ids, distance - needle.radius, between - needle.radius, signed.astype(bool)
    )


def least_between(depths: Floats, distance: Floats, crossings: Floats) -> Floats:
    """Bound the signed distance between neighbouring depths from below; (n - 1,).

    A signed distance changes by no more than the way (Lipschitz). While no surface is crossed more
    is true: the squared distance less the squared depth is concave along a line, for it is the
    least of linear functions, so it lies above its chord (ENGINE, the certificate).
    """
    way = np.diff(depths)
    a, b = distance[:-1], distance[1:]
    least = 0.5 * (a + b - way)
    counts = np.searchsorted(crossings, depths, side="right")
    outside = (a > 0) & (b > 0) & (counts[1:] == counts[:-1]) & (way > 0)
    safe = np.where(way > 0, way, 1.0)
    u = np.clip((a * a - b * b + safe * safe) / (2.0 * safe * safe), 0.0, 1.0)
    squared = (1.0 - u) * a * a + u * b * b - u * (1.0 - u) * safe * safe
    chord = np.sqrt(np.clip(squared, 0.0, None))
    bounded: Floats = np.where(outside, np.maximum(least, chord), least)
    return bounded
