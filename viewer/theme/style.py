"""Puts a theme on the application: Fusion, an own palette, one style sheet, one type scale.

The style sheet is a template in ``style.qss``: ``@name`` is a colour of the theme, ``#{n}`` a
length of ``n`` pixels at 100 % text. The current theme is asked by widgets that paint themselves.
"""

from __future__ import annotations

import re
from importlib.resources import files
from pathlib import Path

from PySide6.QtGui import QColor, QFont, QPalette
from PySide6.QtWidgets import QApplication

from viewer.theme.palette import LIGHT, Theme, contrast

_FAMILIES = ["Inter", "Segoe UI Variable", "Segoe UI", "SF Pro Text", "Helvetica Neue",
             "Noto Sans", "Cantarell", "Ubuntu", "DejaVu Sans"]  # fmt: skip
_BASE_PX = 13
_now: Theme = LIGHT
_scale: float = 1.0


def theme() -> Theme:
    """Return the theme in force."""
    return _now


def text_scale() -> float:
    """How much larger than designed text is drawn, 1 to 2."""
    return _scale


def px(length: float) -> int:
    """Return a length of the design, in pixels at 100 % text, at the text size in force."""
    return round(length * _scale)


def font(size: float = _BASE_PX, weight: int = 400) -> QFont:
    """Return the interface font at a size in design pixels."""
    made = QFont()
    made.setFamilies(_FAMILIES)
    made.setPixelSize(max(8, px(size)))
    made.setWeight(QFont.Weight(weight))
    return made


def apply(app: QApplication, wanted: Theme, text_scale: float = 1.0) -> None:
    """Switch the application to a theme and a text size."""
    global _now, _scale
    _now, _scale = wanted, text_scale
    if app.style().objectName().lower() != "fusion":
        app.setStyle("Fusion")
    app.setPalette(_palette(wanted))
    app.setFont(font())
    app.setStyleSheet(_sheet(wanted))


def _palette(t: Theme) -> QPalette:
    role = QPalette.ColorRole
    palette = QPalette()
    for which, color in (
        (role.Window, t.window), (role.WindowText, t.text), (role.Base, t.card),
        (role.AlternateBase, t.raised), (role.Text, t.text), (role.Button, t.raised),
        (role.ButtonText, t.text), (role.BrightText, t.text), (role.ToolTipBase, t.text),
        (role.ToolTipText, t.card), (role.Highlight, t.accent), (role.HighlightedText, t.on_accent),
        (role.PlaceholderText, t.muted), (role.Link, t.accent), (role.Mid, t.border),
        (role.Dark, t.border), (role.Light, t.card), (role.Shadow, t.border),
    ):  # fmt: skip
        palette.setColor(which, QColor(color))
    for which in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, which, QColor(t.muted))
    return palette


def _sheet(t: Theme) -> str:
    text = (files("viewer") / "theme" / "style.qss").read_text(encoding="utf-8")
    text = re.sub(r"#\{(\d+(?:\.\d+)?)\}", lambda m: f"{px(float(m[1]))}px", text)
    mark = "white" if contrast("#FFFFFF", t.accent) > contrast("#06201F", t.accent) else "dark"
    path = Path(str(files("viewer"))) / "theme" / f"check-{mark}.svg"
    text = re.sub(r"@([a-z_]+)", lambda m: str(getattr(t, m[1])), text)
    return text.replace("CHECK-MARK", path.as_posix())  # last: a path may hold anything
