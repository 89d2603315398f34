"""`needlewise`: one program, one module per command.

Knows the table of commands, the exit codes and how an error becomes one sentence. A command is
imported only when it is the one asked for: `assess` must not pay for the window, nor load it.

A command module offers ``add_parser(subparsers)`` and ``run(args) -> int``.
"""

from __future__ import annotations

import argparse
import contextlib
import errno
import importlib
import os
import re
import sys
import traceback
from collections.abc import Sequence
from types import ModuleType
from typing import NoReturn

from viewer.cli.outcome import BAD_INPUT, DONE, INTERNAL, PIPE_CLOSED, BadInputError
from viewer.i18n import choice
from viewer.i18n.catalogue import languages
from viewer.i18n.text import tr, use_language

COMMANDS = {
    "gui": "viewer.cli.gui",
    "assess": "viewer.cli.assess",
    "cone": "viewer.cli.cone",
    "depth-map": "viewer.cli.depth_map",
    "sample": "viewer.cli.sample",
    "targets": "viewer.cli.targets",
    "body": "viewer.cli.body",
    "bench": "viewer.cli.bench",
    "doctor": "viewer.cli.doctor",
    "points": "viewer.cli.points",
    "render": "viewer.cli.render",
}
"""In the order of ``--help``. A command is listed when all of its line works."""

_START_WITHOUT_COMMAND = "gui"
_NO_ROOM = (errno.ENOSPC, errno.EFBIG, errno.EDQUOT, errno.EIO)
_NEGATIVE_NUMBER = re.compile(r"-(\d|\.\d|inf|nan)", re.IGNORECASE)


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one sentence."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong and where the help is; exit 2."""
        hint = tr("`{program} --help` shows what it takes", program=self.prog)
        self.exit(BAD_INPUT, f"{self.prog}: {message}; {hint}\n")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    words = [_protected(word) for word in (sys.argv[1:] if argv is None else argv)]
    debug = "--debug" in words
    lang, words = choice.asked(words)
    use_language(choice.for_commands(lang))
    try:
        parser = build_parser(words)
        if lang is not None and not choice.known(lang):
            parser.error(tr("--lang is {code}; expected one of {codes}", code=lang,
                            codes=", ".join(languages())))  # fmt: skip
        args = parser.parse_args([word for word in words if word != "--debug"])
        args.lang = lang
        code = int(args.run(args))
        sys.stdout.flush()
        return code
    except SystemExit as stop:  # argparse has said its sentence
        return stop.code if isinstance(stop.code, int) else DONE if stop.code is None else INTERNAL
    except KeyboardInterrupt:
        print(tr("needlewise: stopped"), file=sys.stderr)
        return 130
    except BrokenPipeError:  # `needlewise … | head`: the reader has what it wanted
        _forget_output()
        return PIPE_CLOSED
    except Exception as error:
        if isinstance(error, OSError) and error.filename is None and error.errno in _NO_ROOM:
            return _answer_lost(error)
        return _explain(error, debug)


def build_parser(words: Sequence[str] = ()) -> Parser:
    """Return the parser; given the words, only the command among them is imported."""
    parser = Parser(prog="needlewise", description=tr(
        "See what lies under a dry-needling point, and how far a needle stays from it. "
        "Coordinates are LPS millimetres, angles degrees."
    ))  # fmt: skip
    parser.add_argument("--version", action="version", version=_version())
    parser.add_argument(
        "--debug", action="store_true", help=tr("on an internal failure, show where it happened")
    )
    parser.add_argument(
        "--lang",
        metavar="CODE",
        help=tr("language of texts: {codes}", codes=", ".join(languages())),
    )
    asked = next((word for word in words if not word.startswith("-")), None)
    if asked is None and not {"-h", "--help", "--version"} & set(words):
        asked = _START_WITHOUT_COMMAND
    commands = parser.add_subparsers(dest="command", metavar=tr("COMMAND"))
    for name in [asked] if asked in COMMANDS else COMMANDS:
        module = _module(name)
        before = set(commands.choices)
        module.add_parser(commands)
        for added in set(commands.choices) - before:
            commands.choices[added].set_defaults(run=module.run)
        if name == _START_WITHOUT_COMMAND:
            parser.set_defaults(**vars(commands.choices[name].parse_args([])))
    return parser


def _module(name: str) -> ModuleType:
    return importlib.import_module(COMMANDS[name])


def _protected(word: str) -> str:
    """Argparse takes ``-1e-5`` for an option; with a space before it, it is a number again."""
    return f" {word}" if _NEGATIVE_NUMBER.match(word) else word


def _version() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"needlewise {version('needlewise')}"
    except PackageNotFoundError:
        return "needlewise (not installed)"


def _is_users_mistake(error: Exception) -> bool:
    """The core raises its own families for misuse; an `OSError` names a file someone named."""
    from meshes.errors import MeshError
    from zones.errors import ZoneError

    return isinstance(error, (BadInputError, MeshError, ZoneError)) or (
        isinstance(error, OSError) and error.filename is not None
    )


def _answer_lost(error: OSError) -> int:
    """Files name themselves (`meshes.io.whole_file`): what has no name is the answer itself."""
    print(
        f"needlewise: the answer cannot be written to standard output: {error.strerror}; send it "
        "to a place that has room",
        file=sys.stderr,
    )
    _forget_output()
    return BAD_INPUT


def _forget_output() -> None:
    """Let nothing be tried again at the end of the program: that would change the exit code."""
    with contextlib.suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _has_sentence(error: OSError) -> bool:
    from meshes.errors import MeshError

    return isinstance(error, MeshError)


def _explain(error: Exception, debug: bool) -> int:
    text = " ".join(str(error).split())
    if _is_users_mistake(error):
        if isinstance(error, OSError) and error.strerror and not _has_sentence(error):
            text = f"{error.filename}: {error.strerror}"
        print(f"needlewise: {text}", file=sys.stderr)
        return BAD_INPUT
    if debug:
        traceback.print_exception(error, file=sys.stderr)
    print(
        tr(
            "needlewise: internal failure ({kind}: {text}); nothing can be said about the input; "
            "run it again with --debug and report what it prints",
            kind=type(error).__name__, text=text or "-",
        ),
        file=sys.stderr,
    )  # fmt: skip
    return INTERNAL


if __name__ == "__main__":
    sys.exit(main())
