"""Presenter of one needle: shaft, handle, entry ring, tip, and the dashed line beyond the tip.

One mesh per needle, so that following a drag replaces one array. Sizes are real where they can be
seen and never less than a few pixels, so the mesh is made again when the camera moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.canvas.protocol import Canvas, Color, Look
from viewer.scene import colors
from viewer.scene.colors import SceneColors, mixed
from viewer.scene.profile import Profile
from viewer.scene.screen import Screen
from viewer.scene.shapes import INK, PAPER, Mesh, dashes
from zones.assessment import Verdict
from zones.plan import PlannedNeedle

HANDLE_MM = 24.0
_HANDLE_RADIUS_MM = 1.1
_FREE_SHAFT_MM = 14.0
_BEYOND_MM = 45.0
_SHAFT_PX, _HANDLE_PX, _HANDLE_LONG_PX = 1.75, 3.9, 44.0


@dataclass(frozen=True)
class NeedleState:
    """What one needle shows. ``profile`` and ``verdict`` are ``None`` while they are computed.

    ``hot`` is the part under the mouse: ``entry``, ``tip``, ``hub``, ``shaft`` or nothing.
    """

    planned: PlannedNeedle
    selected: bool = True
    editable: bool = False
    profile: Profile | None = None
    verdict: Verdict | None = None
    hot: str = ""


def hub_depth(planned: PlannedNeedle) -> float:
    """Where the handle begins on the axis, mm; negative is outside the skin."""
    length = planned.length
    if length is None:
        return -_FREE_SHAFT_MM
    return -max(length - planned.needle.depth, 2.0)


def grip_depth(planned: PlannedNeedle) -> float:
    """Where the handle is held, mm along the axis: its far end."""
    return hub_depth(planned) - HANDLE_MM


class NeedlePresenter:
    """Keeps one drawn needle equal to its state."""

    def __init__(self, canvas: Canvas, key: str, theme: SceneColors) -> None:
        self._canvas = canvas
        self._key = key
        self.theme = theme
        self._drawn: tuple[object, ...] = ()

    def show(self, state: NeedleState, screen: Screen) -> None:
        """Draw this state as seen from here; nothing happens if it is drawn already."""
        wanted = (state, screen, self.theme)
        if wanted == self._drawn:
            return
        self._drawn = wanted
        look = Look(
            opacity=1.0 if state.selected else 0.5, level="needle", finish="sheen", visible=True
        )
        self._canvas.show(self._key, _mesh(state, screen).triangles(), look)

    def clear(self) -> None:
        """Take the needle off the canvas."""
        self._canvas.remove(self._key)
        self._drawn = ()


def _mesh(state: NeedleState, screen: Screen) -> Mesh:
    needle = state.planned.needle
    px = screen.mm_per_pixel(needle.entry)
    thick = 1.0 if state.selected else 0.75
    mesh = Mesh()
    radius = max(needle.radius, _SHAFT_PX * px * thick)
    _shaft(mesh, state, radius, px)
    _handle(mesh, state, max(_HANDLE_RADIUS_MM, _HANDLE_PX * px * thick), radius, px)
    ring = 8.0 if state.hot == "entry" else 6.2
    mesh.ring(
        needle.entry, needle.direction, radius + ring * px * thick, 1.25 * px, _entry_color(state)
    )
    if state.selected:
        _beyond(mesh, state, px)
        grown = 5.4 if state.hot == "tip" else 3.6
        mesh.ball(needle.tip, max(2.2 * needle.radius, grown * px), _tip_color(state), px)
    return mesh


def _line_color(state: NeedleState, depth: float) -> Color:
    color = colors.STEEL if state.profile is None else state.profile.color_at(depth)
    return color if state.selected else mixed(color, colors.STEEL, 0.6)


def _tip_color(state: NeedleState) -> Color:
    return PAPER if state.hot == "tip" else _line_color(state, state.planned.needle.depth)


def _entry_color(state: NeedleState) -> Color:
    return PAPER if state.selected else colors.STEEL


def _shaft(mesh: Mesh, state: NeedleState, radius: float, px: float) -> None:
    """The shaft: steel outside the skin, coloured inside, a dark band every ten millimetres."""
    needle = state.planned.needle
    start, stop = hub_depth(state.planned), needle.depth
    cuts = {start, stop, *(d for d in (0.0,) if start < d < stop)}
    if state.profile is not None:
        cuts.update(state.profile.cuts(0.0, stop))
    bands = np.arange(10.0, stop, 10.0) if state.selected else np.empty(0)
    half = min(0.45, 0.5 * radius)
    for band in bands:
        cuts.update(d for d in (band - half, band + half) if start < d < stop)
    edges = sorted(cuts)
    depths, rgb = [], []
    for low, high in zip(edges, edges[1:], strict=False):
        middle = (low + high) / 2
        color = colors.STEEL if middle < 0 else _line_color(state, middle)
        if bands.size and np.abs(bands - middle).min() < half:
            color = mixed(color, INK, 0.45)
        depths += [low, high]
        rgb += [color, color]
    if not depths:
        depths, rgb = [start, start + 1e-3], [colors.STEEL] * 2
    centres = needle.entry + np.outer(depths, needle.direction)
    mesh.tube(centres, radius, rgb)
    mesh.halo(centres[0], centres[-1], radius, px)


def _handle(mesh: Mesh, state: NeedleState, radius: float, shaft: float, px: float) -> None:
    """The handle in the colour of the verdict; banded with grey where something is unknown."""
    needle, top = state.planned.needle, hub_depth(state.planned)
    color = colors.of_verdict(state.verdict)
    if not state.selected:
        color = mixed(color, colors.STEEL, 0.6)
    other = PAPER if state.verdict is Verdict.NOT_ASSESSED else mixed(color, INK, 0.28)
    if state.hot == "hub":
        color, other = mixed(color, PAPER, 0.45), mixed(other, PAPER, 0.45)
    depths = np.linspace(top, top - HANDLE_MM, 9)
    for i, (low, high) in enumerate(zip(depths, depths[1:], strict=False)):
        centres = needle.entry + np.outer([high, low], needle.direction)
        mesh.tube(centres, radius, other if i % 2 else color)
    ends = needle.entry + np.outer([top - HANDLE_MM, top], needle.direction)
    mesh.halo(ends[0], ends[1], radius, px)
    collar = needle.entry + np.outer([top - 0.1, top + 1.2], needle.direction)
    mesh.tube(collar, (radius + shaft) / 2, colors.STEEL)
    if state.editable:
        size = radius * (1.9 if state.hot == "hub" else 1.55)
        end = needle.point_at(top - HANDLE_MM)
        mesh.ball(end, size, PAPER if state.hot == "hub" else color, px)


def _beyond(mesh: Mesh, state: NeedleState, px: float) -> None:
    """The line beyond the tip in dashes, to the first contact or a fixed length; limit ring."""
    needle, known = state.planned.needle, state.profile
    stop = needle.depth + _BEYOND_MM
    if known is not None:
        stop = min(stop, known.end, max(known.contact, needle.depth))
    thin = 0.95 * px
    for low, high in dashes(needle.depth + 4 * px, stop, 6 * px, 5 * px):
        color = _line_color(state, (low + high) / 2)
        ends = needle.entry + np.outer([low, high], needle.direction)
        mesh.tube(ends, thin, color, sides=8)
        mesh.tube_rim(ends[0], ends[1], thin, 0.9 * px, PAPER, sides=8)
    if known is not None and 0.0 < known.margin_kept < min(stop + 1e-6, known.end):
        mesh.ring(needle.point_at(known.margin_kept), needle.direction, 5.5 * px, 1.1 * px,
                  colors.WITHIN)  # fmt: skip
    if known is not None and needle.depth < known.contact <= stop + 1e-6:
        mesh.ball(needle.point_at(known.contact), 3.0 * px, colors.BREACH, px)
