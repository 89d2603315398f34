"""A canvas without a display: the same stage in an off-screen render window (EGL or OSMesa)."""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from vtkmodules import vtkRenderingOpenGL2
from vtkmodules.util.numpy_support import vtk_to_numpy
from vtkmodules.vtkCommonCore import vtkUnsignedCharArray
from vtkmodules.vtkRenderingCore import vtkRenderWindow

from viewer.canvas.stage import Stage
from viewer.canvas.verbs import StageVerbs


class NoGraphicsError(RuntimeError):
    """No library that could draw without a display."""


def _window() -> vtkRenderWindow:
    """Return a window that needs no display; on Linux chosen here, because asking X first warns."""
    if not sys.platform.startswith("linux") or "VTK_DEFAULT_OPENGL_WINDOW" in os.environ:
        return vtkRenderWindow()
    for library, name in (("libEGL.so.1", "vtkEGLRenderWindow"),
                          ("libOSMesa.so.8", "vtkOSOpenGLRenderWindow")):  # fmt: skip
        try:
            ctypes.CDLL(library)
        except OSError:
            continue
        if hasattr(vtkRenderingOpenGL2, name):
            return getattr(vtkRenderingOpenGL2, name)()
    raise NoGraphicsError(
        "no library to draw with was found; expected libEGL.so.1 or libOSMesa.so.8: "
        "on Debian and Ubuntu, apt-get install libegl1 libgl1-mesa-dri"
    )


class OffscreenCanvas(StageVerbs):
    """Implements `viewer.canvas.protocol.Canvas`; ``supersample`` smooths edges by averaging."""

    def __init__(
        self, size: tuple[int, int] = (1200, 900), supersample: int = 1, scale: float = 1.0
    ) -> None:
        self.on_camera: Callable[[], None] = lambda: None
        self._window = _window()
        self._window.SetShowWindow(False)
        self._window.SetOffScreenRendering(1)
        self._factor = supersample
        self._size = size
        self._window.SetSize(size[0] * supersample, size[1] * supersample)
        self._stage = Stage(self._window)
        self._scale = scale
        self._stage.scale = scale * supersample
        self._closed = False

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture."""
        return self._size

    @property
    def scale(self) -> float:
        """How large text and lines are drawn, 1 for a picture of about 1200 × 900."""
        return self._scale

    @property
    def stage(self) -> Stage:
        """The stage, for measurements."""
        return self._stage

    def draw(self) -> None:
        """Draw once, from the kept body where possible."""
        self._stage.before_draw()
        self._window.Render()
        self._stage.after_draw()

    def screenshot(self) -> NDArray[np.uint8]:
        """Draw and return the picture (h, w, 3), row 0 on top."""
        self.draw()
        width, height = self._window.GetSize()
        pixels = vtkUnsignedCharArray()
        self._window.GetRGBACharPixelData(0, 0, width - 1, height - 1, 1, pixels)
        image = vtk_to_numpy(pixels).reshape(height, width, 4)[::-1, :, :3]
        if self._factor > 1:
            f = self._factor
            blocks = image.reshape(height // f, f, width // f, f, 3).astype(np.float32)
            image = np.rint(blocks.mean(axis=(1, 3))).astype(np.uint8)
        return np.ascontiguousarray(image)

    def close(self) -> None:
        """Release the window."""
        if not self._closed:
            self._closed = True
            self._stage.close()
            self._window.Finalize()
