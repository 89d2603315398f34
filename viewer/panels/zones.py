"""Panel: every danger zone of the needle, worst first, with what could not be assessed counted."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QTableView,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer import describe
from viewer.i18n.text import tr
from viewer.other_people import Known, brief_range, range_in_full, short_range
from viewer.panels.zone_columns import fit_columns, set_widths
from viewer.panels.zone_model import ZONE, ZoneModel
from viewer.panels.zone_rows import ZoneRows
from viewer.theme.icons import icon
from viewer.theme.style import px, theme
from viewer.widgets.build import label, named
from viewer.widgets.elided import Elided
from zones.assessment import NeedleAssessment, Verdict

_ROOMY = 230
"""Height of the panel, px of the design, from which the range in people is said below the table."""


class ZonesPanel(QWidget):
    """Filter chips with counts, and the table."""

    zone_chosen = Signal(str)
    margin_edited = Signal(str, float)
    breath_wanted = Signal(bool)
    people_said = Signal(str, str)
    """Short and in full what a low panel has no line for; empty where it says it itself."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.model = ZoneModel(self)
        self._needle: NeedleAssessment | None = None
        self._within, self._brief = ("", ""), ""
        self.model.on_margin = self.margin_edited.emit
        self._build_chips()
        self._build_table()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(8), px(6), px(8), px(8))
        layout.setSpacing(px(4))
        self.empty = label(tr("Clearances appear here once there is a needle."), "muted")
        self.empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.empty.setWordWrap(True)
        layout.addLayout(self._chip_row)
        self._breath_row = self._build_breath()
        layout.addLayout(self._breath_row)
        layout.addWidget(self.table, 1)
        layout.addWidget(self.empty, 1)
        self.people = Elided()
        self.people.hide()
        layout.addWidget(self.people)
        self.restyle()

    def _build_chips(self) -> None:
        self._chip_row = QHBoxLayout()
        self._chip_row.setSpacing(px(2))
        self._group = QButtonGroup(self)
        self.chips: dict[Verdict | None, QToolButton] = {}
        for verdict in (None, *Verdict):
            chip = QToolButton()
            chip.setCheckable(True)
            chip.setChecked(verdict is None)
            chip.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            chip.clicked.connect(partial(self._only, verdict))
            self._group.addButton(chip)
            self._chip_row.addWidget(chip)
            self.chips[verdict] = chip
        self._chip_row.addStretch(1)

    def _build_breath(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(px(8))
        self.breath = QCheckBox(tr("Through the breath"))
        named(self.breath, tr("Judge by the worst phase of the breath"))
        self.breath.setToolTip(tr(
            "Every zone at its worst phase, from breathed out to a full breath in. Clearances are "
            "ranges: the worst phase, then the phase shown."
        ))  # fmt: skip
        self.breath.toggled.connect(self.breath_wanted)
        self.worst_phase = Elided()
        row.addWidget(self.breath)
        row.addWidget(self.worst_phase, 1)
        return row

    def _say_phase(self, needle: NeedleAssessment | None, current: bool) -> None:
        """Name the worst phase of the zone that decides."""
        if not self.breath.isChecked():
            self.worst_phase.show_text("", "")
            self._fit_people()
            return
        zone = describe.deciding_zone(needle) if needle is not None else None
        if needle is None or zone is None:
            text = tr("computing…") if not current else ""
        elif zone.worst_phase is not None:
            text = tr("worst: {phase}", phase=describe.phase_text(zone.worst_phase))
        else:
            text = tr("published movement taken off; this body stands still")
        self.worst_phase.show_text(text, text)
        self._fit_people()

    def know(self, known: Known) -> None:
        """How far zones may be off in other people, from now on."""
        self.model.known = known
        self._say_people()

    def say_shell(self, zone_id: str, within: str) -> None:
        """Say of this zone that the needle is within its danger shell; empty: it is not."""
        if (zone_id, within) != self._within:
            self._within = (zone_id, within)
            self._say_people()

    def _say_people(self) -> None:
        """Of the zone whose row is current, else of the one that decides: its range in people."""
        zone = self.table.currentIndex().data(ZONE)
        if zone is None and self._needle is not None:
            zone = describe.deciding_zone(self._needle)
        told = zone is not None and self._needle is not None
        text = short_range(zone, self.model.known) if told else ""
        full = range_in_full(zone, self.model.known) if text else ""
        if text and zone.zone_id == self._within[0] and self._within[1]:
            text, full = f"{text}. {self._within[1]}", f"{full} {self._within[1]}"
        self.people.show_text(text, full)
        self._brief = brief_range(zone, self.model.known) if text else ""
        self._fit_people()

    def _fit_people(self) -> None:
        """In a low panel the table needs the room: whoever holds it says it in fewer words."""
        roomy = self.height() >= px(_ROOMY)
        self.people.setVisible(bool(self.people.text) and roomy)
        self.people_said.emit("" if roomy else self._brief, self.people.toolTip())
        self.worst_phase.setVisible(bool(self.worst_phase.text) and roomy)

    def _fit_breath(self) -> None:
        """Beside the chips where there is room, by a short name in a low panel; else below them."""
        chips = sum(chip.sizeHint().width() + px(2) for chip in self.chips.values())
        low = self.height() < px(_ROOMY)
        for text in (tr("Through the breath"), *((tr("Breath"),) if low else ())):
            self.breath.setText(text)
            beside = chips + self.breath.sizeHint().width() + px(20) <= self.width()
            if beside:
                break
        if beside != (self._chip_row.indexOf(self.breath) >= 0):
            here, there = self._chip_row, self._breath_row
            if beside:
                there.removeWidget(self.breath)
                here.addWidget(self.breath)
            else:
                here.removeWidget(self.breath)
                there.insertWidget(0, self.breath)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A higher panel has room for one line more, a wider one for the breath beside."""
        super().resizeEvent(event)
        self._fit_people()
        self._fit_breath()
        self._fit_columns()

    def _build_table(self) -> None:
        self.table = named(QTableView(), tr("Clearance of every danger zone"))
        self.table.setModel(self.model)
        self.table.setItemDelegate(ZoneRows(self.table))
        self.table.setShowGrid(False)
        self.table.setTabKeyNavigation(False)
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.table.selectionModel().currentRowChanged.connect(self._chosen)

    def restyle(self) -> None:
        """Follow the theme and the text size."""
        set_widths(self.table, self.model)
        self._fit_columns()
        self.table.verticalHeader().setDefaultSectionSize(px(42))
        for verdict, chip in self.chips.items():
            if verdict is not None:
                chip.setIcon(icon(verdict.value, theme().verdict_text[verdict.value]))
                chip.setIconSize(QSize(px(16), px(16)))
        self._count()

    def _fit_columns(self) -> None:
        fit_columns(self.table, self.model, self.width() - 2 * px(8))

    # -- showing ------------------------------------------------------------------------------
    def show_result(self, needle: NeedleAssessment | None, current: bool = True) -> None:
        """Show a current result, nothing, or (not ``current``) that it is being computed."""
        self.model.show_result(needle, current)
        self._needle = needle if current else None
        self._say_phase(needle, current)
        self._say_people()
        if current:
            self._fit_columns()
        nothing = needle is None and current
        self.empty.setVisible(nothing)
        self.table.setVisible(not nothing)
        for chip in self.chips.values():
            chip.setVisible(not nothing)
        self._count()
        self._fit_breath()  # the counts beside it have another width now

    def _count(self) -> None:
        for verdict, chip in self.chips.items():
            count = self.model.total if verdict is None else self.model.count(verdict)
            shown = str(count) if self.model.is_current else "…"
            word = tr("All") if verdict is None else describe.verdict_word(verdict)
            chip.setText(f"{word} {shown}" if verdict is None else shown)
            named(chip, tr("{verdict}: {count} zones", verdict=word, count=shown))
            chip.setToolTip(chip.accessibleName())

    def _only(self, verdict: Verdict | None, _: bool = False) -> None:
        self.model.only(verdict)

    def _chosen(self, current: object, _: object = None) -> None:
        zone = current.data(ZONE)  # type: ignore[attr-defined]
        self._say_people()
        if zone is not None:
            self.zone_chosen.emit(zone.zone_id)
