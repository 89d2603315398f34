"""How a row of the list of points looks: a mark for its state, name, state in words, pain area."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from viewer.panels.point_model import BELOW, STATE, WORD
from viewer.theme.icons import paint as paint_icon
from viewer.theme.style import font, px, theme
from viewer.widgets.mirror import placed

PICTURES = {"pending": "computing", "found": "target", "no_muscle": "not_assessed",
            "missed": "caution", "absent": "minus", "blocked": "lock"}  # fmt: skip
_LEFT = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
_ELIDE = Qt.TextElideMode.ElideRight


class PointRows(QStyledItemDelegate):
    """Paints rows of three short lines."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # type: ignore[override]
        """Three lines high."""
        return QSize(px(180), px(58))

    def paint(self, painter: QPainter, option, index) -> None:  # noqa: ANN001
        """Draw one row."""
        self.initStyleOption(option, index)
        name, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        t, state = theme(), index.data(STATE)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        on_body = state in ("found", "no_muscle", "missed")
        side = px(17)
        rect: QRect = option.rect
        spot = QRectF(rect.left() + px(6), rect.top() + px(8), side, side)
        way = option.direction
        spot = placed(spot, rect, way)
        paint_icon(painter, PICTURES[state], spot, t.accent if on_body else t.muted)
        left = rect.left() + px(31)
        room = rect.right() - left - px(4)
        lines = (
            (name, font(12.5, 600), t.text if on_body else t.muted),
            (index.data(WORD), font(11, 600), t.accent if state == "found" else t.muted),
            (index.data(BELOW), font(11), t.muted),
        )
        top = rect.top() + px(4)
        for text, kind, ink in lines:
            painter.setFont(kind)
            painter.setPen(QColor(ink))
            shown = QFontMetrics(kind).elidedText(text, _ELIDE, room)
            painter.drawText(placed(QRectF(left, top, room, px(17)), rect, way), _LEFT, shown)
            top += px(16.5)
        painter.setPen(QColor(t.border))
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()
