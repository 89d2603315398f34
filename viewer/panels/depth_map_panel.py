"""Panel: the skin coloured by how deep a needle may go; which map, its progress, a read-out."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from viewer import answer_words, describe
from viewer.i18n.text import tr
from viewer.map_desk import Asked
from viewer.panels.depth_legend import DepthLegend
from viewer.panels.read_out import ReadOut
from viewer.skin_map import WAITING, SkinMap
from viewer.theme.style import px
from viewer.widgets.build import label, named
from viewer.widgets.choice import Choice
from viewer.widgets.number_box import NumberBox
from viewer.workbench import Workbench


class DepthMapPanel(QWidget):
    """Asks a `MapDesk` and shows what it answers."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench, self._desk = bench, bench.answers.map
        self.on = named(QCheckBox(tr("Show the map")), tr("Show the map on the skin"))
        self.on.toggled.connect(self._desk.show)
        self.mode = named(Choice(), tr("Direction at each point"))
        for text, data in (
            (tr("Straight in"), "normal"),
            (tr("The needle's tilt and azimuth"), "needle"),
            (tr("Worst within an angle"), "worst"),
        ):
            self.mode.addItem(text, data)
        self.region = named(Choice(), tr("Part of the skin"))
        self.region.addItem(tr("Around the needle"), "around")
        self.region.addItem(tr("Whole skin"), "whole")
        self.spread = named(NumberBox(), tr("Half angle of the directions, degrees"))
        self.spread.setRange(1.0, 45.0)
        self.spread.setDecimals(0)
        self.spread.setSuffix("°")
        self.spread.setKeyboardTracking(False)
        self.spread.setValue(self._desk.asked.spread_deg)
        self.mode.activated.connect(self._ask)
        self.region.activated.connect(self._ask)
        self.spread.valueChanged.connect(self._ask)
        self.progress = named(QProgressBar(), tr("Progress of the map"))
        self.progress.setRange(0, 100)
        self.progress.setTextVisible(False)
        self.progress.setMaximumHeight(px(8))
        self.stop = named(QPushButton(tr("Cancel")), tr("Cancel the map"))
        self.stop.clicked.connect(self._desk.cancel)
        self.state = label("", "small")
        self.state.setWordWrap(True)
        self.read = ReadOut(tr("Point of the skin"))
        self.legend = DepthLegend()
        self._lay_out()
        self._desk.on_change.append(self.follow)
        self.follow()

    def _lay_out(self) -> None:
        left, right = QVBoxLayout(), QVBoxLayout()
        for column in (left, right):
            column.setSpacing(px(5))
        left.addWidget(self.on, 0, Qt.AlignmentFlag.AlignLeft)
        for text, control in (
            (tr("Direction"), self.mode), (tr("Half angle"), self.spread),
            (tr("Region"), self.region),
        ):  # fmt: skip
            line = QHBoxLayout()
            name = label(text)
            name.setBuddy(control)
            name.setMinimumWidth(px(72))
            line.addWidget(name)
            line.addWidget(control, 1)
            left.addLayout(line)
        left.addStretch(1)
        busy = QHBoxLayout()
        busy.addWidget(self.progress, 1)
        busy.addWidget(self.stop)
        right.addWidget(self.read)
        right.addWidget(self.state)
        right.addLayout(busy)
        right.addStretch(1)
        right.addWidget(self.legend)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(10), px(6), px(10), px(6))
        row.setSpacing(px(16))
        row.addLayout(left, 1)
        row.addLayout(right, 1)

    def _ask(self, *_: object) -> None:
        asked = Asked(
            self.mode.currentData(), self.region.currentData(), float(self.spread.value())
        )
        self._desk.ask(asked)
        self.follow()

    # -- following ----------------------------------------------------------------------------
    def follow(self) -> None:
        """Show what the desk has now."""
        desk, asked = self._desk, self._desk.asked
        for control, value in ((self.mode, asked.mode), (self.region, asked.region)):
            control.setCurrentIndex(control.findData(value))
        self.on.blockSignals(True)
        self.on.setChecked(desk.is_wanted)
        self.on.blockSignals(False)
        self.spread.setEnabled(asked.mode == "worst")
        shown = desk.current
        share = shown.share if shown is not None else 0.0
        self.progress.setValue(round(100 * share))
        self.progress.setVisible(desk.is_busy)
        self.stop.setVisible(desk.is_busy)
        self.state.setText(self._state_text(shown))
        self._follow_read(shown)

    def _state_text(self, shown: SkinMap | None) -> str:
        if not self._desk.is_wanted:
            return tr("The map is off.")
        if self._desk.needs:
            return self._desk.needs
        if shown is None:
            return tr("Computing…")
        lines = []
        if shown.share < 1.0 and WAITING not in shown.state:
            lines.append(tr("Every point at one phase; the whole breath follows."))
        elif shown.share < 1.0:
            text = tr("{percent} % of the points asked; the rest looks like its worst neighbour.",
                      percent=int(100 * shown.share))  # fmt: skip
            lines.append(text)
        else:
            lines.append(tr("{count} points of the skin, lines every 10 mm.",
                            count=len(shown.vertices)))  # fmt: skip
        if shown.not_assessed:
            lines.append(answer_words.unknown_words(len(shown.not_assessed)))
        return " ".join(lines)

    def _follow_read(self, shown: SkinMap | None) -> None:
        at = self._desk.probed
        if shown is None or at is None:
            self.read.show_hint(tr("Point at the coloured skin.") if shown is not None else "")
        elif shown.state[at] == WAITING:
            self.read.show_hint(tr("Computing…"))
        else:
            self.read.show_reading(
                describe.position(shown.points[at]),
                answer_words.limit_title(len(shown.not_assessed)),
                answer_words.limit_words(
                    float(shown.limit[at]), int(shown.state[at]), shown.max_depth
                ),
                answer_words.limit_lines(
                    float(shown.limit[at]), int(shown.state[at]), float(shown.leaves_at[at]),
                    self._desk.zone_at(shown, at), len(shown.not_assessed), shown.max_depth,
                ),
            )  # fmt: skip

    def restyle(self) -> None:
        """Follow the theme."""
        self.legend.update()

    def let_go(self) -> None:
        """Stop hearing: another panel takes its place."""
        self._desk.on_change.remove(self.follow)
