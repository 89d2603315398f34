"""A box for a number: either decimal mark may be typed; undo is the plan's unless one is typing."""

from __future__ import annotations

import re

from PySide6.QtCore import QEvent, QLocale
from PySide6.QtGui import QKeyEvent, QKeySequence, QValidator
from PySide6.QtWidgets import QDoubleSpinBox, QWidget

from viewer.i18n.text import decimal

_NUMBER = re.compile(r"[-−+]?(?:\d+[.,]?\d*|[.,]\d+)")
_UNDO = (QKeySequence.StandardKey.Undo, QKeySequence.StandardKey.Redo)


class NumberBox(QDoubleSpinBox):
    """Qt's own, with three cures.

    Qt takes the other language's decimal mark for one between thousands, and 12.5 becomes 125: here
    a point and a comma mean the same, and two of them are no number. Qt leaves keys out that do not
    fit, and 300 becomes 30: here what is no number within the range stands until Enter, and then
    the value from before is back. And Qt would keep Ctrl+Z for
    its text even after Enter has made it the value.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        plain = QLocale.c()
        plain.setNumberOptions(
            QLocale.NumberOption.OmitGroupSeparator | QLocale.NumberOption.RejectGroupSeparator
        )
        self.setLocale(plain)
        self.setKeyboardTracking(False)
        self.editingFinished.connect(lambda: self.lineEdit().setModified(False))

    # Qt names these.
    def textFromValue(self, value: float) -> str:
        """Write a value with the decimal mark of the language in use."""
        return decimal(super().textFromValue(value))

    def valueFromText(self, text: str) -> float:
        """Read either decimal mark; what is no number leaves the value as it is."""
        found = self.read(text)
        return self.value() if found is None else round(found, self.decimals())

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Take what is a number within the range; everything else may stand, but not be taken.

        Nothing is ever left out of what is typed: of 1e3 the rest would be 13.
        """
        found = self.read(text)
        taken = found is not None and self.minimum() <= found <= self.maximum()
        state = QValidator.State.Acceptable if taken else QValidator.State.Intermediate
        return state, text, at

    def fixup(self, text: str) -> str:
        """Mend nothing: Qt would take a comma out and join what it parts."""
        return text

    def read(self, text: str) -> float | None:
        """Return the number a text stands for, with prefix and suffix or not; ``None`` if none."""
        return read_number(text.removeprefix(self.prefix()).removesuffix(self.suffix()))

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


def read_number(text: str) -> float | None:
    """A number with at most one sign and one decimal mark; ``None`` for everything else."""
    found = _NUMBER.fullmatch(text.strip())
    return float(found[0].replace(",", ".").replace("−", "-")) if found else None
