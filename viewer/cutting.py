"""The cut through the drawn body: chosen, moved, flipped; its caps computed off the main thread.

Part of the view, not of the plan. The latest wins: while a handle is dragged the picture follows as
fast as caps are made, and what is drawn is always one plane, body and caps together.
"""

from __future__ import annotations

import functools
from collections.abc import Callable

import numpy as np

from meshes.index.answers import Pick
from meshes.section import winding
from viewer.canvas.protocol import Pointer
from viewer.i18n.text import tr
from viewer.needle_desk import NeedleDesk
from viewer.scene.director import SceneDirector
from viewer.scene.mouse import FAINT
from viewer.scene.picking import pick_structure
from viewer.scene.section_cut import CutPresenter, pull
from viewer.section_caps import NORMALS, Caps, Cut, make_caps
from viewer.section_slice import slice_plane
from viewer.slicing import Slicing
from viewer.tasks import Tasks
from viewer.view_state import ViewState
from zones.change import Change, ChangeKind
from zones.session import Session

KEY = "cut"
_GRAB_PX = 13.0
_SIDEWAYS = 0.3
"""Seen from the side, a cut takes away its usual half: the upper, the left, the back."""


class Cutting:
    """One cut of one scene. ``on_change`` is called when the cut is another."""

    def __init__(
        self, session: Session, desk: NeedleDesk, view: ViewState, tasks: Tasks,
        slicing: Slicing, director: SceneDirector,
    ) -> None:  # fmt: skip
        self._session, self._desk, self._view = session, desk, view
        self._tasks, self._slicing, self._director = tasks, slicing, director
        self.presenter = CutPresenter(director.canvas, director.theme)
        self.cut: Cut | None = None
        self.on_change: list[Callable[[], None]] = []
        self.on_drag: Callable[[], None] = lambda: None
        self._drag: tuple[Cut, np.ndarray, np.ndarray] | None = None
        self._stops = [session.subscribe(self._hear), view.subscribe(lambda _: self._make())]
        slicing.on_change.append(self._follow_slice)

    # -- verbs --------------------------------------------------------------------------------
    def choose(self, kind: str) -> None:
        """Cut this way through the tip of the needle or the middle of the view; "" ends it."""
        if not kind:
            self.set(None)
            return
        toward = self._director.canvas.camera.toward_eye
        if kind == "needle":
            cut = self._along_needle(toward)
            if cut is None:
                self._desk.on_refused(tr("There is no needle to cut along; place one first."))
                self._tell()
                return
        else:
            normal = np.array(NORMALS.get(kind, toward))
            if normal @ toward < -_SIDEWAYS:
                normal = -normal
            cut = _cut(kind, self._middle(), normal)
        self.set(cut)

    def set(self, cut: Cut | None) -> None:
        """Cut exactly here."""
        if cut != self.cut:
            self.cut = cut
            self._make()
            self._tell()

    def move(self, mm: float) -> None:
        """Move the plane along its normal; a cut along the needle becomes a free one."""
        if self.cut is not None:
            cut = self.cut.moved(mm)
            self.set(Cut("free", cut.origin, cut.normal) if cut.kind == "needle" else cut)

    def flip(self) -> None:
        """Take the other half away."""
        if self.cut is not None:
            self.set(self.cut.flipped())

    def _middle(self) -> np.ndarray:
        planned = self._desk.planned
        if planned is not None:
            return planned.needle.point_at(planned.needle.depth)
        return np.asarray(self._director.canvas.camera.focal)

    def _along_needle(self, toward: np.ndarray) -> Cut | None:
        planned = self._desk.planned
        if planned is None:
            return None
        plane = slice_plane(planned.needle, self._desk.normal(), self._slicing.turn_deg)
        normal = plane.normal if plane.normal @ toward >= 0 else -plane.normal
        return _cut("needle", planned.needle.entry, normal)

    # -- following ----------------------------------------------------------------------------
    def _hear(self, change: Change) -> None:
        if ChangeKind.BODY in change.kinds:
            self.set(None)
        elif change.kinds & {ChangeKind.NEEDLES, ChangeKind.SELECTION}:
            self._follow_slice()

    def _follow_slice(self) -> None:
        if self.cut is not None and self.cut.kind == "needle":
            self.set(self._along_needle(np.array(self.cut.normal)))

    def _make(self) -> None:
        cut, body = self.cut, self._session.body
        if cut is None:
            self._tasks.cancel(KEY)
            self.presenter.clear()
            return
        shown, colors = [], {}
        for key in body.structures:
            look = self._view.appearance(key)
            if look is not None and look.visible and look.opacity > 0.004:
                shown.append(key)
                colors[key] = look.color

        def work(cancelled: Callable[[], bool]) -> Caps:
            return make_caps(body, cut, shown, colors, cancelled)

        def done(caps: Caps) -> None:
            if caps.cut == self.cut and body is self._session.body:
                if self._drag is not None:
                    self.on_drag()
                self.presenter.show(caps, self._director.screen)

        self._tasks.submit(KEY, work, done, lane="picture", patience_ms=8.0)

    def follow_camera(self) -> None:
        """Keep the handle in reach."""
        if self.presenter.shown is not None:
            self.presenter.follow(self._director.screen)

    # -- what is under the mouse --------------------------------------------------------------
    def is_cut_away(self, point: np.ndarray) -> bool:
        """Whether a world point lies in what is taken away."""
        caps = self.presenter.shown
        return caps is not None and float(caps.cut.plane.height(point)[0]) > 1e-6

    def pick(self, pixel: np.ndarray) -> Pick | None:
        """What is seen at a pixel: a cut face where there is one, else what lies behind it."""
        scene = self._director
        caps, body, index = self.presenter.shown, scene.body, scene.data.index
        shown = scene.structures.visible()
        faint = functools.partial(_is_faint, scene)
        if caps is None or index is None:
            return pick_structure(body, index, shown, pixel, scene.screen, faint)
        plane = caps.cut.plane
        origin, direction = scene.screen.ray(pixel)
        height, fall = float(plane.height(origin)[0]), float(direction @ plane.normal)
        if height <= 0:
            hit = index.pick(origin, direction, ids=[k for k in shown if k in index.row])
            return hit if hit is not None and not self.is_cut_away(hit.point) else None
        if fall >= -1e-9:
            return None
        at = origin - height / fall * direction
        name = _on_face(caps, plane.flat(at)[0])
        if name:
            return Pick(name, at, -height / fall, plane.normal, -1)
        return index.pick(at, direction, ids=[k for k in shown if k in index.row])

    # -- mouse --------------------------------------------------------------------------------
    def handle(self, pointer: Pointer) -> bool:
        """Take a mouse event on the handle; ``False`` leaves it to the scene."""
        grip, screen = self.presenter.grip, self._director.screen
        if grip is None or self.cut is None:
            self._drag = None
            return False
        at = np.array([pointer.x, pointer.y]) / screen.scale
        near = bool(np.linalg.norm(screen.pixel([grip])[0] - at) <= _GRAB_PX)
        if pointer.kind == "hover":
            self.presenter.warm(near, screen)
            return near
        if pointer.kind == "press" and pointer.button == "left" and near:
            self._drag = (self.cut, at, grip.copy())
            return True
        if self._drag is None:
            return False
        cut, start, held = self._drag
        if pointer.kind == "move":
            moved = cut.moved(pull(held, np.array(cut.normal), at - start, screen))
            self.set(Cut("free", moved.origin, moved.normal) if cut.kind == "needle" else moved)
        elif pointer.kind == "release":
            self._drag = None
        return True

    def cancel(self) -> bool:
        """Give up a drag: the plane is back; ``False`` if there is none."""
        if self._drag is None:
            return False
        cut, self._drag = self._drag[0], None
        self.set(cut)
        return True

    def _tell(self) -> None:
        for tell in tuple(self.on_change):
            tell()

    def close(self) -> None:
        """Stop listening and cancel."""
        for stop in self._stops:
            stop()
        if self._follow_slice in self._slicing.on_change:
            self._slicing.on_change.remove(self._follow_slice)
        self._tasks.cancel(KEY)


def _is_faint(scene: SceneDirector, key: str) -> bool:
    return scene.structures.opacity(key) < FAINT


def _on_face(caps: Caps, spot: np.ndarray) -> str:
    """The structure drawn on top at plane coordinates (2,); empty beside every face."""
    found = ""
    for key, section in caps.sections.items():
        if section.closed and winding(section, spot):
            found = key
    return found


def _cut(kind: str, origin: np.ndarray, normal: np.ndarray) -> Cut:
    (a, b, c), (x, y, z) = (tuple(float(v) for v in way) for way in (origin, normal))
    return Cut(kind, (a, b, c), (x, y, z))
