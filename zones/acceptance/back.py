"""Sites over trapezius, rhomboids and the lung apex (acceptance sections A and B)."""

from __future__ import annotations

import numpy as np

from zones.acceptance.landmarks import (
    acromion,
    medial_border_x,
    spine_x,
    spinous_tip,
)
from zones.acceptance.probe import SIDES, NotRunError, Probe, Vector, sign

SEARCH_ALONG_SPINE_MM = 32
SLAB_MM = 4.0
"""Half the thickness of a sagittal slice of bone."""
SPINE_MM = 12.0
"""How far in front of its hindmost point the spine of the scapula is looked for."""


def deepest(values: list[float | None], what: str) -> float:
    """Return the larger side: too deep is the reassuring error.

    Raises
    ------
    NotRunError
        No side has a value.
    """
    found = [v for v in values if v is not None]
    if not found:
        raise NotRunError(f"the line does not meet the {what}")
    return max(found)


def above(probe: Probe, inside: Vector) -> Vector:
    """(3,) first skin straight above a point within the body: the shoulder, not the head over it.

    Raises
    ------
    NotRunError
        There is no skin above.
    """
    crossed = probe.crossings(inside, (0.0, 0.0, 1.0), probe.ids("skin"))
    if not crossed:
        raise NotRunError("there is no skin above the site")
    skin: Vector = inside + np.array([0.0, 0.0, crossed[0][0]])
    return skin


def gb21(probe: Probe, side: str) -> Vector:
    """(3,) skin above the midpoint between the C7 spinous process and the acromion's end."""
    return above(probe, (spinous_tip(probe, "c7") + acromion(probe, side)) / 2)


def sagittal_normal(probe: Probe, point: Vector) -> Vector:
    """(3,) inward skin normal without its sideways part."""
    n = probe.normal(point) * (0.0, 1.0, 1.0)
    return np.asarray(n / np.linalg.norm(n))


def gb21_pleura(probe: Probe) -> float:
    """Skin to pleura at GB21, the deeper side."""
    depths = []
    for side in SIDES:
        point = gb21(probe, side)
        depths.append(probe.depth(point, sagittal_normal(probe, point), "parietal_pleura"))
    return deepest(depths, "pleura")


def kyphosis_normal(probe: Probe) -> Vector:
    """(3,) unit vector forward, square to the chord of the spinous processes T1 to T6."""
    chord = spinous_tip(probe, "t1") - spinous_tip(probe, "t6")
    n = np.array([0.0, -chord[2], chord[1]])
    return np.asarray(n / np.linalg.norm(n) * (1.0 if chord[2] > 0 else -1.0))


def trapezius_back(probe: Probe, side: str) -> list[Vector]:
    """(3,) skin points over the mid-substance of upper trapezius, seen from behind.

    Half-way between C7 and acromion the muscle's back reaches from the crest of the shoulder down
    to the spine of the scapula; these points lie over the middle third of that way (a convention:
    the study says "mid-substance"). A line from the crest itself runs through the fold of the
    muscle and leaves the body in front, over the cupola: no needle set there meets the pleura.
    """
    crest = gb21(probe, side)
    bone = probe.points("scapula", side)
    slab = bone[np.abs(bone[:, 0] - crest[0]) < SLAB_MM]
    if not len(slab):
        raise NotRunError("the scapula does not reach under the middle of the C7-acromion line")
    spine = slab[slab[:, 1] > slab[:, 1].max() - SPINE_MM][:, 2].max()
    heights = crest[2] + (spine - crest[2]) * np.linspace(1 / 3, 2 / 3, 5)
    return [probe.skin_behind(float(crest[0]), float(z)) for z in heights]


def kyphosis_pleura(probe: Probe) -> float:
    """Shortest skin-to-pleura length square to the kyphosis over upper trapezius."""
    direction = kyphosis_normal(probe)
    found = [
        probe.depth(point, direction, "parietal_pleura")
        for side in SIDES
        for point in trapezius_back(probe, side)
    ]
    met = [depth for depth in found if depth is not None]
    return min(met) if met else float("inf")


def neck_point(probe: Probe, side: str) -> Vector:
    """(3,) upper trapezius skin 70 mm lateral of the midline: the crest of the shoulder there.

    Sought from the C7-acromion line forwards; what rises like a wall is the neck, not the crest.
    """
    start, end = spinous_tip(probe, "c7"), acromion(probe, side)
    x = spine_x(probe) + sign(side) * 70.0
    share = (x - start[0]) / (end[0] - start[0])
    line = start + share * (end - start)
    crest = above(probe, line)
    for forward in range(2, 41, 2):
        point = above(probe, line - np.array([0.0, float(forward), 0.0]))
        if point[2] > crest[2] + 8.0:
            break
        crest = point if point[2] > crest[2] else crest
    return crest


def coronal(side: str, medial_deg: float) -> Vector:
    """(3,) unit direction in the coronal plane, ``medial_deg`` off straight caudal."""
    a = np.radians(medial_deg)
    return np.array([-sign(side) * np.sin(a), 0.0, -np.cos(a)])


def medial_minus_caudal(probe: Probe) -> float:
    """Length to pleura 30 deg medial minus straight caudal, the worse side."""
    found = []
    for side in SIDES:
        point = neck_point(probe, side)
        medial = probe.depth(point, coronal(side, 30.0), "parietal_pleura")
        caudal = probe.depth(point, coronal(side, 0.0), "parietal_pleura")
        if medial is None:
            raise NotRunError("the line 30 deg medial does not meet pleura")
        found.append(medial - (caudal if caudal is not None else 1e3))
    return max(found)


def lateral_meets_pleura(probe: Probe) -> float:
    """1 if the line 30 deg lateral meets pleura on either side."""
    met = [probe.depth(neck_point(probe, s), coronal(s, -30.0), "parietal_pleura") for s in SIDES]
    return float(any(depth is not None for depth in met))


def medial_to_lung(probe: Probe) -> float:
    """Length to lung 30 deg medial, the deeper side."""
    return deepest(
        [probe.depth(neck_point(probe, s), coronal(s, 30.0), "lung") for s in SIDES], "lung"
    )


def dome_above_clavicle(probe: Probe) -> float:
    """Highest pleura above the clavicle's upper edge in its medial third, the higher side."""
    found = []
    for side in SIDES:
        bone = probe.points("clavicle", side)
        x = bone[:, 0] * sign(side)
        medial = bone[x < x.min() + (x.max() - x.min()) / 3]
        found.append(float(probe.points("parietal_pleura", side)[:, 2].max() - medial[:, 2].max()))
    return max(found)


def upper_trapezius_thickness(probe: Probe) -> float:
    """Thickness of trapezius at the middle of the C7-acromion line, along the skin normal."""
    found = []
    for side in SIDES:
        point = gb21(probe, side)
        found.append(probe.thickness(point, probe.normal(point), "trapezius"))
    return deepest(found, "trapezius")


def supraspinatus_thickness(probe: Probe) -> float:
    """Thickness of supraspinatus above the scapula's notch, along the skin normal."""
    found = []
    for side in SIDES:
        muscle = probe.points("supraspinatus", side)
        x, y, _ = np.quantile(muscle, 0.45, axis=0)
        point = probe.skin_from((x, y, muscle[:, 2].max() + 300.0), (0.0, 0.0, -1.0))
        found.append(probe.thickness(point, probe.normal(point), "supraspinatus", side))
    return deepest(found, "supraspinatus")


def rhomboid_site(probe: Probe, side: str, dz: float = 0.0) -> Vector:
    """(3,) skin half-way between spinous processes and medial border, between T4 and T5."""
    z = float(np.mean([spinous_tip(probe, level)[2] for level in ("t4", "t5")]))
    x = (spine_x(probe) + medial_border_x(probe, side, z)) / 2
    return probe.skin_behind(x, z + dz)


def _along_spine(probe: Probe, side: str, wants_rib: bool, near: float = 0.0) -> Vector:
    """Nearest point along the spine whose skin normal meets rib bone first, or passes between."""
    ribs = [i for n in range(2, 9) for i in probe.ids(f"rib_{n}", side)]
    for step in sorted(range(-SEARCH_ALONG_SPINE_MM, SEARCH_ALONG_SPINE_MM + 1), key=abs):
        point = rhomboid_site(probe, side, near + step)
        met = probe.index.pick(point, probe.normal(point), ribs, 80.0)
        if (met is not None) == wants_rib:
            return point
    raise NotRunError("no line of the site " + ("meets a rib" if wants_rib else "passes the ribs"))


def rhomboid_muscle_depth(probe: Probe) -> float:
    """Skin to rhomboid major along the normal, the deeper side."""
    found = []
    for side in SIDES:
        point = rhomboid_site(probe, side)
        found.append(probe.depth(point, probe.normal(point), "rhomboid_major", side))
    return deepest(found, "rhomboid major")


def rib_depth(probe: Probe, side: str) -> float | None:
    """Skin to rib at the rhomboid site over a rib."""
    point = _along_spine(probe, side, wants_rib=True)
    ribs = [i for n in range(1, 10) for i in probe.ids(f"rib_{n}", side)]
    met = probe.index.pick(point, probe.normal(point), ribs, 80.0)
    return None if met is None else met.depth


def rhomboid_rib_depth(probe: Probe) -> float:
    """Skin to rib, the deeper side."""
    return deepest([rib_depth(probe, side) for side in SIDES], "rib")


def rhomboid_pleura_depth(probe: Probe) -> float:
    """Skin to pleura between ribs at the rhomboid site, the shallower side (a floor is tested)."""
    found = []
    for side in SIDES:
        point = _along_spine(probe, side, wants_rib=False)
        depth = probe.depth(point, probe.normal(point), "parietal_pleura")
        if depth is not None:
            found.append(depth)
    if not found:
        raise NotRunError("no line of the site meets pleura")
    return min(found)


def pleura_minus_rib(probe: Probe) -> float:
    """Pleura depth between ribs minus rib depth beside it, the larger side."""
    found = []
    for side in SIDES:
        over = _along_spine(probe, side, wants_rib=True)
        base = rhomboid_site(probe, side)[2]
        beside = _along_spine(probe, side, wants_rib=False, near=float(over[2] - base))
        pleura = probe.depth(beside, probe.normal(beside), "parietal_pleura")
        rib = rib_depth(probe, side)
        if pleura is not None and rib is not None:
            found.append(pleura - rib)
    return deepest(list(found), "pleura")


def interscapular_thickness(probe: Probe, role: str) -> float:
    """Thickness of a layer 15 mm medial of the right medial border, between T4 and T5."""
    z = float(np.mean([spinous_tip(probe, level)[2] for level in ("t4", "t5")]))
    point = probe.skin_behind(medial_border_x(probe, "right", z) + 15.0, z)
    found = probe.thickness(point, probe.normal(point), role)
    if found is None:
        raise NotRunError(f"the line does not meet {role.replace('_', ' ')}")
    return found


def interscapular_sum(probe: Probe) -> float:
    """Sum of the three layers."""
    roles = ("trapezius", "rhomboid", "serratus_posterior_superior")
    return sum(interscapular_thickness(probe, role) for role in roles)


def rhomboid_gap_difference(probe: Probe) -> float:
    """(rib depth - rhomboid depth) minus (rhomboid + serratus thickness)."""
    gap = rhomboid_rib_depth(probe) - rhomboid_muscle_depth(probe)
    layers = ("rhomboid", "serratus_posterior_superior")
    return gap - sum(interscapular_thickness(probe, role) for role in layers)
