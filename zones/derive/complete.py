"""Add to a body what it lacks and what published figures allow to derive, labelled as derived.

Nothing that is there is changed. What cannot be derived stays missing and says why: its zone is
*not assessed*.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from types import MappingProxyType

from meshes.body import Body, Finding
from meshes.catalogue import Structure
from meshes.checks import check_structures
from meshes.packs.schema import content_hash
from meshes.surface import Surface
from zones.acceptance.landmarks import THORACIC
from zones.acceptance.probe import SIDES, NotRunError, Probe
from zones.anatomy import structures_of
from zones.danger import danger_zones
from zones.derive.figures import figures, kind
from zones.derive.pericardium import derive_pericardium, heart_parts
from zones.derive.pleura import derive_sac
from zones.derive.reflection import short_by
from zones.derive.tubes import bundle_tube
from zones.derive.wall import chest_wall

CHECK = "import: derived"
"""What findings about derived structures are filed under; an import keeps them."""


def completed(body: Body) -> Body:
    """Return the body with pleura, intercostal bundles and pericardium where it lacks them.

    Parameters
    ----------
    body
        World frame (LPS), mm. Not changed; its own structures are the same objects in the result.

    Returns
    -------
    Body
        With structures added that have ``derived`` set, one finding each (*info*) with what they
        were made of and their uncertainty, and one for each that could not be derived. The same
        object if nothing was lacking.
    """
    made: list[Structure] = []
    findings: list[Finding] = []
    for derive in (_pleura, _bundles, _pericardium):
        structures, found = derive(body)
        made += structures
        findings += found
    taken = [s.id for s in made if s.id in body.structures]
    if taken:  # a body that brings such an id of its own keeps it
        made = [s for s in made if s.id not in taken]
        findings = [f for f in findings if f.structure not in taken]
    if not made and not findings:
        return body
    verdicts = check_structures(made)
    made = [replace(s, closed=verdicts[s.id].closed) for s in made]
    findings += [f for s in made for f in verdicts[s.id].findings]
    structures_all = {**body.structures, **{s.id: s for s in made}}
    return replace(
        body,
        structures=MappingProxyType(structures_all),
        content_hash=content_hash(structures_all.values(), body.landmarks.values()),
        findings=(*body.findings, *findings),
    )


_Made = tuple[list[Structure], list[Finding]]


def _pleura(body: Body) -> _Made:
    made: list[Structure] = []
    findings: list[Finding] = []
    with ThreadPoolExecutor(len(SIDES)) as pool:  # fields and trees let go of the interpreter
        for structures, found in pool.map(lambda side: _pleura_of(Probe(body), side), SIDES):
            made += structures
            findings += found
    return made, findings


def _pleura_of(probe: Probe, side: str) -> _Made:
    has_pleura = bool(structures_of(probe.body, "parietal_pleura", side))
    lungs = structures_of(probe.body, "lung", side)
    if not has_pleura and not lungs:
        return [], []
    try:
        why = _lacking(probe, side) if has_pleura else "the body has none"
        if not why:
            return [], []
        own = (*structures_of(probe.body, "parietal_pleura", side), *lungs)
        surface = derive_sac(probe, side, own, has_pleura)
    except NotRunError as error:
        return [], [_not_derived(f"parietal pleura on the {side}", error)]
    key = f"parietal_pleura_completed_{side}" if has_pleura else f"parietal_pleura_{side}"
    name = "Parietal pleura, completed" if has_pleura else "Parietal pleura, derived"
    means = "ribs, the published reflection lines and the body's own " + (
        "pleura and lung" if has_pleura else "lung"
    )
    made = _structure(key, f"{name} ({side})", side, "pleura", surface, 5, "parietal_pleura", means)
    return [made], [_derived(made, why)]


def _lacking(probe: Probe, side: str) -> str:
    """Why the body's own pleura ends too high; empty if it does not."""
    most = figures("pleura")["too_high"]
    spaces = short_by(probe, "parietal_pleura", side)
    words = {"mcl": "midclavicular", "mal": "mid-axillary", "pv": "paravertebral"}
    high = [f"{words[k]} by {v:.1f}" for k, v in spaces.items() if v > most]
    if not high:
        return ""
    return f"its own ends above the published rib, in rib spaces: {', '.join(high)}"


def _bundles(body: Body) -> _Made:
    probe = Probe(body)
    made: list[Structure] = []
    findings: list[Finding] = []
    for side in SIDES:
        zone = next(z for z in danger_zones(body) if z.id == f"intercostal_bundle_{side}")
        if zone.complete or not structures_of(body, "rib_5", side):
            continue
        try:
            wall = chest_wall(probe, side)
        except NotRunError as error:
            findings.append(_not_derived(f"intercostal bundles on the {side}", error))
            continue
        why = (
            "the body has none"
            if not zone.structures
            else ("the body lacks " + ", ".join(zone.missing).replace("_", " "))
        )
        for number in range(1, 13):
            try:
                surface = bundle_tube(probe, wall, number)
            except NotRunError as error:
                findings.append(_not_derived(f"intercostal bundle {number} on the {side}", error))
                continue
            means = "the rib's lower border and the published course of the artery"
            if not 4 <= number <= 8:
                means += ", measured in spaces 4 to 8 and carried over to this one"
            made.append(
                _structure(
                    f"intercostal_bundle_{number}_{side}", f"Intercostal bundle {number} ({side})",
                    side, "vessel", surface, 7, "intercostal_bundle", means,
                )
            )  # fmt: skip
            findings.append(_derived(made[-1], why))
    return made, findings


def _pericardium(body: Body) -> _Made:
    zone = next(z for z in danger_zones(body) if z.rule == "pericardium")
    parts = heart_parts(body)
    if zone.structures or not parts:
        return [], []
    roots = [s for s in body.structures.values() if s.system == "vessel" and _is_root(s)]
    roles = ["sternum", *(f"costal_cartilage_{n}" for n in range(1, 8))]
    roles += [f"vertebra_{level}" for level in THORACIC]
    bones = [body[i].surface for role in roles for i in structures_of(body, role)]
    surface = derive_pericardium([*parts, *roots], bones)
    means = "the heart" + (f" with {', '.join(s.name for s in roots)}" if roots else "")
    made = _structure(
        "pericardium", "Pericardium, derived", "mid", "organ", surface, 6, "pericardium", means
    )
    return [made], [_derived(made, "the body has none")]


def _is_root(structure: Structure) -> bool:
    name = structure.name.casefold()
    return name.startswith(("ascending aorta", "pulmonary trunk"))


def _structure(
    key: str, name: str, side: str, system: str, surface: Surface, layer: int, of: str, means: str
) -> Structure:
    return Structure(
        key, name, side, system, surface, layer, derived=True, source=kind(of).text(means)
    )


def _derived(structure: Structure, why: str) -> Finding:
    return Finding(structure.id, CHECK, f"{structure.name}: {why}; {structure.source}", "info")


def _not_derived(what: str, error: Exception) -> Finding:
    return Finding("", CHECK, f"{what} not derived: {error}; its zone is not assessed", "warning")
