"""How the body looks: visibility, opacity, colour, isolation, layer depth, camera. No Qt.

Saved with the plan's view, never undoable, and never part of a verdict: what is hidden is still
assessed. Implements `viewer.scene.view.View`; the tree shows the user's choice (`look`), the scene
draws it with isolation and peeling applied (`appearance`). Each notice names the structures that
changed, so that a change of one restyles one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace

from meshes.body import Body
from viewer.appearance import Appearance, Color, default_appearance
from viewer.canvas.camera import CameraPose
from viewer.measure import Measures

Listener = Callable[[frozenset[str]], None]


class ViewState:
    """The look of one body. Every setter sends at most one notice."""

    def __init__(self, body: Body) -> None:
        self._listeners: list[Listener] = []
        self.measures = Measures()
        self._start(body)

    def _start(self, body: Body) -> None:
        self._layers = {s.id: s.layer for s in body.structures.values()}
        self._defaults = {s.id: default_appearance(s) for s in body.structures.values()}
        self._looks = dict(self._defaults)
        self._isolated: frozenset[str] = frozenset()
        self._layer_from = 0
        self.camera: CameraPose | None = None

    def open(self, body: Body) -> None:
        """Start over with another body."""
        self.measures.replace(())
        self._start(body)
        self._tell(self._looks)

    def subscribe(self, tell: Listener) -> Callable[[], None]:
        """Call ``tell`` with the changed ids after each change, until the result is called."""
        self._listeners.append(tell)

        def stop() -> None:
            if tell in self._listeners:
                self._listeners.remove(tell)

        return stop

    def _tell(self, ids: Iterable[str]) -> None:
        changed = frozenset(ids)
        for listener in tuple(self._listeners):
            listener(changed)

    # -- asking -------------------------------------------------------------------------------
    def look(self, structure_id: str) -> Appearance:
        """The user's choice for a structure, isolation and peeling aside."""
        return self._looks[structure_id]

    def appearance(self, structure_id: str) -> Appearance | None:
        """What to draw: the choice, with isolation and peeling applied; ``None`` if unknown."""
        look = self._looks.get(structure_id)
        if look is None:
            return None
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
    def _set(self, ids: Iterable[str], change: Callable[[Appearance], Appearance]) -> None:
        changed = set()
        for key in ids:
            new = change(self._looks[key])
            if new != self._looks[key]:
                self._looks[key] = new
                changed.add(key)
        if changed:
            self._tell(changed)

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
            self._tell(self._looks)

    def show_all(self) -> None:
        """Show every structure: ends isolation and peeling."""
        self._isolated, self._layer_from = frozenset(), 0
        self._looks = {key: replace(look, visible=True) for key, look in self._looks.items()}
        self._tell(self._looks)

    def reset(self) -> None:
        """Return to the first look."""
        self._isolated, self._layer_from = frozenset(), 0
        self._looks = dict(self._defaults)
        self._tell(self._looks)

    def peel_to(self, rank: int) -> None:
        """Hide every layer outside of ``rank``."""
        if rank != self._layer_from:
            self._layer_from = rank
            self._tell(self._looks)
