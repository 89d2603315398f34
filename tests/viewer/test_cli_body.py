import json
from dataclasses import replace

import numpy as np
import pytest
from shapes import ball_arrays, egg_body

from meshes.io.ply import write_ply
from meshes.packs.schema import read_body_folder, write_body_folder
from meshes.packs.store import bodies_dir
from viewer.cli.main import main


@pytest.fixture
def run(home, capsys):
    """Run a command: exit code, standard output, standard error."""

    def run(*words):
        code = main(["body", *map(str, words)])
        captured = capsys.readouterr()
        return code, captured.out, captured.err

    return run


@pytest.fixture
def foreign(tmp_path):
    folder = tmp_path / "set"
    folder.mkdir()
    for name, x in (("Lung_l", 60), ("Lung_r", -60)):
        points, faces = ball_arrays(1.0, (x, 0, 0), (20, 15, 30), 8)
        write_ply(folder / f"{name}.ply", points, faces, "", "")
    return folder


STATED = ("--units", "mm", "--frame", "LPS")


def is_one_sentence(text):
    return len(text.strip().splitlines()) == 1 and "Traceback" not in text


def test_import_show_check_export_and_back(run, foreign, tmp_path):
    code, out, _ = run("import", foreign, "--id", "mine", *STATED, "--licence", "CC0")
    assert code == 0
    assert "Findings:" in out
    code, out, _ = run("list")
    assert code == 0
    assert "mine" in out
    assert "reference" in out
    code, out, _ = run("show", "mine", "--json")
    document = json.loads(out)
    assert code == 0
    assert set(document) == {"body", "structures"}
    assert set(document["structures"][0]) == {
        "id", "name", "latin", "fma", "side", "system", "layer", "closed", "derived", "faces",
    }  # fmt: skip
    assert [s["id"] for s in document["structures"]] == ["lung_left", "lung_right"]
    code, out, _ = run("export", "mine", "--out", tmp_path / "out")
    assert code == 0
    body = read_body_folder(tmp_path / "out")
    assert body.content_hash == document["body"]["hash"]
    assert body.content_hash in out
    header = (tmp_path / "out" / "surfaces" / "lung_left.ply").read_bytes()[:400]
    assert b"property double x" in header
    assert b"comment frame LPS" in header
    points, _ = ball_arrays(1.0, (60, 0, 0), (20, 15, 30), 8)
    assert body["lung_left"].surface.points.tobytes() == points.tobytes()


def test_check_lists_findings_and_says_that_nothing_was_measured_yet(run, foreign):
    run("import", foreign, "--id", "mine", *STATED)
    code, out, _ = run("check", "mine", "--json")
    document = json.loads(out)
    assert code == 0
    assert {"body", "variant", "findings", "acceptance", "report_card"} == set(document)
    assert {"structure", "check", "message"} <= set(document["findings"][0])
    code, out, _ = run("check", "mine")
    assert "not tested: the body has no heart" in out


def test_json_is_alone_on_standard_output(run, foreign):
    for words in (("list",), ("import", foreign, "--id", "m", *STATED), ("show", "m"),
                  ("check", "m")):  # fmt: skip
        code, out, _ = run(*words, "--json")
        assert code == 0
        json.loads(out)


def test_the_reference_body_is_shown_checked_and_exported(run, tmp_path):
    code, out, _ = run("check", "reference", "--json")
    document = json.loads(out)
    rows = document["acceptance"]
    failed = [r["id"] for r in rows if r["gate"] == "required" and r["result"] == "fail"]
    assert code == (3 if failed else 0)
    assert sum(r["result"] == "pass" for r in rows) > 50
    assert [f for f in document["findings"] if f.get("severity") == "block"] == []
    code, _, _ = run("export", "reference", "--out", tmp_path / "ref")
    assert code == 0
    assert read_body_folder(tmp_path / "ref").content_hash == document["body"]["hash"]


def test_a_blocked_body_is_looked_at_by_check_alone(run, home, tmp_path):
    body = egg_body()
    swapped = {
        **body.structures,
        "lung_left": replace(body["lung_left"], surface=body["lung_right"].surface),
        "lung_right": replace(body["lung_right"], surface=body["lung_left"].surface),
    }
    write_body_folder(replace(body, structures=swapped), bodies_dir() / "egg")
    code, out, err = run("check", "egg")
    assert code == 2
    assert "swapped" in out
    assert "refused" in err
    code, out, err = run("export", "egg", "--out", tmp_path / "out")
    assert code == 2
    assert is_one_sentence(err)
    assert not (tmp_path / "out").exists()


def garbage(folder, what):
    path = folder / "Lung_l.ply"
    if what == "missing":
        return folder / "nowhere"
    if what == "no units":
        return folder
    if what == "empty":
        path.write_bytes(b"")
    elif what == "truncated":
        path.write_bytes(path.read_bytes()[:700])
    elif what == "nan":
        points, faces = ball_arrays(1.0, (60, 0, 0), (20, 15, 30), 8)
        points[3] = np.nan
        write_ply(path, points, faces)
    elif what == "no face":
        points, _ = ball_arrays(1.0)
        write_ply(path, points, np.zeros((0, 3), int))
    elif what == "gigabyte":
        with path.open("wb") as stream:
            stream.truncate(1_000_000_000)
    elif what == "gigabyte header":
        with path.open("r+b") as stream:
            stream.truncate(1_000_000_000)
            head = (
                b"ply\nformat binary_little_endian 1.0\nelement vertex 40000000\n"
                b"property double x\nproperty double y\nproperty double z\n"
                b"element face 10\nproperty list uchar int vertex_indices\nend_header\n"
            )
            stream.write(head)
    elif what == "text":
        path.write_text("hello\n" * 500)
    return folder


@pytest.mark.parametrize(
    "what",
    ["missing", "no units", "empty", "truncated", "nan", "no face", "gigabyte", "gigabyte header",
     "text"],
)  # fmt: skip
def test_bad_input_is_one_sentence_exit_2_and_nothing_written(run, foreign, home, what):
    path = garbage(foreign, what)
    words = () if what == "no units" else STATED
    code, out, err = run("import", path, "--id", "mine", *words)
    lines = [line for line in err.splitlines() if not line.startswith("reading ")]
    assert code == 2
    assert out == ""
    assert len(lines) == 1
    assert lines[0].startswith("needlewise: ")
    assert not (home / "bodies").exists() or not list((home / "bodies").iterdir())


@pytest.mark.parametrize(
    "words",
    [
        ("show", "nobody"),
        ("check", "nobody"),
        ("export", "nobody", "--out", "x"),
        ("export", "reference", "--out", "x", "--phase", "1.5"),
        ("export", "reference", "--out", "x", "--variant", "X9"),
        ("check", "reference", "--variant", "X9"),
        ("check", "egg", "--variant", "M1"),
        ("import", "reference", "--id", "../up", *STATED),
        ("import",),
        ("frobnicate",),
        (),
    ],
)
def test_wrong_words_are_one_sentence_and_exit_2(run, tmp_path, monkeypatch, words):
    monkeypatch.chdir(tmp_path)
    code, out, err = run(*words)
    assert code == 2
    assert out == ""
    assert is_one_sentence(err)
    assert [p for p in tmp_path.rglob("*") if p.name == "x"] == []


def test_export_never_writes_into_a_folder_with_content(run, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("keep me")
    code, _, err = run("export", "reference", "--out", tmp_path / "out")
    assert code == 2
    assert "not empty" in err
    assert [p.name for p in (tmp_path / "out").iterdir()] == ["mine.txt"]


def test_an_unreadable_body_does_not_hide_the_others(run, home):
    write_body_folder(egg_body(), bodies_dir() / "egg")
    (bodies_dir() / "egg" / "structures.csv").write_text("nonsense")
    code, out, err = run("list")
    assert code == 0
    assert "reference" in out
    assert "egg: not readable" in err
