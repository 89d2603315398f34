"""The decorator of this package's kernels: that of `meshes.index`, with these sources in its stamp.

Kernels here call kernels there, so that a change of either makes the compiled code stale.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from meshes.index import compiled as engine

Function = TypeVar("Function", bound=Callable[..., object])


@cache
def sources_stamp() -> str:
    """Digest of the engine's sources and of these."""
    digest = hashlib.sha256(engine.sources_stamp().encode())
    for path in sorted(Path(__file__).parent.glob("*.py")):
        digest.update(path.name.encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def kernel(function: Function) -> Function:
    """Compile ``function`` with numba on first call, cached on disk, without the GIL."""
    compiled: Function = _stamped(engine.kernel(function))
    return compiled


def inlined(function: Function) -> Function:
    """Compile a small function into each of its callers."""
    compiled: Function = _stamped(engine.inlined(function))
    return compiled


def _stamped(compiled: Any) -> Any:
    store: Any = getattr(getattr(compiled, "_cache", None), "_cache_file", None)
    if hasattr(store, "_source_stamp"):
        store._source_stamp = (sources_stamp(), 0)
    return compiled
