"""`needlewise targets`: from where on the skin a point in the body can be reached.

Knows the options and the forms of output; the search is `zones.targets`.
"""

from __future__ import annotations

import argparse
import json
import sys
from typing import TYPE_CHECKING

from viewer.cli.needle_forms import DEFAULT_BODY, DEFAULT_DIAMETER_MM
from viewer.cli.outcome import DONE, BadInputError
from viewer.cli.sizes import check_mm, check_place
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from meshes.body import Body
    from zones.targets import Paths


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "targets",
        help=tr("from where on the skin a point in the body can be reached"),
        description=tr(
            "Try every entry on the skin from which a straight needle reaches the target: keep "
            "those that keep every margin, the length and the tilt, rank them, and count why the "
            "others are refused. Every path listed was assessed again like any other needle."
        ),
    )
    parser.add_argument(
        "--body",
        metavar="BODY",
        default=DEFAULT_BODY,
        help=tr("reference, the id of an imported body, or a body folder"),
    )
    parser.add_argument(
        "--target", nargs=3, type=float, metavar=("X", "Y", "Z"), required=True,
        help=tr("the point to reach, LPS mm"),
    )  # fmt: skip
    parser.add_argument(
        "--max-length", type=float, default=60.0, metavar="MM",
        help=tr("of the inserted needle (default 60)"),
    )  # fmt: skip
    parser.add_argument(
        "--max-tilt", type=float, default=60.0, metavar="DEG",
        help=tr("from the inward skin normal (default 60)"),
    )  # fmt: skip
    parser.add_argument(
        "--diameter", type=float, default=DEFAULT_DIAMETER_MM, metavar="MM",
        help=tr("of the shaft (default {mm})", mm=f"{DEFAULT_DIAMETER_MM:.2f}"),
    )  # fmt: skip
    parser.add_argument(
        "--margin",
        type=float,
        metavar="MM",
        help=tr("required of every danger zone, in place of its own"),
    )
    parser.add_argument(
        "--top", type=int, default=12, metavar="N", help=tr("paths listed (default 12)")
    )
    parser.add_argument("--json", action="store_true", help=tr("one JSON document"))


def run(args: argparse.Namespace) -> int:
    """Search, and print the page or the document."""
    from meshes.body import load_body
    from viewer.cli.needle_table import margin_mm

    if args.margin is not None:
        margin_mm(args.margin, "--margin")
    if args.top < 1:
        raise BadInputError(tr("--top is {n}; expected at least 1", n=args.top))
    check_place("--target", args.target)
    check_mm("--diameter", args.diameter)
    check_mm("--max-length", args.max_length, above_zero=True)
    body = load_body(args.body)
    found = _found(body, args)
    if not args.json:
        from viewer.target_words import targets_text

        print(targets_text(body, found))
        return DONE
    from viewer.notices_text import notice
    from zones.report_card import report_card
    from zones.targets_document import targets_document

    card = report_card(body).document()
    document = targets_document(body, found, notice=notice(), report_card=card)
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
    return DONE


def _found(body: Body, args: argparse.Namespace) -> Paths:
    from dataclasses import replace

    from zones.danger import danger_zones
    from zones.targets import paths_to

    zones = danger_zones(body)
    if args.margin is not None:
        origin = "given on the command line"
        zones = [replace(z, margin_mm=args.margin, margin_origin=origin) for z in zones]
    return paths_to(
        body, args.target, zones, max_length_mm=args.max_length, max_tilt_deg=args.max_tilt,
        radius=args.diameter / 2.0, most=args.top,
    )  # fmt: skip
