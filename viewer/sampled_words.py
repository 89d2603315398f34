"""Sampled needles in words: ranges with their worst, shares with their intervals. No Qt."""

from __future__ import annotations

import math
import textwrap
from collections.abc import Sequence

from viewer import describe
from viewer.i18n.text import decimal, tr
from viewer.notices_text import notice
from zones.sampled import Distribution, Interval, SampledZone
from zones.sampling import Sampled
from zones.uncertainty import Contribution


def contribution_name(contribution_id: str) -> str:
    """The name of a contribution to uncertainty."""
    names = {
        "entry": tr("entry point"), "angle": tr("angle"), "depth": tr("depth"),
        "level": tr("level finding"), "bending": tr("needle bending"),
        "compression": tr("tissue compression"), "population": tr("people differ"),
        "posture": tr("posture"), "mesh": tr("surface of the model"),
        "derivation": tr("derived zones"), "breathing": tr("breathing"),
    }  # fmt: skip
    return names.get(contribution_id, contribution_id)


def size_text(row: Contribution) -> str:
    """What is drawn, such as ``SD 2 mm``."""
    units = {"mm": tr("mm"), "deg": tr("°"), "N": tr("N"), "level": tr("level"), "share": ""}
    unit = units.get(row.unit, row.unit)
    number = decimal(f"{row.size * 100:g} %" if row.unit == "share" else f"{row.size:g} {unit}")
    if row.shape == "phases":
        return tr("worst phase")
    return tr("SD {size}", size=number) if row.shape == "normal" else tr("0 to {size}", size=number)


def range_text(found: Distribution | None) -> str:
    """A clearance as a range with its worst, never as one number."""
    if found is None:
        return "–"
    low, high, worst = (describe.clearance_text(x) for x in (*found.span, found.lowest))
    return tr("{low} to {high}, worst {worst}", low=low, high=high, worst=worst)


def share_text(found: Interval) -> str:
    """A probability in per cent with its 95 % interval; what is unknown makes it a lower bound."""
    share, low, high = (_percent(x) for x in (found.share, found.low, found.high))
    if not found.count and not found.at_least:
        return tr("none of {n} (up to {high} %)", n=found.n, high=high)
    if found.at_least:
        return tr("at least {share} % (from {low} %; more is unknown)", share=share, low=low)
    return tr("{share} % ({low} to {high} %)", share=share, low=low, high=high)


def _percent(share: float) -> str:
    """Rounded up, so that no digit is kinder than the number."""
    percent = 100.0 * share
    if percent == 0.0:
        return "0"
    decimals = 1 if percent >= 1.0 else 2 - math.floor(math.log10(percent)) - 1
    unit = 10.0**-decimals
    return f"{math.ceil(percent / unit - 1e-9) * unit:.{decimals}f}"


def sampled_text(named: Sequence[tuple[str, Sampled]]) -> str:
    """Return the page of `needlewise sample`."""
    first = named[0][1]
    lines = [
        tr("{n} needles each, seed {seed}; ranges are the middle nine tenths, intervals 95 %.",
           n=first.n, seed=first.seed),
        "", tr("Drawn"),
    ]  # fmt: skip
    for row in first.contributions:
        if row.active:
            name = f"  {contribution_name(row.id)}: {size_text(row)}"
            lines.append(_wrapped(tr("{name}. {evidence}.", name=name, evidence=row.evidence)))
    names = ", ".join(contribution_name(i) for i in first.not_assessed)
    if names:
        lines.append(tr("Not assessed: {names}.", names=names))
    for name, found in named:
        lines += ["", *_needle(name, found)]
    return "\n".join([*lines, "", _wrapped(notice(), "")])


def _wrapped(text: str, further: str = "    ") -> str:
    return textwrap.fill(text, 100, subsequent_indent=further)


def _needle(name: str, found: Sampled) -> list[str]:
    counts = found.tally
    lines = [
        tr("Needle {name}", name=name),
        tr("  Least clearance: {range} mm", range=range_text(found.least)),
        tr("  Breach: {share}", share=share_text(counts.breach)),
        tr("  A margin lost: {share}", share=share_text(counts.margin_lost)),
    ]
    if counts.unknown:
        lines.append(tr("  Nothing clears {n} of them: a zone is not assessed.", n=counts.unknown))
    if found.unseated:
        lines.append(tr("  {n} entry points drifted off the skin.", n=found.unseated))
    if found.influences:
        ranking = "; ".join(
            tr("{name} {loss}", name=contribution_name(i.id), loss=describe.number(i.loss))
            for i in found.influences
        )
        lines.append(
            _wrapped(
                tr("  What takes most, alone, mm off the 5th percentile: {list}", list=ranking)
            )
        )
    return [*lines, "", *_table(found.zones)]


def _table(zones: Sequence[SampledZone]) -> list[str]:
    shown = [z for z in zones if z.clearance is not None and z.tally is not None]
    near = sorted(shown, key=lambda z: (z.clearance.lowest - z.margin) if z.clearance else 0.0)
    heads = (tr("Danger zone"), tr("Clearance"), tr("Margin"), tr("Breach"), tr("Margin lost"))
    rows = [heads]
    for zone in near:
        if zone.tally is None or zone.clearance is None or zone.clearance.lowest > 2 * zone.margin:
            continue
        rows.append(
            (describe.zone_name(zone), range_text(zone.clearance),
             describe.number(zone.margin), share_text(zone.tally.breach),
             share_text(zone.tally.margin_lost))
        )  # fmt: skip
    widths = [max(len(row[k]) for row in rows) for k in range(len(heads))]
    lines = [
        ("  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]
    rest = len(shown) - len(rows) + 1
    if rest:
        lines.append(tr("  {n} more zones keep more than twice their margin in every sample.",
                        n=rest))  # fmt: skip
    unknown = [z for z in zones if z.tally is None or z.tally.unknown]
    if unknown:
        names = "; ".join(describe.zone_name(z) for z in unknown)
        lines.append(_wrapped(tr("  Not assessed, whatever is drawn: {names}", names=names)))
    return lines
