"""Clearance against depth, drawn: lines of the nearest zones over the tissue bands, tip to drag.

Exact at its samples; what is read in words is the lowest clearance that is possible there. What
lies below zero is a breach. The tip's line is dragged or nudged by keys; it only asks.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QFocusEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QPolygonF,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from viewer.i18n.text import tr
from viewer.theme.style import font, px, theme
from viewer.widgets.depth_strip import Band

Floats = NDArray[np.float64]
_DASHES = (
    Qt.PenStyle.SolidLine, Qt.PenStyle.DashLine, Qt.PenStyle.DotLine, Qt.PenStyle.DashDotLine,
)  # fmt: skip
_KEY_SHARE = 0.3
"""Most of the picture's height that the key may take."""
_TOP_MM, _ABOVE = 12.0, 1.25
"""The picture shows at least this clearance, and this many times the largest margin."""


@dataclass(frozen=True, eq=False)
class Line:
    """One zone: its verdict's id, its margin; (n,) depths rising from 0 with (n,) clearances, mm,
    and (n - 1,) what no clearance between two of them is lower than.
    """

    name: str
    verdict: str
    margin: float
    depths: Floats
    clearance: Floats
    between: Floats

    def at(self, depth: float) -> float:
        """Lowest clearance that is possible at a depth; exact at a sample."""
        k = int(np.searchsorted(self.depths, depth))
        if k < len(self.depths) and self.depths[k] == depth:
            return float(self.clearance[k])
        k = min(max(k, 1), len(self.depths) - 1)
        return float(min(self.clearance[k - 1], self.clearance[k], self.between[k - 1]))


class ProfileGraph(QWidget):
    """Emits ``depth_wanted`` (mm) while the tip is dragged, between ``began`` and ``ended``."""

    depth_wanted = Signal(float)
    began = Signal()
    ended = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._lines: tuple[Line, ...] = ()
        self._bands: tuple[Band, ...] = ()
        self._depth, self._reach, self._free, self._held = 0.0, 60.0, False, False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName(tr("Clearance against depth"))
        self.setMinimumHeight(px(96))

    def show_lines(
        self, lines: Sequence[Line], bands: Sequence[Band], depth: float, reach: float, free: bool
    ) -> None:
        """Draw lines over bands; without lines nothing is current. ``free``: the tip may move."""
        self._lines, self._bands = tuple(lines), tuple(bands)
        self._depth, self._reach, self._free = depth, reach, free
        at_tip = "; ".join(self._reading(line, depth) for line in self._lines)
        self.setAccessibleDescription(
            tr("At the tip: {values}", values=at_tip) if at_tip else tr("Computing…")
        )
        self.update()

    # -- where --------------------------------------------------------------------------------
    def box(self) -> QRectF:
        """Where the graph lies; its sides are those of the strip below it."""
        return QRectF(px(8), px(6), self.width() - px(16), self.height() - px(12))

    def x_of(self, depth: float) -> float:
        """Where a depth lies, px."""
        box = self.box()
        return box.left() + min(depth, self._reach) / self._reach * box.width()

    def y_of(self, clearance: float) -> float:
        """Where a clearance lies, px; what is beyond the picture lies on its edge."""
        low, high = self._range()
        box = self.box()
        share = (min(max(clearance, low), high) - low) / (high - low)
        return box.bottom() - share * box.height()

    def _range(self) -> tuple[float, float]:
        high = max([_TOP_MM, *(line.margin * _ABOVE for line in self._lines)])
        return -0.3 * high, high

    # -- drawing ------------------------------------------------------------------------------
    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bands, zero, margins, lines, tip."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = self.box()
        painter.setPen(QPen(QColor(theme().border), 1))
        painter.setBrush(QColor(theme().raised))
        painter.drawRoundedRect(box, px(5), px(5))
        painter.setClipRect(box.adjusted(1, 1, -1, -1))
        self._paint_bands(painter, box)
        if not self._lines:
            painter.setPen(QColor(theme().muted))
            painter.setFont(font(11))
            painter.drawText(box, Qt.AlignmentFlag.AlignCenter, tr("Computing…"))
        else:
            self._paint_ground(painter, box)
            for number, line in reversed(list(enumerate(self._lines))):
                self._paint_line(painter, number, line)
            self._paint_names(painter, box)
            self._paint_tip(painter, box)
        painter.setClipping(False)
        if self.hasFocus():
            painter.setPen(QPen(QColor(theme().focus), 2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(box.adjusted(-2, -2, 2, 2), px(6), px(6))
        painter.end()

    def _paint_bands(self, painter: QPainter, box: QRectF) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        for band in sorted(self._bands, key=lambda b: (b.end is not None, -(b.end or 0))):
            color = QColor.fromRgbF(*band.color)
            color.setAlpha(46)
            start, end = self.x_of(band.start), self.x_of(band.end or self._reach)
            painter.setBrush(color)
            painter.drawRect(QRectF(start, box.top(), max(end - start, 1.0), box.height()))

    def _paint_ground(self, painter: QPainter, box: QRectF) -> None:
        zero = self.y_of(0.0)
        breach = QColor(theme().verdict_text["breach"])
        breach.setAlpha(40)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(breach)
        painter.drawRect(QRectF(box.left(), zero, box.width(), box.bottom() - zero))
        painter.setPen(QPen(QColor(theme().text), 1.2))
        painter.drawLine(QPointF(box.left(), zero), QPointF(box.right(), zero))
        painter.setFont(font(9.5))
        painter.setPen(QColor(theme().muted))
        for clearance in (0, 5, 10, 20):
            if clearance <= self._range()[1]:
                y = self.y_of(clearance)
                text = tr("{mm} mm", mm=clearance) if clearance else "0"
                painter.drawText(QPointF(box.left() + px(3), y - px(2)), text)

    def _paint_line(self, painter: QPainter, number: int, line: Line) -> None:
        ink = QColor(theme().verdict_text[line.verdict])
        margin = QColor(ink)
        margin.setAlpha(150)
        y = self.y_of(line.margin)
        painter.setPen(QPen(margin, 1, Qt.PenStyle.DotLine))
        painter.drawLine(QPointF(self.x_of(0.0), y), QPointF(self.x_of(self._reach), y))
        painter.setPen(QPen(ink, px(2.4) if number == 0 else px(1.6), _DASHES[number % 4]))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        points = [
            QPointF(self.x_of(d), self.y_of(c))
            for d, c in zip(line.depths.tolist(), line.clearance.tolist(), strict=True)
        ]
        painter.drawPolyline(QPolygonF(points))

    def _paint_names(self, painter: QPainter, box: QRectF) -> None:
        """The key: each line's dash and name, at the top right, on a plate.

        In a low picture as many as leave the lines in sight, the deciding one first; the tip under
        the mouse names all.
        """
        painter.setFont(font(10, 600))
        tall = painter.fontMetrics().height()
        named = self._lines[: max(1, int(_KEY_SHARE * box.height() / tall))]
        wide = max(painter.fontMetrics().horizontalAdvance(line.name) for line in named)
        wide = min(wide, round(box.width() * 0.55))
        plate = QRectF(box.right() - wide - px(38), box.top() + px(3), wide + px(34),
                       tall * len(named) + px(4))  # fmt: skip
        ground = QColor(theme().card)
        ground.setAlpha(215)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(plate, px(4), px(4))
        for number, line in enumerate(named):
            top = plate.top() + px(2) + number * tall
            ink = QColor(theme().verdict_text[line.verdict])
            painter.setPen(QPen(ink, px(2), _DASHES[number % 4]))
            middle = top + tall / 2
            painter.drawLine(QPointF(plate.left() + px(4), middle),
                             QPointF(plate.left() + px(24), middle))  # fmt: skip
            painter.setPen(QColor(theme().text))
            text = painter.fontMetrics().elidedText(line.name, Qt.TextElideMode.ElideRight, wide)
            painter.drawText(QRectF(plate.left() + px(28), top, wide + 2, tall),
                             Qt.AlignmentFlag.AlignVCenter, text)  # fmt: skip

    def _paint_tip(self, painter: QPainter, box: QRectF) -> None:
        x = self.x_of(self._depth)
        for color, width in (("#FFFFFF", px(4)), ("#14202E", px(2))):
            painter.setPen(QPen(QColor(color), width))
            painter.drawLine(QPointF(x, box.top()), QPointF(x, box.bottom()))
        painter.setPen(QPen(QColor("#FFFFFF"), 1.5))
        painter.setBrush(QColor("#14202E"))
        painter.drawEllipse(QPointF(x, self.y_of(0.0)), px(5), px(5))

    # -- asking -------------------------------------------------------------------------------
    def _reading(self, line: Line, depth: float) -> str:
        down = np.floor(line.at(depth) * 10.0) / 10.0
        return tr("{zone} {mm} mm", zone=line.name, mm=f"{down:.1f}".replace("-", "−"))

    def _depth_at(self, x: float) -> float:
        box = self.box()
        share = (x - box.left()) / max(box.width(), 1.0)
        return float(np.clip(share, 0.0, 1.0)) * self._reach

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the tip along, from wherever it is pressed."""
        if event.button() == Qt.MouseButton.LeftButton and self._lines and self._free:
            self._held = True
            self.began.emit()
            self.depth_wanted.emit(round(self._depth_at(event.position().x()), 1))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the tip; without a button, read the lines under the mouse."""
        depth = self._depth_at(event.position().x())
        if self._held:
            self.depth_wanted.emit(round(depth, 1))
        elif self._lines:
            values = [self._reading(line, depth) for line in self._lines]
            head = tr("Depth {mm} mm", mm=f"{depth:.1f}")
            QToolTip.showText(event.globalPosition().toPoint(), "\n".join([head, *values]), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let the tip go: one step of undo."""
        if self._held and event.button() == Qt.MouseButton.LeftButton:
            self._held = False
            self.ended.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Left and right: the tip 1 mm, with Shift 0.1 mm."""
        way = {Qt.Key.Key_Left: -1.0, Qt.Key.Key_Right: 1.0}.get(Qt.Key(event.key()))
        if way is None or not self._free:
            super().keyPressEvent(event)
            return
        fine = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        self.depth_wanted.emit(max(0.0, round(self._depth + way * (0.1 if fine else 1.0), 1)))

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the frame."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Take the frame away."""
        super().focusOutEvent(event)
        self.update()
