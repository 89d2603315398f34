"""What a canvas can do: eleven verbs, arrays in, arrays out. No Qt, no renderer, no anatomy.

Presenters (`viewer.scene`) talk to this protocol only, so that they run against a fake in tests,
against `offscreen.OffscreenCanvas` without a display, and against `interactive.Viewport` in the
window. Everything is keyed by a string; showing an existing key replaces its shape.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, Protocol

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.canvas.camera import CameraPose

Color = tuple[float, float, float]
"""sRGB, 0–1."""

Level = Literal["body", "needle", "front"]
"""``body`` is drawn seldom and kept; ``needle`` is drawn over it with its depth, and faintly where
the body hides it; ``front`` is never hidden."""

Finish = Literal["matte", "glass", "flat", "sheen"]
"""``glass`` is clear in the middle and opaque at the rim; ``flat`` takes no light."""


@dataclass(frozen=True, eq=False)
class Triangles:
    """Drawing triangles: points (n, 3) float32 mm, triangles (m, 3) int32, normals (n, 3).

    ``colors`` (n, 3|4) uint8 beats the look's colour. ``coarse`` is drawn while the view moves.
    """

    points: NDArray[np.float32]
    triangles: NDArray[np.int32]
    normals: NDArray[np.float32] | None = None
    colors: NDArray[np.uint8] | None = None
    coarse: Triangles | None = None


@dataclass(frozen=True, eq=False)
class Segments:
    """Line segments: points (2k, 3), consecutive pairs joined; ``colors`` (2k, 3) uint8."""

    points: NDArray[np.float32]
    colors: NDArray[np.uint8] | None = None


@dataclass(frozen=True)
class Look:
    """How a shape is drawn. ``width`` is the pixel width of segments."""

    color: Color = (0.8, 0.8, 0.8)
    opacity: float = 1.0
    visible: bool = True
    level: Level = "body"
    finish: Finish = "matte"
    width: float = 2.0


@dataclass(frozen=True)
class TextLook:
    """How a text is drawn. ``anchor`` is (horizontal, vertical): left|centre|right, bottom|….

    ``panel`` is the colour of the plate behind it, ``None`` for none.
    """

    color: Color = (0.1, 0.1, 0.12)
    size: int = 14
    bold: bool = False
    panel: Color | None = None
    panel_opacity: float = 0.85
    anchor: tuple[str, str] = ("left", "bottom")


@dataclass(frozen=True)
class Pointer:
    """One mouse event over the view. ``x, y`` in device pixels, origin top left.

    ``kind``: press, move (button held), hover, release, wheel (``steps``, up positive), leave.
    """

    kind: Literal["press", "move", "hover", "release", "double", "wheel", "leave"]
    x: float
    y: float
    button: Literal["left", "middle", "right", ""] = ""
    shift: bool = False
    ctrl: bool = False
    alt: bool = False
    steps: float = 0.0


class Canvas(Protocol):
    """The verbs. ``size`` is in device pixels."""

    on_camera: Callable[[], None]
    """Called after the canvas itself changed its pose or its size."""

    def show(self, key: str, shape: Triangles | Segments, look: Look) -> None:
        """Draw a shape under this key from now on."""
        ...

    def restyle(self, key: str, look: Look) -> None:
        """Change how a shape looks; its points stay where they are."""
        ...

    def move(self, key: str, matrix: ArrayLike) -> None:
        """Place a shape by a (4, 4) rigid matrix, world from shape."""
        ...

    def label(self, key: str, text: str, at: ArrayLike, look: TextLook) -> None:
        """Write at a (3,) world point, or at (2,) fractions of the view, origin bottom left."""
        ...

    def clip(self, origin: ArrayLike | None, normal: ArrayLike | None) -> None:
        """Leave out what of the body lies on the normal's side of a plane; ``None`` for nothing.

        Shapes whose key begins with ``section/`` are drawn whole.
        """
        ...

    def remove(self, key: str) -> None:
        """Forget a shape or a label; an unknown key is no error."""
        ...

    @property
    def camera(self) -> CameraPose:
        """The pose drawn next."""
        ...

    @camera.setter
    def camera(self, pose: CameraPose) -> None: ...

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the picture, device pixels."""
        ...

    @property
    def scale(self) -> float:
        """Device pixels per logical pixel."""
        ...

    def request_render(self) -> None:
        """Ask for a picture at the end of this turn; many requests, one picture."""
        ...

    def screenshot(self) -> NDArray[np.uint8]:
        """Return the picture (h, w, 3), row 0 on top."""
        ...

    def close(self) -> None:
        """Release everything; further calls do nothing."""
        ...
