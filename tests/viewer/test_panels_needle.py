"""Needle panel: a control makes one edit; a change moves the control and makes none."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shapes import egg_body

from viewer.needle_desk import NeedleDesk
from viewer.panels.needle import NeedlePanel
from zones import edits
from zones.angles import angles_from_direction, skin_normal
from zones.needle import Needle
from zones.session import Session
from zones.skin import nearest_on_skin


class Clock:
    now = 0.0

    def __call__(self):
        self.now += 10.0  # no two edits are near enough to be one
        return self.now


@pytest.fixture
def session():
    made = Session(egg_body(), clock=Clock())
    entry = nearest_on_skin(made.body, (70.0, 95.0, 10.0))
    made.apply(edits.add_needle(Needle(entry, skin_normal(made.body, entry), 20.0), length=50.0))
    made.select("n1")
    return made


@pytest.fixture
def panel(themed, qtbot, session):
    desk = NeedleDesk(session)
    made = NeedlePanel(desk)
    made.desk = desk
    session.subscribe(lambda change: made.refresh())
    qtbot.addWidget(made)
    made.show()
    yield made
    made.hide()


def needle(session):
    return session.plan.needles[0].needle


def type_into(box, text):
    box.setFocus()
    box.selectAll()
    QTest.keyClicks(box, text)
    QTest.keyClick(box, Qt.Key.Key_Return)


def test_what_is_typed_is_what_the_plan_says(panel, session):
    type_into(panel.depth.box, "31.5")
    assert needle(session).depth == 31.5
    type_into(panel.tilt.box, "20")
    type_into(panel.azimuth.box, "135")
    normal = skin_normal(session.body, needle(session).entry)
    assert angles_from_direction(normal, needle(session).direction) == pytest.approx((20, 135))
    assert needle(session).depth == 31.5


def test_a_change_from_elsewhere_moves_the_controls_and_makes_no_edit(panel, session):
    session.apply(edits.set_depth("n1", 44.4), by="elsewhere")
    revision = session.revision
    assert panel.depth.box.value() == pytest.approx(44.4)
    assert panel.depth.slider.value() == pytest.approx(44.4 * 2, abs=1)
    assert session.revision == revision


def test_a_slider_drag_is_one_step_of_undo(panel, session):
    slider = panel.depth.slider
    slider.setSliderDown(True)
    for ticks in range(42, 70):
        slider.setValue(ticks)
    slider.setSliderDown(False)
    assert needle(session).depth == pytest.approx(34.5)
    session.undo()
    assert needle(session).depth == 20.0
    assert panel.depth.box.value() == 20.0


def test_escape_in_a_slider_drag_ends_it(panel, session):
    slider = panel.depth.slider
    slider.setSliderDown(True)
    slider.setValue(80)
    session.cancel_gesture()
    slider.setValue(90)  # the hand still moves
    assert needle(session).depth == 20.0
    slider.setSliderDown(False)
    assert needle(session).depth == 20.0
    assert panel.depth.slider.value() == 40


def test_the_azimuth_survives_a_needle_set_upright(panel, session):
    panel.desk.set_tilt(30)
    panel.desk.set_azimuth(200)
    panel.desk.set_tilt(0)
    assert panel.azimuth.box.value() == pytest.approx(200)
    panel.desk.set_tilt(30)
    normal = skin_normal(session.body, needle(session).entry)
    assert angles_from_direction(normal, needle(session).direction) == pytest.approx((30, 200))


def test_a_typed_coordinate_changes_that_coordinate_alone(panel, session):
    before = needle(session).entry.copy()
    type_into(panel.entry.boxes[2], "12.5")
    assert needle(session).entry[2] == 12.5
    assert np.array_equal(needle(session).entry[:2], before[:2])  # undisplayed digits kept


def test_depth_beyond_the_needles_length_is_said(panel, session):
    assert not panel.caution.isVisible()
    session.apply(edits.set_depth("n1", 55.0))
    assert "more than this needle's 50 mm" in panel.caution.text()
    assert panel.caution.isVisible()


def test_diameter_and_length_are_chosen_from_the_list(panel, session):
    panel.diameter.setCurrentIndex(panel.diameter.findData(0.35))
    panel.diameter.activated.emit(panel.diameter.currentIndex())
    assert needle(session).radius == pytest.approx(0.175)
    panel.length.setCurrentIndex(panel.length.findData(75.0))
    panel.length.activated.emit(panel.length.currentIndex())
    assert session.plan.needles[0].length == 75.0


def test_a_locked_needle_cannot_be_changed_and_says_so(panel, session):
    panel.head.lock.click()
    assert session.plan.needles[0].locked
    assert not panel.depth.isEnabled()
    assert "Locked" in panel.caution.text()
    refused = []
    panel.desk.on_refused = refused.append
    panel.desk.set_depth(40.0)
    assert needle(session).depth == 20.0
    assert "locked" in refused[0]
    panel.head.lock.click()
    assert panel.depth.isEnabled()


def test_add_choose_and_remove(panel, session):
    panel.head.add.click()
    assert [p.id for p in session.plan.needles] == ["n1", "n2"]
    assert session.selection == "n2"
    panel.head.choice.setCurrentIndex(0)
    panel.head.choice.activated.emit(0)
    assert session.selection == "n1"
    panel.head.remove.click()
    assert [p.id for p in session.plan.needles] == ["n2"]


def test_nudges_move_the_entry_point_along_the_skin(panel, session):
    start = needle(session).entry.copy()
    panel.desk.slide(0.0, 1.0)
    moved = needle(session).entry - start
    assert np.linalg.norm(moved) == pytest.approx(1.0, abs=0.1)
    assert moved[2] > 0.7  # towards the head
    gap = needle(session).entry - nearest_on_skin(session.body, needle(session).entry)
    assert np.abs(gap).max() < 1e-9


def test_without_a_needle_nothing_can_be_set(themed, qtbot):
    session = Session(egg_body())
    desk = NeedleDesk(session)
    panel = NeedlePanel(desk)
    qtbot.addWidget(panel)
    assert not panel.depth.isEnabled()
    for verb in (desk.add_beside, desk.remove, lambda: desk.push(1), lambda: desk.turn(1, 1)):
        verb()
    assert session.plan.needles == ()
    assert not session.can_undo


def test_undo_comes_back_to_the_azimuth_of_a_needle_that_stood_upright(panel, session):
    desk = panel.desk
    desk.set_tilt(30.0)
    desk.set_azimuth(120.0)
    desk.set_tilt(0.0)
    assert desk.angles() == pytest.approx((0.0, 120.0), abs=1e-6)
    entry_normal = desk.normal()
    from zones.angles import direction_from_angles

    session.apply(edits.set_direction("n1", direction_from_angles(entry_normal, 25.0, 240.0)))
    assert desk.angles() == pytest.approx((25.0, 240.0), abs=1e-6)
    session.undo()
    assert desk.angles() == pytest.approx((0.0, 120.0), abs=1e-6)


def test_when_the_needle_is_gone_its_numbers_are_gone(panel, session):
    session.apply(edits.remove_needle("n1"))
    shown = [box.value() for box in panel.entry.boxes]
    assert [*shown, panel.depth.box.value(), panel.tilt.box.value()] == [0.0] * 5
