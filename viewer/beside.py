"""The same needle in two people, side by side: a second view whose camera and plan follow.

The other one is a member of the same family, so that every needle keeps its place on the skin
(`zones.carry`). What is hidden or faded in one view is so in both; a cut stays with the first.
Nothing is edited over there: the plan belongs to the first body.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, QTimer

from meshes.body import Body, load_body
from meshes.errors import MeshError
from meshes.morph_names import read_name, sibling
from viewer.appearance import Appearance
from viewer.assessing import Assessing, current
from viewer.canvas.camera import CameraPose, moved_by
from viewer.canvas.interactive import InteractiveCanvas
from viewer.grading import Grading
from viewer.i18n.text import tr
from viewer.panels.side import OtherSide, Side, Sides
from viewer.scene.colors import SceneColors
from viewer.scene.director import SceneDirector
from viewer.scene.framing import frame_box
from viewer.scene.load import SceneData, load_scene
from viewer.tasks import Tasks
from viewer.theme.style import px, text_scale, theme
from zones.carry import carried_plan, is_carriable
from zones.change import Change, ChangeKind
from zones.edits import Edit
from zones.errors import ZoneError
from zones.session import Session

Window = Any
"""`viewer.window.Window`, which owns the comparison."""
_KEY, _FOLLOW = "beside", "follow"
_NARROW = 1700
"""Width of the window, px of the design, below which the structures make room."""


class _Looks:
    """The first view's looks with a camera of its own."""

    def __init__(self, view: Any) -> None:
        self._view = view
        self.camera: CameraPose | None = None

    def appearance(self, structure_id: str) -> Appearance | None:
        found: Appearance | None = self._view.appearance(structure_id)
        return found

    def subscribe(self, tell: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        stop: Callable[[], None] = self._view.subscribe(tell)
        return stop


class _Second:
    """Everything of the other person: canvas, scene, session, verdicts; closed as one."""

    def __init__(self, window: Window, body: Body, data: SceneData, tasks: Tasks) -> None:
        bench = window.bench
        plan = carried_plan(bench.session.plan, bench.session.body, body)
        self.body = body
        self.session = Session(body, plan)
        self.session.begin_gesture(_FOLLOW)  # one step for ever: nothing is undone over there
        self.canvas = InteractiveCanvas()
        self.canvas.widget.setMinimumSize(200, 180)
        self.director = SceneDirector(
            self.canvas,
            self.session,
            _Looks(bench.view),
            SceneColors.of(theme(), text_scale()),
            data,
        )
        self.canvas.handler = self.director.handle
        self.assessing = Assessing(self.session, tasks)
        self.grading = Grading(self.session, tasks)

    def close(self) -> None:
        """Stop following and release the canvas."""
        self.grading.close()
        self.assessing.close()
        self.director.detach()
        self.canvas.close()


class Beside:
    """Opens, keeps equal and closes the second view of a window."""

    def __init__(self, window: Window, sides: Sides) -> None:
        self._window, self._bench, self.sides = window, window.bench, sides
        self._second: _Second | None = None
        self._tasks: Tasks | None = None
        self._stops: list[Callable[[], None]] = []
        self._wanted, self._syncing, self._hid_left = "", False, False
        self._widths = [0, 0]
        self._on_view: Callable[[], None] = lambda: None

    @property
    def is_on(self) -> bool:
        """Whether somebody is compared, or on the way."""
        return bool(self._wanted)

    @property
    def body(self) -> Body | None:
        """The other body; ``None`` while it is on the way."""
        return self._second.body if self._second is not None else None

    @property
    def second(self) -> _Second | None:
        """The second view's parts, for tests and pictures."""
        return self._second

    # -- opening ------------------------------------------------------------------------------
    def toggle(self) -> None:
        """Open with the counterpart of the other sex, or close."""
        if self.is_on:
            self.close()
        else:
            self.open()

    def open(self, variant: str = "") -> None:
        """Compare with a named variant at the present breath."""
        now = self._member()
        if now is None:
            self._window.notices.tell(
                tr("Only the reference body has others to compare with."), "caution"
            )
            self._tell()
            return
        self._load(variant or self._wanted or _counterpart(now.variant, now.sex))

    def _member(self) -> Any:
        try:
            return read_name(self._bench.session.body.id)
        except MeshError:
            return None

    def _load(self, variant: str) -> None:
        first, now = self._bench.session.body, self._member()
        self._wanted = variant
        if self._tasks is None:
            self._tasks = Tasks()
        name = sibling(now, variant)

        def work(cancelled: Callable[[], bool]) -> tuple[Body, SceneData]:
            body = load_body(name)
            return body, load_scene(body, cancelled=cancelled)

        def done(made: tuple[Body, SceneData]) -> None:
            if self._bench.session.body is first and self._wanted == variant:
                self._window.show_busy("")
                self._show(*made)

        def failed(error: Exception) -> None:
            self._window.show_busy("")
            self._window.notices.tell(str(error), "caution")
            self.close()

        self._window.show_busy(tr("Making {name}…", name=name))
        self._tasks.submit(_KEY, work, done, failed, "long")
        self._tell()

    def _show(self, body: Body, data: SceneData) -> None:
        if not is_carriable(self._bench.session.body, body):
            self.close()
            return
        self._drop_second()
        assert self._tasks is not None
        try:
            second = _Second(self._window, body, data, self._tasks)
        except ZoneError as error:
            self._window.notices.tell(str(error), "caution")
            self.close()
            return
        self._second = second
        self._make_room()
        self.sides.open(OtherSide(second.canvas.widget, self.open, self.close))
        self.sides.first.show_body(self._bench.session.body)
        assert self.sides.second is not None
        self.sides.second.show_body(body)
        second.session.select(self._bench.session.selection)
        second.director.attach()
        director = self._window.director
        self._on_view = director.on_view
        director.on_view = self._first_turned
        second.director.on_view = self._second_turned
        self._stops = [
            self._bench.session.subscribe(self._hear),
            second.session.subscribe(lambda _: self.refresh()),
        ]
        self._bench.assessing.on_status.append(self.refresh)
        second.assessing.on_status.append(self.refresh)
        second.grading.on_status.append(self.refresh)
        second.assessing.start()
        second.grading.start()
        self._first_turned()
        self.refresh()

    def _make_room(self) -> None:
        left = self._window.docks.left
        if left.isVisible() and self._window.width() < px(_NARROW):
            self._widths = [left.width(), self._window.docks.upper.width()]
            left.hide()
            self._hid_left = True

    # -- following ----------------------------------------------------------------------------
    def _hear(self, change: Change) -> None:
        second = self._second
        if second is None:
            return
        session = self._bench.session
        if ChangeKind.BODY in change.kinds:
            if self._member() is None:
                self.close()
            else:
                self._load(self._wanted)
            return
        if change.kinds & {ChangeKind.NEEDLES, ChangeKind.ZONES}:
            plan = carried_plan(session.plan, session.body, second.body)
            second.session.apply(Edit(_FOLLOW, _FOLLOW, lambda _: plan), _FOLLOW)
        if ChangeKind.SELECTION in change.kinds:
            second.session.select(session.selection)
        self.refresh()

    def refresh(self) -> None:
        """Say on both sides what is current."""
        second, other = self._second, self.sides.second
        if second is None or other is None:
            return
        second.assessing.look_through_breath(self._bench.assessing.through_breath)
        _say(self.sides.first, self._bench.session, self._bench.assessing)
        _say(other, second.session, second.assessing)
        other.show_card(second.grading.card, second.grading.failure)

    def _first_turned(self) -> None:
        self._on_view()
        second = self._second
        if second is not None and not self._syncing:
            self._syncing = True
            pose = self._window.canvas.camera
            second.canvas.set_camera_moving(moved_by(pose, self._offset()))
            self._syncing = False

    def _second_turned(self) -> None:
        second = self._second
        if second is not None and not self._syncing:
            self._syncing = True
            pose = second.canvas.camera
            self._window.canvas.set_camera_moving(moved_by(pose, -self._offset()))
            self._syncing = False

    def _offset(self) -> np.ndarray:
        """From the first body to the second, mm: what is compared lies at one place of both."""
        second, session = self._second, self._bench.session
        assert second is not None
        mine, theirs = self._bench.desk.planned, None
        if mine is not None:
            theirs = next((p for p in second.session.plan.needles if p.id == mine.id), None)
        if mine is not None and theirs is not None:
            return np.asarray(theirs.needle.entry - mine.needle.entry)
        boxes = [np.asarray(frame_box(body)).mean(axis=0) for body in (session.body, second.body)]
        return np.asarray(boxes[1] - boxes[0])

    # -- looks --------------------------------------------------------------------------------
    def restyle(self) -> None:
        """Follow theme, text size and language: the second view is made again."""
        self.sides.first.restyle()
        if self._second is not None:
            data, body = self._second.director.data, self._second.body
            self._show(body, data)

    # -- closing ------------------------------------------------------------------------------
    def _drop_second(self) -> None:
        second, self._second = self._second, None
        if second is None:
            return
        for stop in self._stops:
            stop()
        self._stops = []
        if self.refresh in self._bench.assessing.on_status:
            self._bench.assessing.on_status.remove(self.refresh)
        self._window.director.on_view = self._on_view
        second.close()
        self.sides.close_second()

    def close(self) -> None:
        """The first view alone, with everything as it was."""
        self._wanted = ""
        if self._tasks is not None:
            self._tasks.shutdown()
            self._tasks = None
        window, size = self._window, self._window.size()
        self._drop_second()
        if self._hid_left:
            self._hid_left = False
            docks = self._window.docks
            docks.left.show()
            across = Qt.Orientation.Horizontal
            window.resizeDocks([docks.left, docks.upper], self._widths, across)
            if not window.isMaximized():  # the two views' least width still counts for a moment
                QTimer.singleShot(0, window, lambda: window.resize(size))
        self._tell()

    def _tell(self) -> None:
        self._window.actions_by_id["beside"].setChecked(self.is_on)


def _counterpart(variant: str, sex: str) -> str:
    """The same number of the other sex; the average one for a person without a name."""
    number = variant[1:] if variant else "1"
    return ("F" if sex == "male" else "M") + number


def _say(side: Side, session: Session, assessing: Assessing) -> None:
    """Show the current verdict of the selected needle, or that there is none."""
    needles = session.plan.needles
    planned = next(
        (p for p in needles if p.id == session.selection), needles[-1] if needles else None
    )
    if planned is None:
        side.verdict.show_nothing()
        return
    found = current(session, planned.id)
    if found is not None:
        side.verdict.show_result(found)
    elif assessing.failure:
        side.verdict.show_failed(assessing.failure)
    else:
        side.verdict.show_computing()
