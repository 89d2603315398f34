"""Compile a function that calls none of another file: numba itself sees when it changes.

The engine's own decorator (`meshes.index.compiled`) is for kernels that call each other, and lives
above the packs.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import numba

Function = TypeVar("Function", bound=Callable[..., object])


def standalone(function: Function) -> Function:
    """Compile with numba on first call, cached on disk where that can be, without the GIL."""
    options: dict[str, Any] = {"nogil": True, "error_model": "numpy"}
    try:
        compiled: Function = numba.njit(cache=True, **options)(function)
    except RuntimeError:  # numba found no folder it may write to
        compiled = numba.njit(**options)(function)
    return compiled
