"""The card of the tour: lies over the window beside what it explains, which wears a ring."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QPoint, QRect, QRectF, Qt, Signal
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QColor,
    QKeyEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from viewer.i18n.text import tr
from viewer.theme.style import font, px, theme
from viewer.widgets.build import label, named

_WIDE, _GAP = 330, 14


class Ring(QWidget):
    """A frame around a widget; takes no mouse and no key."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the frame, light inside dark, to be seen on everything."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect())
        for color, width in ((theme().card, px(6)), (theme().accent, px(3))):
            painter.setPen(QPen(QColor(color), width))
            painter.drawRoundedRect(box.adjusted(3, 3, -3, -3), px(10), px(10))
        painter.end()


class TourCard(QFrame):
    """One step of the tour. Return presses the button that has the focus."""

    next_wanted = Signal()
    back_wanted = Signal()
    skip_wanted = Signal()
    do_wanted = Signal()

    def __init__(self, window: QWidget) -> None:
        super().__init__(window)
        self._window = window
        self._target: Callable[[], QWidget] = lambda: window
        self.ring = Ring(window)
        named(self, tr("Tour"), "tour")
        self.place, self.title, self.words = label("", "small"), label(""), label("")
        self.why = label("", "small")
        for words in (self.words, self.title, self.why):
            words.setWordWrap(True)
        self.do = self._button(self.do_wanted.emit)
        self.skip = self._button(self.skip_wanted.emit, tr("Skip the tour"))
        self.back = self._button(self.back_wanted.emit, tr("Back"))
        self.go_on = self._button(self.next_wanted.emit, tr("Next"))
        self.go_on.setProperty("part", "primary")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(px(18), px(14), px(18), px(14))
        layout.setSpacing(px(8))
        for part in (self.place, self.title, self.words, self.why):
            layout.addWidget(part)
        layout.addWidget(self.do, 0, Qt.AlignmentFlag.AlignLeading)
        row = QHBoxLayout()
        row.setSpacing(px(8))
        row.addWidget(self.skip)
        row.addStretch(1)
        row.addWidget(self.back)
        row.addWidget(self.go_on)
        layout.addLayout(row)
        self.title.setFont(font(17, 700))

    def _button(self, act: Callable[[], None], text: str = "") -> QPushButton:
        button = QPushButton(text)
        button.clicked.connect(lambda *_: act())
        return button

    # -- showing ------------------------------------------------------------------------------
    def show_step(
        self, title: str, words: str, place: str, offer: str, target: Callable[[], QWidget]
    ) -> None:
        """Say a step and point at its target."""
        self._target = target
        self.title.setText(title)
        self.words.setText(words)
        self.place.setText(place)
        self.do.setText(offer)
        self.do.setVisible(bool(offer))
        named(self, f"{place}: {title}")
        self.setAccessibleDescription(words)
        spoken = QAccessibleAnnouncementEvent(self, f"{place}. {title}. {words}")
        QAccessible.updateAccessibility(spoken)

    def show_state(
        self, may_go_on: bool, why: str, is_done: bool, go_on: str, may_go_back: bool,
        may_skip: bool,
    ) -> None:  # fmt: skip
        """Say whether the visitor may go on, and why not."""
        had_focus = self.go_on.hasFocus() or self.do.hasFocus()
        became_ready = may_go_on and not self.go_on.isEnabled()
        self.go_on.setEnabled(may_go_on)
        self.go_on.setText(go_on)
        self.go_on.setAccessibleDescription(why)
        self.go_on.setToolTip(why)
        self.why.setText(tr("Done.") if is_done else why)
        self.why.setVisible(bool(self.why.text()))
        self.back.setVisible(may_go_back)
        self.skip.setVisible(may_skip)
        self.show()
        self.follow()
        if became_ready and had_focus:
            self.go_on.setFocus(Qt.FocusReason.OtherFocusReason)

    def take_focus(self) -> None:
        """Put the cursor where Return goes on: Next, or the button that does the step."""
        first = self.go_on if self.go_on.isEnabled() else self.do
        first.setFocus(Qt.FocusReason.TabFocusReason)

    def follow(self) -> None:
        """Lie beside the target, within the window."""
        target = self._target()
        inside = self._window.rect()
        box = QRect(target.mapTo(self._window, QPoint(0, 0)), target.size()) & inside
        room = px(6) if box.height() < px(80) else 0  # a low target keeps its text uncovered
        self.ring.setGeometry(box.adjusted(-room, -room, room, room))
        self.ring.setVisible(target.isVisible())
        self.ring.raise_()
        needed = max(px(_WIDE), self.minimumSizeHint().width())
        wide = min(needed, inside.width() - px(2 * _GAP))
        self.setFixedWidth(wide)
        tall = max(self.heightForWidth(wide), self.minimumSizeHint().height())
        self.resize(wide, tall)
        self.move(self._beside(box, inside))
        self.raise_()

    def _beside(self, box: QRect, inside: QRect) -> QPoint:
        """In a large target its lower corner, else the side of the target that has room."""
        gap, wide, tall = px(_GAP), self.width(), self.height()
        if box.width() > 1.6 * wide and box.height() > 1.3 * tall:
            at = QPoint(box.left() + gap, box.bottom() - tall - px(54))
        elif box.left() - wide - gap >= inside.left():
            at = QPoint(box.left() - wide - gap, box.top())
        elif box.right() + wide + gap <= inside.right():
            at = QPoint(box.right() + gap, box.top())
        elif box.bottom() + tall + gap <= inside.bottom():
            at = QPoint(box.left(), box.bottom() + gap)
        else:
            at = QPoint(box.left(), box.top() - tall - gap)
        most = QPoint(inside.right() - wide - gap, inside.bottom() - tall - gap)
        return QPoint(max(gap, min(at.x(), most.x())), max(gap, min(at.y(), most.y())))

    def leave(self) -> None:
        """Go, with the ring."""
        for part in (self.ring, self):
            part.hide()
            part.deleteLater()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return does what the button in focus says."""
        focus = self.focusWidget()
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and isinstance(focus, QPushButton):
            focus.click()
        else:
            super().keyPressEvent(event)
