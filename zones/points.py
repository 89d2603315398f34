"""Trigger points on a body: the rule carried out, the muscle met or not, and every reason why not.

A point is found from landmarks, goes to the skin, and may move along it by as much as a palpating
finger would until its muscle lies beneath; all three are in the result. Nothing here judges
danger: `zones.assess` does, on the needle that `ResolvedPoint.needle` holds.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np

from meshes.body import Body
from meshes.orientation import midline_x
from zones.danger import folded_names
from zones.errors import UnknownPointError
from zones.landmarks import LandmarkFix, landmark_id, landmarks
from zones.needle import Needle, Vector
from zones.plan import Anchor
from zones.point_catalogue import TriggerPoint, point_catalogue, trigger_point
from zones.skin import nearest_on_skin, skin_hits, skin_normal

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

NO_MUSCLE = "point.no_muscle"
LANDMARK_MISSING = "point.landmark_missing"
NO_SKIN = "point.no_skin"
IN_THE_WAY = "point.skin_too_far"
POSTURE = "point.posture"
NOT_OVER_MUSCLE = "point.not_over_muscle"
NOT_RECOMMENDED = "point.not_recommended"
REASONS = (
    NO_MUSCLE, LANDMARK_MISSING, NO_SKIN, IN_THE_WAY, POSTURE, NOT_OVER_MUSCLE, NOT_RECOMMENDED,
)  # fmt: skip
"""Message ids of why a point cannot be placed, does not lie over its muscle, or is blocked."""

_STEP_MM = 3.0
_TURNS = 12
_SLICE = 0.06
"""Half the thickness of a slice of a muscle, as a share of its length."""


@dataclass(frozen=True, eq=False)
class ResolvedPoint:
    """One point on one side of a body. Lengths in mm, world frame.

    ``on_body`` says that the entry point could be placed; otherwise all of it is ``None`` and
    ``reason`` says why. ``over_muscle`` is ``None`` where the body lacks the muscle.
    ``muscle_depth`` is where the skin normal first meets the muscle, ``approach_depth`` where the
    stored approach does; ``None`` if they do not. ``depth_band`` runs along the approach.
    ``shift`` is how far the entry moved along the skin towards the muscle, ``uncertainty`` the
    landmarks' own. ``detail`` fills in the reason: missing landmarks, the distance, the why not.
    """

    point: TriggerPoint
    side: str
    on_body: bool
    over_muscle: bool | None
    reason: str
    detail: str = ""
    entry: Vector | None = None
    direction: Vector | None = None
    depth_band: tuple[float, float] | None = None
    anchor: Vector | None = None
    landmarks: tuple[str, ...] = ()
    uncertainty: float = 0.0
    shift: float = 0.0
    muscles: tuple[str, ...] = ()
    muscle: str = ""
    muscle_depth: float | None = None
    approach_depth: float | None = None

    @property
    def needle(self) -> Needle | None:
        """The stored approach to the deep end of its band; ``None`` if there is none to plan."""
        if self.entry is None or self.direction is None or self.depth_band is None:
            return None
        sizes = self.point.needle
        radius = max(sizes.diameters) / 2.0 if sizes else 0.15
        return Needle(self.entry, self.direction, self.depth_band[1], radius)

    @property
    def length(self) -> float | None:
        """The shortest named shaft that reaches the band's deep end, else the longest; mm."""
        if self.point.needle is None or self.depth_band is None:
            return None
        lengths = sorted(self.point.needle.lengths)
        return next((x for x in lengths if x >= self.depth_band[1]), lengths[-1])

    @property
    def plan_anchor(self) -> Anchor:
        """What a plan remembers, so that the point can be found again on another body."""
        return Anchor(self.point.id, self.side)


@dataclass(frozen=True, eq=False)
class _Scene:
    """What all points of one body share."""

    body: Body
    marks: Mapping[str, LandmarkFix]
    mid: float
    scale: float
    muscles: tuple[tuple[str, str, tuple[str, ...]], ...]
    """(id, side, folded names) of every muscle."""

    def toward(self, side: str, direction: Iterable[float]) -> Vector:
        """A (lateral, posterior, superior) direction as a unit vector of the world."""
        sign = -1.0 if side == "right" else 1.0
        vector = np.array(list(direction), dtype=np.float64) * [sign, 1.0, 1.0]
        unit: Vector = vector / np.linalg.norm(vector)
        return unit


_FOUND: WeakKeyDictionary[Body, tuple[Any, ...]] = WeakKeyDictionary()
"""The fields of a scene after its body: a value that held its own key would never go."""


def _scene(body: Body) -> _Scene:
    if body not in _FOUND:
        catalogue, marks = point_catalogue(), landmarks(body)
        ends = [marks[landmark_id(k, "mid")].point
                for k in (catalogue.scale_from, catalogue.scale_to)]  # fmt: skip
        length = None
        if ends[0] is not None and ends[1] is not None:
            length = float(np.linalg.norm(ends[0] - ends[1]))
        _FOUND[body] = (
            marks,
            midline_x(body.structures) or 0.0,
            1.0 if length is None else length / catalogue.scale_nominal_mm,
            tuple(
                (key, s.side, folded_names(s))
                for key, s in body.structures.items()
                if s.system == "muscle"
            ),
        )
    return _Scene(body, *_FOUND[body])


def resolve_point(body: Body, point_id: str, side: str) -> ResolvedPoint:
    """Find a catalogue point on a body.

    Parameters
    ----------
    body
        Any body; what it lacks is said in the result, not raised.
    point_id
        Such as ``RMA``; capitals do not matter.
    side
        ``left`` or ``right``, the subject's.

    Raises
    ------
    UnknownPointError
        There is no such point, or not on that side.
    """
    point = trigger_point(point_id)
    if side not in point.sides:
        raise UnknownPointError(
            f"point {point.id} has no side {side!r}; expected {' or '.join(point.sides)}"
        )
    scene = _scene(body)
    muscles = _muscle_ids(scene, point, side)
    if point.posture_barrier and point.posture_barrier in body.posture:
        return ResolvedPoint(
            point, side, False, None, POSTURE, detail=point.location, muscles=muscles
        )
    if body.skin is None:
        return ResolvedPoint(point, side, False, None, NO_SKIN, muscles=muscles)
    base = ResolvedPoint(point, side, False, None, "", muscles=muscles)
    failed = base
    for rule in point.anchors:
        found = _anchored(scene, rule, side, muscles)
        if isinstance(found, str):
            reason = NO_MUSCLE if "muscle_at" in rule else LANDMARK_MISSING
            failed = failed if failed.reason else replace(base, reason=reason, detail=found)
            continue
        placed = replace(
            base, anchor=found.point, landmarks=found.landmarks, uncertainty=found.uncertainty
        )
        entry = _on_skin(scene, point, side, found.point)
        way = float(np.linalg.norm(entry - found.point))
        if way <= point.max_project_mm:
            return _placed(scene, placed, entry)
        failed = failed if failed.reason else replace(
            placed, anchor=None, reason=IN_THE_WAY, detail=f"{way:.0f}"
        )  # fmt: skip
    return failed


def resolve_all(body: Body) -> Iterator[ResolvedPoint]:
    """Resolve every point on every side it has, in the catalogue's order."""
    for key, point in point_catalogue().points.items():
        for side in point.sides:
            yield resolve_point(body, key, side)


def entry_of(body: Body, anchor: Anchor) -> Vector | None:
    """Return the entry point of a plan's anchor on a body, or ``None`` where it cannot be placed.

    For `zones.refit`: an id this catalogue does not have is ``None`` too.
    """
    try:
        return resolve_point(body, anchor.point_id, anchor.side).entry
    except UnknownPointError:
        return None


def _muscle_ids(scene: _Scene, point: TriggerPoint, side: str) -> tuple[str, ...]:
    """Return the structures that are the point's muscle: those of its first pattern that has any.

    Unsided structures count for both sides. Of several parts, ``pick`` keeps the one that lies
    highest or lowest, because names of parts are mixed up more often than their heights.
    """
    beside = [m for m in scene.muscles if m[1] in (side, "both", "mid")]
    for pattern in point.muscle:
        found = [key for key, _, texts in beside if any(map(pattern.search, texts))]
        if found and point.pick:
            heights = {k: float(scene.body[k].surface.points[:, 2].mean()) for k in found}
            chosen = max if point.pick == "highest" else min
            return (chosen(found, key=heights.__getitem__),)
        if found:
            return tuple(found)
    return ()


# ---- the anchor ----------------------------------------------------------------------------------


@dataclass(frozen=True, eq=False)
class _Anchor:
    point: Vector
    landmarks: tuple[str, ...] = ()
    uncertainty: float = 0.0


def _anchored(
    scene: _Scene, rule: Mapping[str, Any], side: str, muscles: tuple[str, ...]
) -> _Anchor | str:
    """Carry out an anchor rule; else the landmarks that are missing ("" if it is the muscle)."""
    if "muscle_at" in rule:
        return _Anchor(_in_muscle(scene, side, muscles, rule["muscle_at"])) if muscles else ""
    keys = tuple(landmark_id(rule[k], side) for k in ("from", "to") if k in rule)
    absent = [key for key in keys if scene.marks[key].point is None]
    if absent:
        return ", ".join(absent)
    shares = [1.0] if len(keys) == 1 else [1.0 - rule["at"], rule["at"]]
    place, square = np.zeros(3), 0.0
    for key, share in zip(keys, shares, strict=True):
        fix = scene.marks[key]
        place = place + share * np.asarray(fix.point)
        square += (share * fix.uncertainty_mm) ** 2
    if "offset_mm" in rule:
        sign = -1.0 if side == "right" else 1.0
        offset = np.array(rule["offset_mm"], dtype=np.float64) * [sign, 1.0, 1.0]
        place = place + offset * (scene.scale if rule.get("scaled", True) else 1.0)
    return _Anchor(place, keys, float(np.sqrt(square)))


def _in_muscle(scene: _Scene, side: str, muscles: tuple[str, ...], at: float) -> Vector:
    """The middle of a muscle's slice at a fraction of its long axis from the upper end."""
    points = np.concatenate([scene.body[key].surface.points for key in muscles])
    sign = -1.0 if side == "right" else 1.0
    points = points[(points[:, 0] - scene.mid) * sign > 0] if _both(scene, muscles) else points
    centre = points.mean(axis=0)
    axis = np.linalg.svd(points - centre, full_matrices=False)[2][0]
    along = (points - centre) @ (-axis if axis[2] > 0 else axis)  # from the upper end downwards
    low, high = np.quantile(along, [0.01, 0.99])
    share = (along - low) / (high - low)
    near = np.abs(share - at) <= max(_SLICE, float(np.abs(share - at).min()))
    middle: Vector = points[near].mean(axis=0)
    return middle


def _both(scene: _Scene, muscles: tuple[str, ...]) -> bool:
    return any(scene.body[key].side in ("mid", "both") for key in muscles)


# ---- skin, direction, muscle ---------------------------------------------------------------------


def _on_skin(scene: _Scene, point: TriggerPoint, side: str, anchor: Vector) -> Vector:
    if point.project is not None:
        out = scene.toward(side, point.project)
        ahead = skin_hits(scene.body, anchor, out)
        ahead = ahead[ahead >= 0]
        if len(ahead):
            there: Vector = anchor + ahead[0] * out
            return there
    return nearest_on_skin(scene.body, anchor)


def _direction(
    scene: _Scene, point: TriggerPoint, side: str, entry: Vector, normal: Vector, anchor: Vector
) -> Vector | None:
    rule = point.direction
    if rule is None:
        return None
    if rule["kind"] == "normal":
        return normal
    if rule["kind"] == "aim":
        return scene.toward(side, rule["aim"])
    if rule["kind"] == "tilt":
        lean = scene.toward(side, rule["lean"])
        lean = lean - (lean @ normal) * normal
        size = float(np.linalg.norm(lean))
        tilt = np.deg2rad(rule["tilt_deg"])
        if size < 1e-9:
            return normal
        tilted: Vector = np.cos(tilt) * normal + np.sin(tilt) * lean / size
        return tilted
    goal = anchor
    if rule["to"] != "anchor":
        fix = scene.marks[landmark_id(rule["to"], side)]
        goal = anchor if fix.point is None else fix.point
    way = goal - entry
    size = float(np.linalg.norm(way))
    straight: Vector = way / size if size > 1e-6 else normal
    return straight


@dataclass(frozen=True, eq=False)
class _Try:
    """An entry point with its direction and what the two lines meet."""

    entry: Vector
    direction: Vector | None
    normal: Vector
    below: tuple[float, str] | None
    ahead: tuple[float, str] | None

    @property
    def hits(self) -> int:
        return (self.below is not None) + (self.ahead is not None)


def _placed(scene: _Scene, base: ResolvedPoint, entry: Vector) -> ResolvedPoint:
    """Look for the muscle beneath an entry point, moving it as far as the point allows."""
    from meshes.index.body_index import body_index  # compiles: not at import

    point, index = base.point, body_index(scene.body)
    anchor = np.asarray(base.anchor)

    def attempt(at: Vector) -> _Try:
        normal = skin_normal(scene.body, at)
        way = _direction(scene, point, base.side, at, normal, anchor)
        ahead = None if way is None else _meets(index, at, way, base.muscles)
        return _Try(at, way, normal, _meets(index, at, normal, base.muscles), ahead)

    best = attempt(entry)
    if base.muscles and not best.hits:
        best = _sought(scene.body, point, best, attempt)
    over = best.hits > 0 if base.muscles else None
    reason = NO_MUSCLE if over is None else "" if over else NOT_OVER_MUSCLE
    met = best.below or best.ahead
    return replace(
        base,
        on_body=True,
        over_muscle=over,
        reason=NOT_RECOMMENDED if point.not_recommended else reason,
        detail=point.not_recommended,
        entry=best.entry,
        direction=best.direction,
        depth_band=_band(point, best),
        shift=float(np.linalg.norm(best.entry - entry)),
        muscle=met[1] if met else "",
        muscle_depth=best.below[0] if best.below else None,
        approach_depth=best.ahead[0] if best.ahead else None,
    )


def _sought(
    body: Body, point: TriggerPoint, first: _Try, attempt: Callable[[Vector], _Try]
) -> _Try:
    """Move along the skin in rings until the muscle lies beneath; the first ring that has it."""
    up = np.eye(3)[int(np.argmin(np.abs(first.normal)))]
    u = np.cross(first.normal, up)
    u /= np.linalg.norm(u)
    v = np.cross(first.normal, u)
    for radius in np.arange(_STEP_MM, point.seek_mm + 1e-9, _STEP_MM):
        ring = []
        for turn in np.linspace(0.0, 2.0 * np.pi, _TURNS, endpoint=False):
            aside = first.entry + radius * (np.cos(turn) * u + np.sin(turn) * v)
            tried = attempt(nearest_on_skin(body, aside))
            if tried.hits:
                ring.append(tried)
        if ring:
            best: _Try = max(ring, key=lambda t: t.hits)
            return best
    return first


def _meets(
    index: BodyIndex, entry: Vector, direction: Vector, muscles: tuple[str, ...]
) -> tuple[float, str] | None:
    """Depth and id of the first muscle surface on a line, or ``None``."""
    if not muscles:
        return None
    hit = index.pick(entry, direction, muscles, point_catalogue().over_muscle_mm)
    return None if hit is None else (hit.depth, hit.structure_id)


def _band(point: TriggerPoint, placed: _Try) -> tuple[float, float] | None:
    """The depth band along the approach, mm; a perpendicular depth is stretched by the tilt."""
    depth = point.depth
    if depth is None or placed.direction is None:
        return None
    low, high = depth.low_mm, depth.max_mm
    if depth.perpendicular and point.needle is not None:
        slope = max(float(placed.direction @ placed.normal), 1e-6)
        longest = max(point.needle.lengths)
        low, high = min(low / slope, longest), min(high / slope, longest)
    return low, high
