"""Languages nobody speaks, made from the English: they show text that does not come through `tr`.

``qps-long`` is readable, accented and 40 % longer, ``qps-wide`` has wide letters, ``qps-rtl``
runs from right to left. What stands in braces stays, and so does the mark of a menu's key.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from viewer.i18n.catalogue import Catalogue

CODES = ("qps-long", "qps-wide", "qps-rtl")

_PLAIN = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_LETTERS = {
    "qps-long": "áƀçđéƒĝĥíĵķĺɱñóþǫŕšţúṽŵẋýžÁƁÇĐÉƑĜĤÍĴĶĹḾÑÓÞǪŔŠŢÚṼŴẊÝŽ",
    "qps-wide": "ѦЖШЩЮФЫѪЖШЩЮФЫѪЖШЩЮФЫѪЖШЩЮФ" * 2,
    "qps-rtl": "ابتثجحخدذرزسشصضطظعغفقكلمنه" * 2,
}
_KEPT = re.compile(r"(\{[^{}]*\})")
_LONGER = 0.4


@dataclass(frozen=True)
class _Made(Mapping[str, str]):
    """Makes a text when it is asked for."""

    change: Callable[[str], str]

    def __getitem__(self, message: str) -> str:
        return self.change(message)

    def get(self, message: str, default: object = None) -> str:  # type: ignore[override]
        return self.change(message)

    def __iter__(self) -> Iterator[str]:
        return iter(())

    def __len__(self) -> int:
        return 0


@dataclass(frozen=True)
class _Pseudo(Catalogue):
    change: Callable[[str], str] = str

    def counted(self, one: str, many: str, count: int) -> str:
        """Change the English form."""
        return self.change(one if count == 1 else many)


def catalogue(code: str) -> Catalogue | None:
    """Return a made language; ``None`` for every other code."""
    if code not in CODES:
        return None

    def change(message: str) -> str:
        return changed(message, code)

    return _Pseudo(_Made(change), right_to_left=code == "qps-rtl", change=change)


def changed(message: str, code: str) -> str:
    """Write a text in a made language."""
    table = str.maketrans(dict(zip(_PLAIN, _LETTERS[code], strict=False)))
    parts = _KEPT.split(message)
    text = "".join(p if _KEPT.fullmatch(p) else p.translate(table) for p in parts)
    if code == "qps-long":
        end = len(text.rstrip())
        text = text[:end] + "~" * math.ceil(_LONGER * len(message)) + text[end:]
    return text
