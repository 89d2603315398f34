"""Drawing copies of surfaces: fewer triangles, float32, with normals. Never used for a distance.

`DisplaySurface` is another type than `Surface` on purpose: `meshes.index` does not accept it, so a
verdict cannot come from a simplified shape. Quadric collapse (fast-simplification) is used where it
is installed, else vertex clustering, whose error is bounded by its cell.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from meshes.surface import Surface

Points = NDArray[np.float64]
Faces = NDArray[np.int32]
_FORMAT = 2
_FEWEST = 60
_CREASE_COS = 0.5


@dataclass(frozen=True, eq=False)
class DisplaySurface:
    """A drawing copy: points (n, 3) and normals (n, 3) float32, triangles (m, 3) int32, world mm.

    ``error`` is the largest distance found from points of the original to the copy, mm; with
    vertex clustering it is an upper bound, with quadric collapse it is measured on a sample.
    """

    points: NDArray[np.float32]
    triangles: NDArray[np.int32]
    normals: NDArray[np.float32]
    error: float


@dataclass(frozen=True, eq=False)
class Drawing:
    """What is drawn of one structure: ``fine`` at rest, ``coarse`` while the view moves."""

    fine: DisplaySurface
    coarse: DisplaySurface


def drawings(
    surfaces: Mapping[str, Surface],
    fine_budget: int = 900_000,
    coarse_budget: int = 70_000,
    cache_dir: Path | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Drawing]:
    """Return drawing copies of all surfaces, within two budgets of triangles altogether.

    With ``cache_dir`` the result is kept there under the hash of the surfaces and the budgets; a
    damaged or foreign file is made anew. ``cancelled`` is asked between structures; when it says
    yes the result holds only what was ready and is not kept.
    """
    path = None
    if cache_dir is not None:
        path = cache_dir / f"{_key(surfaces, fine_budget, coarse_budget)}.npz"
        kept = _read(path, list(surfaces))
        if kept is not None:
            return kept
    counts = {key: len(s.triangles) for key, s in surfaces.items()}
    fine_share, coarse_share = _shares(counts, fine_budget), _shares(counts, coarse_budget)
    made: dict[str, Drawing] = {}
    for key, surface in surfaces.items():
        if cancelled():
            return made
        fine = display(surface, fine_share[key])
        made[key] = Drawing(fine, display(surface, coarse_share[key]))
    if path is not None:
        _write(path, made)
    return made


def kept_drawings(
    surfaces: Mapping[str, Surface], fine_budget: int, coarse_budget: int, cache_dir: Path
) -> dict[str, Drawing] | None:
    """Return what `drawings` would read from ``cache_dir``, or ``None`` if it had to make it."""
    key = _key(surfaces, fine_budget, coarse_budget)
    return _read(cache_dir / f"{key}.npz", list(surfaces))


def hasty_drawings(
    surfaces: Mapping[str, Surface],
    budget: int,
    cancelled: Callable[[], bool] = lambda: False,
) -> dict[str, Drawing]:
    """Return rough copies of all surfaces in a tenth of the time, within about three budgets.

    To look at until the real ones are there: points are merged by cells whatever is installed, and
    fine and coarse are the same copy.
    """
    share = _shares({key: len(s.triangles) for key, s in surfaces.items()}, budget)
    made: dict[str, Drawing] = {}
    for key, surface in surfaces.items():
        if cancelled():
            break
        copy = _hasty(surface.points, surface.triangles, share[key])
        made[key] = Drawing(copy, copy)
    return made


def _hasty(points: Points, faces: Faces, target: int) -> DisplaySurface:
    """Merge by cells, lit as the original is: a merged shape's own facets would be all one sees."""
    if len(faces) <= target:
        return _shaded(points, faces, 0.0)
    corners = points[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    area = float(np.linalg.norm(across, axis=1).sum()) / 2
    flat, n = faces.ravel(), len(points)
    sums = [np.bincount(flat, np.repeat(across[:, k], 3), n) for k in range(3)]
    towards: Points = np.stack(sums, axis=1).astype(np.float64)
    # The two sides of a thin sheet stay apart, else they would cancel each other's light.
    side = (towards > 0) @ np.array([1, 2, 4])
    group, merged, error = _grouped(points, faces, _cell_of(area, target), side)
    if not len(merged):
        return _shaded(points, faces, 0.0)
    normals = _units(_mean(towards, group)).astype(np.float32)
    return DisplaySurface(_mean(points, group).astype(np.float32), merged, normals, error)


def display(surface: Surface, max_triangles: int) -> DisplaySurface:
    """Return a drawing copy with at most about ``max_triangles``, original if it is small enough.

    The result is never empty: a surface that would vanish is drawn as it is.
    """
    points, faces = _welded(surface.points, surface.triangles)
    error = 0.0
    if len(faces) > max_triangles:
        fewer, fewer_faces, error = _reduced(points, faces, max(max_triangles, _FEWEST))
        if len(fewer_faces):
            points, faces = fewer, fewer_faces
        else:
            error = 0.0
    return _shaded(points, faces, error)


def clustered(points: Points, faces: Faces, cell: float) -> tuple[Points, Faces, float]:
    """Merge the points of each cubic cell of edge ``cell`` mm into their mean.

    Returns points, triangles and the bound of the error: the diagonal of a cell. Triangles that
    fall together are dropped.
    """
    mean, merged, error = _merged(points, faces, cell)
    _, first = np.unique(np.sort(merged, axis=1), axis=0, return_index=True)
    return mean, merged[np.sort(first)], error


def _merged(points: Points, faces: Faces, cell: float) -> tuple[Points, Faces, float]:
    """As `clustered`, but triangles that fall on each other stay."""
    group, merged, error = _grouped(points, faces, cell)
    return _mean(points, group), merged, error


def _grouped(
    points: Points, faces: Faces, cell: float, kind: NDArray[np.int64] | int = 0
) -> tuple[NDArray[np.int64], Faces, float]:
    """Group points by cell and kind (0–7); the triangles between groups, the error's bound."""
    index = np.floor((points - points.min(axis=0)) / cell).astype(np.int64)
    spread = index.max(axis=0) + 1
    code = ((index[:, 0] * spread[1] + index[:, 1]) * spread[2] + index[:, 2]) * 8 + kind
    _, group = np.unique(code, return_inverse=True)
    merged = group[faces]
    a, b, c = merged.T
    merged = merged[(a != b) & (b != c) & (a != c)]
    return group, merged.astype(np.int32), float(cell * np.sqrt(3.0))


def _mean(values: Points, group: NDArray[np.int64]) -> Points:
    size = np.bincount(group)
    return np.stack([np.bincount(group, values[:, k]) / size for k in range(3)], axis=1)


def _reduced(points: Points, faces: Faces, target: int) -> tuple[Points, Faces, float]:
    try:
        import fast_simplification
    except ImportError:
        return _clustered_to(points, faces, target)
    fewer, fewer_faces = fast_simplification.simplify(
        points.astype(np.float64), faces.copy(), target_count=target
    )
    fewer = np.asarray(fewer, dtype=np.float64)
    fewer_faces = np.asarray(fewer_faces, dtype=np.int32)
    if len(fewer_faces) == 0:
        return points, fewer_faces, 0.0
    return fewer, fewer_faces, _measured_error(points, fewer, fewer_faces)


def _clustered_to(points: Points, faces: Faces, target: int) -> tuple[Points, Faces, float]:
    cell = _cell_for(points, faces, target)
    for _ in range(12):
        result = clustered(points, faces, cell)
        if len(result[1]) <= target:
            return result
        cell *= 1.15
    return result


def _cell_for(points: Points, faces: Faces, target: int) -> float:
    """Edge of a cell that leaves about this many triangles, mm."""
    corners = points[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    return _cell_of(float(np.linalg.norm(across, axis=1).sum()) / 2, target)


def _cell_of(area: float, target: int) -> float:
    return max(float(np.sqrt(2 * area / target)), 1e-6)


def _measured_error(points: Points, fewer: Points, faces: Faces) -> float:
    from scipy.spatial import cKDTree  # slow to import: not before it is used

    sample = points[:: max(1, len(points) // 4000)]
    targets = np.concatenate([fewer, fewer[faces].mean(axis=1)])
    return float(cKDTree(targets).query(sample)[0].max())


def _welded(points: Points, faces: Faces) -> tuple[Points, Faces]:
    """Join points of equal position, as shading and collapse need shared points."""
    keys = np.ascontiguousarray(points + 0.0).view(np.dtype((np.void, 24))).ravel()
    _, first, group = np.unique(keys, return_index=True, return_inverse=True)
    if len(first) == len(points):
        return points, faces
    merged = group[faces]
    a, b, c = merged.T
    keep = (a != b) & (b != c) & (a != c)
    return points[first], merged[keep].astype(np.int32) if keep.any() else faces


def _shaded(points: Points, faces: Faces, error: float) -> DisplaySurface:
    """Give every point a normal; triangles at a sharp edge get points of their own."""
    corners = points[faces]
    across = np.cross(corners[:, 1] - corners[:, 0], corners[:, 2] - corners[:, 0])
    flat = faces.ravel()
    weight = np.repeat(across, 3, axis=0)
    n = len(points)
    sums = [np.bincount(flat, weight[:, k], n).astype(np.float64) for k in range(3)]
    normals = _units(np.stack(sums, axis=1))
    own = _units(across)
    sharp = (np.einsum("fkj,fj->fk", normals[faces], own) < _CREASE_COS).any(axis=1)
    if sharp.any():
        extra = faces[sharp].ravel()
        triangles = faces.copy()
        triangles[sharp] = (n + np.arange(len(extra))).reshape(-1, 3)
        points = np.concatenate([points, points[extra]])
        normals = np.concatenate([normals, np.repeat(own[sharp], 3, axis=0)])
        faces = triangles
    return DisplaySurface(
        points.astype(np.float32), faces.astype(np.int32), normals.astype(np.float32), error
    )


def _units(vectors: Points) -> Points:
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return vectors / np.where(length > 0, length, 1.0)


def _shares(counts: Mapping[str, int], budget: int) -> dict[str, int]:
    """Split a budget: large surfaces give more, none gets less than it needs to keep a shape."""
    total = sum(counts.values())
    if total <= budget:
        return dict(counts)
    weight = {key: count**0.75 for key, count in counts.items()}
    scale = budget / max(sum(weight.values()), 1.0)
    return {key: max(_FEWEST, int(weight[key] * scale)) for key in counts}


def _key(surfaces: Mapping[str, Surface], *numbers: int) -> str:
    method = "quadric" if find_spec("fast_simplification") else "clustered"
    digest = hashlib.sha256(repr((_FORMAT, method, numbers)).encode())
    for key, surface in surfaces.items():
        digest.update(key.encode())
        digest.update(surface.content_hash.encode())
    return digest.hexdigest()[:32]


def _write(path: Path, made: Mapping[str, Drawing]) -> None:
    """Keep the copies in one file of few arrays; a disk that refuses is no reason to fail."""
    copies = [c for d in made.values() for c in (d.fine, d.coarse)]
    arrays = {
        "ids": np.array(list(made)),
        "sizes": np.array([(len(c.points), len(c.triangles)) for c in copies]),
        "errors": np.array([c.error for c in copies]),
        "points": np.concatenate([c.points for c in copies]),
        "triangles": np.concatenate([c.triangles for c in copies]),
        "normals": np.concatenate([np.rint(c.normals * 127).astype(np.int8) for c in copies]),
    }
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
        temporary.replace(path)
    except OSError:
        temporary.unlink(missing_ok=True)


def _read(path: Path, ids: list[str]) -> dict[str, Drawing] | None:
    try:
        with np.load(path, allow_pickle=False) as file:
            if file["ids"].tolist() != ids:
                return None
            sizes, errors = file["sizes"], file["errors"]
            points, triangles = file["points"], file["triangles"]
            normals = file["normals"].astype(np.float32) / np.float32(127)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile):
        return None
    ends = np.cumsum(sizes, axis=0)
    copies = [
        DisplaySurface(points[p - n : p], triangles[t - m : t], normals[p - n : p], float(error))
        for (n, m), (p, t), error in zip(sizes, ends, errors, strict=True)
    ]
    return {key: Drawing(copies[2 * i], copies[2 * i + 1]) for i, key in enumerate(ids)}
