"""`needlewise points`: list, show and check, as text and as JSON, and what it refuses."""

from __future__ import annotations

import csv
import json
import re

import pytest
from egg_folder import egg_folder

from viewer.cli.main import main


def run(capsys, *words):
    code = main(["points", *words])
    done = capsys.readouterr()
    return code, done.out, done.err


def test_list_finds_by_words(capsys):
    code, out, _ = run(capsys, "list", "--find", "rhomboid")
    assert code == 0
    assert "RMA" in out
    assert "2 points" in out
    code, out, _ = run(capsys, "list", "--json")
    points = json.loads(out)["points"]
    assert (code, len(points)) == (0, 104)
    blocked = {p["id"] for p in points if p["not_recommended"]}
    assert blocked == {"ICO", "DIA"}
    assert all(p["sources"] and p["evidence"] for p in points)


def test_show_is_a_card_with_band_basis_and_sources(capsys):
    code, out, _ = run(capsys, "show", "ut2")
    assert code == 0
    for words in ("Upper trapezius 2", "10–25 mm along the needle", "basis: convention",
                  "fold is not modelled", "Kearns 2022", "Not a medical device"):  # fmt: skip
        assert words in " ".join(out.split())
    _, out, _ = run(capsys, "show", "ICO")
    assert "NOT RECOMMENDED" in out
    assert "blocked from planning" in out


def test_show_on_a_body_says_what_lies_near(capsys):
    code, out, _ = run(capsys, "show", "RMA", "--body", "reference")
    assert code == 0
    assert out.count("On this body") == 2
    for line in re.findall("Stored approach.*", out):  # it lies near, not among the three nearest
        assert re.search(r"(Left|Right) Parietal pleura \d+\.\d mm$", line)
        assert line.count(" mm,") == 3
    assert re.search(r"Limit depth( \(assessed zones\))? on this line", out)
    code, out, _ = run(capsys, "show", "RMA", "--body", "reference", "--json")
    document = json.loads(out)
    assert [place["side"] for place in document["places"]] == ["left", "right"]
    assert document["point"]["depth"]["basis"] == "published"


def test_check_lists_every_point_and_every_failure(capsys):
    code, out, err = run(capsys, "check", "--json", "--point", "RMA", "--point", "gm1",
                         "--point", "GA1")  # fmt: skip
    document = json.loads(out)
    assert (code, err) == (0, "")
    assert document["body"]["id"] == "reference"
    rows = {(row["id"], row["side"]): row for row in document["points"]}
    assert len(rows) == 6
    assert rows["RMA", "left"]["on_body"]
    near = [row["clearance"] for row in rows["RMA", "left"]["nearest"]]
    assert near
    assert near == sorted(near)
    assert (rows["GA1", "left"]["on_body"], rows["GA1", "left"]["reason"]) == (
        False, "point.no_muscle",
    )  # fmt: skip
    code, out, _ = run(capsys, "check", "--point", "RMA", "--point", "GA1")
    assert code == 0
    assert "not on this body: it does not have this muscle: GA1" in out
    assert "points whose muscle the body has lie over it" in out
    assert "safe" not in out.lower().replace("safeguard", "")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["show", "XX9"], "no trigger point 'XX9'"),
        (["check", "--point", "XX9"], "no trigger point 'XX9'"),
        (["check", "--body", "nobody"], "no body 'nobody'"),
        (["list", "--find", "qqq"], "no point has 'qqq' in it"),
        ([], "VERB"),
    ],
)
def test_a_mistake_is_one_sentence_and_exit_2(capsys, words, said):
    code, out, err = run(capsys, *words)
    assert (code, out) == (2, "")
    assert said in err
    assert len(err.strip().splitlines()) == 1


def test_variants_as_text_csv_and_json(capsys, tmp_path):
    """On a body that stands still: one case per point; the same rows in all three forms."""
    folder = str(egg_folder(tmp_path / "egg"))
    words = ("check", "--variants", "--body", folder)
    code, out, err = run(capsys, *words)
    assert code == 0
    assert "Cases: 1 bodies" in out
    assert "between phases nothing is claimed" in out
    assert "RMA" in out
    code, text, _ = run(capsys, *words, "--json", "--point", "RMA")
    document = json.loads(text)
    assert (code, len(document["points"])) == (0, 2)
    assert document["schema"] == "needlewise/points-variants/1"
    file = tmp_path / "table.csv"
    code, out, err = run(capsys, *words, "--csv", str(file))
    assert (code, out) == (0, "")
    with file.open(newline="", encoding="utf-8") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == 207
    assert {"limit_least_mm", "breach_share", "pleura_mm", "not_assessed", "reason"} <= set(rows[0])
    assert all(row["reason"] for row in rows if row["cases"] == "0")


def test_the_table_is_asked_for_as_a_whole(capsys, tmp_path):
    code, _, err = run(capsys, "check", "--csv", str(tmp_path / "t.csv"))
    assert (code, "--variants" in err) == (2, True)
    folder = str(egg_folder(tmp_path / "egg"))
    gone = str(tmp_path / "gone" / "t.csv")
    code, _, err = run(capsys, "check", "--variants", "--body", folder, "--csv", gone)
    assert (code, f"{gone} cannot be written" in err) == (2, True)
