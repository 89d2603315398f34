"""Skin and subcutaneous fat: muscles and bones bridged, smoothed and covered.

The envelope of trunk and arm are closed apart, so that no web forms at the armpit, then joined.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from scipy import ndimage

from meshes.reference.cage import angle_of
from meshes.reference.context import BuildContext
from meshes.reference.curves import framed, profile, through
from meshes.reference.grid import Field, Grid, blend, blend_cut
from meshes.reference.meshing import QUANTUM, Mesh, mesh_of
from meshes.reference.muscles.build import scene_of
from meshes.reference.muscles.scene import Scene
from meshes.reference.redistance import redistanced
from meshes.reference.shapes import loft, round_cone
from meshes.reference.sweep import sweep
from meshes.reference.tables import read_table

ARM = ("brachi", "triceps", "biceps")
STEP = 2.0
MIRROR = 48.0
"""Width of the mirrored rim across the midplane, mm."""


def build_skin(
    context: BuildContext, muscles: Mapping[str, Mesh] | None = None, step: float = STEP
) -> dict[str, Mesh]:
    """Surfaces ``skin`` and ``subcutaneous_fat``, both closed."""
    del muscles  # the fields of the same scene are used, not the decimated surfaces
    grid, skin, fascia = skin_fields(scene_of(context), step)
    outer = mesh_of(under_skin(skin, fascia), grid, 60000, 4)
    inner = mesh_of(fascia, grid, 60000, 4)
    return {"skin": mesh_of(skin, grid, 90000, 6), "subcutaneous_fat": hollowed(outer, inner)}


def under_skin(skin: Field, fascia: Field) -> Field:
    """Field of what lies within the skin's own thickness; thinner where muscle lies close beneath.

    There the skin takes a share of what room there is, so that the fat has no holes.
    """
    e = read_table("skin")["envelope"]
    room = np.maximum(fascia - skin, 0.0) * np.float32(e["skin_share"])
    return np.asarray(skin + np.minimum(np.float32(e["skin"]), room), np.float32)


def hollowed(outer: Mesh, inner: Mesh) -> Mesh:
    """The shell between two closed surfaces, as one surface: a thin shaft at the bottom joins them.

    A shell of two parts would have one that faces inwards, which reads as a fault. Each face is
    meshed by itself, since the grid is coarser than the shell is thin.
    """
    (points, faces), rim = pierced(outer, None)
    (deep, under), mouth = pierced(inner, points[rim].mean(axis=0)[:2])
    under, mouth = under[:, ::-1] + len(points), mouth + len(points)
    points = np.concatenate([points, deep])
    turns = [np.roll(mouth, i) for i in range(3)]
    mouth = min(turns, key=lambda t: float(np.linalg.norm(points[rim] - points[t], axis=1).sum()))
    shaft = []
    for i, j in ((0, 1), (1, 2), (2, 0)):
        a, b, c, d = rim[i], rim[j], mouth[i], mouth[j]
        steep = np.linalg.norm(points[a] - points[d]) > np.linalg.norm(points[b] - points[c])
        shaft += [[a, b, c], [b, d, c]] if steep else [[a, b, d], [a, d, c]]
    return points, np.concatenate([faces, under, np.array(shaft, np.int64)])


def pierced(mesh: Mesh, at: Any, half: float = 1.0) -> tuple[Mesh, Any]:
    """A surface with a hole of ``half`` mm in its bottom, and the three points of its rim.

    In the middle of the largest face there, or where ``at`` (x, y) says.
    """
    points, faces = mesh
    a, b, c = (points[faces[:, i]] for i in range(3))
    size = _turn(b - a, c - a)
    flat = points[faces][..., 2].max(axis=1) < points[:, 2].min() + 1.0
    if at is None:
        chosen = int(np.where(flat, np.abs(size), 0.0).argmax())
        at = points[faces[chosen]].mean(axis=0)[:2]
    else:
        wide = np.where(size == 0.0, np.inf, size)
        parts = [_turn(q[:, :2] - at, r[:, :2] - at) / wide for q, r in ((a, b), (b, c), (c, a))]
        chosen = int(np.where(flat, np.min(parts, axis=0), -1.0).argmax())
    corners = points[faces[chosen]]
    ways = corners[:, :2] - at
    rim = np.column_stack([
        at + half * ways / np.linalg.norm(ways, axis=1)[:, None],
        np.full(3, corners[:, 2].mean()),
    ])  # fmt: skip
    new = len(points) + np.arange(3)
    ring = []
    for i, j in ((0, 1), (1, 2), (2, 0)):
        p, q = faces[chosen][[i, j]]
        ring += [[p, q, new[i]], [q, new[j], new[i]]]
    points = np.concatenate([points, np.round(rim / QUANTUM) * QUANTUM])
    return (points, np.concatenate([np.delete(faces, chosen, axis=0), np.array(ring)])), new


def _turn(a: Any, b: Any) -> Any:
    """Twice the area two ways (n, 2 or more) span across, seen from above."""
    return a[:, 0] * b[:, 1] - a[:, 1] * b[:, 0]


def skin_fields(scene: Scene, step: float = STEP, ends: bool = True) -> tuple[Grid, Field, Field]:
    """Full grid, field of the body within its skin, field of what lies under the fat.

    Without ``ends`` head, hips and arms are not cut off.
    """
    t = read_table("skin")
    e = t["envelope"]
    grid = Grid.around((-MIRROR, -170, -590), (280, 170, 282), step)
    trunk, arm = _parts(scene, grid)
    least = redistanced(np.minimum(trunk, arm), step)
    trunk = np.minimum(trunk, _fillers(grid, t))
    fine = _closed(trunk, grid, e["trunk_closing"], e["blur"])
    wide = _closed(trunk, grid, e["wide_closing"], e["wide_blur"])
    share = _bridging(grid, e)
    trunk = fine * (1 - share) + wide * share
    arm = np.minimum(arm, _limb(grid, t["arm"]["path"]))
    arm = _closed(arm, grid, e["arm_closing"], e["blur"])
    fascia = redistanced(blend(trunk, arm, e["join"]), step)
    skin = redistanced(fascia - _fat(grid, t, arm, trunk), step)
    skin = ndimage.gaussian_filter(np.clip(skin, -25, 25), e["last_blur"] / step)
    furrow = _furrow(grid, scene.context, t["furrow"]["rows"])
    skin = ndimage.gaussian_filter(blend_cut(skin, furrow, 5.0), t["furrow"]["blur"] / step)
    skin = blend(skin, least - np.float32(e["least"]), 3.0)
    skin = ndimage.gaussian_filter(skin, e["last_blur"] / step) - _marks(grid, t["marks"]["rows"])
    fascia = np.maximum(fascia, skin + np.float32(e["least"]))
    fascia = np.minimum(fascia, least - np.float32(e["clear"]))
    if ends:
        skin, fascia = _cut(grid, skin, t["cut"], 0.0), _cut(grid, fascia, t["cut"], 4.0)
    return _whole(grid, skin, fascia)


def _bridging(grid: Grid, e: dict[str, Any]) -> Field:
    """Share of the wide closing: none at the upper back, all at belly and flank."""
    x, y, z = grid.axes()
    phi = angle_of(x, y, z)
    rows = np.array(e["wide_share"], float)
    rows = rows[np.argsort(rows[:, 0])]
    back, front = np.moveaxis(profile(rows, z.ravel()), 1, 0).astype(np.float32)
    ahead = np.clip((150 - phi) / 50, 0, 1)
    return np.asarray(back * (1 - ahead) + front * ahead, np.float32)


def _parts(scene: Scene, grid: Grid) -> tuple[Field, Field]:
    """Fields of trunk and arm on the half grid, from the scene's muscles and bones."""
    trunk, arm = grid.filled(12.0), grid.filled(12.0)
    body = scene.grid.resample(np.clip(scene.layers["abdomen"], -12, 12), grid)
    np.minimum(trunk, body, out=trunk)
    for name, part in (scene.parts | scene.thin).items():
        low, high = part.grid.origin, part.grid.high
        where = grid.window(low, high)
        there = np.clip(part.grid.resample(part.field, grid.part(where)), -12, 12)
        deltoid = name.startswith("deltoid")
        if deltoid or any(word in name for word in ARM):
            np.minimum(arm[where], there, out=arm[where])
        if deltoid or not any(word in name for word in ARM):
            np.minimum(trunk[where], there, out=trunk[where])
    bones = scene.context.bone_field(grid, lambda k: k != "humerus", far=False)
    np.minimum(trunk, np.where(bones < 5.9, bones, 12), out=trunk)
    shaft = scene.context.bone_field(grid, lambda k: k == "humerus", far=False)
    np.minimum(arm, np.where(shaft < 5.9, shaft, 12), out=arm)
    return _mirrored_rim(grid, trunk), _mirrored_rim(grid, arm)


def _mirrored_rim(grid: Grid, field: Field) -> Field:
    """Across the midplane the body is its own mirror image; closings must see it."""
    zero = int(round(-grid.origin[0] / grid.step))
    field[:zero] = field[2 * zero : zero : -1]
    return field


def _fillers(grid: Grid, t: dict[str, Any]) -> Field:
    """Neck, lower head and hips, where no muscle fills the body."""
    ax = grid.axes()
    z = ax[2]
    neck = loft(ax, t["neck"]["sections"])
    neck = blend_cut(neck, np.maximum(z - 215.0, 62.0 - z) + 0 * neck, 10.0)
    head = loft(ax, t["head"]["sections"])
    head = blend_cut(head, np.asarray(t["head"]["chin"] - z + 0 * head, np.float32), 16.0)
    for x0, y0, z0, r0, x1, y1, z1, r1 in t["root"]["cones"]:
        neck = blend(neck, round_cone(ax, (x0, y0, z0), (x1, y1, z1), r0, r1), 12.0)
    hips = loft(ax, t["pelvis"]["sections"])
    hips = blend_cut(hips, np.asarray(z - (-335.0) + 0 * hips, np.float32), 20.0)
    out = blend(neck, head, 12.0)
    return np.clip(np.minimum(out, hips), -12, 12).astype(np.float32)


def _limb(grid: Grid, table: list[list[float]]) -> Field:
    """Fat between the bellies of the arm: rows (x, y, z, half front-back, half side-to-side)."""
    rows = np.array(table, float)
    path = framed(through(rows[:, :3], 1.0), (0.0, 1.0, 0.0))
    share = np.linspace(0, 1, len(rows))
    a, b = (np.interp(path.u, share, rows[:, i]) for i in (3, 4))
    return np.asarray(sweep(grid, path, a, b, 60.0, 12.0), np.float32)


def _closed(field: Field, grid: Grid, radius: float, blur: float) -> Field:
    """Closing by ``radius``, smoothed: grooves narrower than that are bridged."""
    grown = redistanced(redistanced(field, grid.step) - np.float32(radius), grid.step)
    return np.asarray(ndimage.gaussian_filter(grown + np.float32(radius), blur / grid.step))


def _fat(grid: Grid, t: dict[str, Any], arm: Field, trunk: Field) -> Field:
    """Fat and skin over the envelope at every voxel, mm."""
    x, y, z = grid.axes()
    rows = np.array(t["fat"]["rows"], float)
    rows = rows[np.argsort(rows[:, 0])]
    back, side, front = np.moveaxis(profile(rows, z.ravel()), 1, 0).astype(np.float32)
    phi = angle_of(x, y, z)
    behind = np.clip((phi - 90) / 60, 0, 1)
    ahead = np.clip((90 - phi) / 60, 0, 1)
    behind, ahead = behind**2 * (3 - 2 * behind), ahead**2 * (3 - 2 * ahead)
    body = side + behind * (back - side) + ahead * (front - side)
    nape = t["nape"]
    pad = ((z - nape["z"]) / nape["reach"][0]) ** 2 + (x / nape["reach"][1]) ** 2
    body = body + np.float32(nape["extra"]) * behind * np.exp(-pad)
    limb = np.clip((trunk - arm) / 16.0 + 0.5, 0, 1) * (x > 100)
    return np.asarray(body * (1 - limb) + np.float32(t["fat"]["arm"]) * limb, np.float32)


def _furrow(grid: Grid, context: BuildContext, table: list[list[float]]) -> Field:
    """Half space before the median furrow: how far the skin may lie behind the spinous tips."""
    tips = np.array([v.spinous_tip for v in context.column.values()])
    tips = tips[np.argsort(tips[:, 2])]
    rows = np.array(table, float)
    rows = rows[np.argsort(rows[:, 0])]
    x, y, z = grid.axes()
    cover, width = np.moveaxis(profile(rows, z.ravel()), 1, 0)
    line = np.interp(z.ravel(), tips[:, 2], tips[:, 1])
    floor = ndimage.gaussian_filter1d(line, 8.0 / grid.step) + cover
    floor = np.where((z.ravel() > rows[-1, 0]) | (z.ravel() < rows[0, 0]), 1e3, floor)
    return np.asarray(y - (floor + 6.0 * (x / width) ** 2), np.float32)


def _marks(grid: Grid, table: list[list[float]]) -> Field:
    """Small reliefs of the front: how far each lifts the skin, mm."""
    x, y, z = grid.axes()
    out = np.zeros(grid.shape, np.float32)
    for x0, z0, lift, radius in table:
        away = ((x - x0) ** 2 + (z - z0) ** 2) / (2.0 * radius**2)
        out += np.where(y < 0, lift * np.exp(-away), 0.0).astype(np.float32)
    return out


def _cut(grid: Grid, field: Field, cut: dict[str, float], inset: float) -> Field:
    """Round off at the top, at the bottom and across the arm."""
    x, _, z = grid.axes()
    ends = np.maximum(z - np.float32(cut["top"] - inset), np.float32(cut["bottom"] + inset) - z)
    limb = np.where(x > 146.0, np.float32(cut["arm"] + inset) - z, np.float32(-1e3))
    limb = np.where(z < -330.0, np.float32(-1e3), limb)
    planes = np.maximum(ends, limb)
    return blend_cut(field, np.asarray(planes + 0 * field, np.float32), cut["round"])


def _whole(grid: Grid, *halves: Field) -> tuple[Grid, Field, Field]:
    """Mirror half fields across the midplane onto the full grid."""
    zero = int(round(-grid.origin[0] / grid.step))
    full = [np.concatenate([h[:zero:-1], h[zero:]], axis=0) for h in halves]
    shape = full[0].shape
    origin = (-(shape[0] - 1) / 2 * grid.step, *grid.origin[1:])
    return Grid(origin, grid.step, shape), full[0], full[1]
