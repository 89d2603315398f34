"""What the panels and keys do to the selected needle, as verbs; each is one edit of the session.

The one place that knows how a person's numbers (tilt, azimuth, diameter) become edits. Refusals
(a locked needle, a point off the skin) go to ``on_refused`` in one sentence and change nothing.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.errors import MeshError
from viewer.assessing import current
from viewer.i18n.text import tr
from zones import edits
from zones.angles import angles_from_direction, direction_from_angles
from zones.edits import Edit
from zones.errors import ZoneError
from zones.needle import Needle
from zones.plan import Plan, PlannedNeedle
from zones.session import Session
from zones.skin import nearest_on_skin, skin_normal

_BY = "panel"
_UPRIGHT_DEG = 1e-6


class NeedleDesk:
    """Verbs on the selected needle of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self.on_refused: Callable[[str], None] = lambda message: None
        self._gesture: str | None = None
        self._azimuth_deg = 0.0
        self._upright: dict[bytes, float] = {}
        self._normal_at: tuple[object, bytes, NDArray[np.float64]] | None = None

    # -- asking -------------------------------------------------------------------------------
    @property
    def plan(self) -> Plan:
        """The plan as it is now."""
        return self._session.plan

    @property
    def planned(self) -> PlannedNeedle | None:
        """The selected needle; without a selection the last one of the plan; ``None`` if empty."""
        chosen = self._session.selection
        for planned in self.plan.needles:
            if planned.id == chosen:
                return planned
        return self.plan.needles[-1] if self.plan.needles else None

    def normal(self) -> NDArray[np.float64] | None:
        """Inward skin normal at the entry point, unit (3,); ``None`` if the body has no skin."""
        planned = self.planned
        if planned is None:
            return None
        body, key = self._session.body, planned.needle.entry.tobytes()
        if self._normal_at is None or self._normal_at[:2] != (body, key):
            try:
                self._normal_at = (body, key, skin_normal(body, planned.needle.entry))
            except (ZoneError, MeshError):
                return None
        return self._normal_at[2]

    def angles(self) -> tuple[float, float]:
        """Tilt and azimuth, degrees. Straight in, the azimuth is the one set last."""
        planned, normal = self.planned, self.normal()
        if planned is None or normal is None:
            return 0.0, 0.0
        tilt, azimuth = angles_from_direction(normal, planned.needle.direction)
        if tilt > _UPRIGHT_DEG:
            self._azimuth_deg = azimuth
            return tilt, azimuth
        return tilt, self._upright.get(_key(planned.needle.direction), self._azimuth_deg)

    # -- gestures -----------------------------------------------------------------------------
    def begin(self) -> None:
        """A slider was pressed: what follows until `end` is one step of undo."""
        self._gesture = _BY
        self._session.begin_gesture(_BY)

    def end(self) -> None:
        """The slider was let go."""
        self._gesture = None
        self._session.end_gesture(_BY)

    def _apply(self, edit: Edit) -> bool:
        if self._gesture is not None and self._session.gesture != self._gesture:
            return False  # Esc ended the gesture; what the slider still says counts no more
        try:
            return self._session.apply(edit, self._gesture, _BY)
        except (ZoneError, MeshError) as error:
            self.on_refused(str(error))
            return False

    # -- verbs --------------------------------------------------------------------------------
    def select(self, needle_id: str) -> None:
        """Select a needle of the plan."""
        if needle_id:
            self._session.select(needle_id, _BY)

    def step(self, by: int) -> None:
        """Select the needle ``by`` places further on in the plan, round and round."""
        ids = [planned.id for planned in self.plan.needles]
        if self.planned is not None:
            self.select(ids[(ids.index(self.planned.id) + by) % len(ids)])

    def move_entry(self, point: ArrayLike) -> None:
        """Put the entry point at a world point; the direction stays."""
        if self.planned is not None:
            self._apply(edits.move_entry(self.planned.id, point))

    def set_depth(self, depth: float) -> None:
        """Set the depth to the physical tip, mm."""
        if self.planned is not None:
            self._apply(edits.set_depth(self.planned.id, max(0.0, depth)))

    def push(self, by_mm: float) -> None:
        """Push deeper, or pull back with a negative length."""
        if self.planned is not None:
            self.set_depth(self.planned.needle.depth + by_mm)

    def to_limit(self) -> None:
        """Set the depth to the limit depth of this line, rounded towards the skin to 0.1 mm.

        The shaft's length bounds it. Without a current result, or a limit, nothing moves.
        """
        planned = self.planned
        if planned is None:
            return
        found = current(self._session, planned.id)
        if found is None:
            self.on_refused(tr("The limit depth is still being computed; try again in a moment."))
        elif found.limit_depth is None:
            self.on_refused(tr(
                "No assessed zone limits this line within {mm} mm; what is not assessed may still "
                "lie there.", mm=f"{found.searched_length:g}",
            ))  # fmt: skip
        else:
            shallower = min(math.floor(found.limit_depth * 10) / 10, found.limit_depth)
            self.set_depth(shallower if planned.length is None else min(shallower, planned.length))

    def straighten(self) -> None:
        """Point the needle straight in; the azimuth stays."""
        self.set_tilt(0.0)

    def set_tilt(self, tilt_deg: float) -> None:
        """Lean the needle; the azimuth stays."""
        self._set_angles(tilt_deg, self.angles()[1])

    def set_azimuth(self, azimuth_deg: float) -> None:
        """Turn the needle about the skin normal; the tilt stays."""
        self._azimuth_deg = azimuth_deg % 360.0
        self._set_angles(self.angles()[0], azimuth_deg % 360.0)

    def turn(self, tilt_by_deg: float = 0.0, azimuth_by_deg: float = 0.0) -> None:
        """Nudge tilt and azimuth."""
        tilt, azimuth = self.angles()
        if azimuth_by_deg:
            self.set_azimuth(azimuth + azimuth_by_deg)
        if tilt_by_deg:
            self.set_tilt(min(max(tilt + tilt_by_deg, 0.0), 89.0))

    def _set_angles(self, tilt_deg: float, azimuth_deg: float) -> None:
        planned, normal = self.planned, self.normal()
        if planned is None or normal is None:
            return
        self._azimuth_deg = azimuth_deg
        direction = direction_from_angles(normal, tilt_deg, azimuth_deg)
        if tilt_deg <= _UPRIGHT_DEG:
            self._upright[_key(direction)] = azimuth_deg  # undo comes back to it
        self._apply(edits.set_direction(planned.id, direction))

    def slide(self, along_deg: float, mm: float) -> None:
        """Move the entry point along the skin: 0° towards the head, as the azimuth counts."""
        planned, normal = self.planned, self.normal()
        if planned is None or normal is None:
            return
        along = direction_from_angles(normal, 90.0, along_deg)
        there = nearest_on_skin(self._session.body, planned.needle.entry + mm * along)
        self._apply(edits.move_entry(planned.id, there))

    def set_diameter(self, diameter: float) -> None:
        """Set the shaft's diameter, mm."""
        if self.planned is not None:
            self._apply(edits.set_radius(self.planned.id, diameter / 2))

    def set_length(self, length: float | None) -> None:
        """Set the shaft's length, mm, or forget it."""
        if self.planned is not None:
            self._apply(edits.set_length(self.planned.id, length))

    def lock(self, on: bool) -> None:
        """Lock or unlock."""
        if self.planned is not None:
            self._apply(edits.lock(self.planned.id, on))

    def add(self, needle: Needle, length: float | None = None, name: str = "") -> None:
        """Add a needle and select it."""
        new_id = self.plan.free_needle_id()
        if self._apply(edits.add_needle(needle, name, needle_id=new_id, length=length)):
            self._session.select(new_id, _BY)

    def add_beside(self) -> None:
        """Add an unlocked copy of the selected needle and select it."""
        if self.planned is None:
            return
        new_id = self.plan.free_needle_id()
        if self._apply(edits.duplicate_needle(self.planned.id)):
            self._session.select(new_id, _BY)

    def remove(self) -> None:
        """Remove the selected needle."""
        if self.planned is not None:
            self._apply(edits.remove_needle(self.planned.id))


def _key(direction: NDArray[np.float64]) -> bytes:
    return np.round(direction, 9).tobytes()
