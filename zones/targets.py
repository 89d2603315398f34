"""Inverse planning: a target, and every entry of the skin from which a needle may reach it.

Each skin vertex and triangle centre within reach is tried exactly; an entry is refused for one
reason, the first that holds, and the reasons are counted. What is returned was assessed again like
any other needle. A path that keeps every margin in the model is *admissible*, nothing more.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.body import Body
from zones.angles import angles_from_direction, skin_normal
from zones.assess import assess
from zones.assessment import NeedleAssessment, Verdict
from zones.change import ChangeKind
from zones.danger import DangerZone, danger_zones
from zones.drifts import Spares
from zones.errors import BadTargetError, NoSkinError
from zones.needle import Needle, Vector
from zones.progress import Cancelled, Progress, ignore, never, stop_if

if TYPE_CHECKING:
    from meshes.bundle.bundle import Bundle
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

RESULT_KEY = "targets"
READS = frozenset({ChangeKind.ZONES})
"""What a session's result reads besides the body; the target is its own argument."""

TILT, SKIN, BONE = "refused.tilt", "refused.leaves_the_skin", "refused.bone"
"""Reasons, as message ids; a danger zone's reason is `ZONE` and the zone's id."""
ZONE = "refused.zone:"

AT_ENTRY_MM = 0.5
"""Skin crossings shallower than this are the entry itself. Convention."""
NORMAL_MM, NORMAL_TRIANGLES = 10.0, 48
"""How wide a patch, of how many triangles at most, says where the skin faces."""


@dataclass(frozen=True, eq=False)
class Path:
    """One admissible path. ``length`` mm along the needle, ``tilt_deg`` from the skin's normal.

    ``spare`` is what the zone nearest to its margin, ``zone_id``, has beyond it, mm. ``verdict`` is
    *not assessed* while some zone is unknown.
    """

    needle: Needle
    length: float
    tilt_deg: float
    azimuth_deg: float
    spare: float
    zone_id: str | None
    assessment: NeedleAssessment

    @property
    def verdict(self) -> Verdict:
        """The needle's verdict."""
        return self.assessment.verdict


@dataclass(frozen=True, eq=False)
class Paths:
    """What was found for a target.

    Attributes
    ----------
    target
        (3,) world mm.
    inside
        Ids of the closed structures that hold the target, ``muscles`` those that are muscles.
    tried, admissible
        How many entries were tried, and how many kept every limit and margin.
    refused
        How many were refused, by reason, the most frequent first.
    paths
        The best, apart from each other on the skin: most to spare first, of equals (to 0.1 mm) the
        shortest.
    unknown
        Zones that are not assessed: no path is clear of them.
    entries, reason
        (n, 3) all entries tried, and per entry the number of its reason in ``reasons``, -1 for an
        admissible one: to draw them.
    """

    target: Vector
    inside: tuple[str, ...]
    muscles: tuple[str, ...]
    tried: int
    admissible: int
    refused: dict[str, int]
    paths: tuple[Path, ...]
    unknown: tuple[str, ...]
    entries: Floats
    reason: Longs
    reasons: tuple[str, ...]


def paths_to(
    body: Body,
    target: ArrayLike,
    zones: Sequence[DangerZone] | None = None,
    *,
    max_length_mm: float = 60.0,
    max_tilt_deg: float = 60.0,
    radius: float = 0.15,
    most: int = 12,
    apart_mm: float = 8.0,
    index: BodyIndex | None = None,
    workers: int | None = None,
    progress: Progress = ignore,
    cancelled: Cancelled = never,
) -> Paths:
    """Find the entries from which a straight needle reaches a target and keeps every margin.

    Parameters
    ----------
    target
        (3,) world mm (LPS), under the skin.
    max_length_mm, max_tilt_deg
        Limits of the needle, and of its angle to the inward skin normal at the entry.
    most, apart_mm
        How many paths are returned, and how far their entries are apart at least.

    Raises
    ------
    NoSkinError
        The body has no skin.
    BadTargetError
        A target that is no point or lies outside the skin, or a limit that is none.
    CancelledError
        ``cancelled()`` said so.
    """
    from meshes.index.body_index import body_index  # compiles: not at import

    index = body_index(body) if index is None else index
    goal = _checked(body, index, target, max_length_mm, max_tilt_deg)
    rows = tuple(danger_zones(body) if zones is None else zones)
    spares = Spares(index, rows, radius)
    tried = _entries(body, goal, max_length_mm)
    progress(0.1)
    _refuse(tried, body, spares, radius, max_tilt_deg, workers, progress, cancelled)
    best: list[Path] = []
    tenths = np.floor(10.0 * tried.spare)  # what differs by less is told apart by length
    for i in np.lexsort((tried.lengths, -tenths)):
        if len(best) == most or tried.reason[i] >= 0:
            break
        if all(math.dist(tried.entries[i], path.needle.entry) >= apart_mm for path in best):
            path = _path(body, spares, rows, tried, int(i), radius)
            if path.tilt_deg <= max_tilt_deg:
                best.append(path)
    counts = np.bincount(tried.reason[tried.reason >= 0], minlength=len(tried.reasons))
    order = np.argsort(-counts, kind="stable")
    held = tuple(i for i, state in zip(index.ids, index.inside(goal), strict=True) if state == 1)
    known = spares.known()
    progress(1.0)
    return Paths(
        goal, held, tuple(i for i in held if body.structures[i].system == "muscle"),
        len(tried.entries), int(np.count_nonzero(tried.reason < 0)),
        {tried.reasons[k]: int(counts[k]) for k in order if counts[k]}, tuple(best),
        tuple(zone.id for zone in rows if zone.id not in known),
        tried.entries, tried.reason, tuple(tried.reasons),
    )  # fmt: skip


@dataclass(eq=False)
class _Tried:
    """Entries on trial: needles to the target, a reason against each (-1: none yet), its spare."""

    entries: Floats
    directions: Floats
    lengths: Floats
    normals: Floats
    reasons: list[str]
    reason: Longs
    spare: Floats
    member: Longs

    def left(self) -> Longs:
        """Numbers of those not refused yet."""
        return np.flatnonzero(self.reason < 0).astype(np.int64)

    def bundle(self, chosen: Longs, workers: int | None) -> Bundle:
        """Some of the needles."""
        from meshes.bundle.bundle import bundle

        return bundle(self.entries[chosen], self.directions[chosen], self.lengths[chosen], workers)


def _checked(
    body: Body, index: BodyIndex, target: ArrayLike, max_length_mm: float, max_tilt_deg: float
) -> Vector:
    skin = body.skin
    if skin is None:
        raise NoSkinError(f"body {body.id} has no skin; a path needs an entry point")
    goal = np.array(target, np.float64)
    if goal.shape != (3,) or not np.isfinite(goal).all():
        raise BadTargetError(f"the target is {target!r}; expected three finite numbers, mm")
    if not 0.0 < max_length_mm < math.inf or not 0.0 <= max_tilt_deg < 90.0:
        raise BadTargetError(
            f"at most {max_length_mm} mm and {max_tilt_deg} degrees; expected a length > 0 and a "
            "tilt from 0 to less than 90"
        )
    if index.inside(goal, [skin.id])[0] == 0:
        raise BadTargetError(
            "the target lies outside the skin; expected a point in the body, LPS mm"
        )
    return goal


def _entries(body: Body, goal: Vector, max_length_mm: float) -> _Tried:
    """Every skin vertex and triangle centre within reach, with the way its patch of skin faces.

    The faces of the patch are weighted as in `zones.skin.skin_normal`, which decides in the end.
    """
    assert body.skin is not None
    points, faces = body.skin.surface.points, body.skin.surface.triangles
    corners = points[faces]
    centres = corners.mean(axis=1)
    outward = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    from scipy.spatial import cKDTree  # slow to import: not before it is used

    tree = cKDTree(centres)
    entries = np.concatenate([points[np.unique(faces)], centres])
    gap = goal - entries
    lengths = np.linalg.norm(gap, axis=1)
    near = (lengths > AT_ENTRY_MM) & (lengths <= max_length_mm)
    entries, gap, lengths = entries[near], gap[near], lengths[near]
    distance, found = tree.query(
        entries, k=np.arange(1, min(NORMAL_TRIANGLES, len(centres)) + 1),
        distance_upper_bound=NORMAL_MM,
    )  # fmt: skip
    weight = np.clip(1.0 - (distance / NORMAL_MM) ** 2, 0.0, None) ** 2
    weight[~np.isfinite(distance)] = 0.0
    some = outward[np.minimum(found, len(centres) - 1)]
    normals = -(weight[:, :, None] * some).sum(axis=1)
    n = len(entries)
    return _Tried(
        entries, _units(gap), lengths, _units(normals), [TILT, SKIN, BONE],
        np.full(n, -1, np.int64), np.full(n, -np.inf), np.full(n, -1, np.int64),
    )  # fmt: skip


def _units(vectors: Floats) -> Floats:
    """Vectors (n, 3) divided by their lengths, twice: to the last bit; zero stays zero."""
    made = vectors
    for _ in range(2):
        size = np.linalg.norm(made, axis=1)
        made = made / np.where(size > 0.0, size, 1.0)[:, None]
    return made


def _refuse(
    tried: _Tried, body: Body, spares: Spares, radius: float, max_tilt_deg: float,
    workers: int | None, progress: Progress, cancelled: Cancelled,
) -> None:  # fmt: skip
    """Give every entry its first reason, or what it has to spare."""
    facing = (tried.directions * tried.normals).sum(axis=1)
    tried.reason[facing < math.cos(math.radians(max_tilt_deg))] = 0
    for step, is_refused in enumerate((_leaves_skin, _meets_bone)):
        stop_if(cancelled)
        left = tried.left()
        if len(left):
            refused = is_refused(body, spares.index, tried.bundle(left, workers), radius, workers)
            tried.reason[left[refused]] = step + 1
        progress(0.2 + 0.3 * step)
    stop_if(cancelled)
    left = tried.left()
    if not len(left):
        return
    tried.spare[left], tried.member[left] = spares.measured(
        tried.entries[left], tried.directions[left], tried.lengths[left], workers
    )
    for i in left[tried.spare[left] < 0.0]:
        name = f"{ZONE}{spares.zone_id(int(tried.member[i]))}"
        if name not in tried.reasons:
            tried.reasons.append(name)
        tried.reason[i] = tried.reasons.index(name)
    tried.spare[tried.reason >= 0] = -np.inf
    progress(0.9)


def _leaves_skin(
    body: Body, index: BodyIndex, needles: Bundle, radius: float, workers: int | None
) -> NDArray[np.bool_]:
    """Whether the axis crosses the skin again after its entry."""
    from meshes.bundle.cross import crossings_between

    assert body.skin is not None
    return crossings_between(index, body.skin.id, needles, AT_ENTRY_MM) > 0


def _meets_bone(
    body: Body, index: BodyIndex, needles: Bundle, radius: float, workers: int | None
) -> NDArray[np.bool_]:
    """Whether the shaft touches a bone: the target cannot be reached past it."""
    from meshes.bundle.bundle import as_rows, least_distances

    bones = tuple(s.id for s in body.structures.values() if s.system == "bone")
    if not bones:
        return np.zeros(len(needles), np.bool_)
    stop, members = as_rows(index, [bones])
    least, _ = least_distances(index, needles, stop, members, workers=workers)
    touching: NDArray[np.bool_] = least[0] <= radius
    return touching


def _path(
    body: Body, spares: Spares, rows: tuple[DangerZone, ...], tried: _Tried, i: int, radius: float
) -> Path:
    needle = Needle(tried.entries[i], tried.directions[i], tried.lengths[i], radius)
    tilt, azimuth = angles_from_direction(skin_normal(body, needle.entry), needle.direction)
    assessed = assess(body, needle, rows, index=spares.index).needles[0]
    zone_id = spares.zone_id(int(tried.member[i]))
    return Path(needle, needle.depth, tilt, azimuth, float(tried.spare[i]), zone_id, assessed)
