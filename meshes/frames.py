"""The world frame, the asset frames, and the matrices between them: the only door for geometry.

World is LPS, right-handed, millimetres, float64: +x the patient's left, +y posterior, +z superior.
Everything else in the project may assume it. Axis flips, unit scales and winding reversal happen in
this file and nowhere else; a matrix is called ``world_from_asset`` so that products read right.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from meshes.errors import BadFileError

WORLD_AXES = "LPS"
"""Letters name where each axis points: left, posterior, superior."""

_WORLD_DIRECTION = {
    "L": (1.0, 0.0, 0.0),
    "R": (-1.0, 0.0, 0.0),
    "P": (0.0, 1.0, 0.0),
    "A": (0.0, -1.0, 0.0),
    "S": (0.0, 0.0, 1.0),
    "I": (0.0, 0.0, -1.0),
}

_NAMED_AXES = {"gltf": "LSA", "y-up": "LSA"}
"""glTF 2.0: +y up, a model faces +z, hence +x is its left."""

_NAMED_UNITS_MM = {"mm": 1.0, "cm": 10.0, "m": 1000.0}


@dataclass(frozen=True)
class AssetFrame:
    """Frame and unit of a file as delivered.

    Attributes
    ----------
    axes
        Three letters of ``LRPASI``: where +x, +y and +z point on the patient.
    unit_mm
        Length of one file unit in millimetres, > 0.
    """

    axes: str
    unit_mm: float

    @property
    def world_from_asset(self) -> NDArray[np.float64]:
        """(4, 4) matrix taking homogeneous asset coordinates to world mm; det is never 0."""
        matrix = np.eye(4)
        matrix[:3, :3] = np.array([_WORLD_DIRECTION[a] for a in self.axes]).T * self.unit_mm
        return matrix


WORLD = AssetFrame(WORLD_AXES, 1.0)
GLTF = AssetFrame("LSA", 1000.0)


def asset_frame(frame: str, units: str | float) -> AssetFrame:
    """Build the frame a pack or a user declares.

    Parameters
    ----------
    frame
        ``LPS``, ``RAS``, any other three anatomical letters, or ``glTF``. Case does not matter.
    units
        ``mm``, ``cm``, ``m``, a number of millimetres per file unit, or such a number as text
        (``"213.0095696"`` or ``"213.0095696 mm"``).

    Raises
    ------
    BadFileError
        Either is missing or not understood. Nothing is ever guessed.
    """
    return AssetFrame(_parse_axes(frame), _parse_unit(units))


def _parse_axes(frame: str) -> str:
    text = str(frame).strip()
    if not text:
        raise BadFileError("the frame is not declared; expected LPS, RAS or glTF")
    axes = _NAMED_AXES.get(text.casefold(), text.upper())
    pairs = [frozenset("LR"), frozenset("PA"), frozenset("SI")]
    used = [next((i for i, pair in enumerate(pairs) if letter in pair), None) for letter in axes]
    if len(axes) != 3 or None in used or len(set(used)) != 3:
        raise BadFileError(
            f"frame {text!r} is not known; expected LPS, RAS, glTF or three letters, one each of "
            "L/R, P/A and S/I"
        )
    return axes


def _parse_unit(units: str | float) -> float:
    if isinstance(units, str):
        text = units.strip().casefold()
        if not text:
            raise BadFileError("the units are not declared; expected mm, cm, m or mm per unit")
        if text in _NAMED_UNITS_MM:
            return _NAMED_UNITS_MM[text]
        match = re.fullmatch(r"([0-9.eE+-]+)\s*(mm|cm|m)?", text)
        try:
            value = float(match.group(1)) if match else float("nan")
        except ValueError:
            value = float("nan")
        factor = _NAMED_UNITS_MM[match.group(2) or "mm"] if match else 1.0
    else:
        value, factor = float(units), 1.0
    if not (np.isfinite(value) and value > 0):
        raise BadFileError(
            f"units {units!r} are not known; expected mm, cm, m or the millimetres of one file unit"
        )
    return value * factor


def to_world(
    points: NDArray[np.float64],
    triangles: NDArray[np.integer],
    world_from_asset: NDArray[np.float64],
) -> tuple[NDArray[np.float64], NDArray[np.int32]]:
    """Bring a file's arrays into the world frame.

    Parameters
    ----------
    points, triangles
        (n, 3) asset coordinates and (m, 3) indices, counter-clockwise from outside in that frame.
    world_from_asset
        (4, 4) affine matrix.

    Returns
    -------
    points, triangles
        World mm float64 and int32. The winding is reversed exactly when the determinant is
        negative, so that a surface outward in its file is outward in the world.

    Raises
    ------
    BadFileError
        The matrix is not affine, not finite, or its determinant is 0.
    """
    matrix = np.asarray(world_from_asset, dtype=np.float64)
    if matrix.shape != (4, 4) or not np.isfinite(matrix).all():
        raise BadFileError("a transform is not a finite (4, 4) matrix")
    if not np.array_equal(matrix[3], (0.0, 0.0, 0.0, 1.0)):
        raise BadFileError("a transform is not affine; its last row must be 0 0 0 1")
    faces = np.ascontiguousarray(triangles, dtype=np.int32)
    if np.array_equal(matrix, np.eye(4)):  # untouched: exports must give back the same bits
        return np.ascontiguousarray(points, dtype=np.float64), faces
    linear = matrix[:3, :3]
    determinant = float(np.linalg.det(linear))
    if determinant == 0.0 or np.linalg.matrix_rank(linear) < 3:
        raise BadFileError("a transform flattens space (determinant 0); the frame is wrong")
    world = np.asarray(points, dtype=np.float64) @ linear.T + matrix[:3, 3]
    return world, faces[:, ::-1].copy() if determinant < 0 else faces
