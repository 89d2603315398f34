"""How a structure looks before anybody changed it: colour, opacity, finish, by rules in a file.

Neutral ground between the scene, which draws it, and the structure tree, which shows a swatch of
it. Hue stands for kind of tissue only, never for danger.
"""

from __future__ import annotations

import re
import tomllib
from dataclasses import dataclass, replace
from functools import lru_cache
from importlib.resources import files

from meshes.catalogue import Structure, fold

Color = tuple[float, float, float]


@dataclass(frozen=True)
class Appearance:
    """``color`` is sRGB 0–1, ``opacity`` 0–1, ``finish`` a finish of the canvas."""

    color: Color
    opacity: float = 1.0
    visible: bool = True
    finish: str = "matte"


@dataclass(frozen=True)
class _Rule:
    system: str
    pattern: re.Pattern[str] | None
    colors: tuple[Color, ...]
    opacity: float
    visible: bool
    finish: str


@lru_cache(maxsize=1)
def _rules() -> tuple[_Rule, ...]:
    text = (files("viewer") / "data" / "appearance.toml").read_text(encoding="utf-8")
    rules = []
    for row in tomllib.loads(text)["rule"]:
        pattern = re.compile(row["match"]) if "match" in row else None
        colors = row["color"] if isinstance(row["color"], list) else [row["color"]]
        rules.append(
            _Rule(
                row.get("system", ""),
                pattern,
                tuple(from_hex(c) for c in colors),
                float(row.get("opacity", 1.0)),
                bool(row.get("visible", True)),
                row.get("finish", "matte"),
            )
        )
    return tuple(rules)


def default_appearance(structure: Structure) -> Appearance:
    """Return the look of the first rule that fits; the last rule of the file fits everything.

    Where a rule gives several colours, neighbours get different ones, left and right the same: the
    choice follows the id without its side.
    """
    words = fold(f"{structure.id} {structure.name}")
    for rule in _rules():
        if rule.system and rule.system != structure.system:
            continue
        if rule.pattern is not None and not rule.pattern.search(words):
            continue
        stem = re.sub(r"[_ .-](left|right|l|r)$", "", structure.id.lower())
        color = rule.colors[sum(stem.encode()) % len(rule.colors)]
        return Appearance(color, rule.opacity, rule.visible, rule.finish)
    raise LookupError("appearance.toml has no last rule that fits everything")


@lru_cache(maxsize=1)
def _xray() -> dict[str, tuple[float, str]]:
    text = (files("viewer") / "data" / "appearance.toml").read_text(encoding="utf-8")
    rows = tomllib.loads(text)["xray"]
    return {row["system"]: (float(row["opacity"]), row["finish"]) for row in rows}


def xray_appearance(look: Appearance, system: str) -> Appearance:
    """The look with x-ray on: by its system no denser than the file says, as glass."""
    if system not in _xray():
        return look
    most, finish = _xray()[system]
    return replace(look, opacity=min(look.opacity, most), finish=finish)


def with_opacity(look: Appearance, opacity: float) -> Appearance:
    """The same look at another opacity."""
    return replace(look, opacity=opacity)


def from_hex(text: str) -> Color:
    """``#rrggbb`` → sRGB 0–1."""
    value = int(text.lstrip("#"), 16)
    return ((value >> 16) / 255, (value >> 8 & 255) / 255, (value & 255) / 255)
