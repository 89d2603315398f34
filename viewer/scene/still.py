"""A picture of a plan without a window: the scene, and below it verdict, body and notice.

The same presenters as in the window draw it, from results that are already there.
"""

from __future__ import annotations

import textwrap
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from viewer import describe
from viewer.canvas import camera
from viewer.canvas.protocol import Canvas, Color, TextLook
from viewer.i18n.text import tr
from viewer.notices_text import notice
from viewer.scene import colors
from viewer.scene.colors import LIGHT, SceneColors, mixed
from viewer.scene.director import ASSESSMENT, SceneDirector
from viewer.scene.load import SceneData
from viewer.scene.view import PlainView, View
from zones.assessment import Assessment, NeedleAssessment, Verdict
from zones.change import ChangeKind
from zones.plan import Plan
from zones.session import Session, result_for

CLOSE_UP = "needle"
"""The view that is none of the six: the first needle, seen obliquely from outside."""

VIEWS = (*camera.STANDARD_VIEWS, CLOSE_UP)
CanvasOf = Callable[[tuple[int, int]], Canvas]
Picture = NDArray[np.uint8]
_SMALLEST_FOOT = 96


def draw_still(
    canvas_of: CanvasOf,
    body: Body,
    plan: Plan,
    assessment: Assessment,
    view: str = CLOSE_UP,
    size: tuple[int, int] = (1600, 1100),
    data: SceneData | None = None,
    theme: SceneColors = LIGHT,
    looks: View | None = None,
) -> Picture:
    """Draw a plan; returns (height, width, 3).

    ``canvas_of`` makes a canvas of a size in pixels (`viewer.canvas.offscreen`); each is closed
    here. ``view`` is one of `VIEWS`.
    """
    foot = _Foot(body, assessment, size[0], theme)
    height = max(size[1] - foot.height, 64)
    canvas = canvas_of((size[0], height))
    try:
        picture = _scene(canvas, body, plan, assessment, view, data, theme, looks)
    finally:
        canvas.close()
    below = canvas_of((size[0], foot.height))
    try:
        return np.concatenate([picture, foot.draw(below)], axis=0)[: size[1]]
    finally:
        below.close()


def _scene(
    canvas: Canvas, body: Body, plan: Plan, assessment: Assessment, view: str,
    data: SceneData | None, theme: SceneColors, looks: View | None,
) -> Picture:  # fmt: skip
    session = Session(body, plan)
    if plan.needles:
        session.select(plan.needles[0].id)
    director = SceneDirector(canvas, session, looks or PlainView(), theme, data)
    director.attach()
    try:
        session.accept(result_for(session, ASSESSMENT, [ChangeKind.NEEDLES], assessment))
        if view in camera.STANDARD_VIEWS:
            director.go_to_view(view)
        else:
            director.look_at_needle()
        return canvas.screenshot()
    finally:
        director.detach()


class _Foot:
    """The band below the picture: what is claimed, about which body, and what it is not for."""

    def __init__(self, body: Body, assessment: Assessment, width: int, theme: SceneColors) -> None:
        self._theme = theme
        self._width = width
        self._worst = _worst_needle(assessment)
        letters = max(int((width - 60) / 7.4), 40)
        self._notice = textwrap.wrap(notice(), letters)
        self._body = body_line(body)
        self.height = max(_SMALLEST_FOOT, 84 + 17 * len(self._notice))

    def draw(self, canvas: Canvas) -> Picture:
        """Draw the band, with a stripe in the colour of the verdict on its left."""
        theme = self._theme
        canvas.background(theme.plate, theme.plate)
        worst = self._worst
        title = describe.verdict_word(worst.verdict) if worst else tr("No needle")
        self._line(canvas, "title", title, 30, 14, 22, True)
        self._line(canvas, "reason", describe.reason(worst) if worst else "", 30, 42, 14, False)
        for i, text in enumerate([self._body, *self._notice]):
            color = mixed(theme.text, theme.plate, 0.25)
            self._line(canvas, f"line{i}", text, 30, 64 + 17 * i, 12, False, color)
        picture = canvas.screenshot()
        verdict = worst.verdict if worst else None
        picture[:, :12] = np.rint(255 * np.array(colors.of_verdict(verdict)))
        if verdict is Verdict.NOT_ASSESSED:  # grey and hatched: colour never says it alone
            y, x = np.mgrid[: picture.shape[0], :12]
            picture[:, :12][(x + y) % 12 < 5] = 238
        return picture

    def _line(
        self, canvas: Canvas, key: str, text: str, x: float, y: float, size: int, bold: bool,
        color: Color | None = None,
    ) -> None:  # fmt: skip
        look = TextLook(color or self._theme.text, size, bold, anchor=("left", "top"))
        canvas.label(key, text, (x / self._width, 1.0 - y / self.height), look)


def _worst_needle(assessment: Assessment) -> NeedleAssessment | None:
    order = list(Verdict)
    return min(assessment.needles, key=lambda n: order.index(n.verdict), default=None)


def body_line(body: Body) -> str:
    """Whose distances these are: body, sex, stature, mass, posture, breathing, version."""
    subject = body.subject
    parts = [body.name]
    if subject.sex:
        parts.append({"male": tr("male"), "female": tr("female")}.get(subject.sex, subject.sex))
    if subject.stature_cm:
        parts.append(tr("{cm} cm", cm=f"{subject.stature_cm:g}"))
    if subject.mass_kg:
        parts.append(tr("{kg} kg", kg=f"{subject.mass_kg:g}"))
    parts += [tr(part) for part in (body.posture, body.phase) if part]
    parts.append(tr("version {version}", version=body.version))
    return " · ".join(parts)
