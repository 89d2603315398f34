"""Painting over the slice: the needle with its tip and limit depth, and measured distances."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFontMetricsF, QPainter, QPen, QPolygonF

from viewer import describe
from viewer.i18n.text import tr
from viewer.measure import Distance
from viewer.panels.section_paint import INK, PAPER, Scale, plate
from viewer.section_slice import Slice
from viewer.theme.style import font, px
from zones.needle import Needle

Vector = NDArray[np.float64]
_IN_PLANE_MM = 0.5


def needle_boxes(made: Slice, needle: Needle, scale: Scale) -> list[QRectF]:
    """Small boxes along the shaft: where no name may lie."""
    axis = made.plane.flat(made.plane.origin + needle.direction)[0]
    count = max(int(needle.depth / 2.5) + 1, 2)
    side = px(9)
    return [
        QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
        for at in (scale.point(axis * d) for d in np.linspace(-8, needle.depth + 3, count))
    ]


class NeedlePainter:
    """One needle in one slice. ``limit`` is the limit depth, ``None`` where there is none yet."""

    def __init__(self, made: Slice, needle: Needle, limit: float | None, scale: Scale) -> None:
        self._scale, self._depth, self._limit = scale, needle.depth, limit
        self.axis = made.plane.flat(made.plane.origin + needle.direction)[0]
        self.side = np.array([-self.axis[1], self.axis[0]])
        if self.side[0] > 0:
            self.side = -self.side  # texts go to the left; the names' column is on the right

    def _at(self, depth: float, aside: float = 0.0) -> QPointF:
        return self._scale.point(self.axis * depth + self.side * aside)

    def texts(self) -> list[tuple[str, QRectF]]:
        """What is written beside the needle, and where; none overlaps another."""
        metrics = QFontMetricsF(font(11.5, 700))
        rows = [(self._depth, tr("tip {mm}", mm=describe.number(self._depth)))]
        if self._limit is not None:
            rows.append((self._limit, tr("limit {mm}", mm=describe.limit_text(self._limit))))
        made: list[tuple[str, QRectF]] = []
        tall = metrics.height() + px(2)
        for depth, text in sorted(rows):
            wide = metrics.horizontalAdvance(text) + px(10)
            at = self._at(depth)
            box = QRectF(at.x() - px(18) - wide, at.y() - tall / 2, wide, tall)
            if made and box.intersects(made[-1][1].adjusted(0, -1, 0, 1)):
                box.moveTop(made[-1][1].bottom() + 2)
            made.append((text, box))
        return made

    def paint(self, painter: QPainter, height: float) -> None:
        """Draw the line beyond the tip, the limit, the shaft, the tip, the texts."""
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        reach = height / self._scale.px_per_mm * 1.5
        for tone, width in ((PAPER, px(2.6)), (INK, px(1.0))):
            pen = QPen(tone, width)
            pen.setDashPattern([5, 4] if tone is INK else [5 / 2.6, 4 / 2.6])
            painter.setPen(pen)
            painter.drawLine(self._at(self._depth), self._at(reach))
        if self._limit is not None:
            half = px(13) / self._scale.px_per_mm
            for tone, width in ((PAPER, px(5)), (INK, px(2.4))):
                painter.setPen(QPen(tone, width))
                painter.drawLine(self._at(self._limit, half), self._at(self._limit, -half))
        outside = -px(60) / self._scale.px_per_mm
        for tone, width in ((PAPER, px(6)), (INK, px(2.8))):
            pen = QPen(tone, width)
            pen.setCapStyle(Qt.PenCapStyle.FlatCap)
            painter.setPen(pen)
            painter.drawLine(self._at(outside), self._at(self._depth))
        head = [self._at(self._depth + a / self._scale.px_per_mm, b / self._scale.px_per_mm)
                for a, b in ((0, 0), (-px(11), px(4)), (-px(11), -px(4)))]  # fmt: skip
        painter.setPen(QPen(PAPER, 1.2))
        painter.setBrush(INK)
        painter.drawPolygon(QPolygonF(head))
        painter.setFont(font(11.5, 700))
        for text, box in self.texts():
            plate(painter, box, text)


def paint_distances(
    painter: QPainter, made: Slice, scale: Scale, kept: Sequence[Distance], color: QColor
) -> None:
    """Draw the measured distances that lie in this plane."""
    for distance in kept:
        ends = np.array([distance.start, distance.stop])
        if np.abs(made.plane.height(ends)).max() > _IN_PLANE_MM:
            continue
        start, stop = (scale.point(at) for at in made.plane.flat(ends))
        paint_distance(painter, start, stop, distance.mm, color)


def paint_distance(
    painter: QPainter, start: QPointF, stop: QPointF, mm: float, color: QColor
) -> None:
    """Draw a ruled line with its length."""
    for tone, width in ((PAPER, px(4)), (color, px(2))):
        painter.setPen(QPen(tone, width))
        painter.drawLine(start, stop)
        painter.setBrush(tone)
        for end in (start, stop):
            painter.drawEllipse(end, width, width)
    painter.setFont(font(11.5, 700))
    text = tr("{mm} mm", mm=f"{mm:.1f}")
    wide = QFontMetricsF(painter.font()).horizontalAdvance(text) + px(10)
    middle = (start + stop) / 2
    plate(painter, QRectF(middle.x() - wide / 2, middle.y() - px(22), wide, px(17)), text)
