"""Presenter of one needle: shaft, handle, entry ring, tip, and the dashed line beyond the tip.

One mesh per needle, so that following a drag replaces one array. Sizes are real where they can be
seen and never less than a few pixels, so the mesh is made again when the camera moves.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from viewer.canvas.protocol import Canvas, Color, Look, Triangles
from viewer.scene import colors
from viewer.scene.colors import SceneColors, mixed
from viewer.scene.profile import Profile
from viewer.scene.screen import Screen
from viewer.scene.shapes import INK, PAPER, Spindle, dashes
from zones.assessment import Verdict
from zones.plan import PlannedNeedle

HANDLE_MM = 24.0
_HANDLE_RADIUS_MM = 1.1
_FREE_SHAFT_MM = 14.0
_BEYOND_MM = 45.0
_SHAFT_PX, _HANDLE_PX = 2.1, 3.9
_SHORT_PX, _AROUND_PX = 48.0, 20.0
"""Seen along its axis a needle is a dot: one that is so short on the screen gets a ring around."""


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
        look = Look(level="needle", finish="sheen")
        self._canvas.show(self._key, _mesh(state, screen), look)

    def clear(self) -> None:
        """Take the needle off the canvas."""
        self._canvas.remove(self._key)
        self._drawn = ()


def _mesh(state: NeedleState, screen: Screen) -> Triangles:
    needle = state.planned.needle
    px = screen.mm_per_pixel(needle.entry)
    thick = 1.0 if state.selected else 0.75
    mesh = Spindle(needle.entry, needle.direction)
    radius = max(needle.radius, _SHAFT_PX * px * thick)
    _shaft(mesh, state, radius, px)
    _handle(mesh, state, max(_HANDLE_RADIUS_MM, _HANDLE_PX * px * thick), radius, px)
    ring = 8.0 if state.hot == "entry" else 6.2
    color = PAPER if state.selected else colors.STEEL
    mesh.ring(0.0, radius + ring * px * thick, 1.25 * px, color, px)
    if state.selected and _seen_along(state, screen):
        mesh.ring(0.0, _AROUND_PX * px, 1.6 * px, colors.of_verdict(state.verdict), 1.2 * px)
    if state.selected:
        _beyond(mesh, state, px)
        grown = 5.4 if state.hot == "tip" else 3.6
        mesh.ball(needle.depth, max(2.2 * needle.radius, grown * px), _tip_color(state), px)
    return mesh.triangles()


def _seen_along(state: NeedleState, screen: Screen) -> bool:
    """Whether the whole needle takes so few pixels that it could be missed."""
    needle = state.planned.needle
    depths = np.array([[grip_depth(state.planned)], [needle.depth]])
    grip, tip = screen.pixel(needle.entry + depths * needle.direction)
    return float(np.hypot(*(grip - tip))) < _SHORT_PX


def _line_color(state: NeedleState, depth: float) -> Color:
    color = colors.STEEL if state.profile is None else state.profile.color_at(depth)
    return color if state.selected else mixed(color, colors.STEEL, 0.6)


def _tip_color(state: NeedleState) -> Color:
    return PAPER if state.hot == "tip" else _line_color(state, state.planned.needle.depth)


def _shaft(mesh: Spindle, state: NeedleState, radius: float, px: float) -> None:
    """The shaft: steel outside the skin, coloured inside, a dark band every ten millimetres."""
    start, stop = hub_depth(state.planned), state.planned.needle.depth
    cuts = {start, stop, *(d for d in (0.0,) if start < d < stop)}
    if state.profile is not None:
        cuts.update(state.profile.cuts(0.0, stop))
    edges = sorted(cuts)
    for low, high in zip(edges, edges[1:], strict=False):
        middle = (low + high) / 2
        color = colors.STEEL if middle < 0 else _line_color(state, middle)
        mesh.tube(low, high, radius, color)
    half = min(0.4, 0.5 * radius)
    for band in range(10, int(stop), 10) if state.selected else ():
        if stop - band > 2 * half:
            dark = mixed(_line_color(state, float(band)), INK, 0.5)
            mesh.tube(band - half, band + half, radius * 1.06, dark)
    mesh.halo(start, stop, radius, px)


def _handle(mesh: Spindle, state: NeedleState, radius: float, shaft: float, px: float) -> None:
    """The handle in the colour of the verdict; banded with white where something is unknown."""
    top = hub_depth(state.planned)
    color = colors.of_verdict(state.verdict)
    if not state.selected:
        color = mixed(color, colors.STEEL, 0.6)
    other = PAPER if state.verdict is Verdict.NOT_ASSESSED else mixed(color, INK, 0.28)
    if state.hot == "hub":
        color, other = mixed(color, PAPER, 0.45), mixed(other, PAPER, 0.45)
    step = HANDLE_MM / 8
    for i in range(8):
        low = top - (i + 1) * step
        mesh.tube(low, low + step, radius, other if i % 2 else color)
    mesh.halo(top - HANDLE_MM, top, radius, px)
    mesh.tube(top - 0.1, top + 1.2, (radius + shaft) / 2, colors.STEEL)
    if state.editable:
        size = radius * (1.9 if state.hot == "hub" else 1.55)
        mesh.ball(top - HANDLE_MM, size, PAPER if state.hot == "hub" else color, px)


def _beyond(mesh: Spindle, state: NeedleState, px: float) -> None:
    """The line beyond the tip in dashes, to the first contact or a fixed length; limit ring."""
    depth, known = state.planned.needle.depth, state.profile
    stop = depth + _BEYOND_MM
    if known is not None:
        stop = min(stop, known.end, max(known.contact, depth))
    thin = 0.95 * px
    for low, high in dashes(depth + 4 * px, stop, 6 * px, 5 * px):
        mesh.tube(low, high, thin, _line_color(state, (low + high) / 2))
        mesh.rim(low, high, thin, 0.9 * px, PAPER)
    if known is not None and 0.0 < known.margin_kept < min(stop + 1e-6, known.end):
        mesh.ring(known.margin_kept, 5.5 * px, 1.1 * px, colors.WITHIN, px)
    if known is not None and depth < known.contact <= stop + 1e-6:
        mesh.ball(known.contact, 3.0 * px, colors.BREACH, px)
