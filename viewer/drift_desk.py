"""How far the selected needle may drift, and how it may turn out: computed when somebody looks.

Tolerances one by one first, then together. Probabilities only when asked for, with a seed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from viewer.assessing import Assessing
from viewer.cone_desk import READS
from viewer.i18n.text import tr
from viewer.needle_desk import NeedleDesk
from viewer.tasks import Tasks
from zones.breath_drifts import tolerance_through_breath
from zones.breath_phases import breath_of
from zones.change import Change, ChangeKind
from zones.sampling import DEFAULT_SAMPLES, Sampled, sample
from zones.session import Session, result_for
from zones.tolerance import Tolerance, tolerance

KEY, SAMPLE_KEY = "tolerance", "sample"
_READS = {ChangeKind.NEEDLES, ChangeKind.SELECTION, ChangeKind.BODY, ChangeKind.ZONES,
          ChangeKind.HISTORY}  # fmt: skip
Key = tuple[Any, ...]


class DriftDesk:
    """Listens to a session; ``on_change`` is called when there is something new to say."""

    def __init__(
        self, session: Session, desk: NeedleDesk, tasks: Tasks, assessing: Assessing
    ) -> None:
        self._session, self._desk, self._tasks = session, desk, tasks
        self._assessing = assessing
        self.on_change: list[Callable[[], None]] = []
        self.seed = 0
        self.count = DEFAULT_SAMPLES
        self.failure = ""
        self.share_done = 0.0
        self._found: tuple[Key, Tolerance, bool] | None = None
        self._sampled: tuple[Key, Sampled] | None = None
        self._asked_for: Key | None = None
        self._wanted = False
        self._stop = session.subscribe(self._hear)
        assessing.on_status.append(self.refresh)

    # -- asking -------------------------------------------------------------------------------
    def _key(self) -> Key | None:
        planned = self._desk.planned
        if planned is None or not self._assessing.is_ready:
            return None
        n, zones = planned.needle, self._assessing.zones_now()
        return (self._session.body.content_hash, n.entry.tobytes(), n.direction.tobytes(), n.depth,
                n.radius, self._assessing.through_breath,
                tuple((z.id, z.margin_mm, len(z.structures)) for z in zones))  # fmt: skip

    @property
    def tolerance(self) -> Tolerance | None:
        """The present needle's tolerance; ``None`` while there is none."""
        key = self._key()
        known = self._found
        return known[1] if key is not None and known is not None and known[0] == key else None

    @property
    def has_joint(self) -> bool:
        """Whether the drift of all together is known too."""
        return self.tolerance is not None and self._found is not None and self._found[2]

    @property
    def sampled(self) -> Sampled | None:
        """The present needle as it may turn out; ``None`` until asked for."""
        key = self._key()
        known = self._sampled
        return known[1] if key is not None and known is not None and known[0] == key else None

    @property
    def is_sampling(self) -> bool:
        """Whether needles are being drawn."""
        return self._tasks.is_running(SAMPLE_KEY)

    @property
    def needs(self) -> str:
        """What is missing, one sentence; empty for nothing."""
        if self._desk.planned is None:
            return tr("Place a needle to see how far it may drift.")
        return self.failure

    def zone_named(self, zone_id: str | None) -> Any:
        """The zone of an id, ``None`` for none."""
        return next((z for z in self._assessing.zones_now() if z.id == zone_id), None)

    # -- telling ------------------------------------------------------------------------------
    def look(self, wanted: bool) -> None:
        """Somebody looks, or nobody does any more: nothing is computed unseen."""
        self._wanted = wanted
        if wanted:
            self.refresh()
        else:
            self._tasks.cancel(KEY)
            self._asked_for = None

    def _hear(self, change: Change) -> None:
        if change.kinds & _READS:
            self.failure = ""
            self.refresh()

    def refresh(self) -> None:
        """Compute anew unless the answer is current or on its way; a drag is let rest first."""
        key = self._key()
        if self.is_sampling and key != self._sampling_for:
            self._tasks.cancel(SAMPLE_KEY)  # its needle is gone
        if not self._wanted:
            return
        if key is None or self._session.gesture is not None:
            self._tasks.cancel(KEY)
            self._asked_for = None
        elif key != self._asked_for and not (self.tolerance is not None and self.has_joint):
            self._submit(key, together=False)
        self._tell()

    _sampling_for: Key | None = None

    def _submit(self, key: Key, together: bool) -> None:
        planned, body, index = self._desk.planned, self._session.body, self._assessing.index
        assert planned is not None
        needle, zones = planned.needle, list(self._assessing.zones_now())
        self._asked_for = key
        certify = tolerance_through_breath if self._assessing.through_breath else tolerance

        def work(cancelled: Callable[[], bool]) -> Tolerance:
            return certify(body, needle, zones, together=together, index=index,
                           cancelled=cancelled)  # fmt: skip

        def done(found: Tolerance) -> None:
            is_lost = found.slack < 0.0
            self._found, self._asked_for = (key, found, together or is_lost), None
            if not together and not is_lost and self._wanted and self._key() == key:
                self._submit(key, together=True)
            elif self._key() == key:
                self._session.accept(result_for(self._session, KEY, READS, found), KEY)
            self._tell()

        def failed(error: Exception) -> None:
            self._asked_for, self.failure = None, str(error) or type(error).__name__
            self._tell()

        self._tasks.submit(KEY, work, done, failed, "drift")

    # -- probability --------------------------------------------------------------------------
    def draw(self) -> None:
        """Draw needles around the present one."""
        key, planned, body = self._key(), self._desk.planned, self._session.body
        if key is None or planned is None:
            return
        needle, index, zones = planned.needle, self._assessing.index, self._assessing.zones_now()
        count, seed, chosen = self.count, self.seed, list(zones)
        through = self._assessing.through_breath
        self._sampling_for, self.share_done = key, 0.0

        def told(share: float) -> None:
            self.share_done = share  # on the worker's thread: one number, polled by the panel

        def work(cancelled: Callable[[], bool]) -> Sampled:
            breath = breath_of(body, cancelled) if through else None
            return sample(body, needle, chosen, n=count, seed=seed, index=index, breath=breath,
                          workers=1, progress=told, cancelled=cancelled)  # fmt: skip

        def done(found: Sampled) -> None:
            self._sampled = (key, found)
            if self._key() == key:
                self._session.accept(result_for(self._session, SAMPLE_KEY, READS, found), KEY)
            self._tell()

        def failed(error: Exception) -> None:
            self.failure = str(error) or type(error).__name__
            self._tell()

        self._tasks.submit(SAMPLE_KEY, work, done, failed, "map")
        self._tell()

    def cancel_draw(self) -> None:
        """Draw no more."""
        self._tasks.cancel(SAMPLE_KEY)
        self._tell()

    def _tell(self) -> None:
        for tell in tuple(self.on_change):
            tell()

    def close(self) -> None:
        """Stop listening and cancel."""
        self._stop()
        for key in (KEY, SAMPLE_KEY):
            self._tasks.cancel(key)
