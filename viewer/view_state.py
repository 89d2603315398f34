"""How the body looks: visibility, opacity, colour, isolation, layer depth, camera. No Qt.

Saved with the plan's view, never undoable, and never part of a verdict: what is hidden is still
assessed. Presenters and panels subscribe; each notice names what changed, so that a change of one
structure restyles one structure.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Any

from meshes.body import Body
from meshes.catalogue import Structure, fold
from viewer.canvas.camera import CameraPose

Color = tuple[float, float, float]
_TABLE = Path(__file__).parent / "theme" / "anatomy.toml"


@dataclass(frozen=True)
class StructureLook:
    """What a user chose for one structure; ``color`` is sRGB 0–1."""

    visible: bool
    opacity: float
    color: Color


@dataclass(frozen=True)
class ViewChange:
    """What changed: structure ids (``None``: possibly all), or only the camera."""

    structures: frozenset[str] | None = frozenset()
    camera: bool = False


class ViewState:
    """The look of one body. Every setter sends at most one `ViewChange`."""

    def __init__(self, body: Body) -> None:
        self._subscribers: list[Callable[[ViewChange], None]] = []
        self._start(body)

    def _start(self, body: Body) -> None:
        self.body_id = body.id
        self._layers = {s.id: s.layer for s in body.structures.values()}
        self._defaults = {s.id: default_look(s) for s in body.structures.values()}
        self._looks = dict(self._defaults)
        self._isolated: frozenset[str] = frozenset()
        self._layer_from = 0
        self._camera: CameraPose | None = None

    def open(self, body: Body) -> None:
        """Start over with another body."""
        self._start(body)
        self._tell(ViewChange(None, camera=True))

    def subscribe(self, listener: Callable[[ViewChange], None]) -> Callable[[], None]:
        """Call ``listener`` after each change; returns the way to stop."""
        self._subscribers.append(listener)
        return lambda: self._subscribers.remove(listener)

    def _tell(self, change: ViewChange) -> None:
        for listener in tuple(self._subscribers):
            listener(change)

    # -- asking -------------------------------------------------------------------------------
    def look(self, structure_id: str) -> StructureLook:
        """The user's choice for a structure, isolation and layers aside."""
        return self._looks[structure_id]

    def drawn(self, structure_id: str) -> StructureLook:
        """What to draw: the choice, with isolation and the layer depth applied."""
        look = self._looks[structure_id]
        if self._isolated:
            return replace(look, visible=structure_id in self._isolated)
        return replace(look, visible=look.visible and self._layers[structure_id] >= self.layer_from)

    @property
    def isolated(self) -> frozenset[str]:
        """Ids shown alone; empty when nothing is isolated."""
        return self._isolated

    @property
    def layer_from(self) -> int:
        """Layers of a smaller rank are peeled away; 0 peels nothing."""
        return self._layer_from

    @property
    def layer_ranks(self) -> list[int]:
        """The layer ranks the body has, outermost first."""
        return sorted(set(self._layers.values()))

    # -- setting ------------------------------------------------------------------------------
    def _set(self, ids: Iterable[str], change: Callable[[StructureLook], StructureLook]) -> None:
        changed = set()
        for key in ids:
            new = change(self._looks[key])
            if new != self._looks[key]:
                self._looks[key] = new
                changed.add(key)
        if changed:
            self._tell(ViewChange(frozenset(changed)))

    def set_visible(self, ids: Iterable[str], on: bool) -> None:
        """Show or hide structures."""
        self._set(ids, lambda look: replace(look, visible=on))

    def set_opacity(self, ids: Iterable[str], opacity: float) -> None:
        """Fade structures, 0–1."""
        value = min(max(float(opacity), 0.0), 1.0)
        self._set(ids, lambda look: replace(look, opacity=value))

    def set_color(self, ids: Iterable[str], color: Color) -> None:
        """Colour structures, sRGB 0–1."""
        self._set(ids, lambda look: replace(look, color=color))

    def isolate(self, ids: Iterable[str]) -> None:
        """Show only these; the choices of all others are kept for later. Empty ends it."""
        wanted = frozenset(ids)
        if wanted != self._isolated:
            self._isolated = wanted
            self._tell(ViewChange(None))

    def show_all(self) -> None:
        """Show every structure: ends isolation and peeling."""
        self._isolated, self._layer_from = frozenset(), 0
        self._looks = {key: replace(look, visible=True) for key, look in self._looks.items()}
        self._tell(ViewChange(None))

    def reset(self) -> None:
        """Return to the first look."""
        self._isolated, self._layer_from = frozenset(), 0
        self._looks = dict(self._defaults)
        self._tell(ViewChange(None))

    def peel_to(self, rank: int) -> None:
        """Hide every layer outside of ``rank``."""
        if rank != self._layer_from:
            self._layer_from = rank
            self._tell(ViewChange(None))

    @property
    def camera(self) -> CameraPose | None:
        """The last pose, or ``None`` before the first picture."""
        return self._camera

    @camera.setter
    def camera(self, pose: CameraPose) -> None:
        if pose != self._camera:
            self._camera = pose
            self._tell(ViewChange(camera=True))


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(_TABLE.read_text(encoding="utf-8"))


def default_look(structure: Structure) -> StructureLook:
    """Return the first look of a structure, from ``theme/anatomy.toml``."""

    table = _table()
    row = dict(table["system"].get(structure.system, table["system"]["other"]))
    if structure.system not in ("skin", "pleura", "bone", "muscle"):
        text = fold(f"{structure.id} {structure.name} {structure.latin}")
        for rule in table["look"]:
            if re.search(rule["match"], text):
                row.update(rule)
                break
    return StructureLook(row["visible"], row["opacity"], _rgb(row["color"]))


def _rgb(text: str) -> Color:
    r, g, b = (int(text[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return (r, g, b)
