"""Panel: what the line passes, from the skin to beyond the tip, with depths.

A strip draws it to scale, the list says it in words and numbers. Bone on the line is a contact,
never a protection.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer import describe
from viewer.appearance import Color
from viewer.i18n.text import tr
from viewer.theme.style import px, theme
from viewer.widgets.build import label, named
from viewer.widgets.depth_strip import Band, DepthStrip
from zones.assessment import LayerSpan, NeedleAssessment

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter


class LayersPanel(QWidget):
    """``name_of`` and ``color_of`` say how a structure is called and drawn."""

    def __init__(
        self,
        name_of: Callable[[str], str],
        color_of: Callable[[str], Color],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name_of, self._color_of = name_of, color_of
        self.strip = DepthStrip()
        self.table = named(QTableWidget(0, 4), tr("Structures along the line"))
        self.table.setHorizontalHeaderLabels(
            [tr("Along the line"), tr("Enters"), tr("Leaves"), tr("Through")]
        )
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.note = label("", "small")
        self.note.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(10), px(8), px(10), px(8))
        layout.setSpacing(px(6))
        layout.addWidget(self.strip)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.note)
        self.restyle()
        self.show_nothing()

    def restyle(self) -> None:
        """Follow the theme and the text size."""
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        for column in (1, 2, 3):
            header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
            self.table.setColumnWidth(column, px(64))
            self.table.horizontalHeaderItem(column).setTextAlignment(_RIGHT)
        self.table.horizontalHeaderItem(0).setTextAlignment(
            Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        )
        self.table.verticalHeader().setDefaultSectionSize(px(28))
        self.strip.restyle()

    def show_nothing(self) -> None:
        """There is no needle."""
        self._fill((), tr("The layers along the line appear here once there is a needle."))
        self.strip.show_bands((), 0.0, None, 0.0)

    def show_computing(self) -> None:
        """The result is not current."""
        self._fill((), tr("Computing…"))
        self.strip.show_bands((), 0.0, None, 0.0)

    def show_result(self, needle: NeedleAssessment) -> None:
        """Show a current result."""
        depth = needle.needle.depth
        bone = any(s.bone and s.enter <= depth for s in needle.layers)
        text = tr("Bone on the line is shown as contact; it never counts as protection.")
        self._fill(needle.layers, text if bone else "", depth)
        bands = [
            Band(self._name_of(s.structure), s.enter, s.exit, self._color_of(s.structure), s.bone)
            for s in needle.layers
        ]
        self.strip.show_bands(bands, depth, needle.limit_depth, needle.searched_length)

    def _fill(self, layers: tuple[LayerSpan, ...], note: str, depth: float = 0.0) -> None:
        rows: list[LayerSpan | None] = list(layers)
        if layers:
            at = sum(span.enter <= depth for span in layers)
            rows.insert(at, None)
        self.table.clearSpans()
        self.table.setRowCount(len(rows))
        for row, span in enumerate(rows):
            texts = self._row(span) if span else self._tip_row(depth)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
                if column:
                    item.setTextAlignment(
                        Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    )
                if span is None:
                    bold = item.font()
                    bold.setBold(True)
                    item.setFont(bold)
                elif span.enter > depth:
                    item.setForeground(QColor(theme().muted))
                self.table.setItem(row, column, item)
        self.note.setText(note)
        self.note.setVisible(bool(note))

    def _row(self, span: LayerSpan) -> tuple[str, str, str, str]:
        name = self._name_of(span.structure)
        if span.bone:
            name = tr("{name} · bone contact", name=name)
        if span.open:
            name = tr("{name} · open surface", name=name)
        through = None if span.exit is None else span.exit - span.enter
        return (
            name,
            describe.limit_text(span.enter),
            tr("beyond") if span.exit is None and not span.open else describe.number(span.exit),
            describe.number(through),
        )

    def _tip_row(self, depth: float) -> tuple[str, str, str, str]:
        return (tr("▸ Tip"), describe.number(depth), "", "")
