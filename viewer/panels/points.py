"""Panel: the trigger points, to find by muscle, name or pain area, to read and to place."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QSignalBlocker, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QButtonGroup,
    QCheckBox,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QSplitter,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer.i18n.text import tr, trn
from viewer.panels.point_card import PointCard
from viewer.panels.point_model import KEY, PointModel, regions
from viewer.panels.point_rows import PointRows
from viewer.point_desk import Key, PointDesk
from viewer.theme.icons import icon
from viewer.theme.style import px, theme
from viewer.widgets.build import label, named
from viewer.widgets.choice import Choice
from zones.finding import find_points


class PointsPanel(QWidget):
    """Emits ``listed_changed`` when the points to draw differ, ``chosen`` when one is picked."""

    listed_changed = Signal()
    chosen = Signal(object)
    asks_where = Signal()
    """The next click on the skin says where it hurts."""

    def __init__(self, desk: PointDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk, self._told = desk, False
        self.model = PointModel(desk, self)
        self._build_filters()
        self._build_list()
        self.card = PointCard(desk)
        self.card.close_wanted.connect(lambda: desk.choose(None))
        self.card.place_wanted.connect(desk.place)
        self.split = QSplitter(Qt.Orientation.Vertical)
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.list)
        self.split.addWidget(self.card)
        self.split.setStretchFactor(0, 2)
        self.split.setStretchFactor(1, 3)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(10), px(8), px(10), px(10))
        layout.setSpacing(px(6))
        layout.addLayout(self._search_row)
        layout.addLayout(self._filters)
        layout.addLayout(self._checks)
        layout.addLayout(self._told_row)
        layout.addWidget(self.split, 1)
        named(self, tr("Trigger points"))
        desk.on_found.append(self._found_more)
        desk.on_chosen.append(self._show_chosen)
        desk.on_hurting.append(self._show_hurting)
        self._refilter()

    # -- building -----------------------------------------------------------------------------
    def _build_filters(self) -> None:
        self.search = named(QLineEdit(), tr("Search trigger points"))
        self.search.setPlaceholderText(tr("Search: muscle, id, pain area"))
        self.search.setClearButtonEnabled(True)
        self.search.textChanged.connect(lambda _: self._refilter())
        self.where = named(QToolButton(), tr("Where it hurts: click the skin"))
        self.where.setIcon(icon("target", theme().text))
        self.where.setIconSize(QSize(px(18), px(18)))
        self.where.setCheckable(True)
        self.where.setToolTip(
            tr("Where it hurts: click the skin, and see which points refer there")
        )
        self.where.toggled.connect(self._ask_where)
        self._search_row = QHBoxLayout()
        self._search_row.addWidget(self.search, 1)
        self._search_row.addWidget(self.where)
        self.sides: dict[str, QToolButton] = {}
        group = QButtonGroup(self)
        self._filters = QHBoxLayout()
        self._filters.setSpacing(px(3))
        for side, text in (("left", tr("Left")), ("right", tr("Right"))):
            button = named(QToolButton(), tr("{side} side of the subject", side=text), "segment")
            button.setText(text)
            button.setCheckable(True)
            button.setChecked(side == "left")
            button.clicked.connect(lambda *_: self._switch_side())
            group.addButton(button)
            self._filters.addWidget(button)
            self.sides[side] = button
        self.region = named(Choice(), tr("Region"))
        self.region.addItem(tr("All regions"), "")
        for region in regions():
            self.region.addItem(tr(region)[:1].upper() + tr(region)[1:], region)
        self.region.currentIndexChanged.connect(lambda _: self._refilter())
        self._filters.addWidget(self.region, 1)
        self.on_body = QCheckBox(tr("On this body"))
        self.on_body.setToolTip(tr("Hide points that cannot be placed on this body"))
        self.on_body.toggled.connect(lambda _: self._refilter())
        self.landmarks = QCheckBox(tr("Landmarks"))
        self.landmarks.setToolTip(tr("Draw the landmarks of the chosen point; without one, all"))
        self.landmarks.toggled.connect(lambda _: self.listed_changed.emit())
        self.pain = QCheckBox(tr("Pain area"))
        self.pain.setChecked(True)
        self.pain.setToolTip(tr(
            "Tint the skin where the chosen point's pain is felt: the textbooks' words laid around "
            "landmarks, a convention without measured outlines"
        ))  # fmt: skip
        self.pain.toggled.connect(lambda _: self.listed_changed.emit())
        self._checks = QHBoxLayout()
        self._checks.addWidget(self.on_body)
        self._checks.addWidget(self.landmarks)
        self._checks.addStretch(1)
        self.count = label("", "small")
        self.count.setWordWrap(True)
        self._told_row = QHBoxLayout()
        self._told_row.addWidget(self.count, 1)
        self._told_row.addWidget(self.pain)

    def _build_list(self) -> None:
        self.list = named(QListView(), tr("Trigger points"))
        self.list.setModel(self.model)
        self.list.setItemDelegate(PointRows(self.list))
        self.list.setUniformItemSizes(True)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.list.setMinimumHeight(px(64))
        self.list.selectionModel().currentChanged.connect(self._picked)

    # -- asking -------------------------------------------------------------------------------
    @property
    def side(self) -> str:
        """The side of the subject whose points are listed."""
        return "left" if self.sides["left"].isChecked() else "right"

    def drawn(self) -> list[Key]:
        """The points to draw: those listed, while the panel is in sight."""
        return self.model.listed() if self.isVisible() else []

    # -- doing --------------------------------------------------------------------------------
    def reveal(self, key: Key) -> None:
        """Choose a point from outside, whatever the filters hide."""
        self._desk.want()
        if self.model.row_of(key) < 0:
            with (
                QSignalBlocker(self.search),
                QSignalBlocker(self.region),
                QSignalBlocker(self.on_body),
            ):
                self.search.clear()
                self.region.setCurrentIndex(0)
                self.on_body.setChecked(False)
            self.sides[key[1]].setChecked(True)
            self._refilter()
        row = self.model.row_of(key)
        if row >= 0:
            self._desk.choose(key)
            self.chosen.emit(key)

    def _ask_where(self, on: bool) -> None:
        if on:
            self.asks_where.emit()
        else:
            self._desk.ask_pain(None)
        self._say_count()

    def _show_hurting(self) -> None:
        """List what refers pain to the place, best first; without a place, everything again."""
        hurting = self._desk.hurting
        self.model.keep_ranked(
            None if hurting is None else {one.point_id: k for k, one in enumerate(hurting)}
        )
        if hurting:
            self.sides[hurting[0].side].setChecked(True)
        if hurting is None and self.where.isChecked():
            with QSignalBlocker(self.where):
                self.where.setChecked(False)
        self._refilter()

    def _switch_side(self) -> None:
        """List the other side; the open card becomes that of the same point there."""
        self._refilter()
        chosen = self._desk.chosen
        if chosen is not None and chosen[1] != self.side:
            twin = (chosen[0], self.side)
            if self.model.row_of(twin) >= 0:
                self.reveal(twin)
            else:
                self._desk.choose(None)

    def _refilter(self) -> None:
        self.model.look_for(
            self.search.text(), self.side, self.region.currentData() or "", self.on_body.isChecked()
        )
        self._mark_current()
        self._say_count()
        self.listed_changed.emit()

    def _say_count(self) -> None:
        keys = self.model.listed()
        if self._desk.hurting is not None:
            text = trn("{count} point refers pain to this place",
                       "{count} points refer pain to this place", len(keys))  # fmt: skip
            self.count.setText(text)
            return
        if self.where.isChecked():
            self.count.setText(tr("Click the skin where it hurts."))
            return
        states = [self._desk.state(k) for k in keys]
        placed = sum(s in ("found", "no_muscle", "missed") for s in states)
        if not keys:
            self.count.setText(self._nothing())
            return
        text = trn("{count} point, {placed} on this body", "{count} points, {placed} on this body",
                   len(keys), placed=placed)  # fmt: skip
        pending = states.count("pending")
        self.count.setText(text + (tr(", {n} being looked for…", n=pending) if pending else ""))

    def _nothing(self) -> str:
        """Why the list is empty, and what else to try."""
        if find_points(self.search.text()):
            return tr("None of the points found is in this region, on this side and on this body.")
        return tr(
            "Nothing found. Try a muscle or a place such as “scapula”, or press the target above "
            "and click the skin where it hurts."
        )

    def _picked(self, now: QModelIndex, _: QModelIndex) -> None:
        if now.isValid() and not self._told:
            key = now.data(KEY)
            self._desk.choose(key)
            self.chosen.emit(key)

    def _found_more(self) -> None:
        if self.isVisible():
            self._desk.want()  # the points of another body, when it is that
        self.model.refresh()
        self._mark_current()
        self._say_count()
        self.card.refresh()
        self.listed_changed.emit()

    def _mark_current(self) -> None:
        row = self.model.row_of(self._desk.chosen) if self._desk.chosen else -1
        self._told = True
        self.list.setCurrentIndex(self.model.index(row) if row >= 0 else QModelIndex())
        self._told = False

    def _show_chosen(self) -> None:
        self.card.refresh()
        self._mark_current()
        self.listed_changed.emit()
        QTimer.singleShot(0, self.list, self._keep_in_sight)

    def _keep_in_sight(self) -> None:
        """The card took room from the list: the chosen row stays where it is seen."""
        self.list.scrollTo(self.list.currentIndex())

    def showEvent(self, event: QShowEvent) -> None:
        """Look for the points now."""
        super().showEvent(event)
        self._desk.want()
        self.listed_changed.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        """Draw none."""
        super().hideEvent(event)
        self.listed_changed.emit()

    def restyle(self) -> None:
        """Follow the theme and the text size."""
        self.where.setIcon(icon("target", theme().text))
        self.card.refresh()

    def let_go(self) -> None:
        """Stop hearing: another panel takes its place."""
        self._desk.on_found.remove(self._found_more)
        self._desk.on_chosen.remove(self._show_chosen)
        self._desk.on_hurting.remove(self._show_hurting)
