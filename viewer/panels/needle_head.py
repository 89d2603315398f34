"""Which needle: choose, add, remove, lock. The upper row of the needle panel."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QWidget

from viewer.i18n.text import tr
from viewer.theme.icons import icon
from viewer.theme.style import px, theme
from viewer.widgets.build import icon_button, named
from viewer.widgets.choice import Choice
from zones.plan import PlannedNeedle


class NeedleHead(QWidget):
    """Emits what was asked for; shows what it is told."""

    chosen = Signal(str)
    add_wanted = Signal()
    remove_wanted = Signal()
    lock_wanted = Signal(bool)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._listed: tuple[object, ...] = ("?",)
        self.choice = named(Choice(), tr("Needle"))
        self.choice.activated.connect(lambda i: self.chosen.emit(self.choice.itemData(i)))
        self.lock = icon_button("unlock", tr("Lock needle"), tr("Lock: nothing moves this needle"))
        self.lock.setCheckable(True)
        self.lock.clicked.connect(self.lock_wanted)
        self.add = icon_button("plus", tr("Add a needle"))
        self.add.clicked.connect(lambda: self.add_wanted.emit())
        self.remove = icon_button("minus", tr("Remove this needle"))
        self.remove.clicked.connect(lambda: self.remove_wanted.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(2))
        row.addWidget(self.choice, 1)
        for button in (self.lock, self.add, self.remove):
            row.addWidget(button)

    def add_button(self, button: QWidget) -> None:
        """Put one more button at the end of the row."""
        self.layout().addWidget(button)

    def show_needles(self, needles: tuple[PlannedNeedle, ...], chosen: str) -> None:
        """List the plan's needles."""
        listed = (chosen, *((p.id, p.name, p.locked) for p in needles))
        if listed == self._listed:
            return
        self._listed = listed
        self.choice.clear()
        for planned in needles:
            title = planned.name or planned.id
            if title == planned.id and planned.id.startswith("n"):
                title = tr("Needle {number}", number=planned.id[1:])
            self.choice.addItem(title, planned.id)
            if planned.id == chosen:
                self.choice.setCurrentIndex(self.choice.count() - 1)
                self.show_lock(planned.locked)
        if not needles:
            self.choice.addItem(tr("No needle"), "")
            self.show_lock(False)
        self.choice.setEnabled(bool(needles))
        self.lock.setEnabled(bool(needles))
        self.add.setEnabled(bool(needles))
        self.remove.setEnabled(bool(needles))
        self.choice.updateGeometry()

    def show_lock(self, locked: bool) -> None:
        """Show whether the needle is locked."""
        self.lock.setChecked(locked)
        self.lock.setProperty("icon_name", "lock" if locked else "unlock")
        self.lock.setIcon(
            icon("lock" if locked else "unlock", theme().text, faint=theme().disabled)
        )
        named(self.lock, tr("Unlock needle") if locked else tr("Lock needle"))
