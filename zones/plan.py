"""`Plan`: what the user decided, frozen. No revision, no result, nothing about looks inside.

Equality compares values, needles included, so that an edit that changes nothing can be told and
costs no undo step. Zones are stored as the *muted* ones: a row that a newer catalogue adds is
active in an old plan, since a zone nobody switched off must not be silent.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from types import MappingProxyType

from meshes.body import Body, Subject
from zones.danger import zone_ids
from zones.errors import BadPlanError
from zones.needle import Needle

PLAN_SCHEMA = "needlewise/plan/1"
RAW_COORDINATES = "needle.raw_coordinates"
"""Flag id: the entry point was given in coordinates of another body; look at it before use."""
NOT_ON_BODY = "needle.anchor_missing"
"""Flag id: the catalogue anchor cannot be found on this body; the old coordinates were kept."""


@dataclass(frozen=True)
class Anchor:
    """Where an entry point comes from: a catalogue point on a side of the subject."""

    point_id: str
    side: str


@dataclass(frozen=True)
class Review:
    """Who looked at the plan when, and the hash of what they saw; any edit removes it."""

    name: str
    date: str
    plan_hash: str


@dataclass(frozen=True, eq=False)
class PlannedNeedle:
    """One needle of a plan.

    ``length`` is the shaft's length, mm, ``None`` where not chosen: a depth beyond it cannot be
    reached. ``anchor`` is ``None`` for an entry point placed by hand. ``flag`` is a message id
    that asks for a look (`RAW_COORDINATES`, `NOT_ON_BODY`), empty if there is nothing to say.
    """

    id: str
    name: str
    needle: Needle
    locked: bool = False
    anchor: Anchor | None = None
    length: float | None = None
    note: str = ""
    flag: str = ""

    @property
    def diameter(self) -> float:
        """Shaft diameter, mm."""
        return 2.0 * self.needle.radius

    @property
    def depth_exceeds_length(self) -> bool:
        """Whether the depth asks for more shaft than the needle has."""
        return self.length is not None and self.needle.depth > self.length

    def _values(self) -> tuple[object, ...]:
        n = self.needle
        return (
            self.id, self.name, self.locked, self.anchor, self.length, self.note, self.flag,
            tuple(n.entry.tolist()), tuple(n.direction.tolist()), n.depth, n.radius,
        )  # fmt: skip

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        return isinstance(other, PlannedNeedle) and self._values() == other._values()

    def __hash__(self) -> int:
        return hash(self._values())


def _frozen(mapping: Mapping[str, object]) -> Mapping[str, object]:
    return mapping if isinstance(mapping, MappingProxyType) else MappingProxyType(dict(mapping))


@dataclass(frozen=True)
class Plan:
    """Everything the user decided about one body.

    ``margins`` overrides the catalogue per row id, mm; ``muted_zones`` are the rows switched off.
    ``screening`` maps question ids to answer ids. ``body_hash`` and ``posture`` are those of the
    body the coordinates belong to.
    """

    body_id: str
    body_hash: str
    posture: str = ""
    schema: str = PLAN_SCHEMA
    title: str = ""
    needles: tuple[PlannedNeedle, ...] = ()
    margins: Mapping[str, float] = field(default_factory=dict)
    muted_zones: frozenset[str] = frozenset()
    technique: str = ""
    screening: Mapping[str, str] = field(default_factory=dict)
    subject: Subject = field(default_factory=Subject)
    notes: str = ""
    review: Review | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "margins", _frozen(self.margins))
        object.__setattr__(self, "screening", _frozen(self.screening))

    def __hash__(self) -> int:
        return hash((self.body_hash, self.needles, self.title, self.notes))

    @property
    def active_zones(self) -> tuple[str, ...]:
        """Row ids that are assessed, in the catalogue's order."""
        return tuple(key for key in zone_ids() if key not in self.muted_zones)

    def needle(self, needle_id: str) -> PlannedNeedle:
        """Return one needle by id.

        Raises
        ------
        BadPlanError
            The plan has no such needle.
        """
        for planned in self.needles:
            if planned.id == needle_id:
                return planned
        known = ", ".join(planned.id for planned in self.needles) or "none"
        raise BadPlanError(f"the plan has no needle {needle_id!r}; it has {known}")

    def free_needle_id(self) -> str:
        """Return the smallest ``n1``, ``n2`` … that is not taken."""
        taken = {planned.id for planned in self.needles}
        number = 1
        while f"n{number}" in taken:
            number += 1
        return f"n{number}"


def empty_plan(body: Body) -> Plan:
    """Return the plan of someone who has decided nothing yet."""
    return Plan(body_id=body.id, body_hash=body.content_hash, posture=body.posture)


def says_the_same(plan: Plan, other: Plan) -> bool:
    """Whether two plans decide the same. Without a needle a plan says nothing about its body."""
    if plan.needles or other.needles:
        return plan == other
    body = {name: getattr(other, name) for name in ("body_id", "body_hash", "posture")}
    return replace(plan, **body) == other


def check_plan(plan: Plan) -> Plan:
    """Return the plan, or refuse one that contradicts itself.

    Raises
    ------
    BadPlanError
        Two needles share an id, a margin is no length ≥ 0, or a shaft length is not above 0.
    """
    seen: set[str] = set()
    for planned in plan.needles:
        if not planned.id or planned.id in seen:
            raise BadPlanError(f"needle id {planned.id!r} is empty or occurs twice")
        seen.add(planned.id)
        if planned.length is not None and not 0 < planned.length < float("inf"):
            raise BadPlanError(
                f"needle {planned.id}: the shaft length is {planned.length} mm; expected above 0"
            )
    for key, margin in plan.margins.items():
        if not 0 <= margin < float("inf"):
            raise BadPlanError(f"the margin of {key} is {margin} mm; expected a number ≥ 0")
    return plan


def plan_hash(plan: Plan) -> str:
    """Return a SHA-256 over everything decided, the review itself left out."""
    bare = replace(plan, review=None)
    text = repr(
        (
            bare.schema, bare.body_id, bare.body_hash, bare.posture, bare.title,
            tuple(planned._values() for planned in bare.needles), sorted(bare.margins.items()),
            sorted(bare.muted_zones), bare.technique, sorted(bare.screening.items()),
            bare.subject, bare.notes,
        )
    )  # fmt: skip
    return hashlib.sha256(text.encode()).hexdigest()
