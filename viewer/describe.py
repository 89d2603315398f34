"""Results in words: verdicts, reasons, notes, numbers. For window, command line and reports; no Qt.

Numbers keep their decimals whatever their size, a missing number is a dash, a verdict never
says more than the model does.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from meshes.body import Body
from viewer.i18n.text import decimal, tr, trn
from zones.assessment import NeedleAssessment, Verdict, ZoneResult
from zones.danger import DangerZone

NONE = "–"
_MINUS = "−"
_FOLLOWED_MM = 1.0
"""How much nearer than at any phase a surface may be told without that being worth a word: what
following it on its way leaves open (`zones.breathing`)."""


def number(value: float | None, decimals: int = 1) -> str:
    """Write a number with fixed decimals and a real minus sign; ``None`` is a dash."""
    if value is None:
        return NONE
    text = f"{value:.{decimals}f}"
    if float(text) == 0.0:
        text = text.lstrip("-")
    return decimal(text.replace("-", _MINUS))


def clearance_text(value: float | None) -> str:
    """Write a clearance: rounded down, so that no digit is kinder than the number."""
    if value is None:
        return NONE
    tenths = value * 10
    down = int(tenths // 1)
    return number(down / 10)


def limit_text(value: float | None) -> str:
    """Write a limit depth, rounded down like a clearance."""
    return clearance_text(value)


def millimetres(value: float | None, decimals: int = 1) -> str:
    """Write a length with its unit."""
    return tr("{number} mm", number=number(value, decimals)) if value is not None else NONE


def verdict_word(verdict: Verdict) -> str:
    """One word or two for a verdict."""
    return {
        Verdict.BREACH: tr("Breach"),
        Verdict.WITHIN_MARGIN: tr("Within margin"),
        Verdict.NOT_ASSESSED: tr("Not assessed"),
        Verdict.CLEAR: tr("No conflict found"),
    }[verdict]


def without_word(reason: str, word: str) -> str:
    """A reason without the verdict's word before it, whichever colon the language writes."""
    return re.sub(rf"^{re.escape(word)}\s?: ", "", reason)


def side_word(side: str) -> str:
    """The subject's side; empty for what has none."""
    return {"left": tr("Left"), "right": tr("Right")}.get(side, "")


def zone_title(zone: ZoneResult | DangerZone) -> str:
    """Name of a danger zone without its side."""
    name = tr(zone.name)
    return name[:1].upper() + name[1:]


def zone_name(zone: ZoneResult | DangerZone) -> str:
    """Name of a danger zone with its side, said once."""
    side, name = side_word(zone.side).casefold(), zone_title(zone)
    return name if not side or side in name.casefold() else f"{name} {side}"


_ORDER = list(Verdict)


def by_danger(zones: Iterable[ZoneResult]) -> list[ZoneResult]:
    """Sort worst first; of equal verdicts the smaller rest of the margin first."""

    def key(zone: ZoneResult) -> tuple[int, float, str]:
        worst = zone.clearance_worst if zone.clearance_worst is not None else zone.clearance
        rest = worst - zone.margin if worst is not None else float("inf")
        return _ORDER.index(zone.verdict), rest, zone.zone_id

    return sorted(zones, key=key)


def deciding_zone(needle: NeedleAssessment) -> ZoneResult | None:
    """Return the zone that makes the verdict, ``None`` if the catalogue is empty."""
    ranked = by_danger(needle.zones)
    return ranked[0] if ranked else None


def reason(needle: NeedleAssessment) -> str:
    """Say in one sentence why the verdict is what it is."""
    zone = deciding_zone(needle)
    if zone is None:
        return tr("No danger zone is known for this body.")
    if zone.verdict is Verdict.NOT_ASSESSED:
        return _unknown_reason(needle, zone)
    if is_between_phases(zone):
        return tr(
            "{what}: {zone}. Measured {measured} mm at {phase}; between the phases measured it may "
            "come to {clearance} mm in this model, margin {margin} mm.",
            what=_lead(zone.verdict), zone=zone_name(zone),
            measured=clearance_text(zone.at_worst_phase), phase=phase_text(zone.worst_phase),
            clearance=clearance_text(worst_clearance(zone)), margin=number(zone.margin),
        )  # fmt: skip
    return tr(
        "{what}: {zone}. Clearance {clearance} mm in this model, margin {margin} mm.",
        what=_lead(zone.verdict),
        zone=zone_name(zone),
        clearance=clearance_text(worst_clearance(zone)),
        margin=number(zone.margin),
    ) + _at_phase(zone)


def is_between_phases(zone: ZoneResult) -> bool:
    """Whether the worst clearance is a bound for what lies between two phases, not measured."""
    worst, measured = zone.clearance_worst, zone.at_worst_phase
    return worst is not None and measured is not None and worst < measured - _FOLLOWED_MM


def _at_phase(zone: ZoneResult) -> str:
    phase = phase_text(zone.worst_phase)
    return " " + tr("Nearest at: {phase}.", phase=phase) if phase else ""


def phase_text(phase: float | None) -> str:
    """Name a phase of the breath, 0 end expiration to 1 full inspiration; empty for none."""
    if phase is None:
        return ""
    if phase <= 0.0:
        return tr("end of breathing out")
    if phase >= 1.0:
        return tr("full breath in")
    return tr("{percent} % of a breath in", percent=f"{100 * phase:.0f}")


def range_text(zone: ZoneResult) -> str:
    """Write the worst clearance, and the one of the body's own phase where that is another."""
    worst, own = clearance_text(worst_clearance(zone)), clearance_text(zone.clearance)
    return worst if worst == own else tr("{worst} … {own}", worst=worst, own=own)


def _unknown_reason(needle: NeedleAssessment, first: ZoneResult) -> str:
    unknown = unknown_count(needle)
    known = len(needle.zones) - unknown
    what = zone_name(first) if unknown == 1 else zone_count(unknown)
    if not known:
        return tr("Not assessed: {what}. Unknown is not clear.", what=what)
    return tr(
        "No conflict found in {known} zones; not assessed: {what}. Unknown is not clear.",
        known=known,
        what=what,
    )


def worst_clearance(zone: ZoneResult) -> float | None:
    """Return the clearance a verdict is taken from."""
    return zone.clearance_worst if zone.clearance_worst is not None else zone.clearance


def _lead(verdict: Verdict) -> str:
    return tr("Nearest") if verdict is Verdict.CLEAR else verdict_word(verdict)


def unknown_count(needle: NeedleAssessment) -> int:
    """Count the zones that could not be assessed."""
    return sum(zone.verdict is Verdict.NOT_ASSESSED for zone in needle.zones)


def zone_count(count: int) -> str:
    """Write a number of zones."""
    return trn("{count} zone", "{count} zones", count)


def limit_name(needle: NeedleAssessment) -> str:
    """Name the limit depth so that it never speaks for a zone that was not assessed."""
    return tr("Limit depth (assessed zones)") if unknown_count(needle) else tr("Limit depth")


def limit_sentence(needle: NeedleAssessment) -> str:
    """Say how deep this line keeps every margin, in this model."""
    if needle.limit_depth is None:
        return tr("beyond {mm} mm", mm=number(needle.searched_length))
    return tr("{mm} mm", mm=limit_text(needle.limit_depth))


def position(point: Iterable[float]) -> str:
    """Write an LPS point by the letters of the subject, with the frame."""
    x, y, z = (float(v) for v in point)
    parts = (
        (tr("L") if x >= 0 else tr("R"), abs(x)),
        (tr("P") if y >= 0 else tr("A"), abs(y)),
        (tr("S") if z >= 0 else tr("I"), abs(z)),
    )
    return "  ".join(f"{letter} {decimal(f'{value:.1f}')}" for letter, value in parts)


def notes(zone: ZoneResult) -> list[str]:
    """Say each note of a zone in a sentence; an unknown note id is shown as it is."""
    return [note_text(note) for note in zone.note.split(";") if note]


def note_text(note: str) -> str:
    """One note id in words."""
    return _NOTES.get(note, lambda: note)()


_NOTES = {
    "zone.missing": lambda: tr("The body has no such structure, so the zone is not assessed."),
    "zone.incomplete": lambda: tr(
        "The body has only a part of this zone: a breach can be found, but never that it is clear."
    ),
    "zone.sign_unavailable": lambda: tr(
        "The surface is not closed: whether the needle is inside it cannot be known."
    ),
    "zone.maybe_inside": lambda: tr(
        "The surface is not closed, and the entry point seems to lie inside it."
    ),
    "zone.muted": lambda: tr("The plan switches this zone off, so it is not assessed."),
    "zone.breath_published": lambda: tr(
        "This body stands still: a published displacement by breathing was taken off."
    ),
    "zone.breath_unknown": lambda: tr(
        "Breathing may bring it within its margin; on a body that stands still nobody can say."
    ),
    "zone.beyond": lambda: tr("Farther away than was searched; the distance was not measured."),
}


def not_modelled(ids: Iterable[str]) -> list[str]:
    """Name what no answer takes into account; danger zones the body lacks have their own rows.

    An unknown id is shown as it is.
    """
    return [_NOT_MODELLED.get(i, lambda i=i: i)() for i in ids if not i.startswith("zone.missing:")]


_NOT_MODELLED = {
    "not_modelled.needle_bending": lambda: tr("bending of the needle"),
    "not_modelled.tissue_compression": lambda: tr("compression of tissue"),
    "not_modelled.breathing": lambda: tr("breathing"),
    "not_modelled.kidney_descent": lambda: tr("how far kidneys go down with a deep breath"),
    "not_modelled.posture": lambda: tr("a posture other than the model's"),
    "not_modelled.posture_moved": lambda: tr(
        "how spine and muscles change their form in this posture, moved from the prone model"
    ),
    "not_modelled.axillary_nerve_raised": lambda: tr(
        "where the axillary nerve lies with raised arms: in the model about 20 mm nearer to the "
        "acromion than published"
    ),
    "not_modelled.individual_anatomy": lambda: tr("the anatomy of any person"),
}


def subject(body: Body) -> str:
    """Say whose model the distances are of: sex, stature, mass, posture, breathing."""
    who = body.subject
    parts = (
        tr(who.sex) if who.sex else "",
        tr("{cm} cm", cm=f"{who.stature_cm:g}") if who.stature_cm else "",
        tr("{kg} kg", kg=f"{round(who.mass_kg, 1):g}") if who.mass_kg else "",
        tr(body.posture) if body.posture else "",
        tr(body.phase) if body.phase else "",
    )
    return ", ".join(part for part in parts if part)
