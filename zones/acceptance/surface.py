"""Skeleton and body surface (acceptance section G, and bone distances of section F)."""

from __future__ import annotations

import numpy as np
from scipy.sparse import coo_matrix
from scipy.sparse.csgraph import connected_components
from scipy.spatial import ConvexHull, cKDTree

from zones.acceptance.landmarks import (
    THORACIC,
    acromion,
    centreline,
    level_at,
    line_length,
    midclavicular_x,
    spine_x,
    spinous_tip,
)
from zones.acceptance.probe import SIDES, NotRunError, Points, Probe, plane_section, sign


def skin_loops(probe: Probe, z: float) -> list[Points]:
    """Closed outlines of the skin at a height, as clouds of points (n, 3)."""
    cut = probe.section(probe.ids("skin"), 2, z)
    if not len(cut):
        raise NotRunError("the skin does not reach the level")
    return _loops(cut)


def _loops(cut: Points) -> list[Points]:
    if not len(cut):
        return []
    ends = np.round(cut.reshape(-1, 3), 6)
    _, label = np.unique(ends, axis=0, return_inverse=True)
    n = int(label.max()) + 1
    pairs = label.reshape(-1, 2)
    graph = coo_matrix((np.ones(len(pairs)), (pairs[:, 0], pairs[:, 1])), shape=(n, n))
    _, part = connected_components(graph, directed=False)
    of = part[pairs[:, 0]]
    return [cut[of == k].reshape(-1, 3) for k in range(int(of.max()) + 1)]


def trunk_outline(probe: Probe, z: float) -> Points:
    """Outline of the trunk alone at a height.

    Raises
    ------
    NotRunError
        The arms are joined with the trunk there.
    """
    x = spine_x(probe)
    # Some skins are two halves that meet in the midline: what comes near it is the trunk.
    around = [p for p in skin_loops(probe, z) if p[:, 0].min() - 12 < x < p[:, 0].max() + 12]
    if not around:
        raise NotRunError("no outline of the trunk at the level")
    outline = np.concatenate(around)
    for side in SIDES:
        try:
            arm = probe.section(probe.ids("humerus", side), 2, z).reshape(-1, 3)
        except NotRunError:
            continue
        if len(arm) and (arm[:, 0] * sign(side)).min() < (outline[:, 0] * sign(side)).max() - 5.0:
            raise NotRunError("the arms are joined with the trunk at the level")
    return outline


def chest_outline(probe: Probe) -> Points:
    """Outline of the chest at the fourth space, or at the next level below free of the arms."""
    x = midclavicular_x(probe, "left")
    heights = []
    for number in (4, 5):
        ids = (*probe.ids(f"rib_{number}", "left"),
               *probe.ids(f"costal_cartilage_{number}", "left"))  # fmt: skip
        cut = probe.section(ids, 0, x).reshape(-1, 3)
        heights.append(float(cut[cut[:, 1] < cut[:, 1].min() + 30.0, 2].mean()))
    z = float(np.mean(heights))
    for drop in range(0, 61, 5):
        try:
            return trunk_outline(probe, z - drop)
        except NotRunError:
            continue
    raise NotRunError("the arms are joined with the trunk at the chest")


def waist_outline(probe: Probe) -> Points:
    """Outline half-way between the lowest point of rib 10 and the top of the hip bone (or L4)."""
    low = min(float(probe.points("rib_10", side)[:, 2].min()) for side in SIDES)
    try:
        top = float(probe.points("hip_bone")[:, 2].max())
    except NotRunError:
        top = float(spinous_tip(probe, "l4")[2])
    return trunk_outline(probe, (low + top) / 2)


def chest_breadth(probe: Probe) -> float:
    """Breadth of the chest outline."""
    return float(np.ptp(chest_outline(probe)[:, 0]))


def chest_depth(probe: Probe) -> float:
    """Depth of the chest outline."""
    return float(np.ptp(chest_outline(probe)[:, 1]))


def girth(outline: Points) -> float:
    """Length of a tape around an outline: it bridges hollows."""
    hull = ConvexHull(outline[:, :2])
    return float(hull.area)  # of a plane hull: its perimeter


def chest_circumference(probe: Probe) -> float:
    """Tape around the chest."""
    return girth(chest_outline(probe))


def waist_breadth(probe: Probe) -> float:
    """Breadth of the waist."""
    return float(np.ptp(waist_outline(probe)[:, 0]))


def waist_depth(probe: Probe) -> float:
    """Depth of the waist."""
    return float(np.ptp(waist_outline(probe)[:, 1]))


def biacromial_breadth(probe: Probe) -> float:
    """Between the lateral ends of the acromia (bone)."""
    return float(acromion(probe, "left")[0] - acromion(probe, "right")[0])


def bideltoid_breadth(probe: Probe) -> float:
    """Largest breadth of the skin within 150 mm below the acromion."""
    skin = probe.points("skin")
    top = float(acromion(probe, "left")[2])
    near = skin[(skin[:, 2] < top + 10) & (skin[:, 2] > top - 150)]
    return float(np.ptp(near[:, 0]))


def neck_circumference(probe: Probe) -> float:
    """Smallest tape around the neck, square to its axis: tilted forward and down, C4 to C7."""
    skin = probe.body[probe.ids("skin")[0]].surface
    found = []
    for level in ("c4", "c5", "c6", "c7"):
        pivot = spinous_tip(probe, level)
        for tilt_deg in (0.0, 10.0, 20.0, 30.0):
            a = np.radians(tilt_deg)
            turn = np.array([[1, 0, 0], [0, np.cos(a), np.sin(a)], [0, -np.sin(a), np.cos(a)]])
            turned = (skin.points - pivot) @ turn.T
            around = [p for p in _loops(plane_section(turned, skin.triangles, 2, 0.0))
                      if p[:, 0].min() - 12 < 0 < p[:, 0].max() + 12]  # fmt: skip
            if around:
                found.append(girth(np.concatenate(around)))
    if not found:
        raise NotRunError("the skin does not reach the neck")
    return min(found)


def sternum_to_tenth_rib(probe: Probe) -> float:
    """Height of the sternum's top above the lowest point of rib 10."""
    low = min(float(probe.points("rib_10", side)[:, 2].min()) for side in SIDES)
    notch = probe.points("sternum")
    middle = notch[np.abs(notch[:, 0] - spine_x(probe)) < 6.0]
    return float(middle[:, 2].max() - low)


def inferior_angle_level(probe: Probe) -> float:
    """Thoracic spinous process level with the lowest point of the scapula, mean of the sides."""
    tips = {level: float(spinous_tip(probe, level)[2]) for level in (*THORACIC, "l1", "l2")}
    low = [float(probe.points("scapula", side)[:, 2].min()) for side in SIDES]
    return float(np.mean([level_at(tips, z) for z in low]))


def clavicle_length(probe: Probe) -> float:
    """Centre line of the left clavicle."""
    return bone_line(probe, "clavicle", "left")


def bone_line(probe: Probe, role: str, side: str) -> float:
    """Length of a long bone's centre line."""
    surface = probe.body[probe.ids(role, side)[0]].surface
    return line_length(centreline(surface.points, surface.triangles))


def scapula_length(probe: Probe) -> float:
    """Superior angle to inferior angle of the left scapula."""
    points = probe.points("scapula", "left")
    low = points[np.argmin(points[:, 2])]
    medial = points[points[:, 0] < np.quantile(points[:, 0], 0.45)]
    high = medial[np.argmax(medial[:, 2])]
    return float(np.linalg.norm(high - low))


def scapula_spine_length(probe: Probe) -> float:
    """Medial end of the left spine to the acromion's lateral end."""
    points = probe.points("scapula", "left")
    length = float(np.ptp(points[:, 2]))
    low = float(points[:, 2].min())
    band = points[(points[:, 2] > low + 0.62 * length) & (points[:, 2] < low + 0.82 * length)]
    root = band[np.argmin(band[:, 0])]
    return float(np.linalg.norm(acromion(probe, "left") - root))


def scapula_thickness(probe: Probe) -> float:
    """Median thickness of the blade's middle third, along the blade's normal."""
    points = probe.points("scapula", "left")
    low = float(points[:, 2].min())
    length = float(np.ptp(points[:, 2]))
    blade = points[(points[:, 2] > low + 0.2 * length) & (points[:, 2] < low + 0.5 * length)]
    middle = blade.mean(axis=0)
    normal = np.linalg.svd(blade - middle, full_matrices=False)[2][2]
    found = []
    for point in blade[:: max(1, len(blade) // 60)]:
        inner = middle + 0.6 * (point - middle)
        start = inner - 40.0 * normal
        span = probe.thickness(start, normal, "scapula", "left")
        if span is not None:
            found.append(span)
    if not found:
        raise NotRunError("no line meets the blade")
    return float(np.median(found))


def kyphosis(probe: Probe) -> float:
    """Angle between the back's tangents at T1 and T12, over the spinous processes, degrees."""
    tips = np.array([spinous_tip(probe, level) for level in THORACIC])
    y = np.polynomial.Polynomial.fit(tips[:, 2], tips[:, 1], 4)
    slope = y.deriv()
    angles = np.degrees(np.arctan([slope(tips[0, 2]), slope(tips[-1, 2])]))
    return float(abs(angles[0] - angles[1]))


def rib_arc_order(probe: Probe) -> float:
    """1 if the longest rib is among 4 to 7 and ribs 1 and 12 are the two shortest."""
    arcs = {n: bone_line(probe, f"rib_{n}", "left") for n in range(1, 13)}
    order = sorted(arcs, key=lambda n: arcs[n])
    return float(set(order[:2]) == {1, 12} and 4 <= order[-1] <= 7)


def rib_longest_chord(probe: Probe) -> float:
    """Number of the rib whose ends lie farthest apart."""
    chords = {}
    for n in range(1, 13):
        surface = probe.body[probe.ids(f"rib_{n}", "left")[0]].surface
        line = centreline(surface.points, surface.triangles)
        chords[n] = float(np.linalg.norm(line[-1] - line[0]))
    return float(max(chords, key=lambda n: chords[n]))


def endplate_deviation(probe: Probe, table: list[float]) -> float:
    """Largest relative deviation of vertebral body width T1 to T12 from a table, signed."""
    worst = 0.0
    for level, expected in zip(THORACIC, table, strict=True):
        points = probe.points(f"vertebra_{level}")
        front = points[points[:, 1] < points[:, 1].min() + 0.3 * expected]
        share = float(np.ptp(front[:, 0])) / expected - 1.0
        worst = share if abs(share) > abs(worst) else worst
    return worst


def acromial_angle_to_notch(probe: Probe) -> float:
    """Acromial angle to suprascapular notch, from the body's own landmarks.

    Raises
    ------
    NotRunError
        The body does not carry the two landmarks.
    """
    marks = probe.body.landmarks
    for side in SIDES:
        names = (f"acromial_angle_{side}", f"suprascapular_notch_{side}")
        if all(name in marks for name in names):
            return float(np.linalg.norm(marks[names[0]].point - marks[names[1]].point))
    raise NotRunError("the body carries no acromial angle and suprascapular notch")


def acromion_to_axillary_nerve(probe: Probe) -> float:
    """Acromion's lateral end to the nearest axillary nerve, the nearer side."""
    found = []
    for side in SIDES:
        tree = cKDTree(probe.points("axillary_nerve", side))
        found.append(float(tree.query(acromion(probe, side))[0]))
    return min(found)


def accessory_depth(probe: Probe) -> float:
    """Smallest skin distance of the accessory nerve in the middle third of its course."""
    found = []
    for side in SIDES:
        nerve = probe.points("accessory_nerve", side)
        z = nerve[:, 2]
        middle = nerve[(z > np.quantile(z, 0.4)) & (z < np.quantile(z, 0.7))]
        skin = cKDTree(probe.points("skin"))
        found.append(float(np.median(skin.query(middle)[0])))
    return float(np.mean(found))


def dorsal_scapular_offset(probe: Probe) -> float:
    """How far medial of the medial border the dorsal scapular nerve runs at the spine's root."""
    from zones.acceptance.landmarks import medial_border_x

    found = []
    for side in SIDES:
        scapula = probe.points("scapula", side)
        z = float(scapula[:, 2].min() + 0.74 * np.ptp(scapula[:, 2]))
        nerve = probe.points("dorsal_scapular_nerve", side)
        near = nerve[np.abs(nerve[:, 2] - z) < 8.0]
        if not len(near):
            raise NotRunError("the nerve does not reach the spine of the scapula")
        border = medial_border_x(probe, side, z) * sign(side)
        found.append(border - float(np.mean(near[:, 0] * sign(side))))
    return float(np.mean(found))
