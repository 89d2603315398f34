"""Chest wall, pleural reflections and lungs (acceptance sections D and E)."""

from __future__ import annotations

import contextlib

import numpy as np

from zones.acceptance.landmarks import (
    body_heights,
    level_at,
    midaxillary_y,
    midclavicular_x,
    paravertebral_x,
    spine_x,
)
from zones.acceptance.probe import SIDES, NotRunError, Points, Probe, sign

REFLECTION_LEVELS = ("t3", "t5", "t7", "t9", "t11")


def second_space(probe: Probe, side: str) -> float:
    """Skin to pleura in the second space on the midclavicular line, along the skin normal."""
    x = midclavicular_x(probe, side)
    upper = _front(probe, 2, side, x)
    lower = _front(probe, 3, side, x)
    z = (upper[:, 2].min() + lower[:, 2].max()) / 2
    point = probe.skin_in_front(x, float(z))
    depth = probe.depth(point, probe.normal(point), "parietal_pleura")
    if depth is None:
        raise NotRunError("the normal does not meet pleura")
    return depth


def _front(probe: Probe, number: int, side: str, x: float) -> Points:
    ids = probe.ids(f"rib_{number}", side)
    with contextlib.suppress(NotRunError):
        ids = (*ids, *probe.ids(f"costal_cartilage_{number}", side))
    cut = probe.section(ids, 0, x).reshape(-1, 3)
    if not len(cut):
        raise NotRunError(f"rib {number} does not cross the midclavicular line")
    front: Points = cut[cut[:, 1] < cut[:, 1].min() + 40.0]
    return front


def second_space_pleura(probe: Probe) -> float:
    """The deeper side."""
    return max(second_space(probe, side) for side in SIDES)


def second_space_left_minus_right(probe: Probe) -> float:
    """Left minus right."""
    return second_space(probe, "left") - second_space(probe, "right")


def sternum_length(probe: Probe) -> float:
    """Manubrium and body, along the front."""
    points = probe.points("sternum")
    top, bottom = points[np.argmax(points[:, 2])], points[np.argmin(points[:, 2])]
    return float(np.linalg.norm(top - bottom))


def _wall_line(probe: Probe, line: str, side: str) -> tuple[int, float, str]:
    """Axis and value of the plane of a line, and where in it the wall lies."""
    if line == "mcl":
        return 0, midclavicular_x(probe, side), "front"
    if line == "mal":
        return 1, midaxillary_y(probe, side), "lateral"
    return 0, paravertebral_x(probe, side), "behind"


def _near_wall(cut: Points, where: str, side: str) -> Points:
    """Points of a section on the side of the chest wall."""
    if where == "lateral":
        reach = cut[:, 0] * sign(side)
        keep = reach > (reach.min() + reach.max()) / 2
    else:
        in_front = cut[:, 1] < (cut[:, 1].min() + cut[:, 1].max()) / 2
        keep = in_front if where == "front" else ~in_front
    near: Points = cut[keep]
    return near


def edge_height(probe: Probe, role: str, line: str, side: str) -> float:
    """z of the lowest point of lung or pleura at the chest wall on a published line."""
    axis, value, where = _wall_line(probe, line, side)
    cut = probe.section(probe.ids(role, side), axis, value).reshape(-1, 3)
    cut = cut[cut[:, 0] * sign(side) > 0] if len(cut) else cut
    if not len(cut):
        raise NotRunError(f"{role.replace('_', ' ')} does not reach the {line} line")
    return float(_near_wall(cut, where, side)[:, 2].min())


def rib_heights(probe: Probe, line: str, side: str) -> dict[int, float]:
    """z of the middle of each rib (with its cartilage) on a published line."""
    axis, value, where = _wall_line(probe, line, side)
    heights = {}
    for number in range(1, 13):
        ids = probe.ids(f"rib_{number}", side)
        if where == "front" and number <= 10:
            ids = (*ids, *probe.ids(f"costal_cartilage_{number}", side))
        cut = probe.section(ids, axis, value).reshape(-1, 3)
        cut = cut[cut[:, 0] * sign(side) > 0] if len(cut) else cut
        if len(cut):
            near = _near_wall(cut, where, side) if np.ptp(cut[:, 1]) > 40 else cut
            heights[number] = float((near[:, 2].min() + near[:, 2].max()) / 2)
    return heights


def edge_rib(probe: Probe, role: str, line: str) -> float:
    """Rib number at the lower edge of lung or pleura, the higher (smaller) side."""
    found = []
    for side in SIDES:
        heights = rib_heights(probe, line, side)
        if len(heights) < 3:
            raise NotRunError(f"fewer than three ribs cross the {line} line")
        numbers = np.array(sorted(heights), dtype=float)
        z = np.array([heights[int(n)] for n in numbers])
        edge = edge_height(probe, role, line, side)
        if edge < z[-1]:
            found.append(float(numbers[-1] + (z[-1] - edge) / max(z[-2] - z[-1], 1.0)))
        else:
            found.append(float(np.interp(-edge, -z, numbers)))
    return min(found)


def lung_edge_rib(probe: Probe, line: str) -> float:
    """Rib number at the lung's lower edge."""
    return edge_rib(probe, "lung", line)


def pleura_edge_rib(probe: Probe, line: str) -> float:
    """Rib number at the pleura's lower edge."""
    return edge_rib(probe, "parietal_pleura", line)


def pleura_edge_above_rib(probe: Probe, line: str, rib: int) -> float:
    """How far the pleura's edge stays above the middle of a rib on a line, the worse side, mm.

    Positive: the pleura ends too high. Cut off at 0 below the rib, which errs to the careful side.
    """
    found = []
    for side in SIDES:
        heights = rib_heights(probe, line, side)
        numbers = sorted(heights)
        if len(numbers) < 3:
            raise NotRunError(f"fewer than three ribs cross the {line} line")
        if rib in heights:
            level = heights[rib]
        else:  # the rib ends before the line: carry the spacing of the last ones on
            step = (heights[numbers[-3]] - heights[numbers[-1]]) / (numbers[-1] - numbers[-3])
            level = heights[numbers[-1]] - step * (rib - numbers[-1])
        found.append(edge_height(probe, "parietal_pleura", line, side) - level)
    return max(0.0, *found)


def lung_edge_level(probe: Probe) -> float:
    """Thoracic level of the lung's posterior edge beside the spine, the higher side."""
    heights = body_heights(probe)
    return min(level_at(heights, edge_height(probe, "lung", "pv", side)) for side in SIDES)


def anterior_edge(probe: Probe, side: str, z: float) -> float:
    """Distance of the foremost medial pleura from the midline at a height; + on its own side."""
    cut = probe.section(probe.ids("parietal_pleura", side), 2, z).reshape(-1, 3)
    cut = cut[(cut[:, 0] - spine_x(probe)) * sign(side) > -15.0] if len(cut) else cut
    if not len(cut):
        raise NotRunError("the pleura does not reach the level")
    front = cut[cut[:, 1] < cut[:, 1].min() + 25.0]
    return float(((front[:, 0] - spine_x(probe)) * sign(side)).min())


def anterior_pleura_gap(probe: Probe) -> float:
    """Gap between right and left pleura behind the second cartilages."""
    z = float(np.mean([probe.points("costal_cartilage_2", side)[:, 2].max() for side in SIDES]))
    return max(0.0, sum(anterior_edge(probe, side, z - 8.0) for side in SIDES))


def left_notch_sixth(probe: Probe) -> float:
    """Left pleura from the midline at the sixth cartilage's seat."""
    cartilage = probe.points("costal_cartilage_6", "left")
    seat = cartilage[np.argmin(cartilage[:, 0])]
    return anterior_edge(probe, "left", float(seat[2]))


def pleura_below_rib_12(probe: Probe) -> float:
    """How far the pleura reaches below rib 12 beside the spine, the smaller side."""
    found = []
    for side in SIDES:
        rib = probe.points("rib_12", side)
        x = spine_x(probe) + sign(side) * 30.0
        near = rib[np.abs(rib[:, 0] - x) < 6.0]
        if not len(near):
            raise NotRunError("rib 12 does not reach 30 mm beside the spine")
        cut = probe.section(probe.ids("parietal_pleura", side), 0, x).reshape(-1, 3)
        if not len(cut):
            raise NotRunError("the pleura does not reach 30 mm beside the spine")
        found.append(float(near[:, 2].min() - _near_wall(cut, "behind", side)[:, 2].min()))
    return min(found)


def rib_12_below_pleura(probe: Probe) -> float:
    """Share of the lateral half of rib 12 that lies below the pleura's posterior edge."""
    shares = []
    for side in SIDES:
        rib = probe.points("rib_12", side)
        reach = (rib[:, 0] - spine_x(probe)) * sign(side)
        lateral = rib[reach > (reach.min() + reach.max()) / 2]
        below = total = 0
        for x in np.linspace(lateral[:, 0].min() + 1, lateral[:, 0].max() - 1, 12):
            slab = lateral[np.abs(lateral[:, 0] - x) < 3.0]
            cut = probe.section(probe.ids("parietal_pleura", side), 0, float(x)).reshape(-1, 3)
            cut = cut[cut[:, 1] > np.median(slab[:, 1]) - 45.0] if len(slab) and len(cut) else cut
            if not len(slab):
                continue
            total += 1
            below += not len(cut) or float(slab[:, 2].mean()) < float(cut[:, 2].min())
        shares.append(below / max(total, 1))
    return min(shares)


def reflection_offset(probe: Probe) -> float:
    """Mean distance of the pleura's posterior medial reflection from the midline, T3 to T11."""
    heights = body_heights(probe)
    found = []
    for side in SIDES:
        for level in REFLECTION_LEVELS:
            cut = probe.section(probe.ids("parietal_pleura", side), 2, heights[level])
            points = cut.reshape(-1, 3)
            if not len(points):
                continue
            behind = points[points[:, 1] > points[:, 1].max() - 45.0]
            found.append(float(((behind[:, 0] - spine_x(probe)) * sign(side)).min()))
    if not found:
        raise NotRunError("no pleura at the thoracic levels")
    return float(np.mean(found))


def recess_depth(probe: Probe) -> float:
    """Lung edge minus pleura edge on the mid-axillary line, the smaller side."""
    return min(
        edge_height(probe, "lung", "mal", side) - edge_height(probe, "parietal_pleura", "mal", side)
        for side in SIDES
    )


def lung_volume(probe: Probe) -> float:
    """Volume of both lungs, ml.

    Raises
    ------
    NotRunError
        A lung surface is open: it has no volume.
    """
    total = 0.0
    for key in probe.ids("lung"):
        structure = probe.body[key]
        if not structure.closed:
            raise NotRunError(f"{structure.name} is open and has no volume")
        p = structure.surface.points[structure.surface.triangles]
        total += float(np.einsum("ij,ij->i", p[:, 0], np.cross(p[:, 1], p[:, 2])).sum()) / 6e3
    return abs(total)
