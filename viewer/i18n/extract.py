"""Finds every text that goes through `tr` or `trn`, and keeps the catalogues in step with it.

``python -m viewer.i18n.extract`` adds what is new to every ``.po`` file, empty, and drops what is
gone; translations stay. A text that is data (a point's name, a source's words) is found by the
fields listed in `DATA`, because no call names it.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from viewer.i18n.catalogue import DOMAIN, LOCALE_DIR, catalogue, languages
from zones.danger_catalogue import danger_catalogue
from zones.path_score import FORMULA

_VIEWER = Path(__file__).parents[1]
_HEADERS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "es": "nplurals=2; plural=(n != 1);",
}


@dataclass(frozen=True)
class Message:
    """A text, its plural if it is counted, and the modules that show it."""

    id: str
    plural: str
    places: tuple[str, ...]


@lru_cache(maxsize=2)
def messages(root: Path = _VIEWER) -> tuple[Message, ...]:
    """Return every text of the program in a fixed order."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in sorted(root.rglob("*.py")):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for key in _keys(tree):
            found.setdefault(key, set()).add(path.relative_to(root).as_posix())
    for key in vocabulary():
        found.setdefault((key, ""), set()).add("words of the data")
    plural = {one for one, many in found if many}
    rows = [
        Message(one, many, tuple(sorted(places)))
        for (one, many), places in found.items()
        if many or one not in plural
    ]
    return tuple(sorted(rows, key=lambda m: (m.places[0], m.id)))


def _keys(tree: ast.Module) -> Iterator[tuple[str, str]]:
    known = {
        target.id: node.value.value
        for node in tree.body
        if isinstance(node, ast.Assign) and isinstance(node.value, ast.Constant)
        for target in node.targets
        if isinstance(target, ast.Name) and isinstance(node.value.value, str)
    }
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or getattr(node.func, "id", "") not in ("tr", "trn"):
            continue
        texts = [
            a.value if isinstance(a, ast.Constant) else known.get(getattr(a, "id", ""), "")
            for a in node.args[:2]
        ]
        if texts and all(isinstance(t, str) and t for t in texts):
            yield (texts[0], texts[1] if len(texts) > 1 else "")


VOCABULARY = (
    "left", "right", "male", "female", "prone", "supine", "seated", "standing",
    "prone, arms at the side", "sitting, arms at the side", "prone, arms raised to 90 degrees",
    "quiet breathing, mid-tidal", "end-expiration", "end-inspiration",
    "L", "R", "A", "P", "S", "I",
)  # fmt: skip
"""Words that reach `tr` from data or as a letter of a view: short, closed sets."""


def vocabulary() -> tuple[str, ...]:
    """Return the words above, a formula, and the names of the danger zones."""
    return (*VOCABULARY, FORMULA, *(rule.name for rule in danger_catalogue()))


def missing(code: str) -> list[Message]:
    """Texts that a language does not have yet."""
    known = catalogue(code)
    assert known is not None, code
    return [m for m in messages() if m.id not in (known.plurals if m.plural else known.texts)]


def po_text(code: str) -> str:
    """Return a language's file with every present text, translated as far as it is."""
    known = catalogue(code)
    assert known is not None, code
    parts = [
        'msgid ""\nmsgstr ""\n'
        f'"Language: {code}\\n"\n"Content-Type: text/plain; charset=UTF-8\\n"\n'
        f'"Plural-Forms: {_HEADERS.get(code, _HEADERS["de"])}\\n"\n'
        f'"X-Decimal-Mark: {known.decimal_mark}\\n"\n'
    ]
    for message in messages():
        lines = [f"#: {' '.join(p.replace(' ', '-') for p in message.places)}"]
        lines.append(f"msgid {_quoted(message.id)}")
        if message.plural:
            lines.append(f"msgid_plural {_quoted(message.plural)}")
            forms = known.plurals.get(message.id, ("", ""))
            lines += [f"msgstr[{i}] {_quoted(text)}" for i, text in enumerate(forms)]
        else:
            lines.append(f"msgstr {_quoted(known.texts.get(message.id, ''))}")
        parts.append("\n".join(lines) + "\n")
    return "\n".join(parts)


def _quoted(text: str) -> str:
    for plain, written in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\t", "\\t")):
        text = text.replace(plain, written)
    return f'"{text}"'


def main() -> int:
    """Bring every catalogue up to date and say what is missing."""
    for code in languages()[1:]:
        path = LOCALE_DIR / code / DOMAIN
        written = po_text(code)
        lacking = missing(code)
        path.write_text(written, encoding="utf-8")
        print(f"{code}: {len(messages()) - len(lacking)} translated, {len(lacking)} missing")
    return 0


if __name__ == "__main__":
    sys.exit(main())
