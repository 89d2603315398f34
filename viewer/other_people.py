"""How far a clearance may be off in other people, in words: named contributions and their range.

The sizes and sources are those of `zones.contributions`; the range never widens what is reassuring:
its bad side comes first.
"""

from __future__ import annotations

from collections.abc import Mapping

from meshes.body import Body
from viewer import describe
from viewer.i18n.text import tr
from zones.assessment import ZoneResult
from zones.contributions import COVER, ZoneUncertainty, zone_uncertainty
from zones.danger import danger_zones

Known = Mapping[str, ZoneUncertainty]


def uncertainties(body: Body) -> Known:
    """Return the uncertainty of every danger zone of a body, by zone id."""
    return {zone.id: zone_uncertainty(body, zone) for zone in danger_zones(body)}


def short_range(zone: ZoneResult, known: Known) -> str:
    """Name a zone and its range; empty where nothing was measured."""
    said = _range(zone, known)
    if said is None:
        return ""
    return tr("{zone} in other people: {low} to {high} mm", zone=describe.zone_name(zone),
              low=said[0], high=said[1])  # fmt: skip


def brief_range(zone: ZoneResult, known: Known) -> str:
    """The range alone, for where there is no room for a name; empty where nothing was measured."""
    said = _range(zone, known)
    if said is None:
        return ""
    return tr("In other people: {low} to {high} mm", low=said[0], high=said[1])


def range_in_full(zone: ZoneResult, known: Known) -> str:
    """The same with what it is made of; empty where nothing was measured."""
    said = _range(zone, known)
    if said is None:
        return ""
    one = known[zone.zone_id]
    text = tr(
        "In other people of this size {low} to {high} mm ({names}; {n} SD to each side).",
        low=said[0], high=said[1], n=f"{COVER:g}", names=", ".join(tr(p.id) for p in one.parts),
    )  # fmt: skip
    if one.unknown:
        names = ", ".join(tr(name) for name in one.unknown)
        text += " " + tr("Not in it, of unknown size: {names}.", names=names)
    return text


def _range(zone: ZoneResult, known: Known) -> tuple[str, str] | None:
    one, clearance = known.get(zone.zone_id), describe.worst_clearance(zone)
    if one is None or clearance is None:
        return None
    low, _ = one.range_of(clearance)
    _, high = one.range_of(clearance if zone.clearance is None else zone.clearance)
    return describe.clearance_text(low), describe.clearance_text(high)
