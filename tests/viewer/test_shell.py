"""The danger shell in the window: the range's own offset, the deciding zone, never a stale one."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtCore import Qt
from shapes import egg_body
from windows import press, settle

from viewer import describe, shell_desk
from viewer.appearance import default_appearance
from viewer.other_people import uncertainties
from viewer.scene.cube import cube_box
from viewer.scene.shell import CAPTION, KEY, shell_mesh
from zones import edits
from zones.assessment import Verdict
from zones.contributions import COVER, zone_uncertainty
from zones.danger import danger_zones
from zones.needle import Needle

pytestmark = pytest.mark.window
CTRL = Qt.KeyboardModifier.ControlModifier
WITHIN = "The needle is within the shell."


@pytest.fixture
def window(open_window, qtbot):
    """The eggs with a needle whose tip is near the left pleura."""
    made = open_window(egg_body(), size=(1600, 1000))
    made.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), 20.0), length=75.0)
    settle(qtbot, made)
    return made


def picture(window):
    return window.canvas.widget.grab().toImage()


def switched(window, qtbot):
    press(window, Qt.Key.Key_7, CTRL)
    settle(qtbot, window)
    return window.explore.answers.shell


def moved(window, needle):
    planned = window.bench.desk.planned
    window.bench.session.apply(edits.place(planned.id, needle), by="test")


def value_of(window):
    return window.bench.session.results["assess"].value.needles[0]


def spread_of(window, zone_id):
    body = window.bench.session.body
    return zone_uncertainty(body, next(z for z in danger_zones(body) if z.id == zone_id))


def test_one_key_shows_it_and_takes_it_away(window, qtbot):
    scene, action = window.explore.answers.shell, window.actions_by_id["shell"]
    assert scene.shown is None
    assert not action.isChecked()
    plain = picture(window)
    switched(window, qtbot)
    assert action.isChecked()
    assert len(scene.shown.triangles) > 100
    assert scene.caption == window.bench.answers.shell.words != ""
    settle(qtbot, window)
    shown = picture(window)
    assert shown != plain
    switched(window, qtbot)
    assert not action.isChecked()
    assert scene.shown is None
    assert scene.caption == window.bench.answers.shell.words == ""
    settle(qtbot, window)
    assert picture(window) == plain


def test_its_offset_is_what_the_range_of_the_deciding_zone_takes_off(window, qtbot):
    scene = switched(window, qtbot)
    first = describe.deciding_zone(value_of(window))
    known = spread_of(window, first.zone_id)
    assert scene.shown.zone_id == first.zone_id == "parietal_pleura_left"
    assert known.breath_mm > 0.0  # the eggs stand still
    assert scene.shown.offset_mm == pytest.approx(COVER * known.sd_mm + known.breath_mm)
    low, _ = known.range_of(first.clearance)
    assert scene.shown.offset_mm == pytest.approx(first.clearance - low)
    body = window.bench.session.body
    assert scene.color == default_appearance(body["parietal_pleura_left"]).color


def test_the_words_say_within_exactly_when_the_bad_side_of_the_range_is_a_breach(window, qtbot):
    scene, desk = switched(window, qtbot), window.bench.answers.shell
    panel, said = window.results.zones, set()
    for depth in (5.0, 12.0, 15.0, 18.0, 20.0, 24.0, 34.0):
        window.bench.desk.set_depth(depth)
        settle(qtbot, window)
        zone = desk.zone
        known = uncertainties(window.bench.session.body)[zone.zone_id]
        within = known.range_of(describe.worst_clearance(zone))[0] <= 0.0
        said.add(within)
        assert desk.is_within == within
        assert (WITHIN in desk.words) == within
        assert (WITHIN in scene.caption) == within
        assert (WITHIN in panel.people.text) == (within and zone == panel.model.zone_at(0))
        # And so it is drawn: the needle's wall is nearer to the zone than the shell.
        assert (zone.clearance <= scene.shown.offset_mm) == within
        assert scene.shown.zone_id == zone.zone_id
    assert said == {True, False}
    assert WITHIN in panel.people.text
    switched(window, qtbot)
    assert WITHIN not in panel.people.text


def test_it_follows_the_needle_to_another_zone_and_is_not_drawn_meanwhile(window, qtbot):
    scene, desk = switched(window, qtbot), window.bench.answers.shell
    left = scene.shown
    seen = []
    desk.on_change.append(lambda: seen.append(desk.current))
    moved(window, Needle((-70.0, 95.0, 20.0), (0, -1, 0), 20.0))
    assert scene.shown is not left
    settle(qtbot, window)
    assert scene.shown.zone_id == "parietal_pleura_right"
    assert scene.shown.points[:, 0].mean() < 0.0
    assert not any(shell is left for shell in seen)
    # Along the same zone the piece goes with the needle.
    moved(window, Needle((-70.0, 90.0, -60.0), (0, -1, 0), 20.0))
    settle(qtbot, window)
    assert abs(scene.shown.box.mean(axis=0)[2] + 60.0) < 13.0


def test_a_row_of_the_table_chooses_the_zone_and_unknown_has_no_shell_and_says_so(window, qtbot):
    scene, desk = switched(window, qtbot), window.bench.answers.shell
    panel = window.results.zones
    rows = {panel.model.zone_at(r).zone_id: r for r in range(panel.model.rowCount())}

    def choose(zone_id):
        panel.table.setCurrentIndex(panel.model.index(rows[zone_id], 0))
        settle(qtbot, window)

    choose("lung_left")
    assert describe.deciding_zone(value_of(window)).zone_id != "lung_left"
    assert scene.shown.zone_id == "lung_left"
    assert (WITHIN in panel.people.text) == desk.is_within
    choose("heart")
    assert spread_of(window, "heart").unknown == ("breathing",)
    assert scene.shown is None
    assert "not known; no shell" in scene.caption
    assert not desk.is_within
    unmeasured = next(z for z in value_of(window).zones if z.clearance is None)
    choose(unmeasured.zone_id)
    assert scene.shown is None
    assert "Unknown is not clear" in scene.caption
    panel.chips[Verdict.NOT_ASSESSED].click()  # other rows: none is chosen any more
    settle(qtbot, window)
    assert scene.shown.zone_id == describe.deciding_zone(value_of(window)).zone_id


def test_where_what_decides_was_not_measured_the_shell_does_not_speak_for_it(window, qtbot):
    scene = switched(window, qtbot)
    window.bench.desk.set_depth(2.0)
    settle(qtbot, window)
    first = describe.deciding_zone(value_of(window))
    assert first.verdict is Verdict.NOT_ASSESSED
    assert first.clearance is None
    assert scene.caption.startswith(describe.zone_name(first))
    assert "Unknown is not clear" in scene.caption
    assert scene.shown.zone_id != first.zone_id


def test_through_the_breath_the_shell_is_where_the_verdict_is_taken(window, qtbot):
    scene, desk = switched(window, qtbot), window.bench.answers.shell
    plain = scene.shown.offset_mm
    window.bench.assessing.look_through_breath(True)
    settle(qtbot, window)
    zone = desk.zone
    assert zone.clearance_worst < zone.clearance
    assert scene.shown.offset_mm == pytest.approx(plain + zone.clearance - zone.clearance_worst)
    low, _ = spread_of(window, zone.zone_id).range_of(zone.clearance_worst)
    assert (zone.clearance <= scene.shown.offset_mm) == (low <= 0.0) == desk.is_within


def test_what_fails_is_said_and_not_tried_for_ever(window, qtbot, monkeypatch):
    tries = []

    def broken(*_, **__):
        tries.append(1)
        raise ValueError("no room")

    monkeypatch.setattr(shell_desk, "danger_shell", broken)
    scene, desk = switched(window, qtbot), window.bench.answers.shell
    assert scene.shown is None
    assert "no room" in scene.caption
    desk.refresh()
    settle(qtbot, window)
    assert len(tries) == 1


def test_too_far_away_and_no_needle_are_said(window, qtbot):
    scene, desk = switched(window, qtbot), window.bench.answers.shell
    far = replace(scene.shown, points=scene.shown.points + 200.0)
    assert shell_desk._is_out_of_sight(far)
    assert not shell_desk._is_out_of_sight(scene.shown)
    window.bench.desk.remove()
    settle(qtbot, window)
    assert scene.shown is None
    assert "once there is a needle" in desk.words
    assert scene.caption == desk.words


def test_the_menu_keeps_its_mark_and_the_new_panel_its_words_in_another_language(window, qtbot):
    switched(window, qtbot)
    window.deeds.speak("de")
    settle(qtbot, window)
    assert window.actions_by_id["shell"].isChecked()
    assert window.bench.answers.shell.within_words in window.results.zones.people.text
    window.deeds.speak("en")


def test_the_piece_fades_before_its_rim(window, qtbot):
    shell = switched(window, qtbot).shown
    mesh = shell_mesh(shell, (0.2, 0.4, 0.6))
    rim = np.linalg.norm(shell.points - shell.box.mean(axis=0), axis=1)
    half = 0.5 * np.ptp(shell.box, axis=0).min()
    assert (mesh.colors[rim >= half, 3] == 0).all()
    assert mesh.colors[:, 3].max() > 60
    assert (mesh.colors[:, 3] < 200).all()  # what lies within is seen through it
    assert {KEY, CAPTION} == {"shell", "shell/caption"}


def test_its_words_keep_off_the_cube_in_a_narrow_view(window, qtbot):
    """Measured in the picture: what changes when the words are taken away."""
    window.resize(1366, 768)
    window.docks.fit()
    settle(qtbot, window)
    switched(window, qtbot)
    with_it = window.canvas.screenshot().astype(int)
    window.canvas.remove(CAPTION)
    without = window.canvas.screenshot().astype(int)
    columns = np.flatnonzero(np.abs(with_it - without).max(axis=(0, 2)) > 40)
    left = columns.min() / window.canvas.widget.devicePixelRatioF()
    assert left > cube_box(window.director.screen)[2]
    assert columns.size > 100
