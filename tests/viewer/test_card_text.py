"""The card's sentence names the worst site, its size and what follows; grades become documents."""

import json
from dataclasses import replace

import pytest

from viewer.card_text import card_sentence
from viewer.cli import grades
from zones.acceptance.rows import acceptance_rows
from zones.acceptance.run import AcceptanceResult
from zones.report_card import ReportCard, SiteResult

WALL = SiteResult(
    "rhomboid_rib_depth", "posterior_wall", 43.0, 21.0, 4.0, 22.0, 5.5, True, True, "x", "y"
)
EDGE = replace(WALL, id="pleura_edge_pv", region="pleural_edge", value=44.0, deviation=44.4)


def card(verdict, worst, *more):
    return ReportCard("M1", True, (worst, *more) if worst else (), verdict, worst)


@pytest.mark.parametrize(
    ("made", "words"),
    [
        (card("too_deep", WALL), ("Posterior chest wall", "22 mm deeper", "optimistic")),
        (card("edge_too_high", EDGE, WALL), ("45 mm above", "22 mm too deep", "optimistic")),
        (card("within", WALL), ("Within", "22 mm")),
        (card("deviates", WALL), ("deviation", "22 mm")),
        (card("not_measured", None), ("could not be compared",)),
    ],
)
def test_the_sentence_says_where_and_how_much(made, words):
    for word in words:
        assert word in card_sentence(made)


def test_only_a_body_that_errs_on_the_reassuring_side_is_called_optimistic():
    assert "optimistic" not in card_sentence(card("within", WALL))
    assert "optimistic" not in card_sentence(card("deviates", WALL))


def test_rows_become_strict_json_with_what_is_endless_as_null():
    row = next(r for r in acceptance_rows() if r.id == "AT-A08")
    results = [
        AcceptanceResult(row, float("inf"), (30.0, float("inf")), "pass"),
        AcceptanceResult(row, 20.0, (30.0, float("inf")), "fail", beyond=-10.0),
        AcceptanceResult(row, None, None, "not_run", "no pleura"),
    ]
    document = json.loads(json.dumps(grades.acceptance_document(results), allow_nan=False))
    assert [d["result"] for d in document] == ["pass", "fail", "not_run"]
    assert document[0]["value"] is None
    assert document[0]["accepted"] == [30.0, None]
    assert document[2]["reason"] == "no pleura"
    assert grades.failed_required(results) == [results[1]]


def test_a_calibrated_copy_tells_both():
    copy = replace(
        card("within", WALL), calibrated="calibrated copy of z: back × 0.49 (43 mm before)"
    )
    assert card_sentence(copy).startswith(card_sentence(card("within", WALL)))
    assert "43 mm before" in card_sentence(copy)
    assert copy.document()["calibrated"] == copy.calibrated
