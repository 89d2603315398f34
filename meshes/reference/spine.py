"""Vertebrae C3-L5: frames from the table, each bone an analytic field in its own tilted frame."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.tables import read_table

COLUMNS = (
    "width", "depth", "height", "disc", "tilt_deg", "tp_half_span", "tp_behind",
    "sp_behind", "sp_below", "canal_width", "canal_depth",
)  # fmt: skip


@dataclass(frozen=True)
class Vertebra:
    """One level: body centre (y, z) at x = 0, flexion tilt, and its table row, mm."""

    level: str
    y: float
    z: float
    row: dict[str, float]
    next_width: float
    next_depth: float

    @property
    def tilt(self) -> float:
        """Forward tilt in radians."""
        return math.radians(self.row["tilt_deg"])

    def world(self, local: ArrayLike) -> NDArray[np.float64]:
        """World points of local (lateral, behind, above) points, (..., 3) mm."""
        p = np.asarray(local, float)
        c, s = math.cos(self.tilt), math.sin(self.tilt)
        return np.stack(
            [p[..., 0], self.y + c * p[..., 1] - s * p[..., 2], self.z + s * p[..., 1] + c * p[..., 2]],
            axis=-1,
        )

    def local(self, axes: tuple[Field, Field, Field]) -> tuple[Field, Field, Field]:
        """Local coordinates of world axes."""
        x, y, z = axes
        c, s = math.cos(self.tilt), math.sin(self.tilt)
        v = c * (y - self.y) + s * (z - self.z)
        w = -s * (y - self.y) + c * (z - self.z)
        return x, v.astype(np.float32), w.astype(np.float32)

    @property
    def spinous_tip(self) -> NDArray[np.float64]:
        """Most posterior point of the spinous process."""
        return self.world([0.0, self.row["sp_behind"], -self.row["sp_below"]])

    @property
    def transverse_tip(self) -> NDArray[np.float64]:
        """Tip of the left transverse process."""
        return self.world([self.row["tp_half_span"], self.row["tp_behind"], tp_rise(self.level)])

    @property
    def costal_facet(self) -> NDArray[np.float64]:
        """Left facet for the rib head, on the upper body edge."""
        high = 0.42 if self.level not in ("t11", "t12") else 0.2
        return self.world(
            [self.row["width"] / 2 + 2.5, self.row["depth"] * 0.36, self.row["height"] * high]
        )

    @property
    def canal_centre(self) -> NDArray[np.float64]:
        """Middle of the vertebral canal."""
        return self.world([0.0, self.row["depth"] / 2 + self.row["canal_depth"] / 2 - 1.0, 0.0])


def tp_rise(level: str) -> float:
    """Height of the transverse process tip over the body centre, local mm."""
    return 1.5 if level.startswith("t") else 0.5


def column(table: dict[str, Any] | None = None) -> dict[str, Vertebra]:
    """All vertebrae by level, stacked along their tilted axes and anchored at T7 and C7."""
    t = table or read_table("spine")
    levels: list[str] = t["levels"]
    rows = [{c: float(t[c]["values"][i]) for c in COLUMNS} for i in range(len(levels))]
    centre = np.zeros((len(levels), 2))
    for i in range(1, len(levels)):
        above, here = rows[i - 1], rows[i]
        centre[i] = (
            centre[i - 1]
            - _up(above["tilt_deg"]) * above["height"] / 2
            - _up((above["tilt_deg"] + here["tilt_deg"]) / 2) * above["disc"]
            - _up(here["tilt_deg"]) * here["height"] / 2
        )
    centre[:, 0] += t["t7_centre_y"] - centre[levels.index("t7"), 0]
    found = _vertebrae(levels, rows, centre)
    centre[:, 1] += t["c7_spinous_height"] - found["c7"].spinous_tip[2]
    return _vertebrae(levels, rows, centre)


def _vertebrae(
    levels: list[str], rows: list[dict[str, float]], centre: NDArray[np.float64]
) -> dict[str, Vertebra]:
    out = {}
    for i, level in enumerate(levels):
        below = rows[min(i + 1, len(rows) - 1)]
        y, z = (float(v) for v in centre[i])
        out[level] = Vertebra(level, y, z, rows[i], below["width"], below["depth"])
    return out


def _up(tilt_deg: float) -> NDArray[np.float64]:
    return np.array([-math.sin(math.radians(tilt_deg)), math.cos(math.radians(tilt_deg))])


def vertebra_grid(v: Vertebra, step: float) -> Grid:
    """A grid around one vertebra, symmetric in x."""
    r = v.row
    half = r["tp_half_span"] + 8
    corners = np.array(
        [
            [half, -r["depth"] / 2 - 6, r["height"] / 2 + 16],
            [half, -r["depth"] / 2 - 6, -r["height"] / 2 - 18],
            [half, r["sp_behind"] + 7, r["height"] / 2 + 8],
            [half, r["sp_behind"] + 7, -r["sp_below"] - 14],
        ]
    )
    world = v.world(corners)
    low, high = world.min(axis=0), world.max(axis=0)
    low[0] = -half
    return Grid.around(low, high, step, 3.0)


def vertebra_field(v: Vertebra, grid: Grid) -> Field:
    """Field of one vertebra on ``grid`` (both sides): body, arch, processes; canal open."""
    x, y, z = v.local(grid.axes())
    ax = np.abs(x)
    bone = _arch(v, ax, y, z)
    body = _body(v, ax, y, z)
    bone = blend(body, bone, 3.0)
    canal = _canal(v, ax, y, z)
    return blend_cut(bone, -canal, 1.2)


def _body(v: Vertebra, ax: Field, y: Field, z: Field) -> Field:
    r = v.row
    h = r["height"]
    rise = np.clip(z / h + 0.5, 0, 1)
    waist = 1 - 0.11 * (1 - np.clip(2 * z / h, -1, 1) ** 2)
    half_x = (v.next_width * (1 - rise) + r["width"] * rise) / 2 * waist
    half_y = (v.next_depth * (1 - rise) + r["depth"] * rise) / 2 * waist
    # the back of the body is flatter than its front
    q = np.sqrt((ax / half_x) ** 2 + (y / np.where(y > 0, half_y, half_y)) ** 2)
    slope = np.sqrt(ax**2 + y**2) / np.maximum(q, 1e-3)
    flat = (q - 1) * slope
    return blend_cut(flat.astype(np.float32), (np.abs(z) - h / 2).astype(np.float32), 3.0)


def _canal(v: Vertebra, ax: Field, y: Field, z: Field) -> Field:
    r = v.row
    centre = r["depth"] / 2 + r["canal_depth"] / 2 - 1.0
    q = np.sqrt((ax / (r["canal_width"] / 2)) ** 2 + ((y - centre) / (r["canal_depth"] / 2)) ** 2)
    return np.asarray((q - 1) * min(r["canal_width"], r["canal_depth"]) / 2 + 0 * z, np.float32)


def _arch(v: Vertebra, ax: Field, y: Field, z: Field) -> Field:
    r = v.row
    region = v.level[0]
    big = {"c": 0.72, "t": 1.0, "l": 1.35}[region]
    back, wide, deep = r["depth"] / 2, r["canal_width"] / 2, r["canal_depth"]
    high = r["height"] * 0.16
    root = (wide + 3.6 * big, back + deep * 0.75, high - 1)
    out = _limb(ax, y, z, (wide + 2.6 * big, back - 3, high), root, 3.6 * big, 3.6 * big, 1.55)
    lamina_end = (0.0, back + deep + 3.5, -r["height"] * 0.28)
    out = blend(out, _limb(ax, y, z, root, lamina_end, 3.0 * big, 3.0 * big, 2.9), 3.0)
    tip = (r["tp_half_span"] - 4.5, r["tp_behind"] - 1.0, tp_rise(v.level))
    thick = {"c": 3.0, "t": 4.4, "l": 3.6}[region]
    knob = {"c": 3.2, "t": 5.3, "l": 3.4}[region]
    out = blend(out, _limb(ax, y, z, root, tip, thick, knob, 1.25), 3.5)
    for part in (_facet(r, big, wide, back, deep, 1), _facet(r, big, wide, back, deep, -1)):
        out = blend(out, _limb(ax, y, z, *part, 3.2 * big, 3.0 * big, 1.0), 3.0)
    return blend(out, _spinous(v, ax, y, z, lamina_end), 3.0)


def _facet(
    r: dict[str, float], big: float, wide: float, back: float, deep: float, sign: int
) -> tuple[tuple[float, float, float], tuple[float, float, float]]:
    top = r["height"] / 2 + 3.5
    if sign > 0:
        return (wide + 3.0, back + deep * 0.6, 1.0), (wide + 2.5, back + deep * 0.55, top)
    return (wide + 1.0, back + deep * 0.95, 0.0), (wide + 0.5, back + deep * 0.95, -top - 3.5)


def _spinous(
    v: Vertebra, ax: Field, y: Field, z: Field, start: tuple[float, float, float]
) -> Field:
    """Plate from the laminae to the tip: thin, high, thickened at its free end."""
    r = v.row
    region = v.level[0]
    end_y, end_z = r["sp_behind"] - 3.5, -r["sp_below"]
    d = np.array([end_y - start[1], end_z - start[2]])
    length = float(np.linalg.norm(d))
    d = d / length
    along = (y - start[1]) * d[0] + (z - start[2]) * d[1]
    across = -(y - start[1]) * d[1] + (z - start[2]) * d[0]
    share = np.clip(along / length, 0, 1)
    height = {"c": (4.0, 3.2), "t": (6.0, 4.2), "l": (10.0, 9.0)}[region]
    thick = {"c": (2.4, 3.2), "t": (2.6, 3.4), "l": (3.0, 4.0)}[region]
    half_h = height[0] + (height[1] - height[0]) * share
    half_t = thick[0] + (thick[1] - thick[0]) * share**2
    q_h = np.abs(across) - (half_h - half_t)
    over = np.maximum(np.abs(along - length / 2) - length / 2, 0)
    gap = np.sqrt(ax**2 + np.maximum(q_h, 0) ** 2 + over**2)
    return np.asarray(gap - half_t, np.float32)


def _limb(
    ax: Field,
    y: Field,
    z: Field,
    a: tuple[float, float, float],
    b: tuple[float, float, float],
    radius: float,
    end_radius: float,
    stretch: float,
) -> Field:
    """Round cone stretched in height by ``stretch`` (a strap rather than a stick)."""
    d = np.subtract(b, a)
    rel = (ax - a[0], y - a[1], z - a[2])
    share = np.clip((rel[0] * d[0] + rel[1] * d[1] + rel[2] * d[2]) / float(d @ d), 0, 1)
    gx, gy, gz = (rel[i] - share * d[i] for i in range(3))
    size = radius + (end_radius - radius) * share
    gap = np.sqrt(gx**2 + gy**2 + (gz / stretch) ** 2)
    return np.asarray((gap - size) * (1.0 + 0.0 * stretch), np.float32)
