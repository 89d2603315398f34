"""The range of a clearance in other people: in the panel and in each row's tip, bad side first."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWhatsThis
from shapes import egg_body
from windows import settle

from viewer import describe
from viewer.other_people import brief_range, range_in_full, short_range, uncertainties
from zones.assess import assess
from zones.contributions import COVER
from zones.needle import Needle


@pytest.fixture(scope="module")
def told():
    body = egg_body()
    zones = assess(body, Needle((70.0, 95.0, 20.0), (0, -1, 0), 25.0)).needles[0].zones
    return uncertainties(body), {z.zone_id: z for z in zones}


def test_the_range_is_the_clearance_and_two_sd_and_the_breath_off_the_bad_side(told):
    known, zones = told
    zone = zones["parietal_pleura_left"]
    one = known[zone.zone_id]
    assert one.sd_mm > 1.0
    low = zone.clearance - COVER * one.sd_mm - (one.breath_mm or 0.0)
    high = zone.clearance + COVER * one.sd_mm
    text = short_range(zone, known)
    assert describe.clearance_text(low) in text
    assert describe.clearance_text(high) in text
    assert text.index(describe.clearance_text(low)) < text.index(describe.clearance_text(high))
    full = range_in_full(zone, known)
    assert all(part.id in full for part in one.parts)
    assert all(name in full for name in one.unknown)


def test_what_was_not_measured_has_no_range(told):
    known, zones = told
    lacking = next(z for z in zones.values() if z.clearance is None)
    assert short_range(lacking, known) == ""
    assert range_in_full(lacking, known) == ""


@pytest.mark.window
def test_the_panel_says_it_for_the_deciding_zone_then_for_the_row_chosen(open_window, qtbot):
    window = open_window(egg_body(), size=(1600, 1000))
    window.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), 25.0))
    settle(qtbot, window)
    panel = window.results.zones
    value = panel.model.zone_at(0)
    assert panel.people.isVisible()
    assert panel.people.text == short_range(value, panel.model.known)
    measured = [
        r for r in range(panel.model.rowCount())
        if panel.model.zone_at(r).clearance is not None and panel.model.zone_at(r) is not value
    ]  # fmt: skip
    panel.table.setCurrentIndex(panel.model.index(measured[0], 0))
    assert describe.zone_name(panel.model.zone_at(measured[0])) in panel.people.text
    window.resize(1366, 720)
    window.docks.fit()
    settle(qtbot, window)
    assert not panel.people.isVisible()  # the table needs the room

    # There it stands, shorter, in the last line; a press says all of it, by keys too.
    brief, zone = window.results.people, panel.model.zone_at(measured[0])
    assert brief.isVisible()
    assert brief.text() == brief_range(zone, panel.model.known)
    assert describe.clearance_text(panel.model.known[zone.zone_id].range_of(zone.clearance)[0]) in (
        brief.text()
    )
    assert brief.width() >= brief.sizeHint().width()
    assert brief.accessibleName() == range_in_full(zone, panel.model.known)
    brief.setFocus()
    QTest.keyClick(brief, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: any(
        w.isVisible() and w.inherits("QWhatsThat") for w in QApplication.topLevelWidgets()
    ))  # fmt: skip
    QWhatsThis.hideText()
    window.results.tabs.setCurrentIndex(1)
    assert not brief.isVisible()
    window.results.tabs.setCurrentIndex(0)
    assert brief.isVisible()
    window.bench.desk.remove()
    settle(qtbot, window)
    assert panel.people.text == ""
    assert not brief.isVisible()
