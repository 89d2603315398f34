"""Builds the application, connects it and starts it; nothing else."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication, QMessageBox

from meshes.body import Body, load_body
from viewer import autosave, settings
from viewer.i18n import choice
from viewer.i18n.text import tr, use_language
from viewer.language import align
from viewer.notices_text import NOTICE
from viewer.panels.dialogs import notice_dialog
from viewer.settings import Preferences
from viewer.theme import style
from viewer.theme.palette import LIGHT, THEMES
from viewer.window import Window
from viewer.workbench import make_workbench
from zones.plan import Plan
from zones.plan_file import read_plan


def run(
    body: str | None = None,
    plan: Path | None = None,
    language: str | None = None,
    wait: Callable[[], object] = lambda: None,
) -> int:
    """Open the window and return when it is closed.

    ``language`` is a code asked for on the command line; it beats the setting. ``wait`` returns
    once a body that somebody began to read early is there.

    Raises
    ------
    MeshError, ZoneError
        The body or the plan cannot be opened; no window has appeared.
    """
    preferences = settings.load()
    use_language(choice.for_window(language, preferences.language))
    read = read_plan(plan) if plan is not None else None
    app = application(preferences)
    wait()
    opened = load_body(body or (read.body_id if read else "reference"))
    sys.excepthook = _crash
    window = build(opened, read, preferences)
    if plan is not None:
        window.bench.files.path = plan
    window.show()
    window.start()
    QTimer.singleShot(0, lambda: first_words(window))
    return app.exec()


def application(preferences: Preferences) -> QApplication:
    """Return the one application, in the theme of the preferences."""
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("needlewise")
    app.setApplicationDisplayName("Needlewise")
    align()
    style.apply(app, THEMES.get(preferences.theme, LIGHT), preferences.text_scale)
    return app


def build(body: Body, plan: Plan | None, preferences: Preferences) -> Window:
    """Return a window, not yet shown, whose work has not started."""
    return Window(make_workbench(body, plan, preferences))


def first_words(window: Window) -> None:
    """Say what must be said once: intended use, a crash's plan, how to begin."""
    preferences = window.bench.preferences
    if preferences.notice_seen != NOTICE:
        if not notice_dialog(window).exec():
            window.close()
            return
        preferences.notice_seen = NOTICE
        settings.save(preferences)
    left = autosave.left_behind()
    if left and not window.bench.session.plan.needles:
        offer_recovery(window, left)
    elif not window.bench.session.plan.needles and not preferences.tour_seen:
        preferences.tour_seen = True
        settings.save(preferences)
        window.tour.start()
    elif not window.bench.session.plan.needles:
        window.notices.tell(
            tr("Click the skin to place a needle. Drag to turn the view."), "hint",
            [(tr("Show an example"), window.deeds.show_example)],
        )  # fmt: skip


def offer_recovery(window: Window, left: list[Path]) -> None:
    """Offer the plan a crash left behind, on the body it was made on.

    Only a plan that is open again is forgotten; older ones are offered at the next start.
    """

    def bring_back() -> None:
        plan, session = autosave.recover(left[0]), window.bench.session
        if plan is None:
            text = tr("The kept plan cannot be read; it stays at {path}.", path=left[0])
            window.notices.tell(text, "caution")
        elif not window.deeds.may_lose_changes():
            return
        elif plan.body_hash == session.body.content_hash:
            session.open(session.body, plan, by="recovery", is_saved=False)
            autosave.forget(left[:1])
        else:
            window.deeds.load_for(plan, lambda: autosave.forget(left[:1]))

    window.notices.tell(
        tr("The program did not end well last time. Its plan was kept."), "ask",
        [(tr("Restore it"), bring_back), (tr("Discard"), lambda: autosave.forget(left))],
    )  # fmt: skip


def _crash(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    text = "".join(traceback.format_exception(kind, error, trace))
    print(text, file=sys.stderr)
    box = QMessageBox(QMessageBox.Icon.Critical, tr("A defect"), tr(
        "Something in the program went wrong. Your plan is kept; results may be missing. "
        "Please send the details."
    ))  # fmt: skip
    box.setDetailedText(text)
    box.exec()
