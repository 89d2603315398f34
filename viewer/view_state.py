"""How the body looks: visibility, opacity, colour, isolation, layers, x-ray, cut, camera. No Qt.

Never part of a verdict: what is hidden is still assessed. Changes of looks have an undo of their
own, apart from the plan's. Implements `viewer.scene.view.View`; the tree shows the user's choice
(`look`), the scene draws it with isolation, layers and x-ray applied (`appearance`). Each notice
names the structures that changed, so that a change of one restyles one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace

from meshes.body import Body
from viewer.appearance import Appearance, Color, default_appearance, xray_appearance
from viewer.canvas.camera import CameraPose
from viewer.layers import STEPS, depth_of, is_laid_open, least_depth, useful_steps
from viewer.measure import Measures

Listener = Callable[[frozenset[str]], None]
_MOST_UNDO = 200


@dataclass(frozen=True)
class Looks:
    """Everything about looks that can be undone, frozen."""

    choices: Mapping[str, Appearance]
    isolated: frozenset[str] = frozenset()
    step: int = 0
    xray: bool = False


class ViewState:
    """The look of one body. Every setter sends at most one notice."""

    def __init__(self, body: Body) -> None:
        self._listeners: list[Listener] = []
        self.measures = Measures()
        self._start(body)

    def _start(self, body: Body) -> None:
        structures = body.structures.values()
        self._depths = {s.id: depth_of(s) for s in structures}
        self._systems = {s.id: s.system for s in structures}
        self._steps = useful_steps(structures)
        self._defaults = {s.id: default_appearance(s) for s in structures}
        self._now = Looks(dict(self._defaults))
        self._past: list[Looks] = []
        self._future: list[Looks] = []
        self._last: object = None
        self.camera: CameraPose | None = None

    def open(self, body: Body) -> None:
        """Start over with another body."""
        self.measures.replace(())
        self._start(body)
        self._tell(self._defaults)

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
        """The user's choice for a structure; isolation, layers and x-ray aside."""
        return self._now.choices[structure_id]

    def appearance(self, structure_id: str) -> Appearance | None:
        """What to draw, everything applied; ``None`` for an unknown structure."""
        look = self._now.choices.get(structure_id)
        if look is None:
            return None
        if self._now.isolated:
            look = replace(look, visible=structure_id in self._now.isolated)
        elif look.visible and self._depths[structure_id] < least_depth(self._now.step):
            look = replace(look, visible=False)
        elif is_laid_open(self._systems[structure_id], self._depths[structure_id], self._now.step):
            solid = look.opacity == self._defaults[structure_id].opacity
            look = replace(look, finish="matte", opacity=1.0 if solid else look.opacity)
        return xray_appearance(look, self._systems[structure_id]) if self._now.xray else look

    @property
    def isolated(self) -> frozenset[str]:
        """Ids shown alone; empty when nothing is isolated."""
        return self._now.isolated

    @property
    def step(self) -> int:
        """Step of the layer slider (`viewer.layers.STEPS`); 0 hides nothing."""
        return self._now.step

    @property
    def xray(self) -> bool:
        """Whether soft tissue and bone are glass."""
        return self._now.xray

    @property
    def looks(self) -> Looks:
        """Everything about looks, frozen: what a bookmark keeps."""
        return self._now

    @property
    def defaults(self) -> Mapping[str, Appearance]:
        """The first look of every structure."""
        return self._defaults

    @property
    def can_undo(self) -> bool:
        """Whether a change of looks can be taken back."""
        return bool(self._past)

    @property
    def can_redo(self) -> bool:
        """Whether a change of looks can be brought back."""
        return bool(self._future)

    # -- setting ------------------------------------------------------------------------------
    def put(self, looks: Looks, kind: object = None) -> None:
        """Take these looks as one step; steps of the same ``kind`` in a row are one."""
        before = self._now
        changed = self._change_to(looks)
        if not changed:
            return
        if kind is None or kind != self._last:
            self._past = [*self._past[-_MOST_UNDO:], before]
        self._last, self._future = kind, []
        if self._past and self._past[-1] == looks:  # a slider that came back changed nothing
            self._past, self._last = self._past[:-1], None
        self._tell(changed)

    def _change_to(self, looks: Looks) -> set[str]:
        """Swap the looks; the ids whose choice or drawing differs now."""
        if looks == self._now:
            return set()
        whole = (looks.isolated, looks.step, looks.xray) != (
            self._now.isolated, self._now.step, self._now.xray,
        )  # fmt: skip
        old, self._now = self._now.choices, looks
        if whole:
            return set(looks.choices)
        return {key for key, look in looks.choices.items() if look != old[key]}

    def undo(self) -> bool:
        """Take the last change of looks back; ``False`` if there is none."""
        return self._step(self._past, self._future)

    def redo(self) -> bool:
        """Bring it back; ``False`` if there is none."""
        return self._step(self._future, self._past)

    def _step(self, source: list[Looks], target: list[Looks]) -> bool:
        if not source:
            return False
        target.append(self._now)
        self._last = None
        self._tell(self._change_to(source.pop()))
        return True

    def _set(
        self, ids: Iterable[str], change: Callable[[Appearance], Appearance], kind: object = None
    ) -> None:
        choices = dict(self._now.choices)
        for key in ids:
            choices[key] = change(choices[key])
        self.put(replace(self._now, choices=choices), kind)

    def set_visible(self, ids: Iterable[str], on: bool) -> None:
        """Show or hide structures."""
        self._set(ids, lambda look: replace(look, visible=on))

    def set_opacity(self, ids: Iterable[str], opacity: float) -> None:
        """Fade structures, 0–1; a drag of the slider is one step of undo."""
        value, which = min(max(float(opacity), 0.0), 1.0), tuple(ids)
        self._set(which, lambda look: replace(look, opacity=value), ("opacity", which))

    def set_color(self, ids: Iterable[str], color: Color) -> None:
        """Colour structures, sRGB 0–1."""
        self._set(ids, lambda look: replace(look, color=color))

    def isolate(self, ids: Iterable[str]) -> None:
        """Show only these; the choices of all others are kept for later. Empty ends it."""
        self.put(replace(self._now, isolated=frozenset(ids)))

    def show_all(self) -> None:
        """Show every structure: ends isolation and peeling."""
        shown = {key: replace(look, visible=True) for key, look in self._now.choices.items()}
        self.put(replace(self._now, choices=shown, isolated=frozenset(), step=0))

    def reset(self) -> None:
        """Return to the first look."""
        self.put(Looks(dict(self._defaults)))

    @property
    def steps(self) -> list[int]:
        """The steps of the layer slider that this body has something for."""
        return self._steps

    def peel_to(self, step: int) -> None:
        """Hide every layer outside of a step of the slider."""
        step = min(max(step, 0), len(STEPS) - 1)
        self.put(replace(self._now, step=step), "peel")

    def peel(self, by: int) -> None:
        """Go that many useful steps inwards (positive) or outwards."""
        inner = [k for k in self._steps if k > self.step]
        outer = [k for k in self._steps if k < self.step]
        if by > 0 and inner:
            self.peel_to(inner[min(by, len(inner)) - 1])
        elif by < 0 and outer:
            self.peel_to(outer[max(by, -len(outer))])

    def set_xray(self, on: bool) -> None:
        """Make soft tissue and bone glass, or not."""
        self.put(replace(self._now, xray=bool(on)))
