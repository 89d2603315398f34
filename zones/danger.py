"""Danger zones: which structures must not be touched, by what margin, and who says so.

The catalogue, not the body, decides the rows: a zone the body cannot show is a row that says so.
Where a side is in doubt a structure counts for both rows, since counting one too many is the only
error that reassures nobody.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

from meshes.body import Body
from meshes.catalogue import Structure, fold
from zones.danger_catalogue import ZoneRule, danger_catalogue
from zones.errors import UnknownZoneError

MISSING = "zone.missing"
"""Note id: the body has no structure of this zone; it is not assessed."""
INCOMPLETE = "zone.incomplete"
"""Note id: named parts of the zone are missing; it can be breached, it can never be clear."""

_SIDE_WORDS = re.compile(r"^(left|right|l|r) | (left|right|l|r)$")


@dataclass(frozen=True)
class DangerZone:
    """A catalogue zone resolved on one body.

    ``structures`` are the body's structure ids (empty: the body lacks it → not assessed).
    ``margin_mm`` is the required clearance; ``margin_origin`` says where it comes from
    (``convention`` is said as such). ``source`` and ``evidence`` cite the rule. ``complete`` is
    False when a part the rule needs is not on the body: such a zone may be breached or within its
    margin, otherwise it is *not assessed*, never clear. ``missing`` names the parts, ``note`` is
    the message id (`MISSING`, `INCOMPLETE` or empty), ``rule`` the catalogue id without the side.
    """

    id: str
    name: str
    side: str
    structures: tuple[str, ...]
    margin_mm: float
    margin_origin: str
    severity: str
    consequence: str
    source: str
    evidence: str
    derived: bool = False
    complete: bool = True
    missing: tuple[str, ...] = ()
    note: str = ""
    rule: str = ""


_RESOLVED: WeakKeyDictionary[Body, tuple[DangerZone, ...]] = WeakKeyDictionary()


def danger_zones(body: Body) -> list[DangerZone]:
    """Resolve the catalogue on a body: one row per zone and side, in the catalogue's order.

    The rows are the same on every body; one the body lacks has ``structures == ()``. Computed once
    per body object.
    """
    if body not in _RESOLVED:
        _RESOLVED[body] = resolve_zones(danger_catalogue(), body.structures)
    return list(_RESOLVED[body])


def zone_ids() -> tuple[str, ...]:
    """The ids of all rows, in order; they do not depend on a body."""
    return tuple(rule.row_id(side) for rule in danger_catalogue() for side in rule.sides)


def find_zone(body: Body, zone_id: str) -> DangerZone:
    """Return one row by id.

    Raises
    ------
    UnknownZoneError
        The catalogue has no such row.
    """
    for zone in danger_zones(body):
        if zone.id == zone_id:
            return zone
    raise UnknownZoneError(
        f"there is no danger zone {zone_id!r}; expected one of the {len(zone_ids())} rows of the "
        "catalogue, such as " + ", ".join(zone_ids()[:2])
    )


def resolve_zones(
    rules: Sequence[ZoneRule], structures: Mapping[str, Structure]
) -> tuple[DangerZone, ...]:
    """Resolve given rules on given structures; see `danger_zones`."""
    texts = {key: folded_names(structure) for key, structure in structures.items()}
    members = {
        rule.id: [s for key, s in structures.items() if _selects(rule, s, texts[key])]
        for rule in rules
        if not rule.rest_of
    }
    taken = {s.id for selected in members.values() for s in selected}
    for rule in rules:
        if rule.rest_of:
            members[rule.id] = [
                s
                for key, s in structures.items()
                if key not in taken
                and s.system in rule.systems
                and not _found(rule.exclude, texts[key])
            ]
    return tuple(
        _row(rule, side, members[rule.id], structures, texts)
        for rule in rules
        for side in rule.sides
    )


def folded_names(structure: Structure) -> tuple[str, ...]:
    """The texts a selector is tried on: id, names, synonyms, folded, runs of other signs a space.

    Each also without a leading or trailing side word, so that ``left_lung`` is a lung whole.
    """
    names = (structure.id, structure.name, structure.latin, *structure.synonyms)
    plain = [" ".join(re.findall(r"\w+", fold(name))) for name in names if name]
    bare = [_SIDE_WORDS.sub("", text) for text in plain]
    return tuple(dict.fromkeys(plain + bare))


def _found(patterns: Iterable[re.Pattern[str]], texts: Sequence[str]) -> bool:
    return any(pattern.search(text) for pattern in patterns for text in texts)


def _selects(rule: ZoneRule, structure: Structure, texts: Sequence[str]) -> bool:
    if structure.fma and structure.fma in rule.fma:
        return True
    if structure.system not in rule.systems or _found(rule.exclude, texts):
        return False
    return _found(rule.match, texts)


def _on_side(rule: ZoneRule, side: str, structure: Structure) -> bool:
    if len(rule.sides) == 1 or structure.side == side:
        return True
    if structure.side == "both":
        return side != "mid"
    return structure.side == "mid" and "mid" not in rule.sides


def _row(
    rule: ZoneRule,
    side: str,
    members: Sequence[Structure],
    structures: Mapping[str, Structure],
    texts: Mapping[str, Sequence[str]],
) -> DangerZone:
    own = [s for s in members if _on_side(rule, side, s)]
    missing: tuple[str, ...] = ()
    if own:
        missing = tuple(
            part
            for part, pattern in rule.needs
            if not any(_found((pattern,), texts[s.id]) for s in own)
        ) + tuple(
            part
            for part, pattern in rule.reaches
            if not _reaches(own, pattern, side, structures, texts)
        )
    return DangerZone(
        id=rule.row_id(side),
        name=rule.name,
        side=side,
        structures=tuple(s.id for s in own),
        margin_mm=rule.margin_mm,
        margin_origin=rule.margin_origin,
        severity=rule.severity,
        consequence=rule.consequence,
        source=rule.source,
        evidence=rule.evidence,
        derived=any(s.derived for s in own),
        complete=bool(own) and not missing,
        missing=missing,
        note=MISSING if not own else INCOMPLETE if missing else "",
        rule=rule.id,
    )


def _reaches(
    own: Sequence[Structure],
    pattern: re.Pattern[str],
    side: str,
    structures: Mapping[str, Structure],
    texts: Mapping[str, Sequence[str]],
) -> bool:
    """Whether the zone comes down to the top of a bone; of a body without that bone, True."""
    bones = [
        s
        for key, s in structures.items()
        if s.system == "bone" and s.side in (side, "both") and _found((pattern,), texts[key])
    ]
    if not bones:
        return True
    lowest = min(float(s.surface.points[:, 2].min()) for s in own)
    return lowest <= max(float(s.surface.points[:, 2].max()) for s in bones)
