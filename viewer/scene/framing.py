"""Which part of a body a standard view shows: the trunk, whatever else the body has."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body

_TRUNK = ("rib", "scapula", "clavic", "sternum", "lumbar", "vertebra l", "vertebra_l")


def frame_box(body: Body) -> NDArray[np.float64]:
    """(2, 3) box, mm: pleura, ribs, shoulder girdle and lumbar spine; else everything.

    Never larger than the body: an atlas with legs is not shown from afar.
    """
    wanted = [
        s.surface.bounds
        for s in body.structures.values()
        if s.system == "pleura"
        or (s.system == "bone" and any(word in s.id.lower() for word in _TRUNK))
    ]
    boxes = np.array(wanted or [s.surface.bounds for s in body.structures.values()])
    return np.stack([boxes[:, 0].min(axis=0), boxes[:, 1].max(axis=0)])
