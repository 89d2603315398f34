"""The two maps of the family, on points: layers that gain thickness, and a frame that stretches.

Both are continuous and keep every order; `frame` is piecewise, monotone along each axis, and odd
across the midplane. Lengths in mm, world frame (LPS) of the built body.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meshes.morph_family import Breath
from meshes.morph_kernel import standalone
from meshes.morph_scale import SCALE

Points = NDArray[np.float64]

_KNOTS = (-600.0, -440.0, -360.0, -300.0, -130.0, 60.0, 110.0, 300.0)
"""Heights of the frame's knots on the built body: pelvis, waist, chest, neck, head."""


@dataclass(frozen=True, eq=False)
class Frame:
    """Knots of the frame map: heights ``z`` → ``to``, and factors at each of them.

    ``inner`` scales across within 125 mm of the midplane, ``outer`` beyond, ``deep`` fore and aft,
    ``front`` and ``side`` add the belly; ``arm`` is how far the arms make room, mm.
    """

    z: Points
    to: Points
    inner: Points
    outer: Points
    deep: Points
    front: Points
    side: Points
    arm: float


def frame_of(t: Mapping[str, Any], sex: str, stature_cm: float, bmi: float) -> Frame:
    """Frame of a subject, from the family table ``t``; the identity for whom the body was built."""
    base = t["base"]

    def ratio(name: str) -> float:
        here = _measure(t, sex, name, stature_cm, base["bmi"])
        return here / _measure(t, base["sex"], name, base["stature_cm"], base["bmi"])

    tall = stature_cm / base["stature_cm"]
    trunk, chest, shoulder = ratio("back_length"), ratio("chest_breadth"), ratio("biacromial")
    neck = 1.0 + t["skeleton"]["neck_bone_share"] * (ratio("neck") - 1.0)
    hip = tall * (t["skeleton"]["hip_factor_female"] if sex == "female" else 1.0)
    waist = ratio("waist_breadth")
    z = np.array(_KNOTS)
    out = np.concatenate([[0.0], np.cumsum(np.diff(z) * [tall, tall, *[trunk] * 4, tall])])
    top = _measure(t, sex, "cervicale", stature_cm, base["bmi"]) - 1400.0
    top_base = _measure(t, base["sex"], "cervicale", base["stature_cm"], base["bmi"]) - 1400.0
    out += top - np.interp(top_base, z, out)
    extra = bmi - base["bmi"]
    belly, flank = (np.interp(z, *np.array(t["abdomen"][rows]).T) for rows in ("rows", "rows_side"))
    return Frame(
        z=z,
        to=out,
        inner=np.array([hip, hip, 0.5 * (hip + waist), waist, chest, chest, neck, neck]),
        outer=np.array([hip, hip, hip, *[(194 * shoulder - 125 * chest) / 69] * 3, neck, neck]),
        deep=np.array([tall, tall, tall * 0.5 + chest * 0.5, chest, chest, chest, neck, neck]),
        front=1.0 + belly * t["abdomen"]["front"] * extra / 80.0,
        side=1.0 + flank * t["abdomen"]["side"] * extra / 110.0,
        arm=float(t["abdomen"]["arm_out"] * max(extra, 0.0)),
    )


def _measure(t: Mapping[str, Any], sex: str, name: str, stature: float, bmi: float) -> float:
    a, b, c = t["regression"][sex][name]
    return float(a + b * (stature - 170.0) + c * (bmi - 25.0))


def moved(
    points: Points,
    frame: Frame,
    breath: Breath,
    change: float,
    layers: NDArray[np.uint16] | None = None,
    outward: NDArray[np.int8] | None = None,
    gains: Points | None = None,
) -> Points:
    """Points (n, 3) of the built body in another one; a new, read-only array.

    Parameters
    ----------
    frame
        The stretch.
    breath, change
        Displacement field, and the share of it that is applied (phase less the built phase).
    layers, outward, gains
        Layer sums and directions of the points (`Family`), and how much each layer gains; points
        of the skeleton and the cavities have none.
    """
    n = len(points)
    out = np.empty((n, 3))
    if layers is None or outward is None or gains is None:
        layers, outward = np.zeros((0, 4), np.uint16), np.zeros((0, 3), np.int8)
        gains = np.zeros(4)
    _move(
        np.ascontiguousarray(points), out, layers, outward, np.asarray(gains) / SCALE,
        frame.z, frame.to, frame.inner, frame.outer, frame.deep, frame.front, frame.side,
        frame.arm, breath.field, breath.origin, breath.step, float(change),
    )  # fmt: skip
    out.flags.writeable = False
    return out


@standalone
def _move(
    p: Points, out: Points, layers: NDArray[np.uint16], outward: NDArray[np.int8], gains: Points,
    kz: Points, to: Points, inner: Points, outer: Points, deep: Points, front: Points,
    side: Points, arm: float, field: NDArray[np.float32], origin: Points, step: float,
    breath: float,
) -> None:  # fmt: skip
    nx, ny, nz = field.shape[0], field.shape[1], field.shape[2]
    layered = layers.shape[0]
    for i in range(p.shape[0]):
        x, y, z = p[i, 0], p[i, 1], p[i, 2]
        if i < layered:
            rise = 0.0
            for k in range(4):
                rise += layers[i, k] * gains[k]
            rise /= 127.0
            x += outward[i, 0] * rise
            y += outward[i, 1] * rise
            z += outward[i, 2] * rise
        if breath != 0.0:
            fx = min(max((abs(x) - origin[0]) / step, 0.0), nx - 1.001)
            fy = min(max((y - origin[1]) / step, 0.0), ny - 1.001)
            fz = min(max((z - origin[2]) / step, 0.0), nz - 1.001)
            a, b, c = int(fx), int(fy), int(fz)
            sx, sy, sz = fx - a, fy - b, fz - c
            sign = 1.0 if x >= 0 else -1.0
            for k in range(3):
                low = (field[a, b, c, k] * (1 - sz) + field[a, b, c + 1, k] * sz) * (1 - sy) + (
                    field[a, b + 1, c, k] * (1 - sz) + field[a, b + 1, c + 1, k] * sz
                ) * sy
                high = (field[a + 1, b, c, k] * (1 - sz) + field[a + 1, b, c + 1, k] * sz) * (
                    1 - sy
                ) + (field[a + 1, b + 1, c, k] * (1 - sz) + field[a + 1, b + 1, c + 1, k] * sz) * sy
                d = breath * (low * (1 - sx) + high * sx)
                if k == 0:
                    x += sign * d
                elif k == 1:
                    y += d
                else:
                    z += d
        j = 0
        while j < kz.shape[0] - 2 and z > kz[j + 1]:
            j += 1
        s = min(max((z - kz[j]) / (kz[j + 1] - kz[j]), 0.0), 1.0)
        s = s * s * (3 - 2 * s)
        si = inner[j] * (1 - s) + inner[j + 1] * s
        so = outer[j] * (1 - s) + outer[j + 1] * s
        sd = deep[j] * (1 - s) + deep[j + 1] * s
        sf = front[j] * (1 - s) + front[j + 1] * s
        ss = side[j] * (1 - s) + side[j + 1] * s
        ax = abs(x)
        across = si * ss * min(ax, 125.0) + so * max(ax - 125.0, 0.0)
        if arm > 0.0 and z > -262.0 and z < 0.0:
            w = min(max((ax - 138.0) / 26.0, 0.0), 1.0)
            h = min(max(-z / 110.0, 0.0), 1.0) * min(max((z + 262.0) / 32.0, 0.0), 1.0)
            across += arm * w * w * (3 - 2 * w) * h
        out[i, 0] = across if x >= 0 else -across
        yy = y - 10.0
        # the belly gains in front of the spine only, gently from nothing at y = 10
        out[i, 1] = 10.0 + sd * yy * (sf if yy < 0.0 else 1.0)
        out[i, 2] = to[j] + (z - kz[j]) / (kz[j + 1] - kz[j]) * (to[j + 1] - to[j])
