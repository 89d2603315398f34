"""Dialog beside the view: the plan's needles in a table, how far they are apart, the technique."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QSignalBlocker, Qt, QTimer
from PySide6.QtGui import QColor, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QPushButton,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from viewer import describe
from viewer.i18n.text import decimal, tr, trn
from viewer.needles_desk import MOST_PAIRS, PAIRS, NeedlesDesk, Row
from viewer.panels.frames import close_button, fitted, framed, give_height
from viewer.panels.needle_tables import AnswerTable, InItsColour
from viewer.panels.needles_start import NeedlesStart
from viewer.panels.technique_card import TechniqueCard
from viewer.theme.icons import icon
from viewer.theme.style import font, px, theme
from viewer.widgets.build import label
from zones.pairs import NeedlePair

_ID = Qt.ItemDataRole.UserRole
_STATE = Qt.ItemDataRole.UserRole + 1
NAME, PAIR, VERDICT, DEPTH, LIMIT, CLEARANCE, NEAREST, UNKNOWN, ANGLES, LENGTH = range(10)
_NUMBERS = (ANGLES, LENGTH, DEPTH, LIMIT, UNKNOWN, CLEARANCE)


def _headings() -> tuple[tuple[str, str], ...]:
    """Short heading and full meaning of each column."""
    return (
        (tr("Needle"), tr("Name of the needle; F2 to change it")),
        (tr("Pair"), tr("Number of the electrode pair")),
        (tr("Verdict"), tr("Verdict over all danger zones")),
        (tr("Depth"), tr("skin to physical tip")),
        (tr("Limit depth"), tr("Deepest tip on this line that keeps the assessed margins")),
        (tr("Least clearance"), tr("Of the assessed zones, rounded down")),
        (tr("Nearest"), tr("The zone of the least clearance")),
        (tr("Not assessed"), tr("Zones that could not be assessed: unknown is not clear")),
        (tr("Tilt, azimuth"), tr("Tilt from the skin normal; azimuth 0° = to the head")),
        (tr("Length"), tr("Length of the shaft")),
    )  # fmt: skip


class NeedlesDialog:
    """Builds the dialog and keeps it equal to the desk while it is open."""

    def __init__(
        self,
        parent: QWidget,
        desk: NeedlesDesk,
        undo: Callable[[], object],
        redo: Callable[[], object],
    ) -> None:
        self._desk = desk
        self.dialog, layout = framed(parent, tr("Needles"), "needle")
        self.dialog.setObjectName("needles_dialog")
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.dialog.setModal(False)
        self.table = AnswerTable(tr("Needles"), _headings(), _NUMBERS, NEAREST)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.table.setItemDelegateForColumn(VERDICT, InItsColour(self.table))
        self.start = NeedlesStart(desk.add)
        self.pairs_title = label(tr("Distances between needles"), "strong")
        self.pairs = AnswerTable(tr("Distances between needles"), (
            (tr("First"), tr("First needle of the two")), (tr("Second"), tr("The other needle")),
            (tr("Distance"), tr("Least distance from wall to wall, rounded down")),
            (tr("Depth on first"), tr("Where they are nearest, along the first needle")),
            (tr("Depth on second"), tr("Where they are nearest, along the second needle")),
            (tr("Between the tips"), tr("Distance of the two tips, rounded down")),
        ), range(2, 6))  # fmt: skip
        self.pairs_note = label("", "small")
        self.card = TechniqueCard(desk, lambda: self.marked)
        page = QWidget()
        page.setProperty("part", "page")
        inner = QVBoxLayout(page)
        inner.setContentsMargins(0, 0, px(6), 0)
        inner.setSpacing(px(10))
        for part in (
            self.start,
            self.table,
            self.pairs_title,
            self.pairs,
            self.pairs_note,
        ):
            inner.addWidget(part)
        inner.addWidget(self.card)
        inner.addStretch(1)
        layout.addWidget(fitted(page), 1)
        close_button(self.dialog, layout)
        for button in self.dialog.findChildren(QPushButton):
            button.setAutoDefault(False)  # Return ends what is typed, not the dialog
        for key, deed in (("Ctrl+Z", undo), ("Ctrl+Shift+Z", redo)):
            QShortcut(QKeySequence(key), self.dialog, deed)
        self.table.itemChanged.connect(self._renamed)
        self.table.itemSelectionChanged.connect(self._chose)
        desk.on_change.append(self.refresh)
        self.dialog.finished.connect(lambda _: self._let_go())
        room = self.dialog.screen().availableSize()
        self.dialog.resize(min(px(1320), room.width() - px(60)), px(240))
        desk.look(self, True)

    # -- asking -------------------------------------------------------------------------------
    @property
    def marked(self) -> list[str]:
        """Ids of the rows that are chosen, in the plan's order; two of them can be paired."""
        rows = sorted({index.row() for index in self.table.selectedIndexes()})
        return [str(self.table.item(row, NAME).data(_ID)) for row in rows]

    # -- showing ------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the plan and its answers as they are now."""
        rows = self._desk.rows
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(rows))
            for number, row in enumerate(rows):
                self._show_row(number, row)
            self.table.setColumnHidden(PAIR, not self._desk.is_paired)
            self._follow([row.planned.id for row in rows])
        self.table.fit()
        self.table.setVisible(bool(rows))
        self.start.show_count(len(rows))
        self._show_pairs(self._desk.titles)
        self.card.refresh()
        QTimer.singleShot(0, self.dialog, partial(give_height, self.dialog))  # laid out by then

    def _show_row(self, number: int, row: Row) -> None:
        planned, value = row.planned, row.value
        state, word = "computing", tr("computing…")
        if value is not None:
            state, word = value.verdict.value, describe.verdict_word(value.verdict)
        elif self._desk.failure:
            state, word = "not_assessed", tr("Not assessed")
        colour = theme().verdict_text.get(state, theme().muted)
        length = decimal(f"{planned.length:g}") if planned.length is not None else ""
        texts = {
            NAME: row.title,
            PAIR: str(row.pair) if row.pair else describe.NONE,
            VERDICT: word,
            ANGLES: _angles(row.angles),
            LENGTH: tr("{mm} mm", mm=length) if length else describe.NONE,
            DEPTH: describe.millimetres(planned.needle.depth),
            **_answers(row, "…" if state == "computing" else describe.NONE),
        }
        for column, text in texts.items():
            item = self.table.put(number, column, text)
            item.setData(_ID, planned.id)
            flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
            item.setFlags(flags | Qt.ItemFlag.ItemIsEditable if column == NAME else flags)
        self.table.item(number, NEAREST).setToolTip(texts[NEAREST])
        name, verdict = self.table.item(number, NAME), self.table.item(number, VERDICT)
        if planned.locked:
            name.setIcon(icon("lock", theme().text))
        elif not name.icon().isNull():
            name.setData(Qt.ItemDataRole.DecorationRole, None)
        name.setToolTip(tr("Locked") if planned.locked else "")
        if verdict.data(_STATE) != state:
            verdict.setData(_STATE, state)
            verdict.setIcon(icon(state, colour))
            verdict.setForeground(QColor(colour))
            verdict.setFont(font(13, 600))
        verdict.setToolTip(describe.reason(value) if value is not None else self._desk.failure)

    def _follow(self, ids: list[str]) -> None:
        """The needle selected in the plan is the current row; rows marked with it stay marked."""
        if self._desk.chosen not in ids:
            return
        at = ids.index(self._desk.chosen)
        if at in {index.row() for index in self.table.selectedIndexes()}:
            return
        flag = QItemSelectionModel.SelectionFlag
        place = self.table.model().index(at, NAME)
        self.table.selectionModel().setCurrentIndex(place, flag.ClearAndSelect | flag.Rows)

    def _show_pairs(self, titles: dict[str, str]) -> None:
        found, failed = self._desk.pairs, self._desk.why_not(PAIRS)
        several = len(titles) > 1
        shown = (found or ())[:MOST_PAIRS]
        self.pairs.setRowCount(len(shown))
        for number, pair in enumerate(shown):
            for column, text in enumerate(_pair_texts(pair, titles)):
                item = self.pairs.put(number, column, text)
                item.setFlags(Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
        self.pairs.fit()
        self.pairs_title.setVisible(several)
        self.pairs.setVisible(several and bool(shown))
        note = failed or tr("computing…") if found is None else ""
        if found is not None and len(found) > len(shown):
            note = trn(
                "The {shown} nearest of {count} pair.",
                "The {shown} nearest of {count} pairs.",
                len(found),
                shown=len(shown),
            )
        self.pairs_note.setText(note)
        self.pairs_note.setVisible(several and bool(note))

    # -- doing --------------------------------------------------------------------------------
    def _chose(self) -> None:
        row = self.table.currentRow()
        item = self.table.item(row, NAME) if row >= 0 else None
        if item is not None and item.isSelected():
            self._desk.select(str(item.data(_ID)))
        self.card.show_buttons()

    def _renamed(self, item: QTableWidgetItem) -> None:
        if item.column() == NAME:
            self._desk.rename(str(item.data(_ID)), item.text())
            self.refresh()

    def _let_go(self) -> None:
        self._desk.on_change.remove(self.refresh)
        self._desk.look(self, False)


def _answers(row: Row, nothing: str) -> dict[int, str]:
    """The columns of a current answer; ``nothing`` in each while there is none."""
    value, nearest = row.value, row.nearest
    if value is None:
        return dict.fromkeys((LIMIT, UNKNOWN, CLEARANCE, NEAREST), nothing)
    limit = value.limit_depth
    deep = limit if limit is not None else value.searched_length
    unknown = describe.unknown_count(value)
    return {
        LIMIT: (tr("beyond {mm} mm") if limit is None else tr("{mm} mm")).format(
            mm=describe.limit_text(deep)
        ),
        UNKNOWN: describe.zone_count(unknown) if unknown else tr("none"),
        CLEARANCE: tr("{mm} mm", mm=describe.clearance_text(nearest[0]))
        if nearest is not None
        else describe.NONE,
        NEAREST: describe.zone_name(nearest[1]) if nearest is not None else describe.NONE,
    }


def _angles(angles: tuple[float, float] | None) -> str:
    if angles is None:
        return describe.NONE
    tilt, azimuth = angles
    if tilt < 0.05:
        return tr("Straight in")
    return tr("{tilt}°, {azimuth}°", tilt=describe.number(tilt), azimuth=f"{azimuth % 360.0:.0f}")


def _pair_texts(pair: NeedlePair, titles: dict[str, str]) -> tuple[str, ...]:
    """Names, distance, depths and the distance of the tips; distances rounded down."""
    apart = tr("touching") if pair.is_touching else tr(
        "{mm} mm", mm=describe.clearance_text(pair.distance)
    )  # fmt: skip
    return (
        titles.get(pair.first, pair.first), titles.get(pair.second, pair.second), apart,
        describe.millimetres(pair.depth_first), describe.millimetres(pair.depth_second),
        tr("{mm} mm", mm=describe.clearance_text(pair.tips)),
    )  # fmt: skip


def needles_dialog(
    parent: QWidget,
    desk: NeedlesDesk,
    undo: Callable[[], object],
    redo: Callable[[], object],
) -> QDialog:
    """Return the dialog, the one that is open or a new one not yet shown; it deletes itself.

    ``undo`` and ``redo`` are the window's: a step may lead to another person.
    """
    there = [d for d in parent.findChildren(QDialog, "needles_dialog") if d.isVisible()]
    made = there[-1].property("made") if there else NeedlesDialog(parent, desk, undo, redo)
    made.dialog.setProperty("made", made)  # lives as long as its dialog
    return made.dialog
