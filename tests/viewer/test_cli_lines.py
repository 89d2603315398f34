"""`needlewise cone` and `needlewise depth-map`: documents, tables, surfaces, what is refused."""

from __future__ import annotations

import csv
import json

import numpy as np
import pytest
from egg_folder import egg_folder

from meshes.body import load_body
from meshes.io.formats import read_meshes
from viewer.cli.main import main
from zones.assess import assess
from zones.needle import Needle


@pytest.fixture(scope="module")
def eggs(tmp_path_factory):
    return egg_folder(tmp_path_factory.mktemp("eggs"))


def run(capsys, *words):
    code = main([str(word) for word in words])
    done = capsys.readouterr()
    return code, done.out, done.err


def table(path):
    lines = path.read_text(encoding="utf-8").splitlines()
    assert lines[0].startswith("# ")
    assert "Not a medical device" in lines[0]
    return list(csv.DictReader(lines[1:]))


CONE = ("--entry", "70", "85", "20", "--grid", "9", "--max-depth", "150")


def test_the_cone_document_holds_what_one_needle_is_told(capsys, eggs):
    code, out, _ = run(capsys, "cone", "--body", eggs, *CONE, "--json")
    document = json.loads(out)
    assert (code, document["schema"], document["exact"]) == (0, "needlewise/cone/1", True)
    assert (document["frame"], document["units"]) == ("LPS", "mm")
    assert len(document["directions"]) == sum(document["counts"].values()) == 81
    assert "Not a medical device" in document["notice"]
    assert document["not_assessed"]  # most of the catalogue is not on a body of eggs
    body = load_body(str(eggs))
    for row in document["directions"][::7]:
        needle = Needle((70, 85, 20), [row[f"dir_{k}"] for k in "xyz"], 0.0, 0.15)
        one = assess(body, needle, searched_length_mm=150.0).needles[0]
        assert row["limit_depth"] == pytest.approx(one.limit_depth, abs=1e-9)
        if one.limit_depth is None:
            assert row["state"] == "unknown"
            assert row["limiting_zone"] is None
        assert row["tilt_deg"] <= 80.0 + 1e-9
    assert {row["state"] for row in document["directions"]} == {"limited", "unknown"}


def test_through_the_breath_no_limit_is_later_and_the_document_says_so(capsys, eggs, tmp_path):
    _, out, _ = run(capsys, "cone", "--body", eggs, *CONE, "--json")
    plain = json.loads(out)
    _, out, _ = run(capsys, "cone", "--body", eggs, *CONE, "--json", "--breathing")
    told = json.loads(out)
    assert (plain["through_breath"], told["through_breath"]) == (False, True)
    assert told["exact"] is False
    sooner = 0
    for one, other in zip(told["directions"], plain["directions"], strict=True):
        if other["limit_depth"] is not None:
            assert one["limit_depth"] <= other["limit_depth"]
            sooner += one["limit_depth"] < other["limit_depth"] - 1.0
    assert sooner
    where = ("depth-map", "--body", eggs, "--around", "70", "85", "20", "15")
    for name, more in (("plain.csv", ()), ("told.csv", ("--breathing",))):
        code, out, _ = run(capsys, *where, "--out", str(tmp_path / name), *more)
        assert code == 0
        assert ("at every moment of a whole breath" in out) == bool(more)
    pairs = list(zip(table(tmp_path / "told.csv"), table(tmp_path / "plain.csv"), strict=True))
    assert pairs
    for one, other in pairs:
        assert float(one["limit_depth"] or "inf") <= float(other["limit_depth"] or "inf")


def test_a_limit_in_words_is_never_rounded_up(capsys, eggs):
    _, out, _ = run(capsys, "cone", "--body", eggs, *CONE)
    _, text, _ = run(capsys, "cone", "--body", eggs, *CONE, "--json")
    least = min(d["limit_depth"] for d in json.loads(text)["directions"] if d["limit_depth"])
    straight = json.loads(text)["directions"][40]["limit_depth"]
    for value in (least, straight):
        down = int(value * 10) / 10
        assert f"limit depth {down:.1f} mm" in out


def test_the_cone_table_has_the_same_rows(capsys, eggs, tmp_path):
    path = tmp_path / "cone.csv"
    code, out, _ = run(capsys, "cone", "--body", eggs, *CONE, "--csv", path)
    assert code == 0
    assert "no conflict found in model: 0" in out
    assert "not assessed" in out
    rows = table(path)
    _, text, _ = run(capsys, "cone", "--body", eggs, *CONE, "--json")
    for row, wanted in zip(rows, json.loads(text)["directions"], strict=True):
        assert row["state"] == wanted["state"]
        assert (row["limit_depth"] == "") == (wanted["limit_depth"] is None)
        if row["limit_depth"]:
            assert float(row["limit_depth"]) == wanted["limit_depth"]
    assert list(tmp_path.iterdir()) == [path]


def test_margin_zone_and_diameter_count(capsys, eggs):
    def straight(*more):
        _, out, _ = run(capsys, "cone", "--body", eggs, *CONE, "--grid", "9", "--json", *more)
        return json.loads(out)["directions"][40]["limit_depth"]

    zone = ("--zone", "parietal_pleura_left")
    some = straight(*zone, "--margin", "5")
    assert straight(*zone, "--margin", "8") < some
    assert straight(*zone, "--margin", "5", "--diameter", "3") < some


def test_the_map_table_holds_what_one_needle_is_told(capsys, eggs, tmp_path):
    path = tmp_path / "map.csv"
    words = ("depth-map", "--body", eggs, "--around", "70", "85", "20", "40", "--tilt", "20")
    code, out, _ = run(capsys, *words, "--out", path)
    assert code == 0
    assert "skin vertices written" in out
    body, rows = load_body(str(eggs)), table(path)
    assert len(rows) > 20
    for row in rows[::9]:
        needle = Needle(
            [float(row[k]) for k in "xyz"], [float(row[f"dir_{k}"]) for k in "xyz"], 0.0, 0.15
        )
        limit = assess(body, needle).needles[0].limit_depth
        assert float(row["limit_depth"]) == pytest.approx(limit, abs=1e-9)


def test_the_map_surface_can_be_read_again(capsys, eggs, tmp_path):
    path = tmp_path / "map.vtp"
    code, out, _ = run(capsys, "depth-map", "--body", eggs, "--out", path, "--json")
    document = json.loads(out)
    assert (code, document["schema"]) == (0, "needlewise/depth-map/1")
    skin = load_body(str(eggs)).skin.surface
    assert document["vertices"] == len(skin.points)
    mesh = read_meshes(path)[0]
    assert np.array_equal(mesh.points, skin.points)
    assert np.array_equal(mesh.triangles, skin.triangles)
    text = path.read_text(encoding="utf-8")
    assert 'Name="limit_depth"' in text
    assert "Not a medical device" in text
    part = tmp_path / "part.vtp"
    run(capsys, "depth-map", "--body", eggs, "--out", part, "--around", "70", "85", "20", "40")
    assert 0 < len(read_meshes(part)[0].triangles) < len(skin.triangles)


def test_a_cone_in_the_map_is_said_not_to_be_exact(capsys, eggs, tmp_path):
    words = ("depth-map", "--body", eggs, "--around", "70", "85", "20", "20", "--json", "--out")
    _, straight, _ = run(capsys, *words, tmp_path / "a.csv")
    _, spread, _ = run(capsys, *words, tmp_path / "b.csv", "--spread", "10")
    straight, spread = json.loads(straight), json.loads(spread)
    assert (straight["exact"], spread["exact"]) == (True, False)
    assert spread["early_share"] > 0.0
    assert spread["limit_depth"]["least"] < straight["limit_depth"]["least"]


def test_an_entry_off_the_skin_is_said(capsys, eggs):
    _, _, err = run(capsys, "cone", "--body", eggs, "--entry", "0", "180", "0", "--grid", "3")
    assert "not on the skin" in err


def test_mistakes_are_one_sentence(capsys, eggs, tmp_path):
    cone = ("cone", "--body", eggs)
    maps = ("depth-map", "--body", eggs, "--out", tmp_path / "x.csv")
    for words, part in (
        ((*cone,), "--entry"),
        ((*cone, *CONE, "--point", "UT1"), "--entry"),
        ((*cone, "--point", "UT1"), "--side"),
        ((*cone, *CONE, "--half-angle", "90"), "--half-angle"),
        ((*cone, *CONE, "--grid", "1"), "--grid"),
        ((*cone, *CONE, "--margin", "-1"), "--margin"),
        ((*cone, *CONE, "--diameter", "nan"), "--diameter"),
        ((*cone, *CONE, "--max-depth", "0"), "--max-depth"),
        ((*cone, *CONE, "--zone", "nobody"), "nobody"),
        ((*cone, *CONE, "--json", "--csv", "x.csv"), "--csv"),
        ((*maps, "--tilt", "nan"), "--tilt"),
        ((*maps, "--spread", "90"), "--spread"),
        ((*maps, "--around", "0", "0", "9000", "5"), "skin vertex"),
        ((*maps, "--around", "0", "0", "0", "-5"), "--around"),
        (("depth-map", "--body", eggs), "--out"),
        (("depth-map", "--body", eggs, "--out", tmp_path / "x.txt"), ".vtp"),
        (("depth-map", "--body", eggs, "--out", tmp_path / "no" / "x.csv"), "folder"),
    ):
        code, out, err = run(capsys, *words)
        assert (code, out) == (2, ""), words
        assert part in err
    assert list(tmp_path.iterdir()) == []
