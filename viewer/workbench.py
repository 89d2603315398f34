"""What a window works with: session, view, tasks and the parts that serve them, built and closed
in order. No widget here; tests build one without a window.
"""

from __future__ import annotations

from dataclasses import dataclass

from meshes.body import Body
from viewer.answers import Answers
from viewer.assessing import Assessing
from viewer.autosave import Autosave
from viewer.bridge import Bridge
from viewer.files import PlanFiles
from viewer.grading import Grading
from viewer.needle_desk import NeedleDesk
from viewer.point_desk import PointDesk
from viewer.settings import Preferences
from viewer.slicing import Slicing
from viewer.tasks import Tasks
from viewer.view_state import ViewState
from zones.change import Change
from zones.plan import Plan
from zones.session import Session

_CLOSE_S = 5.0


@dataclass(eq=False)
class Workbench:
    """The collaborators of one window."""

    session: Session
    view: ViewState
    tasks: Tasks
    assessing: Assessing
    grading: Grading
    bridge: Bridge
    desk: NeedleDesk
    points: PointDesk
    slicing: Slicing
    answers: Answers
    files: PlanFiles
    autosave: Autosave
    preferences: Preferences

    def close(self) -> bool:
        """Stop listening, cancel and wait; returns whether every worker has ended."""
        self.assessing.close()
        self.grading.close()
        self.points.close()
        self.slicing.close()
        self.answers.close()
        self.bridge.close()
        return self.tasks.shutdown(_CLOSE_S)


def make_workbench(body: Body, plan: Plan | None, preferences: Preferences) -> Workbench:
    """Build the parts around a body; nothing runs yet.

    Raises
    ------
    ZoneError
        The plan does not go with the body.
    """
    session = Session(body, plan)
    if plan is not None and plan.needles:
        session.select(session.plan.needles[0].id)
    view = ViewState(body)
    tasks = Tasks()

    shown = [body]

    def follow(change: Change) -> None:
        if session.body is not shown[0]:  # a plan opened on the same body keeps the view
            shown[0] = session.body
            view.open(session.body)

    session.subscribe(follow)
    assessing = Assessing(session, tasks)
    desk = NeedleDesk(session)
    return Workbench(
        session, view, tasks, assessing, Grading(session, tasks), Bridge(session),
        desk, PointDesk(session, tasks, assessing), Slicing(session, desk, tasks),
        Answers(session, desk, tasks, assessing),
        PlanFiles(session, preferences), Autosave(session), preferences,
    )  # fmt: skip
