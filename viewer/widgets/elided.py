"""One line of small text, cut with dots where there is no room; tip and voice say all of it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent
from PySide6.QtWidgets import QWidget

from viewer.theme.style import font, px, theme


class Elided(QWidget):
    """A note; ``wants_all`` asks for the room of its whole text, and goes on with less."""

    _SIZE = 11

    def __init__(self, parent: QWidget | None = None, wants_all: bool = False) -> None:
        super().__init__(parent)
        self.text, self._wants_all = "", wants_all

    def show_text(self, text: str, full: str = "") -> None:
        """Show a text; ``full`` is what the tip and a screen reader say."""
        if (text, full or text) == (self.text, self.toolTip()):
            return
        self.text = text
        self.setToolTip(full or text)
        self.setAccessibleName(full or text)
        self.updateGeometry()
        self.update()

    def sizeHint(self) -> QSize:
        """One line; as wide as its text if it wants all of it."""
        margins = self.contentsMargins()
        all_of_it = QFontMetrics(font(self._SIZE)).horizontalAdvance(self.text) + px(2)
        wide = all_of_it + margins.left() + margins.right()
        return QSize(wide if self._wants_all else px(80), px(17))

    def minimumSizeHint(self) -> QSize:
        """One line of a few words."""
        return QSize(px(80), px(17))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits."""
        painter = QPainter(self)
        painter.setFont(font(self._SIZE))
        painter.setPen(QColor(theme().muted))
        room = self.contentsRect()
        text = painter.fontMetrics().elidedText(
            self.text, Qt.TextElideMode.ElideRight, room.width()
        )
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, text)
        painter.end()
