"""The card of one trigger point: where, how, how deep and on what basis, what lies under it.

What is sourced and what is convention is said beside each figure; what lies under the point is
computed on the open body, and the card shows no number while it is not.
"""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from viewer import describe
from viewer.i18n.text import tr
from viewer.panels.point_model import why
from viewer.point_desk import PointDesk
from viewer.point_words import band_text, depth_text, needle_text, technique_text
from viewer.theme.icons import icon, pixmap
from viewer.theme.style import px, theme
from viewer.widgets.build import label, named
from viewer.widgets.quiet_note import quiet_text
from zones.point_catalogue import TriggerPoint, trigger_point

_NEAREST = 3


class PointCard(QWidget):
    """Shows the desk's chosen point; hides itself while there is none."""

    close_wanted = Signal()
    place_wanted = Signal()

    def __init__(self, desk: PointDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._desk = desk
        named(self, tr("Trigger point"))
        self.title = label("", "strong")
        self.title.setWordWrap(True)
        self.close_button = named(QToolButton(), tr("Close the card"), "quiet")
        self.close_button.clicked.connect(self.close_wanted)
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        self._scroll = named(QScrollArea(), tr("Card of the point"))
        self._scroll.setWidgetResizable(True)
        self._scroll.setFrameShape(QFrame.Shape.NoFrame)
        self._scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._scroll.setMinimumHeight(px(40))
        self.place = named(QPushButton(), tr("Place the stored approach"), "primary")
        self.place.setText(tr("Place this approach"))
        self.place.clicked.connect(self.place_wanted)
        self.refusal = label("", "small")
        self.refusal.setWordWrap(True)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, px(4), 0, 0)
        layout.setSpacing(px(5))
        layout.addLayout(head)
        layout.addWidget(self._scroll, 1)
        layout.addWidget(self.refusal)
        layout.addWidget(self.place)
        self.refresh()

    def refresh(self) -> None:
        """Show the chosen point as it is known now."""
        key = self._desk.chosen
        self.setVisible(key is not None)
        if key is None:
            return
        point = trigger_point(key[0])
        self.close_button.setIcon(icon("close", theme().muted))
        self.close_button.setIconSize(QSize(px(12), px(12)))
        self.title.setText(f"{point.id}  {tr(point.name)}, {tr(key[1])}")
        at = self._scroll.verticalScrollBar().value()
        self._scroll.setWidget(self._page(point))
        self._scroll.verticalScrollBar().setValue(at)
        refused = self._desk.refusal(key)
        self.place.setEnabled(not refused)
        self.refusal.setText(refused)
        self.refusal.setVisible(bool(refused))

    def _page(self, point: TriggerPoint) -> QWidget:
        page = QWidget()
        page.setProperty("part", "page")
        layout = QVBoxLayout(page)
        layout.setContentsMargins(0, 0, px(8), 0)
        layout.setSpacing(px(1))
        key = self._desk.chosen
        assert key is not None
        if self._desk.state(key) != "found":  # else its row says it already
            _add(layout, tr("On this body"), why(self._desk, key))
        self._add_danger(layout)
        for title, text in (
            (tr("Approach"), tr(point.direction_text)),
            (tr("Technique"), technique_text(point)),
            (tr("Position"), tr(point.position)),
            (tr("Needle, mm"), needle_text(point)),
            (tr("Depth band"), depth_text(point)),
            (tr("Safeguard"), tr(point.safeguard)),
            (tr("Where"), tr(point.location)),
            (tr("Pain area"), tr(point.referral) + _outline_note(self._desk)),
            (tr("Evidence"), "; ".join(f"{tr(k)}: {tr(v)}" for k, v in point.evidence.items())),
            (tr("Sources"), "\n".join(point.sources)),
        ):
            _add(layout, title, text)
        layout.addStretch(1)
        return page

    def _add_danger(self, layout: QVBoxLayout) -> None:
        desk, check = self._desk, self._desk.check
        title = tr("What lies under it (computed)")
        if check is None:
            _add(layout, title, desk.failure or tr("Computing…"))
            return
        result, band = check.result, check.resolved.depth_band
        if result is None or band is None:
            _add(layout, title, tr("No approach to assess."))
            return
        head = _add(layout, title, "")
        head.hide()
        layout.addLayout(_verdict_row(result.verdict))
        lines = [
            tr("Stored approach, {band} mm along the needle; judged at the deep end.",
               band=band_text(band)),
            quiet_text(desk.phase),
            f"{describe.limit_name(result)}: {describe.limit_sentence(result)}",
            tr("Not assessed: {zones}", zones=describe.zone_count(describe.unknown_count(result))),
        ]  # fmt: skip
        lines += [
            tr("{zone}: not assessed", zone=describe.zone_name(zone))
            if zone.clearance is None
            else tr("{zone}: clearance {mm} mm, margin {margin} mm",
                    zone=describe.zone_name(zone),
                    mm=describe.clearance_text(describe.worst_clearance(zone)),
                    margin=describe.number(zone.margin))
            for zone in check.told(_NEAREST)
        ]  # fmt: skip
        layout.addWidget(_words("\n".join(lines)))


def _outline_note(desk: PointDesk) -> str:
    """What of the pattern is not tinted on the skin, and on what the tint rests."""
    found = desk.referral
    if found is None:
        return ""
    lines = []
    if found.drawn:
        lines.append(tr("Tinted on the skin around landmarks, a convention: no measured outline."))
    if found.missing:
        words = ", ".join(phrase for phrase, _ in found.missing)
        lines.append(tr("Not drawn on this body: {words}.", words=words))
    return "\n" + "\n".join(lines) if lines else ""


def _verdict_row(verdict) -> QHBoxLayout:  # noqa: ANN001
    ink = theme().verdict_text[verdict.value]
    row = QHBoxLayout()
    row.setSpacing(px(5))
    mark = label("")
    mark.setPixmap(pixmap(verdict.value, ink, px(16)))
    word = label(describe.verdict_word(verdict), "strong")
    word.setStyleSheet(f"color: {ink}")
    row.addWidget(mark)
    row.addWidget(word, 1)
    return row


def _words(text: str) -> QLabel:
    made = label(text)
    made.setWordWrap(True)
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def _add(layout: QVBoxLayout, title: str, text: str) -> QLabel:
    head = label(title, "small")
    head.setContentsMargins(0, px(6), 0, 0)
    layout.addWidget(head)
    body = _words(text)
    layout.addWidget(body)
    return body
