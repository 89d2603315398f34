"""Dialogs that say something once: intended use, about, the sheet of shortcuts."""

from __future__ import annotations

from collections.abc import Sequence
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from meshes.body import Body
from viewer.actions import Command, menus
from viewer.i18n.text import tr
from viewer.notices_text import notice
from viewer.panels.frames import close_button, framed, paragraph, scrolled
from viewer.theme.style import px
from viewer.widgets.build import label, named


def notice_dialog(parent: QWidget | None) -> QDialog:
    """The intended use on first start: read, tick, go on. Rejecting it ends the program."""
    dialog, layout = framed(parent, tr("Before you begin"), "info")
    layout.addWidget(paragraph(notice()))
    agree = named(QCheckBox(tr("I have read this.")), tr("I have read the intended use"))
    go_on = QPushButton(tr("Continue"))
    go_on.setProperty("part", "primary")
    go_on.setEnabled(False)
    go_on.setDefault(True)
    agree.toggled.connect(go_on.setEnabled)
    go_on.clicked.connect(dialog.accept)
    leave = QPushButton(tr("Quit"))
    leave.setAutoDefault(False)
    leave.clicked.connect(dialog.reject)
    buttons = QHBoxLayout()
    buttons.addWidget(agree, 1)
    buttons.addWidget(leave)
    buttons.addWidget(go_on)
    layout.addLayout(buttons)
    agree.setFocus()
    return dialog


def about_dialog(parent: QWidget | None, body: Body) -> QDialog:
    """Version, intended use, and where the open body comes from."""
    dialog, layout = framed(parent, tr("Needlewise {version}", version=_version()), "needle")
    layout.addWidget(paragraph(notice()))
    card = QFrame()
    card.setProperty("part", "card")
    grid = QGridLayout(card)
    grid.setContentsMargins(px(14), px(12), px(14), px(12))
    grid.setHorizontalSpacing(px(16))
    subject = ", ".join(
        part
        for part in (
            tr(body.subject.sex) if body.subject.sex else "",
            tr("{cm} cm", cm=f"{body.subject.stature_cm:g}") if body.subject.stature_cm else "",
            tr("{kg} kg", kg=f"{body.subject.mass_kg:g}") if body.subject.mass_kg else "",
        )
        if part
    )
    rows = (
        (tr("Body"), f"{body.name} {body.version}"), (tr("Subject"), subject or "–"),
        (tr("Posture"), tr(body.posture)), (tr("Breathing"), tr(body.phase)),
        (tr("Licence"), body.licence), (tr("Origin"), body.attribution),
        (tr("Frame"), tr("LPS, mm")),
    )  # fmt: skip
    for row, (name, value) in enumerate(rows):
        grid.addWidget(label(name, "muted"), row, 0, Qt.AlignmentFlag.AlignTop)
        words = label(value)
        words.setWordWrap(True)
        grid.addWidget(words, row, 1)
    grid.setColumnStretch(1, 1)
    layout.addWidget(card)
    close_button(dialog, layout)
    return dialog


def shortcuts_dialog(parent: QWidget | None, commands: Sequence[Command]) -> QDialog:
    """Every key, by menu, from the table of actions."""
    dialog, layout = framed(parent, tr("Keyboard shortcuts"), "help")
    sheet = QWidget()
    sheet.setProperty("part", "page")
    columns = QHBoxLayout(sheet)
    columns.setContentsMargins(0, 0, px(10), 0)
    columns.setSpacing(px(32))
    left, right = QGridLayout(), QGridLayout()
    for column in (left, right):
        column.setHorizontalSpacing(px(18))
        column.setVerticalSpacing(px(4))
        holder = QVBoxLayout()
        holder.addLayout(column)
        holder.addStretch(1)
        columns.addLayout(holder)
    for menu, title in menus():
        if not any(c.menu == menu and c.keys for c in commands):
            continue
        grid = right if menu in ("view", "help") else left
        _section(grid, title.replace("&", ""), [c for c in commands if c.menu == menu and c.keys])
    _mouse(right)
    layout.addWidget(scrolled(sheet, sheet.sizeHint().width() + px(24), px(480)), 1)
    close_button(dialog, layout)
    return dialog


def _section(grid: QGridLayout, title: str, rows: Sequence[Command]) -> None:
    at = grid.rowCount()
    head = label(title, "strong")
    head.setContentsMargins(0, px(8) if at > 1 else 0, 0, 0)
    grid.addWidget(head, at, 0, 1, 2)
    for offset, command in enumerate(rows, at + 1):
        grid.addWidget(label(command.text.rstrip("…")), offset, 0)
        native = QKeySequence.SequenceFormat.NativeText
        keys = "  /  ".join(QKeySequence(key).toString(native) for key in command.keys)
        grid.addWidget(label(keys, "muted"), offset, 1, Qt.AlignmentFlag.AlignRight)


def _mouse(grid: QGridLayout) -> None:
    at = grid.rowCount()
    head = label(tr("Mouse in the view"), "strong")
    head.setContentsMargins(0, px(8), 0, 0)
    grid.addWidget(head, at, 0, 1, 2)
    rows = (
        (tr("Turn the view"), tr("drag")), (tr("Move the view"), tr("Shift + drag, middle")),
        (tr("Zoom"), tr("wheel, right drag")), (tr("Place a needle (Edit)"), tr("click the skin")),
        (tr("Move entry, tip, handle (Edit)"), tr("drag it")),
    )  # fmt: skip
    for offset, (what, how) in enumerate(rows, at + 1):
        grid.addWidget(label(what), offset, 0)
        grid.addWidget(label(how, "muted"), offset, 1, Qt.AlignmentFlag.AlignRight)


def _version() -> str:
    try:
        return version("needlewise")
    except PackageNotFoundError:
        return tr("(not installed)")
