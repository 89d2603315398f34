"""`SceneDirector`: keeps the canvas equal to session and view state, and hands the mouse on.

It owns the presenters and knows when each has to look again. It draws nothing itself, computes no
distance and knows no Qt.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Literal

import numpy as np

from meshes.body import Body
from viewer.canvas import camera
from viewer.canvas.protocol import Canvas, Pointer
from viewer.scene.closest import ClosestPresenter
from viewer.scene.colors import SceneColors
from viewer.scene.cube import OrientationCube
from viewer.scene.frame_marks import FrameMarks
from viewer.scene.framing import frame_box, outside_of
from viewer.scene.hover import Hover
from viewer.scene.load import SceneData, load_scene
from viewer.scene.mouse import Mouse
from viewer.scene.needles import Needles
from viewer.scene.points import Mark, PointMarks
from viewer.scene.referral import ReferralPresenter
from viewer.scene.screen import Screen
from viewer.scene.structures import Structures
from viewer.scene.view import View
from zones.change import Change, ChangeKind
from zones.needle import Needle
from zones.plan import PlannedNeedle
from zones.session import Result, Session
from zones.skin import skin_normal

Mode = Literal["explore", "edit"]
ASSESSMENT = "assess"
"""Key under which the session keeps its `Assessment` (`viewer.assessing`)."""

FIRST_VIEW = "posterior"
_NEEDLE_KINDS = {ChangeKind.NEEDLES, ChangeKind.SELECTION, ChangeKind.RESULTS, ChangeKind.ZONES}


class SceneDirector:
    """The scene of one canvas.

    Give it as ``canvas.handler`` its `handle`. ``on_hover(structure_id, point)`` tells what lies
    under the mouse, ``on_click`` what was clicked in Explore.
    """

    def __init__(
        self,
        canvas: Canvas,
        session: Session,
        view: View,
        theme: SceneColors,
        data: SceneData | None = None,
    ) -> None:
        self.canvas = canvas
        self.session = session
        self._view = view
        self._theme = theme
        self._data = data
        self._drawn: Result | None = None
        self.mode: Mode = "explore"
        self.on_hover: Callable[[str | None, np.ndarray | None], None] = lambda *_: None
        self.on_click: Callable[[str | None, np.ndarray | None], None] = lambda *_: None
        self.on_placed: Callable[[PlannedNeedle], None] = lambda planned: None
        self.on_view: Callable[[], None] = lambda: None
        self.structures = Structures(canvas, view)
        self.needles = Needles(canvas, theme)
        self._closest = ClosestPresenter(canvas, theme)
        self._marks = FrameMarks(canvas, theme)
        self.points = PointMarks(canvas, theme)
        self.referral = ReferralPresenter(canvas)
        self.cube = OrientationCube(canvas, theme)
        self.hover = Hover(canvas, theme)
        self.mouse = Mouse(self)
        self._stops: list[Callable[[], None]] = []

    # -- life ---------------------------------------------------------------------------------
    def attach(self) -> None:
        """Show everything and follow every change from now on."""
        self._stops = [
            self.session.subscribe(self._on_change),
            self._view.subscribe(self._on_look),
        ]
        self.canvas.on_camera = self.camera_moved
        self.canvas.background(self._theme.bottom, self._theme.top)
        self._show_body()

    def detach(self) -> None:
        """Stop following; what is drawn stays until the canvas closes."""
        self.mouse.cancel()
        for stop in self._stops:
            stop()
        self._stops = []
        self.canvas.on_camera = lambda: None

    def prepare(self, data: SceneData) -> None:
        """Hand over what was loaded for a body that is about to be opened (or is open)."""
        self._data = data

    @property
    def given(self) -> SceneData | None:
        """What was handed over last; ``None`` before that."""
        return self._data

    def redraw(self, data: SceneData) -> None:
        """Take better copies of the open body; camera and looks stay."""
        if data.body_hash == self.session.body.content_hash:
            self._data = data
            self.structures.show(self.body, data.drawings)

    @property
    def data(self) -> SceneData:
        """Copies and index of the open body; made now if nobody prepared them."""
        if self._data is None or self._data.body_hash != self.session.body.content_hash:
            self._data = load_scene(self.session.body)
        return self._data

    @property
    def theme(self) -> SceneColors:
        """The colours in force."""
        return self._theme

    @property
    def body(self) -> Body:
        """The open body."""
        return self.session.body

    @property
    def screen(self) -> Screen:
        """The screen as it stands."""
        return Screen.of(self.canvas)

    # -- following ----------------------------------------------------------------------------
    def _on_change(self, change: Change) -> None:
        if ChangeKind.BODY in change.kinds:
            self.mouse.cancel()
            self._view.camera = None
            self._show_body()
        elif change.kinds & _NEEDLE_KINDS:
            known = self.session.results.get(ASSESSMENT)
            if change.kinds == {ChangeKind.RESULTS} and known is self._drawn:
                return  # the edit's own notice found the result already there, and drew it
            self.refresh()

    def _on_look(self, structure_ids: frozenset[str]) -> None:
        self.structures.restyle(structure_ids)
        if self.hover.shown in structure_ids:
            self.hover.show(None, None)

    def _show_body(self) -> None:
        self.hover.show(None, None)
        self.structures.show(self.body, self.data.drawings)
        if self._view.camera is None:
            self.go_to_view(FIRST_VIEW)
        else:
            self.canvas.camera = self._view.camera
            self.camera_moved()

    def camera_moved(self) -> None:
        """The pose or the size of the canvas changed: what keeps its size follows."""
        if not self._stops:
            return
        self._view.camera = self.canvas.camera
        screen = self.screen
        self._marks.show(screen)
        self.cube.show(screen)
        self.points.follow(screen)
        self.refresh(screen)
        self.on_view()

    def refresh(self, screen: Screen | None = None) -> None:
        """Draw needles and closest approach as the session has them now."""
        if not self._stops:
            return
        seen = screen or self.screen
        result = self.session.results.get(ASSESSMENT)
        assessment = result.value if result is not None else None
        self._drawn = result
        self.needles.show(self.session, assessment, self.mode == "edit", self.mouse.hot, seen)
        told = self.needles.selected_assessment(self.session, assessment)
        keep_clear = [
            *self.needles.own_pixels(self.session, seen),
            *self.needles.other_pixels(self.session, seen),
            *self.points.chosen_pixels(seen),
        ]
        self._closest.show(told, seen, keep_clear, self._marks.boxes(seen))

    # -- asked from outside -------------------------------------------------------------------
    def set_mode(self, mode: Mode) -> None:
        """``explore``: drags navigate; ``edit``: clicks and handles change the needle."""
        if mode != self.mode:
            self.mouse.cancel()
            self.mode = mode
            self.hover.show(None, None)
            self.refresh()

    def set_theme(self, theme: SceneColors) -> None:
        """Follow another theme."""
        self._theme = theme
        for part in (
            self.needles, self._closest, self._marks, self.points, self.cube, self.hover
        ):  # fmt: skip
            part.theme = theme
        if self._stops:
            self.canvas.background(theme.bottom, theme.top)
            self.camera_moved()

    def go_to_view(self, name: str) -> None:
        """Show a standard view of the trunk."""
        width, height = self.canvas.size
        box = frame_box(self.body)
        self.canvas.camera = camera.looking(name, box, max(width, 1) / max(height, 1))
        self.camera_moved()

    @property
    def closest_plate(self) -> tuple[float, float, float, float] | None:
        """Where the least clearance is written: left, top, right, bottom, pixels."""
        return self._closest.plate

    def look_at_needle(self, turn_deg: float = 35.0, radius_mm: float = 95.0) -> None:
        """Show the selected needle obliquely from outside; without a needle the first view."""
        planned = self.needles.selected(self.session)
        if planned is None:
            self.reset_view()
            return
        needle = planned.needle
        width, height = self.canvas.size
        has_skin = self.body.skin is not None
        inward = skin_normal(self.body, needle.entry) if has_skin else needle.direction
        pose = outside_of(needle, -inward, turn_deg)
        middle = needle.point_at(needle.depth / 2)
        box = np.stack([middle - radius_mm, middle + radius_mm])
        self.canvas.camera = camera.fitted(pose, box, max(width, 1) / max(height, 1), 1.25)
        self.camera_moved()

    def look_at(self, needle: Needle, outward: np.ndarray, radius_mm: float = 120.0) -> None:
        """Show an approach from outside the skin, whose normal is ``outward`` (3,)."""
        width, height = self.canvas.size
        box = np.stack([needle.entry - radius_mm, needle.entry + radius_mm])
        pose = outside_of(needle, outward, 18.0)
        self.canvas.camera = camera.fitted(pose, box, max(width, 1) / max(height, 1), 1.25)
        self.camera_moved()

    def show_points(self, marks: Sequence[Mark]) -> None:
        """Draw these points and landmarks from now on."""
        self.points.show(marks, self.screen)

    def reset_view(self) -> None:
        """Show the first view again."""
        self.go_to_view(FIRST_VIEW)

    def focus_on(self, point: np.ndarray, factor: float = 1.0) -> None:
        """Turn about this point from now on, ``factor`` times nearer."""
        pose = camera.centred(self.canvas.camera, point)
        self.canvas.camera = camera.zoomed(pose, factor)
        self.camera_moved()

    def handle(self, pointer: Pointer) -> bool:
        """Take a mouse event; ``False`` leaves it to navigation."""
        return self.mouse.handle(pointer)

    def cancel(self) -> bool:
        """Give up the gesture in progress (Esc); ``False`` if there is none."""
        return self.mouse.cancel()
