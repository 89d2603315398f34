"""Postures of the reference body: every point of the built one displaced, before the breath.

Bones of the girdle move as wholes, the skeleton of the trunk, pleura and organs stay, everything
else follows a lattice of displacements. World frame (LPS) of the built body, mm; the right side is
the left one's mirror. `meshes.reference.postures` writes the file.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType

import numpy as np
from numpy.typing import NDArray
from scipy.spatial import cKDTree

from meshes.body import Body
from meshes.catalogue import Structure
from meshes.errors import BadFileError
from meshes.morph_kernel import standalone

Points = NDArray[np.float64]

SHIPPED = Path(__file__).parent / "data" / "reference_postures.npz"
"""The file of the shipped reference body."""
MOVING = ("clavicle_left", "scapula_left", "humerus_left")
"""Bones that move as wholes, in the order of a posture's poses."""
SCALE = 100.0
"""Stored displacements are hundredths of a millimetre."""
FOLLOWS, STAYS = 0, 255
"""How a point moves: with the lattice, or not at all; 1, 2, 3: with a bone of `MOVING`."""
_STILL = ("bone", "cartilage", "pleura", "organ")
_ON_BONE = 2.0
"""A landmark this near to a moving bone belongs to it, mm."""


@dataclass(frozen=True, eq=False)
class Posture:
    """One posture.

    Attributes
    ----------
    field, origin, step
        (nx, ny, nz, 3) displacements, in hundredths of a mm, on a lattice of ``step`` mm from
        ``origin``; left half. Nothing moves outside.
    bones
        (3, 4, 4) where the bones of `MOVING` come to lie.
    """

    field: NDArray[np.int16]
    origin: Points
    step: float
    bones: Points


@lru_cache(maxsize=2)
def load_postures(path: Path) -> tuple[str, Mapping[str, Posture]]:
    """Read the postures' file: the hash of the bones it was made from, and the postures by id.

    Raises
    ------
    BadFileError
        Missing, damaged, or not such a file.
    """
    if not path.is_file():
        raise BadFileError(
            f"{path.name} is missing; make it with `python -m meshes.reference.build --postures`"
        )
    try:
        with np.load(path, allow_pickle=False) as data:
            names = [key.removesuffix("_field") for key in data.files if key.endswith("_field")]
            made = {
                name: Posture(
                    unpacked(data[f"{name}_field"], tuple(data[f"{name}_shape"])),
                    data[f"{name}_origin"].astype(float), float(data[f"{name}_step"]),
                    np.ascontiguousarray(data[f"{name}_bones"], float),
                )
                for name in names
            }  # fmt: skip
            return str(data["girdle"]), MappingProxyType(made)
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise BadFileError(f"{path.name} holds no postures: {error}; make it anew") from error


def girdle_hash(body: Body) -> str:
    """Hash of the bones a posture depends on: the moving ones and the ribs they slide on."""
    digest = hashlib.sha256()
    for key in (*MOVING, *(f"rib_{n}_left" for n in range(1, 11))):
        if key in body.structures:
            digest.update(np.ascontiguousarray(body.structures[key].surface.points).tobytes())
    return digest.hexdigest()


def packed(field: NDArray[np.int16]) -> NDArray[np.uint8]:
    """Displacements as differences along all three axes, low bytes before high ones: small.

    `unpacked` is its exact inverse.
    """
    change = np.ascontiguousarray(np.moveaxis(field, -1, 0)).view(np.uint16)
    for axis in (1, 2, 3):
        change = np.diff(change, axis=axis, prepend=np.uint16(0))
    # small differences of either sign become small numbers: 0, -1, 1, -2 → 0, 1, 2, 3
    signed = change.view(np.int16)
    folded = ((signed.astype(np.int32) << 1) ^ (signed.astype(np.int32) >> 15)).astype(np.uint16)
    return np.concatenate([(folded & 255).astype(np.uint8).ravel(),
                           (folded >> 8).astype(np.uint8).ravel()])  # fmt: skip


def unpacked(data: NDArray[np.uint8], shape: tuple[int, ...]) -> NDArray[np.int16]:
    """Displacements of a lattice of ``shape`` (nx, ny, nz, 3) from what `packed` made of them."""
    low, high = data.reshape(2, -1).astype(np.uint16)
    folded = (low | (high << np.uint16(8))).astype(np.int32)
    signed = ((folded >> 1) ^ -(folded & 1)).astype(np.int16)
    change = signed.view(np.uint16).reshape(shape[3], *shape[:3])
    for axis in (1, 2, 3):
        change = np.cumsum(change, axis=axis, dtype=np.uint16)
    return np.ascontiguousarray(np.moveaxis(change.view(np.int16), 0, -1))


def ways_of(structures: Mapping[str, Structure]) -> dict[str, int]:
    """How each structure moves: `FOLLOWS`, `STAYS`, or 1, 2, 3 with a bone of `MOVING`."""
    own = {key: n for n, key in enumerate(MOVING, 1)}
    made = {}
    for key, structure in structures.items():
        stays = structure.system in _STILL or "costal" in key
        made[key] = own.get(key.replace("_right", "_left"), STAYS if stays else FOLLOWS)
    return made


def ways_of_marks(structures: Mapping[str, Structure], marks: Points) -> NDArray[np.uint8]:
    """The same for landmarks (n, 3): on a moving bone with it, else with the lattice."""
    found = np.full(len(marks), FOLLOWS, np.uint8)
    left = np.column_stack([np.abs(marks[:, 0]), marks[:, 1:]])
    for number, key in enumerate(MOVING, 1):
        if key in structures and len(marks):
            gap = cKDTree(structures[key].surface.points).query(left)[0]
            found[gap < _ON_BONE] = number
    return found


def posed(
    points: Points,
    posture: Posture,
    ways: NDArray[np.uint8],
    layers: NDArray[np.uint16],
    outward: NDArray[np.int8],
    gains: Points,
) -> Points:
    """Points (n, 3) in a posture, after what their layers gained.

    The gain is taken along the outward direction as its surroundings have turned and stretched, at
    the point as built: so thick tissue of an arm cannot fall under the trunk's displacement.

    Parameters
    ----------
    ways
        (n,) how each point moves, as `ways_of` says.
    layers, outward, gains
        As for `meshes.morph_map.moved`; ``gains`` per stored unit of a layer.
    """
    out = np.empty((len(points), 3))
    _pose(
        np.ascontiguousarray(points), out, posture.field, posture.origin, posture.step,
        posture.bones, ways, layers, outward, np.asarray(gains, float),
    )  # fmt: skip
    return out


@standalone
def _displaced(
    x: float, y: float, z: float, field: NDArray[np.int16], origin: Points, step: float
) -> tuple[float, float, float]:
    """Where the lattice puts a point of the left half."""
    fx, fy, fz = (x - origin[0]) / step, (y - origin[1]) / step, (z - origin[2]) / step
    nx, ny, nz = field.shape[0] - 1, field.shape[1] - 1, field.shape[2] - 1
    if fx < 0.0 or fy < 0.0 or fz < 0.0 or fx >= nx or fy >= ny or fz >= nz:
        return x, y, z
    a, b, c = int(fx), int(fy), int(fz)
    s, t, u = fx - a, fy - b, fz - c
    d0 = d1 = d2 = 0.0
    for i in range(2):
        for j in range(2):
            for k in range(2):
                w = (s if i else 1.0 - s) * (t if j else 1.0 - t) * (u if k else 1.0 - u)
                d0 += w * field[a + i, b + j, c + k, 0]
                d1 += w * field[a + i, b + j, c + k, 1]
                d2 += w * field[a + i, b + j, c + k, 2]
    return x + 0.01 * d0, y + 0.01 * d1, z + 0.01 * d2


@standalone
def _pose(
    p: Points, out: Points, field: NDArray[np.int16], origin: Points, step: float, bones: Points,
    ways: NDArray[np.uint8], layers: NDArray[np.uint16], outward: NDArray[np.int8], gains: Points,
) -> None:  # fmt: skip
    for i in range(p.shape[0]):
        side = 1.0 if p[i, 0] >= 0.0 else -1.0
        x, y, z = side * p[i, 0], p[i, 1], p[i, 2]
        rise = 0.0
        ox = oy = oz = 0.0
        if i < layers.shape[0]:
            for k in range(gains.shape[0]):
                rise += layers[i, k] * gains[k]
            ox, oy, oz = side * outward[i, 0] / 127.0, outward[i, 1] / 127.0, outward[i, 2] / 127.0
        if ways[i] == 255:
            qx, qy, qz = x + rise * ox, y + rise * oy, z + rise * oz
        elif ways[i] == 0:
            qx, qy, qz = _displaced(x, y, z, field, origin, step)
            if rise != 0.0:
                ax, ay, az = _displaced(x + ox, y + oy, z + oz, field, origin, step)
                bx, by, bz = _displaced(x - ox, y - oy, z - oz, field, origin, step)
                qx += 0.5 * rise * (ax - bx)
                qy += 0.5 * rise * (ay - by)
                qz += 0.5 * rise * (az - bz)
        else:
            m = ways[i] - 1
            x, y, z = x + rise * ox, y + rise * oy, z + rise * oz
            qx = bones[m, 0, 0] * x + bones[m, 0, 1] * y + bones[m, 0, 2] * z + bones[m, 0, 3]
            qy = bones[m, 1, 0] * x + bones[m, 1, 1] * y + bones[m, 1, 2] * z + bones[m, 1, 3]
            qz = bones[m, 2, 0] * x + bones[m, 2, 1] * y + bones[m, 2, 2] * z + bones[m, 2, 3]
        out[i, 0], out[i, 1], out[i, 2] = side * qx, qy, qz
