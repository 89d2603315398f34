"""The docks: which panel lies where, how much room each gets, and making them anew."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QDockWidget,
    QFrame,
    QMainWindow,
    QScrollArea,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from viewer.i18n.text import tr
from viewer.panels.answers_dock import AnswersDock
from viewer.panels.help import tabs_help
from viewer.panels.layer_slider import LayerSlider
from viewer.panels.needle_dock import LOW, NeedleDock
from viewer.panels.points import PointsPanel
from viewer.panels.results_dock import ResultsDock
from viewer.panels.section_dock import SectionDock
from viewer.panels.structures import StructuresPanel
from viewer.theme.style import px
from viewer.widgets.build import named, rule
from viewer.widgets.settled import Settled
from viewer.workbench import Workbench

_WIDE, _ROOMY, _LOW, _BOTH = 1500, 1000, 620, 1700
"""Window sizes, px of the design: from where docks widen, below which they hide or stack."""


class Docks:
    """Structures on the left, needle and results on the right."""

    def __init__(self, window: QMainWindow, bench: Workbench) -> None:
        self._window, self._bench = window, bench
        self.on_built: list[Callable[[], None]] = []
        self._build()

    def _build(self) -> None:
        self._made_for = px(100)
        self.structures = StructuresPanel(self._bench.session.body, self._bench.view)
        self.needle = NeedleDock(self._bench)
        self.results = ResultsDock(self._bench)
        self.section = SectionDock(self._bench)
        side = Qt.DockWidgetArea
        self.points = PointsPanel(self._bench.points)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.addTab(self.structures, tr("Structures"))
        self.tabs.addTab(self.points, tr("Trigger points"))
        topics = {self.structures: "structures", self.points: "points"}
        self.tabs.setCornerWidget(tabs_help(self.tabs, topics))
        self.layers = LayerSlider(self._bench.view)
        holder = _margined(self.tabs, self.layers)
        self.tabs.currentChanged.connect(lambda _: self._fit_layers())
        self.left = self._dock(
            "structures", tr("Structures and points"), holder, side.LeftDockWidgetArea
        )
        self.upper = self._dock(
            "needle", tr("Needle"), Settled(self.needle), side.RightDockWidgetArea
        )
        self.lower = self._dock(
            "results", tr("Results"), Settled(self.results), side.RightDockWidgetArea
        )
        self.under = self._dock(
            "section", tr("Section along the needle"), self.section, side.BottomDockWidgetArea
        )
        self.answers = AnswersDock(self._bench)
        self.beside = self._dock(
            "answers", tr("Directions and map"), self.answers, side.BottomDockWidgetArea
        )
        self.beside.hide()
        self.answers.close_it.clicked.connect(self.beside.hide)
        self.under.hide()
        self.section.close_it.clicked.connect(self.under.hide)

    def _dock(self, key: str, title: str, panel: QWidget, area: Qt.DockWidgetArea) -> QDockWidget:
        dock = QDockWidget(title)
        dock.setObjectName(key)
        dock.setWidget(panel)
        feature = QDockWidget.DockWidgetFeature
        dock.setFeatures(feature.DockWidgetClosable | feature.DockWidgetMovable)
        dock.setTitleBarWidget(QWidget())
        self._window.addDockWidget(area, dock)
        return dock

    @property
    def all(self) -> tuple[QDockWidget, ...]:
        """Left, upper right, lower right, and two below the view."""
        return (self.left, self.upper, self.lower, self.under, self.beside)

    def actions(self) -> list[QAction]:
        """Show or hide each dock."""
        return [dock.toggleViewAction() for dock in self.all[:3]]

    def show_left(self, page: int) -> None:
        """Bring the structures (0) or the points (1) into sight."""
        self.left.show()
        self.left.raise_()  # with large text it may lie behind the results
        self.tabs.setCurrentIndex(page)

    def show_verdict(self) -> None:
        """With large text structures and points lie over it: a new needle's verdict comes first."""
        away = not self._window.rect().intersects(self.upper.geometry())  # where tabs are kept
        if away and self.left in self._window.tabifiedDockWidgets(self.upper):
            self.upper.raise_()

    def show_cut(
        self, kind: str, choose: Callable[[str], object], flip: Callable[[], object]
    ) -> None:
        """Show which kind of cut there is; the row of the cut asks for another."""
        row = self.layers
        if not row.property("asks"):
            row.setProperty("asks", True)
            row.cut.activated.connect(lambda at: choose(row.cut.itemData(at)))
            row.flip.clicked.connect(lambda *_: flip())
        row.follow_cut(kind)

    def toggle_section(self) -> None:
        """Show the section under the view, or hide it."""
        if self._toggle_below(self.under, self.beside):
            self.section.view.setFocus()

    def toggle_answers(self, page: int) -> None:
        """Show the directions (0) or the map (1) under the view, or hide them."""
        shown = self.beside.isVisible() and self.answers.tabs.currentIndex() == page
        self.answers.tabs.setCurrentIndex(page)
        if self.beside.isVisible() and not shown:
            return
        if self._toggle_below(self.beside, self.under) and page == 0:
            self.answers.cone.map.setFocus()

    def _toggle_below(self, dock: QDockWidget, other: QDockWidget) -> bool:
        """Show a dock under the view or hide it; the other one goes where both have no room."""
        dock.setVisible(not dock.isVisible())
        if not dock.isVisible():
            return False
        if self._window.width() < px(_BOTH):
            other.hide()
        tall = max(px(210), round(0.42 * self._window.height()))
        self._window.resizeDocks([dock], [tall], Qt.Orientation.Vertical)
        return True

    def fit(self) -> None:
        """Give the needle the height it needs and the results the rest; stack what has no room."""
        width, height = self._window.width(), self._window.height()
        if height < px(_LOW):
            self._window.tabifyDockWidget(self.upper, self.lower)
        self._fit_layers()
        self._place_left(width >= px(_ROOMY))
        if height < px(_LOW):
            self.upper.raise_()
        wide = px(440 if width < px(_WIDE) else 520)
        side = px(250 if width < px(_WIDE) else 300)
        self.needle.set_compact(height < px(LOW))
        wanted = self.needle.sizeHint().height()
        rest = max(height - wanted - px(110), px(180))
        across, upright = Qt.Orientation.Horizontal, Qt.Orientation.Vertical
        self._window.resizeDocks([self.left, self.upper], [side, min(wide, width // 2)], across)
        self._window.resizeDocks([self.upper, self.lower], [wanted, rest], upright)

    def _fit_layers(self) -> None:
        """In a low window the card of a point has the room of the layers; their keys work on."""
        low = self._window.height() < px(LOW)
        self.layers.setVisible(not (low and self.tabs.currentWidget() is self.points))

    def _place_left(self, roomy: bool) -> None:
        """Structures and points on the left; where that takes the view's room, behind the zones."""
        area = Qt.DockWidgetArea
        if roomy:
            if self._window.dockWidgetArea(self.left) != area.LeftDockWidgetArea:
                self._window.addDockWidget(area.LeftDockWidgetArea, self.left)
        else:
            self._window.tabifyDockWidget(self.lower, self.left)
            self.lower.raise_()
        self.left.show()

    def rebuild_if_resized(self, even_so: bool = False) -> bool:
        """Make the panels anew if the text size changed, or ``even_so``; returns whether it did."""
        if px(100) == self._made_for and not even_so:
            return False
        had_section = self.under.isVisible()
        page = self.answers.tabs.currentIndex() if self.beside.isVisible() else -1
        self.let_go()
        for dock in self.all:
            self._window.removeDockWidget(dock)
            dock.deleteLater()
        self._build()
        self.fit()
        for tell in self.on_built:
            tell()
        if had_section:
            self.toggle_section()
        if page >= 0:
            self.toggle_answers(page)
        return True

    def let_go(self) -> None:
        """Stop the panels from hearing."""
        self.structures.close_model()
        self.layers.let_go()
        self.points.let_go()
        self.needle.let_go()
        self.results.let_go()
        self.section.let_go()
        self.answers.let_go()


def _margined(panel: QWidget, below: QWidget) -> QWidget:
    """Return a card that holds a panel and another below it, with the dock's margins around."""
    holder, card = QWidget(), named(QFrame(), "", "card")
    inside = QVBoxLayout(card)
    inside.setContentsMargins(1, px(2), 1, px(2))
    inside.addWidget(panel, 1)
    inside.addWidget(rule())
    inside.addWidget(below)
    layout = QVBoxLayout(holder)
    layout.setContentsMargins(px(8), px(8), px(2), px(8))
    layout.addWidget(card)
    # Large text in a low window: it scrolls, the window does not outgrow the screen.
    scroll = QScrollArea()
    scroll.setWidget(holder)
    scroll.setWidgetResizable(True)
    scroll.setFrameShape(QFrame.Shape.NoFrame)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    scroll.setMinimumHeight(px(30))
    scroll.setMinimumWidth(holder.minimumSizeHint().width())
    return scroll
