"""The options by which a command is given needles; `viewer.cli.needle_forms` reads them."""

from __future__ import annotations

import argparse
from pathlib import Path

from viewer.cli.needle_forms import DEFAULT_DIAMETER_MM
from viewer.i18n.text import tr

_XYZ = ("X", "Y", "Z")


def add_needle_options(parser: argparse.ArgumentParser) -> None:
    """Declare PLAN, --needles, --entry with its company, --point with --side, --body, --margin."""
    parser.add_argument("plan", nargs="?", metavar="PLAN", type=Path, help=tr("a plan file"))
    parser.add_argument(
        "--body",
        metavar="BODY",
        help=tr(
            "reference, the id of an imported body, or a body folder (default: the plan's "
            "body, or reference)"
        ),
    )
    parser.add_argument(
        "--needles", metavar="TABLE.csv", type=Path, help=tr("many needles, one per line")
    )
    one = parser.add_argument_group(tr("one needle"))
    one.add_argument("--entry", nargs=3, type=float, metavar=_XYZ, help=tr("entry point, mm"))
    one.add_argument("--direction", nargs=3, type=float, metavar=("DX", "DY", "DZ"))
    one.add_argument("--target", nargs=3, type=float, metavar=_XYZ, help=tr("a point to aim at"))
    one.add_argument("--tilt", type=float, metavar="DEG", help=tr("from the inward skin normal"))
    one.add_argument(
        "--azimuth",
        type=float,
        metavar="DEG",
        help=tr("turn about the normal; 0 is towards the head"),
    )
    one.add_argument(
        "--depth",
        type=float,
        metavar="MM",
        help=tr("entry point to tip; with --target, by default to the target"),
    )
    one.add_argument(
        "--diameter",
        type=float,
        metavar="MM",
        help=tr("of the shaft (default {mm})", mm=f"{DEFAULT_DIAMETER_MM:.2f}"),
    )
    point = parser.add_argument_group(tr("a point of the catalogue, with its stored approach"))
    point.add_argument("--point", metavar="ID", help=tr("`needlewise points list` names them"))
    point.add_argument("--side", choices=("left", "right"), help=tr("the subject's own"))
    parser.add_argument(
        "--margin",
        type=float,
        metavar="MM",
        help=tr("required of every danger zone, in place of its own"),
    )
