"""One line of small text, cut with dots where there is no room; tip and voice say all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from viewer.theme.style import font, px, theme


class Elided(QWidget):
    """A note."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.text = ""

    def show_text(self, text: str, full: str = "") -> None:
        """Show a text; ``full`` is what the tip and a screen reader say."""
        self.text = text
        self.setToolTip(full or text)
        self.setAccessibleName(full or text)
        self.update()

    def sizeHint(self) -> QSize:
        """One line, as wide as it gets."""
        return QSize(px(80), px(20))

    def minimumSizeHint(self) -> QSize:
        """One line."""
        return self.sizeHint()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        painter.setFont(font(11))
        painter.setPen(QColor(theme().muted))
        room = self.contentsRect()
        text = painter.fontMetrics().elidedText(
            self.text, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
