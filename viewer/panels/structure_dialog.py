"""Dialog: a structure's card, every row with its source."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QGridLayout, QLabel, QWidget

from viewer.i18n.text import tr
from viewer.panels.frames import close_button, framed, scrolled
from viewer.structure_card import CardRow, StructureCard
from viewer.theme.style import px
from viewer.widgets.build import label, named

_TOP = Qt.AlignmentFlag.AlignTop


def structure_dialog(parent: QWidget | None, card: StructureCard) -> QDialog:
    """Return the dialog, not yet shown; it deletes itself when it is closed."""
    dialog, layout = framed(parent, card.title, "info")
    dialog.setObjectName("structure_card")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    page = named(QWidget(), tr("Card of {name}", name=card.title), "page")
    grid = QGridLayout(page)
    grid.setContentsMargins(0, 0, px(12), 0)
    grid.setHorizontalSpacing(px(18))
    grid.setVerticalSpacing(px(3))
    grid.setColumnStretch(1, 1)
    at = 0
    for heading, rows in card.sections:
        title = label(heading, "strong")
        title.setContentsMargins(0, px(10) if at else 0, 0, px(2))
        grid.addWidget(title, at, 0, 1, 2)
        at += 1
        for row in rows:
            at = _add_row(grid, at, row)
    grid.setRowStretch(at, 1)
    layout.addWidget(scrolled(page, px(640), px(440)), 1)
    close_button(dialog, layout)
    return dialog


def _add_row(grid: QGridLayout, at: int, row: CardRow) -> int:
    """Topic on the left; the fact, and below it in small type who says so."""
    topic = _wrapped(row.topic, "small")
    topic.setFixedWidth(px(170))
    grid.addWidget(topic, at, 0, _TOP)
    grid.addWidget(_wrapped(row.text, "muted" if row.is_absent else ""), at, 1, _TOP)
    if not row.source:
        return at + 1
    grid.addWidget(_wrapped(row.source, "small"), at + 1, 1, _TOP)
    return at + 2


def _wrapped(text: str, part: str) -> QLabel:
    made = label(text, part)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made
