"""An assessment as a page of text, in the words and roundings of `viewer.describe`."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Sequence

from meshes.body import Body
from viewer import describe
from viewer.card_text import card_sentence
from viewer.cli.ranges import ranges_text
from viewer.i18n.text import tr
from viewer.notices_text import notice
from zones.assessment import Assessment, LayerSpan, NeedleAssessment, Verdict, ZoneResult
from zones.breathing import BREATH_PUBLISHED
from zones.report_card import ReportCard


def assessment_text(
    assessment: Assessment,
    names: Sequence[str],
    card: ReportCard | None = None,
    body: Body | None = None,
) -> str:
    """Return the page; ``names`` are those of the needles, in order; ``card`` is the body's.

    With the ``body`` the page also says how far clearances may be off in other people.
    """
    lines = [
        tr("Body {id} {version}, {posture}, {phase} (hash {hash}…). Frame LPS, mm.",
           id=assessment.body_id, version=assessment.body_version, posture=assessment.posture,
           phase=assessment.phase, hash=assessment.body_hash[:12]),
    ]  # fmt: skip
    if card is not None:
        lines.append(_wrapped(card_sentence(card)))
    for name, needle in zip(names, assessment.needles, strict=True):
        lines += ["", *_needle(name, needle)]
        told = "" if body is None else ranges_text(body, needle)
        lines += ["", _wrapped(told, "  ")] if told else []
    gaps = describe.not_modelled(assessment.not_modelled)
    lines += ["", _wrapped(tr("Not modelled: {names}.", names=", ".join(gaps)))]
    return "\n".join([*lines, "", _wrapped(notice())])


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, 100, initial_indent=indent, subsequent_indent=indent)


def _needle(name: str, result: NeedleAssessment) -> list[str]:
    needle = result.needle
    counts = ", ".join(
        f"{describe.verdict_word(verdict)} {n}"
        for verdict in Verdict
        if (n := sum(zone.verdict is verdict for zone in result.zones))
    )
    return [
        tr("Needle {name}: {word}   ({counts})", name=name,
           word=describe.verdict_word(result.verdict).upper(), counts=counts),
        "  " + describe.reason(result),
        tr("  Entry {entry}; tip {tip}; depth {depth} mm; diameter {diameter} mm",
           entry=describe.position(needle.entry), tip=describe.position(needle.tip),
           depth=describe.number(needle.depth), diameter=describe.number(2 * needle.radius, 2)),
        tr("  {limit_name} on this line, every margin kept: {limit}",
           limit_name=describe.limit_name(result), limit=describe.limit_sentence(result)),
        "",
        *_zone_table(result.zones),
        *_breath(result.zones),
        *_layers(result.layers),
        *_unassessed(result.zones),
    ]  # fmt: skip


def _zone_table(zones: Sequence[ZoneResult]) -> list[str]:
    shown = [z for z in describe.by_danger(zones) if z.verdict is not Verdict.NOT_ASSESSED]
    if not shown:
        return []
    heads = (tr("Danger zone"), tr("Verdict"), tr("Clearance"), tr("Margin"), tr("At depth"),
             tr("First contact"))  # fmt: skip
    rows = [heads, *(_zone_row(zone) for zone in shown)]
    widths = [max(len(row[k]) for row in rows) for k in range(len(heads))]
    return [
        ("  " + "  ".join(
            cell.ljust(width) if k < 2 else cell.rjust(width)
            for k, (cell, width) in enumerate(zip(row, widths, strict=True))
        )).rstrip()
        for row in rows
    ]  # fmt: skip


def _zone_row(zone: ZoneResult) -> tuple[str, ...]:
    return (
        describe.zone_name(zone) + (tr(" (derived)") if zone.derived else ""),
        describe.verdict_word(zone.verdict),
        describe.clearance_text(describe.worst_clearance(zone)),
        describe.number(zone.margin),
        describe.number(zone.at_depth),
        describe.clearance_text(zone.first_contact),
    )


def _breath(zones: Sequence[ZoneResult]) -> list[str]:
    """What the breath does to the zones it decides; nothing if it was not looked at."""
    is_sampled = any(z.worst_phase is not None for z in zones)
    told = [z for z in describe.by_danger(zones) if _is_told(z, is_sampled)]
    if not is_sampled and not told:
        return []
    if is_sampled:
        about = tr("Clearances, verdicts and limit depth hold through the breath, "
                   "0 end expiration to 1 full inspiration.")  # fmt: skip
    else:
        about = describe.note_text(BREATH_PUBLISHED)
    return ["", _wrapped(" ".join([about, "; ".join(map(_breath_words, told))]), "  ")]


def _is_told(zone: ZoneResult, is_sampled: bool) -> bool:
    if not is_sampled:
        return BREATH_PUBLISHED in zone.note
    return zone.worst_phase is not None and zone.verdict in (Verdict.BREACH, Verdict.WITHIN_MARGIN)


def _breath_words(zone: ZoneResult) -> str:
    rest, worst = map(describe.clearance_text, (zone.clearance, zone.clearance_worst))
    name = describe.zone_name(zone)
    if zone.worst_phase is None:
        return tr("{zone} {mm} mm as the body is, at worst {worst} mm", zone=name, mm=rest,
                  worst=worst)  # fmt: skip
    return tr("{zone} {mm} mm as the body is, at worst {worst} mm (phase {phase})", zone=name,
              mm=rest, worst=worst, phase=describe.number(zone.worst_phase, 2))  # fmt: skip


def _layers(layers: Sequence[LayerSpan]) -> list[str]:
    if not layers:
        return []
    spans = [
        f"{layer.structure} {describe.number(layer.enter)}–{describe.number(layer.exit)}"
        for layer in layers
    ]
    return ["", _wrapped(tr("On the line, mm: {spans}", spans="; ".join(spans)), "  ")]


def _unassessed(zones: Iterable[ZoneResult]) -> list[str]:
    by_note: dict[str, list[str]] = {}
    for zone in zones:
        if zone.verdict is Verdict.NOT_ASSESSED:
            near = describe.worst_clearance(zone)
            text = "" if near is None else f" ({describe.clearance_text(near)} mm)"
            by_note.setdefault(zone.note, []).append(describe.zone_name(zone) + text)
    lines = []
    for note, names in by_note.items():
        why = " ".join(describe.note_text(part) for part in note.split(";") if part)
        lines += ["", tr("  Not assessed. {why}", why=why), _wrapped("; ".join(names), "    ")]
    return lines
