"""The catalogue answers for every number it holds, and the validator sees a row that does not."""

from __future__ import annotations

import copy
import tomllib
from importlib.resources import files

import pytest

from zones.danger_catalogue import catalogue_problems, danger_catalogue, parse_catalogue
from zones.errors import BadCatalogueError

DATA = tomllib.loads(files("zones").joinpath("data/danger_zones.toml").read_text(encoding="utf-8"))


def test_every_row_has_a_source_or_says_convention():
    assert list(catalogue_problems(DATA)) == []
    for rule in danger_catalogue():
        assert rule.source
        assert rule.margin_origin.startswith(("derived:", "published:", "convention"))
        assert rule.evidence.startswith(("verified", "unverified", "second-hand", "convention"))
        assert rule.source.startswith("convention") == (rule.evidence == "convention")


def test_margins_keep_the_order_of_danger():
    margins = {rule.id: rule.margin_mm for rule in danger_catalogue()}
    assert margins["parietal_pleura"] >= 10
    assert margins["lung"] >= margins["carotid_arteries"] >= margins["other_vessels"] > 0


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda row: row.pop("source"), "lacks source"),
        (lambda row: row.update(source=["nobody_1999"]), "nobody_1999"),
        (lambda row: row.update(source=[]), "lacks source"),
        (lambda row: row.pop("evidence"), "lacks evidence"),
        (lambda row: row.update(margin_origin="gut_feeling"), "gut_feeling"),
        (lambda row: row.update(margin_mm=0.0), "not above 0"),
        (lambda row: row.update(severity="meh"), "meh"),
        (lambda row: row.update(systems=["meat"]), "meat"),
        (lambda row: row.update(sides=["both"]), "both"),
        (lambda row: row.update(match=["("]), "cannot be read"),
        (lambda row: (row.pop("match"), row.pop("rest_of", None)), "selects nothing"),
        (lambda row: row.update(id=DATA["zone"][1]["id"]), "occurs twice"),
    ],
)
def test_a_spoilt_row_is_refused_by_name(spoil, said):
    data = copy.deepcopy(DATA)
    spoil(data["zone"][0])
    with pytest.raises(BadCatalogueError, match=said):
        parse_catalogue(data)


def test_an_unexplained_margin_and_another_schema_are_refused():
    data = copy.deepcopy(DATA)
    data["margins"]["great"] = "because"
    data["schema"] = "needlewise/danger-zones/9"
    problems = " ".join(catalogue_problems(data))
    assert "great" in problems
    assert "danger-zones/9" in problems


def test_an_empty_catalogue_is_refused():
    with pytest.raises(BadCatalogueError, match="no \\[\\[zone\\]\\]"):
        parse_catalogue({"schema": DATA["schema"], "zone": []})
