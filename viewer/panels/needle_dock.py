"""The right dock's upper part: the verdict, then the needle's controls, equal to the session."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from viewer.assessing import current
from viewer.calibrating import is_offered
from viewer.i18n.text import tr
from viewer.panels.card_dialog import card_dialog
from viewer.panels.card_note import CardNote
from viewer.panels.help import about, help_button
from viewer.panels.needle import NeedlePanel
from viewer.panels.verdict import VerdictHeader
from viewer.theme.style import px
from viewer.workbench import Workbench
from zones.assessment import NeedleAssessment
from zones.change import Change, ChangeKind

LOW = 840
"""Height of the window, px of the design, below which the verdict is short."""
_SHOWN = frozenset(
    {ChangeKind.BODY, ChangeKind.NEEDLES, ChangeKind.ZONES, ChangeKind.SELECTION,
     ChangeKind.RESULTS}
)  # fmt: skip


class NeedleDock(QWidget):
    """Hears the session; shows a result only while it is current."""

    copy_wanted = Signal()
    """The report card's offer of a calibrated copy was taken."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._shown: NeedleAssessment | None = None
        self.header = VerdictHeader()
        self.card = CardNote()
        self.card.clicked.connect(self._show_card)
        self.panel = NeedlePanel(bench.desk)
        scroll = QScrollArea()
        scroll.setWidget(self.panel)
        scroll.setWidgetResizable(True)
        scroll.setFrameShape(QFrame.Shape.NoFrame)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setMinimumHeight(px(30))
        # Large text in a small window: the view gives way, no field is cut off.
        bar = scroll.verticalScrollBar().sizeHint().width()
        scroll.setMinimumWidth(self.panel.minimumSizeHint().width() + bar)
        self._scroll = scroll
        about(self.header, "verdict")
        about(self.card, "verdict")
        self.panel.head.add_button(help_button(self.panel, "needle"))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(2), px(8), px(8), 0)
        layout.setSpacing(px(6))
        layout.addWidget(self.header)
        layout.addWidget(self.card)
        layout.addWidget(scroll, 1)
        bench.bridge.changed.connect(self._hear)
        bench.assessing.on_status.append(self.show_verdict)
        bench.grading.on_status.append(self.show_card)
        self.refresh()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """A low window gets the short verdict, so that the table of zones has room."""
        self.set_compact(self.window().height() < px(LOW))
        super().resizeEvent(event)

    def set_compact(self, on: bool) -> None:
        """Say verdict and report card shorter, or in full."""
        self.header.set_compact(on)
        self.card.set_compact(on)

    def sizeHint(self) -> QSize:
        """Header and controls without a scroll bar."""
        panel = self.panel.sizeHint()
        lines = px(28) if self.card.is_compact else px(42)  # two lines, also while it says one
        note = max(self.card.height(), lines)
        return QSize(panel.width(), self.header.height() + note + panel.height() + px(28))

    def _hear(self, change: Change) -> None:
        if change.kinds & (_SHOWN - {ChangeKind.RESULTS}):
            self.panel.refresh()
        if change.kinds & _SHOWN:
            self.show_verdict()

    def let_go(self) -> None:
        """Stop hearing: another panel takes its place."""
        self._bench.bridge.changed.disconnect(self._hear)
        self._bench.assessing.on_status.remove(self.show_verdict)
        self._bench.grading.on_status.remove(self.show_card)

    def refresh(self) -> None:
        """Show everything anew."""
        self.panel.refresh()
        self.show_card()
        self.show_verdict()

    def show_card(self) -> None:
        """Say how the body compares with people, or that this is not known yet."""
        grading = self._bench.grading
        self.card.show_card(grading.card, grading.failure)

    def _show_card(self) -> None:
        grading = self._bench.grading
        card = grading.card
        if card is not None:
            copy = self.copy_wanted.emit if is_offered(card) else None
            card_dialog(self.window(), self._bench.session.body, card, copy).open()

    def show_verdict(self) -> None:
        """Show the current verdict, or why there is none."""
        planned, assessing = self._bench.desk.planned, self._bench.assessing
        if planned is None:
            self._shown = None
            self.header.show_nothing()
            return
        value = current(self._bench.session, planned.id)
        if value is not None and value is self._shown:
            return  # told twice: by the edit and by its result
        self._shown = value
        if value is not None:
            self.header.show_result(value)
        elif assessing.failure:
            self.header.show_failed(assessing.failure)
        elif not assessing.is_ready:
            self.header.show_computing(tr("Preparing the exact geometry of this body."))
        else:
            self.header.show_computing()
