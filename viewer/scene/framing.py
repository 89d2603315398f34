"""Which part of a body a standard view shows: the trunk, whatever else the body has."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.body import Body
from viewer.canvas.camera import CameraPose
from zones.needle import Needle

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


def outside_of(needle: Needle, outward: ArrayLike, turn_deg: float) -> CameraPose:
    """A pose that looks at the needle from outside the skin, turned aside from ``outward``.

    ``outward`` is the (3,) skin normal. The eye goes to the side that shows the shaft longest, so
    that it is not seen end-on, and stays near the horizontal.
    """
    out = np.asarray(outward, dtype=np.float64)
    flat = float(np.hypot(out[0], out[1]))
    azimuth = float(np.degrees(np.arctan2(out[0], -out[1]))) if flat > 1e-6 else 0.0
    elevation = float(np.clip(np.degrees(np.arctan2(out[2], flat)) + 8.0, -50.0, 24.0))
    focal = (float(needle.entry[0]), float(needle.entry[1]), float(needle.entry[2]))
    poses = [CameraPose(focal, azimuth + s * turn_deg, elevation, 800.0) for s in (1.0, -1.0)]
    return min(poses, key=lambda pose: abs(float(pose.toward_eye @ needle.direction)))
