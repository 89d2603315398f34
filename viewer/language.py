"""Changes the language of a running window: every text is built again, the plan stays."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QLibraryInfo, Qt, QTranslator
from PySide6.QtWidgets import QApplication

from viewer import settings
from viewer.i18n.text import is_right_to_left, language, use_language

_QT_TEXTS = "qt texts"
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
    """Let every window run in the direction of the language, and Qt's own buttons speak it."""
    app = QApplication.instance()
    if not isinstance(app, QApplication):
        return
    direction = Qt.LayoutDirection
    app.setLayoutDirection(direction.RightToLeft if is_right_to_left() else direction.LeftToRight)
    for old in app.findChildren(QTranslator, _QT_TEXTS):
        app.removeTranslator(old)
        old.deleteLater()
    spoken = QTranslator(app)
    spoken.setObjectName(_QT_TEXTS)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if spoken.load(f"qtbase_{language()}", folder):  # Cancel, Discard, file dialogs
        app.installTranslator(spoken)
