"""What a structure is called for people: name, and side where the body has a twin. No Qt."""

from __future__ import annotations

from weakref import WeakKeyDictionary

from meshes.body import Body
from meshes.catalogue import Structure, fold
from viewer.i18n.text import tr

_PAIRED: WeakKeyDictionary[Body, frozenset[str]] = WeakKeyDictionary()


def display_name(structure: Structure, body: Body) -> str:
    """Name of a structure; the side only where a twin on the other side could be meant."""
    name = structure.name[:1].upper() + structure.name[1:]
    side = {"left": tr("left"), "right": tr("right")}.get(structure.side, "")
    if not side or side in name.casefold() or fold(structure.name) not in _paired(body):
        return name
    return f"{name}, {side}"


def _paired(body: Body) -> frozenset[str]:
    """Folded names that occur on both sides of a body."""
    if body not in _PAIRED:
        sides: dict[str, set[str]] = {}
        for structure in body.structures.values():
            sides.setdefault(fold(structure.name), set()).add(structure.side)
        _PAIRED[body] = frozenset(k for k, s in sides.items() if {"left", "right"} <= s)
    return _PAIRED[body]
