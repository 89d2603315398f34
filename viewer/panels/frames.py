"""The frame every dialog shares: title with its picture, paragraphs, a page that scrolls, Close."""

from __future__ import annotations

from PySide6.QtCore import Qt
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


def close_button(dialog: QDialog, layout: QVBoxLayout) -> None:
    """Add the row with Close."""
    close = QPushButton(tr("Close"))
    close.setProperty("part", "primary")
    close.clicked.connect(dialog.accept)
    row = QHBoxLayout()
    row.addStretch(1)
    row.addWidget(close)
    layout.addLayout(row)
