"""Where it hurts → which points: those whose referral pattern holds a place on the skin, ranked.

The patterns are the textbooks' words laid around landmarks (`zones.referral`), a convention; the
rank orders them and is no probability.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import ArrayLike

from meshes.body import Body
from meshes.orientation import midline_x
from zones.errors import NoSkinError
from zones.landmarks import landmarks
from zones.point_catalogue import point_catalogue
from zones.referral import AT_POINT, Floats, area_line, area_share, phrases_of, referral_areas
from zones.skin import nearest_on_skin, skin_normal

_LINES: WeakKeyDictionary[Body, dict[tuple[str, str], Floats | None]] = WeakKeyDictionary()
"""Areas laid onto a body once: the next place is asked for in no time."""


@dataclass(frozen=True)
class Hurting:
    """A point whose pattern holds the place.

    ``share`` is 1 within the pattern and falls to 0 over its edge; ``areas`` counts the places its
    pattern names altogether: a pattern that names this place and few others says more.
    """

    point_id: str
    side: str
    share: float
    areas: int
    phrase: str


def points_that_hurt(
    body: Body, spot: ArrayLike, entries: Mapping[tuple[str, str], Floats] | None = None
) -> list[Hurting]:
    """Rank the points of the side of a place by how their referral patterns hold it.

    Parameters
    ----------
    spot
        (3,) where it hurts, world mm; the nearest place on the skin counts.
    entries
        (id, side) → (3,) where points lie; without it patterns *around the point* are left out.

    Returns
    -------
    list
        Best first: those held in full before those at an edge, then those whose pattern names
        fewer places, then by id. Points whose pattern does not reach the place are not in it.

    Raises
    ------
    NoSkinError
        The body has no skin.
    """
    if body.skin is None:
        raise NoSkinError(f"body {body.id} has no skin; where it hurts is a place on the skin")
    at = nearest_on_skin(body, np.asarray(spot, np.float64))
    outward = -skin_normal(body, at)
    middle = midline_x(body.structures)
    side = "left" if at[0] >= (0.0 if middle is None else middle) else "right"
    fixes, catalogue = landmarks(body), referral_areas()
    lines = _LINES.setdefault(body, {})

    def share_of(area_id: str, entry: Floats | None) -> float:
        area, key = catalogue.areas[area_id], (area_id, side)
        if AT_POINT in area.line:
            line, _ = area_line(body, area, side, fixes, entry)
        else:
            if key not in lines:
                lines[key], _ = area_line(body, area, side, fixes, None)
            line = lines[key]
        if line is None:
            return 0.0
        return float(area_share(at[None], outward[None], line, area, side)[0])

    found = []
    for point in point_catalogue().points.values():
        if side not in point.sides:
            continue
        entry = (entries or {}).get((point.id, side))
        phrases = phrases_of(point)
        best, said = 0.0, ""
        for phrase in phrases:
            for area_id in catalogue.phrases.get(phrase, ()):
                share = share_of(area_id, entry)
                if share > best:
                    best, said = share, phrase
        if best > 0.0:
            found.append(Hurting(point.id, side, best, len(phrases), said))
    return sorted(found, key=lambda one: (-round(one.share, 2), one.areas, one.point_id))
