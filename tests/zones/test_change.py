"""The kinds are closed and cover every field; notices arrive once, in order."""

from __future__ import annotations

from dataclasses import fields

import pytest
from plans import small_plan

from meshes.body import Subject
from zones import edits
from zones.change import PLAN_KINDS, Change, ChangeKind, Notices, changed_kinds
from zones.plan import Plan

EDITS = [
    (edits.set_depth("n1", 3.0), ChangeKind.NEEDLES),
    (edits.remove_needle("n1"), ChangeKind.NEEDLES),
    (edits.set_margin("liver", 3.0), ChangeKind.ZONES),
    (edits.set_zone_active("liver", False), ChangeKind.ZONES),
    (edits.set_technique("deep"), ChangeKind.PROTOCOL),
    (edits.answer_screening({"a": "yes"}), ChangeKind.PROTOCOL),
    (edits.set_subject(Subject("male")), ChangeKind.SUBJECT),
    (edits.set_notes("n"), ChangeKind.NOTES),
    (edits.set_title("n"), ChangeKind.NOTES),
    (edits.review("A", "2026-01-01"), ChangeKind.NOTES),
]
IDENTITY = {"body_id", "body_hash", "posture", "schema"}


def test_the_list_is_closed():
    assert len(ChangeKind) <= 10
    assert set(ChangeKind) > PLAN_KINDS


@pytest.mark.parametrize(("edit", "kind"), EDITS)
def test_an_edit_shows_as_its_kind_alone(edit, kind):
    plan = small_plan()
    assert changed_kinds(plan, edit(plan)) == {kind}


def test_no_field_of_a_plan_can_change_unseen():
    from zones.change import _FIELDS

    assert set(_FIELDS) == {f.name for f in fields(Plan)} - IDENTITY


def test_equal_plans_differ_in_nothing():
    assert changed_kinds(small_plan(), small_plan()) == frozenset()


def notice(number):
    return Change(frozenset({ChangeKind.NEEDLES}), "test", number)


def test_a_notice_sent_while_telling_waits_its_turn_for_every_listener():
    notices, heard = Notices(), []

    def first(change):
        heard.append(("first", change.revision))
        if change.revision == 1:
            notices.tell(notice(2))

    notices.subscribe(first)
    notices.subscribe(lambda change: heard.append(("second", change.revision)))
    notices.tell(notice(1))
    assert heard == [("first", 1), ("second", 1), ("first", 2), ("second", 2)]


def test_unsubscribing_twice_and_while_telling_is_harmless():
    notices, heard = Notices(), []
    stop = notices.subscribe(lambda change: (heard.append(change), stop()))
    notices.tell(notice(1))
    notices.tell(notice(2))
    stop()
    assert len(heard) == 1


def test_a_listener_that_fails_leaves_the_notices_usable():
    notices, heard = Notices(), []

    def fail(_change):
        raise RuntimeError("defect")

    stop = notices.subscribe(fail)
    with pytest.raises(RuntimeError):
        notices.tell(notice(1))
    stop()
    notices.subscribe(heard.append)
    notices.tell(notice(2))
    assert [change.revision for change in heard] == [2]
