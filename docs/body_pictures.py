"""Draws the pictures of ``docs/reference-body.md``: the body in layers, from four sides.

``python docs/body_pictures.py [BODY]``; needs no display. A minute.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np

from meshes.body import load_body
from meshes.simplify import display
from viewer.appearance import default_appearance
from viewer.canvas.camera import CameraPose
from viewer.canvas.offscreen import OffscreenCanvas
from viewer.canvas.png import write_png
from viewer.canvas.protocol import Look, Triangles

HERE = Path(__file__).parent / "pictures"
SIDES = (0.0, 90.0, 180.0, 215.0)
SIZE = (420, 680)
FLAT_BACK = (
    "trapezius", "latissimus", "deltoid", "pectoralis_major", "external_oblique", "gluteus_maximus",
    "thoracolumbar_fascia", "rhomboid", "serratus_posterior",
)  # fmt: skip
LAYERS = {
    "body-skin": lambda s: s.system == "skin",
    "body-muscles": lambda s: s.system not in ("skin", "fat"),
    "body-deep": lambda s: s.system not in ("skin", "fat") and not s.id.startswith(FLAT_BACK),
    "body-bones": lambda s: (
        s.system in ("bone", "cartilage", "pleura") or s.id.startswith(("inter", "lung"))
        and s.system != "muscle" and "artery" not in s.id and "vein" not in s.id
        and "nerve" not in s.id
    ),
}  # fmt: skip


def strip(body, wanted) -> np.ndarray:
    """The chosen structures from every side, in one row."""
    canvas = OffscreenCanvas(SIZE, supersample=2)
    canvas.background((1.0, 1.0, 1.0), (1.0, 1.0, 1.0))
    for key, structure in body.structures.items():
        if not wanted(structure):
            continue
        copy = display(structure.surface, 60000)
        look = default_appearance(structure)
        shape = Triangles(copy.points, copy.triangles, copy.normals)
        canvas.show(key, shape, Look(look.color, 1.0, True, "body", "matte"))
    pictures = []
    for azimuth in SIDES:
        canvas.camera = CameraPose((0.0, 0.0, -155.0), azimuth, 4.0, 2300.0)
        pictures.append(canvas.screenshot())
    canvas.close()
    return np.concatenate(pictures, axis=1)


def main(arguments: list[str]) -> None:
    """Draw every layer."""
    body = load_body(arguments[0] if arguments else "reference")
    place = Path(arguments[1]) if len(arguments) > 1 else HERE
    for name, wanted in LAYERS.items():
        write_png(strip(body, wanted), place / f"{name}.png")


if __name__ == "__main__":
    main(sys.argv[1:])
