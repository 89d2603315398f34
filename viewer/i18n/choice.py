"""Which language to speak: what was asked for, what was chosen last time, what the system speaks.

``--lang`` beats the variable ``NEEDLEWISE_LANG``, which beats the setting. The window follows the
system where nothing was chosen; the command line stays English, so that scripts read what they
expect.
"""

from __future__ import annotations

import locale
import os
from collections.abc import Sequence

from viewer.i18n import pseudo
from viewer.i18n.catalogue import languages

VARIABLE = "NEEDLEWISE_LANG"
NAMES = {"en": "English", "de": "Deutsch", "fr": "Français", "es": "Español"}
"""What each language calls itself."""


def known(code: str) -> str:
    """Return the code of a language there is for ``code`` (``de_AT.UTF-8`` → ``de``), or ""."""
    if code in pseudo.CODES:
        return code
    short = code.replace("-", "_").partition(".")[0].partition("_")[0].lower()
    return short if short in languages() else ""


def asked(words: Sequence[str]) -> tuple[str | None, list[str]]:
    """Take ``--lang CODE`` out of the words of a command line; ``None`` if it is not there."""
    rest, found = list(words), None
    for at, word in enumerate(rest):
        if word == "--lang" and at + 1 < len(rest):
            found = rest[at + 1]
            return found, rest[:at] + rest[at + 2 :]
        if word.startswith("--lang="):
            return word.partition("=")[2], rest[:at] + rest[at + 1 :]
    return found, rest


def for_commands(flag: str | None) -> str:
    """The language of the command line."""
    return known(flag or "") or known(os.environ.get(VARIABLE, "")) or "en"


def for_window(flag: str | None, kept: str) -> str:
    """The language of the window; ``kept`` is the setting, empty where nobody chose."""
    system = next((os.environ[n] for n in ("LC_ALL", "LC_MESSAGES", "LANG") if os.environ.get(n)),
                  "") or locale.getlocale()[0] or ""  # fmt: skip
    return (
        known(flag or "") or known(os.environ.get(VARIABLE, "")) or known(kept) or known(system)
        or "en"
    )  # fmt: skip
