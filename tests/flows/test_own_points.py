"""Flow: points of one's own: add from a needle, name, note, lock, copy, mirror, exchange, keep."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QFileDialog, QLineEdit
from shapes import egg_body
from windows import click as mouse_click
from windows import pixel_of, press, settle

from viewer.own_points_desk import own_points_path
from zones.needle import Needle

pytestmark = pytest.mark.window
CTRL = Qt.KeyboardModifier.ControlModifier
ENTRY = (70.0, 95.0, 20.0)


@pytest.fixture
def window(open_window, qtbot, home):
    window = open_window(egg_body())
    window.bench.desk.add(Needle(ENTRY, (0, -1, 0), 15.0), length=75.0)
    settle(qtbot, window)
    return window


def opened(window):
    press(window, Qt.Key.Key_M, CTRL)
    shown = [d for d in window.findChildren(QDialog, "own_points") if d.isVisible()]
    return shown[-1].property("made")


def click(made, key):
    QTest.mouseClick(made.buttons[key], Qt.MouseButton.LeftButton)


def names(made):
    return [made.table.item(row, 0).text() for row in range(made.table.rowCount())]


def rename(made, row, text):
    item = made.table.item(row, 0)
    made.table.setCurrentItem(item)
    made.table.editItem(item)
    editor = made.table.viewport().findChild(QLineEdit)
    QTest.keyClicks(editor, text)
    QTest.keyClick(editor, Qt.Key.Key_Return)


def test_from_a_needle_to_a_file_and_back(window, qtbot, tmp_path, monkeypatch):
    made, desk = opened(window), window.bench.answers.own_points
    click(made, "add")
    assert len(desk.kept.points) == 1
    rename(made, 0, "Sore spot")
    qtbot.waitUntil(lambda: desk.kept.points[0].name == "Sore spot")
    QTest.keyClicks(made.notes, "after lifting")
    assert desk.kept.points[0].notes == "after lifting"

    # Locked: neither name nor notes can be changed, and it cannot be removed.
    click(made, "lock")
    assert desk.kept.points[0].locked
    assert not made.notes.isEnabled()
    assert not made.buttons["remove"].isEnabled()
    assert not made.table.item(0, 0).flags() & Qt.ItemFlag.ItemIsEditable
    assert not desk.edit(desk.kept.points[0].id, position=(1, 2, 3))
    assert "locked" in made.told.text()
    click(made, "lock")

    click(made, "duplicate")
    click(made, "mirror")
    assert len(names(made)) == 3
    assert desk.kept.points[2].position[0] < 0 < desk.kept.points[0].position[0]
    click(made, "undo")
    assert len(names(made)) == 2

    # Out and in again, through the dialogs.
    for name in ("points.csv", "points.json"):
        path = tmp_path / name
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, p=path: (str(p), ""))
        monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *a, p=path: (str(p), ""))
        before = desk.kept
        click(made, "export")
        for point in before.points:
            desk.remove(point.id)
        assert names(made) == []
        click(made, "import")
        assert desk.kept == before
    (tmp_path / "points.json").write_text("{")
    click(made, "import")
    assert desk.kept == before
    assert "no JSON" in made.told.text()

    # Placed as a needle: one step of undo in the plan.
    count = len(window.bench.session.plan.needles)
    made.table.selectRow(0)
    click(made, "place")
    assert len(window.bench.session.plan.needles) == count + 1
    assert window.bench.session.plan.needles[-1].needle.entry.tolist() == list(ENTRY)
    window.bench.session.undo()
    assert len(window.bench.session.plan.needles) == count
    made.dialog.close()


def test_they_are_there_next_time_and_a_damaged_file_is_kept(window, qtbot):
    made = opened(window)
    click(made, "add")
    made.dialog.close()
    from viewer.own_points_desk import OwnPointsDesk

    again = OwnPointsDesk(window.bench.session, window.bench.desk)
    assert again.kept == window.bench.answers.own_points.kept
    own_points_path().write_text("no points")
    said = []
    third = OwnPointsDesk(window.bench.session, window.bench.desk)
    third.on_refused = said.append
    assert third.kept.points == ()
    assert "could not be read" in said[0]
    assert [p.read_text() for p in own_points_path().parent.glob("*.damaged*")] == ["no points"]


def test_it_stands_on_the_skin_like_a_pin_and_a_click_on_it_opens_the_list(window, qtbot):
    made, desk = opened(window), window.bench.answers.own_points
    click(made, "add")
    click(made, "duplicate")
    made.dialog.close()
    kept = desk.kept.points[0]
    window.deeds.may_lose_changes = lambda: True
    window.deeds.new_plan()
    window.deeds.look_from("posterior")
    settle(qtbot, window)
    pins = [mark for mark in window.director.points.marks if mark.kind == "own"]
    assert [mark.label for mark in pins] == [point.name for point in desk.kept.points]

    # What is drawn there goes with the point.
    at = pixel_of(window, kept.position)
    ratio = window.canvas.widget.devicePixelRatioF()
    spot = QRect(QPoint(round(at.x() * ratio) - 6, round(at.y() * ratio) - 18), QSize(12, 24))
    there = window.canvas.widget.grab().toImage().copy(spot)
    for point in desk.kept.points:
        desk.remove(point.id)
    settle(qtbot, window)
    assert window.canvas.widget.grab().toImage().copy(spot) != there
    desk.undo()
    settle(qtbot, window)

    window.set_mode("explore")
    mouse_click(window, pixel_of(window, kept.position))
    shown = [d for d in window.findChildren(QDialog, "own_points") if d.isVisible()]
    assert [d.property("made").chosen for d in shown] == [desk.kept.points[0].id]
    shown[0].close()


def test_a_second_call_brings_the_same_list_to_the_front(window, qtbot):
    first = opened(window)
    assert opened(window) is first
    first.dialog.close()
