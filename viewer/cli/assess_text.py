"""An assessment as a page of text, in the words and roundings of `viewer.describe`."""

from __future__ import annotations

import textwrap
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from meshes.body import Body
from viewer import describe
from viewer.card_text import card_sentence
from viewer.cli.ranges import ranges_text, zone_ranges
from viewer.i18n.text import tr
from viewer.notices_text import notice
from zones.assessment import Assessment, LayerSpan, NeedleAssessment, Verdict, ZoneResult
from zones.breathing import BREATH_PUBLISHED
from zones.report_card import ReportCard


def assessment_lines(
    parts: Iterable[tuple[Sequence[str], Assessment]],
    card: ReportCard | None = None,
    body: Body | None = None,
) -> Iterator[str]:
    """Yield the page line by line; ``card`` is the body's.

    ``parts`` are the needles in order, some at a time, with their names: at least one part, all of
    one body. With the ``body`` the page also says how far clearances may be off in other people.
    """
    ranges = None if body is None else zone_ranges(body)
    words = _Words()
    gaps: Sequence[str] | None = None
    for names, assessment in parts:
        if gaps is None:
            gaps = describe.not_modelled(assessment.not_modelled)
            yield _head(assessment)
            if card is not None:
                yield _wrapped(card_sentence(card))
        for name, needle in zip(names, assessment.needles, strict=True):
            yield ""
            yield from _needle(name, needle, words)
            told = "" if ranges is None else ranges_text(ranges, needle)
            if told:
                yield ""
                yield _wrapped(told, "  ")
    yield ""
    yield _wrapped(tr("Not modelled: {names}.", names=", ".join(gaps or ())))
    yield ""
    yield _wrapped(notice())


def _head(assessment: Assessment) -> str:
    return tr("Body {id} {version}, {posture}, {phase} (hash {hash}…). Frame LPS, mm.",
              id=assessment.body_id, version=assessment.body_version, posture=assessment.posture,
              phase=assessment.phase, hash=assessment.body_hash[:12])  # fmt: skip


def _wrapped(text: str, indent: str = "") -> str:
    return textwrap.fill(text, 100, initial_indent=indent, subsequent_indent=indent)


class _Words:
    """Names and verdicts of one page: a hundred zones come again with every needle of a table."""

    def __init__(self) -> None:
        self.verdicts = {id(v): describe.verdict_word(v) for v in Verdict}  # an Enum hashes slowly
        self.heads = (tr("Danger zone"), tr("Verdict"), tr("Clearance"), tr("Margin"),
                      tr("At depth"), tr("First contact"))  # fmt: skip
        self._names: dict[tuple[str, str, bool], str] = {}

    def name(self, zone: ZoneResult) -> str:
        """Name a zone as the table does: a derived one says so."""
        key = (zone.name, zone.side, zone.derived)
        known = self._names.get(key)
        if known is None:
            known = describe.zone_name(zone) + (tr(" (derived)") if zone.derived else "")
            self._names[key] = known
        return known


def _needle(name: str, result: NeedleAssessment, words: _Words) -> list[str]:
    needle = result.needle
    times = Counter(id(zone.verdict) for zone in result.zones)
    counts = ", ".join(f"{word} {times[key]}" for key, word in words.verdicts.items() if times[key])
    ranked = describe.by_danger(result.zones)
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
        *_zone_table(ranked, words),
        *_breath(ranked),
        *_layers(result.layers),
        *_unassessed(result.zones),
    ]  # fmt: skip


def _zone_table(ranked: Sequence[ZoneResult], words: _Words) -> list[str]:
    shown = [z for z in ranked if z.verdict is not Verdict.NOT_ASSESSED]
    if not shown:
        return []
    rows = [words.heads, *(_zone_row(zone, words) for zone in shown)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    form = "  " + "  ".join(f"{{:{'<' if k < 2 else '>'}{w}}}" for k, w in enumerate(widths))
    return [form.format(*row).rstrip() for row in rows]


def _zone_row(zone: ZoneResult, words: _Words) -> tuple[str, ...]:
    return (
        words.name(zone),
        words.verdicts[id(zone.verdict)],
        describe.clearance_text(describe.worst_clearance(zone)),
        describe.number(zone.margin),
        describe.number(zone.at_depth),
        describe.clearance_text(zone.first_contact),
    )


def _breath(ranked: Sequence[ZoneResult]) -> list[str]:
    """What the breath does to the zones it decides; nothing if it was not looked at."""
    is_sampled = any(z.worst_phase is not None for z in ranked)
    told = [z for z in ranked if _is_told(z, is_sampled)]
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
