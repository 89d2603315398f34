"""Dialog beside the view: who lies there, how, at which breath, and the same needle in others."""

from __future__ import annotations

from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from meshes.morph_names import postures, variants
from meshes.morph_table import family_table
from viewer.i18n.text import tr
from viewer.panels.compared import ComparedTable
from viewer.panels.frames import close_button, fitted, framed, give_room, paragraph
from viewer.panels.side import variant_words
from viewer.theme.style import px
from viewer.widgets.build import label, named, text_width
from viewer.widgets.choice import Choice
from viewer.widgets.value_row import Quantity, ValueRow

SubjectDesk = Any
"""`viewer.subject_desk.SubjectDesk`, which knows the scene."""
_PAUSE_MS = 250
"""A slider's rest before somebody else is made: each takes about a second."""


def subject_dialog(parent: QWidget | None, desk: SubjectDesk) -> QDialog:
    """Return the dialog, not yet shown; it leaves the window usable and deletes itself."""
    dialog, layout = framed(parent, tr("Subject"))
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setModal(False)
    panel = SubjectPanel(desk)
    panel.setProperty("part", "page")
    layout.addWidget(fitted(panel), 1)
    close_button(dialog, layout)
    for button in dialog.findChildren(QPushButton):
        button.setAutoDefault(False)  # Return ends what is typed, not the dialog
    dialog.finished.connect(panel.let_go)
    give_room(dialog)
    soon = partial(QTimer.singleShot, 0, dialog, partial(give_room, dialog))
    panel.resized.connect(soon)  # new words have their fonts, and so their widths, by then
    soon()
    return dialog


class SubjectPanel(QWidget):
    """Sex, stature, body mass index, breath, the named variants, and the comparison."""

    resized = Signal()
    """What is shown may need another height."""

    def __init__(self, desk: SubjectDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("subject")
        self._desk = desk
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._ask)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(10))
        layout.addWidget(self._people())
        layout.addWidget(self._numbers())
        self.said = paragraph("")
        layout.addWidget(self.said)
        layout.addWidget(self._others())
        layout.addWidget(paragraph(tr(
            "Made from published measurements of groups, not of one person. Thin in the "
            "literature: women over 40, a body mass index over 30, Black and Hispanic bodies at "
            "the upper back. Postures are moved from the prone body; a plan holds for one only."
        )))  # fmt: skip
        desk.on_change.append(self._follow)
        self._follow()

    # -- building -----------------------------------------------------------------------------
    def _people(self) -> QWidget:
        row, layout = QWidget(), QHBoxLayout()
        row.setLayout(layout)
        layout.setContentsMargins(0, 0, 0, 0)
        self._variants = QButtonGroup(self)
        for name in variants():
            button = named(QPushButton(name), tr("Variant {name}", name=name), "chip")
            button.setCheckable(True)
            button.setToolTip(variant_words(name))
            button.clicked.connect(lambda *_, name=name: self._desk.ask_variant(name))
            self._variants.addButton(button)
            layout.addWidget(button)
        return row

    def _numbers(self) -> QWidget:
        limits = family_table()["range"]
        card = named(QFrame(), tr("Person and breath"), "card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(px(12), px(10), px(12), px(10))
        sexes, self._sexes = QHBoxLayout(), QButtonGroup(self)
        sexes.addWidget(label(tr("Sex"), "strong"), 1)
        self.sex: dict[str, QPushButton] = {}
        for key, text in (("female", tr("female")), ("male", tr("male"))):
            button = named(QPushButton(text), text, "chip")
            button.setCheckable(True)
            button.setMinimumWidth(text_width(text, 13, 600) + px(36))
            button.clicked.connect(self._ask)
            self.sex[key] = button
            self._sexes.addButton(button)
            sexes.addWidget(button)
        layout.addLayout(sexes)
        low, high = limits["stature_cm"]
        self.stature = ValueRow(Quantity(tr("Stature"), tr("cm"), low, high, 1, 5, 0))
        low, high = limits["bmi"]
        self.bmi = ValueRow(
            Quantity(tr("Body mass index"), "kg/m²", low, high, 0.5, 2, 1, tr("mass follows"))
        )
        self.phase = ValueRow(
            Quantity(tr("Breath"), "%", 0, 100, 5, 25, 0, tr("0 out, 100 full breath in"))
        )
        numbers = (self.stature, self.bmi, self.phase)
        width = max(row.names_width() for row in numbers)
        for quantity in numbers:
            quantity.set_names_width(width)
            quantity.edited.connect(lambda *_: self._pause.start())
            layout.addWidget(quantity)
        lies = QHBoxLayout()
        lies.addWidget(label(tr("Posture"), "strong"), 1)
        self.posture = Choice()
        for key, text in postures().items():
            self.posture.addItem(tr(text), key)
        named(self.posture, tr("Posture"))
        self.posture.activated.connect(
            lambda *_: self._desk.ask_posture(self.posture.currentData()) or self._follow()
        )
        lies.addWidget(self.posture)
        layout.addLayout(lies)
        layout.addLayout(self._player())
        return card

    def _player(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.addWidget(label(tr("Only the picture breathes; numbers stay."), "small"), 1)
        self.play = QPushButton(tr("Play the breath"))
        self.play.clicked.connect(lambda *_: self._desk.loop.toggle())
        row.addWidget(self.play)
        self._desk.loop.on_change.append(self._show_player)
        return row

    def _show_player(self) -> None:
        loop = self._desk.loop
        text = tr("Stop") if loop.is_running else tr("Play the breath")
        text = tr("computing…") if loop.is_preparing else text
        self.play.setText(text)
        named(self.play, tr("Stop the breath") if loop.is_running else tr("Play the breath"))
        self.play.setEnabled(loop.is_possible)

    def _others(self) -> QWidget:
        card = named(QFrame(), tr("The same needle in others"), "card")
        layout = QVBoxLayout(card)
        layout.setContentsMargins(px(12), px(10), px(12), px(10))
        head = QHBoxLayout()
        head.addWidget(label(tr("The same needle in others"), "strong"), 1)
        self.compare = named(QPushButton(tr("Compare")), tr("Compare the six variants"))
        self.compare.clicked.connect(lambda *_: self._desk.compare())
        self.beside = named(QPushButton(tr("Side by side")), tr("Compare side by side"))
        self.beside.clicked.connect(lambda *_: self._desk.show_beside())
        head.addWidget(self.beside)
        head.addWidget(self.compare)
        layout.addLayout(head)
        self.table = ComparedTable(self._desk)
        layout.addWidget(self.table)
        return card

    # -- doing --------------------------------------------------------------------------------
    def _ask(self, *_: object) -> None:
        sex = "female" if self.sex["female"].isChecked() else "male"
        self._desk.ask(
            sex, self.stature.box.value(), self.bmi.box.value(), self.phase.box.value() / 100
        )

    # -- following ----------------------------------------------------------------------------
    def _follow(self) -> None:
        member, desk = self._desk.member, self._desk
        self._show_player()
        for part in (*self.sex.values(), *self._variants.buttons(), self.stature, self.bmi,
                     self.phase, self.posture, self.compare, self.beside):  # fmt: skip
            part.setEnabled(member is not None)
        text = desk.problem
        if member is None:
            text = tr("This body is one person at one breath; only the reference body has others.")
        elif not (desk.is_loading or self._pause.isActive()):
            self.sex[member.sex].setChecked(True)
            self.stature.show_value(member.stature_cm)
            self.bmi.show_value(member.bmi)
            self.phase.show_value(100 * member.phase)
            self.posture.setCurrentIndex(self.posture.findData(member.posture))
            self._check_variant(member.variant)
            mass = member.bmi * (member.stature_cm / 100) ** 2
            text = text or tr("Mass {kg} kg.", kg=f"{mass:.1f}")
        else:
            text = text or tr("computing…")
        self.said.setText(text)
        self.table.show_desk()
        self.resized.emit()

    def _check_variant(self, name: str) -> None:
        self._variants.setExclusive(False)
        for button in self._variants.buttons():
            button.setChecked(button.text() == name)
        self._variants.setExclusive(bool(name))

    def let_go(self, *_: object) -> None:
        """Stop hearing; nothing is asked any more."""
        self._pause.stop()
        if self._show_player in self._desk.loop.on_change:
            self._desk.loop.on_change.remove(self._show_player)
        if self._follow in self._desk.on_change:
            self._desk.on_change.remove(self._follow)
