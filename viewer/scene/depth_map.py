"""Presenter of the skin's map: coloured skin, contour lines every 10 mm with their depths, a probe.

Drawn just outside the skin. The lines lie where the limit depth, linear between vertices, has their
value; they are drawn once every vertex is asked, and never where a neighbour has no limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meshes.body import Body
from viewer.canvas.protocol import Canvas, Look, Segments, TextLook, Triangles
from viewer.depth_scale import FULL_MM, limit_colors
from viewer.scene.colors import SceneColors
from viewer.scene.screen import Screen
from viewer.scene.shapes import INK, Spindle
from viewer.skin_map import WAITING, SkinMap
from zones.zone_reach import LineState

SKIN, LINES, PROBE, LABEL, READ = "map/skin", "map/lines", "map/probe", "map/label/", "map/read"
STEP_MM = 10.0
_OUT_MM, _LINE_OUT_MM = 0.5, 1.1
_STRIPE_MM = 5.0
_LABEL_GAP_MM, _LABELS_EACH, _MOST_LABELS = 40.0, 3, 14
_FACING, _BESIDE_PX = 0.25, 14.0
_WAITING_COLOR = (206, 209, 214)
Floats = NDArray[np.float64]
Longs = NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Contour:
    """Ends (2k, 3) of the lines' segments, with level (2k,) and outward normal (2k, 3) of each."""

    ends: Floats
    levels: Floats
    outward: Floats


def contours(
    points: Floats, outward: Floats, triangles: Longs, limit: Floats, state: NDArray[np.int8]
) -> Contour:
    """Lines where the limit depth has a multiple of `STEP_MM`; only between limited vertices."""
    whole = triangles[(state[triangles] == LineState.LIMITED).all(axis=1)]
    values = limit[whole]
    ends, levels, normals = [], [], []
    if len(whole):
        first = max(np.ceil(values.min() / STEP_MM) * STEP_MM, STEP_MM)
        last = min(float(values.max()), FULL_MM + 0.5)  # beyond, the colour does not change either
        for level in np.arange(first, last, STEP_MM):
            above = values >= level
            crossed = whole[above.any(axis=1) & ~above.all(axis=1)]
            if not len(crossed):
                continue
            made = [_crossings(points, outward, crossed, limit, level, k) for k in range(3)]
            hit = np.stack([m[0] for m in made], axis=1)
            at = np.stack([m[1] for m in made], axis=1)
            way = np.stack([m[2] for m in made], axis=1)
            ends.append(at[hit].reshape(-1, 3))
            normals.append(way[hit].reshape(-1, 3))
            levels.append(np.full(int(hit.sum()), level))
    if not ends:
        return Contour(np.empty((0, 3)), np.empty(0), np.empty((0, 3)))
    return Contour(np.concatenate(ends), np.concatenate(levels), np.concatenate(normals))


def _crossings(
    points: Floats, outward: Floats, triangles: Longs, limit: Floats, level: float, k: int
) -> tuple[NDArray[np.bool_], Floats, Floats]:
    a, b = triangles[:, k], triangles[:, (k + 1) % 3]
    low, high = limit[a], limit[b]
    hit = (low >= level) != (high >= level)
    share = np.where(hit, (level - low) / np.where(high == low, 1.0, high - low), 0.0)[:, None]
    return hit, points[a] + share * (points[b] - points[a]), outward[a]


class DepthMapPresenter:
    """Draws a `SkinMap`; ``shown`` is what it was drawn from."""

    def __init__(self, canvas: Canvas) -> None:
        self._canvas = canvas
        self.shown: SkinMap | None = None
        self.contour: Contour | None = None
        self._spots: list[tuple[float, Floats, Floats]] = []
        self._labels: set[str] = set()
        self._mesh: tuple[object, Longs, Floats] | None = None

    def show(self, body: Body, found: SkinMap | None, theme: SceneColors, screen: Screen) -> None:
        """Draw this map; ``None`` takes it away."""
        if found is None or body.skin is None or found.body_hash != body.content_hash:
            self.clear()
            return
        if found is self.shown:
            return
        self.shown = found
        triangles, outward = self._part_of_skin(body, found)
        points = found.points + _OUT_MM * outward
        stripe = np.floor(found.points.sum(axis=1) / _STRIPE_MM) % 2 == 0
        waiting = found.shown_state == WAITING
        colors = limit_colors(np.where(waiting, 0.0, found.shown_limit), found.shown_state, stripe)
        colors[waiting] = _WAITING_COLOR
        self._canvas.show(
            SKIN,
            Triangles(points.astype("f4"), triangles.astype("i4"), outward.astype("f4"), colors),
            Look(finish="flat"),  # in the colours of the legend, not of the light
        )
        self._draw_lines(found, triangles, outward)
        self.follow(theme, screen)

    def _part_of_skin(self, body: Body, found: SkinMap) -> tuple[Longs, Floats]:
        known = (body.content_hash, len(found.vertices), found.vertices[:1].tobytes(),
                 found.vertices[-1:].tobytes())  # fmt: skip
        if self._mesh is None or self._mesh[0] != known:
            assert body.skin is not None
            surface = body.skin.surface
            place = np.full(len(surface.points), -1, np.int64)
            place[found.vertices] = np.arange(len(found.vertices))
            triangles = place[np.asarray(surface.triangles, np.int64)]
            triangles = triangles[(triangles >= 0).all(axis=1)]
            self._mesh = (known, triangles, _normals(found.points, triangles))
        return self._mesh[1], self._mesh[2]

    def _draw_lines(self, found: SkinMap, triangles: Longs, outward: Floats) -> None:
        self._spots = []
        if found.share < 1.0:
            self.contour = None
            self._canvas.remove(LINES)
            return
        lifted = found.points + _LINE_OUT_MM * outward
        made = self.contour = contours(lifted, outward, triangles, found.limit, found.state)
        if not len(made.ends):
            self._canvas.remove(LINES)
            return
        look = Look(INK, 0.85, finish="flat", width=1.4)
        self._canvas.show(LINES, Segments(made.ends.astype("f4")), look)
        middle = found.points.mean(axis=0)
        for level in np.unique(made.levels):
            self._spots += _spots(made, float(level), middle)

    def follow(
        self, theme: SceneColors, screen: Screen, kept_clear: Sequence[float] | None = None
    ) -> None:
        """The eye moved: only labels on the side that is seen.

        None lies within ``kept_clear`` (left, top, right, bottom, pixels): a depth over a clearance
        would be read as that clearance.
        """
        wanted = set()
        taken: list[Floats] = []
        for number, (level, spot, outward) in enumerate(self._spots):
            toward = screen.pose.eye - spot
            if float(outward @ toward) < _FACING * float(np.linalg.norm(toward)):
                continue
            pixel = screen.pixel([spot])[0]
            if any(np.abs(pixel - other).max() < 30.0 for other in taken):
                continue
            if kept_clear is not None and _is_within(pixel, kept_clear):
                continue
            taken.append(pixel)
            key = f"{LABEL}{number}"
            look = TextLook(
                theme.text, theme.size(11), False, theme.plate, 0.8, ("centre", "centre")
            )
            self._canvas.label(key, f" {level:.0f} ", screen.fraction(pixel), look)
            wanted.add(key)
            if len(wanted) == _MOST_LABELS:
                break
        for key in self._labels - wanted:
            self._canvas.remove(key)
        self._labels = wanted

    def point_at(
        self, at: int | None, text: str, pixel: Floats | None, theme: SceneColors, screen: Screen
    ) -> None:
        """Mark a vertex of the map and write what is known of it beside the mouse."""
        if at is None or self.shown is None or self._mesh is None or pixel is None:
            self._canvas.remove(PROBE)
            self._canvas.remove(READ)
            return
        spot = self.shown.points[at] + _LINE_OUT_MM * self._mesh[2][at]
        px = screen.mm_per_pixel(spot)
        mesh = Spindle(spot, self._mesh[2][at])
        mesh.ring(0.0, 6.0 * px, 1.4 * px, theme.accent, 0.9 * px)
        self._canvas.show(PROBE, mesh.triangles(), Look(level="front", finish="flat"))
        left = pixel[0] > 0.6 * screen.width
        place = screen.fraction(pixel + [-16.0 if left else 16.0, -16.0])
        look = TextLook(theme.text, theme.size(13), True, theme.plate, 0.92,
                        ("right" if left else "left", "bottom"))  # fmt: skip
        self._canvas.label(READ, f" {text} ", place, look)

    def clear(self) -> None:
        """Take everything off the canvas."""
        if self.shown is not None:
            for key in (SKIN, LINES, PROBE, READ, *self._labels):
                self._canvas.remove(key)
        self.shown, self.contour, self._spots, self._labels = None, None, [], set()


def _normals(points: Floats, triangles: Longs) -> Floats:
    """Outward normals of the part's vertices, by area; of a vertex without a triangle zero."""
    a, b, c = (points[triangles[:, k]] for k in range(3))
    faces = np.cross(b - a, c - a)
    made = np.zeros_like(points)
    for k in range(3):
        np.add.at(made, triangles[:, k], faces)
    length = np.linalg.norm(made, axis=1, keepdims=True)
    return made / np.where(length > 0, length, 1.0)


def _spots(made: Contour, level: float, middle: Floats) -> list[tuple[float, Floats, Floats]]:
    """Where a line gets its depth written: near the middle first, then well apart."""
    at = np.flatnonzero(made.levels == level)[::2]
    places = 0.5 * (made.ends[at] + made.ends[at + 1])
    order = np.argsort(np.linalg.norm(places - middle, axis=1), kind="stable")
    chosen: list[int] = []
    for i in order.tolist():
        if all(np.linalg.norm(places[i] - places[j]) > _LABEL_GAP_MM for j in chosen):
            chosen.append(i)
        if len(chosen) == _LABELS_EACH:
            break
    return [(level, places[i], made.outward[at[i]]) for i in chosen]


def _is_within(pixel: Floats, box: Sequence[float]) -> bool:
    left, top, right, bottom = box
    x, y = float(pixel[0]), float(pixel[1])
    return left - _BESIDE_PX < x < right + _BESIDE_PX and top - _BESIDE_PX < y < bottom + _BESIDE_PX
