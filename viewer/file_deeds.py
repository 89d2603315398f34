"""What the window can do with files: plans, pictures, bodies, and what is dropped on it.

Dialogs about files are asked here and nowhere else; a user's mistake becomes a notice of one
sentence, and nothing that is not saved goes without a question.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QMessageBox

from meshes.body import Body, load_body
from meshes.errors import MeshError
from meshes.packs.store import list_bodies
from viewer.calibrating import copy_of
from viewer.comfort import Comfort
from viewer.files import SUFFIX
from viewer.i18n.text import tr
from viewer.panels.subject import subject_dialog
from viewer.picture import picture_of
from viewer.scene.load import SceneData, load_scene
from zones.errors import PostureError, ZoneError
from zones.plan import Plan, empty_plan
from zones.plan_file import read_plan
from zones.points import entry_of
from zones.refit import refit_plan

_ERRORS = (ZoneError, MeshError, OSError, ValueError)


class FileDeeds(Comfort):
    """Verbs of one window; `viewer.deeds.Deeds` adds the others."""

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

    def load_for(self, plan: Plan, opened: Callable[[], object]) -> None:
        """Load the body a plan was made on and open both; then call ``opened``.

        A body that cannot be loaded is one notice; what is open stays.
        """
        name = plan.body_id
        self._window.show_busy(tr("Loading {name}…", name=name))

        def done(loaded: tuple[Body, SceneData]) -> None:
            body, data = loaded
            self._window.show_busy("")
            if self._try(lambda: refit_plan(plan, body, entry_of)):
                self._window.director.prepare(data)
                self._bench.session.open(body, plan, by="files", is_saved=False)
                opened()

        self._load(lambda: load_body(name), done)

    def _load(
        self,
        made: Callable[[], Body],
        loaded: Callable[[tuple[Body, SceneData]], None] | None = None,
    ) -> None:
        def failed(error: Exception) -> None:
            self._window.show_busy("")
            self._window.notices.tell(str(error), "caution")

        def work(cancelled: Callable[[], bool]) -> tuple[Body, SceneData]:
            body = made()
            return body, load_scene(body, cancelled=cancelled)

        done = self.open_loaded if loaded is None else loaded
        self._bench.tasks.submit("load", work, done, failed, lane="long")

    def open_calibrated(self) -> None:
        """Make a copy of the open body thinned to the published depths, or find it, and open it."""
        body = self._bench.session.body
        self._window.show_busy(tr("Thinning {name} to the published depths…", name=body.name))
        self._load(lambda: copy_of(body))

    def open_loaded(self, loaded: tuple[Body, SceneData]) -> None:
        """Open a body with the plan fitted to it; where that cannot be, offer a new plan."""
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
