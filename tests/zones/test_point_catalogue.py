"""104 points, each with its source and its grounds; the validator sees what lacks them."""

from __future__ import annotations

import copy
import csv
import tomllib
from importlib.resources import files
from pathlib import Path

import pytest

from zones.errors import BadCatalogueError, UnknownPointError
from zones.finding import everyday_words, find_points
from zones.point_catalogue import (
    parse_points,
    point_catalogue,
    point_problems,
    trigger_point,
)

DATA = tomllib.loads(
    files("zones").joinpath("data/trigger_points.toml").read_text(encoding="utf-8")
)
FACTS = Path(__file__).resolve().parents[3] / "shared" / "clinical" / "trigger_points.csv"
POINTS = point_catalogue().points


def test_every_point_has_source_evidence_and_a_basis_of_its_depth():
    assert list(point_problems(DATA)) == []
    assert len(POINTS) == 104
    for point in POINTS.values():
        assert point.sources
        assert point.evidence["location"]
        assert point.evidence["technique"]
        if point.not_recommended:
            assert (point.needle, point.depth, point.direction) == (None, None, None)
        else:
            assert point.depth.basis in ("published", "partly published", "convention")
            assert 0 < point.depth.low_mm <= point.depth.max_mm
            assert point.needle.lengths


def test_only_three_depths_rest_on_a_source():
    sourced = {key for key, p in POINTS.items() if p.depth and p.depth.basis != "convention"}
    assert sourced == {"RMA", "OCI", "RCP"}


def test_what_must_not_be_needled_is_blocked():
    assert {key for key, p in POINTS.items() if p.not_recommended} == {"ICO", "DIA"}


def test_no_needle_is_shorter_than_its_band_unless_it_is_said_below():
    for key, point in POINTS.items():
        if point.depth is None or point.depth.perpendicular:
            continue
        assert point.depth.max_mm <= max(point.needle.lengths), key
        if point.needle.below is not None:
            assert max(point.needle.lengths) < point.needle.below


def test_the_facts_are_those_of_the_clinical_file():
    if not FACTS.is_file():
        pytest.skip("the clinical fact file is not beside the checkout")
    with FACTS.open(encoding="utf-8", newline="") as file:
        rows = {row["id"]: row for row in csv.DictReader(file)}
    assert set(rows) == set(POINTS)
    for key, row in rows.items():
        point = POINTS[key]
        assert point.name == row["label"]
        assert point.location == row["landmark_location"]
        assert point.safeguard == row["safeguard"]
        assert point.referral == row["referral_pattern"]
        assert "; ".join(point.sources) == row["sources"]
        assert bool(point.not_recommended) == (row["not_recommended"] == "true")
        if point.depth is not None:
            assert point.depth.max_mm == float(row["max_depth_mm"])
            assert point.depth.note == row["depth_basis"]
        sides = 1 if row["side_rule"] == "right_only" else 2
        assert len(point.sides) == sides


@pytest.mark.parametrize(
    ("spoil", "said"),
    [
        (lambda p: p.pop("sources"), "lacks sources"),
        (lambda p: p.update(sources=["nobody"]), "nobody"),
        (lambda p: p["evidence"].pop("location"), "evidence of its location"),
        (lambda p: p["depth"].update(basis="felt right"), "basis"),
        (lambda p: p["depth"].pop("note"), "basis"),
        (lambda p: p["depth"].update(max_mm=0), "max_mm"),
        (lambda p: p.pop("needle"), "lacks needle"),
        (lambda p: p["needle"].pop("length_mm"), "length_mm"),
        (lambda p: p.update(muscle=["("]), "cannot be read"),
        (lambda p: p.update(sides=["middle"]), "middle"),
        (lambda p: p.update(anchor={"from": "nowhere"}), "no landmark"),
        (lambda p: p.update(anchor={"from": "acromion", "at": 0.5}), "both"),
        (lambda p: p.update(anchor={"at": 0.5}), "either a landmark"),
        (lambda p: p.update(direction={"kind": "tilt"}), "direction"),
        (lambda p: p.update(not_recommended="lung"), "neither needle"),
        (lambda p: p.update(id="ut2"), "occurs twice"),
        (lambda p: p.update(pick="middle"), "pick"),
    ],
)
def test_a_spoilt_row_is_refused_by_name(spoil, said):
    data = copy.deepcopy(DATA)
    spoil(data["point"][0])
    with pytest.raises(BadCatalogueError, match=said):
        parse_points(data)


def test_shared_figures_must_say_where_they_come_from():
    data = copy.deepcopy(DATA)
    data["scale"]["origin"] = ""
    data["over_muscle_origin"] = "sure"
    problems = " ".join(point_problems(data))
    assert "scale" in problems
    assert "over_muscle_origin" in problems


def test_a_point_is_found_by_id_words_and_accents():
    assert trigger_point("rma").id == "RMA"
    assert [p.id for p in find_points("rhomboid")] == ["RMA", "RMI"]
    assert [p.id for p in find_points("RHÓMBOID minor")] == ["RMI"]
    assert len(find_points("")) == 104
    assert find_points("teres wing") == []
    with pytest.raises(UnknownPointError, match="no trigger point 'RMX'; did you mean RCP, RMA"):
        trigger_point("RMX")


def test_what_is_asked_for_in_one_piece_comes_first():
    found = [p.id for p in find_points("medial scapular border")]
    assert found[:3] == ["IS3", "RMA", "RMI"]  # where it is all of the referral
    assert found.index("LT4") < found.index("LS2") < found.index("SS1")
    assert find_points("RMA")[0].id == "RMA"
    assert [p.id for p in find_points("trapezius")][:3] == ["UT1", "UT2", "LT3"]


def test_everyday_words_find_what_the_catalogue_calls_otherwise():
    """Whole, inflected and while they are typed, in the four languages."""
    assert {"RMA", "RMI"} <= {p.id for p in find_points("shoulder blade")}
    for said in ("shoulder blades", "Shoulder Bl", "Schulterblatt", "omóplato", "omoplate"):
        assert find_points(said) == find_points("scapula"), said
    assert {p.id for p in find_points("medial shoulder blade")} < {
        p.id for p in find_points("shoulder blade")
    }
    for said, meant in everyday_words().items():
        assert find_points(meant), meant
        assert find_points(said) == find_points(meant), said
    assert find_points("rhomboid") == find_points("rhomb")
    assert find_points("no such place") == []
