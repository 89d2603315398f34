"""Keeps a panel's changes to itself: the window lays itself out anew only when a size changed.

Every text that changes asks each layout above it to start again, up to the window, which then
paints its docks a second time. While a needle is dragged that is a fifth of each picture.
"""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget, QWidgetItem


class Settled(QWidget):
    """Holds one panel and takes its sizes; has no layout on purpose."""

    def __init__(self, panel: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._panel = panel
        panel.setParent(self)
        self._item = QWidgetItem(panel)  # knows what policies and bounds make of the hints
        self._wanted = self._sizes()

    def _sizes(self) -> tuple[QSize, QSize]:
        return self._item.sizeHint(), self._item.minimumSize()

    def event(self, event: QEvent) -> bool:
        """Hear that something inside wants another size; tell only if that is so for all of it."""
        if event.type() == QEvent.Type.LayoutRequest:
            wanted = self._sizes()
            if wanted != self._wanted:
                self._wanted = wanted
                self.updateGeometry()
            return True
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The panel fills it."""
        self._panel.setGeometry(self.rect())

    def sizeHint(self) -> QSize:
        """The panel's."""
        return self._item.sizeHint()

    def minimumSizeHint(self) -> QSize:
        """The panel's, or what its content cannot do without."""
        return self._item.minimumSize()
