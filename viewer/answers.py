"""The questions around a needle, kept together: directions, the skin's map, drifts, the profile.

One part of the workbench; what is switched on in the view is said here, so that a panel made anew
and the scene agree.
"""

from __future__ import annotations

from collections.abc import Callable

from viewer.assessing import Assessing
from viewer.cone_desk import ConeDesk
from viewer.drift_desk import DriftDesk
from viewer.map_desk import MapDesk
from viewer.needle_desk import NeedleDesk
from viewer.needles_desk import NeedlesDesk
from viewer.own_points_desk import OwnPointsDesk
from viewer.profile_desk import ProfileDesk
from viewer.shell_desk import ShellDesk
from viewer.tasks import Tasks
from zones.session import Session


class Answers:
    """The desks of one window."""

    def __init__(
        self, session: Session, desk: NeedleDesk, tasks: Tasks, assessing: Assessing
    ) -> None:
        self.cone = ConeDesk(session, desk, tasks, assessing)
        self.map = MapDesk(session, desk, tasks, assessing)
        self.drift = DriftDesk(session, desk, tasks, assessing)
        self.profile = ProfileDesk(session, desk, tasks, assessing)
        self.shell = ShellDesk(session, desk, tasks, assessing)
        self.needles = NeedlesDesk(session, desk, tasks, assessing)
        self.own_points = OwnPointsDesk(session, desk)
        self.path_score_on = False
        self.dome_on = False
        self.on_toggle: list[Callable[[], None]] = []

    def show_dome(self, on: bool) -> None:
        """Show or hide the dome of directions in the view."""
        if on != self.dome_on:
            self.dome_on = on
            self._tell()

    def _tell(self) -> None:
        for tell in tuple(self.on_toggle):
            tell()

    def close(self) -> None:
        """Stop listening and cancel."""
        self.cone.close()
        self.map.close()
        self.drift.close()
        self.profile.close()
        self.shell.close()
        self.needles.close()
