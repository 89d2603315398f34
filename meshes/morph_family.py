"""The family file beside the reference body: what the maps need to know about every point.

Written by the build of the body (`meshes.reference.family`), bound to it by content hash.
"""

from __future__ import annotations

import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from meshes.errors import BadFileError
from meshes.morph_scale import SCALE, SHARE_SCALE

N_LAYERS = 6
"""Back layers, other muscle, fat, breast, filled hollows, flanks."""

SHIPPED = Path(__file__).parent / "data" / "reference_family.npz"
"""The file of the shipped reference body."""


@dataclass(frozen=True, eq=False)
class Breath:
    """The way from end expiration to full inspiration.

    Attributes
    ----------
    field, origin, step
        Displacement with the ribs, left half: (nx, ny, nz, 3) mm on a grid of ``step`` mm from
        ``origin``; the right half is its mirror.
    wall, wall_grid
        The outer face of the pleura: radius (mm) over whole degrees around the trunk's axis (0 in
        front) and heights ``wall_grid[0] + i * wall_grid[1]``.
    axis
        (2, k) heights of the trunk's axis and its y there.
    edge, bottom
        (181,) height of the lung's lower edge and of the pleura's, by degree, at the wall.
    piston
        Excursion of the domes; fall of the lung's edge; what stays closed of the recess; share of
        the excursion under the heart; and where the descent fades, in the order of the table
        (``cupola``, ``pelvis``, ``inwards``, ``heart``, ``spine``).
    kidneys, kidneys_grid, kidneys_way
        The kidneys go as wholes: their way (3,) mm, the left one's, and how much of it each place
        goes instead of all the rest, on a lattice from ``kidneys_grid[:3]`` with the step
        ``kidneys_grid[3]``: all at 1 and more, nothing at 0 and less.
    """

    field: NDArray[np.float32]
    origin: NDArray[np.float64]
    step: float
    wall: NDArray[np.float32]
    kidneys: NDArray[np.float32]
    wall_grid: NDArray[np.float64]
    axis: NDArray[np.float64]
    edge: NDArray[np.float64]
    bottom: NDArray[np.float64]
    piston: NDArray[np.float64]
    kidneys_grid: NDArray[np.float64]
    kidneys_way: NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class Family:
    """What the layer map and the breath need, by structure id of the built body.

    Attributes
    ----------
    layers
        (n, 6) hundredths of a mm of back layers, other muscle and fat beneath each point, and of
        breast, filled hollows and flanks there.
    outward
        (n, 3) unit directions times 127.
    components
        (m,) component of each triangle, of structures that have several.
    breath
        The displacement field.
    body_hash
        Content hash of the body the data belong to.
    """

    layers: Mapping[str, NDArray[np.uint16]]
    outward: Mapping[str, NDArray[np.int8]]
    components: Mapping[str, NDArray[np.int32]]
    breath: Breath
    body_hash: str


def family_file(body_folder: Path) -> Path:
    """Where the family data of a body folder lie: beside it, for the folder is closed."""
    return body_folder.with_name(f"{body_folder.name}_family.npz")


@lru_cache(maxsize=2)
def load_family(path: Path) -> Family:
    """Read the family file of a reference body.

    Raises
    ------
    BadFileError
        Missing, damaged, or not such a file.
    """
    if not path.is_file():
        raise BadFileError(f"{path.name} is missing; rebuild the reference body with `make body`")
    try:
        with np.load(path, allow_pickle=False) as data:
            layers = _by_id(data["ids"], data["counts"], data["layers"])
            outward = _by_id(data["ids"], data["counts"], data["outward"])
            parts = _by_id(data["part_ids"], data["part_counts"], data["parts"].astype(np.int32))
            lengths = (
                "wall_grid",
                "axis",
                "edge",
                "bottom",
                "piston",
                "kidneys_grid",
                "kidneys_way",
            )
            breath = Breath(
                data["breath"].astype(np.float32) / np.float32(SCALE),
                data["origin"].astype(float), float(data["step"]), data["wall"],
                data["kidneys"].astype(np.float32) / np.float32(SHARE_SCALE),
                *(data[key].astype(float) for key in lengths),
            )  # fmt: skip
            body_hash = str(data["body_hash"])
            if data["layers"].shape[1:] != (N_LAYERS,):
                raise ValueError(f"layers have shape {data['layers'].shape}")
    except (OSError, ValueError, KeyError, EOFError, zipfile.BadZipFile) as error:
        raise BadFileError(f"{path.name} is no family file: {error}; rebuild the body") from error
    _add_right(layers, outward)
    return Family(
        MappingProxyType(layers), MappingProxyType(outward), MappingProxyType(parts), breath,
        body_hash,
    )  # fmt: skip


def _by_id(
    ids: NDArray[np.str_], counts: NDArray[np.int64], rows: NDArray[Any]
) -> dict[str, NDArray[Any]]:
    found = np.split(rows, np.cumsum(counts)[:-1]) if len(ids) else []
    return dict(zip(map(str, ids), found, strict=True))


def _add_right(
    layers: dict[str, NDArray[np.uint16]],
    outward: dict[str, NDArray[np.int8]],
) -> None:
    """Right structures are mirrors of the left ones: same sums, direction across the midplane."""
    for key in [k for k in layers if k.endswith("_left")]:
        right = key[: -len("left")] + "right"
        if right not in layers:
            layers[right] = layers[key]
            outward[right] = outward[key] * np.array([-1, 1, 1], np.int8)
