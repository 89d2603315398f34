"""Family data of the built body: layer sums and outward directions per point, and the breath field.

For every point of the soft tissues: walk inward along the outward direction to the skeleton's wall
and add up how much of each layer lies on the way. Thickness changes are then a matter of factors.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
from numba import njit, prange
from numpy.typing import NDArray
from scipy import ndimage
from scipy.interpolate import RBFInterpolator

from meshes.body import Body
from meshes.morph_scale import SCALE
from meshes.morph_table import family_table
from meshes.reference.context import BuildContext
from meshes.reference.curves import unit
from meshes.reference.grid import Field, Grid
from meshes.reference.meshing import neighbour_average
from meshes.reference.muscles.build import scene_of
from meshes.reference.muscles.core import empty_scene
from meshes.reference.muscles.front import abdominal_core, neck_core
from meshes.reference.muscles.scene import Scene
from meshes.reference.redistance import redistanced
from meshes.reference.skin import skin_fields
from meshes.topology import parts

BACK = ("trapezius_middle", "trapezius_lower", "rhomboid", "serratus_posterior")
MUSCLE = (
    "deltoid", "latissimus", "pectoralis", "external_oblique", "internal_oblique",
    "transversus_abdominis", "rectus_abdominis", "biceps", "brachi", "triceps",
    "infraspinatus", "supraspinatus", "sternocleidomastoid", "teres", "trapezius_upper",
)  # fmt: skip
MOVED = ("muscle", "fat", "skin", "vessel", "nerve", "other")


def write_family(body: Body, context: BuildContext, path: Path, step: float = 2.0) -> None:
    """Compute the family data of ``body`` and write them to ``path`` (npz, compressed).

    ``body`` is the built one with its content hash, ``context`` what it was built from.
    """
    scene = scene_of(context)
    grid, density, direction, core = layer_fields(scene, step)
    ids, layers, outward = [], [], []
    for key, structure in body.structures.items():
        if structure.system not in MOVED or _is_mirror(body, key):
            continue
        p = np.ascontiguousarray(structure.surface.points)
        sums, n = layer_sums(p, grid, density, direction, core)
        if structure.system in ("skin", "fat"):
            sums = _evened(sums, structure.surface.triangles)
            n = _evened(n, structure.surface.triangles)
        if sums.max() < 0.02 and not key.endswith("_right"):
            continue
        ids.append(key)
        layers.append(np.round(sums * SCALE).astype(np.uint16))
        outward.append(np.round(n * 127).astype(np.int8))
    pieces = _parts(body)
    breath, origin, size = breath_field(context)
    temporary = path.with_suffix(".tmp.npz")
    np.savez_compressed(
        temporary, ids=np.array(ids), counts=np.array([len(v) for v in layers]),
        layers=np.concatenate(layers), outward=np.concatenate(outward),
        part_ids=np.array(list(pieces), str),
        part_counts=np.array([len(v) for v in pieces.values()], int),
        parts=np.concatenate([*pieces.values(), np.zeros(0, np.uint16)]),
        breath=np.round(breath * SCALE).astype(np.int16), origin=origin, step=size,
        body_hash=body.content_hash,
    )  # fmt: skip
    temporary.replace(path)


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


def _evened(sums: NDArray[np.float64], triangles: NDArray[np.int32]) -> NDArray[np.float64]:
    """Values averaged over neighbours on the skin: fat has no edges where muscles end."""
    average = neighbour_average(len(sums), triangles.astype(np.int64))
    for _ in range(40):
        sums = average @ sums
    return sums


def layer_fields(
    scene: Scene, step: float
) -> tuple[Grid, NDArray[np.uint8], NDArray[np.float32], Field]:
    """Half grid, occupancy (…, 4) of back, muscle, fat, breast; outward direction; wall field."""
    full, skin, fascia = skin_fields(scene, step, ends=False)
    start = int(round(12.0 / step)) + 1
    zero = (skin.shape[0] - 1) // 2
    cut = slice(zero - start, None)
    origin = (full.origin[0] + (zero - start) * step, full.origin[1], full.origin[2])
    skin, fascia = skin[cut], fascia[cut]
    grid = Grid(origin, step, skin.shape)
    density = np.zeros((*grid.shape, 4), np.uint8)
    density[..., 2] = _filled(np.maximum(skin + np.float32(1.8), -fascia), step)
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
    density[..., 3] = np.asarray(density[..., 2] * _breast(grid), np.uint8)
    base = empty_scene(scene.context, max(step, scene.grid.step))
    neck_core(base)
    abdominal_core(base)
    wall = np.minimum(base.taken, base.girdle)
    core = base.grid.resample(np.clip(wall, -40, 40), grid)
    core = redistanced(core, step)
    blurred = ndimage.gaussian_filter(np.clip(core, -30, 80), 12.0 / step)
    g = np.stack(np.gradient(blurred, step), axis=-1)
    smooth = np.stack([ndimage.gaussian_filter(g[..., i], 7.0 / step) for i in range(3)], -1)
    return grid, density, unit(smooth).astype(np.float32), core


def _breast(grid: Grid) -> NDArray[np.float32]:
    """Share of the fat in front of the chest that is breast: a mound, 1 at its middle."""
    t = family_table()["breast"]
    x, y, z = grid.axes()
    a = (np.abs(x) - t["middle"][0]) / t["half"][0]
    b = (z - t["middle"][1]) / t["half"][1]
    mound = np.clip(1.0 - a * a - b * b, 0.0, 1.0) ** 1.5
    return np.asarray(mound * (y < t["front"]), np.float32)


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
    sums = np.zeros((len(p), 4))
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
            d0 = d1 = d2 = d3 = 0.0
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
                        d3 += w * density[a + da, b + db, c + dc, 3]
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
            sums[i, 3] += stride * d3 / 255.0
            x, y, z = x - stride * n0, y - stride * n1, z - stride * n2
            if x < 0.0:
                x = 0.0


def breath_field(
    context: BuildContext,
) -> tuple[NDArray[np.float64], NDArray[np.float64], float]:
    """Displacement (nx, ny, nz, 3) in mm from end expiration to full inspiration, left half."""
    t = family_table()["breathing"]
    points, moves = _rib_moves(context, t)
    fixed = _fixed_points(context)
    points = np.concatenate([points, fixed])
    moves = np.concatenate([moves, np.zeros_like(fixed)])
    mirror = points[:, 0] > 4.0
    points = np.concatenate([points, points[mirror] * (-1, 1, 1)])
    moves = np.concatenate([moves, moves[mirror] * (-1, 1, 1)])
    low, high, step = np.array([0.0, -180.0, -600.0]), np.array([288.0, 172.0, 296.0]), t["step"]
    shape = tuple(int(v) for v in np.round((high - low) / step) + 1)
    at = np.stack(np.meshgrid(*[low[i] + step * np.arange(shape[i]) for i in range(3)],
                              indexing="ij"), -1)  # fmt: skip
    rbf = RBFInterpolator(points, moves, neighbors=40, kernel="linear", smoothing=0.5)
    field = rbf(at.reshape(-1, 3)).reshape(*shape, 3)
    field = np.stack([ndimage.gaussian_filter(field[..., i], 1.2) for i in range(3)], -1)
    field[..., 2] -= t["excursion"] * _piston(context, at)
    field[0, :, :, 0] = 0.0
    return field, low, float(step)


def _rib_moves(context: BuildContext, t: dict[str, object]) -> tuple[NDArray, NDArray]:  # type: ignore[type-arg]
    points, moves = [], []
    degrees: list[float] = t["rib_degrees"]  # type: ignore[assignment]
    for n, bar in context.ribs.items():
        p = bar.path.points
        head, joint = p[0], p[int(0.09 * len(p))]
        axis = unit(joint - head)
        angle = np.radians(degrees[n - 1])
        line = [p[:: max(len(p) // 14, 1)]]
        if n in context.cartilages:
            q = context.cartilages[n].path.points
            line.append(q[:: max(len(q) // 5, 1)])
        r = np.concatenate(line)
        turned = _rotated(r - head, axis, angle) + head
        if turned[len(turned) // 2, 2] < r[len(r) // 2, 2]:
            turned = _rotated(r - head, axis, -angle) + head
        fade = np.ones(len(r))
        if n in context.cartilages:
            k = len(line[1])
            fade[-k:] = np.linspace(1.0, float(t["sternum_share"]), k)  # type: ignore[arg-type]
        points.append(r)
        moves.append((turned - r) * fade[:, None])
    plate = context.sternum.path.points[::12]
    up = np.array([m[-1] for m in moves[:7]]).mean(axis=0) * float(t["sternum_share"])  # type: ignore[arg-type]
    up[0] = 0.0
    points.append(plate)
    moves.append(np.broadcast_to(up, plate.shape))
    return np.concatenate(points), np.concatenate(moves)


def _rotated(
    v: NDArray[np.float64], axis: NDArray[np.float64], angle: float
) -> NDArray[np.float64]:
    c, s = np.cos(angle), np.sin(angle)
    out = v * c + np.cross(axis, v) * s + axis * (v @ axis)[:, None] * (1 - c)
    return np.asarray(out)


def _fixed_points(context: BuildContext) -> NDArray[np.float64]:
    """Points that do not move: spine, pelvis, head, arms, the far field."""
    fixed = [v.world(np.array([[0, 0, 0], [0, v.row["sp_behind"], -v.row["sp_below"]]]))
             for v in context.column.values()]  # fmt: skip
    extra = [[x, y, z] for x in (0, 90, 170) for y in (-90, 0, 90) for z in (-600, -480, -400)]
    extra += [[x, y, z] for x in (0, 60) for y in (-60, 20, 80) for z in (150, 220, 290)]
    extra += [[x, y, z] for x in (200, 280) for y in (-60, 20, 80) for z in (-260, -140, -20, 60)]
    extra += [[110, 84, 10], [90, 92, -60], [140, 50, 20], [60, 88, -330], [60, 60, 120]]
    return np.concatenate([*fixed, np.array(extra, float)])


def _piston(context: BuildContext, at: NDArray[np.float64]) -> NDArray[np.float64]:
    """Share of the diaphragm's descent: all at the dome, none at the wall, fading up and down."""
    p = at.reshape(-1, 3)
    z = np.interp(p[:, 2], [-430, -330, -130, -60, 60], [0.0, 0.55, 1.0, 0.75, 0.0])
    from meshes.reference.cage import angle_of, axis_y

    rho = np.hypot(p[:, 0], p[:, 1] - axis_y(p[:, 2]))
    phi = angle_of(p[:, 0], p[:, 1], p[:, 2])
    low, step = -330.0, 3.0
    wall = ndimage.map_coordinates(
        context.cage.radius, [phi, (p[:, 2] - low) / step], order=1, mode="nearest"
    )
    room = np.clip((wall - rho - 8.0) / 45.0, 0, 1)
    spine = np.clip((np.hypot(p[:, 0], p[:, 1] - 20.0) - 26.0) / 40.0, 0, 1)
    share = z * room**2 * (3 - 2 * room) * spine
    out = share.reshape(at.shape[:3])
    return np.asarray(ndimage.gaussian_filter(out, 1.0))
