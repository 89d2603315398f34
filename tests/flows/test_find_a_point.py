"""Find a point by its pain area, read what lies under it, place its stored approach, undo."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel
from shapes import egg_body
from windows import click, pixel_of, press, settle

from meshes.body import load_body
from viewer import describe
from viewer.panels.point_model import STATE
from viewer.theme.palette import LIGHT
from viewer.theme.style import apply, theme
from zones.plan import plan_hash
from zones.point_check import check_point
from zones.points import resolve_point
from zones.skin import nearest_on_skin

pytestmark = pytest.mark.window


@pytest.fixture(scope="module")
def reference():
    return load_body("reference")


def open_points(window):
    bar = window.docks.tabs.tabBar()
    QTest.mouseClick(bar, Qt.MouseButton.LeftButton, pos=bar.tabRect(1).center())
    panel = window.docks.points
    assert panel.isVisible()
    return panel


def choose(panel, row=0):
    at = panel.list.visualRect(panel.model.index(row)).center()
    QTest.mouseClick(panel.list.viewport(), Qt.MouseButton.LeftButton, pos=at)


def said(card):
    return "\n".join(part.text() for part in card.findChildren(QLabel) if part.isVisibleTo(card))


def test_from_the_pain_area_to_a_placed_needle_and_back(open_window, qtbot, reference):
    window = open_window(reference)
    session, panel = window.bench.session, open_points(window)
    before = plan_hash(session.plan)
    QTest.keyClicks(panel.search, "medial scapular border rhomboid major")
    assert panel.model.listed() == [("RMA", "left")]
    choose(panel)
    settle(qtbot, window)

    # The view looks at the point from outside the skin; the point is marked and named.
    found = resolve_point(reference, "RMA", "left")
    at = pixel_of(window, found.entry)
    assert abs(at.x() - window.canvas.widget.width() / 2) < 60
    assert window.canvas.camera.toward_eye @ -found.direction > 0
    assert window.director.points.at([at.x(), at.y()], window.director.screen) == ("RMA", "left")

    # The card: what is sourced, what is convention, what was computed and how.
    check, text = check_point(reference, "RMA", "left"), said(panel.card)
    assert found.point.depth.basis in text
    assert found.point.depth.note in text
    assert found.point.safeguard in text
    assert all(source in text for source in found.point.sources)
    assert describe.verdict_word(check.result.verdict) in text
    assert describe.limit_sentence(check.result) in text
    for zone in check.nearest[:3]:
        assert describe.zone_name(zone) in text
        assert describe.clearance_text(describe.worst_clearance(zone)) in text
    assert plan_hash(session.plan) == before  # looking changes nothing

    # Place it: one step, anchored, exactly the stored approach.
    QTest.mouseClick(panel.card.place, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    [planned] = session.plan.needles
    assert planned.needle == found.needle or np.allclose(planned.needle.tip, found.needle.tip)
    assert (planned.anchor.point_id, planned.anchor.side) == ("RMA", "left")
    assert session.selection == planned.id
    assert window.needle.header.word.text() == describe.verdict_word(check.result.verdict)
    press(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert plan_hash(session.plan) == before
    assert not session.can_undo


def test_a_blocked_point_is_shown_and_cannot_be_placed_and_says_why(open_window, qtbot, reference):
    window = open_window(reference)
    panel = open_points(window)
    QTest.keyClicks(panel.search, "diaphragm")
    row = [key[0] for key in panel.model.listed()].index("DIA")
    choose(panel, row)
    settle(qtbot, window)
    assert panel.model.index(row).data(STATE) == "blocked"
    assert not panel.card.place.isEnabled()
    assert "pleura lies directly beneath" in panel.card.refusal.text()
    QTest.mouseClick(panel.card.place, Qt.MouseButton.LeftButton)
    window.bench.points.place()
    assert window.bench.session.plan.needles == ()


def test_what_the_body_lacks_says_so_and_is_not_drawn(open_window, qtbot):
    window = open_window(egg_body())
    panel = open_points(window)
    settle(qtbot, window)
    states = {panel.model.index(r).data(STATE) for r in range(panel.model.rowCount())}
    assert "found" not in states
    assert "pending" not in states
    assert "absent" in states
    row = [panel.model.index(r).data(STATE) for r in range(panel.model.rowCount())].index("absent")
    panel.list.scrollTo(panel.model.index(row))
    choose(panel, row)
    settle(qtbot, window)
    assert "not on this body" in said(panel.card)
    assert not panel.card.place.isEnabled()
    assert panel.card.refusal.text()
    panel.on_body.click()
    left = {panel.model.index(r).data(STATE) for r in range(panel.model.rowCount())}
    assert "absent" not in left


def test_marks_follow_the_list_and_a_click_on_one_chooses_it(open_window, qtbot, reference):
    window = open_window(reference)
    marks = window.director.points
    panel = open_points(window)
    qtbot.waitUntil(lambda: "looked for" not in panel.count.text(), timeout=120_000)
    everything = len(marks.marks)
    assert everything > 10
    assert all(mark.key[1] == "left" for mark in marks.marks)
    window.actions_by_id["view_posterior"].trigger()
    window.actions_by_id["explore"].trigger()
    settle(qtbot, window)
    QTest.keyClicks(panel.search, "rhomboid")
    assert 0 < len(marks.marks) < everything
    mark = next(m for m in marks.marks if m.key == ("RMI", "left"))
    click(window, pixel_of(window, mark.point))
    settle(qtbot, window)
    assert window.bench.points.chosen == ("RMI", "left")
    QTest.mouseClick(panel.sides["right"], Qt.MouseButton.LeftButton)
    assert all(m.key[1] == "right" for m in marks.marks)
    settle(qtbot, window)
    assert window.bench.points.chosen == ("RMI", "right")  # the card follows to the other side
    panel.landmarks.click()
    used = window.bench.points.found[("RMI", "right")].landmarks
    assert {m.key for m in marks.marks if m.kind == "landmark"} == set(used) != set()
    panel.card.close_button.click()
    assert sum(m.kind == "landmark" for m in marks.marks) > 20
    window.docks.tabs.setCurrentIndex(0)
    assert marks.marks == ()  # out of sight: no clutter
    assert window.bench.session.plan.needles == ()


def purple(window) -> int:
    """How much of the view is tinted as a pain area is."""
    r, g, b = np.moveaxis(window.canvas.screenshot().astype(int), 2, 0)
    return int(((r - g > 25) & (b - g > 12)).sum())


def test_the_pain_area_is_tinted_on_the_skin_told_in_the_card_and_can_be_switched_off(
    open_window, qtbot, reference
):
    window = open_window(reference)
    panel = open_points(window)
    QTest.keyClicks(panel.search, "medial scapular border rhomboid major")
    choose(panel)
    settle(qtbot, window)
    found = window.bench.points.referral
    assert found.drawn == ("medial scapular border",)
    assert window.director.referral.shown is found
    tinted = purple(window)
    assert tinted > 4000
    assert "convention" in said(panel.card)
    QTest.mouseClick(panel.pain, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.pain.height() // 2))
    settle(qtbot, window)
    assert purple(window) < tinted / 4
    assert window.director.referral.shown is None
    QTest.mouseClick(panel.pain, Qt.MouseButton.LeftButton, pos=QPoint(8, panel.pain.height() // 2))
    settle(qtbot, window)
    assert purple(window) > 0.9 * tinted
    window.bench.points.choose(None)
    settle(qtbot, window)
    assert window.director.referral.shown is None


def test_a_click_where_it_hurts_lists_the_points_that_refer_there(open_window, qtbot, reference):
    window = open_window(reference)
    window.docks.show_left(1)
    settle(qtbot, window)
    panel, everything = window.docks.points, window.docks.points.model.rowCount()
    QTest.mouseClick(panel.where, Qt.MouseButton.LeftButton)
    assert window.director.mode == "explore"
    assert "where it hurts" in panel.count.text()
    spot = nearest_on_skin(reference, np.array([-62.0, 95.0, 0.0]))
    click(window, pixel_of(window, spot))
    qtbot.waitUntil(lambda: window.bench.points.hurting is not None, timeout=30_000)
    settle(qtbot, window)
    listed = [key for key, _ in panel.model.listed()]
    assert {"RMA", "RMI"} <= set(listed[:4])
    assert panel.side == "right"
    assert panel.count.text() == f"{len(listed)} points refer pain to this place"
    assert not window.bench.session.plan.needles
    QTest.mouseClick(panel.where, Qt.MouseButton.LeftButton)
    assert panel.model.rowCount() >= everything - 2
    assert window.bench.points.hurting is None


def test_in_another_person_the_points_are_found_again_and_the_card_stays(
    open_window, qtbot, reference
):
    window = open_window(reference)
    panel, desk = open_points(window), window.bench.points
    QTest.keyClicks(panel.search, "rhomboid major")
    choose(panel)
    settle(qtbot, window)
    before = desk.found[("RMA", "left")].entry
    assert window.subject.ask("female", 163.0, 21.0, 0.15)
    settle(qtbot, window)
    assert window.bench.session.body.subject.sex == "female"
    assert {panel.model.index(row).data(STATE) for row in range(len(panel.model.listed()))} == {
        "found"
    }
    assert desk.chosen == ("RMA", "left")
    assert panel.card.isVisible()
    assert desk.check is not None
    assert np.linalg.norm(desk.found[("RMA", "left")].entry - before) > 1.0


def test_everyday_words_and_an_empty_list_that_says_what_to_try(open_window, qtbot, reference):
    window = open_window(reference)
    panel = open_points(window)
    QTest.keyClicks(panel.search, "shoulder blade")
    assert ("RMA", "left") in panel.model.listed()
    panel.search.clear()
    QTest.keyClicks(panel.search, "rhomboid major")
    settle(qtbot, window)
    assert panel.count.text() == "1 point, 1 on this body"
    QTest.keyClicks(panel.search, " xyz")
    assert panel.model.listed() == []
    assert "Nothing found" in panel.count.text()
    settle(qtbot, window)
    assert panel.count.height() >= panel.count.heightForWidth(panel.count.width())
    panel.search.clear()
    QTest.keyClicks(panel.search, "rhomboid")
    panel.region.setCurrentIndex(panel.region.findData("foot"))
    assert panel.model.listed() == []
    assert "region" in panel.count.text()


def test_the_open_card_follows_the_theme(open_window, qtbot, reference):
    """The verdict on the card, its cross and the target keep their contrast in every theme."""
    window = open_window(reference)
    panel = open_points(window)
    QTest.keyClicks(panel.search, "rhomboid major")
    choose(panel)
    settle(qtbot, window)
    verdict = check_point(reference, "RMA", "left").result.verdict
    try:
        for name in ("dark", "contrast"):
            window.bench.preferences.theme = {"dark": "light", "contrast": "dark"}[name]
            window.deeds.next_theme()
            settle(qtbot, window)
            assert theme().name == name
            [word] = [
                part for part in panel.card.findChildren(QLabel)
                if part.text() == describe.verdict_word(verdict) and part.isVisible()
            ]  # fmt: skip
            ink = theme().verdict_text[verdict.value]
            assert ink in word.styleSheet()
            shades = set()
            picture = panel.where.icon().pixmap(18, 18).toImage()
            for x in range(18):
                for y in range(18):
                    if picture.pixelColor(x, y).alpha() > 200:
                        shades.add(picture.pixelColor(x, y).name().upper())
            assert theme().text.upper() in shades
    finally:
        window.bench.preferences.theme = "contrast"
        window.deeds.next_theme()
    assert theme().name == "light"


def test_with_large_text_a_placed_needle_brings_its_verdict_to_the_front(
    open_window, qtbot, qapp, reference
):
    """The points lie over the verdict there: who places one sees what is said of it at once."""
    window = open_window(reference, size=(1920, 1080))
    try:
        apply(qapp, LIGHT, 2.0)
        window.restyle()
        settle(qtbot, window)  # it is laid out anew once its texts have their sizes
        window.docks.show_left(1)
        settle(qtbot, window)
        panel, header = window.docks.points, window.needle.header

        def is_seen():
            return window.rect().contains(header.mapTo(window, header.rect().center()))

        assert panel.isVisible()
        assert not is_seen()
        QTest.keyClicks(panel.search, "rhomboid major")
        panel.reveal(("RMA", "left"))
        settle(qtbot, window)
        assert not is_seen()  # looking takes nobody away
        QTest.mouseClick(panel.card.place, Qt.MouseButton.LeftButton)
        settle(qtbot, window)
        assert len(window.bench.session.plan.needles) == 1
        assert is_seen()
        verdict = window.bench.session.results["assess"].value.needles[0].verdict
        assert header.state == verdict.value
    finally:
        apply(qapp, LIGHT, 1.0)
