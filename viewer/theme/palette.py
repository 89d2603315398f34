"""The three themes as plain colours, and the arithmetic that proves them readable. No Qt.

Verdict colours are the blue, yellow and vermillion that keep apart for every kind of colour
vision; *not assessed* is grey and hatched. They are the same in every theme: a breach must look
like a breach to whoever switched to dark. The accent is none of them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

ThemeName = Literal["light", "dark", "contrast"]

BLUE, YELLOW, VERMILLION, GREY = "#0072B2", "#F0E442", "#D55E00", "#7A828C"
VERDICT_FILL = {
    "clear": BLUE,
    "within_margin": YELLOW,
    "breach": VERMILLION,
    "not_assessed": GREY,
    "computing": GREY,
}
"""Fill of each verdict id; ``computing`` stands for a result that is not current."""

VERDICT_INK = {
    "clear": "#FFFFFF",
    "within_margin": "#1A1600",
    "breach": "#140800",
    "not_assessed": "#0B0E11",
    "computing": "#0B0E11",
}
"""Ink on each fill, ≥ 4.5 : 1."""


@dataclass(frozen=True)
class Theme:
    """One theme. Colours are ``#RRGGBB``; ``scene_*`` is the gradient behind the body."""

    name: ThemeName
    window: str
    card: str
    raised: str
    border: str
    text: str
    muted: str
    accent: str
    on_accent: str
    hover: str
    selected: str
    focus: str
    scene_bottom: str
    scene_top: str
    scene_text: str
    scene_plate: str
    caution: str
    on_caution: str
    """Ground and ink of a caution that is no verdict, such as that a body misleads."""
    disabled: str
    """Ink of a control that cannot be used now: seen, and plainly not ``text``."""
    verdict_text: dict[str, str] = field(default_factory=dict)
    """Each verdict's colour as text on ``card``, ≥ 4.5 : 1."""


LIGHT = Theme(
    name="light", window="#E9EDF2", card="#FFFFFF", raised="#F4F6F9", border="#D3DAE3",
    text="#14202E", muted="#536172", accent="#0B6E75", on_accent="#FFFFFF", hover="#EAF1F3",
    selected="#D6EAEB", focus="#0B6E75", scene_bottom="#C9D3DD", scene_top="#F6F8FA",
    scene_text="#14202E", scene_plate="#FFFFFF", caution="#FBEBC8",
    on_caution="#4A3300", disabled="#A3AEBB",
    verdict_text={"clear": "#005A8E", "within_margin": "#736800", "breach": "#6A1C00",
                  "not_assessed": "#535B65", "computing": "#535B65"},
)  # fmt: skip

DARK = Theme(
    name="dark", window="#0E1319", card="#182029", raised="#212B36", border="#2D3946",
    text="#E9EEF3", muted="#9FADBC", accent="#4CC3C7", on_accent="#06201F", hover="#243140",
    selected="#1E4449", focus="#4CC3C7", scene_bottom="#0A0E13", scene_top="#25323F",
    scene_text="#E9EEF3", scene_plate="#182029", caution="#41320F",
    on_caution="#FFDF9A", disabled="#5A6979",
    verdict_text={"clear": "#62B8EC", "within_margin": "#FFF566", "breach": "#FF8033",
                  "not_assessed": "#AEB6C0", "computing": "#AEB6C0"},
)  # fmt: skip

CONTRAST = Theme(
    name="contrast", window="#000000", card="#000000", raised="#111111", border="#FFFFFF",
    text="#FFFFFF", muted="#E0E0E0", accent="#00E5FF", on_accent="#000000", hover="#262626",
    selected="#00424A", focus="#FFFF00", scene_bottom="#000000", scene_top="#101418",
    scene_text="#FFFFFF", scene_plate="#000000", caution="#2B2200",
    on_caution="#FFE680", disabled="#757575",
    verdict_text={"clear": "#6FC5FF", "within_margin": "#FFF566", "breach": "#FF7A2E",
                  "not_assessed": "#BEBEBE", "computing": "#BEBEBE"},
)  # fmt: skip

THEMES: dict[str, Theme] = {t.name: t for t in (LIGHT, DARK, CONTRAST)}


def rgb(color: str) -> tuple[float, float, float]:
    """``#RRGGBB`` → sRGB 0–1."""
    r, g, b = (int(color[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (r, g, b)


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio of two colours, 1–21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(color: str) -> float:
    linear = [v / 12.92 if v <= 0.04045 else ((v + 0.055) / 1.055) ** 2.4 for v in rgb(color)]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]
