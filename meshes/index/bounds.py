"""Kernels on bounding boxes: what a whole branch of the tree cannot come nearer than.

A node is a row of eight 32-bit words, half a cache line: centre and half extent (float32, rounded
outwards), then two integers: first child and 0, or first triangle and their count. The same memory
is passed twice, as float32 and as int32.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.index.compiled import inlined

Nodes = NDArray[np.float32]
Links = NDArray[np.int32]


@inlined
def ray_box(
    px: float, py: float, pz: float, ix: float, iy: float, iz: float,
    start: float, stop: float, grow: float, nodes: Nodes, i: int,
) -> float:  # fmt: skip
    """Depth where a ray enters a box grown by ``grow``; infinite if it misses [start, stop].

    ``ix`` … are reciprocals of the direction, ±1e300 standing for 1/0: with it a ray in a face of
    the box multiplies 0 by a finite number and counts as inside.
    """
    h = nodes[i, 3] + grow
    a, b = (nodes[i, 0] - h - px) * ix, (nodes[i, 0] + h - px) * ix
    near, far = min(a, b), max(a, b)
    h = nodes[i, 4] + grow
    a, b = (nodes[i, 1] - h - py) * iy, (nodes[i, 1] + h - py) * iy
    near, far = max(near, min(a, b)), min(far, max(a, b))
    h = nodes[i, 5] + grow
    a, b = (nodes[i, 2] - h - pz) * iz, (nodes[i, 2] + h - pz) * iz
    near, far = max(near, min(a, b)), min(far, max(a, b))
    near = max(near - abs(near) * 1e-12, start)
    far = min(far + abs(far) * 1e-12, stop)
    return near if near <= far else np.inf


@inlined
def reciprocal(x: float) -> float:
    """1/x, with a large finite number in place of infinity."""
    if abs(x) < 1e-300:
        return 1e300 if x >= 0.0 else -1e300
    return 1.0 / x
