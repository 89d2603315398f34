"""What the scene needs of a body and is slow to make: drawing copies and the index to pick with.

A pure function, to be run off the main thread; both parts are kept on disk by content hash.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from meshes.body import Body
from meshes.packs.store import built_of, cache_dir
from meshes.simplify import Drawing, drawings, hasty_drawings, kept_drawings

if TYPE_CHECKING:
    from meshes.follow import Followers
    from meshes.index.body_index import BodyIndex

FINE_TRIANGLES = 700_000
COARSE_TRIANGLES = 60_000
"""Budgets for the whole body: at rest, and while the view moves on slow graphics."""
HASTY_TRIANGLES = 150_000
_SMALL = 400_000
"""A body of fewer triangles has its copies soon enough."""


@dataclass(frozen=True, eq=False)
class SceneData:
    """Made for the body with this hash. Without an ``index`` nothing can be pointed at yet."""

    body_hash: str
    drawings: Mapping[str, Drawing]
    index: BodyIndex | None
    is_hasty: bool = False
    """Whether the copies are rough ones, to be replaced by `load_scene`'s."""

    def with_index(self, index: BodyIndex | None) -> SceneData:
        """The same copies, and what to pick with."""
        return replace(self, index=index)


def load_scene(
    body: Body,
    cache: Path | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> SceneData:
    """Make or read drawing copies and index; ``cache`` is `cache_dir()` where left out."""
    from meshes.index.body_index import body_index  # compiles: not at import

    place = cache_dir() if cache is None else cache
    index = body_index(body, place / "index", cancelled)
    return SceneData(body.content_hash, _copies(body, place / "drawings", cancelled), index)


def first_look(body: Body, cancelled: Callable[[], bool] = lambda: False) -> SceneData:
    """Return copies alone, as soon as can be: the kept ones, else rough ones of a large body."""
    place = cache_dir() / "drawings"
    built = built_of(body)
    first = body if built is None else built
    surfaces = {key: s.surface for key, s in first.structures.items()}
    if sum(len(s.triangles) for s in surfaces.values()) <= _SMALL or (
        kept_drawings(surfaces, FINE_TRIANGLES, COARSE_TRIANGLES, place) is not None
    ):
        return SceneData(body.content_hash, _copies(body, place, cancelled), None)
    shapes = {key: s.surface for key, s in body.structures.items()}
    rough = hasty_drawings(shapes, HASTY_TRIANGLES, cancelled)
    return SceneData(body.content_hash, rough, None, is_hasty=True)


def _copies(body: Body, place: Path, cancelled: Callable[[], bool]) -> Mapping[str, Drawing]:
    """Drawing copies: those of the built reference body follow its members, others are made."""
    built = built_of(body)
    first = body if built is None else built
    surfaces = {key: s.surface for key, s in first.structures.items()}
    made = drawings(surfaces, FINE_TRIANGLES, COARSE_TRIANGLES, place, cancelled)
    if built is None or built is body or len(made) < len(surfaces):
        return made
    from meshes.follow import followed, followers  # compiles: not at import

    hung = _hung.get(built.content_hash)
    if hung is None:
        hung = followers(made, surfaces)
        _hung.clear()
        _hung[built.content_hash] = hung
    return followed(hung, {key: s.surface for key, s in body.structures.items()})


_hung: dict[str, Followers] = {}
"""Copies of the built reference body, hung on it once: the next person or breath takes no time."""
