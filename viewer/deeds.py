"""What the window can do beyond the needle: files, bodies, modes, views.

The verbs behind the table of actions. Dialogs are asked here and nowhere else; a user's mistake
becomes a notice of one sentence.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QFileDialog,
    QLineEdit,
    QMessageBox,
)

from meshes.body import Body, load_body
from meshes.errors import MeshError
from meshes.packs.store import list_bodies
from viewer.calibrating import copy_of
from viewer.comfort import Comfort
from viewer.explore_desk import ExploreDesk
from viewer.files import SUFFIX
from viewer.i18n.text import tr
from viewer.panels.needles_dialog import needles_dialog
from viewer.panels.own_points import own_points_dialog
from viewer.panels.subject import subject_dialog
from viewer.picture import picture_of
from viewer.scene.load import SceneData, load_scene
from zones.demonstration import demonstration_plan
from zones.errors import PostureError, ZoneError
from zones.plan import Plan, empty_plan
from zones.plan_file import read_plan

Window = Any
"""`viewer.window.Window`, which builds these deeds and therefore imports this module."""

_ERRORS = (ZoneError, MeshError, OSError, ValueError)


class Deeds(Comfort):
    """Verbs of one window."""

    def __init__(self, window: Window) -> None:
        super().__init__(window)
        self.desk = window.bench.desk

    @property
    def explore(self) -> ExploreDesk:
        """The verbs that look at the body."""
        desk: ExploreDesk = self._window.explore
        return desk

    def _try(self, deed: Callable[[], object]) -> bool:
        try:
            deed()
        except _ERRORS as error:
            self._window.notices.tell(str(error), "caution")
            return False
        return True

    # -- plan files ---------------------------------------------------------------------------
    def may_lose_changes(self) -> bool:
        """Ask about unsaved changes; returns whether to go on."""
        if not self._bench.session.is_modified or not self._bench.session.plan.needles:
            return True
        box = QMessageBox(self._window)
        box.setWindowTitle(tr("Unsaved changes"))
        box.setText(tr("The plan has changes that are not saved."))
        button = QMessageBox.StandardButton
        box.setStandardButtons(button.Save | button.Discard | button.Cancel)
        answer = box.exec()
        if answer == button.Save:
            return self.save()
        return bool(answer == button.Discard)

    def new_plan(self) -> None:
        """Start an empty plan."""
        if self.may_lose_changes():
            session = self._bench.session
            self._bench.files.start_new()
            session.open(session.body, empty_plan(session.body), by="deeds")

    def open_plan(self) -> None:
        """Ask for a plan file and open it."""
        name, _ = QFileDialog.getOpenFileName(
            self._window,
            tr("Open plan"),
            self._bench.files.folder,
            tr("Plans (*.json);;All files (*)"),
        )
        if name:
            self.open_path(Path(name))

    def open_path(self, path: Path) -> bool:
        """Open a plan file. One that cannot be read asks nobody about unsaved changes."""
        read: list[Plan] = []
        return (
            self._try(lambda: read.append(read_plan(path)))
            and self.may_lose_changes()
            and self._try(lambda: self._bench.files.open(path, *read))
        )

    def save(self) -> bool:
        """Save to the plan's file; ask for one if it has none."""
        if self._bench.files.path is None:
            return self.save_as()
        return self._saved(self._bench.files.path)

    def save_as(self) -> bool:
        """Ask for a file and save to it."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save plan as"), str(Path(self._bench.files.folder, "plan" + SUFFIX)),
            tr("Plans (*.json)"),
        )  # fmt: skip
        path = self._with_ending(name, ".json", SUFFIX)
        return path is not None and self._saved(path)

    def _with_ending(self, name: str, ending: str, added: str = "") -> Path | None:
        """Return the file asked for, with its kind's ending; ``None`` for none.

        An ending that was left out is added. A file of that name was not asked about: it stays.
        """
        path = Path(name)
        if not name or path.name.lower().endswith(ending):
            return path if name else None
        path = path.with_name(path.name + (added or ending))
        if path.exists():
            self._window.notices.tell(
                tr("{name} exists; choose it by its whole name to replace it.", name=path.name),
                "caution",
            )
            return None
        return path

    def _saved(self, path: Path) -> bool:
        done = self._try(lambda: self._bench.files.save(path))
        if done:
            self._window.notices.tell(tr("Saved {name}.", name=path.name))
        return done

    def save_picture(self) -> None:
        """Ask for a file and save the view to it."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save picture"), "needlewise.png", tr("Pictures (*.png)")
        )
        path = self._with_ending(name, ".png")
        if path is not None and not picture_of(self._window).save(str(path)):
            self._window.notices.tell(tr("{name} could not be written.", name=path.name), "caution")

    def save_turn(self) -> None:
        """Ask for a file and save one turn around the needle to it."""
        name, _ = QFileDialog.getSaveFileName(
            self._window, tr("Save a turn"), "needlewise.gif", tr("Moving pictures (*.gif)")
        )
        path = self._with_ending(name, ".gif")
        if path is not None:
            self._window.turntable.start(path)

    # -- bodies -------------------------------------------------------------------------------
    def open_body(self) -> None:
        """Ask for a body folder and open it."""
        name = QFileDialog.getExistingDirectory(self._window, tr("Open body folder"))
        if name:
            self.load(name)

    def show_subject(self) -> None:
        """Show who lies there, and ask for somebody else."""
        subject_dialog(self._window, self._window.subject).show()

    def toggle_beside(self) -> None:
        """Show the same needle in somebody else beside this view, or this view alone."""
        self._window.beside.toggle()

    def known_bodies(self) -> list[str]:
        """Ids of the bodies that can be opened by name."""
        return list(list_bodies())

    def load(self, name_or_path: str) -> None:
        """Load a body off the main thread, then open it with the plan fitted to it."""
        self._window.show_busy(tr("Loading {name}…", name=Path(name_or_path).name))
        self._load(lambda: load_body(name_or_path))

    def _load(self, made: Callable[[], Body]) -> None:
        def failed(error: Exception) -> None:
            self._window.show_busy("")
            self._window.notices.tell(str(error), "caution")

        def work(cancelled: Callable[[], bool]) -> tuple[Body, SceneData]:
            body = made()
            return body, load_scene(body, cancelled=cancelled)

        self._bench.tasks.submit("load", work, self._open, failed, lane="long")

    def open_calibrated(self) -> None:
        """Make a copy of the open body thinned to the published depths, or find it, and open it."""
        body = self._bench.session.body
        self._window.show_busy(tr("Thinning {name} to the published depths…", name=body.name))
        self._load(lambda: copy_of(body))

    def _open(self, loaded: tuple[Body, SceneData]) -> None:
        body, data = loaded
        self._window.show_busy("")
        self._window.director.prepare(data)
        try:
            self._bench.session.open(body, by="deeds")
        except PostureError as error:
            answer = (tr("Open with a new plan"), lambda: self._open_anew(body))
            self._window.notices.tell(str(error), "ask", [answer])
            return
        self._window.notices.tell(tr("{name} is open.", name=body.name))

    def _open_anew(self, body: Body) -> None:
        if self.may_lose_changes():
            self._bench.files.start_new()
            self._bench.session.open(body, empty_plan(body), by="deeds")

    def open_dropped(self, paths: Sequence[Path]) -> bool:
        """Open what was dropped on the window: one plan file or one body folder.

        Anything else is one notice, and nothing changes.
        """
        if len(paths) != 1:
            self._window.notices.tell(tr("Drop one plan or one body folder at a time."), "caution")
            return False
        path = paths[0]
        if path.is_dir() or path.name == "body.toml":
            self.load(str(path if path.is_dir() else path.parent))
            return True
        if path.suffix.lower() != ".json":
            text = tr("{name} is neither a plan (*.json) nor a body folder.", name=path.name)
            self._window.notices.tell(text, "caution")
            return False
        return self.open_path(path)

    # -- edit ---------------------------------------------------------------------------------
    def undo(self) -> None:
        """Take the last step back."""
        self._bench.session.undo("deeds")

    def redo(self) -> None:
        """Bring the step back."""
        self._bench.session.redo("deeds")

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
        dialog = needles_dialog(self._window, self._bench.answers.needles)
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
