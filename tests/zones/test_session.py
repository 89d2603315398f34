"""One notice per thing that happens, a revision that only rises, and no result that is stale."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from plans import needle, random_edit, small_plan
from shapes import egg_body

from zones import edits
from zones.carry import carried_plan
from zones.change import PLAN_KINDS, ChangeKind
from zones.errors import BadPlanError, LockedNeedleError, PostureError
from zones.plan import RAW_COORDINATES, empty_plan
from zones.session import Result, Session, result_for

K = ChangeKind


class Clock:
    now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def session():
    return Session(egg_body(), small_plan(), Clock())


@pytest.fixture
def heard(session):
    changes = []
    session.subscribe(changes.append)
    return changes


def kinds(changes):
    return [change.kinds - {K.HISTORY} for change in changes]


# ---- notices -------------------------------------------------------------------------------------


def test_each_thing_that_happens_is_one_notice(session, heard):
    happenings = [
        lambda: session.apply(edits.set_depth("n1", 5), by="panel"),
        lambda: session.select("n1"),
        lambda: session.undo(),
        lambda: session.redo(),
        lambda: session.accept(result_for(session, "a", {K.NEEDLES}, 1)),
        lambda: session.open(egg_body()),
    ]
    for number, happen in enumerate(happenings, 1):
        happen()
        assert len(heard) == number
    assert heard[0].by == "panel"
    assert kinds(heard)[:5] == [
        {K.NEEDLES}, {K.SELECTION}, {K.NEEDLES}, {K.NEEDLES}, {K.RESULTS},
    ]  # fmt: skip
    assert heard[5].kinds == frozenset(K)


def test_what_changes_nothing_is_silent(session, heard):
    assert not session.apply(edits.set_depth("n1", 20.0))
    assert not session.undo()
    assert not session.redo()
    assert not session.select(None)
    assert not session.cancel_gesture()
    session.end_gesture()
    session.mark_saved()
    assert heard == []
    assert session.revision == 0


def test_an_edit_that_is_refused_changes_nothing(session, heard):
    session.apply(edits.lock("n1"))
    before, revision = session.plan, session.revision
    with pytest.raises(LockedNeedleError):
        session.apply(edits.set_depth("n1", 5), gesture="drag")
    assert (session.plan, session.revision, len(heard)) == (before, revision, 1)
    assert session.gesture is None


def test_the_revision_only_rises_whatever_happens(session):
    random, last = np.random.default_rng(5), session.revision
    for _ in range(300):
        action = random.integers(6)
        if action == 0:
            session.undo()
        elif action == 1:
            session.redo()
        elif action == 2:
            session.cancel_gesture()
        else:
            gesture = [None, "drag", "push"][int(random.integers(3))]
            before, plan = session.revision, session.plan
            changed = session.apply(random_edit(session.plan, random), gesture)
            assert changed == (session.plan != plan) == (session.revision == before + 1)
        assert session.revision >= last
        last = session.revision


def test_undo_of_everything_is_the_first_plan(session):
    random = np.random.default_rng(6)
    for _ in range(200):
        session._clock.now += float(random.choice([0.01, 3.0]))
        session.apply(random_edit(session.plan, random))
    last = session.plan
    while session.can_undo:
        session.undo()
    assert session.plan == small_plan()
    while session.can_redo:
        session.redo()
    assert session.plan == last


# ---- gestures ------------------------------------------------------------------------------------


def test_a_drag_is_one_step_and_esc_leaves_none(session, heard):
    session.begin_gesture("drag")
    for depth in (1, 2, 3):
        session.apply(edits.set_depth("n1", depth), gesture="drag", by="scene")
    assert len(heard) == 3
    session.end_gesture()
    assert session.undo_label == "edit.set_depth"
    session.undo()
    assert session.plan == small_plan()
    assert not session.can_undo
    for depth in (4, 5):
        session.apply(edits.set_depth("n1", depth), gesture="again")
    assert session.cancel_gesture()
    assert session.plan == small_plan()
    assert (session.can_undo, session.redo_label) == (False, "edit.set_depth")


def test_an_edit_outside_the_gesture_closes_it(session):
    session.apply(edits.set_depth("n1", 1), gesture="drag")
    session.apply(edits.rename("n1", "x"))
    session.undo()
    assert session.plan.needle("n1").needle.depth == 1
    session.undo()
    assert session.plan == small_plan()


# ---- selection -----------------------------------------------------------------------------------


def test_selection_follows_the_plan(session, heard):
    session.select("n2")
    session.apply(edits.remove_needle("n2"))
    assert session.selection is None
    assert K.SELECTION in heard[-1].kinds
    with pytest.raises(BadPlanError):
        session.select("n2")
    session.undo()
    session.select("n2")
    assert session.selection == "n2"


# ---- results -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("edit", "verdict", "skin_map"),
    [
        (edits.set_depth("n1", 3), False, True),
        (edits.set_margin("liver", 2.0), False, False),
        (edits.set_notes("x"), True, True),
    ],
)
def test_a_result_is_current_while_what_it_read_is(session, edit, verdict, skin_map):
    session.accept(result_for(session, "verdict", {K.NEEDLES, K.ZONES}, "v"))
    session.accept(result_for(session, "map", {K.ZONES}, "m"))
    session.apply(edit)
    assert ("verdict" in session.results, "map" in session.results) == (verdict, skin_map)
    assert session.last_result("verdict").value == "v"
    session.undo()  # back to the same plan, but the revision is another: not current either
    assert ("verdict" in session.results) == verdict


def test_stale_foreign_and_overtaken_results_are_refused(session, heard):
    old = result_for(session, "verdict", {K.NEEDLES}, "old")
    session.apply(edits.set_depth("n1", 3))
    assert not session.accept(old)
    new = result_for(session, "verdict", {K.NEEDLES}, "new")
    assert not session.accept(replace(new, body_hash="another"))
    assert not session.accept(replace(new, revision=new.revision + 1))
    assert session.accept(new)
    session.apply(edits.set_notes("x"))
    newest = result_for(session, "verdict", {K.NEEDLES}, "newest")
    assert session.accept(newest)
    assert not session.accept(new)
    assert session.results["verdict"].value == "newest"
    assert [k for k in kinds(heard) if k == {K.RESULTS}] == [{K.RESULTS}] * 2


def test_a_result_that_reads_nothing_is_a_mistake(session):
    with pytest.raises(BadPlanError, match="reads nothing"):
        result_for(session, "x", (), 1)


def test_no_result_outlives_its_body(session):
    result = result_for(session, "map", {K.ZONES}, "m")
    session.accept(result)
    session.open(egg_body())
    assert dict(session.results) == {}
    assert session.last_result("map") is None
    assert not session.accept(result)
    assert isinstance(result, Result)


# ---- bodies and files ----------------------------------------------------------------------------


def test_a_plan_on_another_body_is_fitted_flagged_and_cannot_be_undone(session, heard):
    other = replace(egg_body(), content_hash="egg-2")
    session.apply(edits.set_depth("n1", 3))
    session.open(other, by="window")
    assert session.plan.body_hash == "egg-2"
    assert {planned.flag for planned in session.plan.needles} == {RAW_COORDINATES}
    assert session.plan.needle("n1").needle.depth == 3
    assert not session.can_undo
    assert heard[-1].by == "window"
    assert session.is_modified


def to_another(session):
    """Carry the plan to another state of the body; returns both."""
    body, other = session.body, replace(egg_body(), content_hash="egg-2")
    session.carry(other, carried_plan(session.plan, body, other), "edit.person", by="subject")
    return body, other


def test_another_state_of_the_body_is_a_step_and_undo_comes_back_to_the_very_plan(session, heard):
    session.apply(edits.set_depth("n1", 3))
    before = session.plan
    body, other = to_another(session)
    assert session.body is other
    assert (heard[-1].by, heard[-1].kinds) == ("subject", frozenset(K))
    assert session.plan.body_hash == "egg-2"
    assert (session.undo_label, session.undo_body) == ("edit.person", body.id)
    after = session.plan
    session.apply(edits.set_depth("n1", 5))
    assert session.undo_body is None
    assert session.undo()
    assert session.undo("deeds", body)
    assert session.body is body
    assert session.plan is before
    assert (heard[-1].by, heard[-1].kinds) == ("deeds", frozenset(K))
    assert (session.redo_label, session.redo_body) == ("edit.person", other.id)
    assert session.redo("deeds", other)
    assert session.body is other
    assert session.plan is after
    assert session.redo()
    assert session.plan.needle("n1").needle.depth == 5


def test_a_step_to_another_body_is_refused_without_that_body(session, heard):
    session.apply(edits.set_depth("n1", 3))
    body, other = to_another(session)
    before, told = session.plan, len(heard)
    for given in (None, other, replace(egg_body(), content_hash="egg-3")):
        with pytest.raises(BadPlanError, match=body.id):
            session.undo(body=given)
    assert (session.body, session.plan, len(heard)) == (other, before, told)


def test_no_result_of_another_body_is_current_after_undo(session):
    result = result_for(session, "map", {K.ZONES}, "m")
    session.accept(result)
    body, other = to_another(session)
    assert dict(session.results) == {}
    there = result_for(session, "map", {K.ZONES}, "there")
    session.accept(there)
    session.undo(body=body)
    assert dict(session.results) == {}
    assert not session.accept(result)
    assert not session.accept(there)


def test_an_open_gesture_ends_before_another_body(session):
    session.apply(edits.set_depth("n1", 3), gesture="drag")
    body, _ = to_another(session)
    assert session.gesture is None
    session.undo(body=body)
    assert session.plan.needle("n1").needle.depth == 3
    session.undo()
    assert session.plan.needle("n1").needle.depth != 3


def test_another_body_is_a_change_only_of_a_plan_with_needles(session):
    session.mark_saved()
    body, _ = to_another(session)
    assert session.is_modified
    session.undo(body=body)
    assert not session.is_modified

    empty = Session(egg_body())
    to_another(empty)
    assert empty.can_undo
    assert not empty.is_modified
    empty.apply(edits.set_notes("seen"))
    assert empty.is_modified


def test_a_plan_of_another_body_cannot_be_carried_here(session, heard):
    body, before = session.body, session.plan
    with pytest.raises(BadPlanError):
        session.carry(replace(egg_body(), content_hash="egg-2"), before, "edit.person")
    assert (session.body, session.plan, heard) == (body, before, [])


def test_another_posture_is_refused_and_nothing_happens(session, heard):
    seated = replace(egg_body(), content_hash="egg-3", posture="seated")
    before, body = session.plan, session.body
    with pytest.raises(PostureError, match="posture 'standing'"):
        session.open(seated)
    assert (session.plan, session.body, heard) == (before, body, [])
    session.open(seated, empty_plan(seated))
    assert session.body is seated


def test_a_new_session_without_a_plan_is_empty():
    session = Session(egg_body())
    assert session.plan == empty_plan(egg_body())
    assert not session.is_modified
    assert session.plan.needles == ()


def test_modified_follows_the_plan_and_not_the_steps(session, heard):
    session.apply(edits.set_depth("n1", 3))
    assert session.is_modified
    session.undo()
    assert not session.is_modified
    session.redo()
    session.mark_saved()
    assert heard[-1].kinds == {K.HISTORY}
    assert not session.is_modified
    session.undo()
    assert session.is_modified


def test_the_kinds_of_a_plan_can_all_be_heard(session, heard):
    random = np.random.default_rng(8)
    for _ in range(300):
        session.apply(random_edit(session.plan, random))
    assert frozenset().union(*kinds(heard)) >= PLAN_KINDS


def test_an_edit_of_twenty_needles_and_many_margins_is_quick(session):
    import time

    for i in range(20):
        session.apply(edits.add_needle(needle((i, 90, 0))))
    for zone in session.plan.active_zones:
        session.apply(edits.set_margin(zone, 4.0))
    start = time.perf_counter()
    for i in range(200):
        session.apply(edits.set_depth("n7", 1.0 + i), gesture="drag")
    assert (time.perf_counter() - start) / 200 < 0.002
