"""`needlewise sample`: how near a needle comes if it turns out as needles do.

Knows the options and the forms of output. What is drawn is `zones.uncertainty`, what comes of it
`zones.sampling`. Heavy modules load only once the arguments are read.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from typing import TYPE_CHECKING

from viewer.cli.needle_forms import check_form, read_requests
from viewer.cli.needle_options import add_needle_options
from viewer.cli.off_skin import warn_off_skin
from viewer.cli.outcome import DONE, BadInputError
from viewer.cli.sizes import check_count
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from meshes.body import Body
    from viewer.cli.needle_forms import Request
    from zones.breath_phases import Breath
    from zones.sampling import Sampled
    from zones.uncertainty import Contribution

_MOST_WORKERS = 1024
"""More threads than any machine has cores only cost memory."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command."""
    parser = subparsers.add_parser(
        "sample",
        help=tr("how near needles come if they turn out as needles do"),
        description=tr(
            "Draw needles around the planned one from named errors (hand, bending, people, "
            "posture, surfaces) and measure each exactly: ranges of clearance, probability of a "
            "breach with its 95 % interval, and which error matters most. The same seed gives the "
            "same bytes."
        ),
    )
    add_needle_options(parser)
    drawn = parser.add_argument_group(tr("what is drawn"))
    drawn.add_argument(
        "--samples", type=int, default=10_000, metavar="N", help=tr("needles drawn (10,000)")
    )
    drawn.add_argument("--seed", type=int, default=0, metavar="N", help=tr("which ones (0)"))
    drawn.add_argument(
        "--set", action="append", default=[], metavar="NAME=SIZE", dest="sizes",
        help=tr("another size for an error, 0 to leave it out: entry, depth, population, posture, "
                "mesh, derivation (mm), angle (°), bending (N), level (levels), compression "
                "(share of 1)"),
    )  # fmt: skip
    drawn.add_argument(
        "--breathing", action="store_true",
        help=tr("count every needle with its worst phase of the breath (the reference body)"),
    )  # fmt: skip
    drawn.add_argument("--workers", type=int, metavar="N", help=tr("threads (default: all cores)"))
    parser.add_argument("--json", action="store_true", help=tr("one JSON document"))


def run(args: argparse.Namespace) -> int:
    """Sample every needle, and print the page or the document."""
    check_form(args, "sample")
    check_count("--samples", args.samples, 1, 10_000_000)
    check_count("--seed", args.seed, 0, 2**64 - 1)
    if args.workers is not None:
        check_count("--workers", args.workers, 1, _MOST_WORKERS)
    rows = _contributions(args.sizes)
    body, requests = read_requests(args)
    named = [(request.id, _sampled(body, request, rows, args)) for request in requests]
    warn_off_skin(body, [(request.id, request.needle.entry) for request in requests])
    if not args.json:
        from viewer.sampled_words import sampled_text

        print(sampled_text(named))
        return DONE
    from viewer.notices_text import notice
    from zones.report_card import report_card
    from zones.sampled_document import sample_document

    card = report_card(body).document()
    document = sample_document(body, named, notice=notice(), report_card=card)
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
    return DONE


def _contributions(words: list[str]) -> tuple[Contribution, ...]:
    from zones.uncertainty import contributions, with_sizes

    sizes = {}
    for word in words:
        name, sign, text = word.partition("=")
        try:
            size = float(text)
        except ValueError:
            size = math.nan
        if not sign or not math.isfinite(size) or size < 0.0:
            raise BadInputError(
                tr("--set {word!r}; expected NAME=SIZE with a number >= 0, such as angle=5",
                   word=word)
            )  # fmt: skip
        sizes[name.strip()] = size
    return with_sizes(contributions(), sizes)


def _sampled(
    body: Body, request: Request, rows: tuple[Contribution, ...], args: argparse.Namespace
) -> Sampled:
    from dataclasses import replace

    from zones.danger import danger_zones
    from zones.sampling import sample

    zones = list(danger_zones(body) if request.zones is None else request.zones)
    if request.margin is not None:
        origin = "given on the command line"
        zones = [replace(z, margin_mm=request.margin, margin_origin=origin) for z in zones]
    return sample(
        body, request.needle, zones, n=args.samples, seed=args.seed, rows=rows,
        breath=_breath(body) if args.breathing else None, workers=args.workers,
    )  # fmt: skip


def _breath(body: Body) -> Breath:
    from zones.breath_phases import breath_of

    breath = breath_of(body)
    if breath is None:
        raise BadInputError(
            tr("--breathing: {body} stands still; only the reference body breathes", body=body.id)
        )
    return breath
