"""What a person does to look at the body, as verbs: layers, x-ray, hide, fade, cut, measure, marks.

None of it changes a plan. What is hidden, faded or cut away is still assessed.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QInputDialog

from meshes.index.answers import Pick
from viewer.answers_scene import AnswersScene
from viewer.bookmarks import (
    Bookmark,
    captured,
    free_name,
    load_bookmarks,
    restored,
    save_bookmarks,
)
from viewer.cutting import Cutting
from viewer.i18n.text import tr
from viewer.layers import step_word
from viewer.measure_scene import MeasureScene
from viewer.panels.structure_dialog import structure_dialog
from viewer.section_caps import KINDS
from viewer.structure_card import structure_card

Window = Any
"""`viewer.window.Window`, which builds this desk."""
_FADES = (1.0, 0.5, 0.2)


class ExploreDesk:
    """Verbs of one window, and the parts behind them: `cutting` and `measuring`."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._bench = bench = window.bench
        self._view = bench.view
        self.cutting = Cutting(
            bench.session, bench.desk, bench.view, bench.tasks, bench.slicing, window.director
        )
        self.measuring = MeasureScene(window.director, bench.view.measures, self._point_under)
        self.measuring.on_toggle = self._say_measuring
        self.answers = AnswersScene(window.director, bench.answers)
        self.cutting.on_drag = window.canvas.be_moving
        self.under = ""
        self._stop = bench.view.subscribe(self._looks_changed)
        mouse = window.director.mouse
        mouse.pick, mouse.is_cut_away = self.cutting.pick, self.cutting.is_cut_away
        window.director.on_view = self._camera_moved

    def _camera_moved(self) -> None:
        self.cutting.presenter.theme = self._window.director.theme
        self.cutting.follow_camera()
        self.answers.camera_moved()
        if self._view.measures.kept or self._view.measures.pending:
            self.measuring.draw()

    def _point_under(self, pixel: np.ndarray) -> tuple[str, np.ndarray] | None:
        hit: Pick | None = self.cutting.pick(pixel)
        return (hit.structure_id, hit.point) if hit is not None else None

    def handle(self, pointer: object) -> bool:
        """Give a mouse event to the cut's handle, the measuring tool or the scene."""
        if self.cutting.handle(pointer):  # type: ignore[arg-type]
            return True
        if self.measuring.is_on and getattr(pointer, "kind", "") in ("press", "move", "release"):
            return self.measuring.handle(pointer)  # type: ignore[arg-type]
        if self.answers.handle(pointer):  # type: ignore[arg-type]
            return True
        return bool(self._window.director.handle(pointer))

    def escape(self) -> bool:
        """End a drag of the cut or the measuring; ``False`` if there is neither."""
        if self.cutting.cancel():
            return True
        if self.measuring.is_on:
            self.measuring.toggle(False)
            return True
        return False

    # -- looks --------------------------------------------------------------------------------
    def _chosen(self) -> list[str]:
        """What a key acts on: in Explore what is under the mouse, else the selection."""
        selected = list(self._window.structures.selected_ids())
        look = self._view.appearance(self.under) if self.under else None
        under = [self.under] if look is not None and look.visible else []  # hidden meanwhile: no
        first, second = selected, under
        if self._window.director.mode == "explore":
            first, second = under, selected
        chosen = first or second
        if not chosen:
            self._say(tr("Select a structure, or point at one in Explore."))
        return chosen

    def _say(self, text: str) -> None:
        self._window.notices.tell(text)

    def hide(self) -> None:
        """Hide what is pointed at or selected."""
        self._view.set_visible(self._chosen(), False)

    def fade(self) -> None:
        """Fade it: full, half, faint, and round again."""
        chosen = self._chosen()
        if chosen:
            now = self._view.look(chosen[0]).opacity
            self._view.set_opacity(chosen, next((f for f in _FADES if f < now - 0.01), 1.0))

    def isolate(self) -> None:
        """Show only what is selected or pointed at, or everything again."""
        self._view.isolate(() if self._view.isolated else self._chosen())

    def show_card(self, structure_id: str = "") -> None:
        """Open the card of a structure: the one named, else what is pointed at or selected."""
        chosen = [structure_id] if structure_id else self._chosen()
        body = self._window.bench.session.body
        if chosen and chosen[0] in body.structures:
            structure_dialog(self._window, structure_card(body, chosen[0])).open()

    def can_undo_look(self) -> bool:
        """Whether a change of looks can be taken back."""
        return self._view.can_undo

    def can_redo_look(self) -> bool:
        """Whether one can be brought back."""
        return self._view.can_redo

    def _looks_changed(self, _: frozenset[str]) -> None:
        known = self._window.actions_by_id
        known["undo_look"].setEnabled(self._view.can_undo)
        known["redo_look"].setEnabled(self._view.can_redo)
        known["xray"].setChecked(self._view.xray)

    def undo_look(self) -> None:
        """Take the last change of looks back."""
        self._view.undo()

    def redo_look(self) -> None:
        """Bring it back."""
        self._view.redo()

    def peel(self) -> None:
        """Take the outermost layer off."""
        self._peel(1)

    def unpeel(self) -> None:
        """Put a layer back on."""
        self._peel(-1)

    def _peel(self, by: int) -> None:
        self._view.peel(by)
        self._window.status.showMessage(
            tr("Layers from: {layer}", layer=step_word(self._view.step)), 2500
        )

    def xray(self) -> None:
        """X-ray on or off."""
        self._view.set_xray(not self._view.xray)

    # -- cut ----------------------------------------------------------------------------------
    def cut_axial(self) -> None:
        """Cut across the body."""
        self.cutting.choose("axial")

    def cut_sagittal(self) -> None:
        """Cut between left and right."""
        self.cutting.choose("sagittal")

    def cut_coronal(self) -> None:
        """Cut between front and back."""
        self.cutting.choose("coronal")

    def cut_needle(self) -> None:
        """Cut along the needle."""
        self.cutting.choose("needle")

    def cut_free(self) -> None:
        """Cut square to the line of sight."""
        self.cutting.choose("free")

    def cut_next(self) -> None:
        """The next kind of cut; after the last none."""
        kinds = [*KINDS, ""]
        now = self.cutting.cut.kind if self.cutting.cut is not None else ""
        wanted = kinds[(kinds.index(now) + 1) % len(kinds)]
        if wanted == "needle" and self._bench.desk.planned is None:
            wanted = "free"
        self.cutting.choose(wanted)

    def cut_off(self) -> None:
        """The whole body again."""
        self.cutting.choose("")

    def cut_flip(self) -> None:
        """Take the other half away."""
        self.cutting.flip()

    def cut_nearer(self) -> None:
        """Move the cut 1 mm towards what is taken away."""
        self.cutting.move(1.0)

    def cut_farther(self) -> None:
        """Move the cut 1 mm into the body."""
        self.cutting.move(-1.0)

    # -- measure ------------------------------------------------------------------------------
    def measure(self) -> None:
        """Begin or end measuring."""
        self.measuring.toggle()

    def _say_measuring(self, on: bool) -> None:
        self._window.actions_by_id["measure"].setChecked(on)
        view = self._window.canvas.widget
        view.setCursor(Qt.CursorShape.CrossCursor) if on else view.unsetCursor()
        if on:
            self._say(tr("Measure: click two points. Esc ends."))

    def forget_distance(self) -> None:
        """Remove the newest distance."""
        self._view.measures.forget_last()

    # -- bookmarks ----------------------------------------------------------------------------
    @property
    def _body_id(self) -> str:
        return str(self._bench.session.body.id)

    def bookmarks(self) -> list[Bookmark]:
        """The bookmarks of the open body."""
        return load_bookmarks(self._body_id)

    def add_bookmark(self) -> None:
        """Ask for a name and keep the present view under it."""
        start = free_name(tr("View"), self.bookmarks())
        name, good = QInputDialog.getText(
            self._window, tr("Add a bookmark"), tr("Name of the view"), text=start
        )
        if good and name.strip():
            self.keep_bookmark(name.strip())

    def keep_bookmark(self, name: str) -> None:
        """Keep the present view under a name; a bookmark of that name is replaced."""
        view = captured(self._view, self._window.canvas.camera, self.cutting.cut)
        kept = [mark for mark in self.bookmarks() if mark.name != name]
        if save_bookmarks(self._body_id, [*kept, Bookmark(name, view)]):
            self._say(tr("Bookmark {name} kept.", name=name))
        else:
            self._say(tr("The bookmark could not be written to the user folder."))

    def go_to_bookmark(self, name: str) -> None:
        """Show the view kept under a name."""
        for mark in self.bookmarks():
            if mark.name == name:
                try:
                    pose, cut = restored(self._view, mark.view)
                except (TypeError, KeyError, ValueError):
                    self._say(tr("Bookmark {name} is damaged.", name=name))
                    return
                if pose is not None:
                    self._window.canvas.camera = pose
                    self._window.director.camera_moved()
                self.cutting.set(cut)

    def remove_bookmark(self) -> None:
        """Ask which bookmark to remove."""
        names = [mark.name for mark in self.bookmarks()]
        if not names:
            self._say(tr("There are no bookmarks of this body yet."))
            return
        name, good = QInputDialog.getItem(
            self._window, tr("Remove a bookmark"), tr("Bookmark"), names, 0, False
        )
        if good:
            save_bookmarks(self._body_id, [m for m in self.bookmarks() if m.name != name])

    def close(self) -> None:
        """Stop listening."""
        self._stop()
        self.cutting.close()
        self.measuring.close()
        self.answers.close()
