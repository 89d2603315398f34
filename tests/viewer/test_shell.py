"""The danger shell in the window: the range's own offset, the deciding zone, never a stale one."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from windows import press, settle

from meshes.body import load_body
from zones.contributions import COVER, zone_uncertainty
from zones.danger import danger_zones
from zones.needle import Needle
from zones.skin import nearest_on_skin

CTRL = Qt.KeyboardModifier.ControlModifier


@pytest.fixture
def window(open_window, qtbot):
    body = load_body("reference")
    made = open_window(body)
    entry = nearest_on_skin(body, (62.0, 100.0, -10.0))
    made.bench.desk.add(Needle(entry, (0.1, -1.0, 0.0), 12.0), length=75.0)
    settle(qtbot, made)
    return made


def picture(window):
    return window.canvas.widget.grab().toImage()


@pytest.mark.window
def test_the_shell_in_the_window(window, qtbot):
    desk, session = window.bench.answers.shell, window.bench.session
    assert window.explore.answers.shell.shown is None
    plain = picture(window)
    press(window, Qt.Key.Key_7, CTRL)
    settle(qtbot, window)
    shown = window.explore.answers.shell.shown
    assert shown is not None
    assert window.actions_by_id["shell"].isChecked()
    assert picture(window) != plain

    # Its offset is what the range takes off the bad side, for the zone that decides.
    value = session.results["assess"].value.needles[0]
    zone = next(z for z in danger_zones(session.body) if z.id == shown.zone_id)
    known = zone_uncertainty(session.body, zone)
    assert shown.offset_mm == COVER * known.sd_mm + known.breath_mm
    told = {z.zone_id: z for z in value.zones}
    worst = min(told.values(), key=lambda z: z.clearance - z.margin)
    assert shown.zone_id == worst.zone_id or told[shown.zone_id].verdict == worst.verdict

    # Within exactly when the bad side of the range is a breach, in words too.
    for depth in (4.0, 12.0, 24.0, 34.0):
        window.bench.desk.set_depth(depth)
        settle(qtbot, window)
        zone_now, sure = desk._zone()
        low = sure.range_of(zone_now.clearance)[0]
        assert desk.is_within == (low <= 0.0)
        assert ("within the shell" in desk.words) == (low <= 0.0)
        assert desk.current is None or desk.current.zone_id == zone_now.zone_id

    press(window, Qt.Key.Key_7, CTRL)
    settle(qtbot, window)
    assert window.explore.answers.shell.shown is None
    assert desk.words == ""
