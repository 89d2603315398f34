"""`needlewise cone`: every direction from one entry point, and how deep each may go.

Knows the options and the forms of output; what is found is `zones.cone`.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.cli.line_options import (
    add_line_options,
    check_line_options,
    chosen_zones,
    counts_text,
    progress_to_stderr,
)
from viewer.cli.off_skin import warn_off_skin
from viewer.cli.outcome import DONE, BadInputError
from viewer.i18n.text import tr

if TYPE_CHECKING:
    import numpy as np

    from meshes.body import Body
    from zones.cone import SafeCone


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "cone",
        help=tr("every direction from one entry point, and how deep each may go"),
        description=tr(
            "For every direction within a cone about the inward skin normal: the largest depth at "
            "which a needle keeps every margin, and the zone that sets it. LPS millimetres and "
            "degrees. A direction is unknown where nothing was found but a zone is not assessed."
        ),
    )
    add_line_options(parser)
    parser.add_argument(
        "--entry", nargs=3, type=float, metavar=("X", "Y", "Z"), help=tr("entry point, mm")
    )
    parser.add_argument("--point", metavar="ID", help=tr("`needlewise points list` names them"))
    parser.add_argument("--side", choices=("left", "right"), help=tr("the subject's own"))
    parser.add_argument(
        "--half-angle", type=float, default=80.0, metavar="DEG",
        help=tr("of the cone about the skin normal (default 80)"),
    )  # fmt: skip
    parser.add_argument(
        "--grid", type=int, default=101, metavar="N",
        help=tr("directions along one edge of the picture (default 101: 10,201 in all)"),
    )  # fmt: skip
    out = parser.add_mutually_exclusive_group()
    out.add_argument("--json", action="store_true", help=tr("one JSON document"))
    out.add_argument("--csv", type=Path, metavar="FILE", help=tr("a table, a line per direction"))


def run(args: argparse.Namespace) -> int:
    """Find the cone; print or write it."""
    _check(args)
    from meshes.body import load_body
    from viewer.notices_text import notice
    from zones.breath_lines import cone_through_breath
    from zones.cone import safe_cone
    from zones.line_documents import CONE_COLUMNS, cone_document, cone_rows

    body = load_body(args.body)
    entry = _entry(body, args)
    warn_off_skin(body, [(args.point or "1", entry)])
    find = cone_through_breath if args.breathing else safe_cone
    cone = find(
        body, entry, radius=args.diameter / 2.0, zones=chosen_zones(body, args),
        half_angle_deg=args.half_angle, side=args.grid, max_depth=args.max_depth,
        progress=progress_to_stderr("cone"),
    )  # fmt: skip
    if args.csv is not None:
        from viewer.map_files import write_table

        write_table(args.csv, CONE_COLUMNS, cone_rows(cone), notice())
    if args.json:
        from zones.report_card import report_card

        card = report_card(body).document()
        document = cone_document(cone, body, notice=notice(), report_card=card)
        json.dump(document, sys.stdout, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
    else:
        print(cone_text(cone))
    return DONE


def _check(args: argparse.Namespace) -> None:
    from meshes.io.whole_file import check_writable

    check_line_options(args)
    if args.csv is not None:
        check_writable(args.csv)
    if (args.entry is None) == (args.point is None):
        raise BadInputError(tr("cone takes exactly one of --entry or --point"))
    if (args.point is None) != (args.side is None):
        raise BadInputError(tr("--point and --side belong together; one of them is missing"))
    if not 0.0 < args.half_angle < 90.0:
        raise BadInputError(
            tr("--half-angle is {deg}; expected degrees between 0 and 90", deg=args.half_angle)
        )
    if not 2 <= args.grid <= 1001:
        raise BadInputError(tr("--grid is {n}; expected 2 to 1001", n=args.grid))


def _entry(body: Body, args: argparse.Namespace) -> np.ndarray | list[float]:
    if args.entry is not None:
        from zones.needle import Needle  # refuses what is no place

        return Needle(args.entry, (0.0, 0.0, 1.0), 0.0).entry.tolist()
    from viewer.point_words import reason_text
    from zones.points import resolve_point

    found = resolve_point(body, args.point, args.side)
    if found.needle is None:
        raise BadInputError(
            tr("point {id} {side} has no needle on {body}: {why}",
               id=found.point.id, side=args.side, body=body.id, why=reason_text(found))
        )  # fmt: skip
    return found.needle.entry


def cone_text(cone: SafeCone) -> str:
    """Return the cone as a few lines: what was found, the straight line, the least depth."""
    import numpy as np

    from viewer import describe
    from viewer.notices_text import short_notice
    from zones.line_documents import STATE_IDS, cone_angles
    from zones.zone_reach import LineState

    tilt, azimuth = cone_angles(cone)
    counts = {STATE_IDS[state]: cone.count(state) for state in LineState}
    lines = [
        tr("{n} directions within {deg:g} degrees of the skin normal",
           n=len(cone.directions), deg=cone.half_angle_deg),
        counts_text(counts),
    ]  # fmt: skip
    if cone.through_breath:
        lines.append(tr("at every moment of a whole breath"))
    if np.isfinite(cone.limit_depth).any():
        for label, k in (
            (tr("straight in"), int(np.argmin(tilt))),
            (tr("least"), int(np.argmin(cone.limit_depth))),
        ):
            zone = int(cone.limiting_zone[k])
            if zone < 0:
                lines.append(tr("{label}: no limit found", label=label))
                continue
            limit = describe.limit_text(float(cone.limit_depth[k]))
            lines.append(
                tr("{label}: limit depth {mm} mm by {zone} (tilt {tilt:.0f}, azimuth "
                   "{azimuth:.0f})", label=label, mm=limit, zone=cone.zone_ids[zone],
                   tilt=tilt[k], azimuth=azimuth[k])
            )  # fmt: skip
    if cone.not_assessed:
        lines.append(tr("not assessed: {zones}", zones=", ".join(cone.not_assessed)))
    return "\n".join([*lines, short_notice()])
