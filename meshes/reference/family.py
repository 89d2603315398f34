"""Family data of the built body: layer sums and outward directions per point, and the breath field.

For every point of the soft tissues: walk inward along the outward direction to the skeleton's wall
and add up how much of each layer lies on the way. Thickness changes are then a matter of factors.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from scipy import ndimage

from meshes.body import Body
from meshes.catalogue import Structure
from meshes.morph_scale import SCALE
from meshes.morph_table import family_table
from meshes.reference.breath import breath_arrays
from meshes.reference.context import BuildContext
from meshes.reference.cover import cover_of, growth_in_armpit, growth_over_spine
from meshes.reference.curves import unit
from meshes.reference.grid import Field, Grid
from meshes.reference.meshing import neighbour_average
from meshes.reference.muscles.build import scene_of
from meshes.reference.muscles.core import empty_scene
from meshes.reference.muscles.front import abdominal_core, neck_core
from meshes.reference.muscles.scene import Scene
from meshes.reference.redistance import redistanced
from meshes.reference.skin import skin_fields, under_skin
from meshes.topology import parts

BACK = ("trapezius_middle", "trapezius_lower", "rhomboid", "serratus_posterior")
MUSCLE = (
    "deltoid", "latissimus", "pectoralis", "external_oblique", "internal_oblique",
    "transversus_abdominis", "rectus_abdominis", "biceps", "brachi", "triceps",
    "infraspinatus", "supraspinatus", "sternocleidomastoid", "teres", "trapezius_upper",
)  # fmt: skip
FAT, FILLED = 2, 4
"""Columns of the fat and of the hollows it fills; breast and flanks are others."""
EVENED = {"skin": 40, "fat": 40, "vessel": 16, "nerve": 16}
"""Rounds of averaging over a surface's own neighbours, by system."""
MOVED = ("muscle", "fat", "skin", "vessel", "nerve", "other")


def write_family(body: Body, context: BuildContext, path: Path, step: float = 2.0) -> None:
    """Compute the family data of ``body`` and write them to ``path`` (npz, compressed).

    ``body`` is the built one with its content hash, ``context`` what it was built from.
    """
    scene = scene_of(context)
    grid, density, direction, core = layer_fields(scene, step)
    ids, layers, outward = [], [], []
    cover = None
    for key, structure in _skin_first(body):
        p = np.ascontiguousarray(structure.surface.points)
        sums, n = layer_sums(p, grid, density, direction, core)
        rounds = EVENED.get(structure.system, 0)
        sums = _evened(sums, structure.surface.triangles, rounds)
        n = _evened(n, structure.surface.triangles, rounds)
        if cover is None:
            cover = cover_of(structure.surface, n, sums[:, FAT])
        if sums.max() < 0.02 and not key.endswith("_right"):
            continue
        sums = np.column_stack([sums, cover.shares(p, sums[:, FAT])])
        sums[:, [FAT, FILLED]] *= growth_over_spine(p)[:, None]
        ids.append(key)
        layers.append(np.round(sums * SCALE).astype(np.uint16))
        outward.append(np.round(n * 127).astype(np.int8))
    pieces = _parts(body)
    breath = breath_arrays(body, context)
    breath["breath"] = np.round(breath["breath"] * SCALE).astype(np.int16)
    temporary = path.with_suffix(".tmp.npz")
    np.savez_compressed(
        temporary, ids=np.array(ids), counts=np.array([len(v) for v in layers]),
        layers=np.concatenate(layers), outward=np.concatenate(outward),
        part_ids=np.array(list(pieces), str),
        part_counts=np.array([len(v) for v in pieces.values()], int),
        parts=np.concatenate([*pieces.values(), np.zeros(0, np.uint16)]),
        body_hash=body.content_hash, **breath,
    )  # fmt: skip
    temporary.replace(path)


def _skin_first(body: Body) -> Iterator[tuple[str, Structure]]:
    """What is moved by layers, mirrors left out; the skin first, which the others refer to."""
    moved = [(k, s) for k, s in body.structures.items() if s.system in MOVED]
    for key, structure in sorted(moved, key=lambda row: row[1].system != "skin"):
        if not _is_mirror(body, key):
            yield key, structure


def _parts(body: Body) -> dict[str, NDArray[np.uint16]]:
    """Component of each triangle, of the structures that have several."""
    made = {}
    for key, structure in body.structures.items():
        surface = structure.surface
        labels, n = parts(surface.triangles, len(surface.points))
        if n > 1:
            made[key] = labels.astype(np.uint16)
    return made


def _is_mirror(body: Body, key: str) -> bool:
    """True for a right structure that is its left one across the midplane: not stored twice."""
    left = body.structures.get(key[: -len("right")] + "left") if key.endswith("_right") else None
    if left is None:
        return False
    p, q = body.structures[key].surface.points, left.surface.points
    return p.shape == q.shape and bool(np.allclose(p * (-1, 1, 1), q, atol=1e-6))


def _evened(
    sums: NDArray[np.float64], triangles: NDArray[np.int32], rounds: int
) -> NDArray[np.float64]:
    """Values averaged over neighbours: fat has no edges where muscles end, a tube moves whole."""
    if rounds:
        average = neighbour_average(len(sums), triangles.astype(np.int64))
        for _ in range(rounds):
            sums = average @ sums
    return sums


def layer_fields(
    scene: Scene, step: float
) -> tuple[Grid, NDArray[np.uint8], NDArray[np.float32], Field]:
    """Half grid, occupancy (…, 3) of back, muscle, fat; outward direction; wall field."""
    full, skin, fascia = skin_fields(scene, step, ends=False)
    start = int(round(12.0 / step)) + 1
    zero = (skin.shape[0] - 1) // 2
    cut = slice(zero - start, None)
    origin = (full.origin[0] + (zero - start) * step, full.origin[1], full.origin[2])
    skin, fascia = skin[cut], fascia[cut]
    grid = Grid(origin, step, skin.shape)
    density = np.zeros((*grid.shape, 3), np.uint8)
    density[..., FAT] = _filled(np.maximum(under_skin(skin, fascia), -fascia), step)
    for name, part in scene.parts.items():
        kind = 0 if name.startswith(BACK) else 1 if any(m in name for m in MUSCLE) else None
        if kind is None:
            continue
        where = grid.window(part.grid.origin, part.grid.high)
        there = _filled(part.grid.resample(part.field, grid.part(where)), step)
        np.maximum(density[(*where, kind)], there, out=density[(*where, kind)])
    # blurred, the sums change gently across the edges of a muscle; their order along a line stays
    for kind, width in enumerate(family_table()["layers"]["blur"]):
        density[..., kind] = ndimage.gaussian_filter(density[..., kind], width / step)
    base = empty_scene(scene.context, max(step, scene.grid.step))
    neck_core(base)
    abdominal_core(base)
    wall = np.minimum(base.taken, base.girdle)
    core = base.grid.resample(np.clip(wall, -40, 40), grid)
    core = redistanced(core, step)
    blurred = ndimage.gaussian_filter(np.clip(core, -30, 80), 12.0 / step)
    g = np.stack(np.gradient(blurred, step), axis=-1)
    smooth = np.stack([ndimage.gaussian_filter(g[..., i], 7.0 / step) for i in range(3)], -1)
    growing = growth_in_armpit(grid, np.linalg.norm(smooth, axis=-1))
    density[..., FAT] = np.round(density[..., FAT] * growing)
    return grid, density, unit(smooth).astype(np.float32), core


def _filled(field: Field, step: float) -> NDArray[np.uint8]:
    return np.asarray(np.clip(0.5 - field / step, 0, 1) * 255, np.uint8)


def layer_sums(
    p: NDArray[np.float64],
    grid: Grid,
    density: NDArray[np.uint8],
    direction: NDArray[np.float32],
    core: Field,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Millimetres of each layer beneath points (n, 3), and the outward unit directions there."""
    sums = np.zeros((len(p), 3))
    out = np.zeros((len(p), 3))
    _walk(p, sums, out, np.asarray(grid.origin), grid.step, density, direction, core)
    return sums, out


@njit(cache=True, parallel=True)
def _walk(p, sums, out, origin, step, density, direction, core):  # type: ignore[no-untyped-def]
    nx, ny, nz = core.shape
    stride = 0.5
    for i in prange(p.shape[0]):
        sign = 1.0 if p[i, 0] >= 0 else -1.0
        x, y, z = abs(p[i, 0]), p[i, 1], p[i, 2]
        lowest = 1e9
        for turn in range(320):
            fx = min(max((x - origin[0]) / step, 0.0), nx - 1.001)
            fy = min(max((y - origin[1]) / step, 0.0), ny - 1.001)
            fz = min(max((z - origin[2]) / step, 0.0), nz - 1.001)
            a, b, c = int(fx), int(fy), int(fz)
            n0 = n1 = n2 = wall = 0.0
            d0 = d1 = d2 = 0.0
            for da in range(2):
                for db in range(2):
                    for dc in range(2):
                        w = (
                            (fx - a if da else 1 - fx + a)
                            * (fy - b if db else 1 - fy + b)
                            * (fz - c if dc else 1 - fz + c)
                        )
                        n0 += w * direction[a + da, b + db, c + dc, 0]
                        n1 += w * direction[a + da, b + db, c + dc, 1]
                        n2 += w * direction[a + da, b + db, c + dc, 2]
                        wall += w * core[a + da, b + db, c + dc]
                        d0 += w * density[a + da, b + db, c + dc, 0]
                        d1 += w * density[a + da, b + db, c + dc, 1]
                        d2 += w * density[a + da, b + db, c + dc, 2]
            size = np.sqrt(n0 * n0 + n1 * n1 + n2 * n2) + 1e-9
            n0, n1, n2 = n0 / size, n1 / size, n2 / size
            if turn == 0:
                out[i, 0], out[i, 1], out[i, 2] = sign * n0, n1, n2
            lowest = min(lowest, wall)
            if wall < 0.0 or wall > lowest + 1.5:
                break  # at the wall, or past it on a line that only skims a thin bone
            sums[i, 0] += stride * d0 / 255.0
            sums[i, 1] += stride * d1 / 255.0
            sums[i, 2] += stride * d2 / 255.0
            x, y, z = x - stride * n0, y - stride * n1, z - stride * n2
            if x < 0.0:
                x = 0.0
