"""`needlewise bench`: what the engine takes, beside what others take for less, in one run."""

from __future__ import annotations

import argparse
import datetime
import json
import os
import platform
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.cli.outcome import DONE
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from viewer.bench.jobs import Row
    from viewer.bench.peers import Peer

ATLAS = "z-anatomy"
N_NEEDLES = 60


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "bench",
        help=tr("the benchmarks, as ratios to Open3D, VTK and python-fcl"),
        description=tr(
            "Time one needle against every danger structure, the indexes it needs, drawn "
            "needles, all directions and the map of the skin, on a synthetic torso, on the "
            "reference body and, if imported, on z-anatomy. Peers that "
            "are not installed (extra `bench`) are left out and named."
        ),
    )
    parser.add_argument("--json", action="store_true", help=tr("one JSON document"))


def run(args: argparse.Namespace) -> int:
    """Run every row, print as it goes, and end with the table or the document."""
    from viewer.bench.peers import available

    peers, missing = available()
    for name in missing:
        text = tr("needlewise: {name} is left out: it cannot be imported (pip install "
                  "'needlewise[bench]')", name=name)  # fmt: skip
        print(text, file=sys.stderr)
    rows = []
    for row in measured(peers):
        print(f"needlewise: {row.job} …", file=sys.stderr, flush=True)
        rows.append(row)
    document = {
        "machine": machine(),
        "date": datetime.date.today().isoformat(),
        "rows": [row_document(row) for row in rows],
    }
    if args.json:
        json.dump(document, sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        print(bench_text(document))
    return DONE


def measured(peers: list[Peer], n_needles: int = N_NEEDLES, detail: float = 1.0) -> Iterator[Row]:
    """Yield the rows, one by one."""
    from meshes.body import load_body
    from meshes.packs.store import list_bodies
    from viewer.bench import jobs
    from viewer.bench.growth import growth_rows
    from viewer.bench.jobs import GOAL_NEEDLE_MS, build_row, cached_row, needle_row
    from viewer.bench.line_peers import line_peers
    from viewer.bench.lines import line_rows
    from viewer.bench.sampled import near_needle, sampled_rows
    from viewer.bench.synthetic import inward_needles, synthetic_body, synthetic_zones
    from zones.danger import danger_zones

    body = synthetic_body(detail)
    zones = synthetic_zones(body)
    yield needle_row(body, zones, inward_needles(body, n_needles), peers, GOAL_NEEDLE_MS)
    yield build_row(body, zones, peers)
    yield cached_row(body, zones)
    yield from sampled_rows(body, zones, near_needle(body, zones), peers)
    yield from growth_rows()
    for name in ("reference", ATLAS):
        if name not in list_bodies():
            continue
        body = load_body(name)
        present = [zone for zone in danger_zones(body) if zone.structures]
        needles = inward_needles(body, n_needles)
        yield needle_row(body, present, needles, peers)
        if name == ATLAS:
            yield needle_row(
                body, jobs.one_by_one(present), needles, [], jobs.GOAL_EVERY_STRUCTURE_MS,
                what=", every structure by itself",
            )  # fmt: skip
            yield needle_row(
                body, present, needles, [], jobs.GOAL_INTEREST_MS, within=jobs.INTEREST_MM,
                what=f", those within {jobs.INTEREST_MM:g} mm",
            )  # fmt: skip
        yield from sampled_rows(body, present, near_needle(body, present), peers)
        yield from line_rows(body, present, line_peers() if peers else [])


def machine() -> str:
    """Name the processor, its cores, the system and the Python."""
    model = platform.processor() or platform.machine()
    info = Path("/proc/cpuinfo")
    if info.is_file():
        for line in info.read_text(encoding="utf-8", errors="replace").splitlines():
            if line.startswith("model name"):
                model = line.partition(":")[2].strip()
                break
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return f"{model}, {cores} cores, {platform.system()}, Python {platform.python_version()}"


def row_document(row: Row) -> dict[str, Any]:
    """One row of ``bench --json``; numbers to four significant digits."""
    return {
        "job": row.job,
        "product_ms": _rounded(row.product_ms),
        "product_p95_ms": _rounded(row.p95_ms),
        "product_reassuring_errors": row.reassuring_errors,
        "pairs": row.pairs,
        "peers": {
            name: {
                "ms": _rounded(figure.ms),
                "ratio": _rounded(figure.ratio),
                "reassuring_errors": figure.reassuring_errors,
            }
            for name, figure in row.peers.items()
        },
        "goal": row.goal,
        "met": row.met,
    }


def _rounded(value: float | None) -> float | None:
    return None if value is None else float(f"{value:.4g}")


def bench_text(document: dict[str, Any]) -> str:
    """Return the document as a page."""
    lines = [f"{document['machine']}, {document['date']}"]
    for row in document["rows"]:
        lines += ["", row["job"], "  " + _product_line(row)]
        for name, peer in row["peers"].items():
            text = tr("{name}: {ms:.4g} ms, {ratio:.3g} times as long",
                      name=name, ms=peer["ms"], ratio=peer["ratio"])  # fmt: skip
            lines.append("  " + text + _errors(peer["reassuring_errors"]))
    lines += ["", tr("A reassuring error is a distance larger than the truth (all triangles, "
                     "float64) by more than 1e-6 mm.")]  # fmt: skip
    return "\n".join(lines)


def _product_line(row: dict[str, Any]) -> str:
    text = tr("needlewise: {ms:.4g} ms", ms=row["product_ms"])
    if row["product_p95_ms"] is not None:
        text += tr(" (median; 95 of 100 below {ms:.4g} ms)", ms=row["product_p95_ms"])
    if row["goal"] is not None:
        word = tr("met") if row["met"] else tr("NOT MET")
        text += tr(", goal {ms:g} ms: {word}", ms=row["goal"], word=word)
    return text + _errors(row["product_reassuring_errors"], row["pairs"])


def _errors(count: int | None, pairs: int = 0) -> str:
    if count is None:
        return ""
    if pairs:
        return tr("; {n} reassuring errors in {pairs} distances", n=count, pairs=pairs)
    return tr("; {n} reassuring errors", n=count)
