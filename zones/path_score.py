"""One number for a path: how much of the margins it uses up, and for how long. A convention.

Nothing published says what such a number is worth: it orders needles that lose a margin, and says
nothing about one that loses none (0). It is never a substitute for the least clearance and is only
shown beside it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from zones.profile import Profile

FORMULA = "Σ ∫ max(0, 1 − clearance ÷ margin) ds"


@dataclass(frozen=True)
class PathScore:
    """Millimetres of path, each weighted with the share of the margin that is lost there.

    ``by_zone`` holds the zones that lose something, the worst first; ``total_mm`` is their sum. A
    zone that has no distances counts nothing: ``is_complete`` is False where one is left out.
    """

    total_mm: float
    by_zone: tuple[tuple[str, float], ...]
    is_complete: bool


def path_score(
    profile: Profile, margins: Mapping[str, float], depth_mm: float, is_complete: bool
) -> PathScore:
    """Integrate the lost share of each margin from the entry point to the tip.

    Between two samples the lowest clearance that is possible there counts (`Profile.between`), so
    that the score is an upper bound: finer samples only lower it.

    Parameters
    ----------
    margins
        Zone id → mm. A margin of 0 is lost in full where the needle is inside.
    depth_mm
        Of the tip; the profile may go on beyond it.
    is_complete
        Whether every zone that should be there is in the profile.
    """
    starts, stops = profile.depths[:-1], profile.depths[1:]
    ways = np.clip(np.minimum(stops, depth_mm) - starts, 0.0, None)
    found = []
    for zone_id, low in zip(profile.zone_ids, profile.between, strict=True):
        margin = margins.get(zone_id, 0.0)
        lost = np.where(low < 0.0, 1.0, 0.0) if margin <= 0.0 else 1.0 - low / margin
        score = float((np.maximum(lost, 0.0) * ways).sum())
        if score > 0.0:
            found.append((zone_id, score))
    found.sort(key=lambda row: (-row[1], row[0]))
    return PathScore(
        float(sum(score for _, score in found)),
        tuple(found),
        is_complete and bool(profile.signed.all()),
    )
