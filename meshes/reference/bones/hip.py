"""Left hip bone: iliac blade with its crest, acetabulum, ischium, pubis."""

from __future__ import annotations

import numpy as np

from meshes.reference.bones.local import Block
from meshes.reference.curves import Points, framed, profile, through
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.sweep import stamp, sweep
from meshes.reference.tables import read_table


def hip_grid(step: float) -> Grid:
    """Grid around the left hip bone."""
    t = read_table("pelvis")["hip"]
    return Grid.around(t["low"], t["high"], step)


def matched(points: object, count: int) -> Points:
    """Smooth curve through points, ``count`` nodes evenly along its length."""
    p = through(points)  # type: ignore[arg-type]
    at = np.linspace(0, len(p) - 1, count)
    return np.stack([np.interp(at, np.arange(len(p)), p[:, i]) for i in range(3)], axis=1)


def blade_nodes(t: dict, rows: int = 330, columns: int = 190) -> tuple[Points, Points]:  # type: ignore[type-arg]
    """Nodes (n, 3) of the iliac blade and their half thickness (n,)."""
    crest, root = matched(t["crest"], rows), matched(t["root"], rows)
    v = np.linspace(0, 1, columns)[None, :, None]
    bow = np.stack([profile(t["bow"], np.linspace(0, 1, rows))[:, i] for i in range(3)], axis=1)
    nodes = crest[:, None] * (1 - v) + root[:, None] * v + 4 * v * (1 - v) * bow[:, None]
    u = np.linspace(0, 1, rows)[:, None]
    rim = profile(t["crest_half"], u.ravel())[:, None]
    w = v[..., 0]
    half = t["blade_half"] + (rim - t["blade_half"]) * np.exp(-((w / 0.10) ** 2))
    half = half + t["rear_half"] * np.exp(-((u / 0.14) ** 2)) + 0 * w
    half = half + (t["root_half"] - t["blade_half"]) * np.clip((w - 0.55) / 0.45, 0, 1) ** 2
    return nodes.reshape(-1, 3), np.broadcast_to(half, nodes.shape[:2]).ravel()


def rope(grid: Grid, row: dict) -> Field:  # type: ignore[type-arg]
    """Round bar through a row's points with its radii; ``flat`` thins it along ``normal``."""
    path = framed(through(row["points"], 1.2), row.get("normal", (0.31, 0.47, 0.83)))
    r = np.interp(path.u, np.linspace(0, 1, len(row["radii"])), row["radii"])
    return sweep(grid, path, r * row.get("flat", 1.0), r, 40.0, 12.0)


def hip_field(grid: Grid) -> Field:
    """Field of the left hip bone on ``grid``."""
    t = read_table("pelvis")["hip"]
    p = Block(*np.broadcast_arrays(*grid.axes()))
    out = stamp(grid, *blade_nodes(t), 10.0)
    for row in t["limbs"]:
        out = blend(out, rope(grid, row), row["blend"])
    c, n = t["socket"]["centre"], np.asarray(t["socket"]["axis"], float)
    n = n / np.linalg.norm(n)
    ball = p.ball(c, [t["socket"]["outer"]] * 3)
    along = sum(
        (q - np.float32(c[i])) * np.float32(n[i]) for i, q in enumerate((p.side, p.behind, p.above))
    )
    cup = blend_cut(ball, (along - t["socket"]["rim"]).astype(np.float32), 4.0)
    out = blend(out, cup, 11.0)
    hollow = p.ball(c, [t["socket"]["inner"]] * 3)
    notch = p.limb(c, np.add(c, t["socket"]["notch"]), 11.0, 8.0)
    out = blend_cut(blend_cut(out, -hollow, 2.0), -notch, 3.0)
    return blend_cut(out, (t["symphysis_half_gap"] - p.side).astype(np.float32), 1.5)
