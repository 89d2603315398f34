"""The tree's data: systems, and the structures in them. Reads and writes the view state only.

Visibility is tri-state for a system; the look of a row is asked from the view state each time, so
there is nothing here that could disagree with the scene.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from PySide6.QtCore import QAbstractItemModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from meshes.body import Body
from meshes.catalogue import SYSTEMS, Structure
from viewer.appearance import Appearance
from viewer.i18n.text import tr
from viewer.structure_names import display_name
from viewer.view_state import ViewState

Index = QModelIndex | QPersistentModelIndex
IDS = Qt.ItemDataRole.UserRole + 1
LOOK = Qt.ItemDataRole.UserRole + 2
_ROLE = Qt.ItemDataRole


@dataclass(eq=False)
class _Row:
    """A system (no parent) or a structure."""

    ids: tuple[str, ...]
    title: str
    structure: Structure | None = None
    parent: _Row | None = None
    children: list[_Row] = field(default_factory=list)
    place: int = 0


def system_name(system: str) -> str:
    """Name of a system, for people."""
    return {
        "skin": tr("Skin"), "fat": tr("Fat"), "muscle": tr("Muscles"), "bone": tr("Bones"),
        "cartilage": tr("Cartilage and discs"), "vessel": tr("Vessels"), "nerve": tr("Nerves"),
        "organ": tr("Organs"), "pleura": tr("Pleura"), "other": tr("Other"),
    }.get(system, system)  # fmt: skip


class StructureModel(QAbstractItemModel):
    """Systems → structures of one body."""

    def __init__(self, body: Body, view: ViewState, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view = view
        self._tops: list[_Row] = []
        self._rows: dict[str, _Row] = {}
        self._fill(body)
        self._stop = view.subscribe(self._looks_changed)

    def _fill(self, body: Body) -> None:
        self._tops, self._rows = [], {}
        for system in SYSTEMS:
            parts = [s for s in body.structures.values() if s.system == system]
            if not parts:
                continue
            top = _Row(tuple(s.id for s in parts), system_name(system), place=len(self._tops))
            self._tops.append(top)
            for place, part in enumerate(parts):
                row = _Row((part.id,), display_name(part, body), part, top, place=place)
                top.children.append(row)
                self._rows[part.id] = row

    def open(self, body: Body) -> None:
        """Show another body."""
        self.beginResetModel()
        self._fill(body)
        self.endResetModel()

    def close(self) -> None:
        """Stop listening."""
        self._stop()

    def _looks_changed(self, ids: frozenset[str]) -> None:
        tops = {self._rows[key].parent for key in ids if key in self._rows}
        for top in tops:
            if top is None:
                continue
            at = self._index_of(top)
            self.dataChanged.emit(at, at)
            first, last = top.children[0], top.children[-1]
            self.dataChanged.emit(self._index_of(first), self._index_of(last))

    # -- tree ---------------------------------------------------------------------------------
    def _row(self, index: Index) -> _Row | None:
        return index.internalPointer() if index.isValid() else None

    def _index_of(self, row: _Row) -> QModelIndex:
        return self.createIndex(row.place, 0, row)

    def index_of(self, structure_id: str) -> QModelIndex:
        """Where a structure stands; invalid if the body lacks it."""
        row = self._rows.get(structure_id)
        return self._index_of(row) if row else QModelIndex()

    def index(self, row: int, column: int, parent: Index = QModelIndex()) -> QModelIndex:  # noqa: B008
        """Return the index of a child."""
        above = self._row(parent)
        rows = above.children if above else self._tops
        if column == 0 and 0 <= row < len(rows):
            return self.createIndex(row, 0, rows[row])
        return QModelIndex()

    def parent(self, index: Index = QModelIndex()) -> QModelIndex:  # type: ignore[override]  # noqa: B008
        """Return the system of a structure."""
        row = self._row(index)
        return self._index_of(row.parent) if row and row.parent else QModelIndex()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many rows are below."""
        row = self._row(parent)
        return len(row.children) if row else len(self._tops) if not parent.isValid() else 0

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One column; the delegate draws the controls in it."""
        return 1

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Every row can be selected and shown or hidden."""
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.NoItemFlags
        return flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemIsUserCheckable

    # -- data ---------------------------------------------------------------------------------
    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return name, visibility, look, accessible text."""
        row = self._row(index)
        if row is None:
            return None
        if role == _ROLE.DisplayRole:
            return row.title
        if role == _ROLE.CheckStateRole:
            return self._visibility(row.ids)
        if role == IDS:
            return row.ids
        if role == LOOK:
            return self._look(row)
        if role == _ROLE.AccessibleTextRole:
            return tr("{name}, {state}", name=row.title, state=self._state_word(row))
        if role == _ROLE.ToolTipRole and row.structure is not None:
            s = row.structure
            lines = (row.title, s.latin, ", ".join(s.synonyms), s.fma, s.id)
            return "\n".join(line for line in lines if line)
        return None

    def setData(self, index: Index, value: object, role: int = _ROLE.EditRole) -> bool:
        """Show or hide by check state."""
        row = self._row(index)
        if row is None or role != _ROLE.CheckStateRole:
            return False
        self._view.set_visible(row.ids, Qt.CheckState(value) != Qt.CheckState.Unchecked)
        return True

    def _visibility(self, ids: Iterable[str]) -> Qt.CheckState:
        shown = {bool(look.visible) for look in map(self._view.appearance, ids) if look}
        if len(shown) == 2:
            return Qt.CheckState.PartiallyChecked
        return Qt.CheckState.Checked if shown == {True} else Qt.CheckState.Unchecked

    def _state_word(self, row: _Row) -> str:
        return {
            Qt.CheckState.Checked: tr("shown"),
            Qt.CheckState.Unchecked: tr("hidden"),
            Qt.CheckState.PartiallyChecked: tr("partly shown"),
        }[self._visibility(row.ids)]

    def _look(self, row: _Row) -> Appearance:
        return self._view.look(row.ids[0])
