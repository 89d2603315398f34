"""Text on the picture: one text actor per key, at a world point or at a fraction of the view."""

from __future__ import annotations

import importlib.util
from functools import lru_cache
from pathlib import Path

import numpy as np
import vtkmodules.vtkRenderingFreeType  # noqa: F401  registers the text renderer
from numpy.typing import ArrayLike
from vtkmodules.vtkRenderingCore import vtkRenderer, vtkTextActor

from viewer.canvas.protocol import TextLook

_LAST_LATIN, _KNOWN, _FROM_FILE = 255, "–−…’", 4  # 4: VTK_FONT_FILE
_H = {"left": 0, "centre": 1, "right": 2}
_V = {"bottom": 0, "centre": 1, "top": 2}


@lru_cache(maxsize=1)
def _wide_font() -> str:
    """A font file with more than Latin letters; the renderer's own would leave a blank."""
    found = importlib.util.find_spec("matplotlib")  # comes with pyvista, and brings DejaVu
    for folder in found.submodule_search_locations or () if found else ():
        path = Path(folder) / "mpl-data" / "fonts" / "ttf" / "DejaVuSans.ttf"
        if path.is_file():
            return str(path)
    return ""


def _take_font(actor: vtkTextActor, text: str) -> None:
    """The renderer's font for Latin letters, the wide one for every other script."""
    if any(ord(letter) > _LAST_LATIN and letter not in _KNOWN for letter in text) and _wide_font():
        prop = actor.GetTextProperty()
        prop.SetFontFile(_wide_font())
        prop.SetFontFamily(_FROM_FILE)


class Writing:
    """The labels of one renderer."""

    def __init__(self, renderer: vtkRenderer) -> None:
        self._renderer = renderer
        self._labels: dict[str, tuple[vtkTextActor, TextLook]] = {}
        self._scale = 1.0

    def write(self, key: str, text: str, at: ArrayLike, look: TextLook) -> None:
        """Write at a world point (3,) or at fractions (2,) of the view; no text hides the label."""
        known = self._labels.get(key)
        actor = known[0] if known else vtkTextActor()
        if known is None:
            self._renderer.AddViewProp(actor)
        self._labels[key] = (actor, look)
        place = [float(v) for v in np.asarray(at)]
        coordinate = actor.GetPositionCoordinate()
        if len(place) == 3:
            coordinate.SetCoordinateSystemToWorld()
            coordinate.SetValue(*place)
        else:
            coordinate.SetCoordinateSystemToNormalizedViewport()
            coordinate.SetValue(*place, 0.0)
        actor.SetInput(text)
        self._style(actor, look)
        _take_font(actor, text)
        actor.SetVisibility(bool(text))

    def _style(self, actor: vtkTextActor, look: TextLook) -> None:
        prop = actor.GetTextProperty()
        prop.SetFontFamilyToArial()
        prop.SetFontSize(max(6, round(look.size * self._scale)))
        prop.SetBold(look.bold)
        prop.SetColor(*look.color)
        prop.SetJustification(_H[look.anchor[0]])
        prop.SetVerticalJustification(_V[look.anchor[1]])
        prop.SetBackgroundOpacity(look.panel_opacity if look.panel else 0.0)
        if look.panel:
            prop.SetBackgroundColor(*look.panel)

    def remove(self, key: str) -> None:
        """Forget a label; an unknown key is no error."""
        known = self._labels.pop(key, None)
        if known is not None:
            self._renderer.RemoveViewProp(known[0])

    def rescale(self, factor: float) -> None:
        """Device pixels per logical pixel."""
        self._scale = factor
        for actor, look in self._labels.values():
            self._style(actor, look)

    def clear(self) -> None:
        """Forget every label."""
        for key in list(self._labels):
            self.remove(key)
