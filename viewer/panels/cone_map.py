"""The polar map: tilt is the distance from the middle, azimuth the angle, colour the limit depth.

Seen from outside, the head on top, as one stands before the skin. Pointing reads, a click or a drag
turns the needle in one step of undo; the arrow keys move the pointer, Enter turns the needle.
"""

from __future__ import annotations

import math

import numpy as np
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import (
    QBrush,
    QColor,
    QFocusEvent,
    QFontMetricsF,
    QImage,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
)  # fmt: skip
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.cone_desk import ConeDesk
from viewer.i18n.text import tr
from viewer.panels.cone_image import cone_image
from viewer.panels.cone_paint import paint_note, paint_rings, paint_words
from viewer.theme.style import font, px, theme
from zones.angles import angles_from_direction
from zones.cone import HALF_ANGLE_DEG, SafeCone

_STEP_DEG, _FINE_DEG = 2.0, 0.5
_GESTURE = "cone"
_MOVES = {
    Qt.Key.Key_Left: (-1, 0), Qt.Key.Key_Right: (1, 0), Qt.Key.Key_Up: (0, 1),
    Qt.Key.Key_Down: (0, -1),
}  # fmt: skip


class ConeMap(QWidget):
    """Paints a `ConeDesk`, and hands pointing, clicks and keys to it."""

    def __init__(self, desk: ConeDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._image: tuple[object, QImage] | None = None
        self._drag: str | None = None
        self._gestures = 0
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Map of directions"))
        self.setAccessibleDescription(
            tr("Arrow keys move the pointer, Enter turns the needle along it.")
        )
        self.setCursor(Qt.CursorShape.CrossCursor)

    def sizeHint(self) -> QSize:
        """A square with room for the words around it."""
        return QSize(px(270), px(250))

    def minimumSizeHint(self) -> QSize:
        """Small, still legible."""
        return QSize(px(170), px(150))

    def restyle(self) -> None:
        """Follow the theme and the text size."""
        self._image = None
        self.updateGeometry()
        self.update()

    # -- geometry -----------------------------------------------------------------------------
    def disc(self) -> QRectF:
        """Where the disc lies."""
        words = QFontMetricsF(font(10.5, 600)).horizontalAdvance("270° W") + px(6)
        across = min(self.width() - 2 * words, self.height() - px(40))
        size = max(float(across), 40.0)
        return QRectF((self.width() - size) / 2, (self.height() - size) / 2, size, size)

    def spot(self, tilt_deg: float, azimuth_deg: float) -> QPointF:
        """Where a direction lies."""
        box = self.disc()
        out = min(tilt_deg / HALF_ANGLE_DEG, 1.0) * box.width() / 2
        turn = math.radians(azimuth_deg)
        return box.center() + QPointF(-math.sin(turn) * out, -math.cos(turn) * out)

    def angles_at(self, place: QPointF, clamped: bool = False) -> tuple[float, float] | None:
        """Tilt and azimuth of a place, ``None`` beside the disc unless clamped to its rim."""
        box = self.disc()
        way = (place - box.center()) / (box.width() / 2)
        share = math.hypot(way.x(), way.y())
        if share > 1.0 and not clamped:
            return None
        azimuth = math.degrees(math.atan2(-way.x(), -way.y())) % 360.0
        return min(share, 1.0) * HALF_ANGLE_DEG, azimuth

    # -- painting -----------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw disc, rings, words, needle and pointer."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.disc()
        painter.setPen(QPen(QColor(theme().border), 1))
        painter.setBrush(QColor(theme().raised))
        painter.drawEllipse(box)
        shown = self._desk.drawable
        if shown is not None:
            self._paint_colors(painter, box, shown)
        paint_rings(painter, box, self.spot)
        paint_words(painter, box, self.width(), self._desk.current)
        if shown is not None and self._desk.current is None:
            paint_note(painter, box, self.width(), tr("Computing…"))
        elif shown is None:
            paint_note(painter, box, self.width(), self._desk.needs or tr("Computing…"))
        elif not self._desk.is_final:
            painter.setFont(font(10))
            painter.setPen(QColor(theme().muted))
            bottom = QRectF(self.rect()).adjusted(px(2), 0, 0, -px(1))
            painter.drawText(bottom, Qt.AlignmentFlag.AlignBottom, tr("Refining…"))
        if self._desk.needle_spot() is not None:
            self._paint_marks(painter)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(box.adjusted(-px(3), -px(3), px(3), px(3)))
        painter.end()

    def _paint_colors(self, painter: QPainter, box: QRectF, cone: SafeCone) -> None:
        size = round(box.width() * self.devicePixelRatioF())
        known = (id(cone), size)
        if self._image is None or self._image[0] != known:
            self._image = (known, cone_image(cone, size))
        path = QPainterPath()
        path.addEllipse(box.adjusted(0.5, 0.5, -0.5, -0.5))
        painter.save()
        painter.setClipPath(path)
        if self._desk.current is None:
            painter.setOpacity(0.35)
        painter.drawImage(box, self._image[1])
        if cone.not_assessed:
            # A limit may be earlier than the zones that are known say: the whole map is hatched.
            painter.fillRect(box, QBrush(QColor(20, 24, 30, 70), Qt.BrushStyle.BDiagPattern))
        painter.restore()

    def _paint_marks(self, painter: QPainter) -> None:
        spot = self._desk.needle_spot()
        probed = self._probed_angles()
        if probed is not None:
            place = self.spot(*probed)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            for color, width in (("#FFFFFF", 4.0), ("#14202E", 1.8)):
                painter.setPen(QPen(QColor(color), width))
                painter.drawEllipse(place, px(6), px(6))
                for way in ((1, 0), (-1, 0), (0, 1), (0, -1)):
                    step = QPointF(way[0], way[1])
                    painter.drawLine(place + step * px(6), place + step * px(10))
        if spot is None:
            return
        place = self.spot(*spot)
        painter.setPen(QPen(QColor("#FFFFFF"), 2.0))
        painter.setBrush(QColor("#14202E"))
        painter.drawEllipse(place, px(5), px(5))

    def _probed_angles(self) -> tuple[float, float] | None:
        cone, probed = self._desk.drawable, self._desk.probed
        if cone is None or probed is None:
            return None
        return angles_from_direction(cone.normal, probed)

    # -- pointing -----------------------------------------------------------------------------
    def _point_at(self, place: QPointF, clamped: bool = False) -> np.ndarray | None:
        angles = self.angles_at(place, clamped)
        if angles is None or self._desk.needs:
            return None
        return self._desk.direction_at(*angles)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Turn the needle; a drag goes on turning it, all in one step of undo."""
        direction = self._point_at(event.position())
        if event.button() != Qt.MouseButton.LeftButton or direction is None:
            return
        self._gestures += 1
        self._drag = f"{_GESTURE}-{self._gestures}"
        self._desk.begin(self._drag)
        self._desk.set_direction(direction, self._drag)
        self._desk.probe(direction)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Read the direction under the mouse, or turn the needle while dragged."""
        if self._drag is not None:
            direction = self._point_at(event.position(), clamped=True)
            if direction is not None and self._desk.is_in(self._drag):
                self._desk.set_direction(direction, self._drag)
        else:
            direction = self._point_at(event.position())
        self._desk.probe(direction)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Close the step of undo."""
        if self._drag is not None:
            self._desk.end(self._drag)
            self._drag = None

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is pointed at any more."""
        if self._drag is None and not self.hasFocus():
            self._desk.probe(None)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """The pointer of the keys goes with the focus."""
        if self._drag is None and not self.underMouse():
            self._desk.probe(None)
        super().focusOutEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrows move the pointer over the map, Enter turns the needle, Home starts at it."""
        key = Qt.Key(event.key())
        if key in _MOVES and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
            self._step(_MOVES[key], _FINE_DEG if fine else _STEP_DEG)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self._desk.probed is not None:
            self._desk.set_direction(self._desk.probed)
        elif key == Qt.Key.Key_Space and self._desk.needle_spot() is not None:
            self._desk.probe(self._desk.direction_at(*self._desk.needle_spot() or (0.0, 0.0)))
        else:
            super().keyPressEvent(event)

    def _step(self, way: tuple[int, int], by_deg: float) -> None:
        start = self._probed_angles() or self._desk.needle_spot()
        if start is None or self._desk.needs:
            return
        by = by_deg / HALF_ANGLE_DEG * self.disc().width() / 2
        place = self.spot(*start) + QPointF(way[0] * by, -way[1] * by)
        direction = self._point_at(place, clamped=True)
        if direction is not None:
            self._desk.probe(direction)
