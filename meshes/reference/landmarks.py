"""Palpable and skeletal landmarks, by rule from the skeleton that was built.

Each row of ``tables/landmarks.toml`` names a bone and how its point is found: an extreme of the
surface along a direction (within a box), a spinous tip, the front of a bone at a share of its
breadth or in line with another landmark.
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
    if "share" in row:
        return np.asarray(_front_at(meshes[f"{row['bone']}_left"][0], row["share"]) * mirror)
    if "in_line_with" in row:
        line = landmark_of(row["in_line_with"], bones, meshes)[0]
        parts = [meshes[f"{b}_left"][0] for b in row["bones"] if f"{b}_left" in meshes]
        return np.asarray(_front_in_line(np.concatenate(parts), line) * mirror)
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
    along = points @ np.asarray(row["toward"], float)
    top = points[along >= along.max() - 1.0]
    # the middle of what stands out: one vertex of a rounded edge is chance
    found = top[np.argmin(np.linalg.norm(top - top.mean(axis=0), axis=1))].copy()
    if row["side"] == "mid":
        found[0] = 0.0
    return np.asarray(found)


def _front_at(points: Points, share: float) -> Points:
    """Front of the bone at a share of its extent from the midline."""
    low, high = points[:, 0].min(), points[:, 0].max()
    near = points[np.abs(points[:, 0] - low - share * (high - low)) < 4.0]
    middle = near.mean(axis=0)
    level = near[np.abs(near[:, 2] - middle[2]) < 4.0]
    return np.asarray(level[np.argmin(level[:, 1])])


def _front_in_line(points: Points, x: float) -> Points:
    """Front of a rib and its cartilage where an upright line crosses them."""
    near = points[(np.abs(points[:, 0] - x) < 3.0) & (points[:, 1] < points[:, 1].mean())]
    level = near[np.abs(near[:, 2] - near[:, 2].mean()) < 4.0]
    return np.asarray(level[np.argmin(level[:, 1])])
