"""`needlewise body calibrate`: a copy of an imported body thinned to the published depths.

An explicit choice under an id of its own: a plan made on the copy names the copy and its hash, and
the copy's report card tells both.
"""

from __future__ import annotations

import argparse
import json
import sys
import textwrap

from viewer.cli.outcome import DONE, BadInputError
from viewer.i18n.text import tr


def add_parser(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the verb."""
    parser = verbs.add_parser(
        "calibrate",
        help=tr("a copy of an imported body thinned to the published depths"),
        description=tr(
            "Thin the soft tissue outside the chest wall until the body meets the published depths "
            "at its report card's sites, and store the copy under an id of its own. Nothing is "
            "thickened; nobody has this anatomy; the copy's report card says what was done."
        ),
    )
    parser.add_argument("body", metavar="BODY", help=tr("the id of an imported body"))
    parser.add_argument("--id", metavar="ID", help=tr("of the copy (default: BODY-calibrated)"))
    parser.add_argument("--replace", action="store_true", help=tr("put it in place of an old one"))
    parser.add_argument("--json", action="store_true", help=tr("one JSON document"))


def run(args: argparse.Namespace) -> int:
    """Make the copy, store it, and say what was done."""
    from meshes.morph_names import read_name
    from meshes.packs.schema import write_body_folder
    from meshes.packs.store import body_folder, open_body
    from viewer.card_text import card_sentence
    from zones.calibrate import calibrated
    from zones.report_card import report_card

    if read_name(args.body) is not None:
        raise BadInputError(
            tr("the reference body is built to the published depths; expected an imported body")
        )
    body = open_body(args.body)
    new_id = args.id or f"{body.id}-calibrated"
    target = body_folder(new_id)
    if target.exists() and not args.replace:
        raise BadInputError(
            tr("there is already a body {id!r}; choose another --id or --replace", id=new_id)
        )
    print(tr("measuring and thinning {body} …", body=body.id), file=sys.stderr, flush=True)
    copy, done = calibrated(body, new_id)
    write_body_folder(copy, target, "npz", compress=False, replace_existing=args.replace)
    stored = open_body(new_id)
    after = report_card(stored)  # the stored copy's own: what it was thinned by earns no marks
    if args.json:
        document = {
            "body": {"id": stored.id, "hash": stored.content_hash, "of": body.id},
            "factors": dict(done.factors),
            "before": done.before.document(),
            "after": after.document(),
        }
        json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
        sys.stdout.write("\n")
        return DONE
    lines = (
        tr("{id}: {what}", id=stored.id, what=done.text()),
        tr("Before: {card}", card=card_sentence(done.before)),
        tr("After: {card}", card=card_sentence(after)),
        tr("Bones outside the ribs are squeezed with the tissue. Nobody has this anatomy."),
    )
    for line in lines:
        print(textwrap.fill(line, 100))
    return DONE
