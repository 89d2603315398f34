"""A table of answers as tall as its rows, and a verdict that keeps its colour in a chosen row."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableWidget,
    QTableWidgetItem,
)

from viewer.theme.style import px, theme
from viewer.widgets.build import named, text_width

_MOST_ROWS = 8


class InItsColour(QStyledItemDelegate):
    """Keeps an item's own colour while its row is chosen: the style sheet would take it away."""

    def initStyleOption(
        self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Draw a chosen item like any other, on the ground of a chosen one."""
        super().initStyleOption(option, index)
        if option.state & QStyle.StateFlag.State_Selected:
            option.state &= ~QStyle.StateFlag.State_Selected
            option.backgroundBrush = QBrush(QColor(theme().selected))


class AnswerTable(QTableWidget):
    """Rows are chosen whole; ``numbers`` are the columns written to the right.

    ``wide`` is the column that takes what room is left and gives way first; without one the table
    is as narrow as its texts.
    """

    def __init__(
        self,
        name: str,
        headings: Sequence[tuple[str, str]],
        numbers: Iterable[int],
        wide: int | None = None,
    ) -> None:
        super().__init__(0, len(headings))
        named(self, name)
        self._numbers, self._wide = frozenset(numbers), wide
        self.setIconSize(QSize(px(16), px(16)))
        for column, (short, full) in enumerate(headings):
            item = QTableWidgetItem(short)
            item.setToolTip(full)
            item.setTextAlignment(self._side(column))
            self.setHorizontalHeaderItem(column, item)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(px(30))
        self.horizontalHeader().setHighlightSections(False)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setTabKeyNavigation(False)

    def _side(self, column: int) -> Qt.AlignmentFlag:
        flag = Qt.AlignmentFlag
        return (flag.AlignRight if column in self._numbers else flag.AlignLeft) | flag.AlignVCenter

    def put(self, row: int, column: int, text: str) -> QTableWidgetItem:
        """Put a text into a cell; the item that is there stays, and with it what is being typed."""
        item = self.item(row, column)
        if item is None:
            item = QTableWidgetItem()
            item.setTextAlignment(self._side(column))
            self.setItem(row, column, item)
        if item.text() != text:
            item.setText(text)
        return item

    def fit(self) -> None:
        """As wide as the texts with some air, and as tall as the rows."""
        shown = [c for c in range(self.columnCount()) if not self.isColumnHidden(c)]
        widths = {}
        for column in shown:
            head = text_width(self.horizontalHeaderItem(column).text(), 10.5, 600) + px(8)
            air = px(14) if column != shown[-1] else px(4)
            widths[column] = max(self.sizeHintForColumn(column), head) + air
        wide, room = sum(widths.values()), self.viewport().width()
        if self._wide is not None:
            has = widths[self._wide]
            widths[self._wide] = max(has + room - wide, min(has, px(220)))  # the tip has it whole
            wide = sum(widths.values())
        for column, width in widths.items():
            self.setColumnWidth(column, width)
        rows, frame = min(self.rowCount(), _MOST_ROWS), 2 * self.frameWidth()
        if self._wide is None:
            self.setMaximumWidth(wide + frame + (px(12) if self.rowCount() > rows else 0))
        bar = self.horizontalScrollBar().sizeHint().height() if wide > room else 0
        head = self.horizontalHeader().sizeHint().height()
        self.setFixedHeight(head + rows * px(30) + bar + frame + px(2))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give one column what is left over."""
        super().resizeEvent(event)
        self.fit()
