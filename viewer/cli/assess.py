"""`needlewise assess`: needles from a plan, the command line or a table; one document out.

Knows the forms of the command and the exit code of a verdict. What is near what is `zones.assess`;
what the document holds is `zones.document`. Heavy modules load only once the arguments are read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from viewer.cli.body_names import posture_help, with_phase, with_posture
from viewer.cli.needle_forms import (
    DEFAULT_BODY,
    Request,
    check_form,
    read_requests,
)
from viewer.cli.needle_options import add_needle_options
from viewer.cli.off_skin import warn_off_skin
from viewer.cli.outcome import BREACH, DONE, NOT_ASSESSED, BadInputError
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from meshes.body import Body
    from zones.assessment import Assessment, Verdict
    from zones.danger import DangerZone
    from zones.needle import Needle

_AT_ONCE = 256
"""Needles of a table that are assessed before they are printed and let go."""


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
    add_needle_options(parser)
    parser.add_argument(
        "--at-phase",
        type=float,
        metavar="0..1",
        help=tr("of the reference body's breath: 0 end expiration, 1 full inspiration"),
    )
    parser.add_argument("--posture", metavar="ID", help=posture_help())
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
    if not args.json:
        return _print_page(body, requests, args.breathing)
    assessment = assess_requests(body, requests, breath=args.breathing)
    _warn(body, requests)
    document = document_of(assessment, body, requests)
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
    return exit_code(assessment.verdict)


def _print_page(body: Body, requests: Sequence[Request], breath: bool) -> int:
    """Assess and print some needles at a time: a long table's rows would not fit the memory."""
    from viewer.cli.assess_text import assessment_lines
    from zones.assessment import worst
    from zones.report_card import report_card

    verdicts: list[Verdict] = []

    def parts() -> Iterator[tuple[list[str], Assessment]]:
        for start in range(0, len(requests), _AT_ONCE):
            some = requests[start : start + _AT_ONCE]
            assessment = assess_requests(body, some, breath=breath)
            if not start:
                _warn(body, requests)
            verdicts.append(assessment.verdict)
            yield [request.id for request in some], assessment

    for line in assessment_lines(parts(), report_card(body), body):
        print(line)
    return exit_code(worst(verdicts))


def _warn(body: Body, requests: Sequence[Request]) -> None:
    warn_off_skin(body, [(request.id, request.needle.entry) for request in requests])


def _set_phase(args: argparse.Namespace) -> None:
    """Turn ``--posture`` and ``--at-phase`` into the name of the body there."""
    if args.at_phase is None and args.posture is None:
        return
    if args.plan is not None:
        raise BadInputError(
            tr("--at-phase does not go with PLAN: a plan holds for the breath it was made on")
            if args.posture is None
            else tr("--posture does not go with PLAN: a plan holds for the posture it was made in")
        )
    body = with_posture(DEFAULT_BODY if args.body is None else args.body, args.posture)
    args.body = with_phase(body, args.at_phase, "--at-phase")


def exit_code(verdict: Verdict) -> int:
    """Return 0, 3 or 4 for the worst verdict over all needles and zones."""
    from zones.assessment import Verdict

    return {Verdict.CLEAR: DONE, Verdict.NOT_ASSESSED: NOT_ASSESSED}.get(verdict, BREACH)


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
