"""Dialog: the points of one's own, to add, name, note, copy, mirror, lock, place, and exchange."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFileDialog,
    QGridLayout,
    QHeaderView,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from viewer import describe
from viewer.i18n.text import tr
from viewer.own_points_desk import OwnPointsDesk
from viewer.panels.frames import close_button, framed, paragraph
from viewer.theme.icons import icon
from viewer.theme.style import px, theme
from viewer.widgets.build import label, named
from zones.own_points import OwnPoint

_ID = Qt.ItemDataRole.UserRole
_FILES = "CSV (*.csv);;JSON (*.json)"


class OwnPointsDialog:
    """Builds the dialog and keeps it equal to the desk while it is open."""

    def __init__(self, parent: QWidget, desk: OwnPointsDesk) -> None:
        self._desk = desk
        self.dialog, layout = framed(parent, tr("My points"), "target")
        self.dialog.setObjectName("own_points")
        self.dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.table = named(QTableWidget(0, 3), tr("My points"))
        self.table.setHorizontalHeaderLabels([tr("Name"), tr("Side"), tr("Remark")])
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.table.setTabKeyNavigation(False)
        self.table.setMinimumSize(px(520), px(200))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(2, QHeaderView.ResizeMode.Stretch)
        self.notes = named(QPlainTextEdit(), tr("Notes of the chosen point"))
        self.notes.setPlaceholderText(tr("Notes"))
        self.notes.setMaximumHeight(px(80))
        self.told = paragraph("")
        self.told.setProperty("part", "caution")
        layout.addWidget(label(tr("Kept for this user, on the body they were made on."), "muted"))
        layout.addWidget(self.table, 1)
        layout.addWidget(self.notes)
        layout.addLayout(self._buttons())
        layout.addWidget(self.told)
        close_button(self.dialog, layout)
        self.table.itemChanged.connect(self._renamed)
        self.table.itemSelectionChanged.connect(self._chose)
        self.notes.textChanged.connect(self._noted)
        desk.on_change.append(self.refresh)
        self._refused, desk.on_refused = desk.on_refused, self._say
        self.dialog.finished.connect(lambda _: self._let_go())
        self.refresh()

    def _buttons(self) -> QGridLayout:
        grid = QGridLayout()
        self.buttons: dict[str, QPushButton] = {}
        rows: list[tuple[str, str, str, Callable[[], object]]] = [
            ("add", tr("Add from needle"), tr("Keep the selected needle's place and approach"),
             self._add),
            ("place", tr("Place needle"), tr("Put a needle there"),
             lambda: self._desk.place(self.chosen)),
            ("duplicate", tr("Duplicate"), tr("A copy with a name of its own"),
             lambda: self._desk.duplicate(self.chosen)),
            ("mirror", tr("Mirror"), tr("Its twin on the other side"),
             lambda: self._desk.mirror(self.chosen)),
            ("lock", tr("Lock"), tr("A locked point cannot be changed or removed"), self._lock),
            ("remove", tr("Remove"), tr("Remove this point"),
             lambda: self._desk.remove(self.chosen)),
            ("undo", tr("Undo"), tr("Take the last change back"), self._desk.undo),
            ("import", tr("Import…"), tr("Add the points of a CSV or JSON file"), self._import),
            ("export", tr("Export…"), tr("Write all points as CSV or JSON"), self._export),
        ]  # fmt: skip
        for number, (key, text, tip, run) in enumerate(rows):
            button = named(QPushButton(text), text)
            button.setToolTip(tip)
            button.setAutoDefault(False)
            button.clicked.connect(lambda *_, run=run: run())
            grid.addWidget(button, number // 5, number % 5)
            self.buttons[key] = button
        return grid

    # -- asking -------------------------------------------------------------------------------
    @property
    def chosen(self) -> str:
        """Id of the chosen row; empty for none."""
        row = self.table.currentRow()
        item = self.table.item(row, 0) if row >= 0 else None
        return str(item.data(_ID)) if item is not None else ""

    def choose(self, point_id: str) -> None:
        """Choose a row by the point's id; an unknown one changes nothing."""
        for row in range(self.table.rowCount()):
            if self.table.item(row, 0).data(_ID) == point_id:
                self.table.selectRow(row)

    def _point(self) -> OwnPoint | None:
        return next((p for p in self._desk.kept.points if p.id == self.chosen), None)

    # -- showing ------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the points as they are now; the chosen one stays chosen."""
        chosen, kept = self.chosen, self._desk.kept.points
        with QSignalBlocker(self.table):
            self.table.setRowCount(len(kept))
            for row, point in enumerate(kept):
                texts = (point.name, describe.side_word(point.side), self._desk.word(point))
                for column, text in enumerate(texts):
                    item = QTableWidgetItem(text)
                    item.setData(_ID, point.id)
                    free = column == 0 and not point.locked
                    flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
                    item.setFlags(flags | Qt.ItemFlag.ItemIsEditable if free else flags)
                    if column == 0 and point.locked:
                        item.setIcon(icon("lock", theme().text))
                        item.setToolTip(tr("Locked"))
                    self.table.setItem(row, column, item)
            rows = [row for row, point in enumerate(kept) if point.id == chosen]
            if kept:
                self.table.selectRow(rows[0] if rows else len(kept) - 1)
        if not kept and not self.told.text():
            self._say(tr("None yet. Add from needle keeps the place of the selected needle."))
        self._chose()

    def _chose(self) -> None:
        point = self._point()
        with QSignalBlocker(self.notes):
            if point is None or self.notes.toPlainText() != point.notes:
                self.notes.setPlainText(point.notes if point else "")
        self.notes.setEnabled(point is not None and not point.locked)
        for key in ("duplicate", "mirror", "lock"):
            self.buttons[key].setEnabled(point is not None)
        self.buttons["place"].setEnabled(point is not None and self._desk.is_here(point))
        self.buttons["remove"].setEnabled(point is not None and not point.locked)
        self.buttons["undo"].setEnabled(self._desk.can_undo)
        self.buttons["export"].setEnabled(bool(self._desk.kept.points))
        self.buttons["lock"].setText(tr("Unlock") if point and point.locked else tr("Lock"))

    def _say(self, text: str) -> None:
        self.told.setText(text)

    # -- doing --------------------------------------------------------------------------------
    def _add(self) -> None:
        self.choose(self._desk.add_from_needle())

    def _lock(self) -> None:
        point = self._point()
        if point is not None:
            self._desk.edit(point.id, locked=not point.locked)

    def _renamed(self, item: QTableWidgetItem) -> None:
        if item.column() == 0 and not self._desk.edit(str(item.data(_ID)), name=item.text()):
            self.refresh()

    def _noted(self) -> None:
        point = self._point()
        if point is not None and point.notes != self.notes.toPlainText():
            self._desk.edit(point.id, notes=self.notes.toPlainText())

    def _import(self) -> None:
        name, _ = QFileDialog.getOpenFileName(self.dialog, tr("Import points"), "", _FILES)
        if name:
            self._desk.bring(Path(name))

    def _export(self) -> None:
        name, _ = QFileDialog.getSaveFileName(
            self.dialog, tr("Export points"), "points.csv", _FILES
        )
        if name:
            self._desk.take(Path(name))

    def _let_go(self) -> None:
        self._desk.on_change.remove(self.refresh)
        self._desk.on_refused = self._refused


def own_points_dialog(parent: QWidget, desk: OwnPointsDesk, point_id: str = "") -> QDialog:
    """Return the dialog, the one that is open or a new one not yet shown, with a point chosen.

    It deletes itself when it is closed.
    """
    there = [d for d in parent.findChildren(QDialog, "own_points") if d.isVisible()]
    made = there[-1].property("made") if there else OwnPointsDialog(parent, desk)
    made.dialog.setProperty("made", made)  # lives as long as its dialog
    made.choose(point_id)
    return made.dialog
