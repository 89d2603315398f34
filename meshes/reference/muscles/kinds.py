"""How an entry of a muscle table becomes a field: sheet, slab or bundle."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.ndimage import gaussian_filter

from meshes.reference.curves import Path, arc, framed, profile, through, unit
from meshes.reference.drape import Sheet, drape, ruled, stamped
from meshes.reference.grid import Field, Grid, blend
from meshes.reference.meshing import Mesh
from meshes.reference.muscles.anchors import point, rows
from meshes.reference.muscles.intercostals import slab_mesh
from meshes.reference.muscles.scene import FAR, Scene
from meshes.reference.solid import Solid
from meshes.reference.sweep import sweep

Window = tuple[slice, slice, slice]


def lay(scene: Scene, name: str, t: dict[str, Any]) -> None:
    """Build the muscle ``name`` from its table and take its space."""
    if t["kind"] == "bundle":
        where, raw = bundle(scene, t)
        scene.add(name, where, raw)
        return
    sheet = sheet_of(scene, t)
    where, raw, _ = field_of(scene, sheet)
    if t.get("mesh") == "nodes":
        scene.meshes[name] = node_mesh(sheet)
        scene.thin[name] = Solid(scene.grid.part(where), raw, "left")
        scene.take(where, raw)
        return
    if "within" in t:
        raw = _bounded(scene, where, raw, t["within"])
    scene.add(name, where, raw, on=t.get("on"))


def sheet_of(scene: Scene, t: dict[str, Any]) -> Sheet:
    """Draped (``sheet``) or plainly ruled (``slab``) sheet of a table entry."""
    lines = rows(scene.context, t["rows"])
    if t["kind"] == "sheet":
        return drape(
            lines, t["thickness"], scene.rest(t.get("on")), scene.grid, along=t.get("along"),
            across=t.get("across"), direction=t.get("direction"), slack=t.get("slack"),
            rise=t.get("rise", 14.0), bridge=t.get("bridge", 4.0),
            rounds=t.get("rounds", 80), gap=scene.gap,
        )  # fmt: skip
    nodes = ruled(lines)
    half = np.full(nodes.shape[:2], t["thickness"] / 2)
    if "along" in t:
        half = half * profile(t["along"], np.linspace(0, 1, nodes.shape[1]))[None, :]
    if "across" in t:
        half = half * profile(t["across"], np.linspace(0, 1, nodes.shape[0]))[:, None]
    return Sheet(nodes, half).refined(1.2)


def node_mesh(sheet: Sheet, spacing: float = 3.0) -> Mesh:
    """Closed mesh of the two faces of a sheet: keeps sheets thinner than the grid's step."""
    coarse = sheet.refined(spacing)
    du, dv = np.gradient(coarse.nodes, axis=0), np.gradient(coarse.nodes, axis=1)
    normal = unit(np.cross(du, dv))
    # thinner than the space taken, so that what lies on it stays clear of the flat triangles
    offset = 0.5 * coarse.half[..., None] * normal
    return slab_mesh(coarse.nodes - offset, coarse.nodes + offset)


def field_of(scene: Scene, sheet: Sheet) -> tuple[Window, Field, tuple[Field, Field]]:
    """Window, raw field and (u, v) of a sheet; the outside is right up to FAR."""
    where, grid = scene.window(*sheet.box(FAR + 2))
    raw, u, v = stamped(grid, sheet, FAR)
    return where, raw, (u, v)


def bundle(scene: Scene, t: dict[str, Any]) -> tuple[Window, Field]:
    """Round bellies along paths of (x, y, z, half thickness, half width), flowing together."""
    paths = [belly(scene, p, t.get("toward", (0.0, 1.0, 0.0))) for p in t["paths"]]
    low = np.min([p.points.min(axis=0) - b.max() for p, a, b in paths], axis=0) - FAR - 2
    high = np.max([p.points.max(axis=0) + b.max() for p, a, b in paths], axis=0) + FAR + 2
    where, grid = scene.window(low, high)
    out = None
    for path, a, b in paths:
        one = swept(grid, path, a, b)
        out = one if out is None else joined(out, one, t.get("blend", 6.0))
    assert out is not None
    return where, out


def joined(a: Field, b: Field, width: float) -> Field:
    """Smooth union that leaves the cut-off values far outside alone."""
    near = np.maximum(a, b) < FAR - 0.01
    return np.where(near, blend(a, b, width), np.minimum(a, b)).astype(np.float32)


def belly(
    scene: Scene, table: list[list[Any]], toward: Any
) -> tuple[Path, NDArray[np.float64], NDArray[np.float64]]:
    """Framed path of a belly and its half sizes along normal and binormal per sample."""
    pts, sizes = [], []
    for row in table:
        if isinstance(row[0], str):
            pts.append(point(scene.context, row[:-2]))
        else:
            pts.append(np.asarray(row[:3], float))
        sizes.append([float(v) for v in row[-2:]])
    p = through(np.array(pts), 1.0)
    s = arc(p)
    share = np.array([s[np.argmin(np.linalg.norm(p - q, axis=1))] for q in pts]) / s[-1]
    share[0], share[-1] = 0.0, 1.0
    size = profile(np.column_stack([share, np.array(sizes)]), s / s[-1])
    path = framed(p, toward)
    return path, size[:, 0], size[:, 1]


def swept(grid: Grid, path: Path, a: NDArray[np.float64], b: NDArray[np.float64]) -> Field:
    """Oval section along a path, with tapering ends."""
    round_off = np.minimum(1.0, 0.35 + np.minimum(path.u, 1 - path.u) * 9)
    return sweep(grid, path, a * round_off, b * round_off, 0.95 * np.minimum(a, b), FAR)


def _bounded(scene: Scene, where: Window, raw: Field, box: dict[str, float]) -> Field:
    """Cut by planes: ``{z_min = .., x_max = ..}``."""
    axes = dict(zip("xyz", scene.grid.part(where).axes(), strict=True))
    for key, value in box.items():
        axis, side = key.split("_")
        plane = axes[axis] - np.float32(value)
        raw = np.maximum(raw, plane if side == "max" else -plane)
    return raw.astype(np.float32)


def lay_parts(scene: Scene, t: dict[str, Any]) -> None:
    """One sheet cut across into named parts by share u: no seam, no overlap."""
    sheet = sheet_of(scene, t)
    where, raw, (u, _) = field_of(scene, sheet)
    whole = scene.carved(where, raw)
    width = float(np.linalg.norm(np.diff(sheet.nodes, axis=0), axis=2).sum(axis=0).max())
    soft = gaussian_filter(u, 1.0)
    for name, first, last in t["parts"]:
        own = whole
        if first > 0:
            own = np.maximum(own, (np.float32(first) - soft) * np.float32(width) + np.float32(0.1))
        if last < 1:
            own = np.maximum(own, (soft - np.float32(last)) * np.float32(width) + np.float32(0.1))
        scene.store(name, where, own.astype(np.float32))
    scene.take(where, raw)
