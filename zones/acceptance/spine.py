"""Sites over the spine (acceptance section C)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np

from zones.acceptance.landmarks import spine_x, spinous_tip, transverse_tip
from zones.acceptance.probe import SIDES, NotRunError, Probe, Vector, sign

PARTS = {"upper": ("t2", "t3", "t4"), "middle": ("t5", "t6", "t7"), "lower": ("t8", "t9", "t10")}
LEVELS = ("c6", "c7", *(f"t{i}" for i in range(1, 13)), *(f"l{i}" for i in range(1, 6)))
ANTERIOR = np.array([0.0, -1.0, 0.0])


def tp_thickness(probe: Probe) -> float:
    """Mean antero-posterior thickness of the transverse processes T2 to T10, near their tips."""
    found = []
    for level in [f"t{i}" for i in range(2, 11)]:
        for side in SIDES:
            tip = transverse_tip(probe, level, side)
            x = spine_x(probe) + 0.88 * (tip[0] - spine_x(probe))
            cut = probe.section(probe.ids(f"vertebra_{level}"), 0, x).reshape(-1, 3)
            if not len(cut):
                continue
            start = (x, float(cut[:, 1].max()) + 30.0, float(np.mean(cut[:, 2])))
            span = probe.thickness(start, ANTERIOR, f"vertebra_{level}")
            if span is not None:
                found.append(span)
    if not found:
        raise NotRunError("no transverse process was met")
    return float(np.mean(found))


def tp_offset(probe: Probe, part: str) -> float:
    """Mean lateral offset of the outermost transverse process bone of three levels."""
    middle = spine_x(probe)
    reach = [abs(transverse_tip(probe, level, side)[0] - middle)
             for level in PARTS[part] for side in SIDES]  # fmt: skip
    return float(np.mean(reach))


def tp_span(probe: Probe, level: str) -> float:
    """Tip-to-tip span of the transverse processes."""
    left, right = (transverse_tip(probe, level, side) for side in SIDES)
    return float(np.linalg.norm(left - right))


def canal_path(probe: Probe, offset: float, medial_deg: float, inferior_deg: float, length: float
               ) -> float:  # fmt: skip
    """1 if a needle beside the T12 spinous process enters the canal, on both sides."""
    entered = []
    z = float(spinous_tip(probe, "t12")[2])
    for side in SIDES:
        point = probe.skin_behind(spine_x(probe) + sign(side) * offset, z)
        m, i = np.radians([medial_deg, inferior_deg])
        direction = np.array([-sign(side) * np.sin(m) * np.cos(i), -np.cos(m) * np.cos(i),
                              -np.sin(i)])  # fmt: skip
        depth = probe.depth(point, direction, "canal")
        entered.append(depth is not None and depth <= length)
    return float(all(entered))


def canal_path_10(probe: Probe) -> float:
    """10 mm lateral, 22 deg medial, 50 mm."""
    return canal_path(probe, 10.0, 22.0, 0.0, 50.0)


def canal_path_19(probe: Probe) -> float:
    """19 mm lateral, 33 deg medial and 18 deg inferior, 40 mm."""
    return canal_path(probe, 19.0, 33.0, 18.0, 40.0)


def lamina_point(probe: Probe, level: str) -> Vector:
    """(3,) foremost midline point of the arch: the canal's posterior wall.

    Raises
    ------
    NotRunError
        The midline cut does not part into body and arch.
    """
    cut = probe.section(probe.ids(f"vertebra_{level}"), 0, spine_x(probe)).reshape(-1, 3)
    if len(cut) < 8:
        raise NotRunError(f"the midline misses {level.upper()}")
    y = np.sort(cut[:, 1])
    gap = int(np.argmax(np.diff(y)))
    if y[gap + 1] - y[gap] < 5.0:
        raise NotRunError(f"{level.upper()} shows no canal in the midline")
    arch = cut[cut[:, 1] >= y[gap + 1]]
    point: Vector = arch[np.argmin(arch[:, 1])]
    return point


def epidural_depth(probe: Probe, upper: str) -> float:
    """Skin to the canal's posterior wall in the midline, between a level and the next.

    From the middle between the two arches, square to the line that joins them.
    """
    lower = dict(pairwise(LEVELS))[upper]
    top, bottom = lamina_point(probe, upper), lamina_point(probe, lower)
    wall, along = (top + bottom) / 2, top - bottom
    outward = np.array([0.0, along[2], -along[1]])
    outward *= np.sign(outward[1]) / np.linalg.norm(outward)
    skin = probe.index.pick(wall, outward, probe.ids("skin"), 250.0)
    if skin is None:
        raise NotRunError("the interlaminar line does not leave the skin")
    return skin.depth


def epidural_t2_shallowest(probe: Probe) -> float:
    """T2-3 depth minus the smallest of C6-7, C7-T1 and T1-2."""
    others = [epidural_depth(probe, level) for level in ("c6", "c7", "t1")]
    return epidural_depth(probe, "t2") - min(others)


def c2_depth(probe: Probe) -> float:
    """Skin to the C2 spinous process along the skin normal."""
    tip = spinous_tip(probe, "c2")
    point = probe.skin_behind(tip[0], tip[2])
    depth = probe.depth(point, probe.normal(point), "vertebra_c2")
    if depth is None:
        raise NotRunError("the normal does not meet C2")
    return depth


def psoas_depth(probe: Probe) -> float:
    """Skin to psoas 40 mm lateral of L4, straight forward, the deeper side."""
    z = float(spinous_tip(probe, "l4")[2])
    found = []
    for side in SIDES:
        point = probe.skin_behind(spine_x(probe) + sign(side) * 40.0, z)
        depth = probe.depth(point, ANTERIOR, "psoas", side)
        if depth is not None:
            found.append(depth)
    if not found:
        raise NotRunError("the line does not meet psoas")
    return max(found)


def l1_path_is_free(probe: Probe, offset: float) -> bool:
    """Whether 75 mm straight forward, ``offset`` lateral of L1, meets no bone on the left."""
    z = float(spinous_tip(probe, "l1")[2])
    point = probe.skin_behind(spine_x(probe) + offset, z)
    bones = [s.id for s in probe.body.structures.values() if s.system == "bone"]
    return probe.index.pick(point, ANTERIOR, bones, 75.0) is None
