"""Order of the layers, and what bone shields and does not (acceptance section H)."""

from __future__ import annotations

import numpy as np

from zones.acceptance.landmarks import medial_border_x, spine_x
from zones.acceptance.probe import SIDES, NotRunError, Points, Probe, Vector, sign

N_LINES = 500
SEED = 20140605


def _thorax_lines(probe: Probe) -> list[tuple[Vector, Vector]]:
    """Random skin points over the pleura with their normals."""
    pleura = np.concatenate([probe.points("parietal_pleura", side) for side in SIDES])
    low, high = pleura.min(axis=0), pleura.max(axis=0)
    random = np.random.default_rng(SEED)
    lines: list[tuple[Vector, Vector]] = []
    while len(lines) < N_LINES:
        z = random.uniform(low[2] + 15, high[2] - 15)
        angle = random.uniform(0, 2 * np.pi)
        out = np.array([np.sin(angle), -np.cos(angle), 0.0])
        centre = np.array([spine_x(probe), (low[1] + high[1]) / 2, z])
        crossed = probe.crossings(centre, out, probe.ids("skin"))
        if not crossed:
            raise NotRunError("the skin does not enclose the thorax")
        point = centre + crossed[0][0] * out
        lines.append((point, probe.normal(point)))
    return lines


def order_inversions(probe: Probe) -> float:
    """Lines on which lung comes before pleura, or pleura before the outside of a rib ahead."""
    ribs = [i for n in range(1, 13) for i in probe.ids(f"rib_{n}")]
    wrong = 0
    for point, normal in _thorax_lines(probe):
        pleura = probe.depth(point, normal, "parietal_pleura")
        lung = probe.depth(point, normal, "lung")
        if lung is not None and (pleura is None or pleura > lung + 1e-6):
            wrong += 1
            continue
        rib = probe.index.pick(point, normal, ribs, 400.0)
        if rib is None or pleura is None:
            continue
        inside = probe.index.inside(point + (rib.depth + 0.5) * normal,
                                    probe.ids("parietal_pleura"))  # fmt: skip
        if rib.depth < pleura and (inside == 1).any():
            wrong += 1
        elif rib.depth > pleura:  # the line crossed pleura first: the rib is of the far wall
            wrong += int(rib.depth - pleura < 3.0)
    return float(wrong)


def muscle_depth(probe: Probe, points: list[Vector]) -> list[float]:
    """Skin to first muscle along the normals; lines that meet none are left out."""
    probe.ids("muscle")
    found = [probe.depth(p, probe.normal(p), "muscle") for p in points]
    depths = [d for d in found if d is not None]
    if not depths:
        raise NotRunError("no line meets a muscle")
    return depths


def scapular_muscle_depth(probe: Probe) -> float:
    """Largest skin-to-muscle depth over the scapulae."""
    points = []
    for side in SIDES:
        bone = probe.points("scapula", side)
        for z in np.quantile(bone[:, 2], [0.2, 0.4, 0.6, 0.75]):
            inner, outer = medial_border_x(probe, side, float(z)), np.quantile(bone[:, 0], 0.5)
            for share in (0.2, 0.5, 0.8):
                points.append(probe.skin_behind(float(inner + share * (outer - inner)), float(z)))
    return max(muscle_depth(probe, points))


def trunk_muscle_depth(probe: Probe) -> float:
    """Mean skin-to-muscle depth over chest, abdomen and low back."""
    middle = spine_x(probe)
    chest = float(probe.points("sternum")[:, 2].mean())
    loin = float(probe.points("vertebra_l3")[:, 2].mean())
    points = [probe.skin_in_front(middle + dx, chest) for dx in (-60, 60)]
    points += [probe.skin_in_front(middle + dx, loin) for dx in (-50, 50)]
    points += [probe.skin_behind(middle + dx, loin) for dx in (-40, 40)]
    return float(np.mean(muscle_depth(probe, points)))


def _blade(probe: Probe, side: str) -> tuple[Points, Vector]:
    """Points of the infraspinous blade, and its normal pointing into the body."""
    bone = probe.points("scapula", side)
    low, length = float(bone[:, 2].min()), float(np.ptp(bone[:, 2]))
    blade = bone[(bone[:, 2] > low + 0.15 * length) & (bone[:, 2] < low + 0.55 * length)]
    normal = np.linalg.svd(blade - blade.mean(axis=0), full_matrices=False)[2][2]
    return blade, normal * (-1.0 if normal[1] > 0 else 1.0)


def infraspinatus_unshielded(probe: Probe) -> float:
    """Lines square to the blade over its middle that meet pleura before bone."""
    wrong = 0
    for side in SIDES:
        blade, inward = _blade(probe, side)
        centre = blade.mean(axis=0)
        for point in centre + 0.45 * (blade[:: max(1, len(blade) // 40)] - centre):
            start = point - 80.0 * inward
            bone = probe.depth(start, inward, "scapula", side)
            pleura = probe.depth(start, inward, "parietal_pleura")
            wrong += bone is None or (pleura is not None and pleura < bone)
    return float(wrong)


def medial_of_border_shielded(probe: Probe) -> float:
    """The same lines 10 mm medial of the border: how many meet scapula before rib or pleura."""
    wrong = met = 0
    ribs = [i for n in range(1, 13) for i in probe.ids(f"rib_{n}")]
    for side in SIDES:
        blade, inward = _blade(probe, side)
        for z in np.quantile(blade[:, 2], [0.3, 0.5, 0.7]):
            x = medial_border_x(probe, side, float(z)) - sign(side) * 10.0
            skin = probe.skin_behind(x, float(z))
            hit = probe.index.pick(skin, inward, [*ribs, *probe.ids("parietal_pleura")], 200.0)
            bone = probe.depth(skin, inward, "scapula", side)
            met += hit is not None
            wrong += bone is not None and (hit is None or bone < hit.depth)
    return float(wrong if met else wrong + 1)


def supraspinatus_shielded(probe: Probe) -> float:
    """1 if a line from above the fossa, posterior-inferior, meets the scapula before pleura."""
    shielded = []
    for side in SIDES:
        bone = probe.points("scapula", side)
        low, length = float(bone[:, 2].min()), float(np.ptp(bone[:, 2]))
        fossa = bone[bone[:, 2] > low + 0.8 * length]
        border = np.quantile(fossa[:, 0] * sign(side), 0.3) * sign(side)
        strip = fossa[np.abs(fossa[:, 0] - border) < 12.0]
        y = float(np.quantile(strip[:, 1], 0.35))
        point = probe.skin_from((border, y, low + length + 300.0), (0.0, 0.0, -1.0))
        direction = np.array([0.0, 0.5, -0.866])
        scapula = probe.depth(point, direction, "scapula", side)
        pleura = probe.depth(point, direction, "parietal_pleura")
        shielded.append(scapula is not None and (pleura is None or scapula < pleura))
    return float(all(shielded))


def tilt_law(_: Probe) -> float:
    """Largest relative error of depth over cos(tilt) on a synthetic plane, through the engine."""
    from meshes.catalogue import Structure
    from meshes.index.body_index import body_index
    from meshes.surface import Surface, SurfaceKind

    corners = [[-500, -30, -500], [500, -30, -500], [500, -30, 500], [-500, -30, 500]]
    plane = Surface.of(corners, [[0, 1, 2], [0, 2, 3]], SurfaceKind.SHEET)
    index = body_index([Structure("plane", "plane", "mid", "pleura", plane)])
    worst = 0.0
    for tilt in (0.0, 15.0, 30.0, 45.0, 60.0):
        a = np.radians(tilt)
        direction = (np.sin(a), -np.cos(a), 0.0)
        met = index.pick((0.0, 0.0, 0.0), direction)
        expected = 30.0 / np.cos(a)
        share = 1.0 if met is None else met.depth / expected - 1.0
        worst = share if abs(share) > abs(worst) else worst
    return worst


def rib_never_helps(probe: Probe) -> float:
    """Zones whose verdict is better for the rib in the path than for the line itself."""
    from zones.acceptance.back import rhomboid_site
    from zones.assess import assess
    from zones.needle import Needle

    point = rhomboid_site(probe, "left")
    ribs = [i for n in range(1, 10) for i in probe.ids(f"rib_{n}", "left")]
    better = 0
    for step in range(-24, 25, 6):
        skin = rhomboid_site(probe, "left", float(step))
        normal = probe.normal(skin)
        met = probe.index.pick(skin, normal, ribs, 80.0)
        if met is None:
            continue
        needle = Needle(skin, normal, met.depth + 25.0, 0.15)
        for zone in assess(probe.body, needle).needles[0].zones:
            if zone.zone_id.startswith("parietal_pleura") and zone.clearance is not None:
                better += zone.clearance <= 0.0 and zone.verdict.value != "breach"
    del point
    return float(better)


def unblocked_targets(probe: Probe) -> float:
    """How many targets that are not recommended lie on the body and could be planned all the same.

    Raises
    ------
    NotRunError
        None of them can be placed on this body.
    """
    from zones.point_catalogue import point_catalogue
    from zones.points import NOT_RECOMMENDED, resolve_point

    blocked = [p for p in point_catalogue().points.values() if p.not_recommended]
    found = [resolve_point(probe.body, p.id, side) for p in blocked for side in p.sides]
    placed = [one for one in found if one.on_body]
    if not placed:
        raise NotRunError("none of these targets lies on this body")
    return float(sum(one.needle is not None or one.reason != NOT_RECOMMENDED for one in placed))
