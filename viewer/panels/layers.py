"""Panel: what the line passes, from the skin to beyond the tip, with depths.

A graph shows the clearance of the nearest zones at each depth, a strip below it the layers to
scale, the list says them in words and numbers. Bone on the line is a contact, never a protection.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QFrame,
    QHeaderView,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer import describe
from viewer.appearance import Color
from viewer.i18n.text import tr
from viewer.profile_desk import Graph
from viewer.theme.style import px, theme
from viewer.widgets.build import label, named
from viewer.widgets.depth_strip import Band, DepthStrip
from viewer.widgets.profile_graph import Line, ProfileGraph
from zones.assessment import LayerSpan, NeedleAssessment
from zones.path_score import FORMULA

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
        self._bands: list[Band] = []
        self.graph = ProfileGraph()
        self.strip = DepthStrip()
        self.score_on = named(QCheckBox(tr("Path score")), tr("Path score"))
        self.score_on.setToolTip(
            tr(
                "{formula}, from the entry point to the tip: millimetres of path, weighted with "
                "the share of each margin that is lost. A convention that only orders needles.",
                formula=tr(FORMULA),
            )
        )
        self.score = label("", "small")
        self.score.setWordWrap(True)
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
        page = QWidget()
        layout = QVBoxLayout(page)
        layout.setContentsMargins(px(10), px(8), px(10), px(8))
        layout.setSpacing(px(6))
        layout.addWidget(self.graph, 2)
        layout.addWidget(self.strip)
        layout.addWidget(self.table, 3)
        layout.addWidget(self.score_on)
        layout.addWidget(self.score)
        layout.addWidget(self.note)
        scroll = QScrollArea()  # a low window shows a part of it, not all of it squeezed
        scroll.setWidget(page)
        scroll.setWidgetResizable(True)
        scroll.viewport().setAutoFillBackground(False)
        page.setAutoFillBackground(False)  # the card shows through, in every theme
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(scroll)
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
        self.table.setMinimumHeight(px(120))
        self.strip.restyle()

    def show_nothing(self) -> None:
        """There is no needle."""
        self._fill((), tr("The layers along the line appear here once there is a needle."))
        self._show_no_line()
        self.graph.hide()

    def show_computing(self) -> None:
        """The result is not current."""
        self._fill((), tr("Computing…"))
        self._show_no_line()
        self.graph.show()

    def _show_no_line(self) -> None:
        self._bands = []
        self.strip.show_bands((), 0.0, None, 0.0)
        self.show_graph(None, False, False)

    def show_result(self, needle: NeedleAssessment) -> None:
        """Show a current result."""
        depth = needle.needle.depth
        bone = any(s.bone and s.enter <= depth for s in needle.layers)
        text = tr("Bone on the line is shown as contact; it never counts as protection.")
        self._fill(needle.layers, text if bone else "", depth)
        self._bands = [
            Band(self._name_of(s.structure), s.enter, s.exit, self._color_of(s.structure), s.bone)
            for s in needle.layers
        ]
        self.strip.show_bands(self._bands, depth, needle.limit_depth, needle.searched_length)
        self.graph.show()

    def show_graph(self, graph: Graph | None, free: bool, scored: bool) -> None:
        """Show the clearances of the present needle; ``None`` while they are computed.

        A score is shown only beside the clearances it was made from.
        """
        self.score.setVisible(graph is not None and scored)
        self.score_on.setVisible(graph is not None)
        if graph is None:
            self.graph.show_lines((), self._bands, 0.0, 60.0, False)
            return
        by_id = {zone.zone_id: zone for zone in graph.needle.zones}
        profile, lines = graph.profile, []
        for row in graph.rows:
            zone = by_id[profile.zone_ids[row]]
            lines.append(
                Line(describe.zone_name(zone), zone.verdict.value, zone.margin, profile.depths,
                     profile.clearance[row], profile.between[row])
            )  # fmt: skip
        self.graph.show_lines(lines, self._bands, graph.needle.needle.depth, graph.reach, free)
        self.score.setText(_score_text(graph))

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


def _score_text(graph: Graph) -> str:
    """The score with its formula, and the least clearance, without which it is never shown."""
    least = min((z.clearance for z in graph.needle.zones if z.clearance is not None), default=None)
    amount = f"{graph.score.total_mm:.1f}"
    text = tr("Path score {mm} mm = {formula}; least clearance {least} mm.", mm=amount,
              formula=tr(FORMULA), least=describe.clearance_text(least))  # fmt: skip
    if not graph.score.is_complete:
        text += " " + tr("At least: some zone is not assessed and counts nothing here.")
    return text
