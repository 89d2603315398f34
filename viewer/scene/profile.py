"""What the shaft's colours say: at each depth, the verdict of this needle with its tip there.

So the colour changes once from blue to yellow, at the limit depth, and once to vermillion, where a
danger zone is met; the same scale runs on along the dashed line beyond the tip. Everything comes
from the assessment; nothing is sampled here.
"""

from __future__ import annotations

from dataclasses import dataclass

from viewer.canvas.protocol import Color
from viewer.scene import colors
from zones.assessment import NeedleAssessment, Verdict


@dataclass(frozen=True)
class Profile:
    """Depths, mm. Up to ``margin_kept`` every assessed margin is kept; from ``contact`` on a zone
    is touched. Infinite where that never happens on the searched line; ``end`` is its end.
    """

    margin_kept: float
    contact: float
    end: float

    def color_at(self, depth: float) -> Color:
        """The colour of the line at a depth; the worse one at a boundary."""
        if depth >= self.contact:
            return colors.BREACH
        if depth > self.margin_kept:
            return colors.WITHIN
        return colors.CLEAR

    def cuts(self, start: float, stop: float) -> list[float]:
        """Depths between ``start`` and ``stop`` where the colour changes."""
        return [d for d in sorted({self.margin_kept, self.contact}) if start < d < stop]


def profile(needle: NeedleAssessment) -> Profile:
    """Read the profile of an assessed needle; never kinder than its verdict."""
    inf = float("inf")
    zones = needle.zones
    kept = inf if needle.limit_depth is None else needle.limit_depth
    radius = needle.needle.radius
    touched = [z.first_contact - radius for z in zones if z.first_contact is not None]
    contact = min(touched, default=inf)
    depth = needle.needle.depth
    if any(z.verdict is Verdict.BREACH for z in zones):
        grazed = [
            z.at_depth for z in zones if z.verdict is Verdict.BREACH and z.at_depth is not None
        ]
        contact = min([contact, depth, *grazed])
    elif any(z.verdict is Verdict.WITHIN_MARGIN for z in zones):
        near = [z.at_depth for z in zones
                if z.verdict is Verdict.WITHIN_MARGIN and z.at_depth is not None]  # fmt: skip
        kept = min([kept, *near, depth])
    return Profile(max(0.0, min(kept, contact)), max(0.0, contact), needle.searched_length)
