"""Presenter of the body: one shape per structure, made once, restyled ever after."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from meshes.body import Body
from meshes.simplify import DisplaySurface, Drawing
from viewer.appearance import Appearance, default_appearance
from viewer.canvas.protocol import Canvas, Look, Triangles
from viewer.scene.view import View

PREFIX = "structure/"


class Structures:
    """Keeps the drawn structures equal to the body and to the view state."""

    def __init__(self, canvas: Canvas, view: View) -> None:
        self._canvas = canvas
        self._view = view
        self._shown: dict[str, Appearance] = {}
        self._defaults: dict[str, Appearance] = {}

    def show(self, body: Body, drawings: Mapping[str, Drawing]) -> None:
        """Draw another body. Structures whose drawing copy is missing are not drawn."""
        self.clear()
        for key, structure in body.structures.items():
            if key not in drawings:
                continue
            self._defaults[key] = default_appearance(structure)
            look = self._appearance(key)
            self._shown[key] = look
            self._canvas.show(PREFIX + key, shape_of(drawings[key]), _look(look))

    def reshape(self, drawings: Mapping[str, Drawing]) -> None:
        """Draw these structures in other shapes; looks stay, unknown ids are no error."""
        for key, drawing in drawings.items():
            if key in self._shown:
                self._canvas.show(PREFIX + key, shape_of(drawing), _look(self._shown[key]))

    def restyle(self, structure_ids: Iterable[str]) -> None:
        """Follow the view state for these structures; unknown ids are no error."""
        for key in structure_ids:
            if key in self._shown:
                look = self._appearance(key)
                if look != self._shown[key]:
                    self._shown[key] = look
                    self._canvas.restyle(PREFIX + key, _look(look))

    def visible(self) -> list[str]:
        """Ids that can be seen now, in the body's order."""
        return [k for k, look in self._shown.items() if look.visible and look.opacity > 0.004]

    def opacity(self, structure_id: str) -> float:
        """How dense a structure is drawn now, 0–1; 0 for an unknown one."""
        look = self._shown.get(structure_id)
        return look.opacity if look is not None and look.visible else 0.0

    def clear(self) -> None:
        """Take every structure off the canvas."""
        for key in self._shown:
            self._canvas.remove(PREFIX + key)
        self._shown.clear()
        self._defaults.clear()

    def _appearance(self, key: str) -> Appearance:
        return self._view.appearance(key) or self._defaults[key]


def _look(look: Appearance) -> Look:
    return Look(look.color, look.opacity, look.visible, "body", look.finish)  # type: ignore[arg-type]


def shape_of(drawing: Drawing) -> Triangles:
    """The canvas's form of a drawing copy."""
    fine, coarse = _shape(drawing.fine), _shape(drawing.coarse)
    return Triangles(fine.points, fine.triangles, fine.normals, coarse=coarse)


def _shape(copy: DisplaySurface) -> Triangles:
    return Triangles(copy.points, copy.triangles, copy.normals)
