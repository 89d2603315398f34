"""Flow: the needles of a plan side by side: answers, pairs, technique, electrodes, undo."""

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QDialog, QLineEdit
from shapes import egg_body
from windows import press, settle

from viewer import describe
from viewer.assessing import current
from zones.needle import Needle
from zones.pairs import electrodes, needle_pair, pair_table
from zones.techniques import techniques

pytestmark = pytest.mark.window
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
NAME, PAIR, VERDICT, DEPTH, LIMIT, CLEARANCE, NEAREST, UNKNOWN, ANGLES, LENGTH = range(10)


@pytest.fixture
def window(open_window, qtbot, home):
    window = open_window(egg_body())
    for x, depth in ((70.0, 8.0), (-70.0, 60.0)):
        window.bench.desk.add(Needle((x, 95.0, 20.0), (0, -1, 0), depth), length=75.0)
    settle(qtbot, window)
    return window


def opened(window):
    press(window, Qt.Key.Key_N, CTRL | SHIFT)
    shown = [d for d in window.findChildren(QDialog, "needles_dialog") if d.isVisible()]
    return shown[-1].property("made")


def row_of(made, row, table=None):
    table = made.table if table is None else table
    return [table.item(row, column).text() for column in range(table.columnCount())]


def choose(made, technique_id):
    """Choose by keys: from none, at the top of the list, down to it."""
    choice = made.card.choice
    choice.setFocus()
    for _ in range(choice.findData(technique_id)):
        QTest.keyClick(choice, Qt.Key.Key_Down)


def add(window, qtbot, x, z=20.0, depth=12.0):
    window.bench.desk.add(Needle((x, 95.0, z), (0, -1, 0), depth))
    settle(qtbot, window)


def test_two_needles_are_listed_with_what_was_found_for_them(window, qtbot):
    made, session = opened(window), window.bench.session
    assert made.table.rowCount() == 2
    verdicts = set()
    for row, planned in enumerate(session.plan.needles):
        value, texts = current(session, planned.id), row_of(made, row)
        least = min(c for z in value.zones if (c := describe.worst_clearance(z)) is not None)
        where = [z for z in value.zones if describe.worst_clearance(z) == least]
        unknown = describe.unknown_count(value)
        assert texts[VERDICT] == describe.verdict_word(value.verdict)
        assert texts[CLEARANCE] == f"{describe.clearance_text(least)} mm"
        assert texts[NEAREST] in {describe.zone_name(z) for z in where}
        assert texts[UNKNOWN] == (describe.zone_count(unknown) if unknown else "none")
        assert texts[LIMIT] == describe.limit_sentence(value)
        assert (texts[DEPTH], texts[LENGTH]) == (f"{planned.needle.depth:.1f} mm", "75 mm")
        assert not made.table.item(row, VERDICT).icon().isNull()
        verdicts.add(value.verdict)
    assert len(verdicts) == 2
    assert not made.start.isVisible()
    made.dialog.close()


def test_a_row_is_the_selection_and_the_selection_a_row(window, qtbot):
    made, session = opened(window), window.bench.session
    ids = [planned.id for planned in session.plan.needles]
    assert made.marked == [session.selection] == [ids[1]]
    made.table.setFocus()
    QTest.keyClick(made.table, Qt.Key.Key_Up)
    assert session.selection == ids[0]
    assert window.needle.panel.head.choice.currentData() == ids[0]
    session.select(ids[1])
    assert made.marked == [ids[1]]
    assert made.table.currentRow() == 1

    # A name typed into the table is the plan's, and one step of undo; a lock does not forbid it.
    window.bench.desk.lock(True)
    item = made.table.item(1, NAME)
    made.table.editItem(item)
    editor = made.table.viewport().findChild(QLineEdit)
    QTest.keyClicks(editor, "Low one")
    QTest.keyClick(editor, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: session.plan.needles[1].name == "Low one")
    assert not item.icon().isNull()
    session.undo()
    assert made.table.item(1, NAME).text() == "Needle 2"
    made.dialog.close()


def test_a_moved_needle_shows_no_number_until_there_is_a_new_one(window, qtbot, monkeypatch):
    made, session, assessing = opened(window), window.bench.session, window.bench.assessing
    before = row_of(made, 1)
    compute = assessing.compute
    monkeypatch.setattr(assessing, "compute", lambda *a, **k: None)
    window.bench.desk.set_depth(9.0)
    late = row_of(made, 1)
    assert late[VERDICT] == "computing…"
    assert late[LIMIT] == late[CLEARANCE] == late[NEAREST] == late[UNKNOWN] == "…"
    assert late[DEPTH] == "9.0 mm"
    assert row_of(made, 0)[CLEARANCE] == "…"
    monkeypatch.undo()
    compute()
    settle(qtbot, window)
    assessing.failure = "out of luck"
    with monkeypatch.context() as patch:  # unknown, never a number nor a verdict of before
        patch.setattr(assessing, "compute", lambda *a, **k: None)
        window.bench.desk.set_depth(9.5)
        made.refresh()
        assert row_of(made, 1)[VERDICT] == "Not assessed"
        assert row_of(made, 1)[CLEARANCE] == "–"
        window.bench.desk.set_depth(9.0)
    compute()
    settle(qtbot, window)
    after = row_of(made, 1)
    value = current(session, session.plan.needles[1].id)
    assert after[VERDICT] == describe.verdict_word(value.verdict) != before[VERDICT]
    assert after[CLEARANCE] != before[CLEARANCE]
    session.undo()
    settle(qtbot, window)
    assert row_of(made, 1) == before
    made.dialog.close()


def test_the_distances_are_those_of_the_core_nearest_first_and_cut_at_twenty(window, qtbot):
    for k in range(5):
        add(window, qtbot, 70.0, 30.0 + 7.3 * k)
    made, plan = opened(window), window.bench.session.plan
    settle(qtbot, window)
    named = [(p.id, p.needle) for p in plan.needles]
    want = sorted(pair_table(named), key=lambda pair: pair.distance)
    assert len(want) == 21
    assert made.pairs.rowCount() == 20
    assert made.pairs_note.text() == "The 20 nearest of 21 pairs."
    for row, pair in enumerate(want[:20]):
        texts = row_of(made, row, made.pairs)
        assert texts[:2] == [f"Needle {pair.first[1:]}", f"Needle {pair.second[1:]}"]
        for text, true in ((texts[2], pair.distance), (texts[5], pair.tips)):
            shown = float(text.removesuffix(" mm"))
            assert true - 0.1 < shown <= true
            assert math.isclose(shown * 10, math.floor(true * 10))

    # One over the other: they touch.
    window.bench.desk.add_beside()
    settle(qtbot, window)
    assert row_of(made, 0, made.pairs)[2] == "touching"
    made.dialog.close()


def test_a_technique_is_one_step_and_says_what_is_against_it(window, qtbot):
    made, session = opened(window), window.bench.session
    label = session.undo_label
    made.card.choice.activated.emit(made.card.choice.findData("superficial"))
    assert session.plan.technique == "superficial"
    assert made.card.findings.texts == [
        "Needle 2: 60.0 mm is deeper than the 10 mm of this technique."
    ]
    tip = made.card.choice.toolTip()
    assert "5 to 10 mm" in tip
    assert techniques()["superficial"].sources[0] in tip
    window.bench.desk.set_depth(10.001)
    assert made.card.findings.texts == [
        "Needle 2: 10.1 mm is deeper than the 10 mm of this technique."
    ]
    window.bench.desk.set_depth(4.999)
    assert made.card.findings.texts == [
        "Needle 2: 4.9 mm is less deep than the 5 mm of this technique."
    ]
    window.bench.desk.set_depth(9.0)
    assert made.card.findings.texts == []
    assert made.card.kept.isVisible()
    while session.plan.technique:
        undone = session.undo_label
        press(made.dialog, Qt.Key.Key_Z, CTRL)
    assert undone == "edit.set_technique"
    assert session.undo_label == label
    assert made.card.choice.currentData() == ""
    assert made.card.findings.texts == []

    choose(made, "electrical")  # by keys alone
    assert session.plan.technique == "electrical"
    made.dialog.close()


def test_two_chosen_needles_become_a_pair_and_what_lies_between_is_said(window, qtbot):
    add(window, qtbot, 60.0, depth=70.0)
    made, session, bench = opened(window), window.bench.session, window.bench
    assert made.table.isColumnHidden(PAIR)
    made.card.choice.activated.emit(made.card.choice.findData("electrical"))
    settle(qtbot, window)
    first, second, third = (planned.id for planned in session.plan.needles)
    assert not made.table.isColumnHidden(PAIR)
    assert [row_of(made, row)[PAIR] for row in range(3)] == ["1", "1", "–"]
    assert "Needle 3 has no partner." in made.card.findings.texts

    # Rows two and three, by keys.
    made.dialog.activateWindow()
    QTest.qWaitForWindowActive(made.dialog)
    made.table.setFocus()
    session.select(second)
    assert not made.card.pair.isEnabled()
    QTest.keyClick(made.table, Qt.Key.Key_Down, SHIFT)
    assert made.marked == [second, third]
    steps = session.undo_label
    QTest.mouseClick(made.card.pair, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert steps != session.undo_label == "edit.pair_needles"
    assert [planned.id for planned in session.plan.needles] == [third, second, first]
    assert [row_of(made, row)[PAIR] for row in range(3)] == ["1", "1", "–"]

    body, zones = session.body, bench.assessing.zones_now()
    (want,) = electrodes(body, session.plan, zones, index=bench.assessing.index)
    names = {zone.id: describe.zone_name(zone) for zone in zones}
    said = made.card.between.texts
    assert "Needle 3 and Needle 2" in said[0]
    assert f"{describe.clearance_text(want.pair.distance)} mm apart" in said[0]
    assert want.zone_ids
    assert all(names[i] in said[1] for i in want.zone_ids)
    assert want.unknown
    assert all(names[i] in said[2] for i in want.unknown)
    assert "Unknown is not clear" in said[2]

    # The dialog follows undo, and the one that stays alone can be chosen.
    press(made.dialog, Qt.Key.Key_Z, CTRL)
    settle(qtbot, window)
    assert "Needle 1 and Needle 2" in made.card.between.texts[0]
    session.select(first)
    assert made.marked == [first]
    QTest.mouseClick(made.card.release, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert session.plan.needles[-1].id == first
    assert "Needle 1 has no partner." in made.card.findings.texts

    assert made.marked == [first]
    assert not made.card.release.isEnabled()  # it has none already

    # A number from before a move is never shown after it.
    session.select(second)
    bench.desk.set_depth(30.0)
    assert made.card.between.texts == ["computing…"]
    settle(qtbot, window)
    other = needle_pair(*((p.id, p.needle) for p in session.plan.needles[:2]))
    assert f"{describe.clearance_text(other.distance)} mm apart" in made.card.between.texts[0]

    # In an even number nobody stays alone.
    add(window, qtbot, -60.0)
    assert not made.card.release.isEnabled()
    assert "even number" in made.card.release.toolTip()
    made.dialog.close()


def test_one_needle_none_and_a_second_call(window, qtbot):
    made = opened(window)
    assert opened(window) is made
    for left, said in ((1, "add a second"), (0, "click the skin")):
        window.bench.desk.remove()
        assert made.table.rowCount() == left
        assert made.table.isVisible() == bool(left)
        assert made.start.isVisible()
        assert "side by side" in made.start.words.text()
        assert said in made.start.words.text()
        assert made.start.add.isVisible() == bool(left)
        assert not made.pairs.isVisible()
    made.dialog.close()


def test_a_second_needle_is_added_from_the_table(window, qtbot):
    """One needle: what the table is for, that needle, and a button that adds another."""
    window.bench.desk.remove()
    made = opened(window)
    low = made.dialog.height()
    add = made.start.add
    assert add.accessibleName()
    assert low <= made.dialog.minimumSizeHint().height() + 200  # no empty page below
    QTest.mouseClick(add, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert made.table.rowCount() == 2
    assert not made.start.isVisible()
    assert made.pairs.isVisible()
    page = made.table.parentWidget()
    assert page.height() <= page.parentWidget().height()  # grown: nothing is scrolled away
    press(made.dialog, Qt.Key.Key_Z, CTRL)
    assert made.table.rowCount() == 1
    assert made.start.isVisible()
    made.dialog.close()


def test_too_few_needles_for_electrodes_is_said(window):
    made, session = opened(window), window.bench.session
    for _ in range(2):
        window.bench.desk.remove()
    made.card.choice.activated.emit(made.card.choice.findData("electrical"))
    assert "Too few needles" in made.card.findings.texts[0]
    while session.undo():
        pass
    made.dialog.close()


def test_every_control_speaks_and_is_reached_by_keys(window, qtbot):
    made = opened(window)
    made.card.choice.activated.emit(made.card.choice.findData("electrical"))
    settle(qtbot, window)
    kinds = [w for w in made.dialog.findChildren(QAbstractButton) if w.isVisible() and w.text()]
    controls = [*kinds, made.table, made.pairs, made.card.choice]
    assert len(controls) >= 6
    for widget in controls:
        assert widget.accessibleName() or widget.text()
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus
    made.dialog.close()


@pytest.mark.parametrize("count", [2, 3, 4, 5])
def test_any_two_can_be_paired_and_nothing_else_changes(count):
    from zones.edits import add_needle
    from zones.plan import Plan
    from zones.techniques import paired, released

    plan = Plan("body", "hash")
    for k in range(count):
        plan = add_needle(Needle((10.0 * k, 0, 0), np.array([0, -1.0, 0]), 10.0))(plan)
    ids = [planned.id for planned in plan.needles]
    for one in ids:
        for two in ids:
            if one == two:
                continue
            made = paired(plan, one, two)
            order = [planned.id for planned in made.needles]
            assert order.index(one) // 2 == order.index(two) // 2
            assert sorted(order) == sorted(ids)
            assert {p.id: p for p in made.needles} == {p.id: p for p in plan.needles}
        assert released(plan, one).needles[-1].id == one
