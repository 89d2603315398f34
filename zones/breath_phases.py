"""A body through a breath: what is measured at some phases, and where its points are in between.

The needle rides on the skin it entered: its entry keeps its place on the skin's triangle, its
direction is kept. Between two looks a point goes straight but for its *stray*: as much as its way
turns at the looks beside it, and `FLOOR_MM`. A kink between two looks takes a point off the
straight line by half of what it turns the way there; no phase of any member tried was off by more
(see `tests/zones/test_breath_phases.py`), so the stray has twice the room.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING, Any
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from meshes.errors import OutOfRangeError
from zones.breathing_table import breath_table
from zones.danger import DangerZone, danger_zones
from zones.needle import Needle
from zones.progress import Cancelled, never, stop_if
from zones.skin import seat_on_skin

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

FLOOR_MM = 0.01
"""Least stray, mm: the points of a phase are single precision (about 1e-5 mm)."""

Points = NDArray[np.float64]
Triangles = NDArray[np.int32]


@dataclass(frozen=True, eq=False)
class Look:
    """Where things are at one phase: the skin's points, those of the danger zones by structure."""

    phase: float
    skin: Points
    points: Mapping[str, Points]


@dataclass(frozen=True, eq=False)
class Phase(Look):
    """A look with the index of its danger zones: here the body can be measured."""

    index: BodyIndex


@dataclass(frozen=True, eq=False)
class Breath:
    """A body through a breath.

    Attributes
    ----------
    body, own_phase
        The body, and the phase it is in.
    phases
        Where it is measured, from end expiration to full inspiration.
    looks
        The phases and what lies between them, evenly.
    triangles
        (m, 3) of each zone structure, the ends of tubes closed.
    stray
        (n,) of each point, mm: how far from its straight way it may be between two looks.
    """

    body: Body
    own_phase: float
    phases: tuple[Phase, ...]
    looks: tuple[Look, ...]
    triangles: Mapping[str, Triangles]
    stray: Mapping[str, Points]


_FOUND: WeakKeyDictionary[Body, tuple[Any, ...] | None] = WeakKeyDictionary()
"""The fields of a breath after its body: a value that held its own key would never go."""


def breath_of(body: Body, cancelled: Cancelled = never) -> Breath | None:
    """Return a body through its breath, or ``None`` for one that stands still.

    Takes about a second per phase the first time; kept while the body lives.
    """
    if body not in _FOUND:
        _FOUND[body] = _sampled(body, cancelled)
    found = _FOUND[body]
    return None if found is None else Breath(body, *found)


def _sampled(body: Body, cancelled: Cancelled) -> tuple[Any, ...] | None:
    from meshes.index.body_index import body_index  # compiles: not at import
    from meshes.index.caps import capped
    from meshes.morph_names import read_name
    from meshes.packs.store import at_phase

    member = read_name(body.id)
    if member is None or body.skin is None:
        return None
    ids = sorted({key for zone in danger_zones(body) for key in zone.structures})
    closed = {key: capped(body.structures[key].surface).surface.triangles for key in ids}
    table, looks = breath_table(), []
    for phase in table.looks:
        stop_if(cancelled)
        try:
            moved = at_phase(body, phase)
        except OutOfRangeError:
            return None
        parts = [moved.structures[key] for key in ids]
        look = Look(
            phase, moved.structures[body.skin.id].surface.points,
            {s.id: capped(s.surface).surface.points for s in parts},
        )  # fmt: skip
        if phase in table.phases:
            index = body_index(parts, cancelled=cancelled)
            look = Phase(look.phase, look.skin, look.points, index)
        looks.append(look)
    stray = {key: _stray([look.points[key] for look in looks], closed[key]) for key in ids}
    phases = tuple(look for look in looks if isinstance(look, Phase))
    return member.phase, phases, tuple(looks), closed, stray


def _stray(places: list[Points], triangles: Triangles) -> Points:
    """How much the way of a point, or of one it shares a triangle with, turns at a look, mm."""
    steps = [after - before for before, after in pairwise(places)]
    turns = [np.linalg.norm(after - before, axis=1) for before, after in pairwise(steps)]
    turned = np.max(turns, axis=0) if turns else np.zeros(len(places[0]))
    around = turned.copy()
    np.maximum.at(around, triangles, turned[triangles].max(axis=1)[:, None])
    return around + FLOOR_MM


def followed(breath: Breath, zones: Sequence[DangerZone]) -> tuple[DangerZone, ...]:
    """The zones whose structures are followed: those that a row of the catalogue names."""
    return tuple(zone for zone in zones if breath.triangles.keys() >= set(zone.structures))


def entry_way(breath: Breath, entry: Points) -> tuple[Points, float]:
    """Where the skin carries an entry point at each look, (k, 3) mm, and its stray."""
    places = _ridden(breath, entry, breath.looks)
    turns = np.linalg.norm(np.diff(places, 2, axis=0), axis=1)
    return places, float(turns.max(initial=0.0))


def carried(breath: Breath, needle: Needle, look: Look) -> Needle:
    """Return the needle as the skin carries it at a phase: entry moved, the rest kept."""
    return replace(needle, entry=_ridden(breath, needle.entry, [look])[0])


def _ridden(breath: Breath, entry: Points, looks: Sequence[Look]) -> Points:
    skin = breath.body.skin
    assert skin is not None
    triangle, shares = seat_on_skin(breath.body, entry)
    corners = skin.surface.triangles[triangle]
    ways = [shares @ (look.skin[corners] - skin.surface.points[corners]) for look in looks]
    return np.array([entry + way for way in ways])
