"""How much every place goes down with the kidneys, which move as wholes.

The descent of the diaphragm (`meshes.morph_map`) hardly reaches what lies beside the spine: left to
it a kidney would bend. About the kidneys all goes their way instead, fading out: quickly across,
where things glide past each other, slowly along the way, so that nothing is crushed or folds.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage
from scipy.spatial import cKDTree

from meshes.body import Body
from meshes.morph_scale import SHARE_SCALE
from meshes.morph_table import family_table
from meshes.surface import Surface
from meshes.voxels import Grid, inside, surface_samples

Points = NDArray[np.float64]

STILL = ("bone", "cartilage", "pleura")
"""What never goes with them, by system."""
WHOLE = 1.6
"""Share of a kidney's own nodes: enough that its face, between two nodes, has all of it."""
SPACING = 2.5
"""Of the points by which distances from surfaces are taken, mm."""


def kidney_arrays(body: Body) -> dict[str, Any]:
    """Shares of the kidneys' way on a lattice, by their names in the family file.

    A share of 1 and more is all of it, 0 and less nothing; they are kept beyond that, so that what
    is between two nodes is cut off at the kidney's own face and not at the lattice's.
    """
    t = family_table()["kidneys"]
    grid = Grid.around(t["low"], t["high"], float(t["step"]))
    nodes = grid.points(np.ones(grid.shape, bool))
    own = [body[f"kidney_{side}"].surface for side in ("left", "right")]
    still = [s.surface for s in body.structures.values() if s.system in STILL]
    to_own = _away(grid, nodes, own, t["along"])
    to_still = _away(grid, nodes, still, t["along_still"])
    share = np.minimum(
        1.0 - (to_own - t["round"]) / t["across"], (to_still - t["clear"]) / t["glide"]
    )
    evened = ndimage.gaussian_filter(np.clip(share, -0.6, 1.6).reshape(grid.shape), t["evened"])
    share = np.where(to_own < t["round"], np.maximum(evened.ravel(), WHOLE), evened.ravel())
    share = np.where(to_still < t["clear"], np.minimum(share, 0.0), share)
    return {
        "kidneys": np.clip(np.round(share * SHARE_SCALE), -127, 127).astype(np.int8)
        .reshape(grid.shape),
        "kidneys_grid": np.array([*grid.origin, grid.step], float),
        "kidneys_way": np.array(t["way"], float),
    }  # fmt: skip


def _away(grid: Grid, nodes: Points, surfaces: list[Surface], along: float) -> Points:
    """Distance of nodes from closed surfaces, negative within; heights count by ``along`` only."""
    squeezed = np.array([1.0, 1.0, along])
    low, high = nodes.min(axis=0) - 20.0, nodes.max(axis=0) + 20.0
    near = [s for s in surfaces if (s.points.max(axis=0) > low).all()
            and (s.points.min(axis=0) < high).all()]  # fmt: skip
    points = np.concatenate([surface_samples(s, SPACING) for s in near])
    found = np.asarray(cKDTree(points * squeezed).query(nodes * squeezed)[0])
    for surface in near:
        within = inside(grid, surface).ravel()
        found[within] = -np.abs(found[within])
    return found
