"""A drop-down in the theme's look; values in its menu, one of them possibly typed elsewhere."""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QComboBox, QSizePolicy, QStyle, QWidget

from viewer.theme.icons import paint as paint_icon
from viewer.theme.style import px, theme


class Choice(QComboBox):
    """A combo box that paints itself as one of the theme's fields."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)

    def sizeHint(self) -> QSize:
        """As tall as a box of numbers."""
        text = self.fontMetrics().horizontalAdvance(self._longest())
        return QSize(text + px(38), px(28))

    def minimumSizeHint(self) -> QSize:
        """May be narrowed; the text is cut with dots then."""
        return QSize(px(60), px(28))

    def _longest(self) -> str:
        texts = [self.itemText(i) for i in range(self.count())] or [""]
        return max(texts, key=self.fontMetrics().horizontalAdvance)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw field, text and chevron."""
        t = theme()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        painter.setPen(QPen(QColor(t.focus if focus else t.border), 2 if focus else 1))
        painter.setBrush(QColor(t.hover if self.underMouse() and self.isEnabled() else t.raised))
        inset = 1.0 if focus else 0.5
        frame = QRectF(self.rect()).adjusted(inset, inset, -inset, -inset)
        painter.drawRoundedRect(frame, px(7), px(7))
        painter.setPen(QColor(t.text if self.isEnabled() else t.muted))
        direction = self.layoutDirection()
        inner = self.rect().adjusted(px(9), 0, -px(24), 0)
        room = QStyle.visualRect(direction, self.rect(), inner)
        text = self.fontMetrics().elidedText(
            self.currentText(), Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text)
        side = px(13)
        place = QRect(self.width() - px(20), (self.height() - side) // 2, side, side)
        box = QRectF(QStyle.visualRect(direction, self.rect(), place))
        paint_icon(painter, "chevron", box, t.muted)
        painter.end()
