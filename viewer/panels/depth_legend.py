"""The legend of limit depths: the scale in mm, what no zone limits, what was not assessed."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.depth_scale import (
    BAND_MM,
    FULL_MM,
    OPEN,
    TICKS_MM,
    UNKNOWN,
    UNKNOWN_STRIPE,
    scale_colors,
)
from viewer.i18n.text import tr
from viewer.theme.style import font, px, theme
from viewer.widgets.mirror import placed


class DepthLegend(QWidget):
    """A bar of bands with its numbers, and two patches below it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Legend of limit depths, mm"))
        self.setAccessibleDescription(
            tr(
                "Vermillion at {low} mm over yellow to blue at {high} mm and more; pale: no limit "
                "found; grey and striped: not assessed.",
                low=0,
                high=f"{FULL_MM:g}",
            )
        )

    def sizeHint(self) -> QSize:
        """Bar, numbers, two patches."""
        return QSize(px(180), px(66))

    def minimumSizeHint(self) -> QSize:
        """As narrow as the numbers allow."""
        return QSize(px(130), px(66))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw it in the colours that the pictures have."""
        painter = QPainter(self)
        bar = QRectF(1, 1, self.width() - px(22), px(11))
        self._paint_bar(painter, bar)
        below = bar.bottom() + px(19)
        self._patch(painter, below, (OPEN, OPEN), tr("No limit found in model"))
        self._patch(painter, below + px(18), (UNKNOWN, UNKNOWN_STRIPE), tr("Not assessed"))
        painter.end()

    def _paint_bar(self, painter: QPainter, bar: QRectF) -> None:
        bands = np.arange(0.0, FULL_MM, BAND_MM)
        colors = scale_colors(bands)
        wide = bar.width() / len(bands)
        painter.setPen(Qt.PenStyle.NoPen)
        for at, color in enumerate(colors.tolist()):
            painter.setBrush(QColor(*color))
            painter.drawRect(QRectF(bar.left() + at * wide, bar.top(), wide + 0.6, bar.height()))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme().border), 1))
        painter.drawRect(bar)
        painter.setFont(font(10))
        painter.setPen(QColor(theme().muted))
        for mark in TICKS_MM:
            x = bar.left() + bar.width() * mark / FULL_MM
            text = tr("≥ {mm} mm", mm=mark) if mark == TICKS_MM[-1] else str(mark)
            width = painter.fontMetrics().horizontalAdvance(text) + 2
            left = min(max(x - width / 2, 0), self.width() - width)
            painter.drawText(QRectF(left, bar.bottom() + px(2), width, px(14)), text)

    def _patch(
        self, painter: QPainter, top: float, colors: tuple[tuple[int, ...], ...], text: str
    ) -> None:
        box = placed(QRectF(1, top, px(18), px(12)), self.rect(), self.layoutDirection())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(*colors[0]))
        painter.drawRect(box)
        if colors[1] != colors[0]:
            painter.setBrush(QBrush(QColor(*colors[1]), Qt.BrushStyle.BDiagPattern))
            painter.drawRect(box)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(QColor(theme().border), 1))
        painter.drawRect(box)
        painter.setFont(font(10.5))
        painter.setPen(QColor(theme().text))
        words = QRectF(px(25), top - px(2), self.width() - px(26), px(16))
        room = placed(words, self.rect(), self.layoutDirection())
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        shown = painter.fontMetrics().elidedText(
            text, Qt.TextElideMode.ElideRight, int(room.width())
        )
        painter.drawText(room, align, shown)
