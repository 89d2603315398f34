"""What the scene needs of a body and is slow to make: drawing copies and the index to pick with.

A pure function, to be run off the main thread; both parts are kept on disk by content hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from meshes.body import Body
from meshes.index.body_index import BodyIndex, body_index
from meshes.packs.store import cache_dir
from meshes.simplify import Drawing, drawings

FINE_TRIANGLES = 700_000
COARSE_TRIANGLES = 60_000
"""Budgets for the whole body: at rest, and while the view moves on slow graphics."""


@dataclass(frozen=True, eq=False)
class SceneData:
    """Made for the body with this hash."""

    body_hash: str
    drawings: Mapping[str, Drawing]
    index: BodyIndex


def load_scene(
    body: Body,
    cache: Path | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SceneData:
    """Make or read drawing copies and index; ``cache`` is `cache_dir()` where left out."""
    place = cache_dir() if cache is None else cache
    surfaces = {key: s.surface for key, s in body.structures.items()}
    index = body_index(body, place / "index", cancelled)
    made = drawings(surfaces, FINE_TRIANGLES, COARSE_TRIANGLES, place / "drawings", cancelled)
    return SceneData(body.content_hash, made, index)
