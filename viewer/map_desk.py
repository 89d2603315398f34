"""Keeps the limit depth at every point of the skin current, finer step by step.

Vertices are asked in interleaved parts, so that the first part is already a picture of the whole
and every further one refines it; what was not asked yet has the state *waiting*, never a colour. If
the verdict is through the breath, all are asked again for every moment of it, region by region.
The map reads zones, margins and the shaft, not where the needle is: it survives a moved needle,
unless it is the map around it or in its direction.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from viewer.assessing import Assessing
from viewer.cone_desk import READS
from viewer.i18n.text import tr
from viewer.needle_desk import NeedleDesk
from viewer.skin_map import SkinMap, empty_map, filled
from viewer.tasks import Tasks
from zones.breath_lines import map_through_breath, regions
from zones.change import Change, ChangeKind
from zones.danger import DangerZone
from zones.depth_map import depth_map
from zones.errors import ZoneError
from zones.session import Session, result_for

KEY, PROBE_KEY = "map", "map.probe"
AROUND_MM = 70.0
_PARTS, _WHOLE_PARTS = 4, 16
_DEFAULT_RADIUS = 0.15
_READS = {ChangeKind.NEEDLES, ChangeKind.SELECTION, ChangeKind.BODY, ChangeKind.ZONES,
          ChangeKind.HISTORY}  # fmt: skip
Mode = Literal["normal", "needle", "worst"]
Region = Literal["around", "whole"]
Key = tuple[Any, ...]
Longs = NDArray[np.int64]


@dataclass(frozen=True)
class Asked:
    """What the map shows. ``spread_deg`` counts in the mode ``worst`` only."""

    mode: Mode = "normal"
    region: Region = "around"
    spread_deg: float = 10.0


@dataclass(frozen=True, eq=False)
class Step:
    """The vertices asked in one step, as their places in the map; whether through the breath."""

    at: Longs
    through: bool


class MapDesk:
    """Listens to a session; ``on_change`` is called when the map should be drawn anew."""

    def __init__(
        self, session: Session, desk: NeedleDesk, tasks: Tasks, assessing: Assessing
    ) -> None:
        self._session, self._desk, self._tasks = session, desk, tasks
        self._assessing = assessing
        self.on_change: list[Callable[[], None]] = []
        self.asked = Asked()
        self.last: SkinMap | None = None
        self.failure = ""
        self.probed: int | None = None
        self._made_for: Key | None = None
        self._asked_for: Key | None = None
        self._wanted = False
        self._stop = session.subscribe(self._hear)
        assessing.on_status.append(self.refresh)

    # -- asking -------------------------------------------------------------------------------
    def _key(self) -> Key | None:
        session, planned = self._session, self._desk.planned
        if self.needs or not self._assessing.is_ready:
            return None
        radius = planned.needle.radius if planned is not None else _DEFAULT_RADIUS
        zones = tuple((z.id, z.margin_mm, len(z.structures)) for z in self._assessing.zones_now())
        near = planned.needle.entry.tobytes() if planned and self.asked.region == "around" else b""
        lean = self.angles() if self.asked.mode != "normal" else (0.0, 0.0)
        return (session.body.content_hash, radius, zones, self.asked, near,
                self._assessing.through_breath, tuple(round(a, 3) for a in lean))  # fmt: skip

    def angles(self) -> tuple[float, float]:
        """Tilt and azimuth at which every point is asked, degrees."""
        if self.asked.mode != "needle" or self._desk.planned is None:
            return 0.0, 0.0
        return self._desk.angles()

    @property
    def spread_deg(self) -> float:
        """Half angle of the directions of which the worst counts, degrees."""
        return self.asked.spread_deg if self.asked.mode == "worst" else 0.0

    @property
    def current(self) -> SkinMap | None:
        """The map as it stands, ``None`` while it is not that of what is asked."""
        key = self._key()
        return self.last if key is not None and key == self._made_for else None

    @property
    def is_wanted(self) -> bool:
        """Whether the map is switched on."""
        return self._wanted

    @property
    def needs(self) -> str:
        """What is missing before anything can be computed, one sentence; empty for nothing."""
        if self._session.body.skin is None:
            return tr("This body has no skin, so there is nothing to map.")
        no_needle = self._desk.planned is None
        if no_needle and (self.asked.region == "around" or self.asked.mode == "needle"):
            return tr("Place a needle, or ask for the whole skin straight in.")
        return self.failure

    def zone_at(self, shown: SkinMap, at: int) -> DangerZone | None:
        """The zone that limits a vertex of the map."""
        number = int(shown.zone[at])
        wanted = shown.zone_ids[number] if number >= 0 else ""
        return next((z for z in self._assessing.zones_now() if z.id == wanted), None)

    # -- telling ------------------------------------------------------------------------------
    def show(self, wanted: bool) -> None:
        """Switch the map on or off: nothing is computed unseen."""
        if wanted == self._wanted:
            return
        self._wanted = wanted
        if wanted:
            self.failure = ""
            self.refresh()
        else:
            self.cancel()

    def cancel(self) -> None:
        """Stop; what is known stays."""
        self._tasks.cancel(KEY)
        self._asked_for = None
        self._tell()

    def ask(self, asked: Asked) -> None:
        """Ask for another mode, region or spread."""
        if asked != self.asked:
            self.asked, self.failure = asked, ""
            self.refresh()

    def point_at(self, vertex: int | None) -> None:
        """Point at a vertex of the skin, or at none."""
        if vertex != self.probed:
            self.probed = vertex
            self._tell()

    @property
    def is_busy(self) -> bool:
        """Whether it is being computed."""
        return self._tasks.is_running(KEY)

    def _hear(self, change: Change) -> None:
        if change.kinds & _READS:
            self.failure = ""
            self.refresh()

    def refresh(self) -> None:
        """Compute anew unless the map is current or on its way."""
        if not self._wanted:
            return
        key = self._key()
        if key is None:
            self._tasks.cancel(KEY)
            self._asked_for = None
        elif self._session.gesture is not None and self.last is not None:
            pass  # a drag has the processor; the map follows when it rests
        elif key != self._asked_for and (key != self._made_for or not self._is_whole()):
            self._start(key)
        self._tell()

    def _is_whole(self) -> bool:
        return self.last is not None and self.last.share >= 1.0

    def _start(self, key: Key) -> None:
        body, planned = self._session.body, self._desk.planned
        assert body.skin is not None
        if planned is not None and self.asked.region == "around":
            gap = body.skin.surface.points - planned.needle.entry
            vertices = np.flatnonzero((gap * gap).sum(axis=1) <= AROUND_MM**2).astype(np.int64)
        else:
            vertices = np.arange(len(body.skin.surface.points), dtype=np.int64)
        if not len(vertices):
            self.failure = tr("No point of the skin lies near the needle.")
            return
        count = _PARTS if self.asked.region == "around" else _WHOLE_PARTS
        self._asked_for = key
        known = empty_map(body, vertices)
        every = np.arange(len(vertices), dtype=np.int64)
        steps = [Step(every[first::count], False) for first in range(min(count, len(every)))]
        if self._assessing.through_breath:  # a region at a time: one entry point speaks for each
            steps += [Step(region, True) for region in regions(known.points)]
        self._submit(key, known, 0, steps)

    def _submit(self, key: Key, known: SkinMap, number: int, steps: list[Step]) -> None:
        body, index = self._session.body, self._assessing.index
        zones, planned = list(self._assessing.zones_now()), self._desk.planned
        radius = planned.needle.radius if planned is not None else _DEFAULT_RADIUS
        (tilt, azimuth), spread = self.angles(), self.spread_deg
        at, through = steps[number].at, steps[number].through
        find = map_through_breath if through else depth_map

        def work(cancelled: Callable[[], bool]) -> SkinMap:
            part = find(
                body, vertices=known.vertices[at], tilt_deg=tilt, azimuth_deg=azimuth,
                spread_deg=spread, radius=radius, zones=zones, index=index, cancelled=cancelled,
            )  # fmt: skip
            share = (number + 1) / len(steps)
            return filled(known, at, part, share, through and share == 1.0)

        def done(made: SkinMap) -> None:
            self.last, self._made_for = made, key
            if self._key() == key and number + 1 < len(steps):
                self._submit(key, made, number + 1, steps)
            else:
                self._asked_for = None
                if self._key() == key:
                    self._session.accept(result_for(self._session, KEY, READS, made), "map")
            self._tell()

        def failed(error: Exception) -> None:
            self._asked_for = None
            self.failure = str(error) if isinstance(error, ZoneError) else type(error).__name__
            self._tell()

        self._tasks.submit(KEY, work, done, failed, "map")

    def _tell(self) -> None:
        for tell in tuple(self.on_change):
            tell()

    def close(self) -> None:
        """Stop listening and cancel."""
        self._stop()
        self._tasks.cancel(KEY)
