"""The project's own line icons, drawn crisp at any size in any colour of the theme."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QIcon, QIconEngine, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer


@lru_cache(maxsize=256)
def _renderer(name: str, color: str) -> QSvgRenderer:
    text = (files("viewer") / "theme" / "icons" / f"{name}.svg").read_text(encoding="utf-8")
    return QSvgRenderer(QByteArray(text.replace("currentColor", color).encode()))


def paint(painter: QPainter, name: str, box: QRectF, color: str) -> None:
    """Draw an icon into ``box``; ``color`` is ``#RRGGBB``."""
    _renderer(name, color).render(painter, box)


def pixmap(name: str, color: str, size: int, ratio: float = 1.0) -> QPixmap:
    """Return the icon as a picture of ``size`` logical pixels."""
    picture = QPixmap(QSize(round(size * ratio), round(size * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    paint(painter, name, QRectF(0, 0, size * ratio, size * ratio), color)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture


class _Engine(QIconEngine):
    """Draws on demand, so that one icon serves every size, ratio and state."""

    def __init__(self, name: str, color: str, on: str, faint: str) -> None:
        super().__init__()
        self._name, self._color, self._on, self._faint = name, color, on, faint

    def clone(self) -> QIconEngine:
        return _Engine(self._name, self._color, self._on, self._faint)

    def _tone(self, mode: QIcon.Mode, state: QIcon.State) -> str:
        if mode == QIcon.Mode.Disabled:
            return self._faint
        return self._on if state == QIcon.State.On else self._color

    def paint(self, painter, rect, mode, state) -> None:  # noqa: ANN001
        paint(painter, self._name, QRectF(rect), self._tone(mode, state))

    def pixmap(self, size, mode, state) -> QPixmap:  # noqa: ANN001
        return self.scaledPixmap(size, mode, state, 1.0)

    def scaledPixmap(self, size, mode, state, scale) -> QPixmap:  # noqa: ANN001
        side = min(size.width(), size.height())
        return pixmap(self._name, self._tone(mode, state), side)


def icon(name: str, color: str, on: str = "", faint: str = "#808890") -> QIcon:
    """Return an icon; ``on`` is its colour while checked, ``faint`` while disabled."""
    return QIcon(_Engine(name, color, on or color, faint))
