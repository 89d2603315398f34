"""The one way to tell the user something: a card over the view that goes by itself or is closed.

Kinds: ``info`` goes after a while, ``caution`` stays longer, ``ask`` and ``hint`` stay until
they are answered or settled.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QWidget

from viewer.i18n.text import tr
from viewer.theme.icons import icon, pixmap
from viewer.theme.style import px, theme
from viewer.widgets.build import label, named

_SHOWN_MS = {"info": 5000, "caution": 9000}
_TOP = 40
"""Below the letter at the view's upper edge, px of the design: which way is up stays in sight."""
Answer = tuple[str, Callable[[], None]]


class Notices(QObject):
    """Shows one card at a time at the upper edge of ``over``; a newer one replaces it."""

    def __init__(self, over: QWidget) -> None:
        super().__init__(over)
        self._over = over
        self._card: QFrame | None = None
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.dismiss)
        self.last, self._kind = "", ""
        over.installEventFilter(self)

    def tell(self, text: str, kind: str = "info", answers: Sequence[Answer] = ()) -> None:
        """Show a sentence, with buttons if there is something to answer."""
        self.dismiss()
        self.last, self._kind = text, kind
        self._card = self._build(text, kind, answers)
        self._card.show()
        self._place()
        shown = _SHOWN_MS.get(kind, 0)
        if shown and not answers:
            self._timer.start(shown)
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self._over, text))

    def _build(self, text: str, kind: str, answers: Sequence[Answer]) -> QFrame:
        card = named(QFrame(self._over), text, "card")
        row = QHBoxLayout(card)
        row.setContentsMargins(px(14), px(9), px(8), px(9))
        row.setSpacing(px(10))
        mark = label("")
        name = "info" if kind == "info" else "within_margin" if kind == "caution" else "help"
        mark.setPixmap(pixmap(name, theme().text, px(18), self._over.devicePixelRatioF()))
        words = label(text)
        words.setWordWrap(True)
        row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
        row.addWidget(words, 1)
        for title, act in answers:
            button = QPushButton(title)
            if not row.count() > 2:
                button.setProperty("part", "primary")
            button.clicked.connect(lambda _=False, act=act: (self.dismiss(), act()))
            row.addWidget(button)
        close = named(QToolButton(), tr("Close this message"), "quiet")
        close.setIcon(icon("close", theme().muted))
        close.setIconSize(QSize(px(13), px(13)))
        close.clicked.connect(self.dismiss)
        row.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        return card

    def settle(self, kind: str) -> None:
        """Take the card away if it is of this kind: what it asked for has happened."""
        if self._kind == kind:
            self.dismiss()

    def dismiss(self) -> None:
        """Take the card away."""
        self._timer.stop()
        if self._card is not None:
            self._card.hide()
            self._card.deleteLater()
            self._card = None
            self._kind = ""

    def answer(self, number: int) -> None:
        """Press one of the card's buttons, as a person or a script does."""
        if self._card is not None:
            self._card.findChildren(QPushButton)[number].click()

    @property
    def is_shown(self) -> bool:
        """Whether a card is on screen."""
        return self._card is not None

    def _place(self) -> None:
        if self._card is None:
            return
        room = self._over.width() - px(32)
        wanted = min(max(self._card.sizeHint().width(), px(260)), room, px(620))
        height = self._card.heightForWidth(wanted)
        height = max(height, self._card.minimumSizeHint().height())
        left = (self._over.width() - wanted) // 2
        self._card.setGeometry(left, px(_TOP), wanted, height)
        self._card.raise_()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Stay in place while the view changes its size."""
        if event.type() == QEvent.Type.Resize:
            self._place()
        return False
