"""All muscles in order, from deep to superficial, each resting on what came before."""

from __future__ import annotations

from meshes.reference.context import BuildContext
from meshes.reference.meshing import Mesh, mirrored
from meshes.reference.muscles import back, front, shoulder
from meshes.reference.muscles.core import empty_scene
from meshes.reference.muscles.diaphragm import diaphragm_mesh
from meshes.reference.muscles.intercostals import intercostal_meshes
from meshes.reference.muscles.scene import Scene, mesh_part

STEP = 1.5


def build_scene(context: BuildContext, step: float = STEP) -> Scene:
    """Lay every muscle of the left side; the scene holds their fields."""
    scene = empty_scene(context, step)
    front.neck_core(scene)
    back.deep_back(scene)
    front.deep_neck(scene)
    back.middle_back(scene)
    shoulder.under_girdle(scene)
    scene.show_girdle()
    shoulder.on_girdle(scene)
    front.abdominal_core(scene)
    front.abdominal_wall(scene)
    front.deep_chest(scene)
    front.chest(scene)
    shoulder.latissimus(scene)
    front.arm(scene)
    shoulder.superficial(scene)
    front.front_neck(scene)
    back.buttock(scene)
    return scene


_last: list[tuple[object, float, Scene]] = []


def scene_of(context: BuildContext, step: float = STEP) -> Scene:
    """The scene of a context's bones; kept, since the skin is built from the same one."""
    if not _last or _last[0][0] is not context.bones or _last[0][1] != step:
        _last[:] = [(context.bones, step, build_scene(context, step))]
    return _last[0][2]


def build_muscles(context: BuildContext, step: float = STEP) -> dict[str, Mesh]:
    """Surfaces of all muscles, by structure id (``trapezius_upper_left``)."""
    return muscle_meshes(scene_of(context, step))


def muscle_meshes(scene: Scene) -> dict[str, Mesh]:
    """Mesh the fields of a finished scene, both sides."""
    left = intercostal_meshes(scene.context)
    for name, part in scene.parts.items():
        volume = float((part.field < 0).sum()) * part.grid.step**3
        left[name] = mesh_part(part, int(min(3000 + volume / 12, 22000)))
    left |= scene.meshes
    made: dict[str, Mesh] = {"diaphragm": diaphragm_mesh(scene.context)}
    for name in sorted(left):
        made[f"{name}_left"] = left[name]
        made[f"{name}_right"] = mirrored(left[name])
    return made
