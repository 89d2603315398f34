"""Palpable and skeletal landmarks, by rule from the skeleton that was built.

Each row of ``tables/landmarks.toml`` names a bone and how its point is found: an extreme of the
surface along a direction (within a box), a vertebra's own point, or a point of a rib on a line.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meshes.body import Landmark
from meshes.reference.meshing import Mesh
from meshes.reference.skeleton import Skeleton
from meshes.reference.tables import read_table

Points = NDArray[np.float64]


def landmark_rows() -> list[dict[str, Any]]:
    """Every landmark of the table, spinous processes and paired sides written out."""
    t = read_table("landmarks")
    out = []
    for level in t["spinous"]["levels"]:
        out.append(
            {"id": f"{level}_spinous_process", "name": f"{level.upper()} spinous process",
             "rule": t["spinous"]["rule"], "spinous": level, "side": "mid"}
        )  # fmt: skip
    for row in t["landmark"]:
        sides = ("left", "right") if row["side"] == "both" else (row["side"],)
        for side in sides:
            tail = f"_{side}" if row["side"] == "both" else ""
            word = f" {side}" if row["side"] == "both" else ""
            out.append({**row, "id": row["id"] + tail, "name": row["name"] + word, "side": side})
    return out


def landmark_points(bones: Skeleton, meshes: Mapping[str, Mesh]) -> dict[str, Points]:
    """Every landmark's point, (3,) mm, by id."""
    return {row["id"]: _point(row, bones, meshes) for row in landmark_rows()}


def landmarks(points: Mapping[str, Points]) -> dict[str, Landmark]:
    """The landmarks as a body carries them."""
    return {
        row["id"]: Landmark(
            row["id"], row["name"], points[row["id"]], row["rule"], "tables/landmarks.toml"
        )
        for row in landmark_rows()
    }


def _point(row: dict[str, Any], bones: Skeleton, meshes: Mapping[str, Mesh]) -> Points:
    sign = -1.0 if row["side"] == "right" else 1.0
    mirror = np.array([sign, 1.0, 1.0])
    if "spinous" in row:
        level = row["spinous"]
        key = "sacrum" if level[0] == "s" else f"vertebra_{level}"
        return _spinous(meshes[key][0], bones.column[level].spinous_tip)
    if "rib" in row:
        return np.asarray(_on_rib(bones, row["rib"], row["angle"]) * mirror)
    if "between" in row:
        a, b = (np.asarray(landmark_of(n, bones, meshes)) for n in row["between"])
        return np.asarray((a + (b - a) * row["share"]) * mirror)
    key = row["bone"] if row["bone"] in meshes else f"{row['bone']}_left"
    return np.asarray(_extreme(meshes[key][0], row) * mirror)


def landmark_of(stem: str, bones: Skeleton, meshes: Mapping[str, Mesh]) -> Points:
    """Left (or middle) point of another row of the table."""
    row = next(r for r in landmark_rows() if r["id"] in (stem, f"{stem}_left"))
    return _point(row, bones, meshes)


def _spinous(points: Points, tip: Points) -> Points:
    near = points[(np.abs(points[:, 0]) < 8.0) & (np.linalg.norm(points - tip, axis=1) < 14.0)]
    found = near[np.argmax(near[:, 1])].copy()
    found[0] = 0.0
    return np.asarray(found)


def _extreme(points: Points, row: dict[str, Any]) -> Points:
    if "low" in row:
        inside = np.all((points >= row["low"]) & (points <= row["high"]), axis=1)
        points = points[inside]
    found = points[np.argmax(points @ np.asarray(row["toward"], float))].copy()
    if row["side"] == "mid":
        found[0] = 0.0
    return np.asarray(found)


def _on_rib(bones: Skeleton, number: int, angle: float) -> Points:
    from meshes.reference.cage import angle_of

    bar = bones.ribs[number]
    p = bar.path.points
    phi = angle_of(p[:, 0], p[:, 1], p[:, 2])
    phi[: int(0.10 * len(p))] = 400.0  # the neck turns back behind the tubercle
    i = int(np.argmin(np.abs(phi - angle)))
    return np.asarray(p[i] + bar.path.normal[i] * bar.half_thickness[i])
