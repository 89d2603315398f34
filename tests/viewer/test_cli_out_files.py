"""Every command that writes a file: what cannot be written is named as it was asked for, exit 2."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest
from checkout import ROOT
from egg_folder import egg_folder

from viewer.cli import demo
from viewer.cli.main import main

ENTRY = ("--entry", "70", "85", "20")
AROUND = ("--around", "70", "85", "20", "40")


@pytest.fixture(scope="module")
def egg(tmp_path_factory):
    return str(egg_folder(tmp_path_factory.mktemp("eggs")))


def commands(egg):
    """The words before the name of the file, and how that name has to end."""
    return {
        "cone": (("cone", "--body", egg, *ENTRY, "--grid", "5", "--csv"), ".csv"),
        "map as a table": (("depth-map", "--body", egg, *AROUND, "--out"), ".csv"),
        "map as a surface": (("depth-map", "--body", egg, *AROUND, "--out"), ".vtp"),
        "render": (("render", "absent.json", "--out"), ".png"),
        "points": (("points", "check", "--variants", "--body", egg, "--csv"), ".csv"),
        "export": (("body", "export", egg, "--out"), ""),
    }


def refused(capsys, words, path, why):
    code = main([*words, str(path)])
    said = capsys.readouterr()
    assert (code, said.out) == (2, "")
    assert said.err.splitlines()[-1].startswith(f"needlewise: {path} cannot be written: {why}")
    assert ".part" not in said.err


@pytest.mark.parametrize("command", list(commands("")))
def test_a_name_that_cannot_be_written_is_refused_and_named(command, egg, tmp_path, capsys):
    words, ending = commands(egg)[command]
    (tmp_path / "file").write_text("old")
    refused(capsys, words, tmp_path / "file" / f"x{ending}", "Not a directory")
    if command != "export":  # which makes the folders above, and takes an empty one
        refused(capsys, words, tmp_path / "no" / f"x{ending}", "No such file or directory")
        (tmp_path / f"folder{ending}").mkdir()
        refused(capsys, words, tmp_path / f"folder{ending}", "Is a directory")
        (tmp_path / f"folder{ending}").rmdir()
    assert [(p.name, p.read_text()) for p in tmp_path.iterdir()] == [("file", "old")]


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("command", ["cone", "map as a surface", "export"])
def test_no_room_is_exit_2_and_leaves_nothing(command, egg, tmp_path):
    words, ending = commands(egg)[command]
    path = tmp_path / f"x{ending}"
    program = [sys.executable, "-m", "viewer.cli.main", *words, str(path)]
    done = subprocess.run(
        ["bash", "-c", 'ulimit -f 1; exec "$0" "$@"', *program], cwd=ROOT, capture_output=True,
        text=True, timeout=300, check=False, env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 2, done.stderr
    assert done.stderr.splitlines()[-1].startswith(f"needlewise: {path} cannot be written: ")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_an_answer_that_standard_output_cannot_hold_is_exit_2():
    done = subprocess.run(
        ["bash", "-c", '"$0" -m viewer.cli.main points list > /dev/full', sys.executable],
        cwd=ROOT, capture_output=True, text=True, timeout=300, check=False,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("needlewise: the answer cannot be written to standard output: ")
    assert done.stderr.count("\n") == 1


def test_the_demonstration_says_so_too(tmp_path, monkeypatch, capsys):
    (tmp_path / "file").write_text("old")

    def written(folder):
        from viewer.canvas.png import write_whole

        write_whole(folder / "demo.png", b"")

    monkeypatch.setattr(demo, "write_demo", written)
    assert demo.main([str(tmp_path / "file")]) == 2
    assert "demo.png cannot be written: Not a directory" in capsys.readouterr().err
