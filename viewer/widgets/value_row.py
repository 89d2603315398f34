"""One number to set: a box and a slider that agree, with its unit and what its zero means.

Emits ``edited(value)`` for each change by a person and brackets a slider drag with
``gesture_began`` and ``gesture_ended``, so that a drag is one step of undo. `show_value` never
emits.
"""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QSlider, QVBoxLayout, QWidget

from viewer.theme.style import px
from viewer.widgets.build import label, named, text_width
from viewer.widgets.number_box import NumberBox

_NAMES = 118
"""Width of the column of names, px of the design."""


@dataclass(frozen=True)
class Quantity:
    """What a row sets. ``step`` is one press of an arrow key, ``page`` one of Page Up."""

    name: str
    unit: str
    minimum: float
    maximum: float
    step: float
    page: float
    decimals: int = 1
    hint: str = ""
    wraps: bool = False


class ValueRow(QWidget):
    """Name and hint, slider, box."""

    edited = Signal(float)
    gesture_began = Signal()
    gesture_ended = Signal()

    def __init__(self, quantity: Quantity, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.quantity = quantity
        self._scale = round(1 / quantity.step) if quantity.step < 1 else 1
        self.slider = named(
            QSlider(Qt.Orientation.Horizontal), quantity.name + ", " + quantity.unit
        )
        self.slider.setSingleStep(max(1, round(quantity.step * self._scale)))
        self.slider.setPageStep(max(1, round(quantity.page * self._scale)))
        self.box = named(NumberBox(), quantity.name)
        self.box.setDecimals(quantity.decimals)
        self.box.setSingleStep(quantity.step)
        self.box.setSuffix(f" {quantity.unit}")
        self.box.setKeyboardTracking(False)
        self.box.setWrapping(quantity.wraps)
        self.box.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.box.setFixedWidth(px(88))
        self.box.setAccessibleDescription(quantity.hint)
        self.title = label(quantity.name, "strong")
        self.title.setBuddy(self.box)
        self.hint = label(quantity.hint, "small")
        self.set_range(quantity.minimum, quantity.maximum)
        self._arrange()
        self.slider.valueChanged.connect(self._slid)
        self.slider.sliderPressed.connect(self.gesture_began)
        self.slider.sliderReleased.connect(self.gesture_ended)
        self.box.valueChanged.connect(self._typed)

    def _arrange(self) -> None:
        names = QVBoxLayout()
        names.setSpacing(0)
        names.addWidget(self.title)
        if self.quantity.hint:
            names.addWidget(self.hint)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(10))
        row.addLayout(names)
        row.addWidget(self.slider, 1)
        row.addWidget(self.box)
        self.set_names_width(self.names_width())

    def add_button(self, button: QWidget) -> None:
        """Put a button behind the box; see `reserve` for the rows above and below."""
        self.layout().addWidget(button)

    def reserve(self, button: QWidget) -> None:
        """Leave room behind the box as wide as the button of another row."""
        room = QWidget()
        room.setFixedWidth(button.sizeHint().width())
        self.layout().addWidget(room)

    def names_width(self) -> int:
        """Room that name and hint need, px."""
        needed = (text_width(self.title.text(), 13, 600), text_width(self.hint.text(), 11))
        return max(px(_NAMES), *needed)

    def set_names_width(self, width: int) -> None:
        """Give name and hint this room; rows below each other get the same."""
        self.title.setFixedWidth(width)
        self.hint.setFixedWidth(width)

    def set_range(self, minimum: float, maximum: float) -> None:
        """Change the range of box and slider without an edit."""
        for widget, low, high in (
            (self.box, minimum, maximum),
            (self.slider, round(minimum * self._scale), round(maximum * self._scale)),
        ):
            widget.blockSignals(True)
            widget.setRange(low, high)
            widget.blockSignals(False)

    def show_value(self, value: float) -> None:
        """Show a value that was set elsewhere; what is being typed is left alone."""
        self.slider.blockSignals(True)
        if not self.slider.isSliderDown():
            self.slider.setValue(round(value * self._scale))
        self.slider.blockSignals(False)
        if round(self.box.value(), self.quantity.decimals) != round(value, self.quantity.decimals):
            self.box.blockSignals(True)
            self.box.setValue(value)
            self.box.blockSignals(False)

    def _slid(self, ticks: int) -> None:
        value = ticks / self._scale
        self.box.blockSignals(True)
        self.box.setValue(value)
        self.box.blockSignals(False)
        self.edited.emit(value)

    def _typed(self, value: float) -> None:
        self.slider.blockSignals(True)
        self.slider.setValue(round(value * self._scale))
        self.slider.blockSignals(False)
        self.edited.emit(value)
