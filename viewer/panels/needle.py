"""Panel: where the needle enters, how it leans, how deep its physical tip is, which needle it is.

Every value can be typed, slid or nudged; whatever sets it elsewhere is shown here. The panel
decides nothing: it asks the desk.
"""

from __future__ import annotations

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Any

import numpy as np
from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QVBoxLayout, QWidget

from viewer.i18n.text import tr
from viewer.needle_desk import NeedleDesk
from viewer.panels.needle_head import NeedleHead
from viewer.theme.style import px, text_scale
from viewer.widgets.build import icon_button, label, named
from viewer.widgets.choice import Choice
from viewer.widgets.point_row import PointRow
from viewer.widgets.value_row import Quantity, ValueRow
from zones.plan import PlannedNeedle

_STACKED = 1.6
"""Text scale above which the needle's length stands below its diameter."""


@lru_cache(maxsize=1)
def sizes() -> dict[str, Any]:
    """Return the needle sizes on offer, with their origin."""
    text = (files("viewer") / "data" / "needle_sizes.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class NeedlePanel(QWidget):
    """The controls of the selected needle."""

    example_wanted = Signal()
    directions_wanted = Signal()
    """The map of directions from this entry point was asked for."""

    def __init__(self, desk: NeedleDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self.head = NeedleHead()
        self.entry = PointRow(tr("Entry point"))
        self._build_rows()
        self._build_size()
        self.caution = label("", "caution")
        self.caution.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(12), px(8), px(12), px(10))
        layout.setSpacing(px(5))
        for part in (self.head, self.entry, self.depth, self.tilt, self.azimuth):
            layout.addWidget(part)
        layout.addLayout(self._size)
        layout.addWidget(self.caution)
        layout.addStretch(1)
        named(self, tr("Needle"), "panel").setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._connect()
        self.refresh()

    # -- building -----------------------------------------------------------------------------
    def _build_rows(self) -> None:
        deg = tr("°")
        self.depth = ValueRow(
            Quantity(tr("Depth"), tr("mm"), 0, 150, 0.5, 5, 1, tr("skin to physical tip"))
        )
        self.tilt = ValueRow(Quantity(tr("Tilt"), deg, 0, 89, 1, 5, 1, tr("0° = straight in")))
        self.azimuth = ValueRow(
            Quantity(tr("Azimuth"), deg, 0, 360, 1, 15, 1, tr("0° = to the head"), True)
        )
        self.azimuth.setToolTip(
            tr(
                "Direction the tip leans along the skin: 0° towards the head, rising "
                "counter-clockwise seen from outside. Where the skin faces straight up or down, "
                "0° is posterior."
            )
        )

        rows = (self.depth, self.tilt, self.azimuth)
        room = max(row.names_width() for row in rows)
        self.to_limit = icon_button(
            "to_limit", tr("Depth to the limit depth"),
            tr("To the limit depth, rounded towards the skin (Ctrl+L)"),
        )  # fmt: skip
        self.directions = icon_button(
            "directions", tr("Directions from this entry point"),
            tr("Which directions are open from here? (Ctrl+5)"),
        )  # fmt: skip
        for row in rows:
            row.set_names_width(room)
        self.depth.add_button(self.to_limit)
        self.tilt.add_button(self.directions)
        self.azimuth.reserve(self.to_limit)

    def _build_size(self) -> None:
        self.diameter = named(Choice(), tr("Needle diameter, mm"))
        self.length = named(Choice(), tr("Needle length, mm"))
        for mm in sizes()["diameter_mm"]:
            self.diameter.addItem(tr("{mm} mm", mm=f"{mm:.2f}"), mm)
        self.length.addItem(tr("not chosen"), None)
        for mm in sizes()["length_mm"]:
            self.length.addItem(tr("{mm} mm", mm=mm), float(mm))
        self._size = QGridLayout()
        self._size.setHorizontalSpacing(px(10))
        self._size.setVerticalSpacing(px(3))
        stacked = text_scale() > _STACKED  # side by side no value would be whole
        for at, (name, choice) in enumerate(
            ((tr("Diameter"), self.diameter), (tr("Length"), self.length))
        ):
            row, column = (at, 0) if stacked else (0, 2 * at)
            title = label(name, "strong")
            title.setBuddy(choice)
            self._size.addWidget(title, row, column)
            self._size.addWidget(choice, row, column + 1)
            self._size.setColumnStretch(column + 1, 1)

    def _connect(self) -> None:
        desk = self._desk
        self.head.chosen.connect(desk.select)
        self.head.add_wanted.connect(desk.add_beside)
        self.head.remove_wanted.connect(desk.remove)
        self.head.lock_wanted.connect(desk.lock)
        self.entry.edited.connect(desk.move_entry)
        self.depth.edited.connect(desk.set_depth)
        self.to_limit.clicked.connect(lambda *_: desk.to_limit())
        self.directions.clicked.connect(lambda *_: self.directions_wanted.emit())
        self.tilt.edited.connect(desk.set_tilt)
        self.azimuth.edited.connect(desk.set_azimuth)
        for row in (self.depth, self.tilt, self.azimuth):
            row.gesture_began.connect(desk.begin)
            row.gesture_ended.connect(desk.end)
            row.gesture_ended.connect(self.refresh)
        self.diameter.activated.connect(
            lambda i: desk.set_diameter(float(self.diameter.itemData(i)))
        )
        self.length.activated.connect(lambda i: desk.set_length(self.length.itemData(i)))

    # -- showing ------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the selected needle of the plan as it is now."""
        planned = self._desk.planned
        self.head.show_needles(self._desk.plan.needles, planned.id if planned else "")
        free = planned is not None and not planned.locked
        for part in (self.entry, self.depth, self.tilt, self.azimuth, self.diameter, self.length):
            part.setEnabled(free)
        self.directions.setEnabled(planned is not None)
        if planned is None:
            self.caution.setVisible(False)
            self.entry.show_point(np.zeros(3))  # no place of a needle that is gone
            for row in (self.depth, self.tilt, self.azimuth):
                row.show_value(0.0)
            return
        self.entry.show_point(planned.needle.entry)
        self.depth.set_range(0, max(150.0, planned.needle.depth))
        self.depth.show_value(planned.needle.depth)
        tilt, azimuth = self._desk.angles()
        self.tilt.set_range(0, max(89.0, tilt))
        self.tilt.show_value(tilt)
        self.azimuth.show_value(azimuth)
        self._show_size(planned)
        self._show_cautions(planned)

    def _show_size(self, planned: PlannedNeedle) -> None:
        at = self.diameter.findData(round(planned.diameter, 3))
        if at < 0:
            self.diameter.addItem(
                tr("{mm} mm", mm=f"{planned.diameter:.2f}"), round(planned.diameter, 3)
            )
            at = self.diameter.count() - 1
        self.diameter.setCurrentIndex(at)
        at = self.length.findData(planned.length)
        if at < 0:
            self.length.addItem(tr("{mm} mm", mm=f"{planned.length:g}"), planned.length)
            at = self.length.count() - 1
        self.length.setCurrentIndex(at)

    def _show_cautions(self, planned: PlannedNeedle) -> None:
        says = []
        if planned.depth_exceeds_length:
            says.append(
                tr(
                    "Depth {depth} mm is more than this needle's {length} mm.",
                    depth=f"{planned.needle.depth:.1f}",
                    length=f"{planned.length:g}",
                )
            )
        if planned.locked:
            says.append(tr("Locked: unlock to change it."))
        if planned.flag:
            says.append(tr("Check the entry point: it was made for another body."))
        self.caution.setText(" ".join(says))
        self.caution.setVisible(bool(says))
