"""Small builders that give every control its name and its part in the style sheet."""

from __future__ import annotations

from typing import TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QFrame, QLabel, QToolButton, QWidget

from viewer.theme.icons import icon
from viewer.theme.style import font, px, theme

W = TypeVar("W", bound=QWidget)


def named(widget: W, accessible_name: str, part: str = "") -> W:
    """Give a control the name a screen reader speaks, and a part of the style sheet."""
    widget.setAccessibleName(accessible_name)
    if part:
        widget.setProperty("part", part)
    return widget


def label(text: str, part: str = "") -> QLabel:
    """Return a text; ``part`` is its role in the style sheet."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if part:
        made.setProperty("part", part)
    return made


def text_width(text: str, size: float, weight: int = 400) -> int:
    """Width of a text in the interface font, px, with a hair to spare."""
    return QFontMetrics(font(size, weight)).horizontalAdvance(text) + px(2)


def rule() -> QFrame:
    """Return a thin line between two groups."""
    line = QFrame()
    line.setProperty("part", "rule")
    return line


def icon_button(picture: str, name: str, tip: str = "") -> QToolButton:
    """Return a button that shows an icon only; its name is spoken and shown as its tip."""
    button = named(QToolButton(), name)
    button.setProperty("icon_name", picture)
    button.setIcon(icon(picture, theme().text, faint=theme().disabled))
    button.setIconSize(QSize(px(17), px(17)))
    button.setToolTip(tip or name)
    return button


def repaint_icons(root: QWidget) -> None:
    """Draw the icons below ``root`` in the colours of the theme in force."""
    for button in root.findChildren(QToolButton):
        picture = button.property("icon_name")
        if picture:
            button.setIcon(icon(picture, theme().text, faint=theme().disabled))
            button.setIconSize(QSize(px(17), px(17)))
