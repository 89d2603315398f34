"""Changes the language of a running window: every text is built again, the plan stays."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from viewer import settings
from viewer.i18n.text import is_right_to_left, language, use_language

Window = Any
"""`viewer.window.Window`, whose deeds call this."""


def speak(window: Window, code: str) -> None:
    """Speak this language from now on, also after the next start."""
    kept = window.bench.preferences
    kept.language = code
    settings.save(kept)
    if code == language():
        return
    window.tour.stop()
    window.presenter.stop()
    window.notices.dismiss()
    use_language(code)
    align()
    window.speak_anew()


def align() -> None:
    """Let every window run in the direction of the language."""
    app = QApplication.instance()
    if isinstance(app, QApplication):
        direction = Qt.LayoutDirection
        app.setLayoutDirection(
            direction.RightToLeft if is_right_to_left() else direction.LeftToRight
        )
