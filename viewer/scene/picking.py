"""What lies under the mouse: exact, on full-resolution surfaces, never on what is drawn.

Without an index, while it is built, nothing lies under it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from numpy.typing import ArrayLike

from meshes.body import Body
from meshes.index.answers import Pick
from viewer.scene.screen import Screen

if TYPE_CHECKING:
    from meshes.index.body_index import BodyIndex


def pick_skin(body: Body, index: BodyIndex | None, pixel: ArrayLike, screen: Screen) -> Pick | None:
    """The nearest point of the skin under a pixel that faces the eye; ``None`` beside the body."""
    if body.skin is None or index is None:
        return None
    origin, direction = screen.ray(pixel)
    hit = index.pick(origin, direction, ids=[body.skin.id])
    return hit if hit is not None and float(hit.normal @ direction) < 0 else None


def pick_structure(
    body: Body,
    index: BodyIndex | None,
    visible: Iterable[str],
    pixel: ArrayLike,
    screen: Screen,
    is_faint: Callable[[str], bool] = lambda _: False,
) -> Pick | None:
    """What one means by pointing: the nearest visible structure seen through the glass skin.

    The skin and what ``is_faint`` says answer only where nothing else lies under the pixel.
    """
    if index is None:
        return None
    origin, direction = screen.ray(pixel)
    skin = body.skin.id if body.skin is not None else ""
    shown = [key for key in visible if key in index.row]
    firm = [key for key in shown if key != skin and not is_faint(key)]
    hit = index.pick(origin, direction, ids=firm) if firm else None
    if hit is None and shown:
        hit = index.pick(origin, direction, ids=shown)
    return hit
