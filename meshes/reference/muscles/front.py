"""Chest, abdominal wall, neck and arm."""

from __future__ import annotations

from typing import Any

import numpy as np

from meshes.reference.grid import Field
from meshes.reference.muscles.kinds import belly, joined, lay, swept
from meshes.reference.muscles.scene import FAR, Scene
from meshes.reference.redistance import redistanced
from meshes.reference.shapes import loft
from meshes.reference.tables import read_table

ABDOMEN = (
    "transversus_abdominis", "internal_oblique", "rectus_abdominis", "external_oblique",
)  # fmt: skip
DEEP_NECK = ("longus_colli", "anterior_scalene", "middle_scalene", "posterior_scalene")


def abdominal_core(scene: Scene) -> None:
    """Take the space of the abdominal cavity, so that its wall has something to lie on."""
    t = read_table("muscles_front")["abdomen"]
    low, high = (-12, -140, -512), (150, 90, -130)
    where, grid = scene.window(low, high)
    field = loft(grid.axes(), t["sections"])
    x, y, z = grid.axes()
    field = np.maximum(field, z - np.float32(-140.0) + 0 * field)
    core = np.full(scene.grid.shape, 1e3, np.float32)
    core[where] = field
    scene.layers["abdomen"] = redistanced(core, scene.grid.step)
    scene.take(where, np.minimum(field, np.float32(FAR)).astype(np.float32))


def abdominal_wall(scene: Scene) -> None:
    """Transversus, obliques and rectus."""
    t = read_table("muscles_front")
    for name in ABDOMEN:
        lay(scene, name, t[name])


def neck_core(scene: Scene) -> None:
    """Take the space of gullet, windpipe and voice box."""
    where, raw = core_field(scene)
    scene.take(where, raw)


def core_field(scene: Scene) -> tuple[tuple[slice, slice, slice], Field]:
    """Field of the neck's core in its window."""
    path, a, b = belly(scene, read_table("muscles_neck")["core"]["path"], (0.0, 1.0, 0.0))
    where, grid = scene.window(path.points.min(axis=0) - 50, path.points.max(axis=0) + 50)
    return where, swept(grid, path, a, b)


def deep_neck(scene: Scene) -> None:
    """Longus colli and scalenes."""
    t = read_table("muscles_neck")
    for name in DEEP_NECK:
        lay(scene, name, t[name])


def front_neck(scene: Scene) -> None:
    """Strap muscles and sternocleidomastoid."""
    t = read_table("muscles_neck")
    for name in ("sternothyroid", "sternohyoid", "sternocleidomastoid"):
        lay(scene, name, t[name])


def deep_chest(scene: Scene) -> None:
    """Pectoralis minor and subclavius."""
    t = read_table("muscles_front")
    for name in ("subclavius", "pectoralis_minor"):
        lay(scene, name, t[name])


def chest(scene: Scene) -> None:
    """Pectoralis major."""
    lay(scene, "pectoralis_major", read_table("muscles_front")["pectoralis_major"])


def arm(scene: Scene) -> None:
    """Bellies around the humerus: one mass, divided where they meet."""
    packed(scene, read_table("muscles_shoulder")["arm"])


def packed(scene: Scene, t: dict[str, Any]) -> None:
    """Columns (each one or more bellies) that pack together and are divided where they meet."""
    toward = t.get("toward", (0.0, 1.0, 0.0))
    paths = {
        k: [belly(scene, line, toward) for line in (c if isinstance(c[0][0], list) else [c])]
        for k, c in ((name, t["columns"][name]) for name in t["order"])
    }
    every = [x for group in paths.values() for x in group]
    low = np.min([p.points.min(axis=0) - b.max() for p, a, b in every], axis=0) - FAR - 2
    high = np.max([p.points.max(axis=0) + b.max() for p, a, b in every], axis=0) + FAR + 2
    where, grid = scene.window(low, high)
    own: dict[str, Field] = {}
    mass = None
    for name, group in paths.items():
        for path, a, b in group:
            one = swept(grid, path, a, b)
            own[name] = one if name not in own else joined(own[name], one, t["blend"])
            mass = one if mass is None else joined(mass, one, t["blend"])
    assert mass is not None
    if "z_min" in t:
        mass = np.maximum(mass, np.float32(t["z_min"]) - grid.axes()[2])
    scene.split(where, mass.astype(np.float32), own)
