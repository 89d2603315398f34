"""Names to labels: system, side, kind, layer and id of a structure from what a source calls it.

All patterns are data (``data/labels.toml``). Nothing is looked up in the shape here: where a name
says nothing, the system is ``other`` and the caller says so.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from meshes.catalogue import fold
from meshes.surface import SurfaceKind

LABELS_FILE = Path(__file__).resolve().parent / "data" / "labels.toml"

_WORDS = (
    "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth",
    "eleventh", "twelfth",
)  # fmt: skip
_ORDINALS = {word: number for number, word in enumerate(_WORDS, start=1)}
_ORDINAL = "|".join(_ORDINALS)
_SIDE_SUFFIX = re.compile(r"(?:[\s._,(-]+)(left|right|l|r)\)?\s*$", re.IGNORECASE)
_SIDE_PREFIX = re.compile(r"^\s*(left|right)\b", re.IGNORECASE)
_SIDE_WORD = re.compile(r"\b(left|right)\b", re.IGNORECASE)
_RULES: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(rf"^({_ORDINAL}) rib$"), "rib {n}"),
    (re.compile(rf"^costal cartilage of ({_ORDINAL}) rib$"), "costal cartilage {n}"),
    (re.compile(rf"^({_ORDINAL}) costal cartilage$"), "costal cartilage {n}"),
    (re.compile(rf"^({_ORDINAL}) cervical vertebra$"), "vertebra c{n}"),
    (re.compile(rf"^({_ORDINAL}) thoracic vertebra$"), "vertebra t{n}"),
    (re.compile(rf"^({_ORDINAL}) lumbar vertebra$"), "vertebra l{n}"),
    (re.compile(r"^atlas( c1)?$"), "vertebra c1"),
    (re.compile(r"^axis( c2)?$"), "vertebra c2"),
)


@dataclass(frozen=True)
class Label:
    """What a name says. ``base`` is the name without its side; ``side`` is "" if it says none."""

    base: str
    side: str


@cache
def _rules() -> Mapping[str, Any]:
    with LABELS_FILE.open("rb") as stream:
        return tomllib.load(stream)


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(text)


def plain(text: str) -> str:
    """Fold a name and turn every run of other signs into one space."""
    return re.sub(r"[^0-9a-z]+", " ", fold(text)).strip()


def read_label(name: str) -> Label:
    """Take the side off a name: ``Clavicle.l``, ``clavicle_left``, ``Clavicle (left)``, ``Left …``.

    A name that holds its side elsewhere keeps it in ``base``: *Left renal vein* is its name.
    """
    text = name.strip()
    suffix = _SIDE_SUFFIX.search(text)
    if suffix:
        side = "left" if suffix.group(1).casefold() in ("l", "left") else "right"
        return Label(text[: suffix.start()].strip(" ,(-_."), side)
    sides = {word.casefold() for word in _SIDE_WORD.findall(text.replace("_", " "))}
    return Label(text, sides.pop() if len(sides) == 1 else "")


def structure_id(base: str, side: str = "") -> str:
    """Return the id of a structure: lower case, underscores, the side last.

    Ribs, costal cartilages and vertebrae get the ids of the reference body (``rib_8_left``,
    ``vertebra_t4``), so that rules written on one body find them on another.
    """
    words = plain(base)
    prefix = _SIDE_PREFIX.match(words)
    rest = words[prefix.end() :].strip() if prefix else words
    for pattern, template in _RULES:
        match = pattern.match(rest)
        if match:
            number = _ORDINALS.get(match.group(1) or "", "") if match.groups() else ""
            words = template.format(n=number)
            side = side or (prefix.group(1) if prefix else "")
            break
    if side in ("left", "right") and side not in words.split():
        words = f"{words} {side}"
    return words.replace(" ", "_")


def system_of(name: str, stated: str = "") -> str:
    """Return the system: what the source states, if it is known, else what the name says.

    ``other`` if neither says anything.
    """
    words, given = plain(name), plain(stated)
    known = next(
        (system for system, names in _rules()["systems"].items() if given and given in names), ""
    )
    for rule in _rules()["names"]:
        if (not known or rule.get("always")) and _pattern(rule["match"]).search(words):
            return str(rule["system"])
    return known or "other"


def kind_of(name: str, system: str) -> SurfaceKind:
    """Return what the surface is meant to be: tubes for nerves and vessels, solids otherwise."""
    words = plain(name)
    for rule in _rules()["kinds"]:
        if _pattern(rule["match"]).search(words):
            return SurfaceKind(rule["kind"])
    return SurfaceKind.TUBE if system in ("nerve", "vessel") else SurfaceKind.SOLID


def layer_of(name: str, system: str) -> int:
    """Return the depth rank of the layer slider."""
    words = plain(name)
    for rule in _rules()["layer_names"]:
        if system in rule["systems"] and _pattern(rule["match"]).search(words):
            return int(rule["layer"])
    return int(_rules()["layers"][system])
