"""The toolbar: mode, undo, the six views, files. A view of the table of actions."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QToolBar, QToolButton, QWidget

from viewer.actions import VIEWS
from viewer.i18n.text import tr
from viewer.theme.icons import icon
from viewer.theme.style import font, px, theme
from viewer.widgets.build import named


class ToolBar(QToolBar):
    """Buttons that trigger the window's actions."""

    def __init__(self, actions: Mapping[str, QAction], parent: QWidget | None = None) -> None:
        super().__init__(tr("Tools"), parent)
        self.setObjectName("tools")
        self.setMovable(False)
        self._actions = actions
        self._pictures: dict[str, QToolButton] = {}
        self.name = QLabel(tr("Needlewise"))
        self._title, self._room = self.addWidget(self.name), 0
        for key in ("explore", "edit"):
            self._add(key, "segment", with_text=True)
        self.addSeparator()
        for key in ("undo", "redo"):
            self._add(key)
        self.addSeparator()
        letters = dict(zip(VIEWS, tr("A P L R S I").split(), strict=True))
        for view, letter in letters.items():
            button = self._add(f"view_{view}", "view")
            button.setText(letter)
        self._add("reset_view")
        self.addSeparator()
        for key in ("open", "save"):
            self._add(key)
        space = QWidget()
        space.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self.addWidget(space)
        self.body = QToolButton()
        self.body.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        self.addWidget(self.body)
        for key in ("palette", "theme", "help"):
            self._add(key)
        self.restyle()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Give up the program's name before any tool."""
        wanted = self.layout().sizeHint().width() + (0 if self._title.isVisible() else self._room)
        self._title.setVisible(event.size().width() >= wanted)
        super().resizeEvent(event)

    def _add(self, key: str, part: str = "", with_text: bool = False) -> QToolButton:
        action = self._actions[key]
        button = QToolButton()
        button.setDefaultAction(action)
        named(button, action.text(), part)
        if part == "view":
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextOnly)
        elif with_text:
            button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        keys = action.shortcut().toString()
        button.setToolTip(f"{action.text()}  {keys}".strip())
        self._pictures[key] = button
        self.addWidget(button)
        return button

    def show_body(self, short: str, name: str) -> None:
        """Name the open body, in full where it is pointed at."""
        self.body.setText(short)
        self.body.setToolTip(name)
        named(self.body, tr("Open body: {name}", name=name))

    def restyle(self) -> None:
        """Follow the theme and the text size."""
        self.name.setFont(font(16, 800))
        self.name.setContentsMargins(px(4), 0, px(14), 0)
        self._room = self.name.sizeHint().width()
        self.setIconSize(QSize(px(18), px(18)))
        more = self.findChild(QToolButton, "qt_toolbar_ext_button")
        if more is not None:  # what has no room waits behind it
            named(more, tr("More tools"))
            more.setToolTip(more.accessibleName())
            more.setIcon(icon("more", theme().text))
            more.setIconSize(QSize(px(13), px(13)))
        for key, button in self._pictures.items():
            picture = self._actions[key].property("icon_name")
            if picture:
                on = theme().on_accent if key in ("explore", "edit") else theme().text
                self._actions[key].setIcon(icon(picture, theme().text, on, theme().disabled))
            button.setIconSize(QSize(px(18), px(18)))
