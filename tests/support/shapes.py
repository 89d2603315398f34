"""Small meshes with a known shape, and a body made of them."""

from __future__ import annotations

import numpy as np

from meshes.body import Body, Landmark, Subject
from meshes.catalogue import Structure
from meshes.surface import Surface
from viewer.canvas.protocol import Triangles


def ball_arrays(radius=1.0, centre=(0, 0, 0), scale=(1, 1, 1), rings=24):
    """Latitude-longitude sphere: points (n, 3), triangles (m, 3), outward."""
    theta = np.linspace(0, np.pi, rings + 1)[1:-1]
    phi = np.linspace(0, 2 * np.pi, 2 * rings, endpoint=False)
    t, p = np.meshgrid(theta, phi, indexing="ij")
    body = np.stack([np.sin(t) * np.cos(p), np.sin(t) * np.sin(p), np.cos(t)], -1).reshape(-1, 3)
    points = np.concatenate([[[0, 0, 1]], body, [[0, 0, -1]]])
    n, last = 2 * rings, len(points) - 1
    faces = []
    for j in range(n):
        k = (j + 1) % n
        faces.append((0, 1 + j, 1 + k))
        faces.append((last, last - n + k, last - n + j))
        for i in range(rings - 2):
            a, b = 1 + i * n + j, 1 + i * n + k
            faces += [(a, a + n, b), (b, a + n, b + n)]
    return points * radius * np.asarray(scale) + np.asarray(centre), np.array(faces)


def ball(radius=1.0, centre=(0, 0, 0), scale=(1, 1, 1), rings=24) -> Triangles:
    """The same, to draw."""
    points, faces = ball_arrays(radius, centre, scale, rings)
    normals = (points - np.asarray(centre)) / np.asarray(scale) ** 2
    normals /= np.linalg.norm(normals, axis=1, keepdims=True)
    return Triangles(points.astype("f4"), faces.astype("i4"), normals.astype("f4"))


def egg_body() -> Body:
    """A torso of eggs: skin, lungs in their pleura, a rib-like bar per side, a heart.

    Centred at the origin, 300 × 200 × 450 mm; +x is the left side.
    """
    parts = [
        ("skin", "Skin", "both", "skin", 0, ball_arrays(1, (0, 0, 0), (150, 100, 225), 40)),
        ("rib_5_left", "Rib 5", "left", "bone", 3,
         ball_arrays(1, (75, 78, 0), (45, 6, 8))),
        ("rib_5_right", "Rib 5", "right", "bone", 3,
         ball_arrays(1, (-75, 78, 0), (45, 6, 8))),
        ("parietal_pleura_left", "Parietal pleura", "left", "pleura", 4,
         ball_arrays(1, (70, 0, 20), (56, 66, 122))),
        ("parietal_pleura_right", "Parietal pleura", "right", "pleura", 4,
         ball_arrays(1, (-70, 0, 20), (56, 66, 122))),
        ("lung_left", "Left lung", "left", "organ", 5,
         ball_arrays(1, (70, 0, 20), (54, 64, 120))),
        ("lung_right", "Right lung", "right", "organ", 5,
         ball_arrays(1, (-70, 0, 20), (54, 64, 120))),
        ("heart", "Heart", "mid", "organ", 6,
         ball_arrays(1, (10, -40, 0), (12, 25, 40))),
    ]  # fmt: skip
    structures = {
        key: Structure(key, name, side, system, Surface.of(*arrays), layer, latin=name + " (Lat.)")
        for key, name, side, system, layer, arrays in parts
    }
    return Body(
        id="egg", name="Egg body", version="1", licence="CC0", attribution="made for tests",
        posture="standing", phase="end-expiration", subject=Subject("male", 175.0, 70.0),
        structures=structures, content_hash="egg-1",
        landmarks={"top": Landmark("top", "Top", np.array([0.0, 0.0, 225.0]))},
    )  # fmt: skip
