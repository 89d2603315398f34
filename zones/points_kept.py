"""Resolved points on disk, by the content of the body and of the rules: seen again at once.

The file is a cache: without it, or with one that cannot be read, every point is found anew.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from functools import cache
from importlib.resources import files
from pathlib import Path
from typing import Any

import numpy as np

from meshes.body import Body
from meshes.io.whole_file import whole_file
from zones.needle import Vector
from zones.point_catalogue import point_catalogue
from zones.points import ResolvedPoint, resolve_point
from zones.skin import skin_normal

FORMAT = 1
"""Raise it when the way a point is found changes: kept points are then found again."""

_RULES = ("trigger_points.toml", "landmarks.toml")
_VECTORS = ("entry", "direction", "anchor")
_TUPLES = ("depth_band", "landmarks", "muscles")

Key = tuple[str, str]
"""Catalogue id and side."""


@dataclass(frozen=True, eq=False)
class FoundPoint:
    """A resolved point with the outward skin normal at its entry, (3,) unit; ``None`` without."""

    resolved: ResolvedPoint
    outward: Vector | None

    @property
    def key(self) -> Key:
        """Catalogue id and side."""
        return self.resolved.point.id, self.resolved.side


def find_point(body: Body, point_id: str, side: str) -> FoundPoint:
    """Find one point, without any cache; raises `UnknownPointError` as `resolve_point`."""
    found = resolve_point(body, point_id, side)
    outward = None if found.entry is None else -skin_normal(body, found.entry)
    return FoundPoint(found, outward)


def found_points(body: Body, cache_dir: Path | None = None) -> Mapping[Key, FoundPoint]:
    """Find every point on every side it has, in the catalogue's order; kept on disk.

    Takes some seconds the first time. ``cache_dir``: default ``points`` in the user's cache folder.
    """
    kept = read_points(body, cache_dir)
    if kept is not None:
        return kept
    made = [
        find_point(body, key, side)
        for key, point in point_catalogue().points.items()
        for side in point.sides
    ]
    keep_points(body, made, cache_dir)
    return {found.key: found for found in made}


def read_points(body: Body, cache_dir: Path | None = None) -> Mapping[Key, FoundPoint] | None:
    """Return the kept points of a body if all of them are kept, else ``None``."""
    try:
        data = json.loads(_file(body, cache_dir).read_text(encoding="utf-8"))
        made = [_found(row) for row in data]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return {found.key: found for found in made}


def keep_points(body: Body, found: Iterable[FoundPoint], cache_dir: Path | None = None) -> None:
    """Keep all points of a body, in the catalogue's order.

    A disk that refuses costs time, not the answer.
    """
    order = {key: number for number, key in enumerate(point_catalogue().points)}
    rows = [_row(one) for one in sorted(found, key=lambda f: (order[f.key[0]], f.key[1]))]
    with contextlib.suppress(OSError):
        path = _file(body, cache_dir)
        path.parent.mkdir(parents=True, exist_ok=True)
        with whole_file(path) as stream:
            json.dump(rows, stream)


@cache
def rules_hash() -> str:
    """SHA-256 of the data that decide where a point lies."""
    digest = hashlib.sha256(str(FORMAT).encode())
    for name in _RULES:
        digest.update(files("zones").joinpath(f"data/{name}").read_bytes())
    return digest.hexdigest()


def _file(body: Body, cache_dir: Path | None) -> Path:
    if cache_dir is None:
        from meshes.packs.store import cache_dir as user_cache  # the store reads bodies

        cache_dir = user_cache() / "points"
    said = hashlib.sha256(f"{body.content_hash}\n{body.posture}\n{rules_hash()}".encode())
    return cache_dir / f"{said.hexdigest()[:40]}.json"


def _row(found: FoundPoint) -> dict[str, Any]:
    one = found.resolved
    row: dict[str, Any] = {f.name: getattr(one, f.name) for f in fields(one) if f.name != "point"}
    for name in _VECTORS:
        row[name] = None if row[name] is None else [float(x) for x in row[name]]
    row["point"] = one.point.id
    row["outward"] = None if found.outward is None else [float(x) for x in found.outward]
    return row


def _found(row: dict[str, Any]) -> FoundPoint:
    row = dict(row)
    outward = row.pop("outward")
    row["point"] = point_catalogue().points[row["point"]]
    for name in _VECTORS:
        row[name] = None if row[name] is None else np.array(row[name], np.float64)
    for name in _TUPLES:
        row[name] = None if row[name] is None else tuple(row[name])
    return FoundPoint(
        ResolvedPoint(**row), None if outward is None else np.array(outward, np.float64)
    )
