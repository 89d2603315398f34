"""The drawing itself: keyed shapes on four renderers that share one camera. Knows no window.

Three depths of drawing share the picture. The body is expensive and changes seldom; the needle is
cheap and changes with every mouse move. So the body's colours and depths are kept after they were
drawn, and a picture in which only the needle moved starts from that copy: exact, depth included,
and independent of how many triangles the body has (`Keeper`).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import vtkmodules.vtkRenderingOpenGL2  # noqa: F401  registers the drawing back end
from numpy.typing import ArrayLike
from vtkmodules.vtkCommonDataModel import vtkPlane, vtkPolyData
from vtkmodules.vtkCommonMath import vtkMatrix4x4
from vtkmodules.vtkRenderingCore import (
    vtkActor,
    vtkCamera,
    vtkLight,
    vtkPolyDataMapper,
    vtkRenderer,
    vtkRenderWindow,
)

from viewer.canvas import polydata, shaders
from viewer.canvas.air import Air
from viewer.canvas.camera import CameraPose
from viewer.canvas.keeper import Keeper
from viewer.canvas.moving import MovingCopy
from viewer.canvas.protocol import Color, Look, Segments, TextLook, Triangles
from viewer.canvas.writing import Writing

UNCLIPPED = "section/"
"""Shapes under such keys lie in the plane of the cut and are drawn whole."""
_DEFAULT_POSE = CameraPose((0.0, 0.0, 0.0), 0.0, 0.0, 1000.0)


@dataclass
class _Item:
    """One shown shape: the solid actor and, on the needle level, its ghost."""

    shape: Triangles | Segments
    look: Look
    poly: vtkPolyData
    actors: list[vtkActor]


class Stage:
    """Shapes, labels, camera and light of one render window."""

    def __init__(self, window: vtkRenderWindow) -> None:
        self._window = window
        window.SetNumberOfLayers(3)
        window.SetMultiSamples(0)
        self._camera = vtkCamera()
        self._body, self._needle, self._front = (self._renderer(layer) for layer in range(3))
        self._body.GradientBackgroundOn()
        self._needle.PreserveDepthBufferOn()
        self._items: dict[str, _Item] = {}
        self._writing = Writing(self._front)
        self._scale = 1.0
        self._keeper = Keeper(window, self._body, self._needle)
        self._air = Air()
        self._moving_copy = MovingCopy(self._body, self._air)
        self._moving = False
        self._clip: vtkPlane | None = None
        self._pose = _DEFAULT_POSE
        self.camera = _DEFAULT_POSE

    def _renderer(self, layer: int) -> vtkRenderer:
        renderer = vtkRenderer()
        renderer.SetLayer(layer)
        renderer.SetAutomaticLightCreation(False)
        light = vtkLight()  # asked for by the library; the shaders bring their own
        light.SetLightTypeToHeadlight()
        renderer.AddLight(light)
        renderer.SetActiveCamera(self._camera)
        self._window.AddRenderer(renderer)
        return renderer

    # -- shapes -------------------------------------------------------------------------------
    def show(self, key: str, shape: Triangles | Segments, look: Look) -> None:
        """Draw a shape under this key from now on."""
        item = self._items.get(key)
        if item is not None and item.look.level != look.level:
            self.remove(key)
            item = None
        if item is None:
            item = _Item(shape, look, vtkPolyData(), [])
            self._items[key] = item
            for renderer in self._renderers(look):
                item.actors.append(self._actor(item.poly, look, renderer))
            self._clip_item(key, item)
        item.shape = shape
        polydata.fill(item.poly, shape)
        for actor in item.actors:
            actor.GetMapper().SetScalarVisibility(shape.colors is not None)
        self.restyle(key, look)

    def _renderers(self, look: Look) -> list[vtkRenderer]:
        if look.level == "needle":
            return [self._needle, self._front]
        return [self._body if look.level == "body" else self._front]

    def _actor(self, poly: vtkPolyData, look: Look, renderer: vtkRenderer) -> vtkActor:
        mapper = vtkPolyDataMapper()
        mapper.SetInputData(poly)
        mapper.SetColorModeToDirectScalars()
        actor = vtkActor()
        actor.SetMapper(mapper)
        ghost = look.level == "needle" and renderer is self._front
        shaders.apply(actor, look.finish, ghost)
        self._air.join(actor, renderer is not self._front)
        renderer.AddActor(actor)
        return actor

    def restyle(self, key: str, look: Look) -> None:
        """Change how a shape looks."""
        item = self._items[key]
        if (item.look.finish == "glass") != (look.finish == "glass"):
            shape = item.shape  # a finish is a shader of the actor: make it anew
            self.remove(key)
            self.show(key, shape, look)
            return
        item.look = look
        for actor in item.actors:
            self._style(actor, look)
        self._touch(look.level)
        if look.level == "body":
            if key.startswith(UNCLIPPED):
                return
            self._moving_copy.touch()
            self._sync_moving(item)

    def _style(self, actor: vtkActor, look: Look) -> None:
        actor.SetVisibility(look.visible and look.opacity > 0.004)
        prop = actor.GetProperty()
        prop.SetColor(*look.color)
        prop.SetOpacity(look.opacity)
        prop.SetLineWidth(look.width * self._scale)
        prop.SetLighting(look.finish != "flat")
        prop.SetBackfaceCulling(look.finish == "glass" or look.level != "body")
        if look.finish == "glass":
            actor.ForceTranslucentOn()

    def move(self, key: str, matrix: ArrayLike) -> None:
        """Place a shape by a (4, 4) rigid matrix."""
        item = self._items[key]
        m = vtkMatrix4x4()
        m.DeepCopy(np.asarray(matrix, dtype=np.float64).ravel())
        for actor in item.actors:
            actor.SetUserMatrix(m)
        self._touch(item.look.level)

    def clip(self, origin: ArrayLike | None, normal: ArrayLike | None) -> None:
        """Leave out what of the body lies on the normal's side of a plane; ``None`` for nothing.

        Done by the graphics while drawing: no surface is cut.
        """
        before = self._clip
        if origin is None or normal is None:
            self._clip = None
        else:
            self._clip = before or vtkPlane()  # moved, not made anew: shaders stay as they are
            self._clip.SetOrigin(*np.asarray(origin, dtype=np.float64))
            self._clip.SetNormal(*(-np.asarray(normal, dtype=np.float64)))
        if self._clip is not before:
            for key, item in self._items.items():
                self._clip_item(key, item)
            self._moving_copy.clip(self._clip)
        self._keeper.drop()

    def _clip_item(self, key: str, item: _Item) -> None:
        if item.look.level != "body" or key.startswith(UNCLIPPED):
            return
        for actor in item.actors:
            actor.GetMapper().RemoveAllClippingPlanes()
            if self._clip is not None:
                actor.GetMapper().AddClippingPlane(self._clip)

    def remove(self, key: str) -> None:
        """Forget a shape or a label."""
        item = self._items.pop(key, None)
        if item is not None:
            for renderer, actor in zip(self._renderers(item.look), item.actors, strict=True):
                renderer.RemoveActor(actor)
                self._air.leave(actor)
            self._touch(item.look.level)
            if item.look.level == "body":
                self._moving_copy.touch()
        self._writing.remove(key)

    # -- text ---------------------------------------------------------------------------------
    def label(self, key: str, text: str, at: ArrayLike, look: TextLook) -> None:
        """Write at a world point (3,) or at fractions (2,) of the view."""
        self._writing.write(key, text, at, look)

    @property
    def scale(self) -> float:
        """Device pixels per logical pixel: text and line widths follow it."""
        return self._scale

    @scale.setter
    def scale(self, factor: float) -> None:
        if factor == self._scale:
            return
        self._scale = factor
        self._writing.rescale(factor)
        for item in self._items.values():
            for drawn in item.actors:
                drawn.GetProperty().SetLineWidth(item.look.width * factor)

    # -- view ---------------------------------------------------------------------------------
    @property
    def camera(self) -> CameraPose:
        """The pose drawn next."""
        return self._pose

    @camera.setter
    def camera(self, pose: CameraPose) -> None:
        self._pose = pose
        camera = self._camera
        camera.SetFocalPoint(*pose.focal)
        camera.SetPosition(*pose.eye)
        camera.SetViewUp(*pose.up)
        camera.SetViewAngle(pose.view_angle_deg)
        camera.SetParallelProjection(pose.parallel)
        camera.SetParallelScale(pose.half_height)
        # Wide, fixed planes: the needle's depths must match the kept depths of the body.
        near = max(pose.distance - 1500.0, pose.distance * 0.02, 2.0)
        camera.SetClippingRange(near, pose.distance + 1500.0)
        self._air.look_from(pose.distance, (near, pose.distance + 1500.0), pose.parallel)
        self._keeper.drop()

    def background(self, bottom: Color, top: Color) -> None:
        """Set the gradient behind everything."""
        self._body.SetBackground(*bottom)
        self._body.SetBackground2(*top)
        self._air.color = tuple((a + b) / 2 for a, b in zip(bottom, top, strict=True))
        self._keeper.drop()

    def smooth(self, on: bool) -> None:
        """Smooth edges in the body's picture (for still pictures)."""
        if bool(self._body.GetUseFXAA()) != on:
            self._body.SetUseFXAA(on)
            self._keeper.drop()

    # -- moving copies ------------------------------------------------------------------------
    @property
    def moving(self) -> bool:
        """Whether the coarse copies are drawn."""
        return self._moving

    @moving.setter
    def moving(self, on: bool) -> None:
        if on == self._moving:
            return
        self._moving = on
        if on:
            self._moving_copy.build({k: (i.shape, i.look) for k, i in self._items.items()
                                     if not k.startswith(UNCLIPPED)})  # fmt: skip
        self._moving_copy.visible = on
        for key, item in self._items.items():
            if not key.startswith(UNCLIPPED):
                self._sync_moving(item)
        self._keeper.drop()

    def _sync_moving(self, item: _Item) -> None:
        if item.look.level != "body" or not isinstance(item.shape, Triangles):
            return
        shown = item.look.visible and item.look.opacity > 0.004
        for actor in item.actors:
            actor.SetVisibility(shown and not self._moving)

    # -- drawing ------------------------------------------------------------------------------
    def _touch(self, level: str) -> None:
        if level == "body":
            self._keeper.drop()

    def before_draw(self) -> None:
        """Bring back the kept body if nothing but the needle changed. GL context current."""
        self._keeper.before_draw()

    def after_draw(self) -> None:
        """Note that the kept body is what was drawn."""
        self._keeper.after_draw()

    @property
    def body_is_kept(self) -> bool:
        """Whether the next picture starts from the kept body."""
        return self._keeper.valid

    def drop_kept(self) -> None:
        """Draw the body afresh next time (after a resize or a lost context)."""
        self._keeper.drop()

    def close(self) -> None:
        """Let go of observers and actors."""
        self._keeper.close()
        self._writing.clear()
        for renderer in (self._body, self._needle, self._front):
            renderer.RemoveAllViewProps()
        self._items.clear()
