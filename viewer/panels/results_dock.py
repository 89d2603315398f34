"""The right dock's lower part: danger zones and layers, kept equal to the session."""

from __future__ import annotations

from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QTabWidget,
    QToolButton,
    QVBoxLayout,
    QWhatsThis,
    QWidget,
)

from meshes.body import Body
from viewer import describe
from viewer.appearance import Color
from viewer.assessing import KEY, current
from viewer.i18n.text import tr
from viewer.other_people import uncertainties
from viewer.panels.help import tabs_help
from viewer.panels.layers import LayersPanel
from viewer.panels.tolerance import TolerancePanel
from viewer.panels.zones import ZonesPanel
from viewer.structure_names import display_name
from viewer.theme.style import px
from viewer.widgets.build import named
from viewer.widgets.elided import Elided
from viewer.widgets.quiet_note import QuietNote
from viewer.workbench import Workbench
from zones import edits
from zones.change import Change, ChangeKind
from zones.errors import ZoneError

_SHOWN = frozenset(
    {ChangeKind.BODY, ChangeKind.NEEDLES, ChangeKind.ZONES, ChangeKind.SELECTION,
     ChangeKind.RESULTS}
)  # fmt: skip


class ResultsDock(QWidget):
    """Two tabs that hear the session; the one in sight is kept current."""

    def __init__(self, bench: Workbench, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._bench = bench
        self._shown: tuple[object, ...] = ()
        self.zones = ZonesPanel()
        self.layers = LayersPanel(self._name, self._color)
        self.tabs = QTabWidget()
        self.tabs.setDocumentMode(True)
        self.tabs.setMinimumHeight(px(130))
        self.tabs.addTab(self.zones, tr("Danger zones"))
        self.tabs.addTab(self.layers, tr("Along the line"))
        self.tolerance = TolerancePanel(bench)
        self.tabs.addTab(self.tolerance, tr("Tolerance"))
        topics: dict[QWidget, str] = {
            self.zones: "zones", self.layers: "layers", self.tolerance: "tolerance"
        }  # fmt: skip
        self.tabs.setCornerWidget(tabs_help(self.tabs, topics))
        layout = QVBoxLayout(self)
        card = named(QFrame(), tr("Results"), "card")
        inside = QVBoxLayout(card)
        inside.setContentsMargins(1, px(2), 1, px(4))
        inside.addWidget(self.tabs)
        self.quiet = QuietNote(bench.assessing, self)
        inside.addWidget(self.quiet.label)
        inside.addLayout(self._last_line())
        layout.setContentsMargins(px(2), px(2), px(8), px(8))
        layout.addWidget(card)
        self.zones.margin_edited.connect(self._set_margin)
        self.zones.breath.setChecked(bench.assessing.through_breath)
        self.zones.breath_wanted.connect(bench.assessing.look_through_breath)
        self._connect_graph()
        self._connect_shell()
        self.tabs.currentChanged.connect(lambda _: self.refresh())
        self.quiet.words = tr("The layers are of one phase; the curves hold through the breath.")
        self.tabs.currentChanged.connect(lambda at: self.quiet.want(at == 1))
        self.quiet.want(False)
        bench.bridge.changed.connect(self._hear)
        self.zones.know(uncertainties(self._body))
        self.refresh()

    def _last_line(self) -> QHBoxLayout:
        """What is not modelled; in a low window the range in other people stands before it."""
        row = QHBoxLayout()
        row.setContentsMargins(px(4), 0, px(12), px(2))
        row.setSpacing(px(4))
        self.people = named(QToolButton(), tr("In other people"), "note")
        self.people.clicked.connect(self._tell_people)
        self.people.setFixedHeight(px(17))  # no more than the line it stands in
        self.people.hide()
        self.model_note = Elided()
        self.model_note.setContentsMargins(px(8), 0, 0, 0)
        row.addWidget(self.people)
        row.addWidget(self.model_note, 1)
        self._brief = ""
        self.zones.people_said.connect(self._show_people)
        self.tabs.currentChanged.connect(lambda _: self._show_people(self._brief, ""))
        return row

    def _show_people(self, brief: str, full: str) -> None:
        self._brief = brief
        if brief and full:
            self.people.setText(brief)
            self.people.setToolTip(full)
            self.people.setAccessibleName(full)
        self.people.setVisible(bool(brief) and self.tabs.currentWidget() is self.zones)

    def _tell_people(self) -> None:
        """A press, by mouse or by keys, says all of it; a row's tip needs a mouse."""
        place = self.people.mapToGlobal(self.people.rect().topLeft())
        QWhatsThis.showText(place, self.people.toolTip(), self.people)

    def _connect_graph(self) -> None:
        graph, desk = self.layers.graph, self._bench.desk
        graph.began.connect(desk.begin)
        graph.depth_wanted.connect(desk.set_depth)
        graph.ended.connect(desk.end)
        self.layers.score_on.setChecked(self._bench.answers.path_score_on)
        self.layers.score_on.toggled.connect(self._score)
        self._bench.answers.profile.on_change.append(self._show_graph)

    def _connect_shell(self) -> None:
        shell = self._bench.answers.shell
        shell.on_change.append(self._say_shell)
        self.zones.zone_chosen.connect(shell.choose)
        self.zones.model.modelReset.connect(lambda: shell.choose(""))  # no row is chosen then
        shell.choose("")
        self._say_shell()

    def _say_shell(self) -> None:
        """The line below the table says that the needle is within the shell, if it is drawn."""
        shell = self._bench.answers.shell
        self.zones.say_shell(shell.zone.zone_id if shell.zone else "", shell.within_words)

    def _score(self, on: bool) -> None:
        self._bench.answers.path_score_on = on
        self._show_graph()

    def _show_graph(self) -> None:
        if self.tabs.currentWidget() is not self.layers:
            return
        planned, answers = self._bench.desk.planned, self._bench.answers
        free = planned is not None and not planned.locked
        self.layers.show_graph(answers.profile.current, free, answers.path_score_on)

    @property
    def _body(self) -> Body:
        return self._bench.session.body

    def _name(self, structure_id: str) -> str:
        structure = self._body.structures.get(structure_id)
        if structure is None:
            return structure_id
        inside = structure.system == "skin"  # a closed skin holds everything else
        return tr("Inside the skin") if inside else display_name(structure, self._body)

    def _color(self, structure_id: str) -> Color:
        known = structure_id in self._body.structures
        return self._bench.view.look(structure_id).color if known else (0.6, 0.6, 0.6)

    def _set_margin(self, zone_id: str, mm: float) -> None:
        try:
            self._bench.session.apply(edits.set_margin(zone_id, mm), by="zones")
        except ZoneError as error:
            self._bench.desk.on_refused(str(error))

    def _hear(self, change: Change) -> None:
        if change.kinds & {ChangeKind.BODY, ChangeKind.ZONES}:
            self.zones.know(uncertainties(self._body))
        if change.kinds & _SHOWN:
            self.refresh()

    def _say_what_is_modelled(self) -> None:
        result = self._bench.session.results.get(KEY)
        missing = describe.not_modelled(result.value.not_modelled) if result else []
        who = tr("Model: {subject}.", subject=describe.subject(self._body))
        not_in = tr("Not modelled: {things}.", things=", ".join(missing)) if missing else ""
        self.model_note.show_text(f"{not_in} {who}".strip(), f"{who}\n{not_in}".strip())

    def let_go(self) -> None:
        """Stop hearing: another panel takes its place."""
        self.quiet.let_go()
        self.tolerance.let_go()
        self._bench.answers.profile.look(self, False)
        self._bench.answers.profile.on_change.remove(self._show_graph)
        self._bench.answers.shell.on_change.remove(self._say_shell)
        self._bench.bridge.changed.disconnect(self._hear)

    def refresh(self) -> None:
        """Show the current result, or that it is not there."""
        planned = self._bench.desk.planned
        value = current(self._bench.session, planned.id) if planned else None
        shown = (self.tabs.currentIndex(), planned is None, value)
        self._say_what_is_modelled()
        if value is not None and shown == self._shown:
            return  # told twice: by the edit and by its result
        self._shown = shown
        if self.tabs.currentWidget() is self.zones:
            self.zones.show_result(value, current=planned is None or value is not None)
        elif planned is None:
            self.layers.show_nothing()
        elif value is None:
            self.layers.show_computing()
        else:
            self.layers.show_result(value)
        self._bench.answers.profile.look(self, self.tabs.currentWidget() is self.layers)
