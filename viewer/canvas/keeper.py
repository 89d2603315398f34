"""Keeps the drawn body, colours and depths, so that moving the needle does not draw it again.

On software OpenGL a body of a million triangles takes 400 ms, a needle 10 ms. After the body's
renderer has finished, its framebuffer is copied (about 2 ms); while the copy is valid, the body's
renderer is switched off and the copy is put back before the needle is drawn. The needle's depth
test sees the body's depths, so the picture is the one a full drawing would give.
"""

from __future__ import annotations

from vtkmodules.vtkRenderingCore import vtkRenderer, vtkRenderWindow
from vtkmodules.vtkRenderingOpenGL2 import vtkOpenGLFramebufferObject

_COLOR_AND_DEPTH = 0x00004000 | 0x00000100
_NEAREST = 0x2600
_UNSIGNED_CHAR = 3
_DEPTH_BITS = 32


class Keeper:
    """One kept picture of ``body``; ``after`` is the renderer drawn next. GL thread only."""

    def __init__(self, window: vtkRenderWindow, body: vtkRenderer, after: vtkRenderer) -> None:
        self._window = window
        self._body = body
        self._after = after
        self._tag: int | None = after.AddObserver("StartEvent", self._body_done)
        self._kept: vtkOpenGLFramebufferObject | None = None
        self._size = (0, 0)
        self._drew = False
        self.valid = False
        self.works = True

    def drop(self) -> None:
        """The body changed: draw it next time."""
        self.valid = False

    def before_draw(self) -> None:
        """Put the copy back, or switch the body on."""
        if self.valid and self._size != tuple(self._window.GetSize()):
            self.valid = False
        self._body.SetDraw(not self.valid)
        self._drew = not self.valid
        if self.valid and self._kept is not None:
            self._copy(self._kept, self._window.GetRenderFramebuffer())

    def after_draw(self) -> None:
        """Leave the body's renderer on for whoever renders by another way."""
        self._body.SetDraw(True)

    def _body_done(self, *_: object) -> None:
        if not self._drew or not self.works:
            return
        self._drew = False
        size = tuple(self._window.GetSize())
        if self._kept is None or self._size != size:
            self._make(size)
        if self._kept is not None:
            self._copy(self._window.GetRenderFramebuffer(), self._kept)
            self.valid = True

    def _make(self, size: tuple[int, int]) -> None:
        self._free()
        kept = vtkOpenGLFramebufferObject()
        kept.SetContext(self._window)
        state = self._window.GetState()
        state.PushFramebufferBindings()
        made = kept.PopulateFramebuffer(
            size[0], size[1], True, 1, _UNSIGNED_CHAR, True, _DEPTH_BITS, 0, False
        )
        state.PopFramebufferBindings()
        self.works = bool(made)
        self._kept = kept if made else None
        self._size = size

    def _copy(self, source: vtkOpenGLFramebufferObject, target: vtkOpenGLFramebufferObject) -> None:
        state = self._window.GetState()
        state.PushFramebufferBindings()
        source.Bind(source.GetReadMode())
        source.ActivateReadBuffer(0)
        target.Bind(target.GetDrawMode())
        target.ActivateDrawBuffer(0)
        box = (0, self._size[0], 0, self._size[1])
        source.Blit(box, box, _COLOR_AND_DEPTH, _NEAREST)
        state.PopFramebufferBindings()

    def _free(self) -> None:
        if self._kept is not None:
            self._kept.ReleaseGraphicsResources(self._window)
            self._kept = None

    def close(self) -> None:
        """Remove the observer; the window frees what lives on the GPU."""
        if self._tag is not None:
            self._after.RemoveObserver(self._tag)
            self._tag = None
        self.valid = False
        self.works = False
        self._kept = None
