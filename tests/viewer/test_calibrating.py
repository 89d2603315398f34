"""The calibrated copy in the window: offered where a body is too deep, made once, found again."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QPushButton
from shapes import egg_body
from windows import settle

from meshes.errors import BadFileError
from meshes.packs.store import body_folder
from viewer import calibrating, file_deeds
from zones.calibrate import CalibrationError
from zones.report_card import CALIBRATED, ReportCard, SiteResult

WALL = SiteResult(
    "rhomboid_rib_depth", "posterior_wall", 43.0, 21.0, 4.0, 22.0, 5.5, True, True, "Seol", "read"
)
HIGH = ReportCard("M1", True, (WALL,), "edge_too_high", WALL)
WITHIN = ReportCard("M1", False, (replace(WALL, dangerous=False),), "within", WALL)


def test_a_copy_is_offered_where_the_body_is_too_deep_and_no_copy_yet():
    assert calibrating.is_offered(HIGH)
    assert calibrating.is_offered(replace(HIGH, verdict="too_deep"))
    assert not calibrating.is_offered(WITHIN)
    assert not calibrating.is_offered(replace(HIGH, calibrated="calibrated copy of x"))


def thinned(body, new_id):
    said = f"{CALIBRATED}{body.id} 1 (hash {body.content_hash[:12]}): thinned"
    name = "Egg body (calibrated copy)"
    return replace(body, id=new_id, name=name, sources=(said,), content_hash="egg-2"), None


def test_the_copy_is_made_once_and_found_again(home, monkeypatch):
    body, made = egg_body(), []

    def make(body, new_id):
        made.append(new_id)
        return thinned(body, new_id)

    monkeypatch.setattr("zones.calibrate.calibrated", make)
    copy = calibrating.copy_of(body)
    assert copy.id == f"{body.id}-calibrated"
    assert any(s.startswith(CALIBRATED) for s in copy.sources)
    assert calibrating.copy_of(body).content_hash == copy.content_hash
    assert made == [copy.id]
    with pytest.raises(BadFileError, match="no calibrated copy of this body"):
        calibrating.copy_of(replace(body, content_hash="f" * 64))


def test_a_body_that_cannot_be_thinned_leaves_nothing_behind(home):
    body = egg_body()
    with pytest.raises(CalibrationError):
        calibrating.copy_of(body)
    assert not body_folder(f"{body.id}-calibrated").exists()


@pytest.mark.window
def test_the_report_card_offers_it_and_a_click_opens_it(open_window, qtbot, home, monkeypatch):
    window = open_window(egg_body())
    made = lambda body: thinned(body, f"{body.id}-calibrated")[0]  # noqa: E731
    monkeypatch.setattr(file_deeds, "copy_of", made)
    window.bench.grading.card = WITHIN
    window.needle.show_card()
    window.needle.card.clicked.emit()
    plain = window.findChildren(QDialog)[-1]
    assert plain.findChild(QPushButton, "calibrate") is None
    plain.reject()
    window.bench.grading.card = HIGH
    window.needle.show_card()
    window.needle.card.clicked.emit()
    dialog = window.findChildren(QDialog)[-1]
    button = dialog.findChild(QPushButton, "calibrate")
    assert button.isVisible()
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    settle(qtbot, window)
    assert window.bench.session.body.name == "Egg body (calibrated copy)"
    assert window.bench.session.plan.body_id == "egg-calibrated"
