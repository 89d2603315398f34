"""From an open window to a whole one: a first look for the eye, then what answers need."""

from __future__ import annotations

from typing import Any

from viewer.i18n.text import tr
from viewer.scene.load import SceneData, first_look, load_scene
from viewer.waiting import Waiting

Window = Any
"""`viewer.window.Window`, which builds this."""


class Preparing:
    """Fills one window in the background and says in its status bar what is not there yet."""

    def __init__(self, window: Window) -> None:
        self._window, self._bench = window, window.bench

    def start(self) -> None:
        """Draw the body as soon as there is something to see; make its index meanwhile."""
        window, body = self._window, self._bench.session.body
        text = tr("Preparing {name}…", name=body.name)
        window.show_busy(text)
        waiting = Waiting(window.canvas, window.canvas.widget, text)

        def ready(data: SceneData) -> None:
            waiting.end()
            window.director.prepare(data)
            window.director.attach()
            self.show()

        def failed(error: Exception) -> None:
            waiting.end()
            window.show_busy("")
            window.notices.tell(str(error), "caution")

        self._bench.tasks.submit(
            "scene", lambda cancelled: first_look(body, cancelled), ready, failed, "long"
        )
        self._bench.assessing.start()
        self._bench.grading.start()

    def show(self) -> None:
        """Say whether distances are being prepared, and complete the scene where they are there."""
        self._complete_scene()
        assessing = self._bench.assessing
        waiting = not assessing.is_ready and not assessing.failure
        self._window.show_busy(tr("Preparing exact distances…") if waiting else "")

    def _complete_scene(self) -> None:
        """The first look was for the eye alone: what to pick with, and the real copies."""
        director, body = self._window.director, self._bench.session.body
        data, index = director.given, self._bench.assessing.index
        if data is None or index is None or data.body_hash != body.content_hash:
            return
        if data.index is None:
            director.prepare(data.with_index(index))
            if data.is_hasty:
                self._bench.tasks.submit(
                    "scene", lambda cancelled: load_scene(body, cancelled=cancelled),
                    director.redraw, lane="long",
                )  # fmt: skip
