"""Preferences in one small JSON file of the user's folder. No Qt.

A file that is missing, damaged or from another version costs the preferences in it, never the
start of the program.
"""

from __future__ import annotations

import contextlib
import json
import os
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

from meshes.packs.store import home_dir

_SCHEMA = "needlewise/settings/1"
_RECENT = 8


@dataclass
class Preferences:
    """What is remembered between two starts.

    ``notice_seen`` is the id of the notice last accepted; ``geometry`` and ``layout`` are the
    window's own bytes as base64; ``text_scale`` is 1.0–2.0. An empty ``language`` follows the
    system.
    """

    theme: str = "light"
    text_scale: float = 1.0
    language: str = ""
    notice_seen: str = ""
    body: str = "reference"
    recent: list[str] = field(default_factory=list)
    geometry: str = ""
    layout: str = ""
    tour_seen: bool = False
    sound: bool = False

    def remember(self, path: Path) -> None:
        """Put a plan file at the head of the recent ones."""
        name = str(path.absolute())
        self.recent = [name, *(r for r in self.recent if r != name)][:_RECENT]


def settings_path() -> Path:
    """Where the preferences are kept."""
    return home_dir() / "settings.json"


def load(path: Path | None = None) -> Preferences:
    """Read the preferences; whatever cannot be read is left at its default."""
    try:
        raw = json.loads((path or settings_path()).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return Preferences()
    if not isinstance(raw, dict) or raw.get("schema") != _SCHEMA:
        return Preferences()
    return _checked(raw)


def _checked(raw: dict[str, Any]) -> Preferences:
    made = Preferences()
    for item in fields(Preferences):
        value = raw.get(item.name)
        default = getattr(made, item.name)
        if isinstance(default, float) and isinstance(value, int | float):
            value = float(value)
        if type(value) is type(default):
            setattr(made, item.name, value)
    made.text_scale = min(max(made.text_scale, 1.0), 2.0)
    made.recent = [r for r in made.recent if isinstance(r, str)][:_RECENT]
    return made


def save(preferences: Preferences, path: Path | None = None) -> bool:
    """Write the preferences; a folder that refuses is answered with ``False``, not an error."""
    target = path or settings_path()
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        text = json.dumps({"schema": _SCHEMA, **asdict(preferences)}, indent=1)
        temporary.write_text(text, encoding="utf-8")
        temporary.replace(target)
    except OSError:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        return False
    return True
