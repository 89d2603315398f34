"""Latest wins, late results are dropped, closing waits for nobody for long."""

import threading
import time

import pytest

from viewer.tasks import Tasks


@pytest.fixture
def tasks(qapp):
    made = Tasks()
    yield made
    assert made.shutdown(5.0)


def test_a_result_comes_home_to_the_main_thread(tasks, qtbot):
    seen = []
    tasks.submit("a", lambda c: threading.get_ident(), lambda v: seen.append(
        (v, threading.get_ident())))  # fmt: skip
    qtbot.waitUntil(lambda: bool(seen))
    worker, home = seen[0]
    assert home == threading.get_ident() != worker
    assert tasks.is_idle


def test_of_many_with_one_key_only_the_last_is_delivered_and_the_others_hear_it(tasks, qtbot):
    started, gate, seen, heard = threading.Event(), threading.Event(), [], []

    def slow(cancelled):
        started.set()
        gate.wait(5)
        heard.append(cancelled())
        return "old"

    tasks.submit("a", slow, seen.append)
    assert started.wait(5)
    for number in range(20):
        tasks.submit("a", lambda c, n=number: n, seen.append)
    gate.set()
    qtbot.waitUntil(lambda: tasks.is_idle)
    qtbot.wait(30)
    assert seen == [19]
    assert heard == [True]


def test_another_key_is_not_cancelled_and_the_long_lane_does_not_hold_up_the_quick_one(
    tasks, qtbot
):
    gate, seen = threading.Event(), []
    tasks.submit("index", lambda c: gate.wait(5), lambda v: seen.append("index"), lane="long")
    tasks.submit("assess", lambda c: 1, lambda v: seen.append("assess"))
    qtbot.waitUntil(lambda: "assess" in seen)
    assert tasks.is_running("index")
    gate.set()
    qtbot.waitUntil(lambda: "index" in seen)


def test_what_is_quick_enough_is_delivered_before_submit_returns_and_only_once(tasks, qtbot):
    seen = []
    tasks.submit("warm", lambda c: 0, lambda v: None, patience_ms=2000)
    tasks.submit("a", lambda c: 7, seen.append, patience_ms=2000)
    assert seen == [7]
    qtbot.wait(30)
    assert seen == [7]


def test_a_failure_is_told_and_the_lane_lives_on(tasks, qtbot):
    failures, seen = [], []
    tasks.submit("a", lambda c: 1 / 0, seen.append, failures.append)
    tasks.submit("b", lambda c: 2, seen.append)
    qtbot.waitUntil(lambda: seen == [2])
    assert isinstance(failures[0], ZeroDivisionError)


def test_a_slot_that_raises_does_not_reach_the_event_loop(tasks, qtbot, caplog):
    tasks.submit("a", lambda c: 1, lambda v: 1 / 0)
    qtbot.waitUntil(lambda: tasks.is_idle)
    assert "what follows task a failed" in caplog.text


def test_closing_cancels_waits_and_drops_what_comes_too_late(qapp, qtbot):
    tasks, seen = Tasks(), []

    def patient(cancelled):
        until = time.monotonic() + 5
        while not cancelled() and time.monotonic() < until:
            time.sleep(0.005)
        return "late"

    tasks.submit("a", patient, seen.append)
    started = time.monotonic()
    assert tasks.shutdown(4.0)
    assert time.monotonic() - started < 3.0
    qtbot.wait(30)
    assert seen == []
    tasks.submit("b", lambda c: 1, seen.append)
    assert tasks.is_idle


def test_a_worker_that_does_not_listen_is_not_waited_for_beyond_the_time_out(qapp):
    tasks, gate, began = Tasks(), threading.Event(), threading.Event()

    def work(_):
        began.set()
        return gate.wait(10)

    tasks.submit("a", work, lambda v: None)
    assert began.wait(10)  # one that has not begun is dropped, and nobody need wait for it
    started = time.monotonic()
    assert not tasks.shutdown(0.2)
    assert time.monotonic() - started < 2.0
    gate.set()
    assert tasks.shutdown(5.0)
