"""Which structures of a body play a role: *the scapula on the left*, whatever its file is called.

Roles are data (`data/anatomy_roles.toml`): expressions over folded names, by system and side. The
danger catalogue has its own, wider selectors; these are for measuring.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib import resources
from weakref import WeakKeyDictionary

from meshes.body import Body
from meshes.catalogue import Structure, fold

_FOUND: WeakKeyDictionary[Body, dict[tuple[str, str], tuple[str, ...]]] = WeakKeyDictionary()
_SIDE_WORDS = re.compile(r"\b(left|right)\b")


@cache
def _table() -> Mapping[str, Mapping[str, object]]:
    text = resources.files("zones").joinpath("data/anatomy_roles.toml").read_text("utf-8")
    return tomllib.loads(text)


def plain_name(structure: Structure) -> str:
    """Return the folded name without its side word: *Fifth rib (left)* gives *fifth rib*."""
    words = re.sub(r"[^a-z0-9]+", " ", fold(structure.name))
    return " ".join(_SIDE_WORDS.sub(" ", words).split())


def structures_of(body: Body, role: str, side: str = "") -> tuple[str, ...]:
    """Return the ids that play a role, in the body's order; empty if the body has none.

    Parameters
    ----------
    role
        A role of the table, or a numbered one: ``rib_5``, ``costal_cartilage_5``, ``vertebra_t5``.
    side
        ``left`` or ``right``; empty for both and for what crosses the midline. A structure that
        holds both sides in one mesh answers to each.
    """
    cached = _FOUND.setdefault(body, {})
    key = (role, side)
    if key not in cached:
        systems, patterns = _rule(role)
        cached[key] = tuple(
            s.id
            for s in body.structures.values()
            if s.system in systems
            and (not side or s.side in (side, "both", "mid"))
            and any(p.search(plain_name(s)) for p in patterns)
        )
    return cached[key]


@cache
def _rule(role: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    numbered = re.fullmatch(r"(rib|costal_cartilage|vertebra)_(\w+)", role)
    if numbered:
        return _numbered(numbered.group(1), numbered.group(2))
    roles = _table()["roles"]
    rule = roles[role]
    assert isinstance(rule, dict)
    return frozenset(rule["systems"]), tuple(re.compile(text) for text in rule["match"])


def _numbered(family: str, number: str) -> tuple[frozenset[str], tuple[re.Pattern[str], ...]]:
    if family == "vertebra":
        level = number.lower()
        special = {"c1": "atlas", "c2": "axis"}.get(level, "")
        texts = [rf"^(vertebra )?{level}( vertebra)?$"]
        texts += [rf"^{special}( {level})?$"] if special else []
        return frozenset({"bone"}), tuple(re.compile(text) for text in texts)
    ordinals = _table()["words"]["ordinals"]
    assert isinstance(ordinals, list)
    name = ordinals[int(number) - 1]
    if family == "rib":
        texts = [rf"^rib {number}$", rf"^{name} rib$"]
        return frozenset({"bone"}), tuple(re.compile(text) for text in texts)
    texts = [rf"^costal cartilage {number}$", rf"^costal cartilage of {name} rib$",
             rf"^{name} costal cartilage$"]  # fmt: skip
    return frozenset({"cartilage"}), tuple(re.compile(text) for text in texts)
