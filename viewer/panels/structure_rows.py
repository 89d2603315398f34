"""How a row of the tree looks and answers: eye, colour swatch, name, opacity.

The eye and the swatch are targets of the mouse; the same is done by keys (Space, and the fade and
colour controls below the tree), so nothing depends on hitting a small picture.
"""

from __future__ import annotations

from PySide6.QtCore import QAbstractItemModel, QEvent, QModelIndex, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QFontMetrics, QMouseEvent, QPainter, QPen
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from viewer.i18n.text import tr
from viewer.panels.structure_model import LOOK
from viewer.theme.icons import paint as paint_icon
from viewer.theme.style import font, px, theme
from viewer.widgets.mirror import placed

_EYES = {
    Qt.CheckState.Checked: "eye",
    Qt.CheckState.Unchecked: "eye-off",
    Qt.CheckState.PartiallyChecked: "eye-part",
}


class StructureRows(QStyledItemDelegate):
    """Paints rows; emits ``color_wanted`` when a swatch is clicked."""

    color_wanted = Signal(QModelIndex)

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:  # type: ignore[override]
        """Rows tall enough for a finger."""
        return QSize(px(180), px(28))

    def _eye(self, option: QStyleOptionViewItem) -> QRectF:
        side = px(17)
        box = QRectF(option.rect.right() - px(26), option.rect.center().y() - side / 2, side, side)
        return placed(box, option.rect, option.direction)

    def _swatch(self, option: QStyleOptionViewItem) -> QRectF:
        side = px(13)
        top = option.rect.center().y() - side / 2 + 0.5
        box = QRectF(option.rect.left() + px(4), top, side, side)
        return placed(box, option.rect, option.direction)

    def paint(self, painter: QPainter, option, index) -> None:  # noqa: ANN001
        """Draw one row."""
        self.initStyleOption(option, index)
        state = Qt.CheckState(index.data(Qt.ItemDataRole.CheckStateRole))
        hidden = state == Qt.CheckState.Unchecked
        is_system = not index.parent().isValid()
        name, option.text = option.text, ""
        option.features &= ~QStyleOptionViewItem.ViewItemFeature.HasCheckIndicator
        style = option.widget.style()
        style.drawControl(style.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        left = option.rect.left() + px(4)
        if not is_system:
            self._paint_swatch(painter, option, index.data(LOOK))
            left += px(21)
        painter.setFont(font(13, 600 if is_system else 400))
        painter.setPen(QColor(theme().muted if hidden else theme().text))
        note = self._note(index, is_system)
        right = option.rect.right() - px(34)
        if note:
            self._paint_note(painter, note, option, right)
            right -= QFontMetrics(font(11)).horizontalAdvance(note) + px(8)
        box = QRectF(left, option.rect.top(), right - left, option.rect.height())
        # In the middle: the side, which tells twins apart, comes last.
        elided = QFontMetrics(painter.font()).elidedText(
            name, Qt.TextElideMode.ElideMiddle, int(box.width())
        )
        painter.setFont(font(13, 600 if is_system else 400))
        painter.drawText(placed(box, option.rect, option.direction), Qt.AlignmentFlag.AlignVCenter,
                         elided)  # fmt: skip
        paint_icon(
            painter, _EYES[state], self._eye(option), theme().muted if hidden else theme().text
        )
        painter.restore()

    def _note(self, index: QModelIndex, is_system: bool) -> str:
        if is_system:
            return str(index.model().rowCount(index))
        opacity = index.data(LOOK).opacity
        return tr("{percent} %", percent=round(100 * opacity)) if opacity < 0.995 else ""

    def _paint_note(self, painter: QPainter, note: str, option, right: float) -> None:  # noqa: ANN001
        painter.save()
        painter.setFont(font(11))
        painter.setPen(QColor(theme().muted))
        room = max(px(60), QFontMetrics(font(11)).horizontalAdvance(note) + px(2))
        box = QRectF(right - room, option.rect.top(), room, option.rect.height())
        box = placed(box, option.rect, option.direction)
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, note)
        painter.restore()

    def _paint_swatch(self, painter: QPainter, option, look) -> None:  # noqa: ANN001
        color = QColor.fromRgbF(*look.color)
        painter.setPen(QPen(QColor(theme().border), 1))
        painter.setBrush(color)
        painter.drawRoundedRect(self._swatch(option), px(4), px(4))

    def editorEvent(
        self,
        event: QEvent,
        model: QAbstractItemModel,
        option: QStyleOptionViewItem,
        index: QModelIndex,
    ) -> bool:  # type: ignore[override]
        """Answer clicks on the eye and on the swatch."""
        if not isinstance(event, QMouseEvent) or event.button() != Qt.MouseButton.LeftButton:
            return False
        spot = event.position()
        on_eye = self._eye(option).adjusted(-px(8), -px(6), px(8), px(6)).contains(spot)
        on_swatch = index.parent().isValid() and self._swatch(option).adjusted(
            -px(4), -px(6), px(4), px(6)
        ).contains(spot)
        if not (on_eye or on_swatch):
            return False
        if event.type() == QEvent.Type.MouseButtonRelease:
            if on_eye:
                toggle(model, index)
            else:
                self.color_wanted.emit(index)
        return True


def toggle(model: QAbstractItemModel, index: QModelIndex) -> None:
    """Hide what is wholly shown, show everything else."""
    role = Qt.ItemDataRole.CheckStateRole
    shown = Qt.CheckState(index.data(role)) == Qt.CheckState.Checked
    model.setData(index, Qt.CheckState.Unchecked if shown else Qt.CheckState.Checked, role)
