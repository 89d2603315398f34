"""Card: the plan's technique, what the plan says against it, and for electrodes what lies between.

Every choice is one edit of the plan. What was not assessed may lie between two electrodes as well,
and is said.
"""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QSignalBlocker, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from viewer import describe
from viewer import technique_words as words
from viewer.i18n.text import tr, trn
from viewer.needles_desk import BETWEEN, NeedlesDesk
from viewer.panels.frames import paragraph
from viewer.theme.icons import pixmap
from viewer.theme.style import px, theme
from viewer.widgets.build import label, named
from viewer.widgets.choice import Choice
from zones.pairs import ElectrodePair
from zones.techniques import techniques


class TechniqueCard(QFrame):
    """Shows what the desk says; ``marked`` gives the ids of the chosen rows."""

    def __init__(self, desk: NeedlesDesk, marked: Callable[[], list[str]]) -> None:
        super().__init__()
        self._desk, self._marked = desk, marked
        named(self, tr("Technique"), "card")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(14), px(12), px(14), px(12))
        layout.setSpacing(px(8))
        row, title = QHBoxLayout(), label(tr("Technique"), "strong")
        self.choice = named(Choice(), tr("Technique"))
        self.choice.addItem(tr("none chosen"), "")
        for one in techniques().values():
            self.choice.addItem(words.name_of(one), one.id)
            tip = words.in_full(one)
            self.choice.setItemData(self.choice.count() - 1, tip, Qt.ItemDataRole.ToolTipRole)
        self.choice.setMaximumWidth(px(300))
        self.choice.activated.connect(lambda i: desk.choose_technique(self.choice.itemData(i)))
        title.setBuddy(self.choice)
        row.addWidget(title)
        row.addWidget(self.choice)
        row.addStretch(1)
        layout.addLayout(row)
        self.about, self.kept = paragraph(""), paragraph("")
        self.kept.setProperty("part", "muted")
        layout.addWidget(self.about)
        self.findings = _Lines()
        layout.addWidget(self.findings)
        layout.addWidget(self.kept)
        layout.addWidget(self._electrodes())
        self.refresh()

    def _electrodes(self) -> QWidget:
        self.electrodes = QWidget()
        layout = QVBoxLayout(self.electrodes)
        layout.setContentsMargins(0, px(4), 0, 0)
        layout.setSpacing(px(8))
        layout.addWidget(label(tr("Electrode pairs"), "strong"))
        row = QHBoxLayout()
        self.pair = QPushButton(tr("Pair the two chosen needles"))
        self.release = QPushButton(tr("Leave without partner"))
        for button, deed in ((self.pair, self._pair), (self.release, self._release)):
            named(button, button.text())
            button.setAutoDefault(False)
            button.clicked.connect(deed)
            row.addWidget(button)
        row.addStretch(1)
        layout.addLayout(row)
        self.between = _Lines()
        layout.addWidget(self.between)
        small = label(tr(
            "Between is the convex hull of the two needles. Where the current flows is not "
            "modelled. Pairs go by the order of the plan."
        ), "small")  # fmt: skip
        small.setWordWrap(True)
        layout.addWidget(small)
        return self.electrodes

    # -- showing ------------------------------------------------------------------------------
    def refresh(self) -> None:
        """Show the technique of the plan as it is now."""
        chosen = self._desk.technique
        with QSignalBlocker(self.choice):
            self.choice.setCurrentIndex(max(0, self.choice.findData(chosen.id if chosen else "")))
        self.choice.setToolTip(words.in_full(chosen) if chosen else "")
        self.choice.setAccessibleDescription(words.in_full(chosen) if chosen else "")
        self.about.setVisible(chosen is not None)
        if chosen is not None:
            self.about.setText(f"{words.depths_of(chosen)} {words.note_of(chosen)}.")
        found = words.findings_of(self._desk.plan)
        self.findings.show_lines([("caution", text, "") for text in found])
        self.kept.setText(tr("Nothing against the technique's own limits; of danger zones they "
                             "say nothing."))  # fmt: skip
        needles = bool(self._desk.plan.needles)
        self.kept.setVisible(chosen is not None and needles and not found)
        self.electrodes.setVisible(self._desk.is_paired and len(self._desk.plan.needles) > 1)
        self.between.show_lines(self._between() if self._desk.is_paired else [])
        self.show_buttons()

    def show_buttons(self) -> None:
        """What can be paired now, and why not."""
        marked = self._marked()
        self.pair.setEnabled(len(marked) == 2)
        self.pair.setToolTip(tr("Choose two rows of the table: Shift or Ctrl with the arrow keys "
                                "or a click."))  # fmt: skip
        one = len(marked) == 1 and marked[0] != self._desk.plan.needles[-1].id
        self.release.setEnabled(self._desk.can_release and one)
        self.release.setToolTip(
            tr("The chosen needle gets no partner; its partner goes with the one that had none.")
            if self._desk.can_release
            else tr("In an even number of needles every one has a partner.")
        )

    def _between(self) -> list[tuple[str, str, str]]:
        pairs = self._desk.between
        if pairs is None:
            return [("computing", self._desk.why_not(BETWEEN) or tr("computing…"), "")]
        titles = self._desk.titles
        return [line for number, one in enumerate(pairs, 1) for line in
                self._pair_lines(number, one, titles)]  # fmt: skip

    def _pair_lines(
        self, number: int, one: ElectrodePair, titles: dict[str, str]
    ) -> list[tuple[str, str, str]]:
        pair, names = one.pair, self._desk.zone_names()
        apart = (
            tr("touching")
            if pair.is_touching
            else tr("{mm} mm apart", mm=describe.clearance_text(pair.distance))
        )
        lines = [("", tr("Pair {number}: {first} and {second}, {apart}.", number=number,
                         first=titles[pair.first], second=titles[pair.second],
                         apart=apart), "strong")]  # fmt: skip
        if one.zone_ids:
            lines.append(("breach", tr("Danger zones between them: {zones}.",
                                       zones=", ".join(names.get(i, i) for i in one.zone_ids)),
                          ""))  # fmt: skip
        if one.unknown:
            said = trn("{count} zone not assessed", "{count} zones not assessed", len(one.unknown))
            which = ", ".join(names.get(i, i) for i in one.unknown)
            lines.append(("not_assessed", tr("{said}: {zones}. Unknown is not clear.",
                                             said=said, zones=which), ""))  # fmt: skip
        if not one.zone_ids:
            lines.append(("", tr("No assessed danger zone lies between them in this model."), ""))
        return lines

    # -- doing --------------------------------------------------------------------------------
    def _pair(self) -> None:
        marked = self._marked()
        if len(marked) == 2:
            self._desk.pair(marked[0], marked[1])

    def _release(self) -> None:
        marked = self._marked()
        if len(marked) == 1:
            self._desk.release(marked[0])


class _Lines(QWidget):
    """Sentences below each other, each with a picture or without."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: list[tuple[str, str, str]] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(px(6))

    @property
    def texts(self) -> list[str]:
        """What is said now."""
        return [text for _, text, _ in self._shown]

    def show_lines(self, lines: list[tuple[str, str, str]]) -> None:
        """Show lines of picture, text and part of the style sheet; the same again is no work."""
        self.setVisible(bool(lines))
        if lines == self._shown:
            return
        self._shown = lines
        while (item := self._layout.takeAt(0)) is not None:
            gone = item.widget()
            gone.hide()
            gone.deleteLater()
        for picture, text, part in lines:
            self._layout.addWidget(self._line(picture, text, part))

    def _line(self, picture: str, text: str, part: str) -> QWidget:
        line = QWidget()
        row = QHBoxLayout(line)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(px(8))
        if picture:
            colour = theme().verdict_text.get(picture, theme().text)
            mark: QLabel = label("")
            mark.setPixmap(pixmap(picture, colour, px(16), self.devicePixelRatioF()))
            row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        words_of_it = paragraph(text)
        if part:
            words_of_it.setProperty("part", part)
        row.addWidget(words_of_it, 1)
        return line
