"""What an assessment says: verdicts and the records that carry them. No computation here.

Sign convention, everywhere: clearance is positive outside, 0 on touch, negative by the depth of
penetration. Unknown is its own verdict and never folds into *clear*.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, TypeVar

from zones.needle import Needle, Vector


class Verdict(Enum):
    """Worst first: the order of the members is the order of badness."""

    BREACH = "breach"
    WITHIN_MARGIN = "within_margin"
    NOT_ASSESSED = "not_assessed"
    CLEAR = "clear"


Record = TypeVar("Record")


def record(kind: type[Record], fields: dict[str, Any]) -> Record:
    """Make a frozen record of all its fields, five times faster than its constructor.

    A hundred zones are recorded anew at every movement of the mouse; a frozen dataclass sets each
    field through two calls. ``fields`` must be complete and is kept, not copied.
    """
    made = object.__new__(kind)
    object.__setattr__(made, "__dict__", fields)
    return made


def worst(verdicts: Iterable[Verdict]) -> Verdict:
    """Return the worst verdict; of nothing, ``NOT_ASSESSED``: an empty catalogue clears nobody."""
    found = set(map(id, verdicts))  # hashing a member of an Enum costs more than all the rest
    for verdict in Verdict:
        if id(verdict) in found:
            return verdict
    return Verdict.NOT_ASSESSED


@dataclass(frozen=True, eq=False)
class ZoneResult:
    """One danger zone against one needle. Lengths in mm.

    ``clearance``, ``at_depth`` and ``nearest`` are ``None`` exactly if no structure of the zone is
    on the body, or if all are farther than the interest radius asked for (note ``zone.beyond``).
    ``first_contact`` is the depth where the extended axis first meets the zone, ``None`` if it
    never does. ``limit_depth`` is the deepest tip that keeps this zone's margin, ``None`` beyond
    the searched length. ``note`` is a message id (or several, ``;``-joined) with
    the reason for *not assessed* or for a caution. ``worst_phase`` is that of the sampled phases
    of the breath at which the zone comes nearest, ``None`` where the breath was not looked at;
    ``at_worst_phase`` the clearance measured there: ``clearance_worst`` may lie below it, as a
    bound for what no phase between two sampled ones falls under.
    """

    zone_id: str
    name: str
    side: str
    structures: tuple[str, ...]
    margin: float
    clearance: float | None
    clearance_worst: float | None
    at_depth: float | None
    nearest: Vector | None
    on_axis: Vector | None
    first_contact: float | None
    limit_depth: float | None
    verdict: Verdict
    derived: bool = False
    note: str = ""
    nearest_structure: str = ""
    worst_phase: float | None = None
    at_worst_phase: float | None = None


@dataclass(frozen=True)
class LayerSpan:
    """One structure along the line: depths of entry and exit, mm.

    ``exit`` is ``None`` when the line does not leave it within the searched length, ``enter`` is 0
    when the entry point lies inside. ``open`` says the surface is not closed: only crossings count.
    """

    structure: str
    enter: float
    exit: float | None
    bone: bool = False
    open: bool = False


@dataclass(frozen=True, eq=False)
class NeedleAssessment:
    """One needle against every zone of the catalogue."""

    needle: Needle
    verdict: Verdict
    limit_depth: float | None
    searched_length: float
    zones: Sequence[ZoneResult]
    layers: tuple[LayerSpan, ...]


@dataclass(frozen=True, eq=False)
class Assessment:
    """All needles of one plan revision on one body."""

    body_id: str
    body_version: str
    body_hash: str
    posture: str
    phase: str
    needles: tuple[NeedleAssessment, ...]
    not_modelled: tuple[str, ...]
    revision: int = 0

    @property
    def verdict(self) -> Verdict:
        """The worst verdict of its needles."""
        return worst(n.verdict for n in self.needles)
