"""The one door for text a person reads: window, command line and reports alike.

``tr("English sentence with {name}", name=value)``: the English text is the key, a catalogue has
the translation, values are filled in afterwards. `trn` does the same for what is counted: each
language has its own rule for how many forms there are and which one a number takes. Nothing else
in the project shows literal text; the core returns ids and numbers.
"""

from __future__ import annotations

import re

from viewer.i18n import pseudo
from viewer.i18n.catalogue import EMPTY, Catalogue, catalogue

_current: Catalogue = EMPTY
_code = "en"
_NUMBER = re.compile(r"[−+-]?\d+\.\d+(?:\s?[–…]\s?[−+-]?\d+\.\d+)?")


def use_language(code: str) -> None:
    """Switch to a language; an unknown one falls back to English, and so does a missing text."""
    global _current, _code
    found = pseudo.catalogue(code) or catalogue(code)
    _current = found or EMPTY
    _code = code if found is not None else "en"


def language() -> str:
    """Return the code of the language in use."""
    return _code


def is_right_to_left() -> bool:
    """Whether the language in use is written from right to left."""
    return _current.right_to_left


def decimal_mark() -> str:
    """Return what stands before the decimals in the language in use."""
    return _current.decimal_mark


def decimal(number: str) -> str:
    """Write a number, or a range of two, with the decimal mark of the language in use."""
    return number.replace(".", _current.decimal_mark)


def _filled(values: dict[str, object]) -> dict[str, object]:
    """Values as they are written: what is a number and nothing else gets the decimal mark."""
    if _current.decimal_mark == ".":
        return values
    return {
        key: decimal(value) if isinstance(value, str) and _NUMBER.fullmatch(value) else value
        for key, value in values.items()
    }


def tr(message: str, **values: object) -> str:
    """Return the text in the chosen language with its values filled in."""
    text = _current.text(message)
    return text.format(**_filled(values)) if values else text


def trn(one: str, many: str, count: int, **values: object) -> str:
    """Return the text for a counted thing; ``{count}`` is filled in like any other value."""
    return _current.counted(one, many, count).format(count=count, **_filled(values))
