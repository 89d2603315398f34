"""The line drawn to scale: tissue bands, the needle in them, its tip and the limit depth."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

from viewer.i18n.text import decimal, tr
from viewer.theme.style import font, px, theme

_STEPS = (5, 10, 20, 50, 100, 200)


@dataclass(frozen=True)
class Band:
    """A structure from ``start`` to ``end`` mm (``None``: beyond what is drawn)."""

    name: str
    start: float
    end: float | None
    color: tuple[float, float, float]
    bone: bool = False


def _start(band: Band) -> str:
    return decimal(f"{band.start:.1f}")


def _end(band: Band) -> str:
    return "…" if band.end is None else decimal(f"{band.end:.1f}")


class DepthStrip(QWidget):
    """A ruler in mm with bands above it. Its accessible text lists them."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bands: tuple[Band, ...] = ()
        self._depth, self._limit, self._reach = 0.0, None, 60.0
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(tr("Section along the line, mm"))
        self.restyle()

    def restyle(self) -> None:
        """Follow the text size."""
        self.setFixedHeight(px(74))
        self.update()

    def show_bands(
        self, bands: Sequence[Band], depth: float, limit: float | None, searched: float
    ) -> None:
        """Show bands, needle and limit depth; without bands an empty ruler."""
        self._bands = tuple(bands)
        self._depth, self._limit = depth, limit
        marks = [depth, limit or 0.0]
        self._reach = max(40.0, *(m * 1.35 for m in marks))
        starts = [f"{b.name} {tr('{mm} mm', mm=f'{b.start:.1f}')}" for b in bands]
        self.setAccessibleDescription("; ".join(starts))
        self.setToolTip(
            "\n".join(
                f"{b.name}: {decimal(f'{b.start:.1f}')} – {tr('{mm} mm', mm=_end(b))}"
                for b in bands
            )
        )
        self.update()

    def _x(self, depth: float) -> float:
        return px(8) + min(depth, self._reach) / self._reach * (self.width() - px(16))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw bands, needle, limit, ruler."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(px(8), px(16), self.width() - px(16), px(30))
        painter.setPen(QPen(QColor(theme().border), 1))
        painter.setBrush(QColor(theme().raised))
        painter.drawRoundedRect(box, px(5), px(5))
        self._paint_bands(painter, box)
        self._paint_ruler(painter, box)
        if self._bands:
            self._paint_limit(painter, box)
            self._paint_needle(painter, box)
        painter.end()

    def _paint_bands(self, painter: QPainter, box: QRectF) -> None:
        shown = self._shown()
        for band in shown:
            start, end = self._x(band.start), self._x(band.end or self._reach)
            part = QRectF(start, box.top() + 1, max(end - start, 1.5), box.height() - 2)
            color = QColor.fromRgbF(*band.color)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(color)
            painter.drawRect(part)
            if band.bone:
                dark = QColor(0, 0, 0, 90)
                painter.setBrush(QBrush(dark, Qt.BrushStyle.FDiagPattern))
                painter.drawRect(part)
        painter.setFont(font(10.5, 600))
        for band, start, end in self._free(shown):
            part = QRectF(start, box.top() + 1, end - start, box.height() - 2)
            if painter.fontMetrics().horizontalAdvance(band.name) < part.width() - px(8):
                light = QColor.fromRgbF(*band.color).lightness() > 105
                painter.setPen(QColor("#0B0E11" if light else "#FFFFFF"))
                above = part.adjusted(px(4), 0, 0, -px(13))
                painter.drawText(above, Qt.AlignmentFlag.AlignVCenter, band.name)

    def _shown(self) -> list[Band]:
        """The bands in sight in the order they are painted: what holds others lies below them."""
        order = sorted(self._bands, key=lambda b: (b.end is not None, -(b.end or 0)))
        return [band for band in order if band.start < self._reach]

    def _free(self, shown: Sequence[Band]) -> list[tuple[Band, float, float]]:
        """For each band the widest part that no later one covers, px: there its name is whole."""
        free = []
        for number, band in enumerate(shown):
            parts = [(self._x(band.start), self._x(band.end or self._reach))]
            for over in shown[number + 1 :]:
                low, high = self._x(over.start), self._x(over.end or self._reach)
                cut = [((a, min(b, low)), (max(a, high), b)) for a, b in parts]
                parts = [(a, b) for pair in cut for a, b in pair if b > a]
            free += [(band, *max(parts, key=lambda part: part[1] - part[0]))] if parts else []
        return free

    def _paint_ruler(self, painter: QPainter, box: QRectF) -> None:
        step = next((s for s in _STEPS if self._reach / s <= 8), _STEPS[-1])
        painter.setFont(font(10))
        painter.setPen(QColor(theme().muted))
        mark = 0
        while mark <= self._reach:
            x = self._x(mark)
            painter.drawLine(QPointF(x, box.bottom() + 1), QPointF(x, box.bottom() + px(4)))
            text = tr("{mm} mm", mm=mark) if mark == 0 else str(mark)
            label = QRectF(x - px(24), box.bottom() + px(5), px(48), px(14))
            align = Qt.AlignmentFlag.AlignHCenter
            if mark == 0:
                label.moveLeft(x - 1)
                align = Qt.AlignmentFlag.AlignLeft
            painter.drawText(label, align, text)
            mark += step

    def _paint_limit(self, painter: QPainter, box: QRectF) -> None:
        if self._limit is None or self._limit > self._reach:
            return
        x = self._x(self._limit)
        painter.setPen(QPen(QColor(theme().text), 1.5, Qt.PenStyle.DashLine))
        painter.drawLine(QPointF(x, box.top() - px(3)), QPointF(x, box.bottom() + px(3)))
        painter.setFont(font(10.5, 600))
        text = tr("limit {mm}", mm=f"{int(self._limit * 10 // 1) / 10:.1f}")
        width = painter.fontMetrics().horizontalAdvance(text) + 2
        left = min(max(x - width / 2, px(2)), self.width() - width - px(2))
        painter.drawText(QRectF(left, 0, width, px(13)), Qt.AlignmentFlag.AlignLeft, text)

    def _paint_needle(self, painter: QPainter, box: QRectF) -> None:
        y, x = box.bottom() - px(8), self._x(self._depth)
        for color, width in (("#FFFFFF", px(5)), ("#14202E", px(2.4))):
            pen = QPen(QColor(color), width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(box.left() - px(4), y), QPointF(x - px(4), y))
        painter.setPen(QPen(QColor("#FFFFFF"), 1))
        painter.setBrush(QColor("#14202E"))
        half = px(4)
        painter.drawPolygon(
            QPolygonF([QPointF(x, y), QPointF(x - px(9), y - half), QPointF(x - px(9), y + half)])
        )
