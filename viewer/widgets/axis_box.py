"""A box for one coordinate, written as everywhere else: the direction's letter, then the mm."""

from __future__ import annotations

import re

from PySide6.QtGui import QValidator
from PySide6.QtWidgets import QWidget

from viewer.i18n.text import decimal
from viewer.widgets.number_box import NumberBox

_PARTS = re.compile(r"(?P<letter>[^\W\d_]?)\s*(?P<sign>[-−+]?)\s*(?P<number>\d*[.,]?\d*)")
State = QValidator.State


class AxisBox(NumberBox):
    """``R 41.8`` stands for −41.8 along an axis that rises towards the left.

    A letter, a sign, or neither may be typed; a sign turns what the letter says round.
    """

    def __init__(self, positive: str, negative: str, parent: QWidget | None = None) -> None:
        self._letters = (positive, negative)  # first: Qt asks for the text while it builds
        super().__init__(parent)

    # Qt names these.
    def textFromValue(self, value: float) -> str:
        """Write letter and distance."""
        number = f"{abs(value):.{self.decimals()}f}"
        towards = self._letters[value < 0 and float(number) != 0.0]
        return f"{towards} {decimal(number)}"

    def valueFromText(self, text: str) -> float:
        """Read letter, sign and number; what is none is 0."""
        found = _PARTS.fullmatch(text.strip())
        number = found["number"].replace(",", ".") if found else ""
        if found is None or number in ("", "."):
            return 0.0
        turned = found["letter"].casefold() == self._letters[1].casefold()
        return float(number) * (-1.0 if turned != (found["sign"] in ("-", "−")) else 1.0)

    def validate(self, text: str, at: int) -> tuple[QValidator.State, str, int]:
        """Refuse what is no coordinate, another axis's letter, and what is out of range."""
        found = _PARTS.fullmatch(text.strip())
        letters = ("", *(letter.casefold() for letter in self._letters))
        if found is None or found["letter"].casefold() not in letters:
            return State.Invalid, text, at
        if not found["number"].strip(".,"):
            return State.Intermediate, text, at
        whole, _, part = found["number"].replace(",", ".").partition(".")
        inside = self.minimum() <= self.valueFromText(text) <= self.maximum()
        fits = inside and len(part) <= self.decimals() and len(whole) <= 5
        return State.Acceptable if fits else State.Invalid, text, at
