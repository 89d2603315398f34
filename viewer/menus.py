"""The window's actions and menus, from the table of commands; made anew in another language."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMenu

from viewer.actions import Command, commands, menus
from viewer.i18n.choice import NAMES
from viewer.i18n.text import language, tr

Window = Any
"""`viewer.window.Window`, which builds these menus."""


class Menus:
    """Actions by id, the menu bar, and the menus that are filled when they open."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self.commands: list[Command] = commands(window.deeds)
        self.actions: dict[str, QAction] = {}
        by_menu = {key: window.menuBar().addMenu(title) for key, title in menus()}
        for command in self.commands:
            if command.separated:
                by_menu[command.menu].addSeparator()
            by_menu[command.menu].addAction(self._action(command))
            if command.id == "open":
                self._recent = by_menu["file"].addMenu(tr("Recent plans"))
                self._recent.aboutToShow.connect(self._fill_recent)
        self._marks = by_menu["anatomy"].addMenu(tr("Bookmarks"))
        self._marks.aboutToShow.connect(self._fill_marks)
        self.bodies = QMenu(window)
        self.bodies.aboutToShow.connect(self._fill_bodies)
        self._view = by_menu["view"]
        self.list_docks()
        self._group(("explore", "edit"))
        self._group([f"language_{code}" for code in NAMES])
        spoken = self.actions.get(f"language_{language()}")
        if spoken is not None:
            spoken.setChecked(True)
        self.actions["sound"].setChecked(window.bench.preferences.sound)
        self.actions["shell"].setChecked(window.bench.answers.shell.is_on)

    def _action(self, command: Command) -> QAction:
        action = QAction(command.text, self._window)
        action.setShortcuts([QKeySequence(key) for key in command.keys])
        action.setCheckable(command.checkable)
        action.setProperty("icon_name", command.icon)
        action.triggered.connect(lambda *_: command.run())
        self.actions[command.id] = action
        return action

    def _group(self, keys: Sequence[str]) -> None:
        group = QActionGroup(self._window)
        for key in keys:
            group.addAction(self.actions[key])

    def list_docks(self) -> None:
        """Let the View menu show and hide the docks there are now."""
        self._view.addActions(self._window.docks.actions())

    def remove(self) -> None:
        """Take everything off the window."""
        bar = self._window.menuBar()
        bar.clear()
        for old in (*bar.findChildren(QMenu), *self.actions.values(), self.bodies):
            old.deleteLater()

    # -- filled when they open ----------------------------------------------------------------
    def _fill_recent(self) -> None:
        deeds = self._window.deeds
        _fill(self._recent, self._window.bench.preferences.recent,
              lambda name: deeds.open_path(Path(name)), tr("No plans yet"))  # fmt: skip

    def _fill_marks(self) -> None:
        explore = self._window.explore
        names = [mark.name for mark in explore.bookmarks()]
        _fill(self._marks, names, explore.go_to_bookmark, tr("No bookmarks yet"))

    def _fill_bodies(self) -> None:
        deeds = self._window.deeds
        _fill(self.bodies, deeds.known_bodies(), deeds.load, "")
        self.bodies.addSeparator()
        self.bodies.addAction(self.actions["subject"])
        self.bodies.addAction(self.actions["body"])


def _fill(menu: QMenu, names: Sequence[str], act: Callable[[str], object], empty: str) -> None:
    menu.clear()
    for name in names:
        menu.addAction(name, partial(act, name))
    if not names and empty:
        menu.addAction(empty).setEnabled(False)
