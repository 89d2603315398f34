"""An egg with a back: authored landmarks and muscles, to be scaled, shifted and mirrored."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from shapes import ball_arrays, egg_body

from meshes.body import Body, Landmark
from meshes.catalogue import Structure
from meshes.surface import Surface

MID = {  # (x, y, z) mm, inside the egg's back
    "c7_spinous_process": (0, 40, 150),
    "t4_spinous_process": (0, 70, 60),
    "t5_spinous_process": (0, 75, 30),
    "t12_spinous_process": (0, 40, -115),  # the length for which offsets are written
}
LEFT = {
    "scapula_medial_border_at_t5": (60, 70, 30),
    "scapular_spine_root": (60, 60, 60),
    "acromion": (120, 20, 90),
}


def back_body(scale=1.0, shift=(0.0, 0.0, 0.0), mirrored=False, muscle_at=(36, 78, 30)) -> Body:
    """The egg with two rhomboids; ``mirrored`` swaps the sides of everything."""
    shift = np.asarray(shift, dtype=float)

    def place(point):
        return np.asarray(point, dtype=float) * scale + shift

    flip = np.array([-1.0, 1.0, 1.0])
    marks = {key: Landmark(key, key, place(point)) for key, point in MID.items()}
    for key, point in LEFT.items():
        for side, sign in (("left", 1.0), ("right", -1.0)):
            marks[f"{key}_{side}"] = Landmark(
                f"{key}_{side}", key, place(np.asarray(point) * [sign, 1, 1])
            )
    parts = {}
    for key, structure in egg_body().structures.items():
        surface = structure.surface
        parts[key] = replace(
            structure, surface=Surface.of(place(surface.points), surface.triangles)
        )
    for side, sign in (("left", 1.0), ("right", -1.0)):
        centre = np.asarray(muscle_at) * [sign, 1, 1]
        points, triangles = ball_arrays(1.0, centre, (14, 5, 30))
        parts[f"rhomboid_major_{side}"] = Structure(
            f"rhomboid_major_{side}", f"Rhomboid major ({side})", side, "muscle",
            Surface.of(place(points), triangles),
        )  # fmt: skip
    body = replace(egg_body(), structures=parts, landmarks=marks,
                   content_hash=f"back-{scale}-{tuple(shift)}-{mirrored}-{muscle_at}")  # fmt: skip
    return _mirrored(body, flip, shift) if mirrored else body


def _mirrored(body: Body, flip, shift) -> Body:
    """Reflect the geometry in the midplane x = shift[0]; ids keep their side words swapped."""
    other = {"left": "right", "right": "left"}

    def renamed(key):
        for side, swapped in other.items():
            if key.endswith(f"_{side}"):
                return key.removesuffix(side) + swapped
        return key

    def reflected(points):
        return (points - [shift[0], 0, 0]) * flip + [shift[0], 0, 0]

    parts = {
        renamed(key): replace(
            s, id=renamed(key), side=other.get(s.side, s.side),
            surface=Surface.of(reflected(s.surface.points), s.surface.triangles[:, ::-1]),
        )
        for key, s in body.structures.items()
    }  # fmt: skip
    marks = {
        renamed(key): replace(m, id=renamed(key), point=reflected(m.point))
        for key, m in body.landmarks.items()
    }
    return replace(body, structures=parts, landmarks=marks)
