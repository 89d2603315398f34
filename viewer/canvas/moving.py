"""One coarse copy of the whole body, drawn while the view moves.

Hundreds of actors cost more than their triangles on software OpenGL. The coarse triangles of all
opaque structures are one mesh with a colour per point, those of all translucent ones another; the
glass skin stays apart because of its shader. Rebuilt only after something changed its look.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import numpy as np
from vtkmodules.vtkCommonDataModel import vtkPlane, vtkPolyData
from vtkmodules.vtkRenderingCore import vtkActor, vtkPolyDataMapper, vtkRenderer

from viewer.canvas import polydata, shaders
from viewer.canvas.air import Air
from viewer.canvas.protocol import Look, Segments, Triangles

Shown = tuple[Triangles | Segments, Look]


class MovingCopy:
    """The coarse copy of one renderer's shapes."""

    def __init__(self, renderer: vtkRenderer, air: Air) -> None:
        self._renderer = renderer
        self._air = air
        self._actors: dict[str, vtkActor] = {}
        self._stale = True
        self._visible = False
        self._clip: vtkPlane | None = None

    def touch(self) -> None:
        """Something changed: rebuild before the next use."""
        self._stale = True

    def clip(self, plane: vtkPlane | None) -> None:
        """Leave out what lies on the far side of a plane; ``None`` for nothing."""
        self._clip = plane
        for actor in self._actors.values():
            self._clip_actor(actor)

    def _clip_actor(self, actor: vtkActor) -> None:
        actor.GetMapper().RemoveAllClippingPlanes()
        if self._clip is not None:
            actor.GetMapper().AddClippingPlane(self._clip)

    @property
    def visible(self) -> bool:
        """Whether the copy is drawn."""
        return self._visible

    @visible.setter
    def visible(self, on: bool) -> None:
        self._visible = on
        for actor in self._actors.values():
            has_cells = actor.GetMapper().GetInput().GetNumberOfCells() > 0
            actor.SetVisibility(on and has_cells)

    def build(self, shown: Mapping[str, Shown]) -> None:
        """Merge what is visible; does nothing if nothing changed."""
        if not self._stale:
            return
        self._stale = False
        groups: dict[str, list[tuple[Triangles, Look]]] = {"solid": [], "clear": [], "glass": []}
        for shape, look in shown.values():
            seen = look.level == "body" and look.visible and look.opacity > 0.004
            if seen and isinstance(shape, Triangles):
                kind = "solid" if look.opacity >= 0.999 else "clear"
                kind = "glass" if look.finish == "glass" else kind
                groups[kind].append((shape.coarse or shape, look))
        for kind, parts in groups.items():
            self._fill(kind, parts)

    def _fill(self, kind: str, parts: list[tuple[Triangles, Look]]) -> None:
        actor = self._actors.get(kind)
        if actor is None:
            actor = self._actors[kind] = self._make(kind)
        poly = actor.GetMapper().GetInput()
        poly.Initialize()
        if parts:
            polydata.fill(poly, _merged(parts, with_alpha=kind != "solid"))

    def _make(self, kind: str) -> vtkActor:
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(vtkPolyData())
        mapper.SetColorModeToDirectScalars()
        actor = vtkActor()
        actor.SetMapper(mapper)
        shaders.apply(actor, "glass" if kind == "glass" else "matte")
        prop = actor.GetProperty()
        prop.SetBackfaceCulling(kind == "glass")
        if kind != "solid":
            actor.ForceTranslucentOn()
        else:
            actor.ForceOpaqueOn()
        self._air.join(actor, fades=True)
        self._clip_actor(actor)
        self._renderer.AddActor(actor)
        return actor


def _merged(parts: Iterable[tuple[Triangles, Look]], with_alpha: bool) -> Triangles:
    points, triangles, normals, colors = [], [], [], []
    start = 0
    for shape, look in parts:
        n = len(shape.points)
        points.append(shape.points)
        triangles.append(shape.triangles + np.int32(start))
        normals.append(shape.normals if shape.normals is not None else np.zeros((n, 3), np.float32))
        rgba = [round(255 * c) for c in (*look.color, look.opacity)]
        if shape.colors is not None and shape.colors.shape[1] == 3 and not with_alpha:
            colors.append(shape.colors)
        else:
            colors.append(np.tile(np.array(rgba[: 4 if with_alpha else 3], np.uint8), (n, 1)))
        start += n
    return Triangles(
        np.concatenate(points),
        np.concatenate(triangles).astype(np.int32),
        np.concatenate(normals),
        np.concatenate(colors),
    )
