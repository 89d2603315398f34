"""How far a danger zone may be from where the model has it: named contributions, combined.

Only what moves the zone counts here (people, posture, mesh, derivation, level, breathing); what the
hand does is sampled with the needle (`zones.sampling`). Sizes and sources come from the same rows
(`data/uncertainty.toml`), derived zones' from `data/derived.toml`, breathing from
`data/breathing.toml`. Independent contributions add in squares; a displacement adds as it is.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from meshes.body import Body
from zones.breathing_table import breath_table
from zones.danger import DangerZone
from zones.derive.figures import kind_of
from zones.uncertainty import Contribution, contributions

OF_THE_ZONE = ("population", "posture", "mesh", "derivation", "level")
"""Contributions that move the zone, in this order."""
COVER = 2.0
"""How many SD a range spans to each side: 95 of 100 people if the contributions are normal."""


@dataclass(frozen=True)
class Part:
    """One contribution to one zone: its SD, mm; who says so.

    ``is_known`` is False for one that is named but has no size here: the total lacks it.
    """

    id: str
    about: str
    sd_mm: float
    is_known: bool
    source: str
    evidence: str


@dataclass(frozen=True)
class ZoneUncertainty:
    """All contributions to one zone.

    ``sd_mm`` combines those that are known; ``breath_mm`` is the displacement by breathing on a
    body that stands still (0 on one that breathes, whose phases are measured instead), ``None``
    where only a limit is known. ``unknown`` names what the total lacks.
    """

    zone_id: str
    parts: tuple[Part, ...]
    sd_mm: float
    breath_mm: float | None
    unknown: tuple[str, ...]

    def range_of(self, clearance: float) -> tuple[float, float]:
        """Return the range of a clearance, mm: from its bad side to its good side.

        The breath, which may only bring the zone nearer, is taken off the bad side alone.
        """
        spread = COVER * self.sd_mm
        return clearance - spread - (self.breath_mm or 0.0), clearance + spread


def zone_uncertainty(
    body: Body, zone: DangerZone, at_level: bool = False, rows: Iterable[Contribution] | None = None
) -> ZoneUncertainty:
    """Return the uncertainty of a zone's place on a body.

    Parameters
    ----------
    at_level
        The entry point is found by counting vertebrae, so the level may be wrong.
    rows
        Contributions in place of the catalogue's.
    """
    known = {row.id: row for row in (contributions() if rows is None else rows)}
    parts = []
    for name in OF_THE_ZONE:
        row = known.get(name)
        if row is None or (name == "level" and not at_level):
            continue
        if name != "derivation":
            parts.append(_part(row, zone))
        elif zone.derived:
            parts.append(_derived(row, zone))
    breath, lacks = _breath(body, zone)
    unknown = (*(p.id for p in parts if not p.is_known), *lacks)
    sd = math.sqrt(sum(p.sd_mm**2 for p in parts))
    return ZoneUncertainty(zone.id, tuple(parts), sd, breath, unknown)


def _part(row: Contribution, zone: DangerZone) -> Part:
    size = float(row.by_rule.get(zone.rule, row.size))
    factor = row.constants.get("mm_per_level", 1.0) if row.unit == "level" else 1.0
    return Part(row.id, row.about, size * factor, True, "; ".join(row.sources), row.evidence)


def _derived(row: Contribution, zone: DangerZone) -> Part:
    """A derived zone: the error of its own derivation where that is on file, else the general."""
    own = kind_of(zone.rule)
    if own is None:
        return _part(row, zone)
    said = f"{own.source}: {own.uncertainty_origin}"
    return Part(row.id, row.about, own.uncertainty_mm, True, said, own.evidence)


def _breath(body: Body, zone: DangerZone) -> tuple[float | None, tuple[str, ...]]:
    from meshes.morph_names import read_name

    if read_name(body.id) is not None:
        return 0.0, ()
    known = breath_table().of(zone.rule)
    return (known.mm, ()) if known.mm is not None else (None, ("breathing",))
