"""The tree as the search leaves it: rows whose structure the catalogue's search finds."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QSortFilterProxyModel

from meshes.body import Body
from meshes.catalogue import search
from viewer.panels.structure_model import IDS


class StructureFilter(QSortFilterProxyModel):
    """Keeps structures `meshes.catalogue.search` finds, and their systems."""

    def __init__(self, body: Body, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._body = body
        self._found: frozenset[str] | None = None
        self.setRecursiveFilteringEnabled(True)

    def open(self, body: Body) -> None:
        """Search another body from now on."""
        self._body = body
        self._found = None

    def look_for(self, query: str) -> int:
        """Keep what the query finds; returns how many structures that is."""
        announced = hasattr(self, "endFilterChange")  # Qt ≥ 6.10
        if announced:
            self.beginFilterChange()
        if query.strip():
            found = search(self._body.structures.values(), query)
            self._found = frozenset(s.id for s in found)
        else:
            self._found = None
        if announced:
            self.endFilterChange()
        else:
            self.invalidateFilter()
        return len(self._body.structures) if self._found is None else len(self._found)

    def filterAcceptsRow(self, row: int, parent: QModelIndex | QPersistentModelIndex) -> bool:
        """Accept a structure that was found; systems follow their structures."""
        if self._found is None:
            return True
        if not parent.isValid():
            return False
        ids = self.sourceModel().index(row, 0, parent).data(IDS)
        return ids[0] in self._found
