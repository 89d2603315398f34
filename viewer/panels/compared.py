"""The same needle in six adults as a table; whose body errs on the reassuring side is marked.

The reason stands below in words, in the row's tips, and is spoken with the row's mark. While a body
is not compared with measurements yet, that is said: it is not the same as no caution.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from meshes.morph_names import read_name
from viewer import describe
from viewer.card_text import card_sentence
from viewer.card_words import DANGEROUS
from viewer.i18n.text import tr
from viewer.panels.side import variant_words
from viewer.theme.icons import pixmap
from viewer.theme.style import px, theme
from viewer.widgets.build import label, named
from viewer.widgets.quiet_note import quiet_text
from zones.carry import Compared

SubjectDesk = Any
"""`viewer.subject_desk.SubjectDesk`, which knows the scene."""
_MARK, _WHO, _VERDICT, _LIMIT, _LEAST, _NEAREST = range(6)


class ComparedTable(QWidget):
    """Rows of `zones.carry.Compared`; ``cautions`` are the bodies marked, by id."""

    def __init__(self, desk: SubjectDesk) -> None:
        super().__init__()
        self._desk = desk
        self.cautions: dict[str, str] = {}
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(6))
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(px(14))
        self._grid.setVerticalSpacing(px(6))
        self._grid.setColumnStretch(_NEAREST, 1)
        layout.addLayout(self._grid)
        self.notes = QVBoxLayout()
        self.notes.setSpacing(px(4))
        layout.addLayout(self.notes)

    def show_desk(self) -> None:
        """Show what the desk has now."""
        _empty(self._grid)
        _empty(self.notes)
        self.cautions = {}
        desk = self._desk
        self.setVisible(bool(desk.is_comparing or desk.rows))
        if desk.is_comparing:
            self._grid.addWidget(label(tr("computing…"), "muted"), 0, _WHO)
            return
        if not desk.rows:
            return
        titles = (tr("Body"), tr("Verdict"), tr("Limit depth, mm"), tr("Least clearance, mm"),
                  tr("Nearest"))  # fmt: skip
        for column, text in enumerate(titles, _WHO):
            self._grid.addWidget(label(text, "small"), 0, column)
        for number, row in enumerate(desk.rows, 1):
            self._show_row(number, row)
        self._say_cautions()
        self.notes.addWidget(label(quiet_text(desk.phase), "small"))

    def _show_row(self, number: int, row: Compared) -> None:
        least = min(
            (c for z in row.result.zones if (c := describe.worst_clearance(z)) is not None),
            default=None,
        )
        zone, verdict = describe.deciding_zone(row.result), row.result.verdict
        cells = {
            _WHO: _who(row.body_id, whole=True), _VERDICT: describe.verdict_word(verdict),
            _LIMIT: describe.limit_text(row.result.limit_depth),
            _LEAST: describe.clearance_text(least),
            _NEAREST: describe.zone_name(zone) if zone else describe.NONE,
        }  # fmt: skip
        why = self._caution(row.body_id)
        if why:
            self.cautions[row.body_id] = why
            self._grid.addWidget(_mark(why), number, _MARK)
        for column, text in cells.items():
            cell = label(text, "strong" if column == _VERDICT else "")
            cell.setToolTip(why)
            if column == _VERDICT:
                cell.setStyleSheet(f"color: {theme().verdict_text[verdict.value]}")
            if column == _WHO and why:
                named(cell, f"{text}. {why}")
            self._grid.addWidget(cell, number, column)

    def _caution(self, body_id: str) -> str:
        card = self._desk.cards.get(body_id)
        dangerous = card is not None and card.verdict in DANGEROUS
        return tr("Caution: {said}", said=card_sentence(card)) if dangerous else ""

    def _say_cautions(self) -> None:
        """Below the rows: whom each reason concerns, and who is not compared yet."""
        whom: dict[str, list[str]] = {}
        for body_id, why in self.cautions.items():
            whom.setdefault(why, []).append(_who(body_id))
        for why, names in whom.items():
            said = _wrapped(f"{', '.join(names)}: {why}")
            said.setProperty("part", "caution")
            self.notes.addWidget(said)
        desk = self._desk
        if desk.card_failure:
            text = tr("This body could not be compared with published measurements: {why}",
                      why=desk.card_failure)  # fmt: skip
            self.notes.addWidget(_wrapped(text))
        elif any(row.body_id not in desk.cards for row in desk.rows):
            text = tr("Comparing these bodies with published measurements…")
            self.notes.addWidget(_wrapped(text))


def _who(body_id: str, whole: bool = False) -> str:
    """A variant's name, ``whole`` with sex, stature and body mass index; else the body's id."""
    member = read_name(body_id)
    if member is None or not member.variant:
        return body_id
    return variant_words(member.variant) if whole else member.variant


def _mark(why: str) -> QLabel:
    mark = named(label(""), why)
    mark.setPixmap(pixmap("caution", theme().text, px(16), mark.devicePixelRatioF()))
    mark.setToolTip(why)
    return mark


def _wrapped(text: str) -> QLabel:
    made = label(text, "small")
    made.setWordWrap(True)
    made.setTextInteractionFlags(
        Qt.TextInteractionFlag.TextSelectableByMouse
        | Qt.TextInteractionFlag.TextSelectableByKeyboard
    )
    return made


def _empty(layout: Any) -> None:
    while (item := layout.takeAt(0)) is not None:
        if item.widget() is not None:
            item.widget().hide()
            item.widget().deleteLater()
