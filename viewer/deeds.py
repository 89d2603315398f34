"""What the window can do beyond the needle: modes, views, panels, undo; files by its base.

The verbs behind the table of actions; a user's mistake becomes a notice of one sentence.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit

from viewer.explore_desk import ExploreDesk
from viewer.file_deeds import FileDeeds
from viewer.i18n.text import tr
from viewer.panels.needles_dialog import needles_dialog
from viewer.panels.own_points import own_points_dialog
from zones.demonstration import demonstration_plan

Window = Any
"""`viewer.window.Window`, which builds these deeds and therefore imports this module."""


class Deeds(FileDeeds):
    """Verbs of one window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.desk = window.bench.desk

    @property
    def explore(self) -> ExploreDesk:
        """The verbs that look at the body."""
        desk: ExploreDesk = self._window.explore
        return desk

    # -- edit ---------------------------------------------------------------------------------
    def undo(self) -> None:
        """Take the last step back."""
        self._window.subject.undoing.undo()

    def redo(self) -> None:
        """Bring the step back."""
        self._window.subject.undoing.redo()

    def _left_a_search(self) -> bool:
        """In a field of words Esc gives the keys back to the view; the words stay."""
        field = QApplication.focusWidget()
        if not isinstance(field, QLineEdit) or isinstance(field.parent(), QAbstractSpinBox):
            return False
        self._window.canvas.widget.setFocus()
        return True

    def _cancelled_picture(self) -> bool:
        window = self._window
        return bool(window.turntable.cancel() or window.subject.loop.cancel())

    def escape(self) -> None:
        """Give up the drag that is going on; without one end the tour, a notice or isolation."""
        session = self._bench.session
        if self._left_a_search():
            return
        if self._window.director.cancel() or session.gesture is not None:
            session.cancel_gesture("deeds")
        elif self.explore.escape() or self._cancelled_picture():
            pass
        elif self._window.tour.is_running:
            self._window.tour.stop()
        elif self._window.presenter.is_on:
            self._window.presenter.stop()
        elif self._window.notices.is_shown:
            self._window.notices.dismiss()
        elif self._window.beside.is_on:
            self._window.beside.close()
        else:
            self._bench.view.isolate(())

    def set_mode(self, mode: str) -> None:
        """Explore: a drag only turns the view. Edit: a click places, a drag moves."""
        self._window.set_mode(mode)

    def show_example(self) -> None:
        """Show the demonstration plan."""
        if not self.may_lose_changes():
            return
        session = self._bench.session
        plan = demonstration_plan(session.body)
        if not plan.needles:
            text = tr("This body lacks the landmarks of the example; click the skin instead.")
            self._window.notices.tell(text, "caution")
            return
        self._bench.files.start_new()
        session.open(session.body, plan, by="deeds")
        session.select(plan.needles[0].id, "deeds")
        self.look_from("posterior")

    # -- view ---------------------------------------------------------------------------------
    def look_from(self, name: str) -> None:
        """Go to a standard view."""
        self._window.director.go_to_view(name)

    def look_at_needle(self) -> None:
        """Show the selected needle obliquely from outside, wherever one has looked."""
        self._window.director.look_at_needle()

    def reset_view(self) -> None:
        """First look, and from the front."""
        self._bench.view.reset()
        self.look_from("anterior")

    def search(self) -> None:
        """Put the cursor into the search box."""
        self._window.show_search()

    def toggle_section(self) -> None:
        """Show or hide the section along the needle."""
        self._window.docks.toggle_section()

    def toggle_directions(self) -> None:
        """Show or hide the map of directions."""
        self._window.docks.toggle_answers(0)

    def toggle_map(self) -> None:
        """Show the map on the skin with its panel, or hide both."""
        asked = self._bench.answers.map
        asked.show(not asked.is_wanted)
        docks = self._window.docks
        if asked.is_wanted != (docks.beside.isVisible() and docks.answers.tabs.currentIndex() == 1):
            docks.toggle_answers(1)

    def show_own_points(self, point_id: str = "") -> None:
        """Show the points of one's own, one of them chosen."""
        dialog = own_points_dialog(self._window, self._bench.answers.own_points, point_id)
        dialog.show()
        dialog.raise_()

    def show_needles(self) -> None:
        """Show the needles of the plan side by side, with technique and pairs."""
        desk = self._bench.answers.needles
        dialog = needles_dialog(self._window, desk, self.undo, self.redo)
        dialog.show()
        dialog.raise_()

    def toggle_shell(self) -> None:
        """Show where the deciding zone may be in other people, or hide it."""
        shell = self._bench.answers.shell
        shell.toggle()
        self._window.actions_by_id["shell"].setChecked(shell.is_on)

    def show_everything(self) -> None:
        """Show every structure."""
        self._bench.view.show_all()

    def close_window(self) -> None:
        """Quit."""
        self._window.close()
