"""`needlewise body`: which bodies there are, what they hold, and bodies in and out.

Knows the forms of the command and its documents. Reading, checking and repairing are `meshes`;
structures a body lacks are derived by `zones` on import. Heavy modules load once they are needed.
"""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

from viewer.cli import body_calibrate, grades
from viewer.cli.body_names import posture_help, with_phase, with_posture, with_variant
from viewer.cli.outcome import BAD_INPUT, BREACH, DONE
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from meshes.body import Body, Finding


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Declare the command and its six verbs."""
    parser = subparsers.add_parser(
        "body",
        help=tr("bodies: list, show, check, import, calibrate, export"),
        description=tr("Which bodies there are, what they hold, and bodies in and out."),
    )
    verbs = parser.add_subparsers(dest="verb", metavar=tr("VERB"), required=True)
    listing = verbs.add_parser("list", help=tr("the bodies that can be opened by name"))
    _json(listing)
    show = verbs.add_parser("show", help=tr("the structures of a body"))
    _body(show)
    show.add_argument("--structure", metavar="ID", help=tr("the card of one: figures and sources"))
    _member(show)
    _json(show)
    check = verbs.add_parser("check", help=tr("what the checks find on a body"))
    _body(check)
    _member(check)
    _json(check)
    _add_import(verbs)
    body_calibrate.add_parser(verbs)
    export = verbs.add_parser(
        "export",
        help=tr("a body folder with every surface as PLY in double precision"),
        description=tr(
            "Write exactly the surfaces that distances are taken to, derived ones included, so "
            "that anyone can check them."
        ),
    )
    _body(export)
    export.add_argument("--out", metavar="DIR", type=Path, required=True, help=tr("a new folder"))
    _member(export)


def _add_import(verbs: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    parser = verbs.add_parser(
        "import",
        help=tr("make a body of a foreign folder or file"),
        description=tr(
            "Read a mesh file or a folder of them (PLY, OBJ, STL, glTF, VTP; a manifest.csv names "
            "them), check it, repair it as declared and store it. Every finding is listed. Units "
            "and frame must be stated unless the format implies them."
        ),
    )
    parser.add_argument("path", metavar="PATH", type=Path, help=tr("a folder or a mesh file"))
    parser.add_argument("--id", required=True, metavar="ID", help=tr("the name to open it by"))
    parser.add_argument(
        "--units", default="", metavar="mm|cm|m|N", help=tr("or the mm of one file unit")
    )
    parser.add_argument(
        "--frame", default="", metavar="LPS|RAS|glTF", help=tr("where x, y and z point")
    )
    parser.add_argument(
        "--table", type=Path, metavar="TABLE.csv", help=tr("file, name, side, system, fma")
    )
    for option, text in (
        ("name", tr("shown to the user")),
        ("licence", tr("under which the data came")),
        ("attribution", tr("whom to name")),
        ("posture", tr("how the subject lies or stands")),
        ("phase", tr("breathing state")),
    ):
        parser.add_argument(f"--{option}", default="", metavar="TEXT", help=text)
    parser.add_argument(
        "--no-derived", action="store_true", help=tr("add no structure the source lacks")
    )
    parser.add_argument("--replace", action="store_true", help=tr("put it in place of an old one"))
    _json(parser)


def _json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help=tr("one JSON document"))


def _body(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "body", metavar="BODY", help=tr("reference, the id of an imported body, or a body folder")
    )


def _member(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--variant", metavar="M1…F3", help=tr("of the reference body"))
    parser.add_argument(
        "--phase",
        type=float,
        metavar="0..1",
        help=tr("of the breath: 0 end expiration, 1 full inspiration (default: quiet breathing)"),
    )
    parser.add_argument("--posture", metavar="ID", help=posture_help())


def run(args: argparse.Namespace) -> int:
    """Run one verb and return its exit code."""
    verbs = {
        "list": _list, "show": _show, "check": _check, "import": _import,
        "calibrate": body_calibrate.run, "export": _export,
    }  # fmt: skip
    return verbs[args.verb](args)


def _list(args: argparse.Namespace) -> int:
    from meshes.errors import MeshError
    from meshes.morph_names import REFERENCE, postures
    from meshes.packs.store import list_bodies
    from meshes.packs.tables import read_header, read_structure_rows

    rows: list[dict[str, Any]] = []
    for body_id, folder in list_bodies().items():
        try:
            header = read_header(folder / "body.toml")
            n = len(read_structure_rows(folder / "structures.csv"))
        except MeshError as error:
            print(tr("{id}: not readable: {error}", id=body_id, error=error), file=sys.stderr)
            continue
        rows.append(
            {
                "id": body_id,
                "name": header.name,
                "version": header.version,
                "hash": header.content_hash,
                "licence": header.licence,
                "attribution": header.attribution,
                "posture": header.posture,
                "phase": header.phase,
                "structures": n,
                "postures": postures() if body_id == REFERENCE else {},
            }  # fmt: skip
        )
    if args.json:
        return _print_json({"bodies": rows})
    for row in rows:
        print(
            tr("{id}  {name}, {n} structures, {licence}", id=row["id"], name=row["name"],
               n=row["structures"], licence=row["licence"])
        )  # fmt: skip
        for key, text in row["postures"].items():
            print(f"    --posture {key}: {tr(text)}")
    return DONE


def _show(args: argparse.Namespace) -> int:
    from meshes.packs.store import open_body

    body = open_body(_named(args), strict=False)
    if args.structure is not None:
        return _show_card(body, args.structure, args.json)
    rows = [
        {
            "id": s.id, "name": s.name, "latin": s.latin, "fma": s.fma, "side": s.side,
            "system": s.system, "layer": s.layer, "closed": s.closed, "derived": s.derived,
            "faces": len(s.surface.triangles),
        }
        for s in body.structures.values()
    ]  # fmt: skip
    if args.json:
        return _print_json({"body": _about(body), "structures": rows})
    print(_heading(body))
    for row in rows:
        words = [row["side"], row["system"], tr("{n} triangles", n=row["faces"])]
        if not row["closed"]:
            words.append(tr("open"))
        if row["derived"]:
            words.append(tr("derived"))
        print(f"{row['id']}  {row['name']}: {', '.join(map(str, words))}")
    return DONE


def _show_card(body: Body, structure_id: str, as_json: bool) -> int:
    from difflib import get_close_matches

    from meshes.errors import UnknownStructureError
    from viewer.structure_card import card_document, card_text, structure_card

    if structure_id not in body.structures:
        near = get_close_matches(structure_id, list(body.structures), 3)
        hint = tr("did you mean {names}?", names=", ".join(near)) if near else tr(
            "`needlewise body show {body}` lists them", body=body.id)  # fmt: skip
        raise UnknownStructureError(
            tr("body {body} has no structure {id!r}; {hint}", body=body.id, id=structure_id,
               hint=hint)
        )  # fmt: skip
    card = structure_card(body, structure_id)
    if as_json:
        return _print_json({"body": _about(body), "card": card_document(card)})
    print(card_text(card))
    return DONE


def _check(args: argparse.Namespace) -> int:
    from meshes.packs.store import open_body

    body = open_body(_named(args), strict=False)
    blocked = [f for f in body.findings if f.severity == "block"]
    results, card = ([], None) if blocked else grades.graded(body, args.variant)
    failed = grades.failed_required(results)
    if args.json:
        _print_json(
            {
                "body": _about(body),
                "variant": card.variant if card else args.variant or "",
                "findings": [_finding(f) for f in body.findings],
                "acceptance": grades.acceptance_document(results),
                "report_card": card.document() if card else None,
            }  # fmt: skip
        )
    else:
        print(_heading(body))
        _print_findings(body.findings)
        if card is None:
            print(tr("Acceptance rows and report card: not run."))
        else:
            grades.print_grades(results, card)
    if blocked:
        print(
            tr("needlewise: {id} is refused by everything else: {reason}", id=body.id,
               reason=blocked[0].message),
            file=sys.stderr,
        )  # fmt: skip
        return BAD_INPUT
    return BREACH if failed else DONE


def _import(args: argparse.Namespace) -> int:
    from meshes.importers.records import ImportOptions
    from meshes.importers.run import import_body

    options = ImportOptions(
        args.units, args.frame, args.name, args.licence, args.attribution, args.posture,
        args.phase, args.table,
    )  # fmt: skip
    body = import_body(
        args.path, args.id, options, _progress, args.replace,
        None if args.no_derived else _completed,
    )  # fmt: skip
    if args.json:
        return _print_json({"body": _about(body), "findings": [_finding(f) for f in body.findings]})
    print(_heading(body))
    print(body.attribution)
    _print_findings(body.findings)
    print(
        tr("Stored as {id}; `needlewise body show {id}` lists its {n} structures.", id=body.id,
           n=len(body.structures))
    )  # fmt: skip
    return DONE


def _completed(body: Body) -> Body:
    """Add what the body lacks and `zones` can derive."""
    from zones.derive.complete import completed

    print(tr("deriving what the body lacks"), file=sys.stderr)
    return completed(body)


def _progress(done: int, total: int, name: str) -> None:
    if done % 50 == 0:
        print(tr("reading {i} of {n}: {name}", i=done + 1, n=total, name=name), file=sys.stderr)


def _export(args: argparse.Namespace) -> int:
    from meshes.export import export_body
    from meshes.packs.store import open_body

    body = open_body(_named(args))
    exported = export_body(body, args.out)
    for finding in exported.findings:
        print(finding.message, file=sys.stderr)
    print(
        tr("{n} surfaces of {id} written to {folder}; content hash {hash}",
           n=len(body.structures), id=body.id, folder=args.out, hash=exported.content_hash)
    )  # fmt: skip
    return DONE


def _named(args: argparse.Namespace) -> str:
    body = with_variant(str(args.body), args.variant)
    return with_phase(with_posture(body, args.posture), args.phase)


def _about(body: Body) -> dict[str, Any]:
    return {
        "id": body.id, "name": body.name, "version": body.version, "hash": body.content_hash,
        "licence": body.licence, "attribution": body.attribution, "posture": body.posture,
        "phase": body.phase, "frame": "LPS", "units": "mm",
    }  # fmt: skip


def _heading(body: Body) -> str:
    return tr(
        "{name} ({id}, version {version}): {n} structures, {licence}; frame LPS, mm",
        name=body.name, id=body.id, version=body.version, n=len(body.structures),
        licence=body.licence,
    )  # fmt: skip


def _finding(finding: Finding) -> dict[str, str]:
    return {
        "structure": finding.structure, "check": finding.check, "message": finding.message,
        "severity": finding.severity,
    }  # fmt: skip


def _print_findings(findings: tuple[Finding, ...]) -> None:
    """List every finding, the gravest first, then count them."""
    words = {"block": tr("refused"), "warning": tr("warning"), "info": tr("note")}
    for severity, word in words.items():
        for finding in findings:
            if finding.severity == severity:
                print(f"{word}  {finding.check}: {finding.message}")
    counts = [
        f"{sum(f.severity == severity for f in findings)} × {word}"
        for severity, word in words.items()
        if any(f.severity == severity for f in findings)
    ]
    print(tr("Findings: {counts}", counts=", ".join(counts) or tr("none")))


def _print_json(document: dict[str, Any]) -> int:
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False, allow_nan=False)
    sys.stdout.write("\n")
    return DONE
