"""What the engine is timed against: the exact or sampled distance of other libraries.

Each peer is given the same surfaces and the same needles, answers the distance from the axis to
every surface, and is timed as a user would call it. Peers are optional (extra ``bench``); one that
is not installed is left out and named. VTK's lives in `viewer.bench.peers_vtk`.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meshes.surface import Surface
from viewer.bench.samples import axis_samples
from zones.needle import Needle

Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Peer:
    """``prepare(surfaces)`` builds what the library needs; the result maps a needle to distances.

    Distances (k,) are unsigned, from the axis, mm. ``is_slow`` peers see fewer needles.
    """

    name: str
    how: str
    prepare: Callable[[Sequence[Surface]], Callable[[Needle], Floats]]
    is_slow: bool = False


def available() -> tuple[list[Peer], list[str]]:
    """Return the peers that can be imported, and the names of those that cannot."""
    found, missing = [], []
    for module, peer in (
        ("open3d", Peer("Open3D", "scene distances, a point every 0.5 mm", open3d_scenes)),
        ("vtkmodules", Peer("VTK", "vtkImplicitPolyDataDistance, a point every 0.5 mm",
                            _vtk, is_slow=True)),
        ("fcl", Peer("python-fcl", "exact, the needle as one triangle", fcl_trees)),
    ):  # fmt: skip
        try:
            importlib.import_module(module)
        except ImportError:  # also a library whose own system libraries are missing
            missing.append(peer.name)
        else:
            found.append(peer)
    return found, missing


def _vtk(surfaces: Sequence[Surface]) -> Callable[[Needle], Floats]:
    from viewer.bench.peers_vtk import implicit_distances

    return implicit_distances(surfaces)


def open3d_scenes(surfaces: Sequence[Surface]) -> Callable[[Needle], Floats]:
    """One ray-casting scene per surface, asked for the unsigned distance of axis samples."""
    import open3d as o3d

    scenes = []
    for surface in surfaces:
        scene = o3d.t.geometry.RaycastingScene(nthreads=0)
        scene.add_triangles(
            o3d.core.Tensor(surface.points.astype(np.float32)),
            o3d.core.Tensor(surface.triangles.astype(np.uint32)),
        )
        scene.compute_distance(o3d.core.Tensor(np.zeros((1, 3), np.float32)))  # builds it
        scenes.append(scene)

    def distances(needle: Needle) -> Floats:
        points = o3d.core.Tensor(axis_samples(needle).astype(np.float32))
        found = [float(scene.compute_distance(points).min().item()) for scene in scenes]
        return np.array(found)

    return distances


def fcl_trees(surfaces: Sequence[Surface]) -> Callable[[Needle], Floats]:
    """One bounding-volume tree per surface; the needle is a triangle with two equal corners."""
    import fcl

    def tree(points: Floats, triangles: NDArray[np.int32]) -> object:
        model = fcl.BVHModel()
        model.beginModel(len(points), len(triangles))
        model.addSubModel(points, triangles)
        model.endModel()
        return model

    objects = [fcl.CollisionObject(tree(s.points, s.triangles)) for s in surfaces]
    one = np.array([[0, 1, 2]], np.int32)

    def distances(needle: Needle) -> Floats:
        axis = tree(np.stack([needle.entry, needle.tip, needle.tip]), one)
        moving = fcl.CollisionObject(axis)
        found = []
        for still in objects:
            result = fcl.DistanceResult()
            found.append(max(0.0, fcl.distance(still, moving, fcl.DistanceRequest(), result)))
        return np.array(found)

    return distances
