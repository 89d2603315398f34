"""`needlewise assess`: needles from a plan, the command line or a table; one document out.

Knows the forms of the command and the exit code of a verdict. What is near what is `zones.assess`;
what the document holds is `zones.document`. Heavy modules load only once the arguments are read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.cli.body_names import with_phase
from viewer.cli.needle_forms import (
    DEFAULT_BODY,
    DEFAULT_DIAMETER_MM,
    Request,
    check_form,
    read_requests,
)
from viewer.cli.outcome import BREACH, DONE, NOT_ASSESSED, BadInputError
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from meshes.body import Body
    from zones.assessment import Assessment
    from zones.danger import DangerZone
    from zones.needle import Needle

OFF_SKIN_MM = 5.0
"""Farther from the skin than this an entry point is probably in another frame. Convention."""

_XYZ = ("X", "Y", "Z")


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "assess",
        help=tr("how far needles stay from every danger zone"),
        description=tr(
            "Assess the needles of a plan file, of a table, or one given here. LPS millimetres and "
            "degrees. Exit 0: every danger zone clear; 3: a breach or a margin not kept; 4: no "
            "breach found, but a zone could not be assessed; 2: bad input."
        ),
    )
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
    parser.add_argument(
        "--at-phase",
        type=float,
        metavar="0..1",
        help=tr("of the reference body's breath: 0 end expiration, 1 full inspiration"),
    )
    parser.add_argument(
        "--breathing",
        action="store_true",
        help=tr("judge by the worst of a whole breath; some seconds more"),
    )
    parser.add_argument(
        "--json", action="store_true", help=tr("the assessment document on standard output")
    )


def run(args: argparse.Namespace) -> int:
    """Assess, print, and return the exit code of the worst verdict."""
    check_form(args)
    _set_phase(args)
    body, requests = read_requests(args)
    assessment = assess_requests(body, requests, breath=args.breathing)
    _warn_off_skin(body, requests)
    if args.json:
        document = document_of(assessment, body, requests)
        json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
    else:
        from viewer.cli.assess_text import assessment_text
        from zones.report_card import report_card

        names = [request.id for request in requests]
        print(assessment_text(assessment, names, report_card(body), body))
    return exit_code(assessment)


def _set_phase(args: argparse.Namespace) -> None:
    """Turn ``--at-phase`` into the name of the body at that phase."""
    if args.at_phase is None:
        return
    if args.plan is not None:
        raise BadInputError(
            tr("--at-phase does not go with PLAN: a plan holds for the breath it was made on")
        )
    args.body = with_phase(args.body or DEFAULT_BODY, args.at_phase, "--at-phase")


def _warn_off_skin(body: Body, requests: Sequence[Request]) -> None:
    """Say on standard error which entry points are not on the skin: a frame or unit gone wrong."""
    from meshes.index.body_index import body_index

    if body.skin is None:
        return
    index = body_index(body)
    gaps = [float(index.nearest(r.needle.entry, [body.skin.id])[0][0]) for r in requests]
    off = [(gap, r.id) for gap, r in zip(gaps, requests, strict=True) if gap > OFF_SKIN_MM]
    if off:
        gap, name = max(off)
        text = tr(
            "needlewise: {n} of {all} entry points are not on the skin of {body} (needle {name}: "
            "{mm:.0f} mm away); expected LPS mm of this body",
            n=len(off), all=len(requests), body=body.id, name=name, mm=gap,
        )  # fmt: skip
        print(text, file=sys.stderr)


def exit_code(assessment: Assessment) -> int:
    """Return 0, 3 or 4 for the worst verdict over all needles and zones."""
    from zones.assessment import Verdict

    return {Verdict.CLEAR: DONE, Verdict.NOT_ASSESSED: NOT_ASSESSED}.get(assessment.verdict, BREACH)


def assess_requests(body: Body, requests: Sequence[Request], breath: bool = False) -> Assessment:
    """Assess needles in their order, each under its own margin; if asked, through the breath."""
    from zones.assess import assess_needles
    from zones.breathing import with_breath
    from zones.danger import danger_zones

    catalogue = danger_zones(body)
    runs: list[tuple[list[DangerZone], list[Needle]]] = []
    previous: Request | None = None
    for request in requests:  # neighbours under the same margins go in one call
        if previous and (previous.margin, previous.zones) == (request.margin, request.zones):
            runs[-1][1].append(request.needle)
        else:
            zones = list(catalogue if request.zones is None else request.zones)
            runs.append((_with_margin(zones, request.margin), [request.needle]))
        previous = request
    parts = [assess_needles(body, needles, zones) for zones, needles in runs]
    if breath:
        parts = [
            with_breath(body, part, zones) for part, (zones, _) in zip(parts, runs, strict=True)
        ]
    return replace(parts[0], needles=tuple(n for part in parts for n in part.needles))


def _with_margin(zones: list[DangerZone], margin: float | None) -> list[DangerZone]:
    if margin is None:
        return zones
    return [replace(z, margin_mm=margin, margin_origin="given on the command line") for z in zones]


def document_of(assessment: Assessment, body: Body, requests: Sequence[Request]) -> dict[str, Any]:
    """Return the contract's document; each needle also under the name it was given."""
    from viewer.cli.ranges import ranges_document
    from viewer.notices_text import notice
    from zones.document import assessment_document
    from zones.report_card import report_card

    card = report_card(body).document()
    document = assessment_document(assessment, body, notice=notice(), report_card=card)
    names = [request.id for request in requests]
    document["uncertainty"] = ranges_document(body, assessment, names)
    document["needles"] = [
        {"id": request.id, **needle}
        for request, needle in zip(requests, document["needles"], strict=True)
    ]
    return document
