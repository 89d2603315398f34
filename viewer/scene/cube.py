"""Presenter of the orientation cube: lettered faces that turn with the body; a click goes there.

Our own, because the renderer's orientation widget has a window of its own that misbehaves when the
view is resized or floated.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from viewer.canvas.protocol import Canvas, Color, Look, Triangles
from viewer.scene.colors import SceneColors, mixed
from viewer.scene.screen import Screen
from viewer.scene.shapes import Spindle, joined

KEY = "cube"
_HALF_PX, _FROM_LEFT_PX, _FROM_BOTTOM_PX = 21.0, 58.0, 62.0

FACES: dict[str, tuple[str, tuple[float, float, float], tuple[float, float, float]]] = {
    "left": ("L", (1, 0, 0), (0, 0, 1)),
    "right": ("R", (-1, 0, 0), (0, 0, 1)),
    "posterior": ("P", (0, 1, 0), (0, 0, 1)),
    "anterior": ("A", (0, -1, 0), (0, 0, 1)),
    "superior": ("S", (0, 0, 1), (0, -1, 0)),
    "inferior": ("I", (0, 0, -1), (0, -1, 0)),
}
"""Per standard view: letter, outward normal, and what is up on the face (LPS)."""

_STROKES: dict[str, list[list[tuple[float, float]]]] = {
    "L": [[(-0.3, 0.5), (-0.3, -0.5), (0.32, -0.5)]],
    "R": [[(-0.3, -0.5), (-0.3, 0.5), (0.1, 0.5), (0.3, 0.38), (0.3, 0.14), (0.1, 0.02),
           (-0.3, 0.02)], [(0.0, 0.02), (0.34, -0.5)]],
    "P": [[(-0.3, -0.5), (-0.3, 0.5), (0.1, 0.5), (0.32, 0.37), (0.32, 0.1), (0.1, -0.03),
           (-0.3, -0.03)]],
    "A": [[(-0.38, -0.5), (0.0, 0.5), (0.38, -0.5)], [(-0.24, -0.15), (0.24, -0.15)]],
    "S": [[(0.3, 0.36), (0.12, 0.5), (-0.12, 0.5), (-0.3, 0.36), (-0.3, 0.16), (-0.12, 0.03),
           (0.12, -0.03), (0.3, -0.16), (0.3, -0.36), (0.12, -0.5), (-0.12, -0.5), (-0.3, -0.36)]],
    "I": [[(0.0, 0.5), (0.0, -0.5)]],
}  # fmt: skip


class OrientationCube:
    """Keeps the cube equal to the camera."""

    def __init__(self, canvas: Canvas, theme: SceneColors) -> None:
        self._canvas = canvas
        self.theme = theme
        self._made: SceneColors | None = None

    def show(self, screen: Screen) -> None:
        """Place the cube in the corner, turned like the body."""
        if self._made != self.theme:
            self._made = self.theme
            mesh = _cube(mixed(self.theme.plate, self.theme.bottom, 0.12), self.theme.text)
            self._canvas.show(KEY, mesh, Look(level="front", finish="matte"))
        self._canvas.move(KEY, cube_matrix(screen))

    def face_at(self, pixel: ArrayLike, screen: Screen) -> str:
        """The standard view whose face lies under a pixel, or an empty string."""
        matrix = cube_matrix(screen)
        inverse = np.linalg.inv(matrix)
        origin, direction = screen.ray(pixel)
        o = inverse[:3, :3] @ origin + inverse[:3, 3]
        d = inverse[:3, :3] @ direction
        best, name = np.inf, ""
        for view, (_, normal, _up) in FACES.items():
            n = np.asarray(normal, dtype=np.float64)
            if d @ n >= 0:
                continue
            t = (1.0 - o @ n) / (d @ n)
            if t < best and np.abs(o + t * d).max() <= 1.0 + 1e-9:
                best, name = t, view
        return name

    def clear(self) -> None:
        """Take the cube off the canvas."""
        self._canvas.remove(KEY)
        self._made = None


def cube_box(screen: Screen) -> tuple[float, float, float, float]:
    """Left, top, right, bottom of the cube however it is turned, logical pixels."""
    half, y = _HALF_PX * 3.0**0.5, screen.height - _FROM_BOTTOM_PX
    return _FROM_LEFT_PX - half, y - half, _FROM_LEFT_PX + half, y + half


def cube_matrix(screen: Screen) -> NDArray[np.float64]:
    """World from cube (half edge 1), (4, 4): in the corner, seen as if it stood in the middle."""
    pose = screen.pose
    centre = screen.world((_FROM_LEFT_PX, screen.height - _FROM_BOTTOM_PX))
    matrix = np.eye(4)
    turn = np.eye(3)
    if not pose.parallel:
        seen_from = pose.eye - centre
        turn = _rotation(pose.toward_eye, seen_from / np.linalg.norm(seen_from))
    matrix[:3, :3] = turn * (_HALF_PX * screen.mm_per_pixel())
    matrix[:3, 3] = centre
    return matrix


def _rotation(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.float64]:
    """The smallest rotation that takes a unit vector to another not opposite to it."""
    v = np.cross(one, other)
    k = np.array([[0, -v[2], v[1]], [v[2], 0, -v[0]], [-v[1], v[0], 0]])
    return np.eye(3) + k + k @ k / (1.0 + float(one @ other))


def _cube(face: Color, ink: Color) -> Triangles:
    parts = []
    bevel = 0.84
    for letter, normal, up in FACES.values():
        n, u = np.asarray(normal, dtype=np.float64), np.asarray(up, dtype=np.float64)
        r = np.cross(u, n)
        corners = np.array([n + bevel * (sx * r + sy * u)
                            for sx, sy in ((-1, -1), (1, -1), (1, 1), (-1, 1))])  # fmt: skip
        parts.append(_flat(corners, [[0, 1, 2], [0, 2, 3]], n, face))
        for stroke in _STROKES[letter]:
            path = np.array([0.955 * n + 1.05 * (x * r + y * u) for x, y in stroke])
            for a, b in zip(path, path[1:], strict=False):
                line = Spindle(a, b - a)
                length = float(np.linalg.norm(b - a))
                line.tube(0.0, length, 0.085, ink)
                line.ball(0.0, 0.085, ink)
                line.ball(length, 0.085, ink)
                parts.append(line.triangles())
    return joined([*parts, *_bevels(bevel, mixed(face, ink, 0.3))])


def _bevels(bevel: float, color: Color) -> list[Triangles]:
    """Slanted strips along the twelve edges and triangles at the eight corners."""
    axes, parts = np.eye(3), []
    for i in range(3):
        j, k = (i + 1) % 3, (i + 2) % 3
        for sj in (-1, 1):
            for sk in (-1, 1):
                a, b = sj * axes[j] + sk * bevel * axes[k], sk * axes[k] + sj * bevel * axes[j]
                along = bevel * axes[i]
                quad = np.array([a - along, b - along, b + along, a + along])
                out = sj * axes[j] + sk * axes[k]
                parts.append(_flat(quad, [[0, 1, 2], [0, 2, 3]], out, color))
    for corner in np.array(np.meshgrid(*[(-1.0, 1.0)] * 3)).reshape(3, -1).T:
        tri = np.array([corner * np.where(np.arange(3) == m, 1.0, bevel) for m in range(3)])
        parts.append(_flat(tri, [[0, 1, 2]], corner, color))
    return parts


def _flat(
    points: NDArray[np.float64], faces: list[list[int]], out: ArrayLike, color: Color
) -> Triangles:
    """A flat face seen from the side of ``out``."""
    n = np.asarray(out, dtype=np.float64)
    n = n / np.linalg.norm(n)
    first = points[np.array(faces[0])]
    if np.cross(first[1] - first[0], first[2] - first[0]) @ n < 0:
        faces = [face[::-1] for face in faces]
    count = len(points)
    return Triangles(
        points.astype(np.float32),
        np.array(faces, dtype=np.int32),
        np.tile(n, (count, 1)).astype(np.float32),
        np.tile(np.rint(np.array(color) * 255), (count, 1)).astype(np.uint8),
    )
