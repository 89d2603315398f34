"""`needlewise sample`: the page, the document, and what is refused."""

from __future__ import annotations

import json

import pytest

from viewer.cli.main import main

NEEDLE = ("--entry", "44", "106", "-23", "--direction", "0.2", "-0.9", "0", "--depth", "20")


def run(capsys, *words):
    code = main(["sample", *words])
    done = capsys.readouterr()
    return code, done.out, done.err


def test_the_document_holds_ranges_probabilities_and_origins(capsys):
    code, out, _ = run(capsys, "--point", "RMA", "--side", "left", "--samples", "300", "--seed",
                       "4", "--set", "angle=5", "--json")  # fmt: skip
    document = json.loads(out)
    assert code == 0
    assert (document["schema"], document["samples"], document["seed"]) == (
        "needlewise/sample/1", 300, 4)  # fmt: skip
    assert "Not a medical device" in document["notice"]
    rows = {row["id"]: row for row in document["contributions"]}
    assert rows["angle"]["size"] == 5.0
    assert not rows["angle"]["default"]
    assert all(row["sources"] and row["evidence"] for row in rows.values())
    assert {"breathing", "compression"} <= set(document["not_assessed"])
    (needle,) = document["needles"]
    clearance = needle["clearance"]
    assert clearance["worst"] <= clearance["range"][0] <= clearance["range"][1]
    breach = needle["breach"]
    assert 0 <= breach["low"] <= breach["share"] <= breach["high"] <= 1
    assert needle["influences"][0]["loss"] >= needle["influences"][-1]["loss"]
    assert len(needle["zones"]) > 50
    code, again, _ = run(capsys, "--point", "RMA", "--side", "left", "--samples", "300", "--seed",
                         "4", "--set", "angle=5", "--workers", "3", "--json")  # fmt: skip
    assert again == out


@pytest.mark.long
def test_the_breath_is_assessed_when_asked_for(capsys):
    words = (*NEEDLE, "--samples", "60", "--json")
    still = json.loads(run(capsys, *words)[1])
    code, out, _ = run(capsys, *words, "--breathing")
    found = json.loads(out)
    assert code == 0
    assert "breathing" not in found["not_assessed"]
    assert found["needles"][0]["phases"] > 1
    for one, other in zip(found["needles"][0]["zones"], still["needles"][0]["zones"], strict=True):
        if one["clearance"] is not None:
            assert one["clearance"]["worst"] <= other["clearance"]["worst"]


def test_the_page_never_gives_one_number(capsys):
    code, out, _ = run(capsys, *NEEDLE, "--samples", "200")
    assert code == 0
    assert "Least clearance" in out
    assert "worst" in out
    assert "Not assessed: level finding, tissue compression, breathing." in out
    assert "Not a medical device" in out


def test_mistakes_are_one_sentence(capsys):
    for words, part in (
        ((*NEEDLE, "--samples", "0"), "--samples is 0"),
        ((*NEEDLE, "--set", "angle"), "NAME=SIZE"),
        ((*NEEDLE, "--set", "angle=-2"), "NAME=SIZE"),
        ((*NEEDLE, "--set", "wind=2"), "no contribution 'wind'"),
        ((*NEEDLE, "--set", "breathing=2"), "no contribution 'breathing'"),
        ((*NEEDLE, "--seed", "-1"), "seed"),
        ((*NEEDLE, "--workers", "0"), "--workers"),
        ((), "exactly one of PLAN"),
    ):
        code, out, err = run(capsys, *words)
        assert (code, out) == (2, ""), words
        assert part in err
        assert err.count("\n") == 1
