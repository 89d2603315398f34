"""Plans with a cursor: steps, gestures, coalescing by key on a clock of the test's own."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from plans import needle, random_edit, small_plan

from zones import edits
from zones.history import COALESCE_S, History


class Clock:
    def __init__(self):
        self.now = 100.0

    def __call__(self):
        return self.now


def history(clock=None):
    return History(small_plan(), clock or Clock())


def do(h, edit):
    return h.record(edit(h.plan), edit.label_id, edit.key)


def steps(h):
    """How many steps undo takes back; the history is where it was afterwards."""
    count = 0
    while h.undo():
        count += 1
    for _ in range(count):
        assert h.redo()
    return count


@given(st.integers(0, 2**32 - 1))
@settings(max_examples=15, deadline=None)
def test_200_random_edits_undone_are_the_first_plan_and_redone_the_last(seed):
    random, clock = np.random.default_rng(seed), Clock()
    h = History(small_plan(), clock)
    seen = [h.plan]
    for _ in range(200):
        clock.now += random.choice([0.01, 5.0])
        if do(h, random_edit(h.plan, random)):
            seen.append(h.plan)
    last, count = h.plan, steps(h)
    assert 0 < count < len(seen)
    while h.undo():
        assert h.plan in seen
    assert h.plan == small_plan()
    while h.redo():
        pass
    assert h.plan == last


def test_a_no_op_costs_no_step():
    h = history()
    assert not do(h, edits.set_depth("n1", 20.0))
    assert h.undo_label is None
    assert not h.undo()


def test_labels_name_what_is_undone_and_redone():
    h = history()
    do(h, edits.set_depth("n1", 5))
    do(h, edits.rename("n1", "x"))
    assert (h.undo_label, h.redo_label) == ("edit.rename", None)
    h.undo()
    assert (h.undo_label, h.redo_label) == ("edit.set_depth", "edit.rename")
    h.undo()
    assert (h.undo_label, h.redo_label) == (None, "edit.set_depth")


def test_an_edit_after_undo_ends_redo():
    h = history()
    do(h, edits.set_depth("n1", 5))
    h.undo()
    do(h, edits.rename("n1", "x"))
    assert h.redo_label is None
    assert not h.redo()


@pytest.mark.parametrize(("pause", "count"), [(COALESCE_S * 0.9, 1), (COALESCE_S * 1.1, 5)])
def test_nudges_of_one_key_join_while_they_follow_each_other(pause, count):
    clock = Clock()
    h = history(clock)
    for depth in range(1, 6):
        do(h, edits.set_depth("n1", depth))
        clock.now += pause
    assert h.plan.needle("n1").needle.depth == 5
    assert steps(h) == count


@pytest.mark.parametrize(
    "between",
    [edits.set_depth("n2", 7), edits.set_radius("n1", 0.2), edits.add_needle(needle())],
)
def test_another_key_stands_between(between):
    h = history()
    do(h, edits.set_depth("n1", 5))
    do(h, between)
    do(h, edits.set_depth("n1", 6))
    assert steps(h) == 3


def test_edits_without_a_key_never_join():
    h = history()
    for _ in range(3):
        do(h, edits.add_needle(needle()))
    assert steps(h) == 3


def test_a_nudge_after_undo_does_not_join_the_past():
    h = history()
    do(h, edits.set_depth("n1", 5))
    do(h, edits.set_radius("n1", 0.2))
    h.undo()
    do(h, edits.set_depth("n1", 6))
    assert steps(h) == 2
    h.undo()
    assert h.plan.needle("n1").needle.depth == 5


def test_there_and_back_within_a_moment_leaves_no_step():
    h = history()
    do(h, edits.set_depth("n1", 21.0))
    do(h, edits.set_depth("n1", 20.0))
    assert h.plan == small_plan()
    assert h.undo_label is None
    do(h, edits.set_depth("n1", 22.0))
    assert steps(h) == 1


# ---- gestures ------------------------------------------------------------------------------------


def drag(h, depths):
    for depth in depths:
        do(h, edits.set_depth("n1", depth))


def test_a_gesture_is_one_step_with_its_first_label():
    h = history()
    h.begin("drag")
    drag(h, range(1, 9))
    do(h, edits.set_direction("n1", (1, -1, 0)))
    assert h.undo_label == "edit.set_depth"
    h.end()
    assert steps(h) == 1
    h.undo()
    assert h.plan == small_plan()


def test_cancel_restores_the_press_and_the_redo_behind_it():
    h = history()
    do(h, edits.rename("n1", "x"))
    h.undo()
    h.begin("drag")
    drag(h, (1, 2, 3))
    assert h.redo_label is None
    assert h.cancel()
    assert h.plan == small_plan()
    assert (h.undo_label, h.redo_label) == (None, "edit.rename")
    assert not h.cancel()


def test_a_gesture_that_comes_back_leaves_no_step_and_keeps_redo():
    h = history()
    do(h, edits.rename("n1", "x"))
    h.undo()
    h.begin("drag")
    drag(h, (1, 2, 20))
    h.end()
    assert (h.undo_label, h.redo_label) == (None, "edit.rename")


def test_two_gestures_are_two_steps_however_fast():
    h = history()
    for name in ("a", "b"):
        h.begin(name)
        drag(h, (1, 2, 3) if name == "a" else (4, 5))
    h.end()
    assert steps(h) == 2


def test_undo_inside_a_gesture_takes_the_gesture_back():
    h = history()
    do(h, edits.rename("n1", "x"))
    h.begin("drag")
    drag(h, (1, 2))
    assert h.undo()
    assert h.plan.needle("n1").needle.depth == 20.0
    assert h.plan.needle("n1").name == "x"
    assert h.gesture is None
    assert h.redo()
    assert h.plan.needle("n1").needle.depth == 2
