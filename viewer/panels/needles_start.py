"""What a table of needles is for, and the way to a second one, while nothing can be compared."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from viewer.i18n.text import tr
from viewer.panels.frames import paragraph
from viewer.theme.icons import icon
from viewer.theme.style import px, theme
from viewer.widgets.build import label, named


class NeedlesStart(QWidget):
    """Seen while a plan has fewer than two needles."""

    def __init__(self, add: Callable[[], object]) -> None:
        super().__init__()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(10))
        self.words = paragraph("")
        layout.addWidget(self.words)
        self._more = QWidget()
        row = QHBoxLayout(self._more)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(12))
        text = tr("Add a copy of this needle")
        self.add = named(QPushButton(text), text)
        self.add.setIcon(icon("plus", theme().text))
        self.add.setToolTip(QKeySequence("Ctrl+D").toString(QKeySequence.SequenceFormat.NativeText))
        self.add.clicked.connect(lambda *_: add())
        where = label(tr("It lies on the first one; click the skin where it goes."), "muted")
        where.setWordWrap(True)
        row.addWidget(self.add)
        row.addWidget(where, 1)
        layout.addWidget(self._more)

    def show_count(self, count: int) -> None:
        """Follow the number of needles."""
        said = tr(
            "Here the needles of a plan stand side by side: their verdicts, how far they are "
            "apart, and what lies between the two of an electrode pair."
        )
        if count == 0:
            said += " " + tr("There is none yet: click the skin of the body to place one.")
        elif count == 1:
            said += " " + tr("There is one so far; add a second to compare.")
        self.words.setText(said)
        self._more.setVisible(count == 1)
        self.setVisible(count < 2)
