"""`needlewise assess`: needles from a plan, the command line or a table; one document out.

Knows the forms of the command and the exit code of a verdict. What is near what is `zones.assess`;
what the document holds is `zones.document`. Heavy modules load only once the arguments are read.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.cli.outcome import BREACH, DONE, NOT_ASSESSED, BadInputError
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from meshes.body import Body
    from zones.assessment import Assessment
    from zones.danger import DangerZone
    from zones.needle import Needle

DEFAULT_BODY = "reference"
OFF_SKIN_MM = 5.0
"""Farther from the skin than this an entry point is probably in another frame. Convention."""

DEFAULT_DIAMETER_MM = 0.30
"""A common shaft (0.30 mm × 50 mm); `--diameter` replaces it."""

MUTED = "zone.muted"
"""Note id: the plan switched this zone off; it is not assessed."""

_XYZ = ("X", "Y", "Z")


@dataclass(frozen=True, eq=False)
class Request:
    """One needle to assess: its name in the document, and the margin that beats the catalogue's.

    ``zones`` is the danger set of a plan, ``None`` for the body's own.
    """

    id: str
    needle: Needle
    margin: float | None = None
    zones: tuple[DangerZone, ...] | None = None


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
    parser.add_argument(
        "--margin",
        type=float,
        metavar="MM",
        help=tr("required of every danger zone, in place of its own"),
    )
    parser.add_argument(
        "--json", action="store_true", help=tr("the assessment document on standard output")
    )


def run(args: argparse.Namespace) -> int:
    """Assess, print, and return the exit code of the worst verdict."""
    _check_form(args)
    body, requests = _requests(args)
    assessment = assess_requests(body, requests)
    _warn_off_skin(body, requests)
    if args.json:
        document = document_of(assessment, body, requests)
        json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
    else:
        from viewer.cli.assess_text import assessment_text

        print(assessment_text(assessment, [request.id for request in requests]))
    return exit_code(assessment)


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


def assess_requests(body: Body, requests: Sequence[Request]) -> Assessment:
    """Assess needles in their order, each under its own margin."""
    from zones.assess import assess_needles
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
    return replace(parts[0], needles=tuple(n for part in parts for n in part.needles))


def _with_margin(zones: list[DangerZone], margin: float | None) -> list[DangerZone]:
    if margin is None:
        return zones
    return [replace(z, margin_mm=margin, margin_origin="given on the command line") for z in zones]


def document_of(assessment: Assessment, body: Body, requests: Sequence[Request]) -> dict[str, Any]:
    """Return the contract's document; each needle also under the name it was given."""
    from viewer.notices_text import notice
    from zones.document import assessment_document

    document = dict(assessment_document(assessment, body, notice=notice()))
    document["needles"] = [
        {"id": request.id, **needle}
        for request, needle in zip(requests, document["needles"], strict=True)
    ]
    return document


def _check_form(args: argparse.Namespace) -> None:
    """Refuse arguments that contradict each other, before anything is loaded."""
    from viewer.cli.needle_table import margin_mm

    forms = {"PLAN": args.plan, "--entry": args.entry, "--needles": args.needles}
    given = [name for name, value in forms.items() if value is not None]
    if len(given) != 1:
        raise BadInputError(
            tr("assess takes exactly one of PLAN, --entry or --needles; it got {given}",
               given=tr(" and ").join(given) or tr("none"))
        )  # fmt: skip
    if args.margin is not None:
        margin_mm(args.margin, "--margin")
    lonely = {
        "--direction": args.direction, "--target": args.target, "--tilt": args.tilt,
        "--azimuth": args.azimuth, "--depth": args.depth, "--diameter": args.diameter,
    }  # fmt: skip
    stray = [name for name, value in lonely.items() if value is not None]
    if args.entry is None and stray:
        raise BadInputError(
            tr("{option} belongs to --entry; a plan or a table has its own", option=stray[0])
        )
    if args.entry is not None:
        _check_direction(args)


def _check_direction(args: argparse.Namespace) -> None:

    by_angles = args.tilt is not None or args.azimuth is not None
    ways = [args.direction is not None, args.target is not None, by_angles]
    if sum(ways) != 1:
        raise BadInputError(
            tr("--entry needs exactly one of --direction, --target or --tilt with --azimuth")
        )
    if by_angles and (args.tilt is None or args.azimuth is None):
        raise BadInputError(tr("--tilt and --azimuth belong together; one of them is missing"))
    if args.depth is None and args.target is None:
        raise BadInputError(tr("--depth is missing; expected the mm from entry point to tip"))


def _requests(args: argparse.Namespace) -> tuple[Body, list[Request]]:
    from meshes.body import load_body

    if args.plan is not None:
        return _from_plan(args)
    if args.needles is not None:
        from viewer.cli.needle_table import read_needle_table

        rows = read_needle_table(args.needles)  # before the body: a typo should not cost seconds
        margins = [args.margin if row.margin is None else row.margin for row in rows]
        requests = [Request(r.id, r.needle, m) for r, m in zip(rows, margins, strict=True)]
        return load_body(args.body or DEFAULT_BODY), requests
    _probe(args)
    body = load_body(args.body or DEFAULT_BODY)
    return body, [Request("1", _needle(args, body), args.margin)]


def _probe(args: argparse.Namespace) -> None:
    """Refuse an impossible needle before the body is loaded."""
    from zones.needle import Needle

    direction = args.direction or (1.0, 0.0, 0.0)
    Needle(args.entry, direction, _depth(args), _radius(args))
    if args.target is not None:
        Needle(args.entry, _to_target(args), _depth(args), _radius(args))


def _needle(args: argparse.Namespace, body: Body) -> Needle:
    from zones.needle import Needle

    direction: Any = args.direction
    if args.target is not None:
        direction = _to_target(args)
    elif direction is None:
        direction = _from_angles(args, body)
    return Needle(args.entry, direction, _depth(args), _radius(args))


def _radius(args: argparse.Namespace) -> float:
    return (DEFAULT_DIAMETER_MM if args.diameter is None else float(args.diameter)) / 2


def _to_target(args: argparse.Namespace) -> list[float]:
    return [t - e for t, e in zip(args.target, args.entry, strict=True)]


def _depth(args: argparse.Namespace) -> float:
    if args.depth is not None:
        return float(args.depth)
    return float(sum(component**2 for component in _to_target(args)) ** 0.5)


def _from_angles(args: argparse.Namespace, body: Body) -> Any:
    from zones.angles import direction_from_angles, skin_normal

    return direction_from_angles(skin_normal(body, args.entry), args.tilt, args.azimuth)


def _from_plan(args: argparse.Namespace) -> tuple[Body, list[Request]]:
    from meshes.body import load_body
    from zones.danger import danger_zones
    from zones.plan_file import read_plan

    plan = read_plan(args.plan)
    body = load_body(args.body or plan.body_id)
    if plan.body_hash and plan.body_hash != body.content_hash:
        raise BadInputError(
            tr("{plan} was made for body {wanted} with hash {wanted_hash}…; {found} has "
               "{found_hash}…: its coordinates mean something else there",
               plan=args.plan, wanted=plan.body_id, wanted_hash=plan.body_hash[:12],
               found=body.id, found_hash=body.content_hash[:12])
        )  # fmt: skip
    if not plan.needles:
        raise BadInputError(tr("{plan} holds no needle", plan=args.plan))
    zones = plan_zones(danger_zones(body), plan.margins, set(plan.active_zones))
    return body, [Request(p.id, p.needle, args.margin, zones) for p in plan.needles]


def plan_zones(
    zones: Sequence[DangerZone], margins: Mapping[str, float], active: set[str]
) -> tuple[DangerZone, ...]:
    """The plan's margins; a zone it mutes keeps its row and is *not assessed*, never clear."""
    return tuple(
        replace(zone, margin_mm=margins.get(zone.id, zone.margin_mm))
        if zone.id in active
        else replace(zone, structures=(), complete=False, note=MUTED)
        for zone in zones
    )
