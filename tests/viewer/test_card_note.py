"""Beside every result: how the body compares with people, in the words of its own report card."""

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel, QScrollArea
from shapes import egg_body
from windows import settle

from meshes.body import load_body
from viewer.card_text import card_sentence
from viewer.card_words import DANGEROUS
from viewer.panels.card_dialog import card_dialog
from viewer.panels.card_note import CardNote
from viewer.theme.style import theme
from zones.needle import Needle
from zones.report_card import ReportCard, SiteResult, report_card

WALL = SiteResult(
    "rhomboid_rib_depth", "posterior_wall", 43.0, 21.0, 4.0, 22.0, 5.5, True, True, "Seol", "read"
)
EDGE = replace(WALL, id="pleura_edge_pv", region="pleural_edge", value=44.0, mean=0.0, sd=None,
               deviation=44.0, deviation_sd=None, held_out=False)  # fmt: skip
HIGH = ReportCard("M1", True, (WALL, EDGE), "edge_too_high", EDGE)
WITHIN = ReportCard("M1", False, (replace(WALL, dangerous=False),), "within", WALL)


@pytest.fixture
def note(themed, qtbot):
    made = CardNote()
    qtbot.addWidget(made)
    made.resize(430, made.height())
    return made


def pixels(widget) -> set[str]:
    image = widget.grab().toImage()
    return {image.pixelColor(x, image.height() // 2).name() for x in range(image.width())}


def test_a_misleading_body_has_the_caution_colour_a_word_and_an_icon(note):
    note.show_card(HIGH, "")
    assert note.state == "caution"
    assert note.text().startswith("Caution")
    assert card_sentence(HIGH) in note.accessibleName()
    assert theme().caution.lower() in pixels(note)
    note.show_card(WITHIN, "")
    assert note.state == "within"
    assert "Caution" not in note.text()
    assert theme().caution.lower() not in pixels(note)


def test_the_whole_sentence_is_in_sight_however_narrow(note):
    note.show_card(HIGH, "")
    note.show()
    heights = []
    for width in (600, 430, 260, 180):
        note.resize(width, note.height())
        heights.append(note.height())
    assert heights == sorted(heights)
    assert heights[-1] > 2 * heights[0]
    note.close()


def test_until_it_is_measured_it_says_so_and_never_that_the_body_is_fine(note):
    note.show_card(None, "")
    assert "Comparing this body with published measurements…" in note.text()
    assert not note.isEnabled()
    note.show_card(None, "no bones")
    assert note.state == "failed"
    assert "could not be compared" in note.text()


@pytest.mark.window
def test_every_result_of_a_body_stands_beside_its_own_card(open_window, qtbot):
    body = load_body("reference")
    window = open_window(body)
    window.bench.desk.add(Needle((44.0, 106.0, -14.0), (0, -1, 0), 20.0), length=30.0)
    settle(qtbot, window)
    card = report_card(body)
    note = window.needle.card
    assert note.isVisible()
    assert note.y() - (window.needle.header.y() + window.needle.header.height()) < 20
    assert card_sentence(card) in note.text()
    assert (note.state == "caution") == (card.verdict in DANGEROUS)
    window.bench.session.mark_saved()
    window.deeds._open_anew(egg_body())
    assert note.state == "busy"  # another body: nothing of the last one is left
    assert card_sentence(card) not in note.text()
    settle(qtbot, window)
    assert note.state in ("note", "failed")


@pytest.mark.window
def test_a_press_lists_every_site_with_figures_use_and_source(open_window, qtbot, monkeypatch):
    monkeypatch.setattr("viewer.grading.report_card", lambda body: HIGH)
    window = open_window(egg_body())
    assert window.needle.card.state == "caution"
    window.needle.card.setFocus()
    QTest.keyClick(window.needle.card, Qt.Key.Key_Space)
    qtbot.waitUntil(lambda: any(d.isVisible() for d in window.findChildren(QDialog)), timeout=3000)
    dialog = next(d for d in window.findChildren(QDialog) if d.isVisible())
    said = " | ".join(part.text() for part in dialog.findChildren(QLabel))
    for words in ("Skin to rib under rhomboid major", "43.0", "21.0 ± 4.0", "+22.0", "+5.5",
                  "held out", "used to build", "Seol – evidence: read", "Caution"):  # fmt: skip
        assert words in said, words
    dialog.reject()


@pytest.mark.window
def test_a_measurement_that_fails_is_said_and_the_verdict_stays(open_window, qtbot, monkeypatch):
    monkeypatch.setattr("viewer.grading.report_card", lambda body: 1 / 0)
    window = open_window(egg_body())
    window.bench.desk.add(Needle((70.0, 95.0, 20.0), (0, -1, 0), 15.0), length=75.0)
    settle(qtbot, window)
    assert window.needle.card.state == "failed"
    assert window.needle.header.state in ("clear", "not_assessed", "within_margin", "breach")


def test_no_column_of_the_list_is_cut(themed, qtbot):
    body = load_body("reference")
    dialog = card_dialog(None, body, HIGH)
    qtbot.addWidget(dialog)
    dialog.show()
    scroll = dialog.findChild(QScrollArea)
    assert scroll.viewport().width() >= scroll.widget().minimumSizeHint().width()
    assert scroll.horizontalScrollBar().maximum() == 0
    dialog.close()
