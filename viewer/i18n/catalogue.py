"""Reads a language's catalogue: one gettext file (``.po``) in ``locale``, as translators edit it.

Only what such a file needs is read: messages, plural forms with the language's own rule, the
header. Fuzzy and empty entries count as missing. No Qt.
"""

from __future__ import annotations

import ast
import gettext
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path

LOCALE_DIR = Path(__file__).parent / "locale"
DOMAIN = "needlewise.po"
_KEYWORD = re.compile(r'(msgid_plural|msgid|msgstr)(?:\[(\d)\])?\s+(".*")$')


def _germanic(count: int) -> int:
    return int(count != 1)


@dataclass(frozen=True)
class Catalogue:
    """Texts by their English text; counted ones as a tuple with one text for each form."""

    texts: Mapping[str, str] = field(default_factory=dict)
    plurals: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    form_of: Callable[[int], int] = _germanic
    right_to_left: bool = False
    decimal_mark: str = "."

    def text(self, message: str) -> str:
        """Return the translation; the message itself where there is none."""
        return self.texts.get(message, message)

    def counted(self, one: str, many: str, count: int) -> str:
        """Return the form that the language uses for a number."""
        forms = self.plurals.get(one)
        at = self.form_of(abs(count))
        if forms is None or at >= len(forms):
            return one if count == 1 else many
        return forms[at]


EMPTY = Catalogue()
"""English: every text is its own."""


@dataclass
class _Entry:
    id: str = ""
    plural: str = ""
    forms: dict[int, str] = field(default_factory=dict)
    fuzzy: bool = False


def languages() -> list[str]:
    """Codes of the languages that have a catalogue, English first."""
    found = [p.parent.name for p in LOCALE_DIR.glob(f"*/{DOMAIN}")]
    return ["en", *sorted(found)]


@lru_cache(maxsize=8)
def catalogue(code: str) -> Catalogue | None:
    """Return a language's catalogue; ``None`` if there is no such language."""
    if code == "en":
        return EMPTY
    path = LOCALE_DIR / code / DOMAIN
    if not re.fullmatch(r"[a-z]{2,3}(_[A-Z]{2})?", code) or not path.is_file():
        return None
    return parsed(path.read_text(encoding="utf-8"))


def parsed(text: str) -> Catalogue:
    """Read the text of a ``.po`` file."""
    texts: dict[str, str] = {}
    plurals: dict[str, tuple[str, ...]] = {}
    header = ""
    for entry in _entries(text):
        forms = tuple(entry.forms[i] for i in sorted(entry.forms))
        if not entry.id:
            header = "".join(forms)
        elif entry.fuzzy or not all(forms):
            continue
        elif entry.plural:
            plurals[entry.id] = forms
        else:
            texts[entry.id] = forms[0]
    rule = re.search(r"Plural-Forms:.*?plural=([^;\n]+)", header)
    form_of = gettext.c2py(rule[1]) if rule else _germanic  # type: ignore[attr-defined]
    mark = re.search(r"X-Decimal-Mark: (\S)", header)
    return Catalogue(
        texts, plurals, form_of, "X-Direction: rtl" in header, mark[1] if mark else "."
    )


def _entries(text: str) -> list[_Entry]:
    made: list[_Entry] = []
    kind, form, fuzzy = "", 0, False
    for line in text.splitlines():
        found = _KEYWORD.match(line)
        if line.startswith("#,"):
            fuzzy = "fuzzy" in line
        elif found:
            kind, form, piece = found[1], int(found[2] or 0), ast.literal_eval(found[3])
            if kind == "msgid":
                made.append(_Entry(piece, fuzzy=fuzzy))
                fuzzy = False
            elif kind == "msgid_plural":
                made[-1].plural = piece
            else:
                made[-1].forms[form] = piece
        elif line.startswith('"') and made:
            piece = ast.literal_eval(line)
            if kind == "msgid":
                made[-1].id += piece
            elif kind == "msgid_plural":
                made[-1].plural += piece
            else:
                made[-1].forms[form] += piece
    return made
