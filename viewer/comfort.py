"""What the window can do for the one who uses it: looks, language, sound, presenting, help.

The part of `viewer.deeds` that touches neither plan nor body.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from viewer import settings
from viewer.actions import commands
from viewer.language import speak
from viewer.panels.dialogs import about_dialog, shortcuts_dialog
from viewer.panels.help import show_help
from viewer.panels.palette import (
    Entry,
    Palette,
    bookmark_entries,
    command_entries,
    point_entries,
    structure_entries,
)
from viewer.theme.palette import THEMES
from viewer.theme.style import apply

Window = Any
"""`viewer.window.Window`, which builds the deeds and therefore imports this module."""


class Comfort:
    """Verbs of one window; `viewer.deeds.Deeds` adds what changes plan and body."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._bench = window.bench

    # -- looks --------------------------------------------------------------------------------
    def next_theme(self) -> None:
        """Light, dark, high contrast, and round again."""
        names = list(THEMES)
        at = (
            names.index(self._bench.preferences.theme)
            if self._bench.preferences.theme in names
            else 0
        )
        self._restyle(names[(at + 1) % len(names)], self._bench.preferences.text_scale)

    def scale_text(self, step: int) -> None:
        """Larger or smaller text, 100–200 %."""
        scale = min(max(self._bench.preferences.text_scale + 0.125 * step, 1.0), 2.0)
        self._restyle(self._bench.preferences.theme, scale)

    def _restyle(self, theme: str, scale: float) -> None:
        self._bench.preferences.theme, self._bench.preferences.text_scale = theme, scale
        settings.save(self._bench.preferences)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            apply(app, THEMES[theme], scale)
        self._window.restyle()

    def present(self) -> None:
        """Begin or end presenter mode."""
        self._window.presenter.toggle()

    def toggle_sound(self) -> None:
        """Let a verdict that gets worse be heard, or not."""
        kept = self._bench.preferences
        kept.sound = not kept.sound
        settings.save(kept)

    def speak(self, code: str) -> None:
        """Change the language; once the menu that was clicked is gone."""
        QTimer.singleShot(0, self._window, lambda: speak(self._window, code))

    # -- help ---------------------------------------------------------------------------------
    def show_palette(self) -> None:
        """Find and do anything by typing."""
        session, window = self._bench.session, self._window
        table = commands(self)

        def find(query: str) -> list[Entry]:
            return [
                *command_entries(table, session, query),
                *structure_entries(session.body, query, window.show_structure),
                *bookmark_entries(window.explore.bookmarks(), query, window.explore.go_to_bookmark),
                *point_entries(query, window.show_point),
            ]

        Palette(find, window).open()

    def show_help(self) -> None:
        """Explain the panel that has the focus."""
        show_help(self._window)

    def show_tour(self) -> None:
        """Lead through the window in a minute."""
        self._window.tour.start()

    def show_shortcuts(self) -> None:
        """Show every key."""
        shortcuts_dialog(self._window, commands(self)).exec()

    def show_about(self) -> None:
        """Show version, intended use and the body's origin."""
        about_dialog(self._window, self._bench.session.body).exec()
