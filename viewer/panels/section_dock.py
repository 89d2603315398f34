"""Panel: the section along the needle, how its plane is turned, and closing it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QSlider,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.appearance import Color
from viewer.assessing import current
from viewer.describe import by_danger
from viewer.i18n.text import tr
from viewer.panels.help import about, help_button
from viewer.panels.section_view import SectionView
from viewer.section_slice import turn_to
from viewer.structure_names import display_name
from viewer.theme.style import px
from viewer.widgets.build import icon_button, label, named
from viewer.workbench import Workbench
from zones.assessment import NeedleAssessment


class SectionDock(QWidget):
    """Turns the plane, zooms, closes; cuts only while it is in sight."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench, self._slicing = bench, bench.slicing
        self.view = SectionView(
            bench.slicing, bench.desk, bench.view.measures, self._result, self._name, self._color
        )
        self.close_it = icon_button("close", tr("Close the section"))
        card = named(QFrame(), tr("Section along the needle"), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(px(8), px(4), px(8), px(8))
        inside.setSpacing(px(4))
        inside.addLayout(self._head())
        inside.addWidget(self.view, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(2), 0, px(2), px(8))
        layout.addWidget(card)
        for room in (inside, layout):  # a narrow window hides what is spare; it is never widened
            room.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)
        self.setMinimumSize(px(200), px(150))
        about(self, "section")
        self.view.installEventFilter(self)
        self._slicing.on_change.append(self._follow)
        self._stops = [
            bench.view.measures.subscribe(self.view.update),
            bench.view.subscribe(lambda _: self.view.update()),
        ]
        self._follow()

    def _head(self) -> QHBoxLayout:
        self.title = label(tr("Section along the needle"), "strong")
        self.turn = named(QSlider(Qt.Orientation.Horizontal), tr("Turn of the section, degrees"))
        self.turn.setRange(0, 180)
        self.turn.setSingleStep(5)
        self.turn.setPageStep(15)
        self.turn.setMinimumWidth(px(60))
        self.turn.setMaximumWidth(px(160))
        self.turn.valueChanged.connect(self._turn)
        self.degrees = label("", "small")
        self.degrees.setMinimumWidth(px(30))
        row = QHBoxLayout()
        row.setSpacing(px(4))
        row.addWidget(self.title, 1)
        row.addStretch(0)
        self.buttons: list[QToolButton] = []
        for text, name, act in (
            (tr("Along"), tr("Section along the body"), lambda: self.turn.setValue(0)),
            (tr("Across"), tr("Section across the body"), lambda: self.turn.setValue(90)),
            (tr("Nearest"), tr("Section through the nearest danger"), self.turn_to_nearest),
        ):
            button = named(QToolButton(), name)
            button.setText(text)
            button.setToolTip(name)
            button.clicked.connect(act)
            row.addWidget(button)
            self.buttons.append(button)
        row.addWidget(self.turn)
        row.addWidget(self.degrees)
        row.addWidget(help_button(self, "section"))
        row.addWidget(self.close_it)
        return row

    # -- asked by the view --------------------------------------------------------------------
    def _result(self) -> NeedleAssessment | None:
        planned = self._bench.desk.planned
        return current(self._bench.session, planned.id) if planned is not None else None

    def _name(self, structure_id: str) -> str:
        body = self._bench.session.body
        structure = body.structures.get(structure_id)
        if structure is None:
            return structure_id
        if structure.system == "skin" and not any(
            s.system == "fat" for s in body.structures.values()
        ):
            return tr("Inside the skin")
        return display_name(structure, body)

    def _color(self, structure_id: str) -> Color:
        view = self._bench.view
        known = structure_id in self._bench.session.body.structures
        return view.look(structure_id).color if known else (0.6, 0.6, 0.6)

    # -- doing --------------------------------------------------------------------------------
    def _turn(self, degrees: int) -> None:
        self._slicing.set_turn(degrees)
        self.degrees.setText(tr("{deg}°", deg=degrees))

    def turn_to_nearest(self) -> None:
        """Turn the plane so that it holds the nearest point of the deciding danger zone."""
        planned, result = self._bench.desk.planned, self._result()
        zones = by_danger(result.zones) if result is not None else []
        nearest = next((zone.nearest for zone in zones if zone.nearest is not None), None)
        if planned is not None and nearest is not None:
            self.turn.setValue(round(turn_to(planned.needle, nearest)) % 180)

    def _follow(self) -> None:
        self.turn.blockSignals(True)
        self.turn.setValue(round(self._slicing.turn_deg))
        self.turn.blockSignals(False)
        self.degrees.setText(tr("{deg}°", deg=round(self._slicing.turn_deg)))
        self.view.follow()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Plus and minus zoom, arrows turn the plane; cut only while in sight."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            self._slicing.look(event.type() == QEvent.Type.Show)
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            steps = {Qt.Key.Key_Plus: 1, Qt.Key.Key_Equal: 1, Qt.Key.Key_Minus: -1}
            turns = {Qt.Key.Key_Left: -5, Qt.Key.Key_Right: 5}
            key = Qt.Key(event.key())
            if key in steps:
                self.view.zoom(steps[key])
                return True
            if key in turns:
                self.turn.setValue(self.turn.value() + turns[key])
                return True
        return super().eventFilter(watched, event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give up the title first, then the slider, then the buttons; keys do the same."""
        wide = self.width()
        self.title.setVisible(wide >= px(620))
        for part in (self.turn, self.degrees):
            part.setVisible(wide >= px(330))
        for button in self.buttons[:2]:
            button.setVisible(wide >= px(240))
        super().resizeEvent(event)

    def restyle(self) -> None:
        """Follow the theme."""
        self.view.update()

    def let_go(self) -> None:
        """Stop hearing: another panel takes its place."""
        self._slicing.look(False)
        self._slicing.on_change.remove(self._follow)
        for stop in self._stops:
            stop()
