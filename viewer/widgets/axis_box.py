"""A box for one coordinate, written as everywhere else: the direction's letter, then the mm."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from viewer.i18n.text import decimal
from viewer.widgets.number_box import NumberBox, read_number


class AxisBox(NumberBox):
    """``R 41.8`` stands for −41.8 along an axis that rises towards the left.

    A letter, a sign, or neither may be typed, not both.
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

    def read(self, text: str) -> float | None:
        """Return a number after a letter of this axis, a sign or nothing; ``None`` for no such."""
        text = text.strip()
        letter = text[:1].casefold()
        for towards, name in zip((1.0, -1.0), self._letters, strict=True):
            if letter and letter == name.casefold():
                found = read_number(text[1:])
                return None if found is None or text[1:].strip()[0] in "+-−" else towards * found
        return read_number(text)
