"""The ranges of clearances by what moves a zone in other people, for the forms of `assess`.

What is combined, and from which sources, is `zones.contributions`; what the hand adds is sampled by
`needlewise sample`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from viewer import describe
from viewer.i18n.text import tr

if TYPE_CHECKING:
    from meshes.body import Body
    from zones.assessment import Assessment, NeedleAssessment
    from zones.contributions import ZoneUncertainty

_TOLD = 4


def ranges_document(body: Body, assessment: Assessment, names: Sequence[str]) -> dict[str, Any]:
    """Return the ranges of every measured zone of every needle, with who says so."""
    from zones.contributions import COVER

    known = zone_ranges(body)
    parts = {part.id: part for one in known.values() for part in one.parts}
    return {
        "cover_sd": COVER,
        "contributions": [
            {"id": p.id, "about": p.about, "source": p.source, "evidence": p.evidence}
            for p in parts.values()
        ],
        "needles": [
            {
                "id": name,
                "zones": [
                    {
                        "id": z.zone_id,
                        "range": list(known[z.zone_id].range_of(z.clearance)),
                        "sd": known[z.zone_id].sd_mm,
                        "parts": {p.id: p.sd_mm for p in known[z.zone_id].parts},
                        "breath": known[z.zone_id].breath_mm,
                        "unknown": list(known[z.zone_id].unknown),
                    }
                    for z in needle.zones
                    if z.clearance is not None
                ],
            }
            for name, needle in zip(names, assessment.needles, strict=True)
        ],
    }


def ranges_text(known: Mapping[str, ZoneUncertainty], needle: NeedleAssessment) -> str:
    """Say the ranges of the zones that matter most to a needle; empty if none was measured.

    ``known`` are the `zone_ranges` of the body: the same for every needle of a table.
    """
    from zones.contributions import COVER

    near = [z for z in describe.by_danger(needle.zones) if z.clearance is not None][:_TOLD]
    if not near:
        return ""
    told = []
    for zone in near:
        low, high = known[zone.zone_id].range_of(zone.clearance or 0.0)
        told.append(
            tr("{zone} {low} to {high} mm", zone=describe.zone_name(zone),
               low=describe.clearance_text(low), high=describe.clearance_text(high))
        )  # fmt: skip
    names = dict.fromkeys(p.id for zone in near for p in known[zone.zone_id].parts)
    return tr(
        "In other people of this size the clearance may be anywhere in a range ({names}; {n} SD to "
        "each side): {zones}",
        names=", ".join(tr(name) for name in names), n=f"{COVER:g}", zones="; ".join(told),
    )  # fmt: skip


def zone_ranges(body: Body) -> dict[str, ZoneUncertainty]:
    """Return what moves each danger zone of a body, by its id."""
    from zones.contributions import zone_uncertainty
    from zones.danger import danger_zones

    return {zone.id: zone_uncertainty(body, zone) for zone in danger_zones(body)}
