"""How the columns of the clearance table share its width: name and verdict are whole before all.

In a narrow panel the sides are letters, as at the view's edges; where that is not enough the depths
of closest approach and of contact give way, and every row's tip says them.
"""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QHeaderView, QTableView

from viewer import describe
from viewer.i18n.text import tr
from viewer.panels.zone_model import AT_DEPTH, CLEARANCE, CONTACT, LIMIT, NAME, ZoneModel
from viewer.panels.zone_rows import NAME_LEFT, NAME_RIGHT
from viewer.theme.style import font, px
from zones.assessment import Verdict

_LEAST_NAME = 120
"""Room for a name, px of the design: most zones are known by so much of theirs."""


def set_widths(table: QTableView, model: ZoneModel) -> None:
    """Give the columns of numbers the width of their headings, and the name the rest."""
    header = table.horizontalHeader()
    header.setMinimumSectionSize(px(44))
    header.setSectionResizeMode(NAME, QHeaderView.ResizeMode.Stretch)
    for column in range(1, LIMIT + 1):
        header.setSectionResizeMode(column, QHeaderView.ResizeMode.Fixed)
        table.setColumnWidth(column, _depths(model, column))


def fit_columns(table: QTableView, model: ZoneModel, width: int) -> None:
    """Share ``width``, px, the table's own: letters for the sides, then fewer columns of depths."""
    table.setColumnWidth(CLEARANCE, max(px(48), _clearance(model)))
    bar = table.verticalScrollBar().sizeHint().width() + 2 * table.frameWidth()
    room = width - bar - px(NAME_LEFT + NAME_RIGHT) - table.columnWidth(CLEARANCE)
    room -= _depths(model, LIMIT)
    first, second = (CONTACT, AT_DEPTH) if not model.has_contacts else (AT_DEPTH, CONTACT)
    # a range takes the names' room; where nothing is met the contact has nothing to say
    choices = [(), (first,), (first, second)][
        1 if model.has_ranges and not model.has_contacts else 0 :
    ]
    hidden, short = choices[-1], True
    for choice in choices:
        left = room - sum(_depths(model, c) for c in (AT_DEPTH, CONTACT) if c not in choice)
        fits = [s for s in (False, True) if left >= max(px(_LEAST_NAME), widest_words(model, s))]
        if fits:
            hidden, short = choice, fits[0]
            break
    for column in (AT_DEPTH, CONTACT):
        table.setColumnHidden(column, column in hidden)
    model.leave_out(hidden, short)


def widest_words(model: ZoneModel, short: bool) -> int:
    """Width of the longest line of side and verdict, px."""
    metrics = QFontMetrics(font(11, 600))
    return max(
        metrics.horizontalAdvance(model.words_of(describe.verdict_word(verdict), side, short))
        for verdict in Verdict
        for side in ("left", "right")
    ) + px(2)


def _depths(model: ZoneModel, column: int) -> int:
    """Width of a column of depths, px; the table itself says 0 of one that is hidden."""
    return max(px(48), _heading(model, column))


def _heading(model: ZoneModel, column: int) -> int:
    text = model.headerData(column, Qt.Orientation.Horizontal)
    return QFontMetrics(font(10.5, 600)).horizontalAdvance(str(text)) + px(11)


def _clearance(model: ZoneModel) -> int:
    """A range needs more room than a number, and both no less than the margin below them."""
    if model.has_ranges:
        return QFontMetrics(font(15, 700)).horizontalAdvance("−00.0 … 00.0") + px(14)
    below = tr("margin {mm}", mm=describe.number(10.0))
    margin = QFontMetrics(font(10.5)).horizontalAdvance(below) + px(11)
    return max(_heading(model, CLEARANCE), margin)
