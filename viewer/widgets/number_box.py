"""A box for a number in which undo means the plan's, unless something is being typed."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

_UNDO = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class NumberBox(QDoubleSpinBox):
    """Qt's own, which would keep Ctrl+Z for its text even after Enter has made it the value."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.editingFinished.connect(lambda: self.lineEdit().setModified(False))

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window while nothing typed waits for Enter."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and any(event.matches(key) for key in _UNDO)
            and not self.lineEdit().isModified()
        ):
            event.ignore()
            return False
        return super().event(event)
