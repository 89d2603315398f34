"""Presenter of all needles of the plan: one `NeedlePresenter` each, made and dropped with them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from viewer.canvas.protocol import Canvas
from viewer.scene.colors import SceneColors
from viewer.scene.needle import NeedlePresenter, NeedleState, grip_depth
from viewer.scene.profile import profile
from viewer.scene.screen import Screen
from zones.assessment import Assessment, NeedleAssessment
from zones.plan import PlannedNeedle
from zones.session import Session

PREFIX = "needle/"


class Needles:
    """Keeps the drawn needles equal to the plan, the selection and the assessment."""

    def __init__(self, canvas: Canvas, theme: SceneColors) -> None:
        self._canvas = canvas
        self._theme = theme
        self._drawn: dict[str, NeedlePresenter] = {}

    @property
    def theme(self) -> SceneColors:
        """Colours beside anatomy."""
        return self._theme

    @theme.setter
    def theme(self, theme: SceneColors) -> None:
        self._theme = theme
        for presenter in self._drawn.values():
            presenter.theme = theme

    def show(
        self, session: Session, assessment: Assessment | None, editable: bool,
        hot: tuple[str, str], screen: Screen,
    ) -> None:  # fmt: skip
        """Draw the plan's needles; ``hot`` is (needle id, part) under the mouse."""
        plan = session.plan
        for key in set(self._drawn) - {planned.id for planned in plan.needles}:
            self._drawn.pop(key).clear()
        for position, planned in enumerate(plan.needles):
            known = _assessed(assessment, position, len(plan.needles))
            state = NeedleState(
                planned,
                selected=session.selection in (None, planned.id),
                editable=editable and session.selection == planned.id and not planned.locked,
                profile=profile(known) if known is not None else None,
                verdict=known.verdict if known is not None else None,
                hot=hot[1] if hot[0] == planned.id else "",
            )
            if planned.id not in self._drawn:
                self._drawn[planned.id] = NeedlePresenter(
                    self._canvas, PREFIX + planned.id, self._theme
                )
            self._drawn[planned.id].show(state, screen)

    def selected(self, session: Session) -> PlannedNeedle | None:
        """The selected needle, the last one if none is selected; ``None`` of an empty plan."""
        for planned in session.plan.needles:
            if planned.id == session.selection:
                return planned
        return session.plan.needles[-1] if session.plan.needles else None

    def selected_assessment(
        self, session: Session, assessment: Assessment | None
    ) -> NeedleAssessment | None:
        """The assessment of the selected needle; ``None`` while there is none."""
        needles = session.plan.needles
        planned = self.selected(session)
        if planned is None:
            return None
        return _assessed(assessment, needles.index(planned), len(needles))

    def other_pixels(self, session: Session, screen: Screen) -> list[NDArray[np.float64]]:
        """Where entry point, handle and tip of the needles that are not selected are."""
        chosen = self.selected(session)
        places = [
            point
            for planned in session.plan.needles
            if planned is not chosen
            for point in (planned.needle.entry, planned.needle.point_at(grip_depth(planned)),
                          planned.needle.tip)
        ]  # fmt: skip
        return list(screen.pixel(places)) if places else []

    def own_pixels(self, session: Session, screen: Screen) -> list[NDArray[np.float64]]:
        """Where the selected needle is, from its handle to its tip, close enough to see a gap."""
        chosen = self.selected(session)
        if chosen is None:
            return []
        depths = np.linspace(grip_depth(chosen), chosen.needle.depth, 25)[:, None]
        return list(screen.pixel(chosen.needle.entry + depths * chosen.needle.direction))

    def clear(self) -> None:
        """Take every needle off the canvas."""
        for presenter in self._drawn.values():
            presenter.clear()
        self._drawn.clear()


def _assessed(assessment: Assessment | None, position: int, count: int) -> NeedleAssessment | None:
    if assessment is None or len(assessment.needles) != count:
        return None
    return assessment.needles[position]
