"""`needlewise points check --variants`: every point on every variant through the breath, printable.

Knows the three forms (text, CSV, JSON). What is measured is `zones.point_table`.
"""

from __future__ import annotations

import argparse
import csv
import io
import json
import sys
from collections.abc import Collection
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from viewer.cli.outcome import DONE
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from zones.point_table import Near, PointOnVariants, VariantTable

REFERENCE = "reference"
_COLUMNS = (
    "id", "side", "variants", "over_muscle_on", "band_low_mm", "band_high_mm", "limit_least_mm",
    "cases", "breaches", "breach_share", "within_margin", "nearest_zone", "nearest_mm",
    "nearest_variant", "nearest_phase", "pleura_mm", "pleura_variant", "pleura_phase",
    "not_assessed", "reason",
)  # fmt: skip


def print_variants(args: argparse.Namespace, ids: Collection[str] | None) -> int:
    """Make or read the table, and write it in the form asked for."""
    from meshes.io.whole_file import check_writable

    if args.csv is not None:
        check_writable(args.csv)  # now, not after minutes
    table = _table(args.body)
    rows = [row for row in table.rows if ids is None or row.id in ids]
    if args.csv is not None:
        _write(args.csv, csv_text(rows))
        print(tr("{n} rows written to {path}", n=len(rows), path=args.csv), file=sys.stderr)
        return DONE
    if args.json:
        from viewer.notices_text import notice

        document = table.document() | {"notice": notice()}
        document["points"] = [
            p for p in document["points"] if ids is None or p["id"] in ids
        ]  # fmt: skip
        json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
        return DONE
    print(table_text(table, rows))
    return DONE


def _table(body: str) -> VariantTable:
    from meshes.body import load_body
    from meshes.morph_names import variants
    from zones.point_table import variant_table

    names = [f"{REFERENCE}:{v}" for v in variants()] if body == REFERENCE else [body]
    opened = {
        name.removeprefix(f"{REFERENCE}:"): (lambda name=name: load_body(name)) for name in names
    }

    def report(variant: str) -> None:
        print(tr("{variant} …", variant=variant), file=sys.stderr, flush=True)

    return variant_table(opened, report=report)


def table_text(table: VariantTable, rows: Collection[PointOnVariants]) -> str:
    """Return the page: one line per point and side, then what it rests on."""
    from viewer import describe
    from viewer.notices_text import notice
    from viewer.point_words import band_text
    from zones.points import NO_MUSCLE

    titles = (tr("ID"), tr("Side"), tr("Over muscle"), tr("Band mm"), tr("Limit mm"),
              tr("Breach"), tr("Margin lost"),
              tr("Nearest and pleura, mm (variant, phase)"))  # fmt: skip
    lines, absent = [], []
    for row in rows:
        if not row.cases:
            why = next(iter(row.missing.values()), NO_MUSCLE)
            absent.append(f"{row.id} {describe.side_word(row.side)[:1]} ({why})")
            continue
        nearest = row.nearest[:2]
        pleura = () if row.pleura is None or row.pleura in nearest else (row.pleura,)
        lines.append((
            row.id, describe.side_word(row.side), f"{len(row.over_muscle)}/{len(row.variants)}",
            band_text(row.band) if row.band else describe.NONE,
            describe.limit_text(row.limit_least), _share(row.breaches, row.cases),
            _share(row.within, row.cases), ", ".join(map(_near, (*nearest, *pleura))),
        ))  # fmt: skip
    widths = [max(len(line[i]) for line in (titles, *lines)) for i in range(len(titles))]
    page = [
        "  ".join(c.ljust(w) for c, w in zip(line, widths, strict=True)).rstrip()
        for line in (titles, *lines)
    ]
    page += [
        "",
        tr("Cases: {n} bodies ({names}) at phases {phases} of the breath. Judged at the deep end "
           "of the band, along the stored approach; between phases nothing is claimed.",
           n=len(table.bodies), names=", ".join(v for v, _, _ in table.bodies),
           phases=", ".join(f"{p:g}" for p in table.phases)),
    ]  # fmt: skip
    if absent:
        page.append(tr("No approach to measure: {points}", points=", ".join(absent)))
    return "\n".join([*page, "", notice()])


def _share(count: int, of: int) -> str:
    return tr("{count} of {all}", count=count, all=of)


def _near(near: Near) -> str:
    from viewer import describe

    phase = "" if near.phase is None else f", {near.phase:g}"
    gap = describe.clearance_text(near.clearance)
    return f"{_zone_names()[near.zone]} {gap} ({near.variant}{phase})"


@cache
def _zone_names() -> dict[str, str]:
    from viewer import describe
    from zones.danger_catalogue import danger_catalogue

    return {
        rule.row_id(side): " ".join(filter(None, (describe.side_word(side), tr(rule.name))))
        for rule in danger_catalogue()
        for side in rule.sides
    }


def csv_text(rows: Collection[PointOnVariants]) -> str:
    """Return the table as CSV: one line per point and side, numbers unrounded, empty where none."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for row in rows:
        low, high = row.band or (None, None)
        writer.writerow(
            [
                row.id, row.side, " ".join(row.variants), " ".join(row.over_muscle), low, high,
                row.limit_least, row.cases, row.breaches, row.breach_share, row.within,
                *_near_cells(row.nearest[0] if row.nearest else None, True),
                *_near_cells(row.pleura, False), " ".join(row.unassessed),
                " ".join(sorted(set(row.missing.values()))),
            ]
        )  # fmt: skip
    return out.getvalue()


def _near_cells(near: Near | None, with_name: bool) -> list[object]:
    if near is None:
        return [None] * (4 if with_name else 3)
    cells: list[object] = [near.clearance, near.variant, near.phase]
    return [near.zone, *cells] if with_name else cells


def _write(path: Path, text: str) -> None:
    from meshes.io.whole_file import whole_file

    with whole_file(path) as stream:
        stream.write(text)
