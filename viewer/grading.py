"""Keeps the open body's report card: measured once per body off the main thread, kept on disk.

Until it is there, whoever shows a result says that the comparison is running; a comparison that
failed is said as well. No number of a verdict depends on it.
"""

from __future__ import annotations

from collections.abc import Callable

from meshes.body import Body
from viewer.tasks import Tasks
from zones.change import Change
from zones.report_card import ReportCard, report_card
from zones.session import Session

KEY = "card"


class Grading:
    """``card`` is that of the open body, ``None`` while it is measured; ``failure`` says why not.

    ``on_status`` is called whenever either changes.
    """

    def __init__(self, session: Session, tasks: Tasks) -> None:
        self._session, self._tasks = session, tasks
        self._body: Body | None = None
        self.card: ReportCard | None = None
        self.failure = ""
        self.on_status: list[Callable[[], None]] = []
        self._stop = session.subscribe(self._hear)

    def start(self) -> None:
        """Measure the body that is open."""
        body = self._session.body
        self._body, self.card, self.failure = body, None, ""

        def done(card: ReportCard) -> None:
            if body is self._session.body:
                self.card = card
                self._tell()

        self._tasks.submit(KEY, lambda _: report_card(body), done, self._failed, lane="long")
        self._tell()

    def _hear(self, change: Change) -> None:
        if self._body is not None and self._session.body is not self._body:
            self.start()

    def _failed(self, error: Exception) -> None:
        self.failure = str(error) or type(error).__name__
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self.on_status):
            listener()

    def close(self) -> None:
        """Stop listening and cancel."""
        self._stop()
        self._tasks.cancel(KEY)
