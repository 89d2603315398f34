"""`needlewise depth-map`: how deep a needle may go, for every vertex of the skin.

Knows the options and the forms of output; what is found is `zones.depth_map`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from viewer.cli.line_options import (
    add_line_options,
    check_line_options,
    chosen_zones,
    counts_text,
    progress_to_stderr,
)
from viewer.cli.outcome import DONE, BadInputError
from viewer.cli.sizes import check_deg, check_mm, check_place
from viewer.i18n.text import tr


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "depth-map",
        help=tr("how deep a needle may go, for every vertex of the skin"),
        description=tr(
            "For every skin vertex: the largest depth at which a needle keeps every margin, along "
            "the inward normal, at a tilt, or the worst within a cone. LPS millimetres and "
            "degrees. A vertex is unknown where nothing was found but a zone is not assessed."
        ),
    )
    add_line_options(parser)
    parser.add_argument(
        "--tilt", type=float, default=0.0, metavar="DEG", help=tr("from the inward skin normal")
    )
    parser.add_argument(
        "--azimuth", type=float, default=0.0, metavar="DEG",
        help=tr("turn about the normal; 0 is towards the head"),
    )  # fmt: skip
    parser.add_argument(
        "--spread", type=float, default=0.0, metavar="DEG",
        help=tr("half angle of a cone about that direction; the worst in it counts"),
    )  # fmt: skip
    parser.add_argument(
        "--around", nargs=4, type=float, metavar=("X", "Y", "Z", "MM"),
        help=tr("only the vertices within MM of a point (default: the whole skin)"),
    )  # fmt: skip
    parser.add_argument(
        "--out", type=Path, metavar="FILE", required=True,
        help=tr("a surface with values (.vtp) or a table (.csv)"),
    )  # fmt: skip
    parser.add_argument("--json", action="store_true", help=tr("the summary as one JSON document"))


def run(args: argparse.Namespace) -> int:
    """Find the map, write it, print what was found."""
    _check(args)
    from meshes.body import load_body
    from viewer.notices_text import notice
    from zones.breath_lines import map_through_breath
    from zones.depth_map import depth_map, vertices_near
    from zones.line_documents import MAP_COLUMNS, map_document, map_rows

    body = load_body(args.body)
    some = None if args.around is None else vertices_near(body, args.around[:3], args.around[3])
    find = map_through_breath if args.breathing else depth_map
    found = find(
        body, vertices=some, tilt_deg=args.tilt, azimuth_deg=args.azimuth, spread_deg=args.spread,
        radius=args.diameter / 2.0, zones=chosen_zones(body, args), max_depth=args.max_depth,
        progress=progress_to_stderr("depth-map"),
    )  # fmt: skip
    if args.out.suffix.lower() == ".csv":
        from viewer.map_files import write_table

        write_table(args.out, MAP_COLUMNS, map_rows(found), notice())
    else:
        from viewer.map_files import write_map_surface

        write_map_surface(args.out, body, found, notice())
    document = map_document(found, body, notice=notice())
    if args.json:
        from zones.report_card import report_card

        document["report_card"] = report_card(body).document()
        json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
        return DONE
    from viewer import describe
    from viewer.notices_text import short_notice

    print(tr("{n} skin vertices written to {path}", n=len(found.vertices), path=args.out))
    print(counts_text(document["counts"]))
    if found.through_breath:
        print(tr("at every moment of a whole breath"))
    depth = document["limit_depth"]
    if depth["least"] is not None:
        print(
            tr("limit depth: least {least} mm, median {median} mm, most {most} mm",
               **{key: describe.limit_text(value) for key, value in depth.items()})
        )  # fmt: skip
    if found.not_assessed:
        print(tr("not assessed: {zones}", zones=", ".join(found.not_assessed)))
    print(short_notice())
    return DONE


def _check(args: argparse.Namespace) -> None:
    from meshes.io.whole_file import check_writable

    check_line_options(args)
    if args.out.suffix.lower() not in (".csv", ".vtp"):
        raise BadInputError(
            tr("--out is {path}; expected a name that ends in .vtp or .csv", path=args.out)
        )
    check_writable(args.out)
    check_deg("--tilt", args.tilt)
    check_deg("--azimuth", args.azimuth)
    if not 0.0 <= args.spread < 90.0:
        raise BadInputError(
            tr("--spread is {deg}; expected degrees from 0 to below 90", deg=args.spread)
        )
    if args.around is not None:
        check_place("--around", args.around[:3])
        check_mm("the MM of --around", args.around[3], above_zero=True)
