"""Techniques in words: name, note, published depths, and what a plan says against them. No Qt.

A depth that is too much is rounded up, one that is too little rounded down, so that no figure
hides the finding it belongs to.
"""

from __future__ import annotations

import math

from viewer import describe
from viewer.i18n.text import tr
from zones.plan import Plan, PlannedNeedle
from zones.techniques import (
    TOO_DEEP,
    TOO_FEW,
    TOO_SHALLOW,
    UNPAIRED,
    Technique,
    TechniqueFinding,
    technique,
    technique_findings,
)

_NAMES = {
    "superficial": lambda: tr("Superficial"),
    "deep": lambda: tr("Deep"),
    "trigger_point": lambda: tr("Trigger point (pistoning)"),
    "electrical": lambda: tr("Electrical"),
}
_NOTES = {
    "superficial": lambda: tr("Even 10 mm may reach lung in lean people"),
    "deep": lambda: tr(
        "Beyond 10 mm; the depth is the point's and the body's, not the technique's"
    ),
    "trigger_point": lambda: tr(
        "Moves in and out along the line: the deepest excursion counts as the depth"
    ),
    "electrical": lambda: tr(
        "Needles in pairs as electrodes; the current between them is not modelled, no parameter "
        "is sourced"
    ),
}


def needle_titles(plan: Plan) -> dict[str, str]:
    """Name every needle by id; where two have one name, its id tells them apart."""
    titles = {planned.id: _title(planned) for planned in plan.needles}
    names = list(titles.values())
    return {
        i: tr("{name} ({id})", name=name, id=i) if names.count(name) > 1 else name
        for i, name in titles.items()
    }


def _title(planned: PlannedNeedle) -> str:
    """Name a needle as the panel does: its own name, else its number."""
    title = planned.name or planned.id
    if title == planned.id and planned.id.startswith("n"):
        return tr("Needle {number}", number=planned.id[1:])
    return title


def name_of(one: Technique) -> str:
    """Name a technique; one this list does not know as the data has it."""
    return _NAMES.get(one.id, lambda: one.name)()


def note_of(one: Technique) -> str:
    """What is to be known of a technique."""
    return _NOTES.get(one.id, lambda: one.note)()


def depths_of(one: Technique) -> str:
    """Say which depths its definition gives."""
    if one.max_mm is None:
        return tr("From {low} mm; no source gives a greatest depth.", low=f"{one.low_mm:g}")
    return tr(
        "Published depth: {low} to {high} mm along the needle.",
        low=f"{one.low_mm:g}",
        high=f"{one.max_mm:g}",
    )


def in_full(one: Technique) -> str:
    """Depths, note and where they come from, a line each."""
    source = tr(
        "{source} – evidence: {evidence}", source="\n".join(one.sources), evidence=one.evidence
    )
    return "\n".join((depths_of(one), f"{note_of(one)}.", source))


def findings_of(plan: Plan) -> list[str]:
    """Say each finding of a plan against its technique in a sentence."""
    return [_sentence(plan, found) for found in technique_findings(plan)]


def _sentence(plan: Plan, found: TechniqueFinding) -> str:
    if found.code == TOO_FEW:
        needed, count = technique(plan.technique).min_needles, len(plan.needles)
        return tr("Too few needles: the technique needs {needed}, the plan has {count}.",
                  needed=needed, count=count)  # fmt: skip
    planned = plan.needle(found.needle_id)
    name, depth = needle_titles(plan)[planned.id], planned.needle.depth
    if found.code == UNPAIRED:
        return tr("{name} has no partner.", name=name)
    limit = f"{found.limit_mm:g}"
    if found.code == TOO_DEEP:
        up = math.ceil(depth * 10.0 - 1e-9) / 10.0
        return tr("{name}: {depth} mm is deeper than the {limit} mm of this technique.",
                  name=name, depth=describe.number(max(up, depth)), limit=limit)  # fmt: skip
    if found.code == TOO_SHALLOW:
        return tr("{name}: {depth} mm is less deep than the {limit} mm of this technique.",
                  name=name, depth=describe.limit_text(depth), limit=limit)  # fmt: skip
    return f"{name}: {found.code}"
