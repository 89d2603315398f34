"""`Session` → one Qt signal on the main thread.

Panels connect to ``changed`` and look at the kinds; a handler that fails is logged and shown by
the crash hook, and never keeps the next one from hearing.
"""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Signal

from zones.change import Change
from zones.session import Session


class Bridge(QObject):
    """One subscription to a session, as a signal."""

    changed = Signal(object)

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.session = session
        self._main = threading.get_ident()
        self._stop = session.subscribe(self._tell)

    def _tell(self, change: Change) -> None:
        if threading.get_ident() != self._main:
            raise RuntimeError("a session was changed off the main thread")
        self.changed.emit(change)

    def close(self) -> None:
        """Stop listening."""
        self._stop()
        self._stop = lambda: None
