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

from meshes.morph_family import N_LAYERS, Breath
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
    slides: NDArray[np.bool_] | None = None,
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
    slides
        Which points go down with the diaphragm where they lie within the wall; all by default.
    """
    n = len(points)
    out = np.empty((n, 3))
    if layers is None or outward is None or gains is None:
        layers, outward = np.zeros((0, N_LAYERS), np.uint16), np.zeros((0, 3), np.int8)
        gains = np.zeros(N_LAYERS)
    if slides is None:
        slides = np.ones(n, np.bool_)
    _move(
        np.ascontiguousarray(points), out, layers, outward, np.asarray(gains) / SCALE,
        frame.z, frame.to, frame.inner, frame.outer, frame.deep, frame.front, frame.side,
        frame.arm, breath.field, breath.origin, breath.step, breath.wall, breath.wall_grid,
        breath.axis, breath.edge, breath.bottom, breath.piston, float(change), slides,
        breath.kidneys, breath.kidneys_grid, breath.kidneys_way,
    )  # fmt: skip
    out.flags.writeable = False
    return out


@standalone
def _smooth(value: float) -> float:
    """0 below 0, 1 above 1, smooth between."""
    s = min(max(value, 0.0), 1.0)
    return s * s * (3.0 - 2.0 * s)


@standalone
def _wall_at(angle: float, z: float, wall: NDArray[np.float32], wall_grid: Points) -> float:
    """Radius of the outer face of the pleura."""
    a = min(max(angle, 0.0), wall.shape[0] - 1.001)
    b = min(max((z - wall_grid[0]) / wall_grid[1], 0.0), wall.shape[1] - 1.001)
    i, j = int(a), int(b)
    s, t = a - i, b - j
    low = wall[i, j] * (1 - t) + wall[i, j + 1] * t
    return float(low * (1 - s) + (wall[i + 1, j] * (1 - t) + wall[i + 1, j + 1] * t) * s)


@standalone
def _by_degree(angle: float, table: Points) -> float:
    a = min(max(angle, 0.0), table.shape[0] - 1.001)
    i = int(a)
    return float(table[i] * (1 - a + i) + table[i + 1] * (a - i))


@standalone
def _along(z: float, axis: Points) -> float:
    """y of the trunk's axis at a height."""
    j = 0
    while j < axis.shape[1] - 2 and z > axis[0, j + 1]:
        j += 1
    s = min(max((z - axis[0, j]) / (axis[0, j + 1] - axis[0, j]), 0.0), 1.0)
    return float(axis[1, j] * (1 - s) + axis[1, j + 1] * s)


@standalone
def _descended(
    x: float, y: float, z: float, wall: NDArray[np.float32], wall_grid: Points, axis: Points,
    edge: Points, bottom: Points, piston: Points, breath: float,
) -> tuple[float, float, float]:  # fmt: skip
    """A point within the pleura as the diaphragm comes down: lower, as deep within its outer face.

    Under the domes all goes down by the excursion, fading to nothing at the cupola and in the
    pelvis. At the wall the lung's edge slides into the recess, whose bottom stays. Both are
    functions of the height that never fold, so what lay above another thing still does.
    """
    dy = y - _along(z, axis)
    rho = np.sqrt(x * x + dy * dy)
    angle = np.degrees(np.arctan2(abs(x), -dy))
    radius = _wall_at(angle, z, wall, wall_grid)
    depth = radius - rho
    if depth <= -3.2:
        return x, y, z
    low, closed = _by_degree(angle, edge), _by_degree(angle, bottom) + piston[2]
    fall = min(piston[1], 0.7 * max(low - closed, 0.0))
    if z >= low:
        at_wall = fall * min(max((piston[4] - z) / (piston[4] - low), 0.0), 1.0)
    else:
        at_wall = fall * min(max((z - closed) / max(low - closed, 1.0), 0.0), 1.0)
    dome = min(max((piston[4] - z) / piston[5], 0.0), 1.0)
    dome *= min(max((z - piston[6]) / piston[7], 0.0), 1.0)
    beside = np.sqrt((x - piston[10]) ** 2 + (y - piston[11]) ** 2)
    heart = _smooth((beside - piston[12]) / piston[13])
    dome *= piston[3] + (1.0 - piston[3]) * heart
    far = _smooth((depth - piston[8]) / piston[9])
    share = (1.0 - far) * at_wall + far * piston[0] * dome
    spine = _smooth((np.sqrt(x * x + (y - piston[14]) ** 2) - piston[15]) / piston[16])
    down = breath * share * spine * _smooth((depth + 3.2) / 3.0)
    new_z = z - down
    reach = rho / radius
    rho += (_wall_at(angle, new_z, wall, wall_grid) - radius) * reach * reach
    turn = np.radians(angle)
    new_x = rho * np.sin(turn)
    return (
        new_x if x >= 0 else -new_x,
        _along(new_z, axis) - rho * np.cos(turn),
        new_z,
    )


@standalone
def _with_ribs(
    x: float, y: float, z: float, field: NDArray[np.float32], origin: Points, step: float,
    breath: float,
) -> tuple[float, float, float]:  # fmt: skip
    """A point moved with the ribs about it."""
    nx, ny, nz = field.shape[0], field.shape[1], field.shape[2]
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
        high = (field[a + 1, b, c, k] * (1 - sz) + field[a + 1, b, c + 1, k] * sz) * (1 - sy) + (
            field[a + 1, b + 1, c, k] * (1 - sz) + field[a + 1, b + 1, c + 1, k] * sz
        ) * sy
        d = breath * (low * (1 - sx) + high * sx)
        x, y, z = x + sign * d * (k == 0), y + d * (k == 1), z + d * (k == 2)
    return x, y, z


@standalone
def _with_kidneys(
    x: float, y: float, z: float, kidneys: NDArray[np.float32], grid: Points
) -> float:
    """How much of the kidneys' way a place goes, 0 to 1."""
    fx, fy, fz = (x - grid[0]) / grid[3], (y - grid[1]) / grid[3], (z - grid[2]) / grid[3]
    nx, ny, nz = kidneys.shape[0] - 1, kidneys.shape[1] - 1, kidneys.shape[2] - 1
    if fx < 0.0 or fy < 0.0 or fz < 0.0 or fx >= nx or fy >= ny or fz >= nz:
        return 0.0
    a, b, c = int(fx), int(fy), int(fz)
    s, t, u = fx - a, fy - b, fz - c
    share = 0.0
    for i in range(2):
        for j in range(2):
            for k in range(2):
                part = (s if i else 1.0 - s) * (t if j else 1.0 - t) * (u if k else 1.0 - u)
                share += part * kidneys[a + i, b + j, c + k]
    return _smooth(share)


@standalone
def _move(
    p: Points, out: Points, layers: NDArray[np.uint16], outward: NDArray[np.int8], gains: Points,
    kz: Points, to: Points, inner: Points, outer: Points, deep: Points, front: Points,
    side: Points, arm: float, field: NDArray[np.float32], origin: Points, step: float,
    wall: NDArray[np.float32], wall_grid: Points, axis: Points, edge: Points, bottom: Points,
    piston: Points, breath: float, slides: NDArray[np.bool_], kidneys: NDArray[np.float32],
    kidneys_grid: Points, way: Points,
) -> None:  # fmt: skip
    layered = layers.shape[0]
    for i in range(p.shape[0]):
        x, y, z = p[i, 0], p[i, 1], p[i, 2]
        if i < layered:
            rise = 0.0
            for k in range(gains.shape[0]):
                rise += layers[i, k] * gains[k]
            rise /= 127.0
            x += outward[i, 0] * rise
            y += outward[i, 1] * rise
            z += outward[i, 2] * rise
        built_x, built_y, built_z = x, y, z
        if breath != 0.0 and slides[i]:
            x, y, z = _descended(x, y, z, wall, wall_grid, axis, edge, bottom, piston, breath)
        if breath != 0.0:
            x, y, z = _with_ribs(x, y, z, field, origin, step, breath)
            # the kidneys go as wholes, and what is close about them goes with them
            own = _with_kidneys(built_x, built_y, built_z, kidneys, kidneys_grid)
            if own > 0.0 and slides[i]:
                x += own * (built_x + np.sign(built_x) * breath * way[0] - x)
                y += own * (built_y + breath * way[1] - y)
                z += own * (built_z + breath * way[2] - z)
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
