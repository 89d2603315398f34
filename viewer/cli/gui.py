"""`needlewise gui`: the window."""

from __future__ import annotations

import argparse
import contextlib
import threading
from collections.abc import Callable
from pathlib import Path

from viewer.i18n.text import tr


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Describe the command."""
    parser = subparsers.add_parser("gui", help=tr("open the app"))
    parser.add_argument("plan", nargs="?", metavar="PLAN", help=tr("a plan file to open"))
    parser.add_argument("--body", metavar="BODY", help=tr("body to open; default: reference"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Open the window; it is imported only here, while the body is read beside it."""
    plan, body = getattr(args, "plan", None), getattr(args, "body", None)
    wait = _read_early(body or "reference") if plan is None else lambda: None
    from viewer.app import run as open_window

    return open_window(body, Path(plan) if plan else None, getattr(args, "lang", None), wait)


def _read_early(name: str) -> Callable[[], None]:
    """Begin to read a body; the store keeps the reference. Returns how to wait for that."""
    import meshes.morph  # noqa: F401  what both sides import is imported by one
    from meshes.body import load_body

    def read() -> None:
        with contextlib.suppress(Exception):  # said when the body is asked for in earnest
            load_body(name)

    thread = threading.Thread(target=read, name="early-body", daemon=True)
    thread.start()
    return thread.join
