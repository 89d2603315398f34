"""Kernels along one line: the signed distance at many depths, each search started by the last."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.compiled import kernel
from meshes.index.crossing import Signs
from meshes.index.drums import Wide, WideWays
from meshes.index.nearest import Spheres, Stack, nearest_to_point
from meshes.index.states import CLOSED
from meshes.index.triangle import Floats

Counts = NDArray[np.int64]
Kinds = NDArray[np.int8]


@kernel
def signed_along(
    line: Floats, depths: Floats, rows: Counts, roots: Counts, kinds: Kinds,
    wide: Wide, ways: WideWays, tri: Floats, spheres: Spheres, stack: Stack, bounds: Floats,
    hit_depth: Floats, hit_sign: Signs, hit_stop: Counts, out: Floats,
) -> None:  # fmt: skip
    """Fill ``out`` with the least signed distance to the structures ``rows`` at rising ``depths``.

    Negative inside a closed one. Crossings are those of all structures, as `measure` lists them.
    """
    out[:] = np.inf
    for m in range(len(rows)):
        s = rows[m]
        first = hit_stop[s - 1] if s > 0 else 0
        winding = 0
        if kinds[s] == CLOSED:
            for h in range(first, hit_stop[s]):
                winding += hit_sign[h]
        h, seed = first, -1
        for i in range(len(depths)):
            while h < hit_stop[s] and hit_depth[h] <= depths[i]:
                if kinds[s] == CLOSED:
                    winding -= hit_sign[h]
                h += 1
            if winding == 0 and out[i] <= 0.0:
                continue
            limit = out[i] if winding == 0 else np.inf
            x = line[0] + depths[i] * line[3]
            y = line[1] + depths[i] * line[4]
            z = line[2] + depths[i] * line[5]
            d2, _, _, _, found = nearest_to_point(
                x, y, z, limit, seed, roots[s], wide, ways, tri, spheres, stack, bounds
            )
            if found >= 0:
                seed = found
                d = np.sqrt(d2)
                out[i] = min(out[i], d if winding == 0 else -d)
