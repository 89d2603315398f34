"""Vessels and nerves: authored or derived courses as closed tubes.

A tube is swept along its course with a round section and capped by a dome, so that its surface is
closed and its inside well defined. Points of a course may be named by the skeleton.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter1d

from meshes.reference.bones.vertebra import shape
from meshes.reference.curves import Points, arc, profile, through, unit
from meshes.reference.meshing import QUANTUM, Mesh, volume
from meshes.reference.ribs import Bar
from meshes.reference.spine import Vertebra
from meshes.reference.tables import read_table


@dataclass(frozen=True, eq=False)
class Tube:
    """Centre line (n, 3) and radius (n,), mm."""

    points: Points
    radius: NDArray[np.float64]

    def mirrored(self) -> Tube:
        """The tube on the other side."""
        return Tube(self.points * (-1.0, 1.0, 1.0), self.radius)


def tube(line: Any, radius: Any, step: float = 1.0) -> Tube:
    """A tube through points; ``radius`` is a number or rows (share of the length, radius)."""
    p = through(line, step)
    u = arc(p) / arc(p)[-1]
    r = np.full(len(p), float(radius)) if isinstance(radius, float) else profile(radius, u)
    return Tube(p, np.asarray(r, float))


def authored(column: Mapping[str, Vertebra]) -> dict[str, Tube]:
    """Every tube of the table by structure id, sides included."""
    out: dict[str, Tube] = {}
    for row in read_table("tubes")["tube"]:
        sign = -1.0 if row["side"] == "right_only" else 1.0
        line = [named(spec, column, sign) for spec in row["line"]]
        made = tube(line, row["radius"])
        if row["side"] == "left":
            out[f"{row['id']}_left"], out[f"{row['id']}_right"] = made, made.mirrored()
        else:
            out[row["id"]] = made
    return out


def named(spec: list[Any], column: Mapping[str, Vertebra], sign: float = 1.0) -> Points:
    """World point of one entry of a course."""
    if not isinstance(spec[0], str):
        return np.asarray(spec, float)
    kind, level = spec[0].split(":")
    base = {"root": root, "hole": transverse_hole, "sp": _spinous, "body": _body}[kind](
        column, level
    )
    return np.asarray((base + np.asarray(spec[1:4], float)) * (sign, 1.0, 1.0))


def _spinous(column: Mapping[str, Vertebra], level: str) -> Points:
    return column[level].spinous_tip


def _body(column: Mapping[str, Vertebra], level: str) -> Points:
    return column[level].world([0, 0, 0])


def transverse_hole(column: Mapping[str, Vertebra], level: str) -> Points:
    """Middle of the left transverse foramen of C1-C6."""
    v, r = column[level], column[level].row
    if level == "c1":
        return v.world([27.6, r["tp_behind"] - 0.4, 0])
    if level == "c2":
        return v.world([18.2, r["tp_behind"] + 1.0, 0])
    side = shape("cervical")["foramen_side"] + r["width"] / 2
    return v.world([side, min(r["tp_behind"] + 0.8, r["depth"] / 2 - 3.8), 0])


def root(column: Mapping[str, Vertebra], nerve: str) -> Points:
    """Where the left spinal nerve leaves its foramen: C1-C8 above, the rest below the vertebra."""
    levels = list(column)
    if nerve == "c8":
        upper, lower = column["c7"], column["t1"]
    elif nerve[0] == "c":
        i = levels.index(nerve)
        upper, lower = column[levels[i - 1]], column[nerve]
    else:
        i = levels.index(nerve)
        upper, lower = column[nerve], column[levels[i + 1]]

    def edge(v: Vertebra, sign: float) -> Points:
        out = v.row["canal_width"] / 2 + (5.5 if v.level[0] == "c" else 4.5)
        return v.world([out, v.row["depth"] / 2 + 2.5, sign * v.row["height"] / 2])

    return (edge(upper, -1) + edge(lower, 1)) / 2


def spinal_roots(column: Mapping[str, Vertebra]) -> list[Tube]:
    """Left nerve roots, from the dural sac through their foramina."""
    t = read_table("tubes")["roots"]
    out = []
    for nerve in t["nerves"]:
        end = root(column, nerve)
        level = column["c7" if nerve == "c8" else nerve]
        beside = level.row["canal_width"] / 2 - t["inside"]
        start = np.array([beside, end[1] + 2.0, end[2] + 1.5])
        radius = t["radius"][nerve[0]]
        out.append(tube([start, (start + end) / 2, end + (t["beyond"], 0, -0.5)], radius))
    return out


def bundles(ribs: Mapping[int, Bar]) -> dict[str, Tube]:
    """Vein, artery and nerve of the left spaces: under ribs 1-11, and the subcostal ones."""
    t = read_table("tubes")["bundle"]
    out: dict[str, Tube] = {}
    for n, bar in ribs.items():
        for part, shift in (
            ("vein", t["vein_above"]),
            ("artery", 0.0),
            ("nerve", -t["nerve_below"]),
        ):
            line = _under_rib(bar, t, shift)
            stem = "subcostal" if n == 12 else "posterior_intercostal"
            if part == "nerve":
                stem = "subcostal" if n == 12 else "intercostal"
            number = "" if n == 12 else f"_{n}"
            out[f"{stem}_{part}{number}"] = tube(line, t[part], 2.0)
    return out


def _under_rib(bar: Bar, t: dict[str, Any], shift: float) -> Points:
    """Course below the lower edge of a rib: free beside the spine, in the groove farther on."""
    p, path = bar.path.points, bar.path
    s = arc(p)
    start, angle = 0.10 * s[-1], 0.26 * s[-1]
    use = (s > start) & (s < t["end_share"] * s[-1])
    drop = np.interp(s, [start, angle, angle + 25, angle + 60], t["below_edge"])
    down = np.where(path.binormal[:, 2:] > 0, -1.0, 1.0) * path.binormal
    # beside the spine, where the upper ribs turn on themselves, the three lie one below the other
    feet = unit(np.array([0.0, 0.0, -1.0]) + path.tangent[:, 2:] * path.tangent)
    share = np.clip((s - angle) / 60.0, 0.0, 1.0)[:, None]
    off = bar.half_thickness - t["inward"]
    line = p + down * (bar.half_height + drop)[:, None] - path.normal * off[:, None]
    line -= unit(share * down + (1.0 - share) * feet) * shift
    # where a rib turns on itself beside the spine its lower edge jumps from side to side
    even_ = gaussian_filter1d(line[use], t["evened"], axis=0, mode="nearest")
    return np.asarray(even_[::14])


def tube_mesh(made: Tube, sides: int = 8, step: float = 4.0) -> Mesh:
    """Closed surface of a tube: rings along the course, a dome at either end."""
    s = arc(made.points)
    count = max(int(round(s[-1] / step)), 3)
    at = np.linspace(0, s[-1], count + 1)
    p = np.stack([np.interp(at, s, made.points[:, i]) for i in range(3)], axis=1)
    r = np.interp(at, s, made.radius)
    t = unit(np.gradient(p, axis=0))
    normal = _carried(t)
    binormal = np.cross(t, normal)
    dome = np.array([0.0, 0.42, 0.78])
    p = np.concatenate(
        [p[:1] - t[:1] * (r[0] * dome[:0:-1, None]), p, p[-1:] + t[-1:] * (r[-1] * dome[1:, None])]
    )
    ends = np.sqrt(1 - dome[1:] ** 2)
    r = np.concatenate([r[0] * ends[::-1], r, r[-1] * ends])
    pad = len(dome) - 1
    normal = np.concatenate([np.repeat(normal[:1], pad, 0), normal, np.repeat(normal[-1:], pad, 0)])
    binormal = np.concatenate(
        [np.repeat(binormal[:1], pad, 0), binormal, np.repeat(binormal[-1:], pad, 0)]
    )
    a = np.arange(sides) * 2 * np.pi / sides
    ring = np.cos(a)[:, None] * normal[:, None] + np.sin(a)[:, None] * binormal[:, None]
    points = (p[:, None] + r[:, None, None] * ring).reshape(-1, 3)
    first, last = p[0] - t[0] * r[0] * 0.25, p[-1] + t[-1] * r[-1] * 0.25
    points = np.concatenate([points, first[None], last[None]])
    faces = _tube_faces(len(p), sides)
    points = np.round(points / QUANTUM) * QUANTUM
    return (points, faces) if volume(points, faces) > 0 else (points, faces[:, ::-1].copy())


def _tube_faces(rings: int, sides: int) -> NDArray[np.int64]:
    i, j = np.meshgrid(np.arange(rings - 1), np.arange(sides), indexing="ij")
    a, b = i * sides + j, i * sides + (j + 1) % sides
    c, d = a + sides, b + sides
    wall = np.concatenate(
        [np.stack([a, b, d], -1).reshape(-1, 3), np.stack([a, d, c], -1).reshape(-1, 3)]
    )
    k = np.arange(sides)
    low, high = rings * sides, rings * sides + 1
    tail = (rings - 1) * sides
    cap0 = np.stack([np.full(sides, low), (k + 1) % sides, k], -1)
    cap1 = np.stack([np.full(sides, high), tail + k, tail + (k + 1) % sides], -1)
    return np.concatenate([wall, cap0, cap1]).astype(np.int64)


def _carried(tangent: Points) -> Points:
    """Normals carried along without twist."""
    start = np.array([0.0, 0.0, 1.0]) if abs(tangent[0, 2]) < 0.8 else np.array([1.0, 0.0, 0.0])
    out = np.empty_like(tangent)
    now = start
    for i, t in enumerate(tangent):
        now = now - (now @ t) * t
        now = now / np.linalg.norm(now)
        out[i] = now
    return out
