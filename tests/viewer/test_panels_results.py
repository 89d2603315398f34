"""Verdict header and clearance table: only what is current has numbers."""

import pytest
from PySide6.QtCore import Qt

from viewer.panels.layers import LayersPanel
from viewer.panels.verdict import VerdictHeader
from viewer.panels.zone_model import CLEARANCE, LIMIT, NAME, VERDICT, ZoneModel
from viewer.panels.zones import ZonesPanel
from viewer.theme.palette import VERDICT_FILL
from zones.assessment import LayerSpan, NeedleAssessment, Verdict, ZoneResult
from zones.needle import Needle


def zone(zone_id, verdict, clearance, side="left"):
    return ZoneResult(
        zone_id, zone_id, side, ("s",), 10.0, clearance, clearance,
        None if clearance is None else 12.0, None, None, 30.0, 25.09, verdict,
    )  # fmt: skip


ZONES = (
    zone("aorta", Verdict.CLEAR, 44.0, "mid"),
    zone("pleura", Verdict.BREACH, -4.21),
    zone("kidney", Verdict.NOT_ASSESSED, None, "right"),
    zone("lung", Verdict.WITHIN_MARGIN, 3.0),
)
LAYERS = (
    LayerSpan("skin", 0.0, 200.0), LayerSpan("rib", 12.0, 18.0, bone=True),
    LayerSpan("pleura", 24.0, None),
)  # fmt: skip


def assessed(zones=ZONES, verdict=Verdict.BREACH, limit=20.0):
    return NeedleAssessment(
        Needle((0, 0, 0), (0, -1, 0), 20.0), verdict, limit, 300.0, zones, LAYERS
    )


@pytest.fixture
def header(themed, qtbot):
    made = VerdictHeader()
    qtbot.addWidget(made)
    made.resize(420, made.height())
    return made


def digits(header):
    texts = [header.word.text(), header.reason.text()]
    texts += [part.text() for part in header._facts if part.isVisibleTo(header)]
    return any(c.isdigit() for c in " ".join(texts))


def test_the_header_shows_word_reason_numbers_and_the_verdicts_own_colour(header):
    header.show_result(assessed())
    assert header.word.text() == "Breach"
    assert "Pleura left. Clearance −4.3 mm" in header.reason.text()  # rounded down
    assert header.limit_value.text() == "20.0 mm"
    assert header.clearance_value.text() == "−4.3 mm"
    assert header.unknown_value.text() == "1 zone"
    assert header.limit_name.text() == "Limit depth (assessed zones)"
    picture = header.grab().toImage()
    assert picture.pixelColor(header.width() - 30, 12).name().upper() == VERDICT_FILL["breach"]
    assert "Breach" in header.accessibleDescription()


@pytest.mark.parametrize("state", ["computing", "nothing", "failed"])
def test_without_a_current_result_the_header_shows_no_number(header, state):
    header.show_result(assessed())
    getattr(header, f"show_{state}")(*(["The engine stopped."] if state == "failed" else []))
    assert not digits(header)
    assert header.state != "breach"
    assert header.fill.name().upper() != VERDICT_FILL["breach"]


def test_the_header_keeps_its_height_so_that_controls_below_do_not_move(header):
    heights = set()
    for show in (
        header.show_nothing,
        header.show_computing,
        lambda: header.show_result(assessed()),
    ):
        show()
        heights.add((header.minimumHeight(), header.maximumHeight()))
    assert len(heights) == 1


def test_rows_are_sorted_by_danger_and_no_verdict_is_by_colour_alone(themed):
    model = ZoneModel()
    model.show_result(assessed())
    order = [model.zone_at(row).zone_id for row in range(model.rowCount())]
    assert order == ["pleura", "lung", "kidney", "aorta"]
    words = [model.word(model.zone_at(row)) for row in range(model.rowCount())]
    assert words == ["Left · Breach", "Left · Within margin", "Right · Not assessed",
                     "No conflict found"]  # fmt: skip


def test_a_stale_table_keeps_its_names_and_loses_every_number(themed):
    model = ZoneModel()
    model.show_result(assessed())
    model.show_result(None, current=False)
    for row in range(model.rowCount()):
        assert model.index(row, NAME).data()
        assert model.index(row, CLEARANCE).data(VERDICT) == "computing"
        for column in range(CLEARANCE, LIMIT + 1):
            assert model.index(row, column).data() == "…"


def test_what_is_unknown_has_a_dash_and_its_own_count(themed, qtbot):
    panel = ZonesPanel()
    qtbot.addWidget(panel)
    panel.show_result(assessed())
    row = [panel.model.zone_at(r).zone_id for r in range(4)].index("kidney")
    assert panel.model.index(row, CLEARANCE).data() == "–"
    assert panel.chips[Verdict.NOT_ASSESSED].text() == "1"
    assert "Not assessed" in panel.chips[Verdict.NOT_ASSESSED].accessibleName()
    panel.chips[Verdict.NOT_ASSESSED].click()
    assert panel.model.rowCount() == 1
    panel.chips[None].click()
    assert panel.model.rowCount() == 4


def test_a_margin_edit_names_its_zone(themed, qtbot):
    panel = ZonesPanel()
    qtbot.addWidget(panel)
    panel.show_result(assessed())
    with qtbot.waitSignal(panel.margin_edited) as caught:
        panel.model.setData(panel.model.index(1, CLEARANCE), 6.5)
    assert caught.args == ["lung", 6.5]
    assert not panel.model.setData(panel.model.index(1, LIMIT), 6.5)


def test_the_model_obeys_qts_rules(qtmodeltester, themed):
    model = ZoneModel()
    model.show_result(assessed())
    qtmodeltester.check(model)


def test_every_cell_speaks_a_whole_sentence(themed):
    model = ZoneModel()
    model.show_result(assessed())
    text = model.index(0, CLEARANCE).data(Qt.ItemDataRole.AccessibleTextRole)
    assert text == "Clearance: −4.3. Left · Breach. margin 10.0"


def test_layers_are_listed_with_the_tip_among_them_and_bone_is_no_protection(themed, qtbot):
    panel = LayersPanel(lambda key: key.title(), lambda key: (0.5, 0.5, 0.5))
    qtbot.addWidget(panel)
    panel.show_result(assessed())
    first = [panel.table.item(row, 0).text() for row in range(panel.table.rowCount())]
    assert first == ["Skin", "Rib · bone contact", "▸ Tip", "Pleura"]
    assert panel.table.item(1, 3).text() == "6.0"
    assert panel.table.item(3, 2).text() == "beyond"
    assert "never counts as protection" in panel.note.text()
    assert not panel.strip.grab().isNull()
    panel.show_computing()
    assert panel.table.rowCount() == 0
