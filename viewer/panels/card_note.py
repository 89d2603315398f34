"""Panel: how far the open body can be trusted, in one sentence beside every result.

A body that errs on the reassuring side says so in the caution colour, with icon and word. A press
opens the sites it was compared at.
"""

from __future__ import annotations

from PySide6.QtCore import QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractButton, QSizePolicy, QWidget

from viewer.card_text import card_sentence
from viewer.card_words import DANGEROUS
from viewer.i18n.text import tr
from viewer.theme.icons import paint as paint_icon
from viewer.theme.style import font, px, theme
from viewer.widgets.build import named
from viewer.widgets.mirror import placed
from zones.report_card import ReportCard

_WRAP = Qt.TextFlag.TextWordWrap | Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter


class CardNote(QAbstractButton):
    """``state`` is ``busy``, ``caution``, ``note``, ``within`` or ``failed``."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self.is_compact = "busy", False
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_Hover)
        self.show_card(None, "")

    def show_card(self, card: ReportCard | None, failure: str) -> None:
        """Show a card; without one, the failure, or that the body is being compared."""
        if card is not None:
            said = card_sentence(card)
            self.state = "caution" if card.verdict in DANGEROUS else (
                "within" if card.verdict == "within" else "note"
            )  # fmt: skip
        elif failure:
            self.state = "failed"
            said = tr("This body could not be compared with published measurements: {why}",
                      why=failure)  # fmt: skip
        else:
            self.state = "busy"
            said = tr("Comparing this body with published measurements…")
        lead = {"caution": tr("Caution: {said}"), "busy": "{said}"}
        text = lead.get(self.state, tr("This body: {said}")).replace("{said}", said)
        self.setText(text)
        named(self, text)
        self.setEnabled(card is not None)
        tip = tr("Every site that was compared, with its source")
        self.setToolTip(f"{text}\n{tip}" if card is not None else text)
        self.setCursor(
            Qt.CursorShape.PointingHandCursor if card is not None else Qt.CursorShape.ArrowCursor
        )
        self.restyle()

    def set_compact(self, on: bool) -> None:
        """In a low window one line is enough, unless it is a caution; the tip has the whole."""
        if on != self.is_compact:
            self.is_compact = on
            self.restyle()

    def restyle(self) -> None:
        """Follow the theme and the text size."""
        self._fix_height()
        self.update()

    def _fix_height(self) -> None:
        words = self._words(self.width()).width()
        metrics = QFontMetrics(self._font())
        text = self._shown(metrics, words)
        needed = metrics.boundingRect(QRect(0, 0, max(words, px(80)), 9999), _WRAP, text)
        self.setFixedHeight(needed.height() + px(11))

    def _shown(self, metrics: QFontMetrics, width: int) -> str:
        if not self.is_compact or self.state == "caution":
            return self.text()
        return metrics.elidedText(self.text(), Qt.TextElideMode.ElideRight, max(width, px(80)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A narrow card needs more lines."""
        self._fix_height()

    def sizeHint(self) -> QSize:
        """As tall as its lines."""
        return QSize(px(240), self.height())

    def _font(self):  # noqa: ANN202
        return font(11.5, 600 if self.state == "caution" else 400)

    def _words(self, width: int) -> QRect:
        words = QRectF(px(36), 0, width - px(56), self.height())
        frame = QRectF(0, 0, width, self.height())
        return placed(words, frame, self.layoutDirection()).toRect()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw ground, icon, sentence, and a mark that there is more."""
        t = theme()
        caution = self.state == "caution"
        ink = t.on_caution if caution else t.text if self.isEnabled() else t.muted
        ground = t.caution if caution else t.card
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        focus = self.hasFocus()
        edge = t.focus if focus else t.on_caution if caution and self.underMouse() else t.border
        painter.setPen(QPen(QColor(edge), 2 if focus else 1))
        painter.setBrush(QColor(ground))
        inset = 1.0 if focus else 0.5
        painter.drawRoundedRect(
            QRectF(self.rect()).adjusted(inset, inset, -inset, -inset), px(9), px(9)
        )
        side = px(20)
        picture = {"caution": "caution", "busy": "computing", "failed": "caution"}
        spot = QRectF(px(9), (self.height() - side) / 2, side, side)
        spot = placed(spot, self.rect(), self.layoutDirection())
        paint_icon(painter, picture.get(self.state, "info"), spot, ink)
        painter.setFont(self._font())
        painter.setPen(QColor(ink))
        words = self._words(self.width())
        painter.drawText(words, _WRAP, self._shown(QFontMetrics(self._font()), words.width()))
        if self.isEnabled():
            small = px(12)
            more = QRectF(self.width() - px(20), (self.height() - small) / 2, small, small)
            painter.translate(placed(more, self.rect(), self.layoutDirection()).center())
            painter.rotate(-90)
            paint_icon(painter, "chevron", QRectF(-small / 2, -small / 2, small, small), ink)
        painter.end()
