"""The README's commands do what it says: every line that starts with the program is run."""

from __future__ import annotations

import re
import shlex

import pytest
from checkout import ROOT

from viewer.cli.main import COMMANDS, main

TEXT = (ROOT / "README.md").read_text(encoding="utf-8") if (ROOT / "README.md").exists() else ""
EXAMPLES = [
    shlex.split(line)[1:]
    for block in re.findall(r"```sh\n(.*?)```", TEXT, re.DOTALL)
    for line in block.splitlines()
    if line.startswith("needlewise ")
]
CODES = {"assess": (0, 3, 4), "doctor": (0, 1), "body check": (0, 3)}
"""What the README says a command may answer; 0 alone for the rest."""
TABLE = """id,entry_x,entry_y,entry_z,dir_x,dir_y,dir_z,depth,diameter
one,44.4,104.6,-14.3,0.64,-0.51,-0.57,25,0.25
two,44.4,104.6,-14.3,0,-1,0,60,0.30
"""


@pytest.mark.parametrize("words", EXAMPLES, ids=" ".join)
def test_every_example_runs(words, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "needles.csv").write_text(TABLE)
    code = main(words)
    out, err = capsys.readouterr()
    assert code in CODES.get(" ".join(words[:2]), CODES.get(words[0], (0,)))
    assert out.strip()
    assert "Traceback" not in err
    assert "not on the skin" not in err


def test_there_are_examples_and_they_name_listed_commands():
    assert len(EXAMPLES) >= 8
    assert {words[0] for words in EXAMPLES} <= set(COMMANDS)


def test_the_first_screenful_is_enough_to_run():
    """Thirty lines: what it is, and the two commands."""
    first = "\n".join(TEXT.splitlines()[:30])
    assert "make run" in first
    assert "make test" in first
    assert re.search(r"Python ≥ 3\.11", first)


def test_it_carries_the_notice_and_its_pictures_exist():
    from viewer.notices_text import notice

    plain = " ".join(re.sub(r"^> ?", "", TEXT, flags=re.MULTILINE).split())
    assert notice() in plain
    for path in re.findall(r"!\[[^\]]*\]\(([^)]+)\)", TEXT):
        assert (ROOT / path).is_file(), path


def test_the_python_example_runs(capsys):
    (code,) = re.findall(r"```python\n(.*?)```", TEXT, re.DOTALL)
    exec(code, {})  # the README's own words
    assert "parietal_pleura_left" in capsys.readouterr().out


def test_make_help_lists_every_verb():
    text = (ROOT / "Makefile").read_text(encoding="utf-8")
    verbs = set(re.findall(r"^([a-z-]+):.*## ", text, re.MULTILINE))
    assert {"run", "test", "test-long", "check", "format", "bench", "body", "build", "clean",
            "help"} <= verbs  # fmt: skip
