"""Presenter mode: the body fills the screen, and the verdict is read from the last row.

Panels, menus and bars go and come back as they were; every key still works, Esc ends it.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QObject, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QToolBar, QVBoxLayout, QWidget

from viewer import describe
from viewer.assessing import current
from viewer.i18n.text import tr
from viewer.notices_text import short_notice
from viewer.scene.still import body_line
from viewer.theme.icons import paint as paint_icon
from viewer.theme.palette import VERDICT_FILL, VERDICT_INK
from viewer.theme.style import font, px, theme
from viewer.widgets.build import named
from zones.assessment import NeedleAssessment

Window = Any
"""`viewer.window.Window`, which owns the presenter."""


class Banner(QWidget):
    """The verdict in large type; lies below the view, so that scale and letters stay in sight."""

    _ICON = 64

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.state, self._room = "none", px(600)
        self.which, self.word, self.reason = QLabel(), QLabel(), QLabel()
        self.limit, self.model = QLabel(), QLabel()
        for part, size, weight in (
            (self.which, 16, 600), (self.word, 44, 800), (self.reason, 23, 500),
            (self.limit, 23, 700), (self.model, 14, 500),
        ):  # fmt: skip
            part.setFont(font(size, weight))
            part.setTextFormat(Qt.TextFormat.PlainText)
            part.setWordWrap(part in (self.reason, self.limit, self.model))
        words = QVBoxLayout()
        words.setSpacing(px(2))
        for part in (self.which, self.word, self.reason, self.limit, self.model):
            words.addWidget(part)
        row = QHBoxLayout(self)
        row.setContentsMargins(px(26), px(14), px(26), px(14))
        row.setSpacing(px(22))
        row.addSpacing(px(self._ICON + 18))
        row.addLayout(words, 1)

    def show_words(
        self, state: str, which: str, word: str, reason: str, limit: str, model: str
    ) -> None:
        """Say a verdict; an empty text takes no room."""
        self.state = state
        ink = VERDICT_INK.get(state, theme().text)
        for part, text in (
            (self.which, which), (self.word, word), (self.reason, reason), (self.limit, limit),
            (self.model, model),
        ):  # fmt: skip
            part.setText(text)
            part.setVisible(bool(text))
            part.setStyleSheet(f"color: {ink}")
        named(self, f"{word}. {reason} {limit}".strip())
        self.fit(self._room)
        self.update()

    def fit(self, width: int) -> None:
        """Take this width, and the height that the words need in it."""
        self._room = width
        self.setFixedWidth(width)
        self.setFixedHeight(max(self.heightForWidth(width), self.minimumSizeHint().height()))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw fill, hatching of what is unknown, and icon."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(VERDICT_FILL.get(self.state, theme().card)))
        painter.drawRoundedRect(box, px(14), px(14))
        if self.state in ("not_assessed", "computing"):
            painter.setBrush(QBrush(QColor(255, 255, 255, 34), Qt.BrushStyle.BDiagPattern))
            painter.drawRoundedRect(box, px(14), px(14))
        side = px(self._ICON)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        left = box.width() - px(26) - side if mirrored else px(26)
        place = QRectF(left, (box.height() - side) / 2, side, side)
        ink = VERDICT_INK.get(self.state, theme().text)
        paint_icon(painter, "needle" if self.state == "none" else self.state, place, ink)
        painter.end()


class Presenter(QObject):
    """Puts one window into presenter mode and back."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self._window = window
        self.banner: Banner | None = None
        self._hidden: list[QWidget] = []
        self._bar: QToolBar | None = None

    @property
    def is_on(self) -> bool:
        """Whether the window presents."""
        return self.banner is not None

    def toggle(self) -> None:
        """Begin or end."""
        if self.is_on:
            self.stop()
        else:
            self.start()

    def start(self) -> None:
        """Hide everything but the view, and show the verdict large."""
        if self.is_on:
            return
        window = self._window
        window.tour.stop()
        window.notices.dismiss()
        parts = (window.menuBar(), window.tools, window.statusBar(), *window.docks.all)
        self._hidden = [part for part in parts if part.isVisible()]
        window.addActions(list(window.actions_by_id.values()))  # keys of a hidden menu are dead
        for part in self._hidden:
            part.hide()
        window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
        self.banner = Banner()
        self._bar = QToolBar(tr("Presenter mode"), window)
        self._bar.setObjectName("presenter")
        self._bar.setMovable(False)
        self._bar.addWidget(self.banner)
        window.addToolBar(Qt.ToolBarArea.BottomToolBarArea, self._bar)
        self._bar.show()
        window.installEventFilter(self)
        window.bench.bridge.changed.connect(self._hear)
        window.bench.assessing.on_status.append(self.refresh)
        self._fit()
        self.refresh()
        window.canvas.widget.setFocus()

    def _fit(self) -> None:
        if self.banner is not None:
            self.banner.fit(self._window.width() - px(24))

    def stop(self) -> None:
        """Bring back what was there."""
        if self.banner is None:
            return
        window = self._window
        window.bench.bridge.changed.disconnect(self._hear)
        window.bench.assessing.on_status.remove(self.refresh)
        window.removeEventFilter(self)
        if self._bar is not None:
            window.removeToolBar(self._bar)
            self._bar.deleteLater()
        self.banner = self._bar = None
        window.setWindowState(window.windowState() & ~Qt.WindowState.WindowFullScreen)
        for part in self._hidden:
            part.show()
        self._hidden = []
        for action in window.actions_by_id.values():
            window.removeAction(action)

    def _hear(self, _change: object) -> None:
        self.refresh()

    def refresh(self) -> None:
        """Say what is current."""
        if self.banner is None:
            return
        bench = self._window.bench
        planned, needles = bench.desk.planned, bench.session.plan.needles
        model = f"{body_line(bench.session.body)} · {short_notice()}"
        if planned is None:
            self.banner.show_words("none", "", tr("No needle yet"), "", "", model)
            return
        which = ""
        if len(needles) > 1:
            at = [p.id for p in needles].index(planned.id) + 1
            which = tr("Needle {number} of {count}", number=at, count=len(needles))
        found = current(bench.session, planned.id)
        if found is None:
            failed = bench.assessing.failure
            word = tr("Not assessed") if failed else tr("Computing…")
            self.banner.show_words(
                "not_assessed" if failed else "computing", which, word, failed, "", model
            )
        else:
            self.banner.show_words(
                found.verdict.value, which, describe.verdict_word(found.verdict),
                describe.without_word(describe.reason(found), describe.verdict_word(found.verdict)),
                limit_line(found), model,
            )  # fmt: skip

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Keep the banner as wide as the window."""
        if event.type() == QEvent.Type.Resize:
            self._fit()
        return False


def limit_line(found: NeedleAssessment) -> str:
    """Say the limit depth of this line."""
    return tr("{limit_name}: {limit}", limit_name=describe.limit_name(found),
              limit=describe.limit_sentence(found))  # fmt: skip
