"""What a structure is called for people: name, and side where the body has a twin. No Qt."""

from __future__ import annotations

from dataclasses import dataclass
from weakref import WeakKeyDictionary

from meshes.body import Body
from meshes.catalogue import Structure, fold
from viewer.i18n.text import language, tr

_SHORT = {"Musculus": "M.", "musculi": "m.", "Arteria": "A.", "Vena": "V.", "Nervus": "N.",
          "Ligamentum": "Lig."}  # fmt: skip
"""The abbreviations that every textbook of anatomy uses."""


@dataclass(frozen=True)
class _Told:
    """What the names of a body tell apart: folded names with a twin, Latin ones that mean one."""

    paired: frozenset[str]
    latin: frozenset[str]


_TOLD: WeakKeyDictionary[Body, _Told] = WeakKeyDictionary()


def display_name(structure: Structure, body: Body) -> str:
    """Name of a structure; the side only where a twin on the other side could be meant.

    In English its own name. In every other language the Latin one, which anatomists of each know,
    where the body has one that no other structure of that side has.
    """
    told = _told(body)
    in_latin = language() != "en" and fold(structure.latin) in told.latin
    own = structure.latin if in_latin else structure.name
    name = own[:1].upper() + own[1:]
    if in_latin:
        name = " ".join(_SHORT.get(word, word) for word in name.split())
    side = {"left": tr("left"), "right": tr("right")}.get(structure.side, "")
    if not side or side in name.casefold() or fold(own) not in told.paired:
        return name
    return f"{name}, {side}"


def _told(body: Body) -> _Told:
    if body not in _TOLD:
        sides: dict[str, list[str]] = {}
        latin: dict[str, list[str]] = {}
        for structure in body.structures.values():
            sides.setdefault(fold(structure.name), []).append(structure.side)
            if structure.latin:
                latin.setdefault(fold(structure.latin), []).append(structure.side)
        clear = frozenset(k for k, found in latin.items() if len(found) == len(set(found)))
        paired = frozenset(
            k
            for known in (sides, latin)
            for k, found in known.items()
            if {"left", "right"} <= set(found)
        )
        _TOLD[body] = _Told(paired, clear)
    return _TOLD[body]
