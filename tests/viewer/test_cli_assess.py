"""`needlewise assess`: every form, the document, the exit codes, every mistake."""

from __future__ import annotations

import json
import math
import re
from pathlib import Path

import numpy as np
import pytest
from egg_folder import egg_folder
from shapes import egg_body

from meshes.body import load_body
from viewer.cli.main import main
from zones.assess import assess
from zones.needle import Needle
from zones.skin import nearest_on_skin

GOLDEN = Path(__file__).parent / "golden"
INTO_LUNG = ["--entry", "70", "100", "20", "--direction", "0", "-1", "0", "--depth", "60"]
OUTSIDE = ["--entry", "0", "0", "400", "--direction", "0", "0", "1", "--depth", "10"]
HEADER = "id,entry_x,entry_y,entry_z,dir_x,dir_y,dir_z,depth,diameter"


@pytest.fixture(scope="module")
def egg(tmp_path_factory):
    return str(egg_folder(tmp_path_factory.mktemp("bodies")))


def run(capsys, *words):
    code = main(["assess", *map(str, words)])
    out, err = capsys.readouterr()
    return code, out, err


def document(capsys, *words):
    code, out, _ = run(capsys, *words, "--json")
    assert code in (0, 3, 4)
    return code, json.loads(out)


def refused(capsys, *words):
    code, out, err = run(capsys, *words)
    assert code == 2
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    return err


# ---- the document -------------------------------------------------------------------------------


def test_the_document_is_that_of_the_library(capsys, egg):
    code, found = document(capsys, "--body", egg, *INTO_LUNG)
    assert code == 3
    result = assess(load_body(egg), Needle([70, 100, 20], [0, -1, 0], 60, 0.15)).needles[0]
    needle = found["needles"][0]
    assert needle["verdict"] == result.verdict.value == "breach"
    assert [z["clearance"] for z in needle["zones"]] == [z.clearance for z in result.zones]
    assert [z["verdict"] for z in needle["zones"]] == [z.verdict.value for z in result.zones]


def test_the_document_has_every_field_of_the_contract(capsys, egg):
    _, found = document(capsys, "--body", egg, *INTO_LUNG)
    assert found["schema"] == "needlewise/assessment/1"
    assert (found["frame"], found["units"]) == ("LPS", "mm")
    assert {"id", "version", "hash", "posture", "phase"} <= set(found["body"])
    assert {"engine", "not_modelled", "report_card", "notice"} <= set(found)
    assert {"sites", "worst_deviation"} <= set(found["report_card"])
    needle = found["needles"][0]
    assert {"entry", "tip", "direction", "depth", "radius", "verdict", "limit_depth", "zones",
            "layers"} <= set(needle)  # fmt: skip
    assert {"id", "name", "side", "structures", "margin", "clearance", "clearance_worst",
            "at_depth", "nearest", "first_contact", "verdict", "derived", "note",
            } <= set(needle["zones"][0])  # fmt: skip
    assert {"structure", "enter", "exit"} <= set(needle["layers"][0])
    assert "Not a medical device" in found["notice"]


def test_the_document_is_the_same_bytes_every_time_and_the_golden_one(capsys, egg):
    """If the document changed on purpose, write what `essence` returns to the file."""
    first = run(capsys, "--body", egg, *INTO_LUNG, "--json")
    assert run(capsys, "--body", egg, *INTO_LUNG, "--json") == first
    golden = json.loads((GOLDEN / "assess_egg.json").read_text(encoding="utf-8"))
    assert_close(essence(json.loads(first[1])), golden)


def essence(document):
    """What the engine says, without the rows the egg lacks: those come and go."""
    kept = {key: document[key] for key in ("schema", "engine", "body", "frame", "units", "verdict")}
    kept["needles"] = [
        {**needle, "zones": [zone for zone in needle["zones"] if zone["structures"]]}
        for needle in document["needles"]
    ]
    return kept


def assert_close(found, wanted, where=""):
    """Equal, numbers to 1e-9: other processors round the last bit otherwise."""
    assert type(found) is type(wanted), where
    if isinstance(wanted, dict):
        assert list(found) == list(wanted), where
        for key in wanted:
            assert_close(found[key], wanted[key], f"{where}.{key}")
    elif isinstance(wanted, list):
        assert len(found) == len(wanted), where
        for k, pair in enumerate(zip(found, wanted, strict=True)):
            assert_close(*pair, f"{where}[{k}]")
    elif isinstance(wanted, float):
        assert math.isclose(found, wanted, rel_tol=1e-9, abs_tol=1e-9), where
    else:
        assert found == wanted, where


def test_clearance_and_first_contact_are_those_of_the_ellipsoid(capsys, egg):
    """The pleura is an ellipsoid of 24 rings: facets lie at most its sagitta inside."""
    _, found = document(capsys, "--body", egg, "--entry", 70, 100, 20, "--target", 70, 80, 20)
    pleura = {z["id"]: z for z in found["needles"][0]["zones"]}["parietal_pleura_left"]
    assert 13.85 - 1e-9 <= pleura["clearance"] <= 13.85 + 1.2
    assert 34 - 1e-9 <= pleura["first_contact"] <= 34 + 1.2
    assert pleura["at_depth"] == pytest.approx(20)


# ---- exit codes ---------------------------------------------------------------------------------


def test_a_breach_and_a_margin_not_kept_are_3(capsys, egg):
    assert run(capsys, "--body", egg, *INTO_LUNG)[0] == 3
    near = ["--entry", 70, 100, 20, "--direction", 0, -1, 0, "--depth", 30]
    assert run(capsys, "--body", egg, *near)[0] == 3
    assert run(capsys, "--body", egg, *near, "--margin", 1)[0] == 4


def test_nothing_wrong_but_something_unknown_is_4(capsys, egg):
    """The egg has no kidney: its row is there, not assessed, and decides the exit code."""
    code, found = document(capsys, "--body", egg, *OUTSIDE)
    assert code == 4
    kidney = next(z for z in found["needles"][0]["zones"] if z["id"] == "kidney_left")
    assert (kidney["verdict"], kidney["clearance"]) == ("not_assessed", None)


def test_all_clear_is_0(monkeypatch, capsys, egg):
    import zones.danger as danger

    complete = [z for z in danger.danger_zones(load_body(egg)) if z.structures and not z.note]
    assert complete
    monkeypatch.setattr(danger, "danger_zones", lambda body: complete)
    assert run(capsys, "--body", egg, *OUTSIDE)[0] == 0


# ---- forms --------------------------------------------------------------------------------------


def test_direction_target_and_angles_say_the_same(capsys, egg):
    entry = ["--body", egg, "--entry", 70, 100, 20]
    by_direction = document(capsys, *entry, "--direction", 0, -2, 0, "--depth", 30)
    by_target = document(capsys, *entry, "--target", 70, 70, 20)
    assert by_direction == by_target
    _, by_angle = document(capsys, *entry, "--tilt", 0, "--azimuth", 0, "--depth", 30)
    direction = np.array(by_angle["needles"][0]["direction"])
    assert np.linalg.norm(direction) == pytest.approx(1)
    assert direction @ [0, -1, 0] > 0.7
    _, tilted = document(capsys, *entry, "--tilt", 25, "--azimuth", 40, "--depth", 30)
    cosine = direction @ np.array(tilted["needles"][0]["direction"])
    assert math.degrees(math.acos(cosine)) == pytest.approx(25, abs=1e-6)


def test_the_diameter_is_twice_the_radius_and_lowers_every_clearance(capsys, egg):
    _, thin = document(capsys, "--body", egg, *OUTSIDE, "--diameter", 0.2)
    _, thick = document(capsys, "--body", egg, *OUTSIDE, "--diameter", 1.2)
    assert thick["needles"][0]["radius"] == 0.6
    pairs = zip(thin["needles"][0]["zones"], thick["needles"][0]["zones"], strict=True)
    for a, b in pairs:
        if a["clearance"] is not None:
            assert a["clearance"] - b["clearance"] == pytest.approx(0.5)


def test_a_table_gives_one_document_in_its_order(capsys, egg, tmp_path):
    table = tmp_path / "needles.csv"
    table.write_text(
        f"{HEADER},margin\nb,70,100,20,0,-1,0,60,0.3,\na,0,0,400,0,0,1,10,0.3,2.5\n"
        "c,70,100,20,0,-1,0,30,0.3,1\n"
    )
    code, found = document(capsys, "--body", egg, "--needles", table)
    assert code == 3
    assert [n["id"] for n in found["needles"]] == ["b", "a", "c"]
    assert [n["verdict"] for n in found["needles"]] == ["breach", "not_assessed", "not_assessed"]
    assert {z["margin"] for z in found["needles"][1]["zones"]} == {2.5}
    _, single = document(capsys, "--body", egg, *INTO_LUNG)
    assert found["needles"][0]["zones"] == single["needles"][0]["zones"]


def test_a_plan_is_assessed_with_its_margins_and_muted_zones_are_not_clear(capsys, egg, tmp_path):
    from dataclasses import replace

    from zones.plan import PlannedNeedle, empty_plan
    from zones.plan_file import write_plan

    body = load_body(egg)
    needle = PlannedNeedle("n1", "one", Needle([0, 0, 400], [0, 0, 1], 10))
    plan = replace(
        empty_plan(body), needles=(needle,), margins={"heart": 500.0},
        muted_zones=frozenset({"lung_left"}),
    )  # fmt: skip
    write_plan(plan, tmp_path / "plan.json")
    code, found = document(capsys, tmp_path / "plan.json", "--body", egg)
    zones = {z["id"]: z for z in found["needles"][0]["zones"]}
    assert (code, found["needles"][0]["id"]) == (3, "n1")
    assert (zones["heart"]["margin"], zones["heart"]["verdict"]) == (500.0, "within_margin")
    assert zones["lung_left"]["verdict"] == "not_assessed"
    assert zones["lung_right"]["verdict"] == "clear"


def test_a_catalogue_point_is_its_stored_approach(capsys):
    from zones.points import resolve_point

    code, found = document(capsys, "--point", "rma", "--side", "left")
    needle = resolve_point(load_body("reference"), "RMA", "left").needle
    told = found["needles"][0]
    codes = {"breach": 3, "within_margin": 3, "not_assessed": 4, "clear": 0}
    assert code == codes[told["verdict"]]
    assert told["id"] == "RMA left"
    assert told["entry"] == needle.entry.tolist()
    assert told["depth"] == needle.depth


def test_a_point_that_the_body_cannot_place_is_refused_with_the_reason(capsys, egg):
    assert "RMA left" in refused(capsys, "--point", "RMA", "--side", "left", "--body", egg)
    assert "XX" in refused(capsys, "--point", "XX", "--side", "left")


def test_a_page_for_people_has_verdict_numbers_unknowns_and_the_notice(capsys, egg):
    _, out, _ = run(capsys, "--body", egg, *INTO_LUNG)
    assert "BREACH" in out
    assert "Parietal pleura left" in out
    assert "Not assessed" in out
    assert "Kidney left" in out
    assert "Not a medical device" in " ".join(out.split())
    assert max(map(len, out.splitlines())) <= 110


def test_an_entry_point_off_the_skin_is_said_on_standard_error(capsys, egg):
    code, out, err = run(capsys, "--body", egg, *OUTSIDE, "--json")
    assert code == 4
    json.loads(out)
    assert "not on the skin" in err
    assert re.search(r"17[45]\.\d mm", err)
    assert "depths count from the entry point" in err


def test_two_millimetres_of_air_are_said_too(capsys, egg):
    """They would lengthen every depth that is read as if it began at the skin."""
    entry, rest = INTO_LUNG[1:4], INTO_LUNG[4:]
    direction = np.array([float(x) for x in rest[rest.index("--direction") + 1 :][:3]])
    on_skin = nearest_on_skin(load_body(egg), [float(x) for x in entry])
    for lift, said in ((0.0, False), (2.0, True)):
        at = [f"{x:.6f}" for x in on_skin - lift * direction / np.linalg.norm(direction)]
        _, _, err = run(capsys, "--body", egg, "--entry", *at, *rest)
        assert ("not on the skin" in err) is said


# ---- mistakes -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ([], "exactly one of"),
        (["plan.json", "--needles", "t.csv"], "exactly one of"),
        (["--entry", "1", "2", "3"], "exactly one of --direction"),
        (["--entry", "1", "2", "3", "--direction", "0", "0", "1"], "--depth is missing"),
        (["--entry", "1", "2", "3", "--direction", "0", "0", "1", "--target", "0", "0", "0"],
         "exactly one of --direction"),
        (["--entry", "1", "2", "3", "--tilt", "5", "--depth", "9"], "belong together"),
        (["--entry", "nan", "2", "3", "--direction", "0", "0", "1", "--depth", "9"], "finite"),
        (["--entry", "inf", "2", "3", "--direction", "0", "0", "1", "--depth", "9"], "finite"),
        (["--entry", "1", "2", "3", "--direction", "0", "0", "0", "--depth", "9"], "zero"),
        (["--entry", "1", "2", "3", "--target", "1", "2", "3"], "zero"),
        (["--entry", "1", "2", "3", "--direction", "0", "0", "1", "--depth", "-4"], "-4.0 mm"),
        (["--entry", "1", "2", "3", "--direction", "0", "0", "1", "--depth", "nan"], "nan mm"),
        ([*INTO_LUNG, "--diameter", "-1"], "radius is -0.5 mm"),
        ([*INTO_LUNG, "--margin", "-1"], "margin is -1.0"),
        ([*INTO_LUNG, "--margin", "nan"], "margin is nan"),
        ([*INTO_LUNG, "--body", "nobody"], "there is no body 'nobody'"),
        (["--needles", "absent.csv"], "absent.csv"),
        (["absent.json"], "absent.json"),
        (["absent.json", "--depth", "5"], "--depth belongs to --entry"),
        (["--point", "RMA"], "--point and --side belong together"),
        (["--point", "RMA", "--side", "left", "--depth", "5"], "--depth belongs to --entry"),
    ],
)  # fmt: skip
def test_mistakes_are_refused_in_one_sentence(words, says, capsys):
    assert says in refused(capsys, *words)


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "no column id"),
        (HEADER.replace(",depth", "") + "\n", "no column depth"),
        (HEADER + ",colour\n", "'colour'"),
        (HEADER + "\n", "no needle"),
        (HEADER + "\na,1,2,3,0,0,1,5\n", "line 2: 8 cells"),
        (HEADER + "\na,1,2,x,0,0,1,5,0.3\n", "line 2: entry_z is 'x'"),
        (HEADER + "\na,1,2,nan,0,0,1,5,0.3\n", "line 2: the entry point"),
        (HEADER + "\na,1,2,3,0,0,0,5,0.3\n", "line 2: the direction is zero"),
        (HEADER + "\n\na,1,2,3,0,0,1,-5,0.3\n", "line 3: the depth is -5.0"),
        (HEADER + "\na,1,2,3,0,0,1,5,0.3\na,1,2,3,0,0,1,5,0.3\n", "'a' is empty or occurs twice"),
        (HEADER + ",margin\na,1,2,3,0,0,1,5,0.3,-1\n", "margin is -1"),
        (HEADER + '\n"a,1,2,3,0,0,1,5,0.3\n', "line"),
    ],
)
def test_a_bad_table_names_the_line(text, says, capsys, tmp_path):
    table = tmp_path / "t.csv"
    table.write_text(text)
    assert says in refused(capsys, "--needles", table)


def test_bytes_that_are_no_text_are_refused(capsys, tmp_path):
    table = tmp_path / "t.csv"
    table.write_bytes(bytes(range(256)) * 40)
    assert "UTF-8" in refused(capsys, "--needles", table)
    assert refused(capsys, table)


def test_a_plan_for_another_body_and_a_newer_plan_are_refused(capsys, egg, tmp_path):
    from dataclasses import replace

    from zones.plan import PlannedNeedle, empty_plan
    from zones.plan_file import write_plan

    needle = PlannedNeedle("n1", "one", Needle([0, 0, 400], [0, 0, 1], 10))
    other = replace(egg_body(), content_hash="another")
    write_plan(replace(empty_plan(other), needles=(needle,)), tmp_path / "other.json")
    assert "another" in refused(capsys, tmp_path / "other.json", "--body", egg)
    text = (tmp_path / "other.json").read_text().replace("needlewise/plan/1", "needlewise/plan/99")
    (tmp_path / "newer.json").write_text(text)
    assert "99" in refused(capsys, tmp_path / "newer.json", "--body", egg)


def test_the_breath_takes_the_published_way_off_where_the_body_stands_still(capsys, egg):
    needle = [*INTO_LUNG[:-1], "5"]
    _, plain = document(capsys, "--body", egg, *needle)
    code, worst = document(capsys, "--body", egg, *needle, "--breathing")
    before, after = (
        next(z for z in d["needles"][0]["zones"] if z["id"] == "parietal_pleura_left")
        for d in (plain, worst)
    )
    assert code in (3, 4)
    assert before["clearance_worst"] == before["clearance"] == after["clearance"]
    assert after["clearance_worst"] == pytest.approx(before["clearance"] - 4.5)
    assert after["worst_phase"] is None
    assert worst["needles"][0]["limit_depth"] < plain["needles"][0]["limit_depth"]
    _, out, _ = run(capsys, "--body", egg, *needle, "--breathing")
    assert "stands still" in out


def test_the_breath_of_the_reference_body_names_its_worst_phase(capsys):
    code, found = document(capsys, "--point", "QL-S", "--side", "left", "--breathing")
    assert code == 3
    zones = {z["id"]: z for z in found["needles"][0]["zones"]}
    kidney = zones["kidney_left"]
    assert kidney["worst_phase"] == 1.0  # it comes down with the breath
    assert kidney["clearance_worst"] < kidney["clearance"]
    assert "not_modelled.breathing" not in found["not_modelled"]
    assert all(z["clearance_worst"] <= z["clearance"] for z in zones.values() if z["structures"])


def test_every_measured_clearance_has_a_range_with_its_sources(capsys, egg):
    _, found = document(capsys, "--body", egg, *INTO_LUNG)
    told = found["uncertainty"]
    assert all(row["source"] and row["evidence"] for row in told["contributions"])
    (needle,) = told["needles"]
    measured = {z["id"]: z["clearance"] for z in found["needles"][0]["zones"]
                if z["clearance"] is not None}  # fmt: skip
    assert {row["id"] for row in needle["zones"]} == set(measured)
    for row in needle["zones"]:
        low, high = row["range"]
        assert row["sd"] == pytest.approx(math.hypot(*row["parts"].values()))
        assert high - measured[row["id"]] == pytest.approx(told["cover_sd"] * row["sd"])
        assert measured[row["id"]] - low >= high - measured[row["id"]] - 1e-9  # worse side wider
    _, out, _ = run(capsys, "--body", egg, *INTO_LUNG)
    assert "2 SD to each side" in " ".join(out.split())
