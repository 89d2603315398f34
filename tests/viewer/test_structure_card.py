"""A structure's card: no row without a source or the word that nobody recorded it."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QDialog, QLabel
from shapes import egg_body
from windows import press, settle

from meshes.body import load_body
from meshes.measurements.figures import figure
from viewer.cli.main import main
from viewer.structure_card import card_text, structure_card
from zones.danger import danger_zones


@pytest.fixture(scope="module")
def body():
    return load_body("reference")


def rows(card):
    return [row for _, found in card.sections for row in found]


def test_every_row_of_every_structure_has_a_source_or_says_that_it_is_absent(body):
    for key in body.structures:
        card = structure_card(body, key)
        assert card.title
        assert all(bool(row.source) != row.is_absent for row in rows(card)), key
        assert all(row.text for row in rows(card)), key


def test_the_figures_that_made_it_are_all_there_with_their_sources(body):
    said = card_text(structure_card(body, "rib_6_left"))
    assert body["rib_6_left"].measurements
    for figure_id in body["rib_6_left"].measurements:
        found = figure(figure_id)
        assert found.quantity in said
        assert found.source in said
        assert found.evidence in said
    assert "an assumption" in card_text(structure_card(body, "rhomboid_major_left"))


def test_the_zones_it_belongs_to_are_all_there_with_margin_and_source(body):
    said = card_text(structure_card(body, "parietal_pleura_left"))
    own = [zone for zone in danger_zones(body) if "parietal_pleura_left" in zone.structures]
    assert own
    for zone in own:
        assert zone.source in said
        assert f"margin {zone.margin_mm:.1f} mm" in said
    assert "no danger zone" in card_text(structure_card(body, "rib_6_left"))


def test_the_command_line_prints_it_and_refuses_what_is_not_there(capsys):
    assert main(["body", "show", "reference", "--structure", "aorta"]) == 0
    assert "Danger zones" in capsys.readouterr().out
    assert main(["body", "show", "reference", "--structure", "aorta", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["card"]["id"] == "aorta"
    assert main(["body", "show", "reference", "--structure", "rib_6_lef"]) == 2
    assert "rib_6_left" in capsys.readouterr().err


@pytest.mark.window
def test_the_window_opens_it_by_row_button_and_key(open_window, qtbot):
    window = open_window(egg_body())
    settle(qtbot, window)
    panel = window.structures
    panel.reveal("lung_left")
    QTest.keyClick(panel.tree, Qt.Key.Key_Return)
    assert "Lung" in text_of(dialog(window))
    close(window, qtbot)
    QTest.mouseClick(panel.card, Qt.MouseButton.LeftButton)
    assert "Made from" in text_of(dialog(window))
    close(window, qtbot)
    press(window, Qt.Key.Key_C)
    assert "Shape" in text_of(dialog(window))
    close(window, qtbot)


def dialog(window):
    return next(d for d in window.findChildren(QDialog, "structure_card") if d.isVisible())


def text_of(shown):
    return "\n".join(label.text() for label in shown.findChildren(QLabel))


def close(window, qtbot):
    shown = dialog(window)
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    qtbot.waitUntil(
        lambda: not [d for d in window.findChildren(QDialog, "structure_card") if d.isVisible()]
    )
