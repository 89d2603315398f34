"""The frame every dialog shares: title with its picture, paragraphs, a page that scrolls, Close."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from viewer.i18n.text import tr
from viewer.theme.icons import pixmap
from viewer.theme.style import font, px, theme
from viewer.widgets.build import label


def framed(parent: QWidget | None, title: str, picture: str = "") -> tuple[QDialog, QVBoxLayout]:
    """Return a dialog with its title, and the layout for what comes below."""
    dialog = QDialog(parent)
    dialog.setWindowTitle(title)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(px(26), px(22), px(26), px(20))
    layout.setSpacing(px(12))
    head = QHBoxLayout()
    head.setSpacing(px(12))
    if picture:
        mark = label("")
        mark.setPixmap(pixmap(picture, theme().accent, px(30), dialog.devicePixelRatioF()))
        head.addWidget(mark)
    head.addWidget(label(title, "title"), 1)
    layout.addLayout(head)
    return dialog, layout


def paragraph(words: str) -> QLabel:
    """Return a text that wraps and can be copied."""
    made = label(words)
    made.setWordWrap(True)
    made.setFont(font(14))
    made.setMinimumWidth(px(460))
    made.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
    return made


def scrolled(page: QWidget, width: int, height: int) -> QScrollArea:
    """Return a page in a frame that scrolls up and down, no larger than the screen allows."""
    scroll = QScrollArea()
    scroll.setWidget(page)
    scroll.setWidgetResizable(True)
    scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    room = page.screen().availableSize()
    bar = scroll.verticalScrollBar().sizeHint().width()
    width = max(width, page.minimumSizeHint().width() + bar)  # it does not scroll sideways
    scroll.setMinimumSize(min(width, room.width() - px(80)), min(height, room.height() - px(260)))
    return scroll


class _Fitted(QScrollArea):
    """A page that gets the room it asks for; it scrolls up and down where the screen has less."""

    def __init__(self, page: QWidget) -> None:
        super().__init__()
        self.setWidget(page)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def height_at(self, width: int) -> int:
        """How tall the page is with its texts wrapped at this width, px."""
        layout = self.widget().layout()
        layout.activate()
        tall = layout.totalSizeHint().height()
        if layout.hasHeightForWidth():
            tall = layout.totalHeightForWidth(width)
        return max(tall, layout.totalMinimumSize().height())

    def _wide(self) -> int:
        layout = self.widget().layout()
        return max(layout.totalSizeHint().width(), layout.totalMinimumSize().width())

    def _beside(self) -> int:
        return self.verticalScrollBar().sizeHint().width() + 2 * self.frameWidth()

    def sizeHint(self) -> QSize:
        """The whole page, and a scroll bar should it be needed."""
        wide = self._wide()
        return QSize(wide + self._beside(), self.height_at(wide) + 2 * self.frameWidth())

    def minimumSizeHint(self) -> QSize:
        """A few lines of the page at its least width."""
        return QSize(self.widget().minimumSizeHint().width() + self._beside(), px(120))


def fitted(page: QWidget) -> QScrollArea:
    """Return a page that is shown whole where the screen has the room, and scrolls where not."""
    return _Fitted(page)


def give_room(dialog: QDialog) -> None:
    """Give a dialog the size it asks for, as far as the screen has it, and keep it there."""
    for area in dialog.findChildren(_Fitted):
        area.updateGeometry()
    layout = dialog.layout()
    layout.activate()
    _resize(dialog, layout.totalSizeHint().expandedTo(layout.totalMinimumSize()))


def give_height(dialog: QDialog) -> None:
    """Make a dialog taller if its page does not fit; what somebody made taller stays so."""
    for area in dialog.findChildren(_Fitted):
        view = area.viewport()
        missing = area.height_at(view.width()) - view.height()
        if missing > 0:
            _resize(dialog, dialog.size() + QSize(0, missing))


def _resize(dialog: QDialog, wanted: QSize) -> None:
    screen = dialog.screen().availableGeometry()
    frame = dialog.frameGeometry().size() - dialog.geometry().size()
    dialog.resize(wanted.boundedTo(screen.size() - frame - QSize(px(20), px(20))))
    if dialog.isVisible():
        place = dialog.frameGeometry()
        left = max(min(place.left(), screen.right() - place.width()), screen.left())
        top = max(min(place.top(), screen.bottom() - place.height()), screen.top())
        dialog.move(left, top)


def close_button(dialog: QDialog, layout: QVBoxLayout) -> None:
    """Add the row with Close."""
    close = QPushButton(tr("Close"))
    close.setProperty("part", "primary")
    close.clicked.connect(dialog.accept)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(close)
    layout.addLayout(row)
