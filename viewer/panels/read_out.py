"""A read-out: where, a number with its name, and what there is to say about it."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from viewer.theme.style import px
from viewer.widgets.build import label, named
from viewer.widgets.elided import Elided


class ReadOut(QWidget):
    """Place, number and lines; keeps its height, so that nothing jumps while one points."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        named(self, title)
        self._title = title
        self.head = Elided()
        self.number = label("", "strong")
        self.what = Elided()
        self.lines = Elided()
        row = QHBoxLayout()
        row.setSpacing(px(6))
        row.addWidget(self.number)
        row.addWidget(self.what, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.head)
        column.addLayout(row)
        column.addWidget(self.lines)

    def show_reading(self, where: str, what: str, number: str, lines: Sequence[str]) -> None:
        """Show a number, its name and what is said about it."""
        self.head.show_text(f"{self._title}: {where}")
        self.number.setText(number)
        self.what.show_text(what)
        self.lines.show_text("; ".join(lines))
        self.setAccessibleDescription(". ".join((where, f"{what}: {number}", *lines)))

    def show_hint(self, text: str) -> None:
        """Show that there is no number, and why."""
        self.head.show_text(self._title)
        self.number.setText("–")
        self.what.show_text("")
        self.lines.show_text(text)
        self.setAccessibleDescription(text)
