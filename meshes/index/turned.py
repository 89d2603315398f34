"""Kernels that turn many directions at once: a cone of them about one normal, or about many."""

from __future__ import annotations

import numpy as np

from meshes.index.compiled import kernel
from meshes.index.triangle import Floats


@kernel
def turned(offsets: Floats, axes: Floats, out: Floats) -> None:
    """Fill in the (n, 3) unit vectors with the coordinates ``offsets`` along (3, 3) ``axes``."""
    for i in range(len(offsets)):
        a, b, c = offsets[i, 0], offsets[i, 1], offsets[i, 2]
        x = a * axes[0, 0] + b * axes[1, 0] + c * axes[2, 0]
        y = a * axes[0, 1] + b * axes[1, 1] + c * axes[2, 1]
        z = a * axes[0, 2] + b * axes[1, 2] + c * axes[2, 2]
        size = np.sqrt(x * x + y * y + z * z)
        out[i, 0], out[i, 1], out[i, 2] = x / size, y / size, z / size


@kernel
def turned_about_each(
    offsets: Floats, zero: Floats, quarter: Floats, middle: Floats, out: Floats
) -> None:
    """Fill in all ``offsets`` (k, 3) about the axes of every one of n frames, frame by frame.

    ``zero``, ``quarter``, ``middle`` (n, 3) are what the coordinates lie along; ``out`` is (n k, 3)
    unit vectors.
    """
    axes = np.empty((3, 3))
    for j in range(len(middle)):
        axes[0], axes[1], axes[2] = zero[j], quarter[j], middle[j]
        turned(offsets, axes, out[j * len(offsets) : (j + 1) * len(offsets)])
