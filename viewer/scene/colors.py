"""Colours the scene needs beside anatomy: background, ink, and the verdict scale."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol

from viewer.canvas.protocol import Color
from viewer.theme import palette
from zones.assessment import Verdict


class SceneTheme(Protocol):
    """What a theme says about the scene, ``#RRGGBB``."""

    scene_bottom: str
    scene_top: str
    scene_text: str
    scene_plate: str
    accent: str


@dataclass(frozen=True)
class SceneColors:
    """sRGB 0–1. ``bottom`` to ``top`` is the gradient behind the body; ``plate`` carries text.

    Text in the scene is drawn ``text_scale`` times its size, as in the panels.
    """

    bottom: Color
    top: Color
    text: Color
    plate: Color
    accent: Color
    text_scale: float = 1.0

    @classmethod
    def of(cls, theme: SceneTheme, text_scale: float = 1.0) -> SceneColors:
        """The scene's share of a theme."""
        names = ("scene_bottom", "scene_top", "scene_text", "scene_plate", "accent")
        return cls(*(palette.rgb(getattr(theme, name)) for name in names), text_scale)

    def size(self, design_px: float) -> int:
        """Size of a text, logical pixels."""
        return round(design_px * self.text_scale)


LIGHT = SceneColors.of(palette.LIGHT)
DARK = SceneColors.of(palette.DARK)

CLEAR = palette.rgb(palette.BLUE)
WITHIN = palette.rgb(palette.YELLOW)
BREACH = palette.rgb(palette.VERMILLION)
UNKNOWN = palette.rgb(palette.GREY)
REFERRAL: Color = (0.55, 0.16, 0.52)
"""Where a point's pain is felt: purple, which is no verdict."""
STEEL: Color = (0.80, 0.82, 0.85)
"""A needle about which nothing is known yet."""

_OF = {
    Verdict.BREACH: BREACH,
    Verdict.WITHIN_MARGIN: WITHIN,
    Verdict.NOT_ASSESSED: UNKNOWN,
    Verdict.CLEAR: CLEAR,
}


def of_verdict(verdict: Verdict | None) -> Color:
    """The colour of a verdict; ``None``, a result that is not current, is steel."""
    return STEEL if verdict is None else _OF[verdict]


def mixed(one: Color, other: Color, share: float) -> Color:
    """Between two colours: 0 the first, 1 the second."""
    a, b, c = (x + (y - x) * share for x, y in zip(one, other, strict=True))
    return (a, b, c)
