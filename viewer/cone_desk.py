"""Keeps the limit depth of every direction from the selected needle's entry point current.

Coarse first, finer when nothing moves, the finest through the breath if the verdict is; only while
somebody looks. While the entry point is dragged
one coarse picture follows another without being cancelled, each for the newest entry point: it is
never *current* until the drag rests, and whoever shows it says so. A read-out is a line of its own,
exact, never a neighbour's.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meshes.errors import MeshError
from viewer.assessing import Assessing
from viewer.i18n.text import tr
from viewer.needle_desk import NeedleDesk
from viewer.reading import Reading, reading
from viewer.tasks import Tasks
from zones import edits
from zones.angles import direction_from_angles
from zones.breath_lines import cone_through_breath, direction_through_breath
from zones.change import Change, ChangeKind
from zones.cone import HALF_ANGLE_DEG, SafeCone, safe_cone
from zones.errors import ZoneError
from zones.session import Session, result_for

KEY, PROBE_KEY = "cone", "cone.probe"
SIDES = (21, 51, 101)
"""Directions along an edge of the grid, from the first picture to the last."""
_STILL_S = 0.12
_READS = {ChangeKind.NEEDLES, ChangeKind.SELECTION, ChangeKind.BODY, ChangeKind.ZONES}
_BY = "cone"
READS = frozenset({ChangeKind.NEEDLES, ChangeKind.SELECTION, ChangeKind.ZONES})
"""What the answers around the selected needle are kept for, under their keys, in the session."""
Vector = NDArray[np.float64]
Key = tuple[Any, ...]


class ConeDesk:
    """Listens to a session; ``on_change`` is called when the picture should be drawn anew."""

    def __init__(
        self, session: Session, desk: NeedleDesk, tasks: Tasks, assessing: Assessing
    ) -> None:
        self._session, self._desk, self._tasks = session, desk, tasks
        self._assessing = assessing
        self.on_change: list[Callable[[], None]] = []
        self.last: SafeCone | None = None
        self.failure = ""
        self.probed: Vector | None = None
        self._made_for: Key | None = None
        self._level, self._asked_level = -1, -1
        self._read: dict[tuple[Key, bytes], Reading] = {}
        self._reading_for: frozenset[tuple[Key, bytes]] = frozenset()
        self._watchers: set[object] = set()
        self._stop = session.subscribe(self._hear)
        assessing.on_status.append(self.refresh)

    # -- asking -------------------------------------------------------------------------------
    def _key(self) -> Key | None:
        planned, normal = self._desk.planned, self._desk.normal()
        if planned is None or normal is None or not self._assessing.is_ready:
            return None
        needle, zones = planned.needle, self._assessing.zones_now()
        return (self._session.body.content_hash, needle.entry.tobytes(), needle.radius,
                self._assessing.through_breath,
                tuple((z.id, z.margin_mm, len(z.structures)) for z in zones))  # fmt: skip

    @property
    def current(self) -> SafeCone | None:
        """The cone of the present entry point, ``None`` while there is none."""
        key = self._key()
        return self.last if key is not None and key == self._made_for else None

    @property
    def drawable(self) -> SafeCone | None:
        """The newest cone of this body, current or not; whoever draws it says which."""
        known = self._made_for is not None and self._made_for[0] == self._session.body.content_hash
        return self.last if known and not self.needs else None

    @property
    def is_final(self) -> bool:
        """Whether the finest picture of the present entry point is there."""
        return self.current is not None and self._level == len(SIDES) - 1

    @property
    def is_wanted(self) -> bool:
        """Whether somebody looks."""
        return bool(self._watchers)

    @property
    def needs(self) -> str:
        """What is missing before anything can be computed, one sentence; empty for nothing."""
        if self._desk.planned is None:
            return tr("Place a needle to see its directions.")
        if self._desk.normal() is None:
            return tr("This body has no skin, so directions have no angles.")
        return self.failure

    def needle_spot(self) -> tuple[float, float] | None:
        """Tilt and azimuth of the needle, degrees."""
        if self._desk.planned is None or self._desk.normal() is None:
            return None
        return self._desk.angles()

    def probe_reading(self) -> Reading | None:
        """What is known of the direction pointed at; ``None`` while it is computed or none is."""
        key = self._key()
        if self.probed is None or key is None:
            return None
        return self._read.get((key, self.probed.tobytes()))

    def needle_reading(self) -> Reading | None:
        """What limits the needle's own direction; ``None`` while it is computed."""
        key, planned = self._key(), self._desk.planned
        if key is None or planned is None:
            return None
        return self._read.get((key, planned.needle.direction.tobytes()))

    # -- telling ------------------------------------------------------------------------------
    def look(self, watcher: object, wanted: bool) -> None:
        """A watcher begins or ends to look: nothing is computed unseen."""
        (self._watchers.add if wanted else self._watchers.discard)(watcher)
        if self._watchers:
            self.refresh()
        else:
            for key in (KEY, PROBE_KEY):
                self._tasks.cancel(key)
            self._reading_for = frozenset()

    def _hear(self, change: Change) -> None:
        if change.kinds & _READS:
            self.refresh()

    def refresh(self) -> None:
        """Compute anew unless the present cone is current or on its way."""
        if not self._watchers:
            return
        key = self._key()
        if key is None:
            self._tasks.cancel(KEY)
        elif key != self._made_for:
            running_coarse = self._tasks.is_running(KEY) and self._asked_level == 0
            if not running_coarse:  # a drag must not cancel every picture before it is there
                self._submit(key, 0)
        elif not self.is_final and not self._tasks.is_running(KEY):
            self._submit(key, self._level + 1)  # nobody looked for a while
        self._read_lines()
        self._tell()

    def _submit(self, key: Key, level: int) -> None:
        planned = self._desk.planned
        assert planned is not None
        body, needle, index = self._session.body, planned.needle, self._assessing.index
        zones, normal, side = list(self._assessing.zones_now()), self._desk.normal(), SIDES[level]
        # Only the last picture is worth the second that the breath takes; who shows the others
        # says that they are of one phase.
        through = self._assessing.through_breath and level == len(SIDES) - 1
        find = cone_through_breath if through else safe_cone
        self._asked_level, self.failure = level, ""

        def work(cancelled: Callable[[], bool]) -> SafeCone:
            if level:
                _wait_until_still(cancelled)
            return find(body, needle.entry, radius=needle.radius, zones=zones, normal=normal,
                        side=side, index=index, cancelled=cancelled)  # fmt: skip

        def done(made: SafeCone) -> None:
            self.last, self._made_for, self._level = made, key, level
            now = self._key()
            if now is not None and now != key:
                self._submit(now, 0)
            elif now is not None and level + 1 < len(SIDES):
                self._submit(key, level + 1)
            elif now is not None:
                self._session.accept(result_for(self._session, KEY, READS, made), _BY)
            self._tell()

        def failed(error: Exception) -> None:
            self.failure = str(error) or type(error).__name__
            self._tell()

        self._tasks.submit(KEY, work, done, failed, "cone")

    def probe(self, direction: Vector | None) -> None:
        """Point at a direction, unit (3,), or at none."""
        self.probed = direction
        self._read_lines()
        self._tell()

    def _read_lines(self) -> None:
        """Compute the needle's line and the one pointed at exactly, unless they are known."""
        key, planned = self._key(), self._desk.planned
        if key is None or planned is None:
            self._tasks.cancel(PROBE_KEY)
            self._reading_for = frozenset()
            return
        lines = [planned.needle.direction] + ([] if self.probed is None else [self.probed])
        wanted = frozenset((key, line.tobytes()) for line in lines)
        missing = [line for line in lines if (key, line.tobytes()) not in self._read]
        if not missing or wanted == self._reading_for:
            return
        body, needle, index = self._session.body, planned.needle, self._assessing.index
        zones, normal = list(self._assessing.zones_now()), self._desk.normal()
        self._reading_for = wanted
        asked: dict[str, Any] = {"radius": needle.radius, "zones": zones, "normal": normal,
                                 "index": index}  # fmt: skip
        through = self._assessing.through_breath

        def work(cancelled: Callable[[], bool]) -> list[Reading]:
            asked["cancelled"] = cancelled
            if not through:
                cone = safe_cone(body, needle.entry, directions=np.stack(missing), **asked)
                return [reading(cone, at, zones) for at in range(len(missing))]
            found = []
            for line in missing:  # the needle's own as the verdict has it, not a step earlier
                if line is needle.direction:
                    one = direction_through_breath(body, needle.entry, line, **asked)
                else:
                    one = cone_through_breath(body, needle.entry, directions=line[None], **asked)
                found.append(reading(one, 0, zones))
            return found

        def done(found: list[Reading]) -> None:
            kept = {known: value for known, value in self._read.items() if known in wanted}
            made = {(key, x.tobytes()): f for x, f in zip(missing, found, strict=True)}
            self._read, self._reading_for = kept | made, frozenset()
            self._tell()

        def failed(error: Exception) -> None:
            self._reading_for, self.failure = frozenset(), str(error) or type(error).__name__
            self._tell()

        # A lane of its own: neither waits for a fine picture, nor makes a verdict wait.
        self._tasks.submit(PROBE_KEY, work, done, failed, "read")

    # -- doing --------------------------------------------------------------------------------
    def direction_at(self, tilt_deg: float, azimuth_deg: float) -> Vector | None:
        """The direction at a tilt and azimuth, unit (3,); ``None`` without a needle or skin."""
        normal = self._desk.normal()
        if normal is None:
            return None
        tilt = min(max(tilt_deg, 0.0), HALF_ANGLE_DEG)
        return direction_from_angles(normal, tilt, azimuth_deg)

    def set_direction(self, direction: Vector, gesture: str | None = None) -> bool:
        """Turn the needle along a direction; one edit, or part of a gesture."""
        planned = self._desk.planned
        if planned is None:
            return False
        try:
            return self._session.apply(edits.set_direction(planned.id, direction), gesture, _BY)
        except (ZoneError, MeshError) as error:
            self._desk.on_refused(str(error))
            return False

    def begin(self, gesture: str) -> None:
        """The map was pressed: what follows until `end` is one step of undo."""
        self._session.begin_gesture(gesture)

    def is_in(self, gesture: str) -> bool:
        """Whether the gesture goes on; Esc ends it."""
        return self._session.gesture == gesture

    def end(self, gesture: str) -> None:
        """The map was let go."""
        if self._session.gesture == gesture:
            self._session.end_gesture(_BY)

    def _tell(self) -> None:
        for tell in tuple(self.on_change):
            tell()

    def close(self) -> None:
        """Stop listening and cancel."""
        self._stop()
        for key in (KEY, PROBE_KEY):
            self._tasks.cancel(key)


def _wait_until_still(cancelled: Callable[[], bool]) -> None:
    """Leave the processor to a drag that goes on; a newer task cancels this one meanwhile."""
    until = time.monotonic() + _STILL_S
    while time.monotonic() < until and not cancelled():
        time.sleep(0.01)
