"""Tolerance and probability in the window: current, cancellable, seeded, in careful words."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from shapes import egg_body
from windows import settle

from viewer import drift_words
from zones.needle import Needle
from zones.tolerance import Drift

ENTRY = (70.0, 85.0, 20.0)


@pytest.mark.parametrize(
    ("drift", "kept", "lost"),
    [
        (Drift(23.2596, 23.2601, "x"), "23.2 mm", "23.3 mm"),
        (Drift(30.0, None, None), "30.0 mm", "none up to 30.0 mm"),
        (Drift(29.0, None, None), "29.0 mm", "–"),
    ],
)
def test_bounds_are_rounded_towards_danger(drift, kept, lost):
    assert drift_words.kept_text(drift, "mm") == kept
    assert drift_words.lost_text(drift, "mm", 30.0) == lost


@pytest.fixture
def window(open_window, qtbot):
    made = open_window(egg_body(), size=(1400, 900))
    made.bench.desk.add(Needle(ENTRY, (0, -1, 0), 6.0), length=75.0)
    made.results.tabs.setCurrentWidget(made.results.tolerance)
    settle(qtbot, made)
    return made


@pytest.mark.window
def test_tolerance_and_probability_in_the_window(window, qtbot):
    """Unknown is said first, old numbers go, probability is seeded and says its basis."""
    the_panel_says_what_is_unknown_first(window)
    probability_on_demand_is_seeded_and_tells_its_basis(window, qtbot)
    the_drawing_stops_when_cancelled_or_when_its_needle_goes(window, qtbot)
    a_changed_needle_has_no_old_tolerance(window, qtbot)
    a_needle_in_a_margin_may_drift_nowhere(window, qtbot)


def the_panel_says_what_is_unknown_first(window):
    panel = window.results.tolerance
    found = window.bench.answers.drift.tolerance
    assert panel.lead.text().startswith(f"{len(found.unknown)} zones not assessed")
    texts = [[cell.text() for cell in row] for row in panel.cells]
    assert texts[2][1] == f"{drift_words.down(found.depth.kept)} mm"
    assert window.bench.answers.drift.has_joint
    assert all(row[1] for row in texts)


def a_changed_needle_has_no_old_tolerance(window, qtbot):
    desk, panel = window.bench.answers.drift, window.results.tolerance
    before = desk.tolerance.depth.kept
    assert window.bench.session.results["tolerance"].value is desk.tolerance
    window.bench.desk.set_depth(window.bench.desk.planned.needle.depth - 2.0)
    assert desk.tolerance is None
    assert not {"tolerance", "sample"} & set(window.bench.session.results)
    assert "mm" not in panel.lead.text()
    settle(qtbot, window)
    assert desk.tolerance.depth.kept == pytest.approx(before + 2.0, abs=1e-6)


def a_needle_in_a_margin_may_drift_nowhere(window, qtbot):
    window.bench.desk.set_depth(40.0)
    settle(qtbot, window)
    assert "nothing may drift" in window.results.tolerance.lead.text()
    assert window.results.tolerance.cells[0][1].text() == "0.0 mm"


def probability_on_demand_is_seeded_and_tells_its_basis(window, qtbot):
    desk, panel = window.bench.answers.drift, window.results.tolerance
    assert desk.sampled is None
    desk.count = 500
    panel.seed.setValue(7)
    QTest.mouseClick(panel.draw, Qt.MouseButton.LeftButton)
    assert desk.is_sampling
    assert panel.stop.isVisible()
    settle(qtbot, window)
    first, text = desk.sampled, panel.chances.text()
    assert window.bench.session.results["sample"].value is first
    assert "500 drawn needles, seed 7" in text
    assert "at least" in text  # zones are missing: a lower bound
    assert "Takes most" in text
    assert "safe" not in text.casefold()
    assert not panel.stop.isVisible()
    panel.draw.click()
    settle(qtbot, window)
    assert desk.sampled.breach == first.breach
    assert panel.chances.text() == text


def the_drawing_stops_when_cancelled_or_when_its_needle_goes(window, qtbot):
    desk, panel = window.bench.answers.drift, window.results.tolerance
    desk.count = 100_000
    panel.draw.click()
    assert desk.is_sampling
    panel.stop.click()
    assert not desk.is_sampling
    panel.draw.click()
    window.bench.desk.set_depth(5.0)
    assert not desk.is_sampling
    settle(qtbot, window)
    assert desk.sampled is None
