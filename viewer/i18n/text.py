"""The one door for text a person reads: window, command line and reports alike.

``tr("English sentence with {name}", name=value)``: the English text is the key, gettext finds the
translation, values are filled in afterwards. Nothing else in the project shows literal text; the
core returns ids and numbers.
"""

from __future__ import annotations

import gettext
from pathlib import Path

_LOCALE_DIR = Path(__file__).parent / "locale"
_current: gettext.NullTranslations = gettext.NullTranslations()


def use_language(code: str) -> None:
    """Switch to a language; an unknown one falls back to English."""
    global _current
    _current = gettext.translation("needlewise", _LOCALE_DIR, [code], fallback=True)


def tr(message: str, **values: object) -> str:
    """Return the text in the chosen language with its values filled in."""
    text = _current.gettext(message)
    return text.format(**values) if values else text
