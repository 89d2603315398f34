"""Panel: every structure of the body, to find, show, hide, fade, colour and isolate."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, QObject, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QColorDialog,
    QHBoxLayout,
    QLineEdit,
    QSlider,
    QToolButton,
    QTreeView,
    QVBoxLayout,
    QWidget,
)

from meshes.body import Body
from viewer.i18n.text import tr
from viewer.panels.structure_filter import StructureFilter
from viewer.panels.structure_model import IDS, LOOK, StructureModel
from viewer.panels.structure_rows import StructureRows, toggle
from viewer.theme.icons import icon
from viewer.theme.style import px, theme
from viewer.view_state import ViewState
from viewer.widgets.build import label, named

_FEW = 12
"""Systems of so few structures are open at first."""


class StructuresPanel(QWidget):
    """Search on top, the tree, and below it what can be done with the selected rows."""

    card_wanted = Signal(str)
    """The card of the structure with this id."""

    def __init__(self, body: Body, view: ViewState, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self.model = StructureModel(body, view, self)
        self.filter = StructureFilter(body, self)
        self.filter.setSourceModel(self.model)
        self._build_search()
        self._build_tree()
        self._build_controls()
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(10), px(8), px(10), px(10))
        layout.setSpacing(px(8))
        layout.addLayout(self._search_row)
        layout.addWidget(self.tree, 1)
        layout.addWidget(self.none_found)
        layout.addLayout(self._controls)
        named(self, tr("Structures"))
        self._expand_small()
        self._show_selection()

    # -- building -----------------------------------------------------------------------------
    def _build_search(self) -> None:
        self.search = named(QLineEdit(), tr("Search structures"))
        self.search.setPlaceholderText(tr("Search: name, Latin, synonym, id"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(self._look_for)
        self._search_row = QHBoxLayout()
        self._search_row.addWidget(self.search)
        self.none_found = label(tr("No structure matches."), "muted")
        self.none_found.setVisible(False)

    def _build_tree(self) -> None:
        self.tree = named(QTreeView(), tr("Structures of the body"))
        self.tree.setModel(self.filter)
        self.tree.setHeaderHidden(True)
        self.tree.setIndentation(px(12))
        self.tree.setUniformRowHeights(True)
        self.tree.setRootIsDecorated(True)
        self.tree.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.tree.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.rows = StructureRows(self.tree)
        self.rows.color_wanted.connect(self._ask_color)
        self.tree.setItemDelegate(self.rows)
        self.tree.installEventFilter(self)
        self.tree.activated.connect(self._want_card)
        self.tree.selectionModel().selectionChanged.connect(lambda *_: self._show_selection())
        self.model.dataChanged.connect(lambda *_: self._show_selection())

    def _build_controls(self) -> None:
        self.fade_label = label("", "small")
        self.fade = named(QSlider(Qt.Orientation.Horizontal), tr("Opacity of the selection"))
        self.fade.setRange(0, 100)
        self.fade.valueChanged.connect(self._fade)
        self.isolate = self._button("isolate", tr("Isolate"), tr("Show only the selection (I)"))
        self.isolate.setCheckable(True)
        self.isolate.clicked.connect(self.toggle_isolation)
        self.show_all = self._button("eye", tr("Show all"), tr("Show every structure"))
        self.show_all.clicked.connect(self._view.show_all)
        self.reset = self._button("reset", tr("Reset"), tr("Back to the first look"))
        self.reset.clicked.connect(self._view.reset)
        fade = QHBoxLayout()
        fade.addWidget(self.fade_label)
        fade.addWidget(self.fade, 1)
        self.card = self._button("info", tr("Structure card"), tr("Names, figures, sources (C)"))
        self.card.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonIconOnly)
        self.card.clicked.connect(lambda *_: self._want_card(self.tree.currentIndex()))
        fade.addWidget(self.card)
        buttons = QHBoxLayout()
        buttons.setSpacing(px(4))
        for button in (self.isolate, self.show_all, self.reset):
            buttons.addWidget(button, 1)
        self._controls = QVBoxLayout()
        self._controls.setSpacing(px(6))
        self._controls.addLayout(fade)
        self._controls.addLayout(buttons)

    def _button(self, picture: str, text: str, tip: str) -> QToolButton:
        button = named(QToolButton(), text)
        button.setText(text)
        button.setToolTip(tip)
        button.setIcon(icon(picture, theme().text, faint=theme().disabled))
        button.setIconSize(QSize(px(16), px(16)))
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        button.setProperty("icon_name", picture)
        return button

    # -- doing --------------------------------------------------------------------------------
    def open(self, body: Body) -> None:
        """Show another body."""
        self.search.clear()
        self.filter.open(body)
        self.model.open(body)
        self._expand_small()

    def _expand_small(self) -> None:
        for row in range(self.filter.rowCount()):
            index = self.filter.index(row, 0)
            self.tree.setExpanded(index, self.filter.rowCount(index) <= _FEW)

    def close_model(self) -> None:
        """Stop listening to the view state."""
        self.model.close()

    def _look_for(self, query: str) -> None:
        count = self.filter.look_for(query)
        self.none_found.setVisible(count == 0)
        if query.strip():
            self.tree.expandAll()

    def selected_ids(self) -> list[str]:
        """Ids of the selected structures; a selected system stands for all it holds."""
        found: dict[str, None] = {}
        for index in self.tree.selectionModel().selectedIndexes():
            found.update(dict.fromkeys(index.data(IDS)))
        return list(found)

    def reveal(self, structure_id: str) -> None:
        """Select a structure and scroll to it."""
        at = self.filter.mapFromSource(self.model.index_of(structure_id))
        if at.isValid():
            self.tree.setCurrentIndex(at)
            self.tree.scrollTo(at, QAbstractItemView.ScrollHint.PositionAtCenter)

    def toggle_isolation(self) -> None:
        """Show only the selection, or everything again."""
        self._view.isolate(() if self._view.isolated else self.selected_ids())
        self._show_selection()

    def _fade(self, percent: int) -> None:
        self._view.set_opacity(self.selected_ids(), percent / 100)

    def _show_selection(self) -> None:
        ids = self.selected_ids()
        self.fade.setEnabled(bool(ids))
        self.card.setEnabled(len(ids) == 1)
        self.isolate.setChecked(bool(self._view.isolated))
        self.isolate.setEnabled(bool(ids) or bool(self._view.isolated))
        opacity = self._view.look(ids[0]).opacity if ids else 1.0
        self.fade.blockSignals(True)
        self.fade.setValue(round(100 * opacity))
        self.fade.blockSignals(False)
        text = tr("Opacity {percent} %", percent=round(100 * opacity)) if ids else tr("Opacity")
        self.fade_label.setText(text)

    def _want_card(self, index: QModelIndex) -> None:
        """A row's card; a system's row opens and closes instead."""
        ids = index.data(IDS) or ()
        if len(ids) == 1 and not self.filter.rowCount(index):
            self.card_wanted.emit(ids[0])

    def _ask_color(self, index: QModelIndex) -> None:
        start = QColor.fromRgbF(*index.data(LOOK).color)
        chosen = QColorDialog.getColor(start, self, tr("Colour of the structure"))
        if chosen.isValid():
            self._view.set_color(index.data(IDS), chosen.getRgbF()[:3])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Space shows or hides the selected rows, I isolates them."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() == Qt.Key.Key_Space:
                for index in self.tree.selectionModel().selectedIndexes():
                    toggle(self.filter, index)
                return True
            if event.key() == Qt.Key.Key_I and not event.modifiers():
                self.toggle_isolation()
                return True
        return super().eventFilter(watched, event)
