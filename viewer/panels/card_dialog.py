"""Dialog: every published site the body was compared at, with figures and sources."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from meshes.body import Body
from viewer import describe
from viewer.card_text import card_sentence
from viewer.card_words import (
    compared_with,
    grade_word,
    origin_text,
    published_text,
    signed,
    site_name,
    use_word,
)
from viewer.i18n.text import tr
from viewer.panels.frames import close_button, framed, paragraph, scrolled
from viewer.theme.icons import pixmap
from viewer.theme.style import px, theme
from viewer.widgets.build import label, named
from zones.report_card import ReportCard, SiteResult

_RIGHT = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop


def card_dialog(
    parent: QWidget | None,
    body: Body,
    card: ReportCard,
    copy: Callable[[], object] | None = None,
) -> QDialog:
    """Return the dialog, not yet shown; it deletes itself when it is closed.

    ``copy`` makes and opens a calibrated copy; where it is given the dialog offers one.
    """
    dialog, layout = framed(parent, tr("How this body compares with people"), "info")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    who = " · ".join(part for part in (body.name, describe.subject(body)) if part)
    layout.addWidget(paragraph(who))
    said = paragraph(card_sentence(card) + ".")
    said.setProperty("part", "strong")
    layout.addWidget(said)
    layout.addWidget(label(compared_with(card), "muted"))
    page = named(QWidget(), tr("Sites compared"), "page")
    grid = QGridLayout(page)
    grid.setContentsMargins(0, 0, px(12), 0)
    grid.setHorizontalSpacing(px(20))
    grid.setVerticalSpacing(px(3))
    heads = (tr("Site"), tr("This body, mm"), tr("Published, mm"), tr("Deviation, mm"),
             tr("in SD"))  # fmt: skip
    for column, text in enumerate(heads):
        grid.addWidget(_cell(text, "small", column), 0, column)
    for number, site in enumerate(card.sites):
        _add_site(grid, 1 + 3 * number, site)
    grid.setColumnStretch(0, 1)
    layout.addWidget(scrolled(page, px(760), px(420)), 1)
    layout.addWidget(
        paragraph(tr("A deviation is shown, never corrected away: no number of a result uses it."))
    )
    if copy is not None:
        _offer_copy(dialog, layout, copy)
    close_button(dialog, layout)
    return dialog


def _offer_copy(dialog: QDialog, layout: QVBoxLayout, copy: Callable[[], object]) -> None:
    layout.addWidget(paragraph(tr(
        "A copy with its soft tissue thinned to the published depths can be made. Nothing is "
        "thickened, and nobody has this anatomy: the copy has a name and a hash of its own, plans "
        "made on it name it, and its report card says what was done."
    )))  # fmt: skip
    button = named(QPushButton(tr("Open a calibrated copy")), tr("Open a calibrated copy"))
    button.setObjectName("calibrate")

    def chosen() -> None:
        dialog.accept()
        copy()

    button.clicked.connect(lambda *_: chosen())
    row = QHBoxLayout()
    row.addWidget(button)
    row.addStretch(1)
    layout.addLayout(row)


def _cell(text: str, part: str, column: int) -> QLabel:
    made = label(text, part)
    if column:
        made.setAlignment(_RIGHT)
    return made


def _add_site(grid: QGridLayout, row: int, site: SiteResult) -> None:
    line = QFrame()
    line.setProperty("part", "rule")
    grid.addWidget(line, row, 0, 1, 5)
    values = (describe.number(site.value), published_text(site), signed(site.deviation),
              signed(site.deviation_sd))  # fmt: skip
    grid.addWidget(_cell(site_name(site.id), "strong", 0), row + 1, 0)
    for column, value in enumerate(values, 1):
        grid.addWidget(_cell(value, "strong" if column == 3 else "", column), row + 1, column)
    below = QHBoxLayout()
    below.setSpacing(px(6))
    if site.dangerous:
        mark = label("")
        mark.setPixmap(pixmap("caution", theme().on_caution, px(15)))
        badge = QFrame()
        badge.setProperty("part", "cautionBadge")
        inside = QHBoxLayout(badge)
        inside.setContentsMargins(px(6), px(1), px(8), px(1))
        inside.addWidget(mark)
        inside.addWidget(label(grade_word(site), "onCaution"))
        below.addWidget(badge, 0, Qt.AlignmentFlag.AlignTop)
    else:
        below.addWidget(label(grade_word(site), "muted"), 0, Qt.AlignmentFlag.AlignTop)
    below.addWidget(label("· " + use_word(site), "muted"), 0, Qt.AlignmentFlag.AlignTop)
    below.addStretch(1)
    stack = QVBoxLayout()
    stack.setSpacing(px(2))
    stack.setContentsMargins(0, 0, 0, px(6))
    stack.addLayout(below)
    source = label(origin_text(site), "small")
    source.setWordWrap(True)
    source.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    stack.addWidget(source)
    grid.addLayout(stack, row + 2, 0, 1, 5)
