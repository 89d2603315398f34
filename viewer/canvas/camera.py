"""Where the viewer stands: a turntable camera in the world frame (LPS, mm). Pure numpy.

The pose is the truth; a renderer is told about it. Azimuth turns about the superior axis: 0 looks
from the front (camera anterior of the subject), 90 from the subject's left. Elevation 90 looks from
above. A turntable keeps *superior* up on the screen, so that left and right stay where they were.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike, NDArray

Vector = NDArray[np.float64]

STANDARD_VIEWS: dict[str, tuple[float, float]] = {
    "anterior": (0.0, 0.0),
    "posterior": (180.0, 0.0),
    "left": (90.0, 0.0),
    "right": (-90.0, 0.0),
    "superior": (180.0, 90.0),
    "inferior": (0.0, -90.0),
}
"""Azimuth and elevation, degrees. From above and below, anterior is up on the screen."""

LETTERS = (("L", "R"), ("P", "A"), ("S", "I"))
"""Per world axis: the letter of its positive and of its negative end (LPS)."""


@dataclass(frozen=True)
class CameraPose:
    """Turntable pose. ``focal`` is (3,) mm; ``distance`` from it to the eye, mm; angles degrees.

    ``parallel`` keeps the scale of the plane through the focal point, so that switching projection
    does not jump, and makes a scale bar true everywhere.
    """

    focal: tuple[float, float, float]
    azimuth_deg: float
    elevation_deg: float
    distance: float
    view_angle_deg: float = 22.0
    parallel: bool = False

    @property
    def toward_eye(self) -> Vector:
        """(3,) unit vector from the focal point to the eye."""
        az, el = np.radians([self.azimuth_deg, self.elevation_deg])
        return np.array([np.sin(az) * np.cos(el), -np.cos(az) * np.cos(el), np.sin(el)])

    @property
    def up(self) -> Vector:
        """(3,) unit vector that points up on the screen."""
        az, el = np.radians([self.azimuth_deg, self.elevation_deg])
        return np.array([-np.sin(az) * np.sin(el), np.cos(az) * np.sin(el), np.cos(el)])

    @property
    def right(self) -> Vector:
        """(3,) unit vector that points right on the screen."""
        return np.cross(self.up, self.toward_eye)

    @property
    def eye(self) -> Vector:
        """(3,) eye position, mm."""
        return np.asarray(self.focal) + self.distance * self.toward_eye

    @property
    def half_height(self) -> float:
        """Half the visible height in the plane through the focal point, mm."""
        return float(self.distance * np.tan(np.radians(self.view_angle_deg) / 2))


def looking(name: str, bounds: ArrayLike, aspect: float = 1.0) -> CameraPose:
    """Return the named standard view of a box, (2, 3) mm, filling a view of ``aspect`` w/h."""
    azimuth, elevation = STANDARD_VIEWS[name]
    pose = CameraPose((0.0, 0.0, 0.0), azimuth, elevation, 1000.0)
    return fitted(pose, bounds, aspect)


def fitted(
    pose: CameraPose, bounds: ArrayLike, aspect: float = 1.0, fill: float = 0.94
) -> CameraPose:
    """Keep the direction; move and back off until the (2, 3) box fills ``fill`` of the view."""
    low, high = np.asarray(bounds, dtype=np.float64)
    centre = (low + high) / 2
    corners = np.array([[x, y, z] for x in (low[0], high[0]) for y in (low[1], high[1])
                        for z in (low[2], high[2])]) - centre  # fmt: skip
    tan = np.tan(np.radians(pose.view_angle_deg) / 2) * fill
    across = np.abs(corners @ pose.right) / (tan * max(aspect, 0.1))
    upright = np.abs(corners @ pose.up) / tan
    toward = corners @ pose.toward_eye
    distance = float(np.max(np.maximum(across, upright) + toward))
    return replace(pose, focal=_triple(centre), distance=max(distance, 1.0))


def turned(pose: CameraPose, azimuth_deg: float, elevation_deg: float) -> CameraPose:
    """Orbit the eye about the focal point; elevation stops at the poles."""
    azimuth = (pose.azimuth_deg + azimuth_deg + 180.0) % 360.0 - 180.0
    elevation = float(np.clip(pose.elevation_deg + elevation_deg, -90.0, 90.0))
    return replace(pose, azimuth_deg=azimuth, elevation_deg=elevation)


def moved_by(pose: CameraPose, offset: ArrayLike) -> CameraPose:
    """The same look at a place ``offset`` (3,) mm away."""
    x, y, z = np.asarray(pose.focal) + np.asarray(offset, dtype=np.float64)
    return replace(pose, focal=(float(x), float(y), float(z)))


def panned(pose: CameraPose, dx: float, dy: float, height: float) -> CameraPose:
    """Move so that the focal plane follows a mouse move of (dx, dy) pixels, y down."""
    scale = 2 * pose.half_height / max(height, 1.0)
    shift = (-dx * pose.right + dy * pose.up) * scale
    return replace(pose, focal=_triple(np.asarray(pose.focal) + shift))


def zoomed(pose: CameraPose, factor: float, about: ArrayLike | None = None) -> CameraPose:
    """Come nearer by ``factor`` > 1 or back off; the world point ``about`` keeps its place."""
    distance = float(np.clip(pose.distance / factor, 20.0, 20000.0))
    focal = np.asarray(pose.focal)
    if about is not None:
        focal = focal + (np.asarray(about) - focal) * (1 - distance / pose.distance)
    return replace(pose, distance=distance, focal=_triple(focal))


def centred(pose: CameraPose, point: ArrayLike) -> CameraPose:
    """Turn about this point from now on; direction and distance stay."""
    return replace(pose, focal=_triple(point))


def project(pose: CameraPose, points: ArrayLike, size: tuple[float, float]) -> NDArray[np.float64]:
    """World points (n, 3) → (n, 3): pixel x, pixel y (down), distance in front of the eye in mm."""
    p = np.atleast_2d(np.asarray(points, dtype=np.float64)) - np.asarray(pose.focal)
    width, height = size
    depth = pose.distance - p @ pose.toward_eye
    scale = height / (2 * pose.half_height)
    if not pose.parallel:
        scale = scale * pose.distance / np.where(np.abs(depth) < 1e-9, 1e-9, depth)
    x = width / 2 + p @ pose.right * scale
    y = height / 2 - p @ pose.up * scale
    return np.stack([x, y, depth], axis=1)


def ray(pose: CameraPose, pixel: ArrayLike, size: tuple[float, float]) -> tuple[Vector, Vector]:
    """Pixel (x, y down) → origin (3,) mm and unit direction (3,) of the line of sight."""
    x, y = np.asarray(pixel, dtype=np.float64)[:2]
    width, height = size
    scale = 2 * pose.half_height / height
    across = (x - width / 2) * scale * pose.right + (height / 2 - y) * scale * pose.up
    on_plane = np.asarray(pose.focal) + across
    if pose.parallel:
        return on_plane + 2 * pose.distance * pose.toward_eye, -pose.toward_eye
    direction = on_plane - pose.eye
    return pose.eye, direction / np.linalg.norm(direction)


def edge_letters(pose: CameraPose) -> dict[str, str]:
    """Letters of the body directions that point to the four edges of the view.

    Keys ``right``, ``left``, ``top``, ``bottom``; oblique views give two letters, larger first.
    """
    out = {}
    for edge, vector in (("right", pose.right), ("left", -pose.right),
                         ("top", pose.up), ("bottom", -pose.up)):  # fmt: skip
        order = [i for i in np.argsort(-np.abs(vector)) if abs(vector[i]) > 0.35]
        out[edge] = "".join(LETTERS[i][0 if vector[i] > 0 else 1] for i in order[:2])
    return out


def view_name(pose: CameraPose) -> str:
    """Return the standard view the pose shows, or an empty string."""
    for name, (azimuth, elevation) in STANDARD_VIEWS.items():
        turn = (pose.azimuth_deg - azimuth + 180.0) % 360.0 - 180.0
        if abs(turn) < 0.5 and abs(pose.elevation_deg - elevation) < 0.5:
            return name
    return ""


def _triple(v: ArrayLike) -> tuple[float, float, float]:
    x, y, z = (float(c) for c in np.asarray(v))
    return (x, y, z)
