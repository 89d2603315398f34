"""The forms in which `needlewise assess` is given needles, and what is wrong with them.

Contradictions are refused before anything is loaded. Imports nothing heavy by itself.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from viewer.cli.outcome import BadInputError
from viewer.cli.sizes import check_deg
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from meshes.body import Body
    from zones.danger import DangerZone
    from zones.needle import Needle

DEFAULT_BODY = "reference"
DEFAULT_DIAMETER_MM = 0.30
"""A common shaft (0.30 mm × 50 mm); `--diameter` replaces it."""

"""Note id: the plan switched this zone off; it is not assessed."""


@dataclass(frozen=True, eq=False)
class Request:
    """One needle to assess: its name in the document, and the margin that beats the catalogue's.

    ``zones`` is the danger set of a plan, ``None`` for the body's own.
    """

    id: str
    needle: Needle
    margin: float | None = None
    zones: tuple[DangerZone, ...] | None = None


def check_form(args: argparse.Namespace, command: str = "assess") -> None:
    """Refuse arguments that contradict each other, before anything is loaded."""
    from viewer.cli.needle_table import margin_mm

    forms = {"PLAN": args.plan, "--entry": args.entry, "--needles": args.needles,
             "--point": args.point}  # fmt: skip
    given = [name for name, value in forms.items() if value is not None]
    if len(given) != 1:
        raise BadInputError(
            tr("{command} takes exactly one of PLAN, --entry, --needles or --point; it got {given}",
               command=command, given=tr(" and ").join(given) or tr("none"))
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
            tr(
                "{option} belongs to --entry; a plan, a table or a point has its own",
                option=stray[0],
            )
        )
    if args.entry is not None:
        _check_direction(args)
    if (args.point is None) != (args.side is None):
        raise BadInputError(tr("--point and --side belong together; one of them is missing"))


def _check_direction(args: argparse.Namespace) -> None:

    by_angles = args.tilt is not None or args.azimuth is not None
    ways = [args.direction is not None, args.target is not None, by_angles]
    if sum(ways) != 1:
        raise BadInputError(
            tr("--entry needs exactly one of --direction, --target or --tilt with --azimuth")
        )
    if by_angles and (args.tilt is None or args.azimuth is None):
        raise BadInputError(tr("--tilt and --azimuth belong together; one of them is missing"))
    if by_angles:
        check_deg("--tilt", args.tilt)
        check_deg("--azimuth", args.azimuth)
    if args.depth is None and args.target is None:
        raise BadInputError(tr("--depth is missing; expected the mm from entry point to tip"))


def read_requests(args: argparse.Namespace) -> tuple[Body, list[Request]]:
    """Read the needles that checked arguments ask for, and the body they are in."""
    from meshes.body import load_body

    if args.plan is not None:
        return _from_plan(args)
    if args.needles is not None:
        from viewer.cli.needle_table import read_needle_table

        rows = read_needle_table(args.needles)  # before the body: a typo should not cost seconds
        margins = [args.margin if row.margin is None else row.margin for row in rows]
        requests = [Request(r.id, r.needle, m) for r, m in zip(rows, margins, strict=True)]
        return load_body(DEFAULT_BODY if args.body is None else args.body), requests
    if args.point is not None:
        return _from_point(args)
    _probe(args)
    body = load_body(DEFAULT_BODY if args.body is None else args.body)
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
    from zones.needle import Needle

    for place in (args.target, args.entry):
        Needle(place, (0.0, 0.0, 1.0), 0.0)  # refuses what is no place
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
    from zones.planned import planned_zones
    from zones.refit import require_body

    plan = read_plan(args.plan)
    body = load_body(plan.body_id if args.body is None else args.body)
    require_body(plan, body)
    if not plan.needles:
        raise BadInputError(tr("{plan} holds no needle", plan=args.plan))
    zones = planned_zones(plan, danger_zones(body))
    return body, [Request(p.id, p.needle, args.margin, zones) for p in plan.needles]


def _from_point(args: argparse.Namespace) -> tuple[Body, list[Request]]:
    from meshes.body import load_body
    from viewer.point_words import reason_text
    from zones.points import resolve_point

    body = load_body(DEFAULT_BODY if args.body is None else args.body)
    found = resolve_point(body, args.point, args.side)
    if found.needle is None:
        raise BadInputError(
            tr("point {id} {side} has no needle on {body}: {why}",
               id=found.point.id, side=args.side, body=body.id, why=reason_text(found))
        )  # fmt: skip
    if found.reason:
        print(f"needlewise: {reason_text(found)}", file=sys.stderr)
    return body, [Request(f"{found.point.id} {args.side}", found.needle, args.margin)]
