"""Panel: the verdict, to be read from two metres: icon, word and colour, and why.

What it shows is either current or says *computing*; it keeps no number of its own.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, Qt
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QBrush,
    QColor,
    QFont,
    QFontMetrics,
    QPainter,
    QPaintEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QSpacerItem, QVBoxLayout, QWidget

from viewer import describe
from viewer.i18n.text import tr
from viewer.theme.icons import paint as paint_icon
from viewer.theme.palette import VERDICT_FILL, VERDICT_INK
from viewer.theme.style import font, px, theme
from viewer.widgets.build import named
from zones.assessment import NeedleAssessment

_REASON_SIZES = (13.5, 12.5, 11.5)


class VerdictHeader(QWidget):
    """The filled card above everything else of the needle."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self._written_in, self._said = "none", "", "none"
        self._why = ""
        self.is_compact, self._facts_on = False, False
        self.word, self.reason = QLabel(), QLabel()
        self.reason.setWordWrap(True)
        self.limit_value, self.limit_name = QLabel(), QLabel()
        self.clearance_value, self.clearance_name = QLabel(), QLabel()
        self.unknown_value, self.unknown_name = QLabel(), QLabel()
        self._arrange()
        self.restyle()

    def _arrange(self) -> None:
        top = QHBoxLayout()
        self._icon_room = QSpacerItem(px(60), 0)
        top.addSpacerItem(self._icon_room)
        top.addWidget(self.word, 1)
        self._beside = QVBoxLayout()
        self._beside.setSpacing(0)
        top.addSpacing(px(8))
        top.addLayout(self._beside)
        self._grid = facts = QGridLayout()
        facts.setHorizontalSpacing(px(13))
        facts.setVerticalSpacing(0)
        for column, (value, name) in enumerate(
            (
                (self.limit_value, self.limit_name),
                (self.clearance_value, self.clearance_name),
                (self.unknown_value, self.unknown_name),
            )
        ):
            facts.addWidget(name, 0, column)
            facts.addWidget(value, 1, column)
        facts.setColumnStretch(3, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(16), px(9), px(14), px(9))
        layout.setSpacing(px(5))
        layout.addLayout(top)
        layout.addWidget(self.reason)
        layout.addStretch(1)
        layout.addLayout(facts)
        self._facts = (
            self.limit_value, self.limit_name, self.clearance_value, self.clearance_name,
            self.unknown_value, self.unknown_name,
        )  # fmt: skip

    def restyle(self) -> None:
        """Follow the theme, the text size and the language."""
        named(self, tr("Verdict"))
        self.clearance_name.setText(tr("Least clearance"))
        self.unknown_name.setText(tr("Not assessed"))
        if self.state == "none":
            self.limit_name.setText(tr("Limit depth"))
            self.show_nothing()
        self._icon_room.changeSize(px(46 if self.is_compact else 60), 0)
        self.word.setFont(font(19 if self.is_compact else 27, 800))
        for value in self._facts[::2]:
            value.setFont(font(20, 700))
        for name in self._facts[1::2]:
            name.setFont(font(11, 600))
        self.word.setMinimumHeight(px(34 if self.is_compact else 38))
        self._fix_height()
        self._fit_reason()
        self._ink()

    def _fix_height(self) -> None:
        """Go by the width alone: the controls below must not move with the verdict."""
        wide = self.width() >= px(390)
        usual, short = (144, 98) if wide else (154, 116)
        self.setFixedHeight(px(short if self.is_compact else usual))

    def set_compact(self, on: bool) -> None:
        """In a low window: verdict and limit depth in one row, the reason below it."""
        if on == self.is_compact:
            return
        self.is_compact = on
        for row, part in enumerate((self.limit_name, self.limit_value)):
            if on:
                self._grid.removeWidget(part)
                self._beside.addWidget(part, 0, Qt.AlignmentFlag.AlignRight)
            else:
                self._beside.removeWidget(part)
                self._grid.addWidget(part, row, 0)
        self._show_facts()
        self.restyle()
        self.update()

    def _show_facts(self) -> None:
        """Without a result none; in a low window the limit depth only, the table says the rest."""
        for part in self._facts:
            kept = not self.is_compact or part in (self.limit_name, self.limit_value)
            part.setVisible(self._facts_on and kept)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow card has room for three lines of reason."""
        self._fix_height()
        self._fit_reason()

    def _fit_reason(self) -> None:
        """Write the reason as large as it fits; what still does not is in the tip, never half."""
        margins = self.layout().contentsMargins()
        wide = self.width() - margins.left() - margins.right()
        high = self.height() - margins.top() - margins.bottom() - self.word.minimumHeight() - px(5)
        if self._facts_on and not self.is_compact:
            high -= (
                self.limit_name.sizeHint().height() + self.limit_value.sizeHint().height() + px(5)
            )
        shown, size = self._why, _REASON_SIZES[-1]
        for size in _REASON_SIZES:
            if _height_of(self._why, font(size, 500), wide) <= high:
                break
        else:
            while shown and _height_of(f"{shown}…", font(size, 500), wide) > high:
                shown = shown.rpartition(" ")[0]
            shown = f"{shown}…" if shown else self._why
        self.reason.setFont(font(size, 500))
        self.reason.setText(shown)
        self.reason.setToolTip(self._why if shown != self._why else "")
        self.layout().activate()  # at once: the height is not that of the text before

    # -- what it says -------------------------------------------------------------------------
    def show_nothing(self) -> None:
        """There is no needle."""
        how = tr("Click the skin, or choose a trigger point on the left.")
        self._set("none", tr("No needle yet"), how)

    def show_computing(self, why: str = "") -> None:
        """The result is not current: say so, and show no number."""
        self._set("computing", tr("Computing…"), why)

    def show_failed(self, message: str) -> None:
        """The computation failed: unknown, with the reason."""
        self._set("not_assessed", tr("Not assessed"), message)

    def show_result(self, needle: NeedleAssessment) -> None:
        """Show a current result."""
        unknown = describe.unknown_count(needle)
        self.limit_name.setText(describe.limit_name(needle))
        self.limit_value.setText(describe.limit_sentence(needle))
        long = needle.limit_depth is None
        self.limit_value.setFont(font(13 if long and self.is_compact else 15 if long else 20, 700))
        nearest = min(
            (c for z in needle.zones if (c := describe.worst_clearance(z)) is not None),
            default=None,
        )
        self.clearance_value.setText(
            tr("{mm} mm", mm=describe.clearance_text(nearest)) if nearest is not None else "–"
        )
        self.unknown_value.setText(describe.zone_count(unknown) if unknown else tr("none"))
        word = describe.verdict_word(needle.verdict)
        self._set(needle.verdict.value, word, describe.reason(needle), facts=True)

    def _set(self, state: str, word: str, why: str, facts: bool = False) -> None:
        self.state = state
        self.word.setText(word)
        self._why = why = describe.without_word(why, word)  # which stands above in large type
        self.reason.setVisible(bool(why))
        self._fit_reason()
        self._facts_on = facts
        self._show_facts()
        self.setAccessibleDescription(f"{word}. {why}".strip())
        self._ink()
        self.update()
        self._announce(state, word, why)

    def _announce(self, state: str, word: str, why: str) -> None:
        """Say a verdict that is another one than was said last; computing is none."""
        if state == "computing" or state == self._said:
            return
        self._said = state
        if state != "none":
            said = QAccessibleAnnouncementEvent(self, f"{word}. {why}".strip())
            QAccessible.updateAccessibility(said)

    @property
    def fill(self) -> QColor:
        """The colour it is filled with now."""
        return QColor(theme().card if self.state == "none" else VERDICT_FILL[self.state])

    @property
    def ink(self) -> str:
        """The colour it writes in now."""
        return theme().text if self.state == "none" else VERDICT_INK[self.state]

    def _ink(self) -> None:
        ink = self.ink
        if ink == self._written_in:
            return
        self._written_in = ink
        for text in (self.word, self.reason, *self._facts):
            text.setStyleSheet(f"color: {ink}")

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the fill, the hatching of what is unknown, and the icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        no_needle = self.state == "none"
        painter.setPen(QColor(theme().border) if no_needle else Qt.PenStyle.NoPen)
        painter.setBrush(self.fill)
        box = QRectF(self.rect())
        inner = box.adjusted(0.5, 0.5, -0.5, -0.5) if no_needle else box
        painter.drawRoundedRect(inner, px(10), px(10))
        painter.setPen(Qt.PenStyle.NoPen)
        if self.state in ("not_assessed", "computing"):
            hatch = QColor(255, 255, 255, 34)
            painter.setBrush(QBrush(hatch, Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(box, px(10), px(10))
        side = px(38 if self.is_compact else 46)
        picture = "needle" if self.state == "none" else self.state
        middle = self.word.geometry().center().y() + 1
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = self.width() - px(14) - side if mirrored else px(14)
        paint_icon(painter, picture, QRectF(left, middle - side / 2, side, side), self.ink)
        painter.end()


def _height_of(text: str, face: QFont, wide: int) -> int:
    """Height of a text that wraps at a width, px."""
    box = QRect(0, 0, max(wide, 1), 10_000)
    return QFontMetrics(face).boundingRect(box, Qt.TextFlag.TextWordWrap, text).height()
