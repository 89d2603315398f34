"""A torso made of formulas, as large as a fine atlas: what the benchmarks measure on.

Not anatomy and not shipped as such: ellipsoids, arcs and wavy tubes where organs, ribs, nerves and
vessels would be, so that anyone can time the same surfaces without any data. Deterministic.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body, Subject
from meshes.catalogue import Structure
from meshes.surface import Surface, SurfaceKind
from zones.danger import DangerZone
from zones.needle import Needle

Floats = NDArray[np.float64]
SKIN = (150.0, 105.0, 260.0)
"""Half axes of the skin, mm."""


def synthetic_body(detail: float = 1.0) -> Body:
    """Return 112 closed danger structures in a skin; about 1.1 million triangles at ``detail`` 1.

    ``detail`` scales the edges along both directions of every surface.
    """
    rng = np.random.default_rng(20260101)
    parts = [("skin", "mid", "skin", _blob(SKIN, (0, 0, 0), rng, 140 * detail, 0.0))]
    parts += _organs(rng, detail) + _ribs(detail) + _tubes(rng, detail)
    structures = {
        name: Structure(name, name.replace("_", " "), side, system, surface)
        for name, side, system, surface in parts
    }
    return Body(
        "synthetic", "Synthetic torso", "1", "CC0", "made by the benchmarks", "standing", "none",
        Subject(), structures, f"synthetic-{detail}",
    )  # fmt: skip


def synthetic_zones(body: Body, margin_mm: float = 10.0) -> list[DangerZone]:
    """Return one zone per structure but the skin."""
    return [
        DangerZone(s.id, s.name, s.side, (s.id,), margin_mm, "convention", "serious", "",
                   "convention", "convention")
        for s in body.structures.values()
        if s.system != "skin"
    ]  # fmt: skip


def inward_needles(body: Body, count: int, seed: int = 1) -> list[Needle]:
    """Return needles from points of the skin inwards: 0–60° of tilt, 5–80 mm, the usual shafts."""
    rng = np.random.default_rng(seed)
    skin = body.skin
    if skin is None:
        raise ValueError("the body has no skin to start from")
    points, triangles = skin.surface.points, skin.surface.triangles
    needles = []
    for corners in points[triangles[rng.integers(len(triangles), size=count)]]:
        inward = -np.cross(corners[1] - corners[0], corners[2] - corners[0])
        inward /= np.linalg.norm(inward) or 1.0
        across = np.cross(inward, rng.normal(size=3))
        across /= np.linalg.norm(across)
        tilt = np.radians(rng.uniform(0, 60))
        direction = np.cos(tilt) * inward + np.sin(tilt) * across
        depth, radius = rng.uniform(5, 80), rng.choice([0.08, 0.125, 0.15, 0.2])
        needles.append(Needle(rng.dirichlet(np.ones(3)) @ corners, direction, depth, radius))
    return needles


def _organs(rng: np.random.Generator, detail: float) -> list[tuple[str, str, str, Surface]]:
    made = []
    for side, sign in (("left", 1), ("right", -1)):
        for name, system, axes, at, n in (
            ("parietal_pleura", "pleura", (54, 68, 125), (68, -5, 70), 110),
            ("lung", "organ", (52, 66, 122), (68, -5, 70), 110),
            ("kidney", "organ", (28, 22, 55), (62, 45, -110), 70),
            ("lung_root", "organ", (18, 16, 30), (30, 5, 70), 50),
        ):
            surface = _blob(axes, (sign * at[0], at[1], at[2]), rng, n * detail, 0.02)
            made.append((f"{name}_{side}", side, system, surface))
    for name, axes, at, n in (
        ("heart", (52, 42, 62), (18, -38, 40), 90),
        ("liver", (88, 68, 62), (-42, -15, -75), 100),
        ("spleen", (32, 26, 52), (88, 25, -70), 70),
        ("stomach", (55, 40, 60), (45, -40, -90), 80),
        ("bladder", (40, 35, 35), (0, -40, -215), 60),
    ):
        made.append((name, "mid", "organ", _blob(axes, at, rng, n * detail, 0.03)))
    return made


def _ribs(detail: float) -> list[tuple[str, str, str, Surface]]:
    made = []
    for number in range(12):
        for side, sign in (("left", 1), ("right", -1)):

            def course(t: Floats, number: int = number, sign: int = sign) -> Floats:
                angle = np.pi * (0.5 - t * (0.95 if number < 10 else 0.6))
                girth = np.sin(np.pi * (number + 2.5) / 15)
                x = sign * (14 + 112 * girth * np.cos(angle))
                y = 82 * girth * np.sin(angle)
                return np.stack([x, y, 175 - 24 * number - 45 * t], axis=1)

            surface = _tube(course, 6.0, 170 * detail, 24 * detail)
            made.append((f"rib_{number + 1}_{side}", side, "bone", surface))
    return made


def _tubes(rng: np.random.Generator, detail: float) -> list[tuple[str, str, str, Surface]]:
    """33 courses per side: vessels and nerves of many calibres, none through another's axis."""
    made = [
        ("aorta", "mid", "vessel", _line((8, 30, 190), (8, 45, -200), 11.0, 4.0, 0.0, detail)),
        ("vena_cava", "mid", "vessel", _line((-14, 25, 60), (-14, 45, -200), 10.0, 3.0, 1.0,
                                             detail)),
        ("spinal_cord", "mid", "nerve", _line((0, 78, 240), (0, 74, -160), 5.0, 6.0, 0.5, detail)),
    ]  # fmt: skip
    for number in range(33):
        start = np.array([rng.uniform(8, 40), rng.uniform(-20, 80), rng.uniform(-180, 230)])
        end = start + np.array([rng.uniform(50, 95), rng.uniform(-70, 20), rng.uniform(-90, 60)])
        radius, wave, phase = rng.uniform(0.8, 4.0), rng.uniform(2, 14), rng.uniform(0, 6)
        system = "nerve" if number % 2 else "vessel"
        for side, sign in (("left", 1), ("right", -1)):
            mirror = np.array([sign, 1, 1])
            surface = _line(start * mirror, end * mirror, radius, wave, phase, detail)
            made.append((f"{system}_{number + 1}_{side}", side, system, surface))
    return made


def _line(start: object, end: object, radius: float, wave: float, phase: float,
          detail: float) -> Surface:  # fmt: skip
    a, b = np.asarray(start, float), np.asarray(end, float)

    def course(t: Floats) -> Floats:
        sway = wave * np.sin(np.pi * t) * np.sin(7 * t + phase)
        return a + t[:, None] * (b - a) + sway[:, None] * np.array([0.3, 0.5, 0.2])

    return _tube(course, radius, 200 * detail, 24 * detail)


def _blob(axes: object, centre: object, rng: np.random.Generator, rings: float,
          bumps: float) -> Surface:  # fmt: skip
    n, m = max(4, int(rings)), max(8, int(2 * rings))
    theta = np.linspace(0, np.pi, n + 1)[1:-1, None]
    phi = np.linspace(0, 2 * np.pi, m, endpoint=False)[None]
    a, b, c = rng.uniform(0, 6, 3)
    swell = 1 + bumps * np.sin(4 * theta + a) * np.sin(theta) * np.sin(3 * phi + b)
    swell = swell + bumps * np.sin(9 * theta + c) * np.sin(theta) * np.cos(7 * phi)
    unit = np.stack(np.broadcast_arrays(
        np.sin(theta) * np.cos(phi), np.sin(theta) * np.sin(phi), np.cos(theta) + 0 * phi
    ), axis=-1)  # fmt: skip
    grid = unit * swell[..., None] * np.asarray(axes) + np.asarray(centre)
    poles = np.array([[0, 0, 1.0], [0, 0, -1.0]]) * np.asarray(axes) + np.asarray(centre)
    return _closed(grid, poles[0], poles[1])


def _tube(course: Callable[[Floats], Floats], radius: float, along: float,
          around: float) -> Surface:  # fmt: skip
    n, m = max(4, int(along)), max(6, int(around))
    axis = course(np.linspace(0, 1, n))
    tangent = np.gradient(axis, axis=0)
    tangent /= np.linalg.norm(tangent, axis=1, keepdims=True)
    side = np.cross(tangent, [0.13, 0.21, 0.97])
    side /= np.linalg.norm(side, axis=1, keepdims=True)
    up = np.cross(tangent, side)
    phi = np.linspace(0, 2 * np.pi, m, endpoint=False)[None, :, None]
    grid = axis[:, None] + radius * (np.cos(phi) * side[:, None] + np.sin(phi) * up[:, None])
    return _closed(grid, axis[0] - radius * tangent[0], axis[-1] + radius * tangent[-1])


def _closed(grid: Floats, first: Floats, last: Floats) -> Surface:
    """Close a grid (n rings, m points) with a point at each end; wound outward."""
    n, m, _ = grid.shape
    points = np.concatenate([grid.reshape(-1, 3), first[None], last[None]])
    k = np.arange(m)
    after = (k + 1) % m
    rows = np.arange(n - 1)[:, None] * m
    a, b = (rows + k).ravel(), (rows + after).ravel()
    faces = np.concatenate([
        np.stack([a, a + m, b], axis=1), np.stack([b, a + m, b + m], axis=1),
        np.stack([np.full(m, n * m), k, after], axis=1),
        np.stack([np.full(m, n * m + 1), (n - 1) * m + after, (n - 1) * m + k], axis=1),
    ])  # fmt: skip
    corners = points[faces] - points.mean(axis=0)
    if np.linalg.det(corners).sum() < 0:
        faces = faces[:, ::-1]
    return Surface.of(points, faces, SurfaceKind.SOLID)
