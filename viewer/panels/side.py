"""One side of a comparison: who lies there above the view, what the needle means for them below."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtWidgets import QHBoxLayout, QLabel, QVBoxLayout, QWidget

from meshes.body import Body
from meshes.errors import MeshError
from meshes.morph_names import base_posture, postures, read_name, subject_of, variants
from viewer.i18n.text import tr
from viewer.panels.card_note import CardNote
from viewer.panels.verdict import VerdictHeader
from viewer.theme.style import font, px
from viewer.widgets.build import icon_button, named
from viewer.widgets.choice import Choice
from viewer.widgets.elided import Elided
from zones.report_card import ReportCard


def short_title(body: Body) -> str:
    """Return the variant's name, else the body's."""
    try:
        member = read_name(body.id)
    except MeshError:
        member = None
    return member.variant if member is not None and member.variant else str(body.name)


def who(body: Body) -> str:
    """Return sex, stature, body mass index and breath, as far as they are known."""
    subject, words = body.subject, []
    if subject.sex:
        words.append(tr(subject.sex))
    if subject.stature_cm:
        words.append(tr("{cm} cm", cm=f"{subject.stature_cm:g}"))
    if subject.stature_cm and subject.mass_kg:
        bmi = subject.mass_kg / (subject.stature_cm / 100) ** 2
        words.append(tr("BMI {value}", value=f"{bmi:.1f}"))
    try:
        member = read_name(body.id)
    except MeshError:
        member = None
    if member is not None:
        if member.posture != base_posture():
            words.append(tr(postures()[member.posture]))
        words.append(tr("breath {percent} %", percent=f"{100 * member.phase:.0f}"))
    return " · ".join(words)


def variant_words(name: str) -> str:
    """Return a named variant with sex, stature and body mass index."""
    subject = subject_of(name)
    parts = [name, tr(subject.sex or ""), tr("{cm} cm", cm=f"{subject.stature_cm:g}")]
    if subject.stature_cm and subject.mass_kg:
        bmi = subject.mass_kg / (subject.stature_cm / 100) ** 2
        parts.append(tr("BMI {value}", value=f"{bmi:.1f}"))
    return " · ".join(parts)


class Side(QWidget):
    """A view between a title and a verdict; both are hidden until somebody is compared."""

    def __init__(self, view: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.view = view
        self.bar, self.title, self.words = QWidget(), QLabel(), Elided()
        self.verdict = VerdictHeader()
        self.verdict.set_compact(True)
        self.card = CardNote()
        self.card.set_compact(True)
        self.card.hide()
        self._row = QHBoxLayout(self.bar)
        self._row.setContentsMargins(px(12), px(5), px(6), px(5))
        self._row.setSpacing(px(10))
        self._row.addWidget(self.title)
        self._row.addWidget(self.words, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(px(4))
        parts = ((self.bar, 0), (view, 1), (self.card, 0), (self.verdict, 0))
        for part, stretch in parts:
            layout.addWidget(part, stretch)
        self.restyle()
        self.compare(False)

    def compare(self, on: bool) -> None:
        """Show title and verdict, or the view alone."""
        self.bar.setVisible(on)
        self.verdict.setVisible(on)

    def show_card(self, card: ReportCard | None, failure: str) -> None:
        """Say how far this other body can be trusted; of the open one its own panel says it."""
        self.card.show_card(card, failure)
        self.card.show()

    def restyle(self) -> None:
        """Follow the theme and the text size."""
        self.title.setFont(font(20, 800))
        if self.card.isHidden():
            self.card.show_card(None, "")  # in the language in use
        self.bar.setFixedHeight(px(44))
        self.verdict.restyle()

    def show_body(self, body: Body) -> None:
        """Say who it is."""
        self.title.setText(short_title(body))
        self.words.show_text(who(body), f"{body.name}: {who(body)}")
        named(self.view, tr("View of {name}", name=f"{short_title(body)}, {who(body)}"))


class OtherSide(Side):
    """The side that comes and goes: it can be given to another person, and closed."""

    def __init__(
        self, view: QWidget, choose: Callable[[str], object], close: Callable[[], object]
    ) -> None:
        super().__init__(view)
        self.choice = named(Choice(), tr("Compare with"))
        for name in variants():
            self.choice.addItem(variant_words(name), name)
        self.choice.activated.connect(lambda at: choose(self.choice.itemData(at)))
        self.close_it = icon_button("close", tr("Close the comparison"))
        self.close_it.clicked.connect(lambda *_: close())
        self._row.insertWidget(0, self.choice)
        self.title.hide()
        self._row.addWidget(self.close_it)

    def show_choice(self, variant: str) -> None:
        """Show who is chosen; the body may still be on its way."""
        self.choice.setCurrentIndex(self.choice.findData(variant))

    def show_body(self, body: Body) -> None:
        """Say who it is; the choice names a variant in full."""
        super().show_body(body)
        self.show_choice(short_title(body))
        self.words.setVisible(self.choice.currentIndex() < 0)


class Sides(QWidget):
    """The middle of the window: one side, or two of the same width."""

    def __init__(self, view: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.first = Side(view)
        self.second: OtherSide | None = None
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.setSpacing(px(6))
        self._row.addWidget(self.first, 1)

    def open(self, other: OtherSide) -> None:
        """Put another side beside the first."""
        self.second = other
        self._row.addWidget(other, 1)
        for side in (self.first, other):
            side.compare(True)

    def close_second(self) -> None:
        """The first alone again."""
        self.first.compare(False)
        if self.second is not None:
            self._row.removeWidget(self.second)
            self.second.hide()
            self.second.deleteLater()
            self.second = None
