"""A chest of closed form: ribs as rings on an ellipse, stacked evenly, lungs of two ellipsoids."""

from __future__ import annotations

import numpy as np
from shapes import ball_arrays

from meshes.body import Body, Subject
from meshes.catalogue import Structure
from meshes.surface import Surface

WIDE, DEEP = 130.0, 95.0
"""Half axes of the ellipse that the ribs' centre lines lie on, mm."""

THICK = 4.0
SPACING = 25.0
LUNG_LOW = -25.0
ORDINALS = ("First", "Second", "Third", "Fourth", "Fifth", "Sixth", "Seventh", "Eighth", "Ninth",
            "Tenth", "Eleventh", "Twelfth")  # fmt: skip


def rib_height(number: int) -> float:
    """z of a rib, the same all around."""
    return 150.0 - SPACING * number


def narrowing(z):
    """How much the chest is narrower at a height than at its widest."""
    return np.sqrt(1.0 - (np.asarray(z, float) / 420.0) ** 2)


def ring_arrays(number: int, turn: float, from_deg=12.0, to_deg=168.0, n=80, sides=12):
    """Half a ring, closed at both ends: angles from the front, over the side, to the back."""
    angle = np.radians(np.linspace(from_deg, to_deg, n))
    z, share = rib_height(number), narrowing(rib_height(number))
    out = np.stack([np.sin(angle), -np.cos(angle), 0 * angle], 1)
    line = out * (WIDE * share, DEEP * share, 0) + (0, 0, z)
    normal = out / (WIDE, DEEP, 1.0)
    normal /= np.linalg.norm(normal, axis=1, keepdims=True)
    around = 2 * np.pi * np.arange(sides) / sides
    rings = line[:, None] + THICK * (
        np.cos(around)[None, :, None] * normal[:, None]
        + np.sin(around)[None, :, None] * np.array([0.0, 0.0, 1.0])
    )
    points = np.concatenate([rings.reshape(-1, 3), line[:1], line[-1:]]) * (turn, 1, 1)
    i = np.arange(sides)
    j = (i + 1) % sides
    faces = []
    for k in range(n - 1):
        a, b = k * sides, (k + 1) * sides
        faces += [np.stack([a + i, a + j, b + j], 1), np.stack([a + i, b + j, b + i], 1)]
    end = (n - 1) * sides
    faces += [np.stack([np.full(sides, n * sides), j, i], 1),
              np.stack([np.full(sides, n * sides + 1), end + i, end + j], 1)]  # fmt: skip
    made = np.concatenate(faces)
    corners = points[made]
    volume = np.einsum("ij,ij->i", corners[:, 0], np.cross(corners[:, 1], corners[:, 2])).sum()
    return points, made if volume > 0 else made[:, ::-1]


def torso(with_pleura: bool = False, lowest_rib: int = 12) -> Body:
    """Ribs, vertebrae, clavicles, lungs and, if asked for, a pleura that ends with the lungs."""
    parts = []
    for turn, side in ((1.0, "left"), (-1.0, "right")):
        for n in range(1, lowest_rib + 1):
            front = 12.0 if n <= 10 else 100.0
            parts.append((f"rib_{n}_{side}", f"{ORDINALS[n - 1]} rib ({side})", side, "bone",
                          ring_arrays(n, turn, from_deg=front)))  # fmt: skip
            if n <= 10:
                parts.append((f"costal_cartilage_{n}_{side}", f"Costal cartilage {n} ({side})",
                              side, "cartilage",
                              ring_arrays(n, turn, from_deg=5.0, to_deg=12.5, n=8)))  # fmt: skip
        parts.append((f"clavicle_{side}", f"Clavicle ({side})", side, "bone",
                      ball_arrays(1.0, (70.0 * turn, -80, 140), (65, 8, 8))))  # fmt: skip
        lung = ((62.0 * turn, 0.0, 40.0), (44.0, 62.0, 40.0 - LUNG_LOW))
        parts.append((f"lung_{side}", f"Lung ({side})", side, "organ", ball_arrays(1.0, *lung)))
        if with_pleura:
            wide = (lung[0], tuple(v + 1.5 for v in lung[1]))
            parts.append((f"parietal_pleura_{side}", f"Parietal pleura ({side})", side, "pleura",
                          ball_arrays(1.0, *wide)))  # fmt: skip
    levels = ["C7", *(f"T{n}" for n in range(1, 13)), "L1"]
    for n, level in enumerate(levels):
        parts.append((f"vertebra_{level.lower()}", f"Vertebra {level}", "mid", "bone",
                      ball_arrays(1.0, (0, 92, 150 - SPACING * n), (32, 20, 9))))  # fmt: skip
    structures = {
        key: Structure(key, name, side, system, Surface.of(*arrays))
        for key, name, side, system, arrays in parts
    }
    return Body("torso", "Torso", "1", "CC0", "made for tests", "standing", "end-expiration",
                Subject("male", 175.0, 70.0), structures, f"torso-{with_pleura}")  # fmt: skip
