"""Results through the breath in the window: never kinder, named, and no number while computed."""

from dataclasses import replace

import pytest
from PySide6.QtWidgets import QApplication
from shapes import egg_body
from windows import settle

from meshes import load_body
from viewer import describe
from viewer.assessing import KEY
from viewer.panels.zone_model import CLEARANCE
from zones.demonstration import demonstration_plan
from zones.needle import Needle
from zones.skin import nearest_on_skin

ENTRY = (70.0, 85.0, 20.0)


def results(window):
    return {z.zone_id: z for z in window.bench.session.results[KEY].value.needles[0].zones}


@pytest.mark.window
def test_through_the_breath_is_never_kinder_and_shows_no_old_number(open_window, qtbot):
    window = open_window(egg_body(), size=(1400, 900))
    window.bench.desk.add(Needle(ENTRY, (0, -1, 0), 6.0), length=75.0)
    settle(qtbot, window)
    before, panel = results(window), window.results.zones
    assert not panel.breath.isChecked()
    assert not panel.model.has_ranges
    window.bench.assessing.compute = lambda *_, **__: None  # it is on its way
    panel.breath.setChecked(True)
    QApplication.processEvents()
    assert KEY not in window.bench.session.results  # the kinder number is gone at once
    assert window.needle.header.state == "computing"
    assert panel.model.data(panel.model.index(0, CLEARANCE)) in (None, "…")
    del window.bench.assessing.compute
    window.bench.assessing.compute()
    settle(qtbot, window)
    after = results(window)
    order = list(type(next(iter(before.values())).verdict))
    known = [k for k, z in before.items() if z.clearance is not None]
    assert known
    for key in known:
        assert after[key].clearance_worst <= before[key].clearance
        assert order.index(after[key].verdict) <= order.index(before[key].verdict)
    nearer = [k for k in known if after[k].clearance_worst < before[k].clearance - 0.1]
    assert nearer
    assert panel.model.has_ranges
    assert "published movement" in panel.worst_phase.text
    panel.breath.setChecked(False)
    settle(qtbot, window)
    assert not panel.model.has_ranges
    assert {k: z.verdict for k, z in results(window).items()} == {
        k: z.verdict for k, z in before.items()
    }


@pytest.mark.window
@pytest.mark.long
def test_on_the_reference_body_the_worst_phase_is_named(open_window, qtbot):
    body = load_body("reference")
    window = open_window(body, demonstration_plan(body), size=(1400, 900))
    window.results.zones.breath.setChecked(True)
    settle(qtbot, window, 300_000)
    zone = results(window)["parietal_pleura_left"]
    assert zone.worst_phase == 1.0
    assert zone.clearance_worst < zone.clearance - 1.0
    assert "full breath in" in window.needle.header.reason.text()
    assert window.results.zones.worst_phase.text == "worst: full breath in"
    assert "breathing" not in window.results.model_note.text.split("Model:")[0]


@pytest.mark.window
def test_directions_map_and_tolerance_hold_through_the_breath(open_window, qtbot):
    """What stands beside a verdict of the whole breath counts it too, or says that it does not."""
    body = load_body("reference")
    window = open_window(body, size=(1400, 900))
    answers, docks = window.bench.answers, window.docks
    entry = nearest_on_skin(body, (60.0, 120.0, -200.0))
    window.bench.desk.add(Needle(entry, (0.0, -1.0, 0.0), 6.0), length=75.0)
    docks.toggle_answers(0)
    settle(qtbot, window)
    plain = answers.cone.current
    assert answers.cone.is_final
    assert not plain.through_breath
    window.results.zones.breath.setChecked(True)
    QApplication.processEvents()
    assert answers.cone.current is None
    assert docks.answers.quiet.label.isVisible()  # the picture of one phase still stands there
    settle(qtbot, window, 300_000)
    told = answers.cone.current
    assert told.through_breath
    assert not docks.answers.quiet.label.isVisible()
    assert (told.limit_depth <= plain.limit_depth).all()
    assert (told.limit_depth < plain.limit_depth - 1.0).any()
    verdict = window.bench.session.results[KEY].value.needles[0]
    assert answers.cone.needle_reading().limit == verdict.limit_depth
    docks.answers.tabs.setCurrentWidget(docks.answers.map)
    answers.map.show(True)
    QApplication.processEvents()
    assert docks.answers.quiet.label.isVisible()
    settle(qtbot, window, 300_000)
    assert answers.map.current.through_breath
    assert not docks.answers.quiet.label.isVisible()
    tolerance = window.results.tolerance
    window.results.tabs.setCurrentWidget(tolerance)
    settle(qtbot, window, 300_000)
    assert answers.drift.has_joint
    assert answers.drift.tolerance.slack == min(
        z.clearance_worst - z.margin for z in verdict.zones if z.clearance_worst is not None
    )
    assert not window.results.quiet.label.isVisible()
    window.results.tabs.setCurrentIndex(1)
    settle(qtbot, window, 300_000)
    assert "The layers are of one phase" in window.results.quiet.label.text()
    assert window.results.quiet.label.isVisible()
    graph = answers.profile.current.profile
    row = graph.zone_ids.index("parietal_pleura_left")
    zone = results(window)["parietal_pleura_left"]
    assert graph.kept[row][graph.depths <= 6.0][-1] <= zone.clearance_worst + 1e-6


def test_a_range_has_its_worst_first_and_is_rounded_down(zone_result):
    assert describe.range_text(replace(zone_result, clearance=9.87, clearance_worst=-0.01)) == (
        "−0.1 … 9.8"
    )
    assert describe.range_text(replace(zone_result, clearance=9.87, clearance_worst=9.85)) == "9.8"
    words = [describe.phase_text(p) for p in (None, 0.0, 0.25, 1.0)]
    assert words == ["", "end of breathing out", "25 % of a breath in", "full breath in"]


@pytest.fixture
def zone_result():
    from zones.assess import assess

    found = assess(egg_body(), Needle(ENTRY, (0, -1, 0), 6.0)).needles[0].zones
    return next(z for z in found if z.clearance is not None)
