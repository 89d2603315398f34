"""Finding trigger points by words: the catalogue's own, and everyday ones for where it hurts.

Somebody with pain at the *shoulder blade* finds what the textbooks call the scapula. The words are
data (`data/everyday_words.toml`), the same list in every language; nothing but a search reads them.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from types import MappingProxyType

from meshes.catalogue import fold
from zones.point_catalogue import TriggerPoint, point_catalogue

_LEAST_BEGUN = 3
"""Letters from which a word that is being typed may be one of these."""


def find_points(text: str) -> list[TriggerPoint]:
    """Points whose id, names, region, location or referral hold every word; all for no word.

    Accents and capitals do not matter. First come those whose id or name begins with the words,
    then those whose referral has them in one piece, the earlier the better (a referral begins with
    where the pain is worst); else the catalogue's order is kept. Everyday words, such as *shoulder
    blade*, are understood, also while they are being typed.
    """
    typed = fold(text)
    for phrase in dict.fromkeys((in_catalogue_words(typed), typed, as_begun(typed))):
        words = phrase.split()
        found = [p for p in point_catalogue().points.values() if _holds(p, words)]
        if found:
            return sorted(found, key=lambda p: _place_of(phrase, p)) if words else found
    return []


def _holds(point: TriggerPoint, words: Sequence[str]) -> bool:
    told = (point.id, point.name, point.muscle_name, point.region, point.location, point.referral)
    return all(word in fold(" ".join(told)) for word in words)


def _place_of(phrase: str, point: TriggerPoint) -> tuple[int, int]:
    if any(fold(name).startswith(phrase) for name in (point.id, point.name, point.muscle_name)):
        return 0, 0
    at = fold(point.referral).find(phrase)
    return (1, at) if at >= 0 else (2, 0)


@cache
def everyday_words() -> Mapping[str, str]:
    """Return the catalogue's word for each everyday one, both folded; the longest first."""
    text = resources.files("zones").joinpath("data/everyday_words.toml").read_text("utf-8")
    pairs = [
        (fold(said), meant)
        for meant, words in tomllib.loads(text)["words"].items()
        for said in words
    ]
    return MappingProxyType(dict(sorted(pairs, key=lambda pair: -len(pair[0]))))


def in_catalogue_words(text: str) -> str:
    """Return a folded text with everyday words, inflected ones too, as the catalogue has them."""
    for said, meant in everyday_words().items():
        ending = r"\w*" if len(said) > 3 else r"\b"  # a short one begins too many others
        text = re.sub(rf"\b{re.escape(said)}{ending}", meant, text)
    return text


def as_begun(text: str) -> str:
    """Return a folded text whose end is the beginning of an everyday word, as if that were whole.

    The text itself where its end begins none.
    """
    starts = [match.start() for match in re.finditer(r"\b\w", text)]
    for start in starts:  # the longest end first
        end = text[start:]
        begun = (m for said, m in everyday_words().items() if said.startswith(end))
        if len(end) >= _LEAST_BEGUN and (meant := next(begun, None)) is not None:
            return in_catalogue_words(text[:start]) + meant
    return text
