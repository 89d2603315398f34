"""What the mouse does to the needle: grab, drag, click, wheel. Navigation is the canvas's.

A press on a handle in Edit opens one gesture; everything until the release is one undo step. A
click that moved less than a few pixels places the entry point; a longer drag beside the needle
turns the view in both modes, so that nothing is moved by accident.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal, Protocol

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from meshes.index.answers import Pick
from viewer.canvas.protocol import Canvas, Pointer
from viewer.scene import gestures
from viewer.scene.cube import OrientationCube
from viewer.scene.gestures import DepthDrag, EntryDrag, Part, TurnDrag
from viewer.scene.hover import Hover
from viewer.scene.load import SceneData
from viewer.scene.needle import grip_depth
from viewer.scene.needles import Needles
from viewer.scene.picking import pick_skin, pick_structure
from viewer.scene.screen import Screen
from viewer.scene.structures import Structures, shape_of
from zones import edits
from zones.edits import Edit
from zones.needle import Needle
from zones.plan import PlannedNeedle
from zones.session import Session
from zones.skin import skin_normal

BY = "scene"
_CLICK_PX = 4.0
FAINT = 0.08
Vector = NDArray[np.float64]
Follow = Callable[[Vector], Needle | None]


class Stage(Protocol):
    """What the mouse asks of its scene (`viewer.scene.director.SceneDirector`)."""

    canvas: Canvas
    session: Session
    mode: Literal["explore", "edit"]
    structures: Structures
    needles: Needles
    cube: OrientationCube
    hover: Hover
    on_hover: Callable[[str | None, Vector | None], None]
    on_click: Callable[[str | None, Vector | None], None]
    on_placed: Callable[[PlannedNeedle], None]

    @property
    def body(self) -> Body:
        """The open body."""
        ...

    @property
    def data(self) -> SceneData:
        """Its drawing copies and its index."""
        ...

    @property
    def screen(self) -> Screen:
        """The screen as it stands."""
        ...

    def refresh(self) -> None:
        """Draw the needles again."""
        ...

    def go_to_view(self, name: str) -> None:
        """Show a standard view."""
        ...

    def focus_on(self, point: Vector) -> None:
        """Turn about a point."""
        ...


class Mouse:
    """The mouse over one scene. ``hot`` is (needle id, part) under it, in Edit."""

    def __init__(self, scene: Stage) -> None:
        self._scene = scene
        self.hot: tuple[str, str] = ("", "")
        self._pressed: Vector | None = None
        self._drag: tuple[PlannedNeedle, str, Follow] | None = None
        self._gesture_number = 0
        self.pick: Callable[[Vector], Pick | None] = self._pick
        self.is_cut_away: Callable[[Vector], bool] = lambda point: False

    # -- events -------------------------------------------------------------------------------
    def handle(self, pointer: Pointer) -> bool:
        """Take an event; ``False`` leaves it to navigation."""
        pixel = np.array([pointer.x, pointer.y]) / self._scene.canvas.scale
        if pointer.kind == "press":
            return self._press(pointer, pixel)
        if pointer.kind == "move":
            return self._move(pixel)
        if pointer.kind == "release":
            return self._release(pointer, pixel)
        if pointer.kind == "wheel":
            return self._wheel(pointer, pixel)
        if pointer.kind == "double":
            return self._double(pixel)
        self._hover(pixel if pointer.kind == "hover" else None)
        return False

    def cancel(self) -> bool:
        """Give up the drag: the plan at the press is back."""
        if self._drag is None:
            return False
        self._drag = None
        self._scene.session.cancel_gesture(BY)
        self._set_hot("", "")
        return True

    def _press(self, pointer: Pointer, pixel: Vector) -> bool:
        if self._drag is not None:
            return True
        if pointer.button != "left" or pointer.shift:
            self._pressed = None
            return False
        face = self._scene.cube.face_at(pixel, self._scene.screen)
        if face:
            self._pressed = None
            self._scene.go_to_view(face)
            return True
        self._pressed = pixel
        found = self._grabbed(pixel) if self._scene.mode == "edit" else None
        if found is None:
            return False
        planned, part = found
        follow = self._follow(planned, part, pixel)
        if follow is None:
            return False
        self._pressed = None
        self._gesture_number += 1
        gesture = f"{BY}-{part}-{self._gesture_number}"
        self._scene.session.begin_gesture(gesture)
        self._drag = (planned, gesture, follow)
        self._scene.hover.show(None, None)
        self._set_hot(planned.id, part)
        return True

    def _move(self, pixel: Vector) -> bool:
        if self._drag is None:
            return False
        planned, gesture, follow = self._drag
        needle = follow(pixel)
        if needle is not None:
            self._scene.session.apply(_moved(planned.id, needle, gesture), gesture, BY)
        return True

    def _release(self, pointer: Pointer, pixel: Vector) -> bool:
        if self._drag is not None:
            if pointer.button == "left":
                self._drag = None
                self._scene.session.end_gesture(BY)
                self._hover(pixel)
            return True
        pressed, self._pressed = self._pressed, None
        if pressed is not None and np.abs(pixel - pressed).max() <= _CLICK_PX:
            self._click(pixel)
            return True
        return False

    def _wheel(self, pointer: Pointer, pixel: Vector) -> bool:
        found = self._grabbed(pixel) if self._scene.mode == "edit" else None
        if found is None or self._drag is not None:
            return self._drag is not None
        planned, _ = found
        reach = gestures.numbers()["reach"]
        step = reach["wheel_fine_step_mm" if pointer.shift else "wheel_step_mm"]
        wanted = planned.needle.depth + pointer.steps * step
        depth = float(np.clip(wanted, 0.0, max(gestures.deepest(planned), planned.needle.depth)))
        self._scene.session.apply(edits.set_depth(planned.id, depth), None, BY)
        return True

    def _double(self, pixel: Vector) -> bool:
        if self._scene.mode == "explore":
            hit = self._under(pixel)
            if hit is not None:
                self._scene.focus_on(hit.point)
        return True

    # -- hover --------------------------------------------------------------------------------
    def _hover(self, pixel: Vector | None) -> None:
        scene = self._scene
        if pixel is None:
            self._set_hot("", "")
            scene.hover.show(None, None)
            scene.on_hover(None, None)
            return
        part = self._grabbed(pixel) if scene.mode == "edit" else None
        self._set_hot(*((part[0].id, part[1]) if part else ("", "")))
        hit = self._under(pixel)
        if hit is None:
            scene.hover.show(None, None)
            scene.on_hover(None, None)
            return
        lit = scene.mode == "explore" and hit.structure_id != _skin_id(scene)
        drawing = scene.data.drawings.get(hit.structure_id) if lit else None
        scene.hover.show(hit.structure_id, shape_of(drawing) if drawing is not None else None)
        scene.on_hover(hit.structure_id, hit.point)

    def _set_hot(self, needle_id: str, part: str) -> None:
        if (needle_id, part) != self.hot:
            self.hot = (needle_id, part)
            self._scene.refresh()

    def _under(self, pixel: Vector) -> Pick | None:
        scene = self._scene
        if scene.mode == "edit":
            hit = pick_skin(scene.body, scene.data.index, pixel, scene.screen)
            return None if hit is None or self.is_cut_away(hit.point) else hit
        return self.pick(pixel)

    def _pick(self, pixel: Vector) -> Pick | None:
        scene = self._scene
        return pick_structure(
            scene.body, scene.data.index, scene.structures.visible(), pixel, scene.screen,
            lambda key: scene.structures.opacity(key) < FAINT,
        )  # fmt: skip

    # -- needle -------------------------------------------------------------------------------
    def _grabbed(self, pixel: Vector) -> tuple[PlannedNeedle, Part] | None:
        """The selected needle and its part under a pixel, if it may be moved."""
        planned = self._scene.needles.selected(self._scene.session)
        if planned is None or planned.locked:
            return None
        part = gestures.part_at(planned, pixel, self._scene.screen)
        return (planned, part) if part is not None else None

    def _follow(self, planned: PlannedNeedle, part: Part, pixel: Vector) -> Follow | None:
        """A function from pixels to needles, for a drag that began at ``pixel``."""
        scene, needle = self._scene, planned.needle
        if part in ("tip", "shaft"):
            push = DepthDrag(needle, pixel, max(gestures.deepest(planned), needle.depth))
            return lambda at: push.to(at, scene.screen)
        if scene.body.skin is None:
            return None
        if part == "entry":
            slide = EntryDrag(scene.body, needle)
            offset = scene.screen.pixel(needle.entry)[0] - pixel

            def along_skin(at: Vector) -> Needle | None:
                hit = pick_skin(scene.body, scene.data.index, at + offset, scene.screen)
                return slide.to(hit.point) if hit is not None else None

            return along_skin
        grip = grip_depth(planned)
        turn = TurnDrag(needle, -grip, skin_normal(scene.body, needle.entry))
        lag = scene.screen.pixel(needle.point_at(grip))[0] - pixel
        return lambda at: turn.to(at + lag, scene.screen)

    def _click(self, pixel: Vector) -> None:
        scene = self._scene
        for planned in reversed(scene.session.plan.needles):
            if gestures.part_at(planned, pixel, scene.screen) is not None:
                scene.session.select(planned.id, BY)
                return
        hit = self._under(pixel)
        if scene.mode == "edit":
            if hit is not None:
                self._place(hit.point)
        else:
            scene.on_click(hit.structure_id if hit else None, hit.point if hit else None)

    def _place(self, point: Vector) -> None:
        """Put the entry point of the selected needle here, or the first needle."""
        scene, session = self._scene, self._scene.session
        planned = scene.needles.selected(session)
        if planned is None:
            new_id = session.plan.free_needle_id()
            session.apply(gestures.first_needle(scene.body, point, new_id), None, BY)
            session.select(new_id, BY)
        elif not planned.locked:
            needle = gestures.placed(scene.body, planned.needle, point)
            if session.apply(_moved(planned.id, needle, BY), None, BY):
                scene.on_placed(planned)


def _moved(needle_id: str, needle: Needle, gesture: str) -> Edit:
    """One edit for entry and direction together, under the name of what was dragged."""
    label = "edit.move_entry"
    if "-hub-" in gesture:
        label = "edit.set_direction"
    elif "-tip-" in gesture or "-shaft-" in gesture:
        label = "edit.set_depth"
    return Edit(label, f"{label}:{needle_id}:{gesture}", edits.place(needle_id, needle).apply)


def _skin_id(scene: Stage) -> str:
    return scene.body.skin.id if scene.body.skin is not None else ""
