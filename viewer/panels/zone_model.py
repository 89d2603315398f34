"""The clearance table's data: one row per danger zone, worst first; numbers as text, once."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt

from viewer import describe
from viewer.i18n.text import tr
from viewer.other_people import Known, range_in_full
from zones.assessment import NeedleAssessment, Verdict, ZoneResult

Index = QModelIndex | QPersistentModelIndex
_ROLE = Qt.ItemDataRole
VERDICT = Qt.ItemDataRole.UserRole + 1
ZONE = Qt.ItemDataRole.UserRole + 2

NAME, CLEARANCE, AT_DEPTH, CONTACT, LIMIT = range(5)


def headings() -> tuple[tuple[str, str], ...]:
    """Short heading and full meaning of each column."""
    return (
        (tr("Danger zone"), tr("Danger zone and its verdict")),
        (
            tr("Clearance"),
            tr(
                "Distance from the needle's wall to the zone, mm, negative inside; below it the "
                "required margin, double-click to change it"
            ),
        ),
        (tr("At depth"), tr("Depth along the needle of the closest approach, mm")),
        (tr("Contact"), tr("Depth where the extended line first meets the zone, mm")),
        (tr("Limit"), tr("Deepest tip on this line that keeps this zone's margin, mm")),
    )


class ZoneModel(QAbstractTableModel):
    """Rows of one needle's assessment, or of none."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._rows: list[ZoneResult] = []
        self._all: list[ZoneResult] = []
        self._only: Verdict | None = None
        self.on_margin = lambda zone_id, mm: None
        self.known: Known = {}
        self.is_current, self._searched = False, 0.0
        self._unseen: tuple[int, ...] = ()
        self._short = False

    def show_result(self, needle: NeedleAssessment | None, current: bool = True) -> None:
        """Show a result; what is not current keeps its rows' names but loses its numbers."""
        self.is_current = current and needle is not None
        self._searched = needle.searched_length if needle is not None else 0.0
        if needle is not None:
            self._all = describe.by_danger(needle.zones)
        elif not current:
            self._emit_all()
            return
        else:
            self._all = []
        self._refilter()

    def only(self, verdict: Verdict | None) -> None:
        """Show the rows of one verdict, or all."""
        self._only = verdict
        self._refilter()

    def count(self, verdict: Verdict) -> int:
        """How many zones have this verdict, whatever is shown."""
        return sum(zone.verdict is verdict for zone in self._all)

    @property
    def total(self) -> int:
        """How many zones there are."""
        return len(self._all)

    def _refilter(self) -> None:
        rows = [z for z in self._all if self._only in (None, z.verdict)]
        if len(rows) == len(self._rows):
            self._reorder(rows)
            return
        self.beginResetModel()
        self._rows = rows
        self.endResetModel()

    def _reorder(self, rows: list[ZoneResult]) -> None:
        """As many rows as before: no reset, after which the view would be painted twice."""
        place = {zone.zone_id: row for row, zone in enumerate(rows)}
        for held in self.persistentIndexList():  # what is selected stays selected
            row = place.get(self._rows[held.row()].zone_id)
            moved = QModelIndex() if row is None else self.index(row, held.column())
            self.changePersistentIndex(held, moved)
        self._rows = rows
        self._emit_all()

    def _emit_all(self) -> None:
        if self._rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self._rows) - 1, LIMIT))

    def zone_at(self, row: int) -> ZoneResult:
        """Return the zone of a row."""
        return self._rows[row]

    # -- Qt -----------------------------------------------------------------------------------
    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """One row per zone."""
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        """Five columns."""
        return 0 if parent.isValid() else len(headings())

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _ROLE.DisplayRole):  # noqa: ANN201
        """Return headings with their meaning as tip."""
        if orientation == Qt.Orientation.Horizontal:
            short, full = headings()[section]
            if role == _ROLE.DisplayRole:
                return short
            if role in (_ROLE.ToolTipRole, _ROLE.AccessibleTextRole):
                return full
            if role == _ROLE.TextAlignmentRole:
                side = Qt.AlignmentFlag.AlignRight if section else Qt.AlignmentFlag.AlignLeft
                return int(side | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Margins can be edited."""
        flag = Qt.ItemFlag
        if not index.isValid():
            return flag.NoItemFlags
        base = flag.ItemIsEnabled | flag.ItemIsSelectable
        return base | flag.ItemIsEditable if index.column() == CLEARANCE else base

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> object:
        """Return text, verdict, record."""
        if not index.isValid():
            return None
        zone = self._rows[index.row()]
        if role == _ROLE.DisplayRole:
            return self._text(zone, index.column())
        if role == VERDICT:
            return zone.verdict.value if self.is_current else "computing"
        if role == ZONE:
            return zone
        if role == _ROLE.EditRole and index.column() == CLEARANCE:
            return zone.margin
        if role == _ROLE.TextAlignmentRole and index.column():
            return int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        if role == _ROLE.ToolTipRole:
            return self._tip(zone)
        if role == _ROLE.AccessibleTextRole:
            heading = headings()[index.column()][0]
            text = f"{heading}: {self._text(zone, index.column())}. {self.word(zone)}"
            if index.column() == NAME:
                text = ". ".join([text, *self._without_column(zone)])
            if index.column() == CLEARANCE:
                text += ". " + self.margin_text(zone)
            return text
        return None

    def word(self, zone: ZoneResult, short: bool = False) -> str:
        """The side, ``short`` by its letter, and the verdict in words, or *computing*."""
        word = describe.verdict_word(zone.verdict) if self.is_current else tr("Computing…")
        return self.words_of(word, zone.side, short)

    def words_of(self, word: str, side: str, short: bool) -> str:
        """A verdict's word with its side before it; of what has no side the word alone."""
        letters = {"left": tr("L"), "right": tr("R")}
        name = letters.get(side, "") if short else describe.side_word(side)
        return tr("{side} · {word}", side=name, word=word) if name else word

    def shown_word(self, zone: ZoneResult) -> str:
        """The same as the panel has room for."""
        return self.word(zone, self._short)

    def leave_out(self, columns: Sequence[int], short: bool) -> None:
        """Columns the panel has no room for, said in the rows' tips; ``short``: sides by letter."""
        if (tuple(columns), short) != (self._unseen, self._short):
            self._unseen, self._short = tuple(columns), short
            self._emit_all()

    def margin_text(self, zone: ZoneResult) -> str:
        """The required margin, in words."""
        return tr("margin {mm}", mm=describe.number(zone.margin))

    def _text(self, zone: ZoneResult, column: int) -> str:
        if column == NAME:
            return describe.zone_title(zone)
        if not self.is_current:
            return "…"
        if zone.clearance is None:
            return describe.NONE
        return {
            CLEARANCE: describe.range_text(zone),
            AT_DEPTH: describe.number(zone.at_depth),
            CONTACT: describe.limit_text(zone.first_contact),
            LIMIT: describe.limit_text(zone.limit_depth)
            if zone.limit_depth is not None
            else f"> {describe.number(self._searched, 0)}",
        }[column]

    def _tip(self, zone: ZoneResult) -> str:
        lines = [
            describe.zone_name(zone),
            *self._without_column(zone),
            *self._through_breath(zone),
            *describe.notes(zone),
        ]
        people = range_in_full(zone, self.known) if self.is_current else ""
        lines += [people] if people else []
        if zone.derived:
            lines.append(tr("Derived: computed from other structures of the body."))
        return "\n".join(lines)

    def _without_column(self, zone: ZoneResult) -> list[str]:
        """What a hidden column would say, in words; nothing where it has nothing to say."""
        said = [(headings()[c][1], self._text(zone, c)) for c in self._unseen]
        return [f"{what}: {text}" for what, text in said if text not in (describe.NONE, "…")]

    def _through_breath(self, zone: ZoneResult) -> list[str]:
        worst = describe.worst_clearance(zone)
        if not self.is_current or worst is None or zone.clearance == worst:
            return []
        mm = {
            "worst": describe.clearance_text(worst),
            "own": describe.clearance_text(zone.clearance),
        }
        phase = describe.phase_text(zone.worst_phase)
        if not phase:
            return [
                tr("Through the breath: down to {worst} mm; as the body lies here {own} mm.", **mm)
            ]
        return [
            tr("Through the breath: down to {worst} mm ({phase}); at the phase shown {own} mm.",
               phase=phase, **mm)
        ]  # fmt: skip

    @property
    def has_ranges(self) -> bool:
        """Whether any clearance is shown as a range."""
        return self.is_current and any("…" in describe.range_text(zone) for zone in self._all)

    @property
    def has_contacts(self) -> bool:
        """Whether any zone is met at a depth that is known."""
        return any(zone.first_contact is not None for zone in self._all)

    def setData(self, index: Index, value: object, role: int = _ROLE.EditRole) -> bool:
        """Change a margin."""
        if index.column() != CLEARANCE or role != _ROLE.EditRole:
            return False
        self.on_margin(self._rows[index.row()].zone_id, float(value))  # type: ignore[arg-type]
        return True
