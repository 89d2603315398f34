"""Dock below the view: the questions around a needle, one tab each."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QHBoxLayout, QTabWidget, QVBoxLayout, QWidget

from viewer.i18n.text import tr
from viewer.panels.cone_panel import ConePanel
from viewer.panels.depth_map_panel import DepthMapPanel
from viewer.panels.help import tabs_help
from viewer.skin_map import SkinMap
from viewer.theme.style import px
from viewer.widgets.build import icon_button, named
from viewer.widgets.quiet_note import QuietNote
from viewer.workbench import Workbench
from zones.cone import SafeCone


class AnswersDock(QWidget):
    """Tabs; each computes only while it is in sight."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cone = ConePanel(bench)
        self.map = DepthMapPanel(bench)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.cone, tr("Directions"))
        self.tabs.addTab(self.map, tr("Skin map"))
        self.close_it = icon_button("close", tr("Close the directions"))
        # the colours of the map mean nothing without the legend beside it
        self.close_it.clicked.connect(lambda *_: bench.answers.map.show(False))
        corner = QWidget()
        row = QHBoxLayout(corner)
        row.setContentsMargins(0, 0, px(4), 0)
        row.setSpacing(px(2))
        row.addWidget(tabs_help(self.tabs, self.topics()))
        row.addWidget(self.close_it)
        self.tabs.setCornerWidget(corner)
        card = named(QFrame(), tr("Directions and map"), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, px(2), 1, px(4))
        inside.addWidget(self.tabs)
        self.quiet = QuietNote(bench.assessing, self)
        inside.addWidget(self.quiet.label)
        self._answers = bench.answers
        for desk in (bench.answers.cone, bench.answers.map):
            desk.on_change.append(self._follow)
        self.tabs.currentChanged.connect(lambda _: self._follow())
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(2), 0, px(2), px(8))
        layout.addWidget(card)

    def _follow(self) -> None:
        """The last picture holds through the breath, those before it and old ones do not."""
        shown: SafeCone | SkinMap | None = self._answers.cone.current
        if self.tabs.currentWidget() is self.map:
            shown = self._answers.map.current
        self.quiet.want(shown is None or not shown.through_breath)

    def topics(self) -> dict[QWidget, str]:
        """Which help each page has."""
        return {self.cone: "directions", self.map: "map"}

    def restyle(self) -> None:
        """Follow the theme."""
        self.cone.restyle()
        self.map.restyle()

    def let_go(self) -> None:
        """Stop hearing: another dock takes its place."""
        self.quiet.let_go()
        for desk in (self._answers.cone, self._answers.map):
            desk.on_change.remove(self._follow)
        self.cone.let_go()
        self.map.let_go()
