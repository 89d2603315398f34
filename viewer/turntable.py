"""A short turn around the needle as an animated GIF: every picture with scale bar and notice.

The pictures are taken from the window one by one, between the turns of its event loop, so that it
stays alive and Esc ends it. Writing needs Pillow; without it one sentence says how to get it.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, QTimer
from PySide6.QtGui import QImage

from viewer.canvas import camera
from viewer.canvas.camera import CameraPose
from viewer.canvas.png import write_whole
from viewer.i18n.text import tr
from viewer.notices_text import notice
from viewer.picture import picture_of

Window = Any
"""`viewer.window.Window`, which owns the turntable."""

PICTURES = 36
"""In one turn."""
_WIDEST, _MS = 720, 90


class NoWriterError(RuntimeError):
    """The library that writes moving pictures is not installed."""


def turn(pose: CameraPose, count: int = PICTURES) -> list[CameraPose]:
    """Return the poses of one whole turn about the focal point, the first one first."""
    return [camera.turned(pose, 360.0 * i / count, 0.0) for i in range(count)]


def gif_bytes(pictures: Sequence[NDArray[np.uint8]], ms: int = _MS) -> bytes:
    """Encode (h, w, 3) pictures as a GIF that repeats for ever; its comment is the notice.

    Raises
    ------
    NoWriterError
        Pillow is not installed.
    """
    try:
        from PIL import Image
    except ImportError as error:
        raise NoWriterError(
            tr("Moving pictures need Pillow: pip install 'needlewise[movie]'.")
        ) from error
    images = [Image.fromarray(p).quantize(128, dither=Image.Dither.NONE) for p in pictures]
    out = io.BytesIO()
    images[0].save(
        out, format="GIF", save_all=True, append_images=images[1:], duration=ms, loop=0,
        comment=notice().encode(),
    )  # fmt: skip
    return out.getvalue()


class Turntable(QObject):
    """Takes one turn of a window's view into a file."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self._timer = QTimer(self)
        self._timer.setInterval(0)
        self._timer.timeout.connect(self._take)
        self._poses: list[CameraPose] = []
        self._taken: list[NDArray[np.uint8]] = []
        self._done: Callable[[list[NDArray[np.uint8]]], None] = lambda _: None
        self._before: CameraPose | None = None

    @property
    def is_running(self) -> bool:
        """Whether pictures are being taken."""
        return self._timer.isActive()

    def start(self, path: Path, count: int = PICTURES) -> None:
        """Take one turn and write it; a notice says that it is there, or why not."""
        self.cancel()
        window = self._window
        self._before = window.canvas.camera
        planned = window.bench.desk.planned
        pose = self._before
        if planned is not None:
            pose = camera.centred(pose, planned.needle.entry)
        self._poses, self._taken = turn(pose, count), []
        self._done = lambda pictures: self._write(path, pictures)
        self._timer.start()

    def cancel(self) -> bool:
        """Give up; returns whether there was something to give up."""
        if not self.is_running:
            return False
        self._end()
        return True

    def _take(self) -> None:
        window, at, count = self._window, len(self._taken), len(self._poses)
        window.show_busy(tr("Taking picture {number} of {count}…", number=at + 1, count=count))
        window.canvas.camera = self._poses[at]
        window.director.camera_moved()
        self._taken.append(_small(picture_of(window)))
        if len(self._taken) == count:
            pictures = self._taken
            self._end()
            self._done(pictures)

    def _end(self) -> None:
        self._timer.stop()
        self._poses, self._taken = [], []
        if self._before is not None:
            self._window.canvas.camera = self._before
            self._window.director.camera_moved()
            self._before = None
        self._window.show_busy("")

    def _write(self, path: Path, pictures: list[NDArray[np.uint8]]) -> None:
        def work(_cancelled: Callable[[], bool]) -> None:
            write_whole(path, gif_bytes(pictures))

        def written(_: None) -> None:
            self._window.show_busy("")
            self._window.notices.tell(tr("Saved {name}.", name=path.name))

        def failed(error: Exception) -> None:
            self._window.show_busy("")
            self._window.notices.tell(str(error), "caution")

        self._window.show_busy(tr("Writing {name}…", name=path.name))
        self._window.bench.tasks.submit("turntable", work, written, failed, lane="long")


def _small(image: QImage) -> NDArray[np.uint8]:
    if image.width() > _WIDEST:
        image = image.scaledToWidth(_WIDEST, Qt.TransformationMode.SmoothTransformation)
    image = image.convertToFormat(QImage.Format.Format_RGB888)
    rows = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
    return rows[:, : 3 * image.width()].reshape(image.height(), image.width(), 3).copy()
