"""Paths to a target in words. No Qt."""

from __future__ import annotations

import textwrap

from meshes.body import Body
from viewer import describe
from viewer.i18n.text import tr
from viewer.notices_text import notice
from viewer.structure_names import display_name
from zones.danger import find_zone
from zones.targets import BONE, SKIN, TILT, ZONE, Path, Paths


def reason_text(body: Body, reason: str) -> str:
    """Why an entry is refused."""
    if reason.startswith(ZONE):
        return tr("margin of {zone} lost", zone=zone_text(body, reason.removeprefix(ZONE)))
    words = {
        TILT: tr("tilt beyond the limit"),
        SKIN: tr("leaves the skin on the way"),
        BONE: tr("meets bone"),
    }
    return words[reason]


def zone_text(body: Body, zone_id: str | None) -> str:
    """A danger zone by name and side."""
    if zone_id is None:
        return "–"
    zone = find_zone(body, zone_id)
    return describe.zone_name(zone)


def targets_text(body: Body, found: Paths) -> str:
    """Return the page of `needlewise targets`."""
    names = [display_name(body.structures[i], body) for i in found.muscles or found.inside]
    lines = [
        tr("Target {point} in {names}", point=describe.position(found.target),
           names="; ".join(names) or tr("nothing modelled")),
    ]  # fmt: skip
    if not found.muscles:
        lines.append(tr("The target lies in no muscle of this body."))
    lines.append(
        tr("{n} of {all} entries keep every limit and margin.", n=found.admissible, all=found.tried)
    )
    for reason, count in found.refused.items():
        lines.append(tr("  {n} refused: {why}", n=count, why=reason_text(body, reason)))
    if found.unknown:
        unknown = "; ".join(zone_text(body, i) for i in found.unknown)
        text = tr("Not assessed, so that no path is clear of them: {zones}", zones=unknown)
        lines.append(textwrap.fill(text, 100, subsequent_indent="  "))
    if found.paths:
        lines += ["", *_table(body, found.paths)]
    return "\n".join([*lines, "", textwrap.fill(notice(), 100)])


def _table(body: Body, paths: tuple[Path, ...]) -> list[str]:
    heads = (tr("Entry"), tr("Length"), tr("Tilt"), tr("Azimuth"), tr("Verdict"),
             tr("To spare"), tr("Beyond the margin of"))  # fmt: skip
    rows = [heads]
    for path in paths:
        rows.append(
            (describe.position(path.needle.entry), describe.number(path.length),
             describe.number(path.tilt_deg, 0), describe.number(path.azimuth_deg, 0),
             describe.verdict_word(path.verdict), describe.clearance_text(path.spare),
             zone_text(body, path.zone_id))
        )  # fmt: skip
    widths = [max(len(row[k]) for row in rows) for k in range(len(heads))]
    return [
        ("  " + "  ".join(c.ljust(w) for c, w in zip(row, widths, strict=True))).rstrip()
        for row in rows
    ]
