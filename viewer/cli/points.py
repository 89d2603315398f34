"""`needlewise points`: the trigger-point catalogue, and what lies under each point on a body.

`list` and `show` need no body; `check` places every point, assesses its stored approach and lists
every point that does not lie over its muscle.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.cli.outcome import DONE, BadInputError
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from zones.point_catalogue import TriggerPoint
    from zones.point_check import PointCheck
    from zones.points import ResolvedPoint

REFERENCE = "reference"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its three verbs."""
    parser = subparsers.add_parser(
        "points",
        help=tr("trigger points: list, show, check"),
        description=tr("The trigger-point catalogue, and what lies under each point on a body."),
    )
    verbs = parser.add_subparsers(dest="verb", metavar=tr("VERB"), required=True)
    listing = verbs.add_parser("list", help=tr("the points of the catalogue"))
    listing.add_argument(
        "--find", default="", metavar="TEXT", help=tr("only those with these words in them")
    )
    show = verbs.add_parser("show", help=tr("one point: approach, depth band, sources"))
    show.add_argument("point", metavar="ID", help=tr("such as RMA"))
    show.add_argument("--body", metavar="BODY", help=tr("also where it lies on this body"))
    check = verbs.add_parser("check", help=tr("every point placed and assessed on a body"))
    check.add_argument(
        "--body", default=REFERENCE, metavar="BODY", help=tr("default: {body}", body=REFERENCE)
    )
    check.add_argument(
        "--point", action="append", metavar="ID", help=tr("only this one; again for more")
    )
    check.add_argument(
        "--variants",
        action="store_true",
        help=tr("on all six variants of the reference body through the breath; minutes, once"),
    )
    check.add_argument(
        "--csv", type=Path, metavar="FILE", help=tr("with --variants: write the table there")
    )
    for verb in (listing, show, check):
        verb.add_argument("--json", action="store_true", help=tr("one JSON document"))


def run(args: argparse.Namespace) -> int:
    """Run one verb and return its exit code."""
    return {"list": _list, "show": _show, "check": _check}[args.verb](args)


# ---- list ----------------------------------------------------------------------------------------


def _list(args: argparse.Namespace) -> int:
    from zones.finding import find_points

    points = find_points(args.find)
    if args.json:
        return _print_json({"points": [_about(point) for point in points]})
    if not points:
        raise BadInputError(tr("no point has {text!r} in it", text=args.find))
    rows = [(p.id, p.name, p.region, _marks(p)) for p in points]
    print(_table((tr("ID"), tr("Point"), tr("Region"), ""), rows))
    print(tr("{n} points", n=len(points)))
    return DONE


def _marks(point: TriggerPoint) -> str:
    return tr("not recommended") if point.not_recommended else ""


def _about(point: TriggerPoint) -> dict[str, Any]:
    depth, needle = point.depth, point.needle
    return {
        "id": point.id,
        "name": point.name,
        "muscle": point.muscle_name,
        "region": point.region,
        "sides": list(point.sides),
        "location": point.location,
        "position": point.position,
        "technique": list(point.technique),
        "direction": point.direction_text,
        "fold": point.fold,
        "needle": needle
        and {"lengths": list(needle.lengths), "diameters": list(needle.diameters),
             "below": needle.below},
        "depth": depth
        and {"low": depth.low_mm, "high": depth.max_mm, "perpendicular": depth.perpendicular,
             "category": depth.category, "basis": depth.basis, "note": depth.note},
        "safeguard": point.safeguard,
        "referral": point.referral,
        "sources": list(point.sources),
        "evidence": dict(point.evidence),
        "not_recommended": point.not_recommended or None,
    }  # fmt: skip


# ---- show ----------------------------------------------------------------------------------------


def _show(args: argparse.Namespace) -> int:
    from zones.point_catalogue import trigger_point

    point = trigger_point(args.point)
    placed: list[PointCheck] = []
    if args.body is not None:
        from meshes.body import load_body
        from zones.point_check import check_points

        placed = list(check_points(load_body(args.body), [point.id]))
    if args.json:
        from zones.point_check import point_row

        document = {"point": _about(point)}
        if args.body is not None:
            document["places"] = [point_row(check) for check in placed]
        return _print_json(document)
    _print_card(point)
    for check in placed:
        print()
        print("\n".join(_place_lines(check)))
    _print_notice()
    return DONE


def _print_card(point: TriggerPoint) -> None:
    from viewer.point_words import depth_text, needle_text, technique_text

    print(f"{point.id}  {tr(point.name)}")
    if point.not_recommended:
        print(_wrapped(tr("NOT RECOMMENDED: {why}", why=tr(point.not_recommended))))
    for title, text in (
        (tr("Muscle"), tr(point.muscle_name)),
        (tr("Location"), tr(point.location)),
        (tr("Position"), tr(point.position)),
        (tr("Technique"), technique_text(point)),
        (tr("Direction"), tr(point.direction_text)),
        (tr("Needle"), needle_text(point)),
        (tr("Depth band"), depth_text(point)),
        (tr("Safeguard"), tr(point.safeguard)),
        (tr("Referral"), tr(point.referral)),
        (tr("Evidence"), "; ".join(f"{tr(k)}: {tr(v)}" for k, v in point.evidence.items())),
        (tr("Sources"), "; ".join(point.sources)),
    ):
        print(_wrapped(text, f"  {title:<11}"))


def _place_lines(check: PointCheck) -> list[str]:
    from viewer import describe
    from viewer.point_words import reason_text

    found = check.resolved
    lines = [tr("On this body, {side}:", side=describe.side_word(found.side))]
    if found.reason:
        lines.append(f"  {reason_text(found)}")
    if found.entry is not None:
        lines.append("  " + tr(
            "Entry {entry}; landmarks uncertain by {mm} mm; moved {shift} mm to the muscle",
            entry=describe.position(found.entry), mm=describe.number(found.uncertainty),
            shift=describe.number(found.shift),
        ))  # fmt: skip
    if check.result is not None and found.depth_band is not None:
        lines.append("  " + tr(
            "Stored approach to {mm} mm: {word}; nearest: {zones}",
            mm=describe.number(found.depth_band[1]),
            word=describe.verdict_word(check.result.verdict), zones=_nearest(check, 3),
        ))  # fmt: skip
        lines.append("  " + tr("{limit_name} on this line, every margin kept: {limit}",
                               limit_name=describe.limit_name(check.result),
                               limit=describe.limit_sentence(check.result)))  # fmt: skip
    return lines


def _nearest(check: PointCheck, most: int) -> str:
    """The nearest zones with their clearance, the pleura of a point of the chest always."""
    from viewer import describe

    return ", ".join(
        tr("{zone} not assessed", zone=_zone_name(zone))
        if zone.clearance is None
        else tr("{zone} {mm} mm", zone=_zone_name(zone),
                mm=describe.clearance_text(zone.clearance))
        for zone in check.told(most)
    ) or describe.NONE  # fmt: skip


def _zone_name(zone: Any) -> str:
    from viewer import describe

    return " ".join(word for word in (describe.side_word(zone.side), tr(zone.name)) if word)


# ---- check ---------------------------------------------------------------------------------------


def _check(args: argparse.Namespace) -> int:
    from meshes.body import load_body
    from zones.point_catalogue import trigger_point
    from zones.point_check import check_points, point_row

    ids = None if args.point is None else [trigger_point(key).id for key in args.point]
    if args.csv is not None and not args.variants:
        raise BadInputError(tr("--csv writes the table of --variants; add --variants"))
    if args.variants:
        from viewer.cli.point_variants import print_variants

        return print_variants(args, ids)
    body = load_body(args.body)
    checks = list(check_points(body, ids))
    if args.json:
        from viewer.notices_text import notice

        about = {"id": body.id, "version": body.version, "hash": body.content_hash,
                 "posture": body.posture, "phase": body.phase}  # fmt: skip
        rows = [point_row(check) for check in checks]
        return _print_json({"body": about, "points": rows, "notice": notice()})
    _print_checks(checks)
    _print_notice()
    return DONE


def _print_checks(checks: Sequence[PointCheck]) -> None:
    from viewer import describe
    from viewer.point_words import band_text

    titles = (tr("ID"), tr("Side"), tr("Muscle"), tr("Band mm"), tr("Limit mm"), tr("Verdict"),
              tr("Nearest danger zones"))  # fmt: skip
    rows = []
    for check in checks:
        found = check.resolved
        if check.result is None or found.depth_band is None:
            continue
        rows.append((
            found.point.id, describe.side_word(found.side), _over_word(found),
            band_text(found.depth_band),
            describe.limit_text(check.limit_depth), describe.verdict_word(check.result.verdict),
            _nearest(check, 2),
        ))  # fmt: skip
    print(_table(titles, rows))
    others = [check.resolved for check in checks if check.resolved.reason]
    _print_reasons(others)
    had = [c.resolved for c in checks if c.resolved.over_muscle is not None]
    over = sum(bool(found.over_muscle) for found in had)
    print(tr("{over} of {had} points whose muscle the body has lie over it.", over=over,
             had=len(had)))  # fmt: skip


def _over_word(found: ResolvedPoint) -> str:
    if found.over_muscle is None:
        return tr("not on body")
    return tr("beneath") if found.over_muscle else tr("MISSED")


def _print_reasons(found: Sequence[ResolvedPoint]) -> None:
    """List what is missing, missed or blocked, the sides of one reason together."""
    from viewer import describe
    from viewer.point_words import reason_text

    grouped: dict[tuple[str, str], list[str]] = {}
    for one in found:
        text = reason_text(one).replace(f"_{one.side}", "")
        grouped.setdefault((text, one.point.id), []).append(describe.side_word(one.side))
    by_text: dict[str, list[str]] = {}
    for (text, key), sides in grouped.items():
        by_text.setdefault(text, []).append(key if len(sides) == 2 else f"{key} ({sides[0]})")
    if by_text:
        print()
    for text, keys in by_text.items():
        print(textwrap.fill(f"  {text}: {', '.join(keys)}", 100, subsequent_indent="    "))
    print()


# ---- words ---------------------------------------------------------------------------------------


def _table(titles: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[i]) for row in (titles, *rows)) for i in range(len(titles))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in (titles, *rows)
    )


def _wrapped(text: str, start: str = "") -> str:
    return textwrap.fill(text, 100, initial_indent=start, subsequent_indent=" " * len(start))


def _print_notice() -> None:
    from viewer.notices_text import notice

    print()
    print(_wrapped(notice()))


def _print_json(document: dict[str, Any]) -> int:
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
    return DONE
