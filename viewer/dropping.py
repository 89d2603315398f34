"""Files dropped anywhere on the window: taken by the window as a whole, not by the field below."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QWidget


class Drops(QObject):
    """Hands the paths of a drop to ``take``."""

    def __init__(self, window: QWidget, take: Callable[[Sequence[Path]], object]) -> None:
        super().__init__(window)
        self._window, self._take = window, take
        self.claim()
        window.installEventFilter(self)

    def claim(self) -> None:
        """Keep fields from writing a dropped path as text; call it when there are new ones."""
        for widget in self._window.findChildren(QWidget):
            widget.setAcceptDrops(False)
        self._window.setAcceptDrops(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Accept files while they hover, take them when they fall."""
        if not isinstance(event, QDropEvent) or not event.mimeData().hasUrls():
            return False
        if event.type() in (QEvent.Type.DragEnter, QEvent.Type.DragMove):
            event.acceptProposedAction()
            return True
        if event.type() == QEvent.Type.Drop:
            event.acceptProposedAction()
            urls = event.mimeData().urls()
            self._take([Path(url.toLocalFile()) for url in urls if url.isLocalFile()])
            return True
        return False
