"""Who is on the screen: sex, stature, body mass, breath of the reference body, and comparisons.

Another person or breath is loaded off the main thread; the plan is carried along on the skin, the
view stays. That is a step of the plan's undo: the way back loads the former person again. No widget
here: `viewer.panels.subject` shows it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from meshes.body import Body, load_body
from meshes.errors import MeshError
from meshes.morph_names import (
    Member,
    base_phase,
    base_posture,
    member_of,
    name_of,
    person,
    postures,
    read_name,
    sibling,
    variants,
)
from viewer.bookmarks import captured, restored
from viewer.breath_loop import BreathLoop
from viewer.i18n.text import tr
from viewer.scene.load import SceneData, load_scene
from viewer.undoing import Undoing, step_label
from zones.carry import Compared, carried_plan, compared, is_carriable
from zones.danger import DangerZone, danger_zones
from zones.errors import ZoneError
from zones.planned import planned_zones
from zones.refit import refit_plan
from zones.report_card import ReportCard, report_card

Window = Any
"""`viewer.window.Window`."""
_KEY, _COMPARE, _CARDS = "load", "compare", "compare_cards"


class SubjectDesk:
    """Asks for another member of the family and opens it with plan and view as they are."""

    def __init__(self, window: Window) -> None:
        self._window = window
        self._bench = window.bench
        self.loop = BreathLoop(window)
        self.on_change: list[Callable[[], None]] = []
        self.rows: list[Compared] = []
        self.cards: dict[str, ReportCard] = {}
        self.card_failure = ""
        self.problem = ""
        self._told_of = ""
        self.undoing = Undoing(self, window)
        self.is_coming = False

    @property
    def member(self) -> Member | None:
        """Who is open; ``None`` on a body without a family."""
        try:
            return read_name(self._bench.session.body.id)
        except MeshError:
            return None

    @property
    def short_name(self) -> str:
        """The open body in a few words, for where there is little room."""
        member = self.member
        if member is None:
            return str(self._bench.session.body.name)
        words = [member.variant] if member.variant else [
            tr(member.sex), tr("{cm} cm", cm=f"{member.stature_cm:g}"),
            tr("BMI {value}", value=f"{member.bmi:.1f}"),
        ]  # fmt: skip
        if member.posture != base_posture():
            words.append(tr(postures()[member.posture]))
        if member.phase != base_phase():
            words.append(tr("breath {percent} %", percent=f"{100 * member.phase:.0f}"))
        return tr("Reference body {who}", who=", ".join(words))

    @property
    def phase(self) -> str:
        """The phase of the breath at which others are compared: the open body's."""
        return str(self._bench.session.body.phase)

    @property
    def is_loading(self) -> bool:
        """Whether somebody else is on the way."""
        return bool(self._bench.tasks.is_running(_KEY))

    @property
    def is_comparing(self) -> bool:
        """Whether a comparison is on the way."""
        return bool(self._bench.tasks.is_running(_COMPARE))

    def ask(self, sex: str, stature_cm: float, bmi: float, phase: float | None) -> bool:
        """Open this person at this breath, lying or sitting as now; returns whether the data cover
        them (`problem`).
        """
        now = self.member
        try:
            wanted = member_of(
                person(sex, stature_cm, bmi=bmi), phase, now.posture if now else None
            )
        except MeshError as error:
            self._say(str(error))
            return False
        self._say("")
        if wanted != self.member or self.is_loading:
            self._ask_for(name_of(wanted))
        return True

    def ask_variant(self, name: str) -> bool:
        """Open a named variant at the present breath."""
        known = read_name(f"reference:{name}")
        now = self.member
        if known is None or now is None:
            return False
        return self.ask(known.sex, known.stature_cm, known.bmi, now.phase)

    def ask_posture(self, posture: str) -> bool:
        """Open the present person in another posture, the usual way: a plan does not come along.

        Returns whether that is modelled (`problem`).
        """
        now = self.member
        if now is None or now.posture == posture:
            return False
        try:
            wanted = member_of(now.subject, now.phase, posture)
        except MeshError as error:
            self._say(str(error))
            return False
        self._say("")
        self._ask_for(name_of(wanted))
        return True

    # -- somebody else comes ------------------------------------------------------------------
    def load(
        self,
        name: str,
        then: Callable[[Body, SceneData], None],
        no: Callable[[str], None] = lambda problem: None,
    ) -> None:
        """Load somebody off the main thread, then call ``then``; ``no`` with what went wrong."""
        before = self._bench.session.body

        def work(cancelled: Callable[[], bool]) -> tuple[Body, SceneData]:
            body = load_body(name)
            return body, load_scene(body, cancelled=cancelled)

        def done(loaded: tuple[Body, SceneData]) -> None:
            self._window.show_busy("")
            self.is_coming = False
            if self._bench.session.body is before:
                then(*loaded)
            self._tell()

        def failed(error: Exception) -> None:
            self.is_coming = False
            self._window.show_busy("")
            self._say(str(error))
            no(str(error))

        self.is_coming = False
        self._say("")
        self._window.show_busy(tr("Making {name}…", name=name))
        self._bench.tasks.submit(_KEY, work, done, failed, "long")
        self._tell()

    def _ask_for(self, name: str) -> None:
        self.load(name, self._open)
        self.is_coming = True

    def give_up(self) -> None:
        """Let nobody else come."""
        self._bench.tasks.cancel(_KEY)
        self.is_coming = False
        self._window.show_busy("")
        self._tell()

    def _open(self, body: Body, data: SceneData) -> None:
        session = self._bench.session
        before = session.body
        if before.content_hash == body.content_hash:  # asked for again while another was coming
            return
        if before.posture != body.posture and session.plan.needles:
            self._window.deeds.open_loaded((body, data))  # the usual way with its questions
            return
        try:
            if is_carriable(before, body):
                plan = carried_plan(session.plan, before, body)
            else:  # without needles nothing is lost in another posture
                plan = refit_plan(session.plan, body)
        except ZoneError as error:
            self._say(str(error))
            return
        self.show(
            body, data, lambda: session.carry(body, plan, step_label(before, body), "subject")
        )

    def show(self, body: Body, data: SceneData, step: Callable[[], object]) -> None:
        """Take a step to another body, with the view as it is."""
        session, window = self._bench.session, self._window
        if self.is_comparing or _phase_of(session.body) != _phase_of(body):
            self.forget()  # the comparison is at one breath; in another person it still holds
        view = captured(self._bench.view, window.canvas.camera, window.explore.cutting.cut)
        view["distances"] = []  # measured on the person before
        window.director.prepare(data)
        step()
        pose, cut = restored(self._bench.view, view)
        if pose is not None:
            window.canvas.camera = pose
            window.director.camera_moved()
        window.explore.cutting.set(cut)
        self._tell()

    def show_beside(self) -> None:
        """Show the counterpart of the other sex beside this view, or somebody named."""
        self._window.beside.toggle()

    # -- the same needle in others ------------------------------------------------------------
    def compare(self) -> bool:
        """Assess the selected needle on every named variant, at the present breath."""
        planned, now, plan = self._bench.desk.planned, self.member, self._bench.session.plan
        if planned is None or now is None:
            self._say(tr("Place a needle first; then it can be compared."))
            return False
        body, needle = self._bench.session.body, planned.needle
        names = [sibling(now, name) for name in variants()]
        self.rows = []
        self._say("")

        def zones_of(other: Body) -> Sequence[DangerZone]:
            return planned_zones(plan, danger_zones(other))

        def work(cancelled: Callable[[], bool]) -> list[Compared]:
            return list(compared(needle, body, names, load_body, zones_of, cancelled))

        def done(rows: list[Compared]) -> None:
            still = self._bench.desk.planned
            if self._bench.session.body is body and still is not None and still.needle is needle:
                self.rows = rows
                self._grade([row.body_id for row in rows])
            self._tell()

        self._bench.tasks.submit(_COMPARE, work, done, lambda error: self._say(str(error)), "long")
        self._tell()
        return True

    def _grade(self, names: Sequence[str]) -> None:
        """Find out whose depths are optimistic: some seconds the first time, then kept on disk."""
        missing = [name for name in names if name not in self.cards]
        self.card_failure = ""

        def work(cancelled: Callable[[], bool]) -> dict[str, ReportCard]:
            return {name: report_card(load_body(name)) for name in missing if not cancelled()}

        def done(cards: dict[str, ReportCard]) -> None:
            self.cards |= cards
            self._tell()

        def failed(error: Exception) -> None:
            self.card_failure = str(error) or type(error).__name__
            self._tell()

        if missing:
            self._bench.tasks.submit(_CARDS, work, done, failed, "long")

    def forget(self) -> None:
        """Drop a comparison whose needle or body is no longer the present one."""
        if self.rows or self.is_comparing:
            self._bench.tasks.cancel(_COMPARE)
            self._bench.tasks.cancel(_CARDS)
            self.rows = []
            self._tell()
        elif self._told_of != self._bench.session.body.id:  # opened elsewhere
            self._tell()

    def _say(self, problem: str) -> None:
        self.problem = problem
        self._tell()

    def _tell(self) -> None:
        self._told_of = self._bench.session.body.id
        for listener in tuple(self.on_change):
            listener()


def _phase_of(body: Body) -> float | None:
    member = read_name(body.id)
    return None if member is None else member.phase
