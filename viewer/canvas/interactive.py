"""The 3D view as a Qt widget: one picture per turn of the event loop, drawn only on request.

The one place where Qt and the renderer meet. pyvistaqt's rendering core gives a `QOpenGLWidget`
that a VTK window draws into; VTK's own interaction is left out, so that no observer, no timer and
no key press of a library changes a plan. A left drag turns, shift or the middle button pans, the
wheel or the right button zooms, unless the pointer handler takes the event first.

While the view turns on slow graphics the coarse copies are drawn, at half resolution if that is
still slow; 180 ms after the last move the full picture comes back. Slow means measured, not
guessed.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Literal

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QMouseEvent, QWheelEvent
from PySide6.QtWidgets import QWidget

from viewer.canvas import camera as cameras
from viewer.canvas.camera import CameraPose
from viewer.canvas.gl_widget import QVTKRenderWindowInteractor
from viewer.canvas.protocol import Pointer
from viewer.canvas.stage import Stage
from viewer.canvas.verbs import StageVerbs

_REST_MS = 180
_HELD_MS = 900  # a pause within a drag is no end of it
_SLOW_MS = 45.0
_TURN_DEG_PER_PIXEL = 0.35
_BUTTONS: dict[Qt.MouseButton, Literal["left", "middle", "right"]] = {
    Qt.MouseButton.LeftButton: "left",
    Qt.MouseButton.MiddleButton: "middle",
    Qt.MouseButton.RightButton: "right",
}


class Viewport(QVTKRenderWindowInteractor):
    """The widget: paints, measures its pictures, turns Qt's mouse events into `Pointer`."""

    drawn = Signal(float)
    """After each picture: its cost in ms."""

    resized = Signal()
    """The picture has another size, or is about to be shown for the first time."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._Iren.Enable()  # a disabled interactor draws nothing, silently
        self.stage = Stage(self._RenderWindow)
        self.stage.smooth(True)
        self.pointer: Callable[[Pointer], object] = lambda _: None
        self.frames = 0
        self.body_frames = 0
        self.half = False
        self.setAcceptDrops(False)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    # -- painting -----------------------------------------------------------------------------
    def initializeGL(self) -> None:
        """A context came (again): what was kept on the old one is gone."""
        super().initializeGL()
        self.stage.drop_kept()

    def resizeGL(self, width: int, height: int) -> None:
        """Follow the widget."""
        super().resizeGL(width, height)
        self._apply_size()
        self.resized.emit()

    def _apply_size(self) -> None:
        window = self._RenderWindow
        if window is None:
            return
        scale = self.devicePixelRatioF() * (0.5 if self.half else 1.0)
        width, height = (max(1, round(v * scale)) for v in (self.width(), self.height()))
        if tuple(window.GetSize()) != (width, height):
            window.GetInteractor().UpdateSize(width, height)
            self.stage.drop_kept()
        self.stage.scale = scale

    def use_half(self, on: bool) -> None:
        """Draw at half resolution, or not."""
        self.half = on
        self._apply_size()

    def paintGL(self) -> None:
        """Draw once."""
        window = self._RenderWindow
        if window is None or not window.GetReadyForRendering():
            super().paintGL()
            return
        started = time.perf_counter()
        window.GetState().Reset()  # Qt touched GL since the last picture
        self.body_frames += not self.stage.body_is_kept
        self.stage.before_draw()
        super().paintGL()
        self.stage.after_draw()
        self.frames += 1
        self.drawn.emit((time.perf_counter() - started) * 1e3)

    # -- mouse --------------------------------------------------------------------------------
    def _tell(self, kind: str, event: QMouseEvent | QWheelEvent, **more: object) -> None:
        ratio = self.devicePixelRatioF()
        keys = event.modifiers()
        self.pointer(
            Pointer(
                kind,  # type: ignore[arg-type]
                event.position().x() * ratio,
                event.position().y() * ratio,
                shift=bool(keys & Qt.KeyboardModifier.ShiftModifier),
                ctrl=bool(keys & Qt.KeyboardModifier.ControlModifier),
                alt=bool(keys & Qt.KeyboardModifier.AltModifier),
                **more,  # type: ignore[arg-type]
            )
        )
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Tell the handler."""
        self._tell("press", event, button=_BUTTONS.get(event.button(), ""))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Tell the handler: a press, then the double click."""
        self._tell("press", event, button=_BUTTONS.get(event.button(), ""))
        self._tell("double", event, button=_BUTTONS.get(event.button(), ""))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Tell the handler: a drag while a button is down, else a hover."""
        for button, name in _BUTTONS.items():
            if event.buttons() & button:
                self._tell("move", event, button=name)
                return
        self._tell("hover", event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Tell the handler."""
        self._tell("release", event, button=_BUTTONS.get(event.button(), ""))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Tell the handler; Alt swaps the wheel's axes on some systems, so take either."""
        turn = event.angleDelta()
        self._tell("wheel", event, steps=(turn.y() or turn.x()) / 120.0)

    def leaveEvent(self, event: QEvent) -> None:
        """Tell the handler that the mouse left."""
        self.pointer(Pointer("leave", -1.0, -1.0))

    def enterEvent(self, event: QEvent) -> None:
        """Nothing: the first hover says enough."""

    def keyPressEvent(self, event: QEvent) -> None:
        """Leave keys to the window's actions."""
        event.ignore()

    def keyReleaseEvent(self, event: QEvent) -> None:
        """Leave keys to the window's actions."""
        event.ignore()


class InteractiveCanvas(StageVerbs):
    """Implements `viewer.canvas.protocol.Canvas` on a `Viewport`; owns navigation and detail."""

    def __init__(self, parent: QWidget | None = None) -> None:
        self.widget = Viewport(parent)
        self._stage = self.widget.stage
        self.widget.pointer = self._on_pointer
        self.widget.drawn.connect(self._on_drawn)
        self.widget.resized.connect(lambda: self.on_camera())
        self.handler: Callable[[Pointer], bool] = lambda _: False
        self.on_camera: Callable[[], None] = lambda: None
        self._drag: Pointer | None = None
        self._taken = False
        self._full_ms = 0.0
        self._coarse_ms = 0.0
        self._rest = QTimer(self.widget)
        self._rest.setSingleShot(True)
        self._rest.timeout.connect(self.rest)
        self._closed = False

    # -- canvas -------------------------------------------------------------------------------
    @property
    def size(self) -> tuple[int, int]:
        """Width and height, device pixels."""
        ratio = self.widget.devicePixelRatioF()
        return (round(self.widget.width() * ratio), round(self.widget.height() * ratio))

    @property
    def scale(self) -> float:
        """Device pixels per logical pixel."""
        return float(self.widget.devicePixelRatioF())

    def request_render(self) -> None:
        """One picture at the end of this turn."""
        if not self._closed:
            self.widget.update()

    def screenshot(self) -> NDArray[np.uint8]:
        """Return the full picture as it stands, (h, w, 3)."""
        self.rest()
        image = self.widget.grabFramebuffer().convertToFormat(QImage.Format.Format_RGB888)
        rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
        return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()

    def close(self) -> None:
        """Stop drawing and release GL while the widget still exists. Call once more at will."""
        if self._closed:
            return
        self._closed = True
        self._rest.stop()
        self.widget.pointer = lambda _: None
        self._stage.close()
        self.widget.close()

    # -- detail while moving ------------------------------------------------------------------
    def _on_drawn(self, cost_ms: float) -> None:
        if self._stage.body_is_kept and self.widget.frames:
            if self._stage.moving:
                self._coarse_ms = cost_ms if not self.widget.half else self._coarse_ms
            elif cost_ms > self._full_ms * 0.5:  # a picture from the kept body is no measure
                self._full_ms = cost_ms

    def set_camera_moving(self, pose: CameraPose) -> None:
        """Take a pose in the course of a movement: coarse if the full picture is slow."""
        self.camera = pose
        self.be_moving()
        self.on_camera()

    def be_moving(self) -> None:
        """The picture of the body changes many times now: coarse if the full picture is slow."""
        if self._full_ms > _SLOW_MS:
            self._stage.moving = True
            self._stage.smooth(False)
            if self._coarse_ms > _SLOW_MS:
                self.widget.use_half(True)
            self._rest.start(_HELD_MS if self._drag else _REST_MS)

    def rest(self) -> None:
        """Show the full picture again."""
        self._rest.stop()
        if self._stage.moving:
            self._stage.moving = False
            self._stage.smooth(True)
            self.widget.use_half(False)
            self.request_render()

    # -- navigation ---------------------------------------------------------------------------
    def _on_pointer(self, event: Pointer) -> None:
        if event.kind == "press" and not self._drag:
            self._taken = self.handler(event)
            self._drag = event
        elif event.kind in ("move", "release") and self._drag:
            if self._taken:
                self.handler(event)
            elif event.kind == "move":
                self._navigate(self._drag, event)
            if event.kind == "move":
                self._drag = event
            elif event.button == self._drag.button:
                self._drag = None
                if self._rest.isActive():
                    self._rest.start(_REST_MS)
                if not self._taken:
                    self.handler(event)
                self._taken = False
        elif event.kind == "wheel":
            if not self.handler(event):
                self._zoom(event, 1.12**event.steps)
        else:
            self.handler(event)

    def _navigate(self, before: Pointer, now: Pointer) -> None:
        dx, dy = now.x - before.x, now.y - before.y
        if now.button == "right":
            self.set_camera_moving(cameras.zoomed(self.camera, 1.006**-dy))
        elif now.button == "middle" or now.shift:
            self.set_camera_moving(cameras.panned(self.camera, dx, dy, self.size[1]))
        else:
            rate = _TURN_DEG_PER_PIXEL / self.widget.devicePixelRatioF()
            self.set_camera_moving(cameras.turned(self.camera, -dx * rate, dy * rate))

    def _zoom(self, event: Pointer, factor: float) -> None:
        pose = self.camera
        origin, direction = cameras.ray(pose, (event.x, event.y), self.size)
        gap = (np.asarray(pose.focal) - origin) @ pose.toward_eye
        about = origin + direction * gap / (direction @ pose.toward_eye)
        self.set_camera_moving(cameras.zoomed(pose, factor, about))
