"""The status bar: what is under the cursor and where, mode, frame, what is being prepared."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QProgressBar, QStatusBar, QWidget

from viewer import describe
from viewer.i18n.text import tr
from viewer.notices_text import short_notice
from viewer.theme.style import px
from viewer.widgets.build import label, named
from viewer.widgets.elided import Elided


class Status(QStatusBar):
    """Texts only; the window tells it."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizeGripEnabled(False)
        self.where = named(label(""), tr("Position under the cursor"), "strong")
        self.what = named(label(""), tr("Structure under the cursor"), "strong")
        self.busy = label("")
        self.bar = named(QProgressBar(), tr("Preparing"))
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(px(72))
        self.mode = label("")
        self.frame = label(tr("LPS · mm"))
        self.frame.setToolTip(
            tr("World frame: L to the subject's left, P posterior, S superior; millimetres")
        )
        self.notice = Elided(wants_all=True)
        self.notice.show_text(short_notice())
        self.where.setMinimumWidth(min(px(190), 230))
        for part in (self.what, self.busy, self.mode):
            part.setMinimumWidth(px(36))  # a long name is cut; it never widens the window
        for part, stretch in ((self.where, 0), (self.what, 1), (self.busy, 0), (self.bar, 0)):
            self.addWidget(part, stretch)
        for part in (self.notice, self.mode, self.frame):
            self.addPermanentWidget(part)
        self.what.setTextInteractionFlags(Qt.TextInteractionFlag.NoTextInteraction)
        self.show_busy("")
        self.show_under("", None)

    def show_under(self, name: str, point: Sequence[float] | None) -> None:
        """Show a structure and a point, or that there is none."""
        self.where.setText(describe.position(point) + tr(" mm") if point is not None else "–")
        self.what.setText(name)

    def show_busy(self, text: str) -> None:
        """Say what is being prepared; empty for nothing."""
        self.busy.setText(text)
        self.busy.setVisible(bool(text))
        self.bar.setVisible(bool(text))

    def show_mode(self, mode: str) -> None:
        """Name the mode."""
        words = {"explore": tr("Explore: nothing moves"), "edit": tr("Edit")}
        self.mode.setText(words.get(mode, mode))
