"""What the skin gains besides thickness: the breast, hollows that fat fills, and the flanks.

All are heights in mm at the skin and nothing at the bottom of the fat; between, they grow with the
fat passed, so that what lies in the fat keeps its order.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from meshes.morph_table import family_table
from meshes.reference.grid import Grid
from meshes.reference.meshing import neighbour_average
from meshes.surface import Surface

Values = NDArray[np.float64]
_NEIGHBOURS = 6


@dataclass(frozen=True, eq=False)
class Cover:
    """Heights (n, 3) of breast, filling and flanks on the skin, and the fat beneath, mm."""

    tree: cKDTree
    heights: Values
    fat: Values

    def shares(self, points: Values, fat: Values) -> Values:
        """(k, 3) heights at points (k, 3) with so much fat beneath them, mm."""
        distance, near = self.tree.query(points, k=_NEIGHBOURS)
        weight = 1.0 / (distance + 1e-3)
        weight /= weight.sum(axis=1, keepdims=True)
        total = np.maximum((self.fat[near] * weight).sum(axis=1), 0.5)
        above = (self.heights[near] * weight[..., None]).sum(axis=1)
        return np.asarray(above * np.clip(fat / total, 0.0, 1.0)[:, None])


def cover_of(skin: Surface, outward: Values, fat: Values) -> Cover:
    """The cover of a body from its skin, the outward directions there, and the fat beneath."""
    t = family_table()
    average = neighbour_average(len(skin.points), skin.triangles.astype(np.int64))
    breast = _evened(_mound(skin.points, outward, t["breast"]), average, t["breast"]["rounds"])
    flank = _evened(_flank(skin.points, outward, t["flanks"]), average, t["flanks"]["rounds"])
    fill = _hollow(skin, outward, average, t["hollows"])
    return Cover(cKDTree(skin.points), np.column_stack([breast, fill, flank]), np.asarray(fat))


def growth_over_spine(p: Values) -> Values:
    """(n,) share of the fat's growth that points (n, 3) of the built body take part in."""
    t = family_table()["furrow"]
    across = _eased(np.interp(np.abs(p[:, 0]), t["across"], [1.0, 0.0]))
    along = _eased(np.interp(p[:, 2], t["heights"], [0.0, 1.0, 1.0, 0.0]))
    behind = np.interp(p[:, 1], t["behind"], [0.0, 1.0])
    return np.asarray(1.0 - (1.0 - t["kept"]) * across * along * behind)


def growth_in_armpit(grid: Grid, agreement: Values) -> Values:
    """Share (nx, ny, nz) of the fat's growth on a grid, by how far directions there agree (0 to 1).

    It goes into the thickness of fat that is added up along a line, not into the sums: so what
    lies farther out along the line still never moves less than what lies beneath it.
    """
    t = family_table()["armpit"]
    x, _, z = grid.axes()
    beside = _eased(np.interp(np.abs(x), t["across"], [0.0, 1.0]))
    above = _eased(np.interp(z, t["heights"], [0.0, 1.0]))
    torn = 1.0 - _eased(np.interp(agreement, t["agreement"], [0.0, 1.0]))
    return np.asarray(1.0 - torn * beside * above)


def _eased(share: Values) -> Values:
    return np.asarray(share * share * (3.0 - 2.0 * share))


def _mound(p: Values, outward: Values, t: dict[str, Any]) -> Values:
    """Height of the breast: highest at its middle, fuller below, none on the sides of the chest."""
    across, up = np.abs(p[:, 0]) - t["middle"][0], p[:, 2] - t["middle"][1]
    wide = np.where(across > 0, t["half"][0], t["half_medial"])
    a, b = across / wide, up / np.where(up > 0, t["half"][1], t["half_below"])
    shape = np.clip(1.0 - a * a - b * b, 0.0, 1.0) ** t["power"]
    ahead = np.clip((-outward[:, 1] - 0.1) / 0.4, 0.0, 1.0)
    return np.asarray(t["height"] * shape * ahead * (p[:, 1] < t["front"]))


def _flank(p: Values, outward: Values, t: dict[str, Any]) -> Values:
    """Height on the corners of the chest, before and behind the armpit: none ahead, none aside."""
    faces, width = t["faces"]
    corner = np.clip(1.0 - ((np.abs(outward[:, 1]) - faces) / width) ** 2, 0.0, 1.0)
    z = np.interp(p[:, 2], t["heights"], [0.0, 1.0, 1.0, 0.0])
    across = np.interp(np.abs(p[:, 0]), t["across"], [0.0, 1.0, 1.0, 0.0])
    return np.asarray(t["height"] * corner * z * across)


def _hollow(skin: Surface, outward: Values, average: Any, t: dict[str, Any]) -> Values:
    """How far the skin lies beneath its own smooth shape, mm; 0 where it stands out."""
    smooth = _evened(skin.points, average, t["rounds"])
    depth = np.clip(((smooth - skin.points) * outward).sum(axis=1), 0.0, t["deepest"])
    inside = (skin.points[:, 2] - t["ends"][0]) * (t["ends"][1] - skin.points[:, 2])
    return _evened(depth * np.clip(inside / t["fade"], 0.0, 1.0), average, 20)


def _evened(values: Values, average: Any, rounds: int) -> Values:
    for _ in range(rounds):
        values = average @ values
    return np.asarray(values)
