"""What lines are timed against: rays and sphere tracing of other libraries, all surfaces as one.

Rays know no margin: they say where a line meets a surface, not where it comes too near, so that
nearly all of their limits are late. Sphere tracing by a library's distances knows it; in float32 it
errs by what that rounds. Peers are optional, as in `viewer.bench.peers`.
"""

from __future__ import annotations

import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meshes.surface import Surface

Floats = NDArray[np.float64]
Distances = Callable[[Floats], Floats]
Limits = Callable[[Floats, Floats, float, float], Floats]
"""Origins (n, 3), unit lines (n, 3), reach and depth, mm, to depths (n,) where each is stopped."""

NEAR_MM = 0.02
MOST_STEPS = 300


@dataclass(frozen=True)
class LinePeer:
    """``prepare(surface)`` builds what the library needs; slow peers see ``most`` lines."""

    name: str
    prepare: Callable[[Surface], Limits]
    most: int


def line_peers() -> list[LinePeer]:
    """Return the peers that are installed."""
    found = []
    if importlib.util.find_spec("open3d") is not None:
        found += [
            LinePeer("Open3D, rays (Embree) without a margin", open3d_rays, 10**9),
            LinePeer("Open3D, sphere tracing", open3d_tracing, 10**9),
        ]
    if importlib.util.find_spec("vtkmodules") is not None:
        found.append(LinePeer("VTK, sphere tracing", vtk_tracing, 60))
    return found


def traced(distances: Distances) -> Limits:
    """Follow lines by a library's distances until they are within reach, `NEAR_MM` near."""

    def limits(origins: Floats, lines: Floats, reach: float, depth: float) -> Floats:
        found, at = np.full(len(lines), np.inf), np.zeros(len(lines))
        on = np.arange(len(lines))
        for _ in range(MOST_STEPS):
            free = distances(origins[on] + at[on, None] * lines[on]) - reach
            stopped = on[free <= NEAR_MM]
            found[stopped] = at[stopped]
            at[on] += free
            on = on[(free > NEAR_MM) & (at[on] <= depth)]
            if not len(on):
                break
        return found

    return limits


def _scene(surface: Surface) -> object:
    import open3d as o3d

    scene = o3d.t.geometry.RaycastingScene(nthreads=0)
    scene.add_triangles(
        o3d.core.Tensor(surface.points.astype(np.float32)),
        o3d.core.Tensor(surface.triangles.astype(np.uint32)),
    )
    scene.compute_distance(o3d.core.Tensor(np.zeros((1, 3), np.float32)))  # builds it
    return scene


def open3d_rays(surface: Surface) -> Limits:
    """First hits, whatever the reach."""
    import open3d as o3d

    scene = _scene(surface)

    def limits(origins: Floats, lines: Floats, reach: float, depth: float) -> Floats:
        rays = np.concatenate([origins, lines], axis=1).astype(np.float32)
        hits = scene.cast_rays(o3d.core.Tensor(rays))["t_hit"].numpy().astype(np.float64)
        return np.where(hits <= depth, hits, np.inf)

    return limits


def open3d_tracing(surface: Surface) -> Limits:
    """Sphere tracing by float32 distances."""
    import open3d as o3d

    scene = _scene(surface)

    def distances(points: Floats) -> Floats:
        asked = o3d.core.Tensor(np.ascontiguousarray(points, np.float32))
        found: Floats = scene.compute_distance(asked).numpy().astype(np.float64)
        return found

    return traced(distances)


def vtk_tracing(surface: Surface) -> Limits:
    """Sphere tracing by the absolute value of VTK's signed distance."""
    from viewer.bench.peers_vtk import unsigned_distances

    return traced(unsigned_distances(surface))
