"""The program's frame: commands, exit codes, one sentence per mistake, no traceback."""

from __future__ import annotations

import json

import pytest
from checkout import python

from meshes.errors import UnknownBodyError
from viewer.cli import main as program
from viewer.cli.main import COMMANDS, build_parser, main
from viewer.cli.outcome import BadInputError


@pytest.fixture
def command(monkeypatch):
    """Make `assess` do whatever the test wants."""
    import viewer.cli.assess as module

    def becomes(work):
        monkeypatch.setattr(module, "run", work)

    return becomes


def raising(error):
    def work(_args):
        raise error

    return work


@pytest.mark.parametrize("name", COMMANDS)
def test_every_listed_command_has_help(name, capsys):
    assert main([name, "--help"]) == 0
    assert f"needlewise {name}" in capsys.readouterr().out


def test_help_lists_every_command_and_nothing_else(capsys):
    assert main(["--help"]) == 0
    out = capsys.readouterr().out
    listed = {line.split()[0] for line in out.splitlines() if line.startswith("    ")}
    assert set(COMMANDS) <= listed


@pytest.mark.parametrize(
    "words",
    [["fly"], ["assess", "--wings"], ["assess", "--depth", "deep"], ["assess", "--entry", "1"]],
)
def test_a_wrong_word_is_one_sentence_on_standard_error(words, capsys):
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1
    assert "Traceback" not in err


@pytest.mark.parametrize(
    "error",
    [
        BadInputError("no such thing"),
        UnknownBodyError("no body"),
        FileNotFoundError(2, "No such file or directory", "plan.json"),
        PermissionError(13, "Permission denied", "plan.json"),
    ],
)
def test_a_users_mistake_is_exit_2_without_a_traceback(error, command, capsys):
    command(raising(error))
    assert main(["assess"]) == 2
    err = capsys.readouterr().err
    assert err.startswith("needlewise: ")
    assert err.count("\n") == 1
    assert "Traceback" not in err


def test_a_defect_is_exit_1_and_shows_where_only_when_asked(command, capsys):
    command(raising(ZeroDivisionError("oh")))
    assert main(["assess"]) == 1
    short = capsys.readouterr().err
    assert "internal failure" in short
    assert "Traceback" not in short
    assert main(["assess", "--debug"]) == 1
    assert "ZeroDivisionError: oh" in capsys.readouterr().err


def test_a_message_of_many_lines_becomes_one(command, capsys):
    command(raising(BadInputError("a\n  b\nc")))
    assert main(["assess"]) == 2
    assert capsys.readouterr().err == "needlewise: a b c\n"


@pytest.mark.parametrize("code", [0, 3, 4])
def test_the_exit_code_is_the_commands(code, command):
    command(lambda _args: code)
    assert main(["assess"]) == code


def test_negative_numbers_are_numbers_in_every_notation():
    words = ["assess", "--entry", "-1e-5", "-.5", "-3", "--direction", "-1E2", "0", "-0"]
    args = build_parser(words).parse_args([program._protected(w) for w in words])
    assert args.entry == [-1e-5, -0.5, -3]
    assert args.direction == [-100, 0, 0]


def test_only_the_command_asked_for_is_imported():
    code = (
        "import sys, json; from viewer.cli.main import build_parser; build_parser(['assess']);"
        "print(json.dumps([m for m in sys.modules if m.startswith('viewer.cli.')]))"
    )
    loaded = set(json.loads(python(code).stdout))
    assert loaded & set(COMMANDS.values()) == {COMMANDS["assess"]}


def test_version_names_the_program(capsys):
    assert main(["--version"]) == 0
    assert capsys.readouterr().out.startswith("needlewise ")


def test_a_closed_pipe_is_told_as_the_shell_tells_it_and_no_traceback(command):
    code = "import sys; from viewer.cli.main import main; sys.exit(main(['body', 'list']))"
    import subprocess
    import sys as system

    done = subprocess.run(
        ["bash", "-c", f'"{system.executable}" -c "{code}" | true; echo ${{PIPESTATUS[0]}}'],
        capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.stdout.strip() == "141", done.stderr
    assert "Traceback" not in done.stderr


def test_a_reader_that_leaves_early_never_reads_as_clear(monkeypatch):
    """`needlewise assess … | head`: 0 would say that every danger zone is clear."""
    import viewer.cli.assess as command

    def gone(args):
        raise BrokenPipeError

    monkeypatch.setattr(command, "run", gone)
    monkeypatch.setattr("os.dup2", lambda *a: None)
    words = ["assess", "--entry", "0", "0", "0", "--direction", "0", "1", "0", "--depth", "5"]
    assert main(words) == 141


@pytest.mark.parametrize(
    "words",
    [
        ["cone", "--entry", "nan", "0", "0"],
        ["assess", "--entry", "0", "0", "0", "--target", "1e200", "0", "0"],
        ["assess", "--entry", "1e200", "0", "0", "--direction", "1", "0", "0", "--depth", "3"],
        ["assess", "--entry", "0", "0", "0", "--direction", "1", "0", "0", "--depth", "3",
         "--margin", "1e20"],
        ["assess", "--entry", "0", "0", "0", "--direction", "1", "0", "0", "--depth", "3",
         "--diameter", "1e20"],
        ["assess", "--body", "", "--entry", "0", "0", "0", "--direction", "1", "0", "0",
         "--depth", "3"],
    ],
)  # fmt: skip
def test_numbers_beyond_all_bodies_are_refused(words, capsys):
    assert main(words) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1
