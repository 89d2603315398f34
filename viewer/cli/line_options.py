"""Options that `needlewise cone` and `needlewise depth-map` share, and what is wrong with them."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from viewer.cli.needle_forms import DEFAULT_BODY, DEFAULT_DIAMETER_MM
from viewer.cli.sizes import check_mm
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from meshes.body import Body
    from zones.danger import DangerZone


def add_line_options(parser: argparse.ArgumentParser) -> None:
    """Declare body, zones, margin, diameter and the depth to search."""
    parser.add_argument(
        "--body", metavar="BODY", default=DEFAULT_BODY,
        help=tr("reference, the id of an imported body, or a body folder"),
    )  # fmt: skip
    parser.add_argument(
        "--zone", nargs="+", metavar="ID", help=tr("only these danger zones (default: all)")
    )
    parser.add_argument(
        "--margin", type=float, metavar="MM",
        help=tr("required of every danger zone, in place of its own"),
    )  # fmt: skip
    parser.add_argument(
        "--diameter", type=float, default=DEFAULT_DIAMETER_MM, metavar="MM",
        help=tr("of the shaft (default {mm})", mm=f"{DEFAULT_DIAMETER_MM:.2f}"),
    )  # fmt: skip
    parser.add_argument(
        "--max-depth", type=float, default=300.0, metavar="MM",
        help=tr("how far along each line to look (default 300)"),
    )  # fmt: skip
    parser.add_argument(
        "--breathing", action="store_true",
        help=tr("limits that hold at every moment of a whole breath; some seconds more"),
    )  # fmt: skip


def check_line_options(args: argparse.Namespace) -> None:
    """Refuse numbers that cannot be, before anything is loaded."""
    from viewer.cli.needle_table import margin_mm

    if args.margin is not None:
        margin_mm(args.margin, "--margin")
    check_mm("--diameter", args.diameter)
    check_mm("--max-depth", args.max_depth, above_zero=True)


def chosen_zones(body: Body, args: argparse.Namespace) -> list[DangerZone]:
    """The zones asked for, with the margin asked for."""
    from dataclasses import replace

    from zones.danger import danger_zones, find_zone

    zones = danger_zones(body)
    if args.zone is not None:
        zones = [find_zone(body, name) for name in dict.fromkeys(args.zone)]
    if args.margin is not None:
        origin = "given on the command line"
        zones = [replace(z, margin_mm=args.margin, margin_origin=origin) for z in zones]
    return zones


def progress_to_stderr(what: str) -> Callable[[float], None]:
    """Say every tenth on standard error, if somebody looks at it."""
    said = [0]

    def progress(share: float) -> None:
        tenths = int(share * 10)
        if tenths > said[0] and sys.stderr.isatty():
            said[0] = tenths
            print(f"needlewise: {what} {10 * tenths} %", file=sys.stderr, flush=True)

    return progress


def counts_text(counts: dict[str, int]) -> str:
    """What was found, in one line."""
    return tr(
        "limited by a margin: {limited}; leave the body first: {leaves}; no conflict found in "
        "model: {none_found}; unknown, a zone is not assessed: {unknown}", **counts,
    )  # fmt: skip
