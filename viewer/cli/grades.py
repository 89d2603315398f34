"""Acceptance rows and report card of a body, as the documents and lines of `body check`."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from viewer.card_text import card_sentence
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from meshes.body import Body
    from zones.acceptance.rows import Row
    from zones.acceptance.run import AcceptanceResult
    from zones.report_card import ReportCard

REFERENCE = "reference"
_ANY_BREATH = "AT-H"
"""Rows on order and shielding: they hold at every phase of the breath and in every posture."""

GATES = {"R": "required", "P": "provisional", "C": "conditional"}


def graded(body: Body, variant: str | None) -> tuple[list[AcceptanceResult], ReportCard]:
    """Measure a body on the rows of a variant (its own by default), and at the card's sites.

    Rows are stated for quiet breathing, and for prone with the arms at the side unless they compare
    postures: elsewhere those that measure a distance are not run, never passed.
    """
    from meshes.morph_names import base_phase, base_posture, phase_of, posture_of, read_name
    from zones.acceptance.run import run_acceptance
    from zones.report_card import report_card

    family = None if read_name(body.id) is None else _reference_variant
    phase = phase_of(body)
    reason = ""
    if phase is not None and phase != base_phase():
        reason = tr(
            "stated for quiet breathing; this body is at phase {phase}", phase=f"{phase:.2f}"
        )  # fmt: skip
    other = ""
    if posture_of(body) not in (None, base_posture()):
        other = tr("stated for another posture; this body is {posture}", posture=tr(body.posture))

    def skipped(row: Row) -> str:
        if row.id.startswith(_ANY_BREATH):
            return ""
        return reason or ("" if row.any_posture else other)

    results = run_acceptance(body, variant, family, skipped)
    return results, report_card(body)


def _reference_variant(variant: str) -> Body:
    from meshes.errors import UnknownBodyError
    from meshes.packs.store import open_body
    from zones.acceptance.probe import NotRunError

    try:
        return open_body(f"{REFERENCE}:{variant}")
    except UnknownBodyError as error:
        raise NotRunError(str(error)) from error


def acceptance_document(results: Sequence[AcceptanceResult]) -> list[dict[str, Any]]:
    """Return the rows of the contract; what is endless or not measured is null."""
    return [
        {
            "id": r.row.id,
            "gate": GATES[r.row.gate],
            "site": r.row.site,
            "quantity": r.row.quantity,
            "unit": r.row.unit,
            "value": _finite(r.value),
            "accepted": None if r.band is None else [_finite(r.band[0]), _finite(r.band[1])],
            "result": r.result,
            "reason": r.reason,
            "used_to_build": r.row.used_to_build,
            "source": r.row.source,
            "evidence": r.row.evidence,
        }
        for r in results
    ]


def failed_required(results: Sequence[AcceptanceResult]) -> list[AcceptanceResult]:
    """Required rows that fail: they block a release."""
    return [r for r in results if r.row.gate == "R" and r.result == "fail"]


def _finite(value: float | None) -> float | None:
    return value if value is not None and math.isfinite(value) else None


def print_grades(results: Sequence[AcceptanceResult], card: ReportCard) -> None:
    """Write what was measured, the failures last, then the counts and the card's sentence."""
    words = {"pass": tr("pass"), "fail": tr("FAIL"), "not_run": tr("not run")}
    order = {"not_run": 0, "pass": 1, "fail": 2}
    for r in sorted(results, key=lambda r: order[r.result]):
        print(f"{words[r.result]:8} {r.row.id:14} {r.row.gate}  {_row_text(r)}")
        if r.result == "fail":
            print(" " * 26 + (r.reason or tr("no reason is on file")))
    for gate, name in GATES.items():
        counts = Counter(r.result for r in results if r.row.gate == gate)
        parts = [f"{counts[key]} {word}" for key, word in words.items() if counts[key]]
        print(f"{name}: {', '.join(parts) or '-'}")
    print(card_sentence(card))


def _row_text(r: AcceptanceResult) -> str:
    if r.value is None:
        return f"{r.row.site}: {r.row.quantity}: {r.reason}"
    digits = 2 if r.row.unit in ("share", "rib", "level") else 1
    low, high = ("", "") if r.band is None else (_short(v, digits) for v in r.band)
    band = "" if r.band is None else f" [{low} … {high}]"
    note = tr("; built with this figure") if r.row.used_to_build else ""
    return f"{r.row.site}: {r.row.quantity}: {_short(r.value, digits)} {r.row.unit}{band}{note}"


def _short(value: float, digits: int) -> str:
    return f"{value:.{digits}f}" if math.isfinite(value) else "∞" if value > 0 else "-∞"
