"""What the scene asks of the view state: how each structure looks, and nothing else.

`viewer.view_state` keeps it for the window; `PlainView` is enough for a picture without a window
and for tests. The scene only reads here, except for the camera, which the user moves in the scene.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol

from viewer.appearance import Appearance
from viewer.canvas.camera import CameraPose


class View(Protocol):
    """The part of the view state that the scene reads. Saved with the plan, never undone."""

    camera: CameraPose | None
    """Where the user stands; ``None`` until the first picture. The scene writes it."""

    def appearance(self, structure_id: str) -> Appearance | None:
        """How a structure looks; ``None`` leaves it to `viewer.appearance.default_appearance`."""
        ...

    def subscribe(self, tell: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Call ``tell`` with the ids that look different now, until the result is called."""
        ...


class PlainView:
    """A view state of its own: defaults, changed by `set`."""

    def __init__(self, camera: CameraPose | None = None) -> None:
        self.camera = camera
        self._set: dict[str, Appearance] = {}
        self._told: list[Callable[[frozenset[str]], None]] = []

    def appearance(self, structure_id: str) -> Appearance | None:
        """What `set` said last, or ``None``."""
        return self._set.get(structure_id)

    def set(self, structure_ids: Iterable[str], appearance: Appearance | None) -> None:
        """Change how structures look; ``None`` returns them to their defaults."""
        ids = frozenset(structure_ids)
        for key in ids:
            if appearance is None:
                self._set.pop(key, None)
            else:
                self._set[key] = appearance
        for tell in list(self._told):
            tell(ids)

    def subscribe(self, tell: Callable[[frozenset[str]], None]) -> Callable[[], None]:
        """Call ``tell`` at each change until the result is called."""
        self._told.append(tell)

        def stop() -> None:
            if tell in self._told:
                self._told.remove(tell)

        return stop
