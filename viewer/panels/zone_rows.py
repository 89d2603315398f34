"""How a row of the clearance table looks: icon, name, verdict in words, numbers in columns."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem, QWidget

from viewer.i18n.text import tr
from viewer.panels.zone_model import CLEARANCE, NAME, VERDICT, ZONE
from viewer.theme.icons import paint as paint_icon
from viewer.theme.palette import VERDICT_FILL
from viewer.theme.style import font, px, theme
from viewer.widgets.mirror import placed
from viewer.widgets.number_box import NumberBox

_FLAG = Qt.AlignmentFlag
NAME_LEFT, NAME_RIGHT = 34, 2
"""Beside a name, px of the design: bar and icon, and a hair."""
_ELIDE = Qt.TextElideMode.ElideRight


def word_font(word: str, width: float) -> QFont:
    """The font in which a verdict is whole at this width, px; of a size that is still read."""
    sizes = (11, 10, 9)
    fits = (s for s in sizes if QFontMetrics(font(s, 600)).horizontalAdvance(word) <= width)
    return font(next(fits, sizes[-1]), 600)


class ZoneRows(QStyledItemDelegate):
    """Paints the cells; edits a margin with a box of numbers."""

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # type: ignore[override]
        """Two lines high."""
        return QSize(px(50), px(42))

    def paint(self, painter: QPainter, option, index) -> None:  # noqa: ANN001
        """Draw one cell."""
        self.initStyleOption(option, index)
        text, option.text = option.text, ""
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        verdict = index.data(VERDICT)
        if index.column() == NAME:
            self._paint_name(painter, option.rect, text, verdict, index)
        else:
            self._paint_number(painter, option.rect, text, verdict, index)
        painter.setPen(QColor(theme().border))
        rect: QRect = option.rect
        painter.drawLine(rect.bottomLeft(), rect.bottomRight())
        painter.restore()

    def _paint_name(
        self, painter: QPainter, rect: QRect, name: str, verdict: str, index: QModelIndex
    ) -> None:
        t = theme()
        bar = QRectF(rect.left(), rect.top() + px(5), px(4), rect.height() - px(10))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(VERDICT_FILL[verdict]))
        way = painter.layoutDirection()
        painter.drawRoundedRect(placed(bar, rect, way), px(2), px(2))
        side = px(18)
        ink = t.verdict_text[verdict]
        spot = QRectF(rect.left() + px(10), rect.center().y() - side / 2, side, side)
        paint_icon(painter, verdict, placed(spot, rect, way), ink)
        left = rect.left() + px(NAME_LEFT)
        width = rect.right() - left - px(NAME_RIGHT)
        top = placed(QRectF(left, rect.top() + px(4), width, px(18)), rect, way)
        painter.setFont(font(12.5, 600))
        painter.setPen(QColor(t.text))
        shown = QFontMetrics(painter.font()).elidedText(name, _ELIDE, width)
        painter.drawText(top, _FLAG.AlignVCenter, shown)
        model = index.model()
        word = model.shown_word(index.data(ZONE))
        painter.setFont(word_font(word, width))
        painter.setPen(QColor(ink))
        below = top.translated(0, px(16))
        painter.drawText(below, _FLAG.AlignVCenter, word)

    def _paint_number(
        self, painter: QPainter, rect: QRect, text: str, verdict: str, index: QModelIndex
    ) -> None:
        strong = index.column() == CLEARANCE
        mirrored = painter.layoutDirection() == Qt.LayoutDirection.RightToLeft
        box = rect.adjusted(px(7), 0, 0, 0) if mirrored else rect.adjusted(0, 0, -px(7), 0)
        painter.setFont(font(15 if strong else 12.5, 700 if strong else 400))
        ink = theme().verdict_text[verdict] if strong else theme().text
        painter.setPen(QColor(theme().muted if text in ("–", "…") else ink))
        align = _FLAG.AlignRight | _FLAG.AlignVCenter
        if not strong:
            painter.drawText(box, align, text)
            return
        half = rect.height() // 2
        painter.drawText(box.adjusted(0, px(3), 0, -half + px(3)), align, text)
        painter.setFont(font(10.5))
        painter.setPen(QColor(theme().muted))
        below = index.model().margin_text(index.data(ZONE))
        painter.drawText(box.adjusted(0, half, 0, -px(4)), align, below)

    def createEditor(self, parent: QWidget, option, index) -> QWidget:  # noqa: ANN001
        """Return a box for a margin."""
        box = NumberBox(parent)
        box.setAccessibleName(tr("Margin, mm"))
        box.setRange(0.0, 100.0)
        box.setDecimals(1)
        box.setSingleStep(0.5)
        return box
