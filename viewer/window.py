"""The window: view in the middle, structures left, needle and results right, menus, status.

Assembles panels and keeps their frames; what they show they ask for themselves. Internals are
private to this file, `app` builds one, tests drive it by its widgets.
"""

from __future__ import annotations

import base64
from collections.abc import Sequence

from PySide6.QtCore import QByteArray, Qt, QTimer
from PySide6.QtGui import QCloseEvent, QImage
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from viewer import settings
from viewer.actions import edit_label
from viewer.beside import Beside
from viewer.canvas.interactive import InteractiveCanvas
from viewer.deeds import Deeds
from viewer.dropping import Drops
from viewer.explore_desk import ExploreDesk
from viewer.i18n.text import tr
from viewer.margin_sound import MarginSound
from viewer.menus import Menus
from viewer.notices import Notices
from viewer.panels.docks import Docks
from viewer.panels.needle_dock import NeedleDock
from viewer.panels.results_dock import ResultsDock
from viewer.panels.side import Sides
from viewer.panels.status import Status
from viewer.panels.structures import StructuresPanel
from viewer.panels.toolbar import ToolBar
from viewer.point_scene import PointScene
from viewer.preparing import Preparing
from viewer.presenter import Presenter
from viewer.scene.colors import SceneColors
from viewer.scene.director import SceneDirector
from viewer.structure_names import display_name
from viewer.subject_desk import SubjectDesk
from viewer.telling import Telling
from viewer.theme.style import text_scale, theme
from viewer.tour import Tour
from viewer.turntable import Turntable
from viewer.widgets.build import named, repaint_icons
from viewer.workbench import Workbench
from zones.change import Change, ChangeKind

_AUTOSAVE_MS = 10_000


class Window(QMainWindow):
    """One window on one workbench."""

    def __init__(self, bench: Workbench) -> None:
        super().__init__()
        self.bench = bench
        self._count = len(bench.session.plan.needles)
        self.canvas = InteractiveCanvas()
        self.director = SceneDirector(
            self.canvas, bench.session, bench.view, SceneColors.of(theme(), text_scale())
        )
        self.notices = Notices(self.canvas.widget)
        self.deeds, self.subject = Deeds(self), SubjectDesk(self)
        self.tour, self.presenter, self.turntable = Tour(self), Presenter(self), Turntable(self)
        self.setObjectName("window")
        self.beside = Beside(self, Sides(self._framed(self.canvas.widget)))
        self.setCentralWidget(self.beside.sides)
        corner, area = Qt.Corner, Qt.DockWidgetArea
        self.setCorner(corner.BottomLeftCorner, area.LeftDockWidgetArea)
        self.setCorner(corner.BottomRightCorner, area.RightDockWidgetArea)
        self.explore, self.preparing = ExploreDesk(self), Preparing(self)
        self.docks = Docks(self, bench)
        self._build_frame()
        self._connect()
        self.drops = Drops(self, self.deeds.open_dropped)
        self.docks.on_built.append(self.drops.claim)
        self.set_mode("edit")
        self._refresh_frame()
        self.resize(1366, 768)
        self._restore_layout()

    # -- building -----------------------------------------------------------------------------
    def _framed(self, view: QWidget) -> QWidget:
        named(view, tr("Three-dimensional view of the body"))
        view.setMinimumSize(280, 220)
        return view

    def _build_frame(self) -> None:
        self.menus = Menus(self)
        self.commands, self.actions_by_id = self.menus.commands, self.menus.actions
        self.tools = ToolBar(self.actions_by_id)
        self.addToolBar(self.tools)
        self.tools.body.setMenu(self.menus.bodies)
        self.status = Status()
        self.setStatusBar(self.status)

    def speak_anew(self) -> None:
        """Build every text again, in the language in use."""
        named(self.canvas.widget, tr("Three-dimensional view of the body"))
        self.menus.remove()
        self.removeToolBar(self.tools)
        self.tools.deleteLater()
        self.docks.rebuild_if_resized(even_so=True)
        self._build_frame()
        self.set_mode(self.director.mode)
        self.director.set_theme(SceneColors.of(theme(), text_scale()))
        self._refresh_frame()
        self.preparing.show()
        self.beside.restyle()
        QTimer.singleShot(0, self, self.docks.fit)  # when the new texts have their sizes

    def _connect(self) -> None:
        bench = self.bench
        self.canvas.handler = self.explore.handle
        self.explore.cutting.on_change.append(self._show_cut)
        self.docks.on_built.append(self._show_cut)
        self._show_cut()
        self.director.on_hover = self._show_under
        self.director.on_click = self._clicked
        self.point_scene = PointScene(
            self.director, bench.points, lambda: self.docks.points, bench.answers.own_points
        )
        self.point_scene.on_own = self.deeds.show_own_points
        self.docks.on_built.append(self.point_scene.follow)
        self.point_scene.follow()
        self.docks.on_built.append(self._offer_copies)
        self._offer_copies()
        bench.bridge.changed.connect(self._hear)
        bench.assessing.on_status.append(self.preparing.show)
        self.telling = Telling(self)
        self.sound = MarginSound(
            bench.session, bench.desk, bench.bridge, bench.preferences, QApplication.beep
        )
        self._saver = QTimer(self)
        self._saver.timeout.connect(bench.autosave.tick)
        self._saver.start(_AUTOSAVE_MS)

    # -- starting -----------------------------------------------------------------------------
    def start(self) -> None:
        """Prepare drawing and index of the body in the background; the window is usable now."""
        if not self.bench.preferences.layout:
            self.docks.fit()
        self.preparing.start()

    def _offer_copies(self) -> None:
        self.docks.needle.copy_wanted.connect(self.deeds.open_calibrated)
        self.docks.needle.panel.directions_wanted.connect(self.deeds.toggle_directions)
        self.docks.structures.card_wanted.connect(self.explore.show_card)
        self.docks.points.asks_where.connect(lambda: self.set_mode("explore"))

    # -- following ----------------------------------------------------------------------------
    def _hear(self, change: Change) -> None:
        if ChangeKind.BODY in change.kinds and "body" not in change.by:
            self.structures.open(self.bench.session.body)
        count = len(self.bench.session.plan.needles)
        if count:
            self.notices.settle("hint")
        if count > self._count:
            self.docks.show_verdict()
        self._count = count
        if change.kinds != {ChangeKind.RESULTS}:
            self._refresh_frame()
        if change.kinds != {ChangeKind.RESULTS} and change.by != "subject":
            self.subject.forget()

    def _refresh_frame(self) -> None:
        session = self.bench.session
        for command in self.commands:
            self.actions_by_id[command.id].setEnabled(command.enabled(session))
        for key, text, what in (
            ("undo", tr("Undo"), session.undo_label), ("redo", tr("Redo"), session.redo_label),
        ):  # fmt: skip
            self.actions_by_id[key].setText(f"{text} {edit_label(what)}".strip())
        name = self.bench.files.title or tr("Untitled plan")
        title = f"{name}[*] – {tr('Needlewise')}"
        if title != self.windowTitle():
            self.setWindowTitle(title)
        if session.is_modified != self.isWindowModified():
            self.setWindowModified(session.is_modified)
        self.tools.show_body(self.subject.short_name, session.body.name)

    def _clicked(self, structure_id: str | None, point: Sequence[float] | None) -> None:
        if not self.point_scene.clicked(point):
            self.structures.reveal(structure_id or "")

    def _show_cut(self) -> None:
        cutting = self.explore.cutting
        kind = cutting.cut.kind if cutting.cut is not None else ""
        self.docks.show_cut(kind, cutting.choose, cutting.flip)

    def _show_under(self, structure_id: str | None, point: Sequence[float] | None) -> None:
        self.explore.under = structure_id or ""
        body = self.bench.session.body
        structure = body.structures.get(structure_id or "")
        self.status.show_under(display_name(structure, body) if structure else "", point)

    def show_busy(self, text: str) -> None:
        """Say in the status bar what is being prepared."""
        self.status.show_busy(text)

    @property
    def structures(self) -> StructuresPanel:
        """The panel of structures."""
        return self.docks.structures

    @property
    def needle(self) -> NeedleDock:
        """Verdict and controls of the needle."""
        return self.docks.needle

    @property
    def results(self) -> ResultsDock:
        """Danger zones and layers."""
        return self.docks.results

    # -- asked by deeds -----------------------------------------------------------------------
    def set_mode(self, mode: str) -> None:
        """Explore or Edit."""
        self.director.set_mode("edit" if mode == "edit" else "explore")
        self.actions_by_id[mode].setChecked(True)
        self.status.show_mode(mode)

    def show_structure(self, structure_id: str) -> None:
        """Select a structure in the tree."""
        self.docks.show_left(0)
        self.structures.search.clear()
        self.structures.reveal(structure_id)

    def show_point(self, key: tuple[str, str]) -> None:
        """Choose a trigger point and look at it."""
        self.docks.show_left(1)
        self.docks.points.reveal(key)

    def show_search(self) -> None:
        """Show the structures and put the cursor into the search."""
        self.docks.show_left(0)
        self.structures.search.setFocus()
        self.structures.search.selectAll()

    def picture(self) -> QImage:
        """Return the view as it stands."""
        rows = self.canvas.screenshot()
        height, width = rows.shape[:2]
        return QImage(rows.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()

    def restyle(self) -> None:
        """Follow the theme and the text size everywhere."""
        self.director.set_theme(SceneColors.of(theme(), text_scale()))
        if self.docks.rebuild_if_resized():
            self.menus.list_docks()
            QTimer.singleShot(0, self, self.docks.fit)  # when the new texts have their sizes
        for part in (
            self.tools,
            self.needle.header,
            self.needle.card,
            self.results.zones,
            self.results.layers,
            self.docks.section,
            self.docks.answers,
            self.docks.points,
        ):
            part.restyle()
        self.beside.restyle()
        repaint_icons(self)
        self.tools.restyle()

    # -- ending -------------------------------------------------------------------------------
    def _restore_layout(self) -> None:
        kept = self.bench.preferences
        if kept.geometry:
            self.restoreGeometry(QByteArray(base64.b64decode(kept.geometry)))
            self.restoreState(QByteArray(base64.b64decode(kept.layout)))
        else:
            self.docks.fit()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Ask about changes; then stop work, and close the canvas last."""
        if not self.deeds.may_lose_changes():
            event.ignore()
            return
        self.turntable.cancel()
        self.subject.loop.close()
        self.presenter.stop()
        kept = self.bench.preferences
        kept.geometry = base64.b64encode(self.saveGeometry().data()).decode()
        kept.layout = base64.b64encode(self.saveState().data()).decode()
        settings.save(kept)
        self._saver.stop()
        self.tour.stop()
        self.notices.dismiss()
        self.bench.autosave.clear()
        self.beside.close()
        self.explore.close()
        self.director.detach()
        self.docks.let_go()
        self.bench.close()
        self.canvas.close()
        event.accept()
