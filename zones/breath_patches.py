"""The danger zones as a needle meets them through a breath: one still picture of all that moves.

Seen from an entry point that rides on the skin, a patch of a zone's surface is drawn in a few of
its places, each with how far the surface may be from there while it stands for it: no triangle
strays farther from its place than its fastest corner does. A line that keeps margin and reach of
every place keeps the margin at every moment of the breath (`docs/adr/0021`). World frame (LPS), mm.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from zones.breath_phases import Breath, entry_way
from zones.danger import DangerZone
from zones.progress import Cancelled, CancelledError, never, stop_if

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex

Floats = NDArray[np.float64]
Longs = NDArray[np.int64]

PATCH = 512
"""Most triangles of a patch: small enough to move nearly as one."""

LIKENESS = 40.0
"""Cutting patches, a difference in stray counts as much as this many of it in place."""

NEAR_MM = 0.6
"""A place of a patch is split in time while the patch moves farther from it than this."""
NEAR_SHARE = 0.06
"""What far patches may move besides, as a share of their distance beyond `NEEDLE_MM`."""
NEEDLE_MM = 50.0
STEP_MM = 0.25
"""Places of one structure are kept together where their reaches end in the same of these steps."""
MOST_SPLITS = 2
"""Halvings of the way between two looks."""


@dataclass(frozen=True, eq=False)
class Patch:
    """Some neighbouring triangles of a structure: corners (m, 3) into ``points``, rows of it."""

    structure: str
    points: Longs
    corners: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Ridden:
    """The places of all patches, seen from one entry point.

    Attributes
    ----------
    index
        Has one row per place; every row is a membrane.
    structure
        (rows,) of which structure each is.
    reach
        (rows,) how far the surface may be from its place, mm.
    """

    index: BodyIndex
    structure: tuple[str, ...]
    reach: Floats

    def zones(self, zones: Sequence[DangerZone]) -> tuple[list[DangerZone], Longs]:
        """The zones, place by place, margins widened by the reach; and which zone each one is."""
        rows: dict[str, list[int]] = {}
        for row, key in enumerate(self.structure):
            rows.setdefault(key, []).append(row)
        made: list[DangerZone] = []
        owner: list[int] = []
        for number, zone in enumerate(zones):
            for row in (row for key in zone.structures for row in rows.get(key, ())):
                margin = zone.margin_mm + float(self.reach[row])
                made.append(
                    replace(
                        zone, id=str(len(made)), structures=(self.index.ids[row],),
                        margin_mm=margin, complete=True, missing=(), note="",
                    )
                )  # fmt: skip
                owner.append(number)
        return made, np.array(owner, np.int64)


_PATCHES: WeakKeyDictionary[Body, tuple[Patch, ...]] = WeakKeyDictionary()
_RIDDEN: WeakKeyDictionary[Body, tuple[bytes, Ridden]] = WeakKeyDictionary()
"""The last entry point's, per body."""


def ridden(breath: Breath, entry: Floats, cancelled: Cancelled = never) -> Ridden:
    """Return what a needle from an entry point, (3,) mm, meets through a breath.

    Takes half a second or so; the last one of each body is kept.

    Raises
    ------
    CancelledError
        ``cancelled()`` said so.
    """
    key = np.asarray(entry, np.float64).tobytes()
    known = _RIDDEN.get(breath.body)
    if known is not None and known[0] == key:
        return known[1]
    made = _places(breath, np.asarray(entry, np.float64), cancelled)
    _RIDDEN[breath.body] = (key, made)
    return made


def patches(breath: Breath) -> tuple[Patch, ...]:
    """Cut the danger zones of a breathing body into patches, once."""
    if breath.body not in _PATCHES:
        middle = breath.looks[len(breath.looks) // 2]
        found: list[Patch] = []
        for key, triangles in breath.triangles.items():
            centres = middle.points[key][triangles].mean(axis=1)
            stray = breath.stray[key][triangles].max(axis=1, keepdims=True)
            like = np.hstack([centres, LIKENESS * stray])
            for rows in _halved(like, np.arange(len(triangles))):
                points, corners = np.unique(triangles[rows], return_inverse=True)
                found.append(Patch(key, points.astype(np.int64), corners.reshape(-1, 3)))
        _PATCHES[breath.body] = tuple(found)
    return _PATCHES[breath.body]


def _halved(centres: Floats, rows: Longs) -> Iterator[Longs]:
    """Cut across the longest side until every part is small."""
    if len(rows) <= PATCH:
        yield rows
        return
    axis = int(np.argmax(np.ptp(centres[rows], axis=0)))
    order = rows[np.argsort(centres[rows, axis], kind="stable")]
    middle = len(order) // 2
    yield from _halved(centres, order[:middle])
    yield from _halved(centres, order[middle:])


def _places(breath: Breath, entry: Floats, cancelled: Cancelled) -> Ridden:
    from meshes.index.body_index import BodyIndex  # compiles: not at import
    from meshes.index.packed import pack_sheets

    way, entry_stray = entry_way(breath, entry)
    back = (entry - way)[:, None, :]
    seen = {key: np.stack([look.points[key] for look in breath.looks]) + back
            for key in breath.triangles}  # fmt: skip
    sheets: dict[tuple[str, int], list[Floats]] = {}
    for patch in patches(breath):
        stop_if(cancelled)
        looks = seen[patch.structure][:, patch.points]
        stray = float(breath.stray[patch.structure][patch.points].max()) + entry_stray
        for place, moved in _split(looks, entry):
            step = int(np.ceil((moved + stray) / STEP_MM))
            sheets.setdefault((patch.structure, step), []).append(
                place[patch.corners].reshape(-1, 9)
            )
    packed = pack_sheets([np.concatenate(rows) for rows in sheets.values()], cancelled)
    if packed is None:
        raise CancelledError("the breath was cancelled before it was followed; ask again")
    ids = [f"{key} {step}" for key, step in sheets]
    reach = np.array([step * STEP_MM for _, step in sheets])
    return Ridden(BodyIndex(ids, packed, ""), tuple(key for key, _ in sheets), reach)


def _split(looks: Floats, entry: Floats) -> Iterator[tuple[Floats, float]]:
    """Places of (k, n, 3) points that go straight from look to look; how far each is left, mm."""
    last = len(looks) - 1
    todo = [(0.0, float(last))]
    while todo:
        low, high = todo.pop()
        place = _at(looks, 0.5 * (low + high))
        between = looks[int(np.ceil(low)) : int(np.floor(high)) + 1]
        ends = [_at(looks, low)[None], between, _at(looks, high)[None]]
        gone = np.concatenate(ends) - place
        moved = float(np.sqrt((gone * gone).sum(axis=2).max()))
        far = float(np.sqrt(((place - entry) ** 2).sum(axis=1).min()))
        near = NEAR_MM + NEAR_SHARE * max(far - NEEDLE_MM, 0.0)
        if moved <= near or high - low <= 2.0**-MOST_SPLITS:
            yield place, moved
        else:
            middle = 0.5 * (low + high)
            todo += [(low, middle), (middle, high)]


def _at(looks: Floats, when: float) -> Floats:
    """Where the points are ``when`` looks after the first, a fraction on the straight way."""
    before = min(int(when), len(looks) - 2)
    share = when - before
    place: Floats = looks[before] + share * (looks[before + 1] - looks[before])
    return place
