"""The list of trigger points: rows of the catalogue for one side, as the search leaves them."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from viewer.i18n.text import tr
from viewer.point_desk import Key, PointDesk
from viewer.point_words import reason_text
from zones.finding import find_points
from zones.point_catalogue import TriggerPoint, point_catalogue, trigger_point

KEY = Qt.ItemDataRole.UserRole + 1
STATE = Qt.ItemDataRole.UserRole + 2
WORD = Qt.ItemDataRole.UserRole + 3
BELOW = Qt.ItemDataRole.UserRole + 4
_ROLE = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex


def regions() -> list[str]:
    """Regions of the catalogue, in its order."""
    return list(dict.fromkeys(p.region for p in point_catalogue().points.values()))


def state_word(state: str) -> str:
    """One or two words for where a point stands on the open body."""
    return {
        "pending": tr("looking…"), "found": tr("on this body"),
        "no_muscle": tr("muscle not in model"), "missed": tr("not over its muscle"),
        "absent": tr("not on this body"), "blocked": tr("not recommended, blocked"),
    }[state]  # fmt: skip


class PointModel(QAbstractListModel):
    """Asks the desk for the state of each row; holds none itself."""

    def __init__(self, desk: PointDesk, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        self._points: list[TriggerPoint] = []
        self._side, self._text, self._region, self._placed_only = "left", "", "", False
        self._rank: Mapping[str, int] | None = None
        self._fill()

    def _fill(self) -> None:
        self._points = [
            p
            for p in find_points(self._text)
            if self._side in p.sides and self._region in ("", p.region)
            and not (self._placed_only and self._desk.state((p.id, self._side)) == "absent")
        ]  # fmt: skip
        rank = self._rank
        if rank is not None:
            self._points = sorted(
                (p for p in self._points if p.id in rank), key=lambda p: rank[p.id]
            )

    def keep_ranked(self, rank: Mapping[str, int] | None) -> None:
        """List only these points, by rank (0 first); ``None``: all, in the catalogue's order."""
        self._rank = rank

    def look_for(self, text: str, side: str, region: str, placed_only: bool) -> None:
        """Keep what fits; states and order stay."""
        self.beginResetModel()
        self._text, self._side, self._region, self._placed_only = text, side, region, placed_only
        self._fill()
        self.endResetModel()

    def refresh(self) -> None:
        """More points have been found."""
        if self._placed_only:
            self.look_for(self._text, self._side, self._region, True)
        elif self._points:
            self.dataChanged.emit(self.index(0), self.index(len(self._points) - 1))

    def listed(self) -> list[Key]:
        """The rows' points, in order."""
        return [(p.id, self._side) for p in self._points]

    def row_of(self, key: Key) -> int:
        """Where a point stands; −1 if it is not listed."""
        keys = self.listed()
        return keys.index(key) if key in keys else -1

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Return how many points are listed."""
        return 0 if parent.isValid() else len(self._points)

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return name, state, the line below, and all of it as words."""
        if not index.isValid():
            return None
        point = self._points[index.row()]
        key = (point.id, self._side)
        state = self._desk.state(key)
        if role == _ROLE.DisplayRole:
            return f"{point.id}  {tr(point.name)}"
        if role == KEY:
            return key
        if role == STATE:
            return state
        if role == WORD:
            return state_word(state)
        if role == BELOW:
            return tr("{region} · pain: {area}", region=tr(point.region), area=tr(point.referral))
        if role in (_ROLE.ToolTipRole, _ROLE.AccessibleTextRole):
            lines = (f"{point.id}, {tr(point.name)}, {tr(self._side)}", why(self._desk, key),
                     str(self.data(index, BELOW)))  # fmt: skip
            return "\n".join(lines)
        return None


def why(desk: PointDesk, key: Key) -> str:
    """Say the state of a point with its reason."""
    point, found = trigger_point(key[0]), desk.found.get(key)
    word = state_word(desk.state(key))
    reason = tr(point.not_recommended) if point.not_recommended else (
        reason_text(found) if found is not None else ""
    )  # fmt: skip
    return f"{word}: {reason}" if reason else word
