"""`needlewise targets`: the page, the document, and what is refused."""

from __future__ import annotations

import json

from viewer.cli.main import main
from zones.angles import pushed
from zones.points import resolve_point


def run(capsys, *words):
    code = main(["targets", *words])
    done = capsys.readouterr()
    return code, done.out, done.err


def target_of(body):
    """A point 12 mm under a catalogue point, in words."""
    needle = pushed(resolve_point(body, "RMA", "left").needle, 12.0)
    return ["--target", *(f"{x:.3f}" for x in needle.tip)]


def test_document_and_page_say_the_same(capsys):
    from meshes.body import load_body

    target = target_of(load_body("reference"))
    code, out, _ = run(capsys, *target, "--margin", "2", "--top", "3", "--json")
    document = json.loads(out)
    assert (code, document["schema"]) == (0, "needlewise/targets/1")
    assert document["tried"] == document["admissible"] + sum(document["refused"].values())
    assert 0 < len(document["paths"]) <= 3
    for path in document["paths"]:
        assert path["spare"] >= 0
        assert path["verdict"] == "clear"
        assert path["tilt"] <= 60
        assert path["limit_depth"] is None or path["limit_depth"] >= path["depth"]
    assert "Not a medical device" in document["notice"]
    code, out, _ = run(capsys, *target, "--margin", "2", "--top", "3")
    assert code == 0
    assert f"{document['admissible']} of {document['tried']} entries" in out
    assert "No conflict found" in out
    assert "Not a medical device" in out


def test_mistakes_are_one_sentence(capsys):
    inside = ("--target", "0", "0", "0")
    for words, part in (
        ((), "--target"),
        (("--target", "0", "0", "9000"), "outside the skin"),
        ((*inside, "--top", "0"), "--top"),
        ((*inside, "--max-tilt", "90"), "tilt"),
        ((*inside, "--max-length", "-3"), "length"),
        ((*inside, "--diameter", "-1"), "--diameter"),
        ((*inside, "--body", "nowhere"), "nowhere"),
    ):
        code, out, err = run(capsys, *words)
        assert (code, out) == (2, ""), words
        assert part in err
