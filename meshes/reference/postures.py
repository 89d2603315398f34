"""The built body in its other postures: a lattice of displacements for each, and the bones' poses.

Made from the shipped surfaces, so that the body need not be built for it:
``python -m meshes.reference.build --postures``. Bound to the bones it was made from, not to the
whole body: mending an organ leaves it valid.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy import ndimage

from meshes.body import Body
from meshes.morph_posture import MOVING, SCALE, girdle_hash, packed
from meshes.reference.flow import Ground, Mask, Points, carried, signed_distance
from meshes.reference.girdle_poses import BONES, girdle_way
from meshes.reference.tables import read_table
from meshes.voxels import Grid, inside

_SWEEPS = 400


def write_postures(body: Body, path: Path) -> None:
    """Compute every posture of the table for the built ``body`` and write them (npz)."""
    table = read_table("postures")
    ground = ground_of(body, table["flow"], table["girdle"]["glenohumeral"])
    arrays: dict[str, Any] = {"girdle": girdle_hash(body)}
    for name in list(table["ids"])[1:]:
        origin, step, field, poses = posture_arrays(body, table, name, ground)
        arrays |= {
            f"{name}_origin": origin, f"{name}_step": np.array(step),
            f"{name}_field": packed(field), f"{name}_shape": np.array(field.shape),
            f"{name}_bones": np.array([poses[key] for key in MOVING]),
        }  # fmt: skip
    temporary = path.with_suffix(".tmp.npz")
    np.savez_compressed(temporary, **arrays)
    temporary.replace(path)
    path.chmod(0o644)


def posture_arrays(
    body: Body, table: Mapping[str, Any], name: str, ground: Ground
) -> tuple[Points, float, NDArray[np.int16], dict[str, Points]]:
    """Origin, step, displacements (nx, ny, nz, 3) in units of 1 / `SCALE` mm, and the poses."""
    row, flow = table[name], table["flow"]
    way = girdle_way(table, row["angles"], int(row["steps"]))
    lattice = Grid.around(flow["lattice_low"], flow["lattice_high"], float(row["spacing"]))
    nodes = lattice.points(np.ones(lattice.shape, bool))
    there = carried(ground, way, nodes)
    there[_in_core(ground, nodes)] = nodes[_in_core(ground, nodes)]
    for key in BONES:  # within a bone the lattice moves exactly as the bone
        own, distance = ground.bones[key]
        at = (nodes - own.origin).T / own.step
        within = ndimage.map_coordinates(distance, at, order=1, cval=99.0) < 1.0
        pose = way[-1][key]
        there[within] = nodes[within] @ pose[:3, :3].T + pose[:3, 3]
    moves = (there - nodes).reshape(*lattice.shape, 3)
    if row["evened"]:  # single folds of thin muscles at the edges of bones go
        for axis in range(3):
            moves[..., axis] = ndimage.gaussian_filter(
                moves[..., axis], row["evened"], mode="nearest"
            )
    there = nodes + moves.reshape(-1, 3)
    for part in row["tissue"]:
        there = there + _thickened(body, ground.grid, part, nodes)
    moved = np.round((there - nodes) * SCALE).astype(np.int16).reshape(*lattice.shape, 3)
    for axis in range(3):  # nothing at the outer faces but the midplane, where nothing goes across
        for end in (0, -1):
            if (axis, end) != (0, 0):
                np.moveaxis(moved, axis, 0)[end] = 0
    moved[0, :, :, 0] = 0
    return np.asarray(lattice.origin, float), lattice.step, moved, way[-1]


def ground_of(body: Body, flow: Mapping[str, Any], joint: list[float]) -> Ground:
    """Core, tissue and moving bones of the built body on the table's grid.

    ``joint`` is the middle of the head of the humerus.
    """
    grid = Grid.around(flow["low"], flow["high"], float(flow["step"]))
    core = _filled(body, grid, tuple(flow["core"]))
    core = np.asarray(ndimage.binary_closing(core))
    x, _, z = grid.axes()
    core |= np.broadcast_to(np.abs(x) <= grid.step, grid.shape)  # left and right meet here
    core |= np.broadcast_to(z <= flow["held_below"], grid.shape)
    skin = body.structures["skin"].surface
    return Ground(
        grid,
        core,
        (ndimage.distance_transform_edt(~core) * grid.step).astype(np.float32),
        inside(grid, skin).astype(np.float32),
        {key: signed_distance(body.structures[key].surface) for key in BONES},
        float(flow["slide"]),
        float(flow["slide_width"]),
        (BONES[2], np.array(joint), float(flow["bursa_radius"]), float(flow["bursa_width"])),
    )


def _filled(body: Body, grid: Grid, words: tuple[str, ...]) -> Mask:
    """Nodes within the structures whose ids begin so; thin bones also where their points lie."""
    found = np.zeros(grid.shape, bool)
    for key, structure in body.structures.items():
        if structure.side == "right" or not key.startswith(words):
            continue
        found |= inside(grid, structure.surface)
        at = np.round((structure.surface.points - grid.origin) / grid.step).astype(int)
        if structure.system in ("bone", "cartilage"):
            at = at[((at >= 0) & (at < grid.shape)).all(axis=1)]
            found[at[:, 0], at[:, 1], at[:, 2]] = True
    return found


def _in_core(ground: Ground, nodes: Points) -> Mask:
    at = np.round((nodes - ground.grid.origin) / ground.grid.step).astype(int)
    return np.asarray(ground.core[at[:, 0], at[:, 1], at[:, 2]])


def _thickened(body: Body, grid: Grid, t: Mapping[str, Any], nodes: Points) -> NDArray[np.float64]:
    """How far tissue over the bones goes out or in by itself: all at the skin, none at bones.

    Between them the share solves a steady diffusion, so that no layer loses more than a part.
    """
    hard = [k for k, s in body.structures.items() if s.system in ("bone", "cartilage", "pleura")]
    still = _filled(body, grid, (*hard, "external_intercostal", "internal_intercostal"))
    skin = inside(grid, body.structures["skin"].surface)
    share = np.where(skin, np.float32(0.5), np.float32(1.0))
    share[still] = 0.0
    share = _evened(share, still | ~skin)
    at = (nodes - grid.origin).T / grid.step
    here = ndimage.map_coordinates(share, at, order=1, mode="nearest")
    for axis, edges in enumerate((t["across"], t["depths"], t["heights"])):
        here *= _window(nodes[:, axis], edges)
    return np.outer(here, np.array(t["by"], float))


def _evened(share: NDArray[np.float32], held: Mask) -> NDArray[np.float32]:
    free = ~held
    for _ in range(_SWEEPS):
        mean = sum(np.roll(share, s, axis) for axis in range(3) for s in (1, -1)) / np.float32(6.0)
        share = np.where(free, mean, share)
    return np.asarray(share, np.float32)


def _window(value: Points, edges: list[float]) -> Points:
    """0 outside the first and last edge, 1 between the middle two, smooth between."""
    up = np.clip((value - edges[0]) / (edges[1] - edges[0]), 0.0, 1.0)
    down = np.clip((edges[3] - value) / (edges[3] - edges[2]), 0.0, 1.0)
    s = np.minimum(up, down)
    return np.asarray(s * s * (3.0 - 2.0 * s))
