"""Points and lines that the published sites are defined by, found on the bones themselves."""

from __future__ import annotations

import numpy as np

from zones.acceptance.probe import NotRunError, Points, Probe, Vector, sign

THORACIC = tuple(f"t{i}" for i in range(1, 13))


def spinous_tip(probe: Probe, level: str) -> Vector:
    """(3,) most posterior point of a spinous process."""
    points = probe.points(f"vertebra_{level}")
    middle = points[np.abs(points[:, 0] - np.median(points[:, 0])) < 8.0]
    if not len(middle):
        raise NotRunError(f"{level.upper()} is too coarse to show its spinous process")
    tip: Vector = middle[np.argmax(middle[:, 1])]
    return tip


def spine_x(probe: Probe) -> float:
    """x of the midline, from the upper spinous processes: not every atlas stands at 0."""
    return float(np.mean([spinous_tip(probe, level)[0] for level in ("c7", "t4", "t8")]))


def acromion(probe: Probe, side: str) -> Vector:
    """(3,) lateral end of the acromion: the most lateral point of the scapula."""
    points = probe.points("scapula", side)
    tip: Vector = points[np.argmax(points[:, 0] * sign(side))]
    return tip


def transverse_tip(probe: Probe, level: str, side: str) -> Vector:
    """(3,) most lateral point of a vertebra."""
    points = probe.points(f"vertebra_{level}")
    tip: Vector = points[np.argmax(points[:, 0] * sign(side))]
    return tip


def medial_border_x(probe: Probe, side: str, z: float) -> float:
    """x of the scapula's medial border at a height.

    Raises
    ------
    NotRunError
        The scapula does not reach this height.
    """
    cut = probe.section(probe.ids("scapula", side), 2, z).reshape(-1, 3)
    if not len(cut):
        raise NotRunError("the scapula does not reach the level of the site")
    return float(cut[np.argmin(cut[:, 0] * sign(side)), 0])


def midclavicular_x(probe: Probe, side: str) -> float:
    """x of the midclavicular line."""
    x = probe.points("clavicle", side)[:, 0]
    return float((x.min() + x.max()) / 2)


def midaxillary_y(probe: Probe, side: str) -> float:
    """y of the mid-axillary line: where ribs 6 to 8 reach farthest to the side."""
    found = []
    for number in (6, 7, 8):
        points = probe.points(f"rib_{number}", side)
        reach = points[:, 0] * sign(side)
        found.append(float(points[reach > reach.max() - 2.0, 1].mean()))
    return float(np.mean(found))


def paravertebral_x(probe: Probe, side: str) -> float:
    """x of the paravertebral line, through the tips of the lower transverse processes."""
    return float(np.mean([transverse_tip(probe, level, side)[0] for level in ("t9", "t10", "t11")]))


def body_heights(probe: Probe) -> dict[str, float]:
    """z of the middle of each thoracic and upper lumbar vertebral body (its front third)."""
    heights = {}
    for level in (*THORACIC, "l1", "l2", "l3"):
        points = probe.points(f"vertebra_{level}")
        front = points[points[:, 1] < points[:, 1].min() + 12.0]
        heights[level] = float((front[:, 2].min() + front[:, 2].max()) / 2)
    return heights


def level_at(heights: dict[str, float], z: float) -> float:
    """Thoracic level (T1 = 1, L1 = 13) at a height, interpolated and carried on at the ends."""
    z_of = np.array(list(heights.values()))
    number = np.arange(1, len(z_of) + 1, dtype=float)
    order = np.argsort(z_of)
    if z < z_of.min():
        return float(number[-1] + (z_of[-1] - z) / abs(z_of[-2] - z_of[-1]))
    return float(np.interp(z, z_of[order], number[order]))


def centreline(points: Points, triangles: np.ndarray, n_bins: int = 12) -> Points:
    """Centre line of a long bone: means of its vertices by distance over the surface."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import dijkstra

    edges = np.concatenate([triangles[:, [0, 1]], triangles[:, [1, 2]], triangles[:, [2, 0]]])
    length = np.linalg.norm(points[edges[:, 0]] - points[edges[:, 1]], axis=1)
    graph = coo_matrix((length, (edges[:, 0], edges[:, 1])), shape=(len(points),) * 2).tocsr()
    start = int(triangles[0, 0])
    for _ in range(2):  # the farthest point from the farthest point is an end
        far = dijkstra(graph, directed=False, indices=start)
        far[~np.isfinite(far)] = -1.0
        start = int(np.argmax(far))
    away = dijkstra(graph, directed=False, indices=start)
    used = np.isfinite(away)
    bins = np.linspace(0.0, float(away[used].max()), n_bins + 1)
    which = np.clip(np.digitize(away, bins) - 1, 0, n_bins - 1)
    middle = [points[used & (which == k)].mean(axis=0) for k in range(n_bins)
              if (used & (which == k)).any()]  # fmt: skip
    line = np.array(middle)
    # Half a bin more at each end: the line is to end at the bone's ends, not at their corners.
    return np.concatenate(
        [[1.5 * line[0] - 0.5 * line[1]], line, [1.5 * line[-1] - 0.5 * line[-2]]]
    )


def line_length(line: Points) -> float:
    """Length of a polyline."""
    return float(np.linalg.norm(np.diff(line, axis=0), axis=1).sum())
