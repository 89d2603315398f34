"""Three coordinates of a point in the subject's directions, the frame beside them."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from viewer.i18n.text import tr
from viewer.theme.style import px
from viewer.widgets.axis_box import AxisBox
from viewer.widgets.build import label, named, text_width

_REACH_MM = 3000.0


class PointRow(QWidget):
    """Boxes for x, y, z in LPS mm; ``edited`` carries the whole point."""

    edited = Signal(object)

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        axes = (
            (tr("L"), tr("R"), tr("left positive")),
            (tr("P"), tr("A"), tr("posterior positive")),
            (tr("S"), tr("I"), tr("superior positive")),
        )
        self.boxes: list[AxisBox] = []
        row = QHBoxLayout()
        row.setSpacing(px(6))
        for positive, negative, meaning in axes:
            spoken = tr("{title}, {meaning}, mm", title=title, meaning=meaning)
            box = named(AxisBox(positive, negative), spoken)
            box.setRange(-_REACH_MM, _REACH_MM)
            box.setDecimals(1)
            box.setMinimumWidth(px(62))
            box.setSingleStep(1.0)
            box.setKeyboardTracking(False)
            box.setAlignment(Qt.AlignmentFlag.AlignRight)
            box.setToolTip(tr("{title}, {meaning}, mm, LPS frame", title=title, meaning=meaning))
            box.valueChanged.connect(self._typed)
            self.boxes.append(box)
            row.addWidget(box, 1)
        names = QVBoxLayout()
        names.setSpacing(0)
        for text, part in ((title, "strong"), (tr("LPS, mm"), "small")):
            words = label(text, part)
            words.setFixedWidth(max(px(82), text_width(title, 13, 600)))
            names.addWidget(words)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(6))
        layout.addLayout(names)
        layout.addLayout(row, 1)
        self._exact = np.zeros(3)

    def show_point(self, point: NDArray[np.float64]) -> None:
        """Show a point without emitting; the digits not shown are kept for the next edit."""
        self._exact = np.array(point, dtype=np.float64)
        for box, value in zip(self.boxes, self._exact, strict=True):
            box.blockSignals(True)
            box.setValue(float(value))
            box.blockSignals(False)

    def _typed(self) -> None:
        shown = np.array([box.value() for box in self.boxes])
        same = np.abs(shown - np.round(self._exact, 1)) < 0.05
        self.edited.emit(np.where(same, self._exact, shown))
