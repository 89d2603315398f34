"""The column C1-L5: the frame and the sizes of every vertebra, stacked from the table."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from meshes.reference.grid import Field, Grid
from meshes.reference.tables import read_table

COLUMNS = (
    "width", "depth", "height", "disc", "tilt_deg", "tp_half_span", "tp_behind",
    "sp_behind", "sp_below", "canal_width", "canal_depth", "tp_rise", "tp_knob",
    "sp_half_height", "sp_half_thick", "sp_fork",
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
            [
                p[..., 0],
                self.y + c * p[..., 1] - s * p[..., 2],
                self.z + s * p[..., 1] + c * p[..., 2],
            ],
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
        return self.world([self.row["tp_half_span"], self.row["tp_behind"], self.row["tp_rise"]])

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
            [half, r["sp_behind"] + 7, r["height"] / 2 + 12],
            [half, r["sp_behind"] + 7, -r["sp_below"] - 14],
        ]
    )
    world = v.world(corners)
    low, high = world.min(axis=0), world.max(axis=0)
    low[0] = -half
    if v.level == "c2":
        high[2] += 12  # the dens
    return Grid.around(low, high, step, 3.0)
