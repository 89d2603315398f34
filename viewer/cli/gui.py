"""`needlewise gui`: the window."""

from __future__ import annotations

import argparse
from pathlib import Path

from viewer.i18n.text import tr


def add_parser(subparsers: argparse._SubParsersAction) -> None:
    """Describe the command."""
    parser = subparsers.add_parser("gui", help=tr("open the app"))
    parser.add_argument("plan", nargs="?", metavar="PLAN", help=tr("a plan file to open"))
    parser.add_argument("--body", metavar="BODY", help=tr("body to open; default: reference"))
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Open the window; it is imported only here."""
    from viewer.app import run as open_window

    plan = getattr(args, "plan", None)
    return open_window(
        getattr(args, "body", None), Path(plan) if plan else None, getattr(args, "lang", None)
    )
