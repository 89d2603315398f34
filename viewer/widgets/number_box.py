"""A box for a number: either decimal mark may be typed; undo is the plan's unless one is typing."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtGui import QKeyEvent, QKeySequence, QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from viewer.i18n.text import decimal

_UNDO = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class NumberBox(QDoubleSpinBox):
    """Qt's own, with two cures.

    Qt takes the other language's decimal mark for one between thousands, and 12.5 becomes 125: here
    a point and a comma mean the same, and two of them are no number. And Qt would keep Ctrl+Z for
    its text even after Enter has made it the value.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plain = QLocale.c()
        plain.setNumberOptions(
            QLocale.NumberOption.OmitGroupSeparator | QLocale.NumberOption.RejectGroupSeparator
        )
        self.setLocale(plain)
        self.editingFinished.connect(lambda: self.lineEdit().setModified(False))

    # Qt names these.
    def textFromValue(self, value: float) -> str:
        """Write a value with the decimal mark of the language in use."""
        return decimal(super().textFromValue(value))

    def valueFromText(self, text: str) -> float:
        """Read either decimal mark."""
        return super().valueFromText(_plain(text))

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Judge what is typed with either decimal mark; the text stays as it is."""
        found = super().validate(_plain(text), at)
        return found[0], text, at

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


def _plain(text: str) -> str:
    return text.replace(",", ".").replace("−", "-")
