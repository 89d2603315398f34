"""Tolerance: how far a needle may drift before a margin is lost. Lower bounds, never estimates.

Every ``kept`` is certified: no drift up to it loses a margin. The certificate is Lipschitz's: a
needle whose every point moves by at most m loses at most m of clearance. The possible drifts are
cut into cells; a cell is done if the needle at its centre has more to spare than the cell is wide,
else it is halved. ``lost`` is a drift that was measured and does lose a margin, so that the truth
lies between the two. Exact distances throughout, world frame (LPS), mm.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.angles import skin_frame, skin_normal
from zones.assess import assess
from zones.assessment import NeedleAssessment
from zones.change import ChangeKind
from zones.danger import DangerZone, danger_zones
from zones.drifts import Searched, Spares, is_kept, least_lost
from zones.errors import BadNeedleError, NoSkinError
from zones.needle import Needle
from zones.progress import Cancelled, Progress, ignore, never, stop_if

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]

RESULT_KEY = "tolerance"
READS = frozenset({ChangeKind.NEEDLES, ChangeKind.ZONES})
"""What a session's result reads besides the body."""

MOST_ENTRY_MM = 30.0
MOST_ANGLE_DEG = 45.0
MOST_DEPTH_MM = 100.0
"""How far each drift is followed; a tolerance beyond is reported as this. Convention."""

JOINT_STEPS = 9
"""Halvings of the joint scale: to a five-hundredth of where the search began."""

HAND = (2.0, 10.0, 2.0)
"""Shares of entry (mm), angle (deg) and depth (mm) when they drift together: the hand's own errors
in `data/uncertainty.toml`."""


@dataclass(frozen=True)
class Drift:
    """How far one thing may drift: ``kept`` in mm or degrees, certified.

    ``lost`` is a drift that loses a margin of ``zone_id``, ``None`` if none was found as far as
    the drift was followed; then ``kept`` may be that limit.
    """

    kept: float
    lost: float | None
    zone_id: str | None


@dataclass(frozen=True, eq=False)
class Tolerance:
    """Tolerances of one needle.

    Attributes
    ----------
    slack
        mm that the nearest zone has beyond its margin: the whole needle may shift by this in any
        direction whatever. Negative: a margin is lost already and every tolerance is 0.
    entry
        mm that the needle may be carried along, parallel, in the skin's plane at the entry point.
    angle
        Degrees that it may turn about its entry point, to any side.
    depth
        mm that it may go deeper. Withdrawing loses nothing.
    together
        How many times ``shares`` (entry mm, angle deg, depth mm) all three may drift at once.
    unknown
        Zones that are not assessed: no tolerance holds for them.
    """

    needle: Needle
    slack: float
    entry: Drift
    angle: Drift
    depth: Drift
    together: Drift
    shares: tuple[float, float, float]
    unknown: tuple[str, ...]
    assessment: NeedleAssessment

    def tube(self, n: int = 33) -> tuple[Floats, Floats]:
        """Depths (n,) and radii (n,) of the tube that the joint tolerance keeps the axis in, mm."""
        scale = self.together.kept
        entry, angle, depth = (share * scale for share in self.shares)
        depths = np.linspace(0.0, self.needle.depth + depth, n)
        return depths, entry + 2.0 * depths * math.sin(math.radians(angle) / 2.0)


def tolerance(
    body: Body,
    needle: Needle,
    zones: Sequence[DangerZone] | None = None,
    *,
    shares: tuple[float, float, float] = HAND,
    together: bool = True,
    index: BodyIndex | None = None,
    progress: Progress = ignore,
    cancelled: Cancelled = never,
) -> Tolerance:
    """Certify how far a needle may drift before any margin is lost.

    Parameters
    ----------
    zones
        Default: every row of the catalogue on this body.
    shares
        What one unit of joint drift is: entry mm, angle degrees, depth mm; each >= 0, not all 0.
    together
        Whether to look for the joint tolerance, which takes ten times as long as all others.

    Raises
    ------
    BadNeedleError
        Shares that are none.
    CancelledError
        ``cancelled()`` said so.
    """
    if not (all(math.isfinite(s) and s >= 0.0 for s in shares) and any(shares)):
        raise BadNeedleError(f"drifts share {shares}; expected three numbers >= 0, not all 0")
    from meshes.index.body_index import body_index  # compiles: not at import

    index = body_index(body) if index is None else index
    rows = tuple(danger_zones(body) if zones is None else zones)
    longest = needle.depth + MOST_DEPTH_MM
    found = assess(body, needle, rows, searched_length_mm=longest, index=index).needles[0]
    spares = Spares(index, rows, needle.radius)
    known = spares.known()
    unknown = tuple(zone.id for zone in rows if zone.id not in known)
    slack, zone_id = spares.of(needle)
    stop_if(cancelled)
    if slack < 0.0:
        none = Drift(0.0, 0.0, _met(found) or zone_id)
        return Tolerance(needle, slack, none, none, none, none, shares, unknown, found)
    try:
        inward = skin_normal(body, needle.entry)
    except NoSkinError:
        inward = needle.direction
    drifts = drifts_of(
        spares, spares, needle, inward, found.limit_depth, shares, together, progress, cancelled
    )
    return Tolerance(needle, slack, *drifts, shares, unknown, found)


def drifts_of(
    shifting: Spares,
    staying: Spares,
    needle: Needle,
    inward: Floats,
    limit: float | None,
    shares: tuple[float, float, float],
    together: bool,
    progress: Progress,
    cancelled: Cancelled,
) -> tuple[Drift, Drift, Drift, Drift]:
    """Drifts of entry, angle, depth and all together of a needle that loses no margin as it is.

    ``shifting`` is asked where the entry point leaves its place, ``staying`` where it does not;
    where one of them has nothing to spare, nothing may drift.
    """
    plane = skin_frame(inward)[1:]
    (spare, owner), (turning, _) = shifting.of(needle), staying.of(needle)
    entry, angle = Drift(0.0, None, owner), Drift(0.0, None, owner)
    if spare >= 0.0:
        shifted = least_lost(shifting.carried(needle, plane), MOST_ENTRY_MM, cancelled)
        entry = _drift(shifting, shifted)
    progress(0.1)
    if turning >= 0.0:
        turned = least_lost(staying.turned(needle), math.radians(MOST_ANGLE_DEG), cancelled)
        angle = _drift(staying, turned, math.degrees(1.0))
    progress(0.2)
    depth = _deeper(staying, needle, limit)
    joint = Drift(0.0, None, owner)
    if together and spare >= 0.0:
        joint = _joint(shifting, needle, plane, shares, (entry, angle, depth), progress, cancelled)
    progress(1.0)
    return entry, angle, depth, joint


def _met(found: NeedleAssessment) -> str | None:
    """The zone that is entered deepest: it decides, however much a wider margin lacks elsewhere."""
    met = [(z.clearance, z.zone_id) for z in found.zones if z.clearance is not None]
    clearance, zone_id = min(met, default=(math.inf, ""))
    return zone_id if clearance <= 0.0 else None


def _drift(spares: Spares, found: Searched, unit: float = 1.0) -> Drift:
    """Express what was found in a unit, rounded towards danger."""
    kept = found.kept * unit
    if unit != 1.0:
        kept = math.nextafter(kept, 0.0)
    lost = None if found.lost is None else found.lost * unit
    return Drift(kept, lost, spares.zone_id(found.member))


def _deeper(spares: Spares, needle: Needle, limit: float | None) -> Drift:
    """How much deeper, by the limit depth, which is never late; and a depth that loses."""
    if limit is None:
        return Drift(MOST_DEPTH_MM, None, None)
    kept = max(limit - needle.depth - math.ulp(limit), 0.0)
    ways = kept + np.concatenate([10.0 ** np.arange(-9.0, 1.5, 0.5)])
    spare, which = spares.measured(needle.entry[None], needle.direction[None], needle.depth + ways)
    losing = np.flatnonzero(spare < 0.0)
    if not len(losing):
        return Drift(kept, None, None)
    return Drift(kept, float(ways[losing[0]]), spares.zone_id(int(which[losing[0]])))


def _joint(
    spares: Spares,
    needle: Needle,
    plane: Sequence[Floats],
    shares: tuple[float, float, float],
    single: tuple[Drift, Drift, Drift],
    progress: Progress,
    cancelled: Cancelled,
) -> Drift:
    """Halve the way between a scale that is certified and one that is not."""
    lost, zone_id = math.inf, None
    most = min(
        limit / share
        for share, limit in zip(shares, (MOST_ENTRY_MM, MOST_ANGLE_DEG, MOST_DEPTH_MM), strict=True)
        if share > 0.0
    )
    for share, drift in zip(shares, single, strict=True):
        if share > 0.0 and drift.lost is not None and drift.lost / share < lost:
            lost, zone_id = drift.lost / share, drift.zone_id
    low, high = 0.0, min(lost, most)
    for step in range(JOINT_STEPS):
        scale = high if step == 0 and lost == math.inf else 0.5 * (low + high)
        at = (shares[0] * scale, math.radians(shares[1] * scale), shares[2] * scale)
        verdict, member = is_kept(spares, needle, plane, at, cancelled)
        progress(0.2 + 0.8 * (step + 1) / JOINT_STEPS)
        if verdict:
            low = scale
        else:
            high = scale
        if verdict is False:
            lost, zone_id = scale, spares.zone_id(member)
        if low >= high:
            break
    return Drift(low, lost if math.isfinite(lost) else None, zone_id)
